"""for_await: the iteration of a `for await` loop (ECMA-262 7.4 and 27.1.6.4)."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from ...errors import Thrown
from .async_generator import AsyncGenerator, IterResult
from .calling import reason_of
from .coroutines import Awaiting
from .promise import (
    PLAIN,
    ModelPromise,
    new_capability,
    perform_then,
    promise_resolve,
    rejected_with,
)

__all__ = ["ForAwait"]


class _FromSync:
    """An async iterator over a plain iterable: its items are awaited (27.1.6.2)."""

    def __init__(self, promise: type[ModelPromise], iterable: Any) -> None:
        self._promise = promise
        self._iterator: Any = iter(iterable)

    def next(self) -> Any:
        """Give a promise of the next item (27.1.6.2.1)."""
        return self._continue(self._step)

    def return_(self) -> Any:
        """Close the iterable (27.1.6.2.2)."""
        if isinstance(self._iterator, Generator):
            return self._continue(self._leave)
        try:
            close = getattr(self._iterator, "return_", None)
        except BaseException as error:
            return rejected_with(self._promise, reason_of(error))
        if close is None:
            return promise_resolve(self._promise, IterResult(None, True))

        def read() -> tuple[Any, bool]:
            result = close()
            if isinstance(result, PLAIN):
                raise TypeError(f"Iterator result {result!r} is not an object")
            return result.value, bool(result.done)

        return self._continue(read)

    def _step(self) -> tuple[Any, bool]:
        try:
            return next(self._iterator), False
        except StopIteration as stop:
            return stop.value, True

    def _leave(self) -> tuple[Any, bool]:
        """Do to a Python generator what return() does to one of JavaScript."""
        leaving = GeneratorExit()
        try:
            return self._iterator.throw(leaving), False  # its `finally` yields once more
        except StopIteration as stop:
            return stop.value, True
        except GeneratorExit as error:
            if error is not leaving:
                raise
            return None, True

    def _continue(self, read: Callable[[], tuple[Any, bool]]) -> Any:
        """Give a promise of what was read, when its value is settled (27.1.6.4)."""
        try:
            value, done = read()
            promise = promise_resolve(self._promise, value)
        except BaseException as error:
            return rejected_with(self._promise, reason_of(error))
        capability = new_capability(self._promise)
        perform_then(promise, lambda item: IterResult(item, done), None, capability)
        return capability.promise


class ForAwait:
    """What for_await gives: `async with for_await(x) as items`, `async for item in items`."""

    def __init__(self, promise: type[ModelPromise], iterable: Any) -> None:
        self._promise = promise
        self._python: Any = None
        self._iterator: Any = None
        self._open = True
        if hasattr(type(iterable), "__aiter__") and not isinstance(iterable, AsyncGenerator):
            iterator = iterable.__aiter__()
            if hasattr(iterator, "__anext__"):
                self._python = iterator
            else:
                self._iterator = iterator  # one that speaks JavaScript's protocol
        elif hasattr(iterable, "next") and not hasattr(type(iterable), "__iter__"):
            self._iterator = iterable
        else:
            self._iterator = _FromSync(promise, iterable)

    def __aiter__(self) -> ForAwait:
        return self

    async def __anext__(self) -> Any:
        try:
            if self._python is not None:
                # `async def __anext__` of a script is an async function: it gives a promise.
                return await Awaiting(self._promise, self._python.__anext__())
            result = await Awaiting(self._promise, self._iterator.next())
        except Thrown as thrown:
            self._open = False
            if isinstance(thrown.value, StopAsyncIteration):
                raise StopAsyncIteration from None
            raise
        except BaseException:
            self._open = False
            raise
        if result.done:
            self._open = False
            raise StopAsyncIteration
        return result.value

    async def __aenter__(self) -> ForAwait:
        return self

    async def __aexit__(self, *error: object) -> None:
        if not self._open:
            return
        self._open = False
        close = getattr(self._python or self._iterator, "return_", None)
        if close is None:
            return
        try:
            await Awaiting(self._promise, close())
        except BaseException:
            if error[0] is None:
                raise
