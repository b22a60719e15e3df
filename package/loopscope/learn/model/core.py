"""What stands in for the C module: the same names, on a machine of the model."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from .calling import arity
from .combinators import add_combinators
from .coroutines import AsyncFunction, Awaiting, start
from .for_await import ForAwait
from .machine import Machine
from .promise import ModelPromise

__all__ = ["make_core"]


def make_core(machine: Machine) -> ModuleType:
    """Make a module with the names of `loopscope._core` that programs and the package use."""
    promise: type[ModelPromise] = type("Promise", (ModelPromise,), {"machine": machine})
    promise.base = promise
    add_combinators(promise)

    def start_coroutine(coroutine: Any) -> Any:
        machine.suspended |= {coroutine}
        return start(promise, coroutine)

    machine.start_coroutine = start_coroutine

    def async_function(function: Any) -> AsyncFunction:
        known = isinstance(function, AsyncFunction)
        return function if known else AsyncFunction(promise, function)

    def promise_state(value: Any) -> tuple[str, Any]:
        return value.state, value.result

    def set_timeout(callback: Callable[..., Any], delay: Any = 0, *arguments: Any) -> Any:
        _require_callable("set_timeout", callback)
        return machine.set_timer(callback, delay, arguments, repeat=False)

    def set_interval(callback: Callable[..., Any], delay: Any = 0, *arguments: Any) -> Any:
        _require_callable("set_interval", callback)
        return machine.set_timer(callback, delay, arguments, repeat=True)

    names: dict[str, Any] = {
        "AsyncFunction": AsyncFunction,
        "Loop": Machine,
        "Promise": promise,
        "arity": arity,
        "async_function": async_function,
        "active_loop": lambda: machine,
        "block": machine.block,
        "clear_immediate": machine.clear_immediate,
        "clear_interval": machine.clear_timer,
        "clear_timeout": machine.clear_timer,
        "current_loop": lambda: machine,
        "for_await": lambda iterable: ForAwait(promise, iterable),
        "js_await": lambda value: Awaiting(promise, value),
        "next_tick": machine.next_tick,
        "now": machine.now,
        "promise_state": promise_state,
        "queue_microtask": machine.queue_microtask,
        "set_immediate": machine.set_immediate,
        "set_interval": set_interval,
        "set_timeout": set_timeout,
        "write": machine.write,
    }
    core = ModuleType("loopscope._core", "The C module's names, on a machine of the model.")
    core.__dict__.update(names)
    return core


def _require_callable(where: str, callback: object) -> None:
    if not callable(callback):
        raise TypeError(
            f"{where}: argument 'callback' must be callable, not {type(callback).__name__}"
        )
