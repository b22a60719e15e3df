"""Async generators by ECMA-262, 27.6: a generator, and the queue of the requests to it."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator as PythonAsyncGenerator
from collections.abc import Callable, Generator
from functools import partial
from typing import Any, Literal, NamedTuple

from .calling import exception_of, reason_of
from .promise import Capability, ModelPromise, new_capability, perform_then, promise_resolve

__all__ = ["AsyncGenerator", "IterResult"]


class IterResult:
    """{value, done}: what a request to an async generator promises."""

    __slots__ = ("done", "value")

    def __init__(self, value: Any, done: bool) -> None:
        self.value = value
        self.done = done

    def __loopscope_inspect__(self) -> tuple[str, dict[str, Any]]:
        return "", {"value": self.value, "done": self.done}


class _Return(BaseException):
    """Makes a suspended generator return: its `finally` blocks run."""

    def __init__(self, value: Any) -> None:
        self.value = value


class _Request(NamedTuple):
    kind: Literal["next", "return", "throw"]
    value: Any
    capability: Capability


class AsyncGenerator:
    """An async generator object: requests are served one after another (27.6.3)."""

    def __init__(
        self, promise: type[ModelPromise], generator: PythonAsyncGenerator[Any, Any]
    ) -> None:
        self._promise = promise
        self._generator = generator
        promise.machine.suspended |= {generator}
        self._state: Literal["start", "yield", "running", "awaiting-return", "done"] = "start"
        self._queue: deque[_Request] = deque()

    # ---- requests

    def next(self, value: Any = None) -> Any:
        """Ask for the next item (27.6.1.2)."""
        return self._request("next", value)

    def return_(self, value: Any = None) -> Any:
        """Make it return (27.6.1.3)."""
        return self._request("return", value)

    def throw(self, reason: Any = None) -> Any:
        """Throw something into it (27.6.1.4)."""
        return self._request("throw", reason)

    def _request(self, kind: Literal["next", "return", "throw"], value: Any) -> Any:
        capability = new_capability(self._promise)
        self._queue.append(_Request(kind, value, capability))
        if self._state in ("start", "yield", "done") and len(self._queue) == 1:
            self._serve()
        return capability.promise

    def _serve(self) -> None:
        """Serve the first requests, as long as that can be done without running the generator."""
        while self._queue:
            request = self._queue[0]
            if self._state == "start" and request.kind != "next":
                self._state = "done"
            if self._state == "done":
                if request.kind == "return":
                    self._state = "awaiting-return"
                    self._await(
                        request.value,
                        lambda value: self._answer_done(value, rejected=False),
                        lambda reason: self._answer_done(reason, rejected=True),
                    )
                    return
                throws = request.kind == "throw"
                self._complete(request.value if throws else None, rejected=throws)
                continue
            first = self._state == "start"
            self._state = "running"
            if request.kind == "next":
                self._run(self._generator.asend, None if first else request.value)
            elif request.kind == "throw":
                self._throw(request.value)
            else:
                self._await(request.value, self._return, self._throw)
            return

    def _answer_done(self, result: Any, *, rejected: bool) -> None:
        self._state = "done"
        self._complete(result, rejected=rejected)
        self._serve()

    def _complete(self, result: Any, *, rejected: bool, done: bool = True) -> None:
        request = self._queue.popleft()
        if rejected:
            request.capability.reject(result)
        else:
            request.capability.resolve(IterResult(result, done))

    # ---- running it

    def _throw(self, reason: Any) -> None:
        self._run(self._generator.athrow, exception_of(reason))

    def _return(self, value: Any) -> None:
        self._run(self._generator.athrow, _Return(value))

    def _run(self, ask: Callable[[Any], Any], argument: Any) -> None:
        """Run the generator until it yields or ends. `ask`: its asend or athrow."""
        awaitable = ask(argument)
        machine = self._promise.machine
        # Held before the next call, which may overflow the stack: else nobody would ever close it.
        machine.suspended |= {awaitable}

        def throw(reason: Any) -> Any:
            return awaitable.throw(exception_of(reason))

        def go_on(step: Callable[[Any], Any], argument: Any) -> None:
            machine.suspended.discard(awaitable)
            try:
                awaited = step(argument)
            except StopIteration as stop:
                self._yielded(stop.value)
            except StopAsyncIteration:
                self._end(None, rejected=False)
            except _Return as end:
                self._end(end.value, rejected=False)
            except BaseException as error:
                self._end(reason_of(error), rejected=True)
            else:
                again = partial(go_on, awaitable.send)
                perform_then(awaited, again, partial(go_on, throw), None)

        go_on(awaitable.send, None)

    def _yielded(self, value: Any) -> None:
        """Await the operand of a yield, then answer the request (27.6.3.8)."""
        self._await(value, self._answer, self._throw)

    def _answer(self, value: Any) -> None:
        self._state = "yield"
        self._complete(value, rejected=False, done=False)
        self._serve()

    def _end(self, result: Any, *, rejected: bool) -> None:
        self._state = "done"
        self._complete(result, rejected=rejected)
        self._serve()

    def _await(
        self, value: Any, on_value: Callable[[Any], None], on_reason: Callable[[Any], None]
    ) -> None:
        try:
            promise = promise_resolve(self._promise, value)
        except BaseException as error:
            on_reason(reason_of(error))
            return
        perform_then(promise, on_value, on_reason, None)

    # ---- Python's own protocol

    def __aiter__(self) -> AsyncGenerator:
        return self

    def __anext__(self) -> _Item:
        return _Item(self.next())

    def __loopscope_inspect__(self) -> tuple[str, dict[str, Any]]:
        return "Object [AsyncGenerator]", {}


class _Item:
    """Awaits a request and gives its value, or ends the loop."""

    def __init__(self, promise: Any) -> None:
        self._promise = promise

    def __await__(self) -> Generator[Any, Any, Any]:
        result = yield self._promise
        if result.done:
            raise StopAsyncIteration
        return result.value
