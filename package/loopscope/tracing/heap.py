"""The heap: what variables hold, and the objects that they name, as a recording with lines tells.

Two variables that name one object have the same number; `csrc/heap.h` says how it is recorded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

__all__ = ["NOTHING", "Changes", "Heap", "HeapBuilder", "HeapObject", "Value", "read_changes"]

Value: TypeAlias = str | int
"""A short text ("'hi'", "42", "function greet"), or the number of an object in the heap."""


@dataclass(frozen=True)
class HeapObject:
    """An object that is not shown where it is named: a list, a dict, an instance, a promise ..."""

    number: int
    """Its own as long as somebody names it; not reused."""
    type: str
    """The name of its class."""
    items: tuple[Value, ...] = ()
    """Of a list, tuple or set; an exception's arguments; a settled promise's value or reason."""
    entries: tuple[tuple[Value, Value], ...] = ()
    """Keys and values of a dict."""
    attributes: tuple[tuple[str, Value], ...] = ()
    """Of an instance of one of the program's classes."""
    more: int = 0
    """How many items, entries or attributes are left out."""
    promise: int = 0
    """Its id in `State.promises`, if it is a promise."""
    state: str = ""
    """ "pending", "fulfilled" or "rejected", if it is a promise."""

    def named(self) -> Iterator[Value]:
        """Give every value that it holds."""
        yield from self.items
        for pair in self.entries:
            yield from pair
        for _, value in self.attributes:
            yield value


@dataclass(frozen=True)
class Heap:
    """The script's own variables, and all objects that they or variables of functions lead to."""

    names: Mapping[str, Value]
    """The globals that the script itself assigns; not what it imports."""
    objects: Mapping[int, HeapObject]
    """By their number."""


NOTHING = Heap(MappingProxyType({}), MappingProxyType({}))
"""What is known of the heap where no lines are recorded."""


@dataclass(frozen=True)
class Changes:
    """What is different since an event; None: the variable is not bound any more."""

    names: Mapping[str, Value | None] = field(default_factory=dict)
    frames: tuple[tuple[int, Mapping[str, Value | None]], ...] = ()
    """Functions on the call stack, by their number from the innermost, and their variables."""
    objects: Mapping[int, HeapObject] = field(default_factory=dict)


def read_changes(text: str) -> Changes:
    """Read the field `changes` of an event."""
    data: dict[str, Any] = json.loads(text)
    return Changes(
        names=data.get("names", {}),
        frames=tuple((number, variables) for number, variables in data.get("frames", ())),
        objects={
            int(number): _object(int(number), told)
            for number, told in data.get("objects", {}).items()
        },
    )


def _object(number: int, told: dict[str, Any]) -> HeapObject:
    return HeapObject(
        number,
        told["type"],
        tuple(told.get("items", ())),
        tuple((key, value) for key, value in told.get("entries", ())),
        tuple((name, value) for name, value in told.get("attributes", ())),
        told.get("more", 0),
        told.get("promise", 0),
        told.get("state", ""),
    )


def changed(variables: Mapping[str, Value], by: Mapping[str, Value | None]) -> dict[str, Value]:
    """Return variables with the changes made to them."""
    both = {**variables, **by}
    return {name: value for name, value in both.items() if value is not None}


class HeapBuilder:
    """The heap after the changes up to now."""

    def __init__(self) -> None:
        self._names: dict[str, Value] = {}
        self._objects: dict[int, HeapObject] = {}  # all that were told of
        self._heap: Heap | None = NOTHING  # None: it is another one now

    def take(self, changes: Changes) -> None:
        """Take the changes of an event, but for those of functions."""
        self._names = changed(self._names, changes.names)
        self._objects.update(changes.objects)
        self._heap = None

    def touch(self) -> None:
        """Note that the variables of functions are others now."""
        if self._objects:
            self._heap = None

    def clear(self) -> None:
        """Forget everything: another run begins."""
        self._names, self._objects, self._heap = {}, {}, NOTHING

    def heap(self, variables: Iterable[Mapping[str, Value]]) -> Heap:
        """Return the heap now. `variables`: those of the functions on the stack."""
        if self._heap is None:
            roots = [*self._names.values()]
            for each in variables:
                roots += each.values()
            self._heap = Heap(
                MappingProxyType(self._names), MappingProxyType(self._reachable(roots))
            )
        return self._heap

    def _reachable(self, roots: Iterable[Value]) -> dict[int, HeapObject]:
        found: dict[int, HeapObject] = {}
        waiting = [*roots]
        waiting.reverse()
        while waiting:
            value = waiting.pop()
            if isinstance(value, int) and value not in found and value in self._objects:
                found[value] = self._objects[value]
                waiting += reversed([*found[value].named()])
        return found
