"""How the model calls the program's functions, and what a raised exception is in JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import Any

from ... import _core
from ...errors import Thrown

__all__ = ["Ended", "arity", "call", "exception_of", "reason_of"]

# A coroutine takes these for its own end, so they travel inside of a Thrown.
_SPECIAL = (StopIteration, StopAsyncIteration, GeneratorExit)


class Ended(BaseException):
    """The program has ended: an error was not caught."""


def call(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function with as many of the arguments as it can take, None for what it lacks."""
    count = arity(function, len(arguments))
    return function(*arguments[:count], *[None] * (count - len(arguments)))


def arity(function: Any, offered: int) -> int:
    """Return how many of the arguments offered a callable gets: the model's async functions too."""
    bound = 0
    while not hasattr(type(function), "__loopscope_async__"):
        if not isinstance(function, MethodType):
            return max(_core.arity(function, offered + bound) - bound, 0)
        bound, function = bound + 1, function.__func__
    return max(_core.arity(function.__wrapped__, offered + bound) - bound, 0)


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
