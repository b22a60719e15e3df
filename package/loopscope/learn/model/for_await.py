"""for_await: the iteration of a `for await` loop (ECMA-262 7.4 and 27.1.6.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...errors import Thrown
from .async_generator import AsyncGenerator, IterResult
from .calling import reason_of
from .coroutines import Awaiting
from .promise import ModelPromise, new_capability, perform_then, promise_resolve

__all__ = ["ForAwait"]


class _FromSync:
    """An async iterator over a plain iterable: its items are awaited (27.1.6.2)."""

    def __init__(self, promise: type[ModelPromise], iterable: Any) -> None:
        self._promise = promise
        self._iterator: Iterator[Any] = iter(iterable)

    def next(self) -> Any:
        """Give a promise of the next item (27.1.6.2.1, 27.1.6.4)."""
        capability = new_capability(self._promise)
        try:
            try:
                value, done = next(self._iterator), False
            except StopIteration as stop:
                value, done = stop.value, True
            promise = promise_resolve(self._promise, value)
        except BaseException as error:
            capability.reject(reason_of(error))
            return capability.promise
        perform_then(promise, lambda item: IterResult(item, done), None, capability)
        return capability.promise

    def return_(self) -> Any:
        """Close the iterable (27.1.6.2.2)."""
        capability = new_capability(self._promise)
        close = getattr(self._iterator, "return_", None) or getattr(self._iterator, "close", None)
        failure: list[Any] = []
        try:
            if close is not None:
                close()
        except BaseException as error:
            failure.append(reason_of(error))

        def finish() -> IterResult:
            if failure:
                raise Thrown(failure[0])
            return IterResult(None, True)

        # Node 20 takes a microtask for it, even if closing has failed.
        perform_then(promise_resolve(self._promise, None), finish, None, capability)
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
