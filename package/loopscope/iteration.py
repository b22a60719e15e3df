"""What a script's async comprehensions become: loops that are closed when they are left early.

ECMA-262 14.7.5.7 ForIn/OfBodyEvaluation: when a `for await` loop is left by an exception, 7.4.13
AsyncIteratorClose awaits the iterator's `return`. A statement is put into an `async with`, which
a comprehension cannot be; so the step in script.py makes it a generator expression that a function
of this module runs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from types import AsyncGeneratorType
from typing import TYPE_CHECKING, Any

from ._core import async_function, for_await

if TYPE_CHECKING:
    from ._core import ForAwait

__all__ = ["Scope", "collect_dict", "collect_list", "collect_set", "stream"]


class Scope:
    """The loops of one async comprehension. Iterating over it gives (scope, first iterable) once.

    Only an exception can leave a comprehension early; it closes the innermost loop first, as it
    would close the nested statements that the comprehension stands for.
    """

    __slots__ = ("_first", "_given", "_loops")

    def __init__(self, first: Any) -> None:
        self._first = first
        self._given = False
        self._loops: list[ForAwait[Any]] = []

    def __iter__(self) -> Scope:
        return self

    def __next__(self) -> tuple[Scope, Any]:
        if self._given:
            raise StopIteration
        self._given = True
        first, self._first = self._first, None
        return self, first

    def loop(self, iterable: Any, depth: int) -> ForAwait[Any]:
        """Open the loop of an `async for` clause, `depth` others being around it."""
        # Where it was opened before, for an earlier item of the loops around it, it has ended.
        loop = for_await(iterable)
        self._loops[depth:] = [loop]
        return loop

    async def close(self, error: BaseException) -> None:
        """Close the loops that have not ended by themselves: the program leaves them by `error`."""
        while self._loops:
            try:
                await self._loops.pop().__aexit__(type(error), error, error.__traceback__)
            except BaseException as failure:
                await self.close(failure)
                raise


def _scope_of(generator: AsyncGeneratorType[Any, Any]) -> Scope:
    """Give the scope of an async comprehension that has not begun: it is its first iterable."""
    frame = generator.ag_frame
    assert frame is not None
    scope: Scope = frame.f_locals[".0"]
    return scope


async def _collect(generator: AsyncGeneratorType[Any, Any], add: Callable[[Any], None]) -> None:
    scope = _scope_of(generator)
    try:
        async for value in generator:
            add(value)
    except BaseException as error:
        await scope.close(error)
        raise


async def collect_list(generator: AsyncGeneratorType[Any, Any]) -> list[Any]:
    """Run an async list comprehension."""
    values: list[Any] = []
    await _collect(generator, values.append)
    return values


async def collect_set(generator: AsyncGeneratorType[Any, Any]) -> set[Any]:
    """Run an async set comprehension."""
    values: set[Any] = set()
    await _collect(generator, values.add)
    return values


async def collect_dict(generator: AsyncGeneratorType[Any, Any]) -> dict[Any, Any]:
    """Run an async dict comprehension, whose elements are pairs."""
    values: dict[Any, Any] = {}
    await _collect(generator, lambda pair: values.__setitem__(*pair))
    return values


@async_function
async def stream(generator: AsyncGeneratorType[Any, Any]) -> AsyncIterator[Any]:
    """Run an async generator expression, as an async generator."""
    scope = _scope_of(generator)
    try:
        async for value in generator:
            yield value
    except BaseException as error:
        await scope.close(error)
        raise
