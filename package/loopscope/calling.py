"""JavaScript's calling convention for callables that Python code of the package calls itself."""

from __future__ import annotations

from collections.abc import Callable
from types import CoroutineType
from typing import Any

from . import _core

__all__ = ["call", "require_callable"]


def call(callback: Callable[..., Any], *arguments: Any) -> Any:
    """Call `callback` with as many of `arguments` as it can take, and None for what it lacks.

    A bare coroutine that it gives is started, as JavaScript starts an async function.
    """
    count = _core.arity(callback, len(arguments))
    result = callback(*arguments[:count], *[None] * (count - len(arguments)))
    if isinstance(result, CoroutineType) and _core.active_loop() is not None:
        return _core.Promise.resolve(result)
    return result


def require_callable(value: object, where: str, argument: str) -> None:
    """Raise TypeError, naming the argument, unless `value` is callable."""
    if not callable(value):
        raise TypeError(
            f"{where}: argument '{argument}' must be callable, not {type(value).__name__}"
        )
