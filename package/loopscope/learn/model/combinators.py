"""Promise.all and the others, by the steps of ECMA-262, 27.2.4.1 to 27.2.4.5."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ...errors import AggregateError
from .calling import call, reason_of
from .promise import Capability, ModelPromise, new_capability

__all__ = ["Settled", "add_combinators"]


class Settled:
    """What all_settled lists: `value` if fulfilled, `reason` if rejected."""

    __slots__ = ("reason", "status", "value")

    def __init__(self, status: str, result: Any) -> None:
        self.status = status
        self.value = result if status == "fulfilled" else None
        self.reason = result if status == "rejected" else None

    def __loopscope_inspect__(self) -> tuple[str, dict[str, Any]]:
        key = "value" if self.status == "fulfilled" else "reason"
        return "", {"status": self.status, key: getattr(self, key)}


class _Combination:
    """One call of a combinator: its capability, its results, and how many are missing."""

    def __init__(self, made: type[Any], items: Any) -> None:
        self.made = made
        self.capability: Capability = new_capability(made)
        self.items = items
        self.results: list[Any] = []
        self.missing = 1
        self.inputs: list[Any] = []

    def run(self, step: Callable[[_Combination, int], tuple[Any, Any]], finish: Any) -> Any:
        try:
            resolve = self.made.resolve
            for index, item in enumerate(_iterate(self.items)):
                self.results.append(None)
                self.missing += 1
                promise = call(resolve, item)
                self.inputs.append(promise)
                call(promise.then, *step(self, index))
            self.done(finish)
        except BaseException as error:
            self.capability.reject(reason_of(error))
        return self.capability.promise

    def done(self, finish: Callable[[list[Any]], None]) -> None:
        """Count one down; the last one finishes."""
        self.missing -= 1
        if self.missing == 0:
            finish(self.results)

    def once(self, index: int, finish: Any, wrap: Callable[[Any], Any]) -> Callable[..., None]:
        """Make the function that keeps one result; it works once."""
        called = False

        def keep(result: Any = None) -> None:
            nonlocal called
            if not called:
                called = True
                self.results[index] = wrap(result)
                self.done(finish)

        return keep

    def early(self, settle: Callable[..., Any]) -> Callable[..., Any]:
        """Make the function that ends it before the others are there."""

        def end(result: Any = None) -> None:
            pending = self.capability.promise.state == "pending"
            settle(result)
            if pending:
                losers = [one for one in self.inputs if getattr(one, "state", "") == "pending"]
                self.made.machine.end_combinator(self.capability.promise, losers)

        return end


def _iterate(items: Any) -> Iterable[Any]:
    if not isinstance(items, Iterable):
        raise TypeError(f"{items!r} is not iterable")
    return items


def _same(value: Any) -> Any:
    return value


def _all(cls: type[Any], promises: Any = None) -> Any:
    work = _Combination(cls, promises)
    finish = work.capability.resolve
    reject = work.early(work.capability.reject)
    return work.run(lambda self, index: (self.once(index, finish, _same), reject), finish)


def _all_settled(cls: type[Any], promises: Any = None) -> Any:
    work = _Combination(cls, promises)
    finish = work.capability.resolve

    def step(self: _Combination, index: int) -> tuple[Any, Any]:
        called = False

        def keep(status: str) -> Callable[..., None]:
            def set_(result: Any = None) -> None:
                nonlocal called
                if not called:
                    called = True
                    self.results[index] = Settled(status, result)
                    self.done(finish)

            return set_

        return keep("fulfilled"), keep("rejected")

    return work.run(step, finish)


def _any(cls: type[Any], promises: Any = None) -> Any:
    work = _Combination(cls, promises)

    def finish(reasons: list[Any]) -> None:
        work.capability.reject(AggregateError(reasons, "All promises were rejected"))

    resolve = work.early(work.capability.resolve)
    return work.run(lambda self, index: (resolve, self.once(index, finish, _same)), finish)


def _race(cls: type[Any], promises: Any = None) -> Any:
    work = _Combination(cls, promises)
    both = work.early(work.capability.resolve), work.early(work.capability.reject)
    return work.run(lambda self, index: both, _same)


def add_combinators(promise: type[ModelPromise]) -> None:
    """Give a class of promises its combinators, in both spellings."""
    for names, function in (
        (("all",), _all),
        (("all_settled", "allSettled"), _all_settled),
        (("any",), _any),
        (("race",), _race),
    ):
        for name in names:
            setattr(promise, name, classmethod(function))
