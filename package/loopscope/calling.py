"""JavaScript's calling convention for callables that Python code of the package calls itself.

The runtime in C applies the same rule to everything that it calls (agent.c, ls_arity): a Python
function, lambda, bound method or async function gets as many positional arguments as it can take,
and at least as many as it requires (missing ones are None); any other callable gets all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CoroutineType, FunctionType, MethodType
from typing import Any

from . import _core

__all__ = ["call", "require_callable"]

CO_VARARGS = 0x04  # inspect.CO_VARARGS, without the 8 ms that importing inspect takes


def call(callback: Callable[..., Any], *arguments: Any) -> Any:
    """Call `callback` with as many of `arguments` as it can take, and None for what it lacks.

    A bare coroutine that it gives is started, as JavaScript starts an async function.
    """
    result = callback(*_fitting(callback, arguments))
    if isinstance(result, CoroutineType) and _core.active_loop() is not None:
        return _core.Promise.resolve(result)
    return result


def _fitting(callback: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    bound = 0
    function: object = callback
    while not isinstance(function, FunctionType):
        if isinstance(function, MethodType):
            bound += 1
            function = function.__func__
        elif isinstance(function, _core.AsyncFunction):
            function = function.__wrapped__
        else:
            return arguments
    code = function.__code__
    most = code.co_argcount - bound
    least = most - len(function.__defaults__ or ())
    if len(arguments) > most and not code.co_flags & CO_VARARGS:
        return arguments[: max(most, 0)]
    return arguments + (None,) * (least - len(arguments))


def require_callable(value: object, where: str, argument: str) -> None:
    """Raise TypeError, naming the argument, unless `value` is callable."""
    if not callable(value):
        raise TypeError(
            f"{where}: argument '{argument}' must be callable, not {type(value).__name__}"
        )
