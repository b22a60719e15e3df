"""Async functions by ECMA-262, 27.7: a coroutine, driven from await to await."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from functools import partial, update_wrapper
from types import MethodType
from typing import Any

from .async_generator import AsyncGenerator
from .calling import exception_of, reason_of
from .machine import Machine
from .promise import Capability, ModelPromise, new_capability, perform_then, promise_resolve

__all__ = ["AsyncFunction", "Awaiting", "drive", "start"]

_ASYNC_GENERATOR = 0x200  # inspect.CO_ASYNC_GENERATOR


class Awaiting:
    """What an `await` awaits: JavaScript's PromiseResolve(%Promise%, value)."""

    def __init__(self, promise: type[ModelPromise], value: Any) -> None:
        self._promise = promise_resolve(promise, value)

    def __await__(self) -> Generator[Any, Any, Any]:
        return (yield self._promise)


def start(promise: type[ModelPromise], coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Start a coroutine as an async function (27.7.5.1); returns its promise."""
    capability = new_capability(promise)
    run = partial(drive, promise.machine, coroutine, capability)
    promise.machine.start_async(capability.promise, run)
    return capability.promise


def drive(machine: Machine, coroutine: Coroutine[Any, Any, Any], capability: Capability) -> None:
    """Run a coroutine until it has to give way, and go on when what it awaits is settled."""

    def go_on(step: Callable[[Any], Any], argument: Any) -> None:
        machine.suspended.discard(coroutine)
        while True:
            try:
                awaited = step(argument)
            except StopIteration as stop:
                capability.resolve(stop.value)
                return
            except BaseException as error:
                capability.reject(reason_of(error))
                return
            if not machine.wait(awaited):
                machine.suspended.add(coroutine)
                then(awaited, partial(go_on, coroutine.send), resume_with)
                return
            # Only a wrong machine comes here: the await does not give way.
            awaited.mark_handled()
            fulfilled = awaited.state == "fulfilled"
            step = coroutine.send if fulfilled else throw
            argument = awaited.result

    def throw(reason: Any) -> Any:
        error = exception_of(reason)
        return coroutine.throw(error)

    def resume_with(reason: Any) -> None:
        go_on(throw, reason)

    go_on(coroutine.send, None)


def then(awaited: Any, on_value: Callable[[Any], None], on_reason: Callable[[Any], None]) -> None:
    """Register the two ways in which an await goes on."""
    perform_then(awaited, on_value, on_reason, None)


class AsyncFunction:
    """An async function of a program: calling it starts it, and gives a promise."""

    __loopscope_async__ = True

    def __init__(self, promise: type[ModelPromise], function: Callable[..., Any]) -> None:
        update_wrapper(self, function)
        self.__wrapped__ = function
        self._promise = promise
        code = getattr(function, "__code__", None)
        self._generates = bool(code and code.co_flags & _ASYNC_GENERATOR)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Start it; returns its promise, or the async generator."""
        made = self.__wrapped__(*arguments, **keywords)
        if self._generates:
            return AsyncGenerator(self._promise, made)
        # Held before the next call, which may overflow the stack: else nobody would ever close it.
        self._promise.machine.suspended |= {made}
        return start(self._promise, made)

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self if instance is None else MethodType(self, instance)
