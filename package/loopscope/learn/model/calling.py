"""How the model calls the program's functions, and what a raised exception is in JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any

from ...errors import Thrown

__all__ = ["Ended", "call", "exception_of", "reason_of"]

_VARARGS = 0x04  # inspect.CO_VARARGS

# A coroutine takes these for its own end, so they travel inside of a Thrown.
_SPECIAL = (StopIteration, StopAsyncIteration, GeneratorExit)


class Ended(BaseException):
    """The program has ended: an error was not caught."""


def call(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function with as many of the arguments as it can take, None for what it lacks."""
    return function(*_fitting(function, arguments))


def _fitting(function: Any, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    bound = 0
    while not isinstance(function, FunctionType):
        if isinstance(function, MethodType):
            bound, function = bound + 1, function.__func__
        elif hasattr(type(function), "__loopscope_async__"):
            function = function.__wrapped__
        else:
            return arguments
    code = function.__code__
    most = code.co_argcount - bound
    least = most - len(function.__defaults__ or ())
    if len(arguments) > most and not code.co_flags & _VARARGS:
        return arguments[: max(most, 0)]
    return arguments + (None,) * (least - len(arguments))


def reason_of(error: BaseException) -> Any:
    """Return the value that JavaScript would have thrown. What ends the program is raised again."""
    if isinstance(error, (KeyboardInterrupt, SystemExit, Ended)):
        raise error
    return error.value if isinstance(error, Thrown) else error


def exception_of(reason: Any) -> BaseException:
    """Return what Python can raise for a value that was thrown."""
    if isinstance(reason, BaseException) and not isinstance(reason, _SPECIAL):
        return reason
    return Thrown(reason)
