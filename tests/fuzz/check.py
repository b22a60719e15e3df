"""Whether a tree is a program: every name bound, every statement where it may stand.

Generated trees are; those that shrinking makes of them need not be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from . import tree

SLOT = re.compile(r"[ptmrjg]\d+")

Kind = Literal["main", "callback", "async", "generator"]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a statement stands: in what kind of function, within a loop, among which names."""

    kind: Kind
    names: frozenset[str]
    parameters: frozenset[str]
    """Names that functions within may use as well: no loop binds them anew."""
    in_loop: bool = False
    may_exit: bool = False
    """Only the loop has called: `process.exit` raises SystemExit, which a `finally` would see."""

    def inside(self, kind: Kind, *parameters: str, may_exit: bool = False) -> _Place:
        known = self.parameters | set(parameters)
        return _Place(kind, known, known, False, may_exit)

    def knowing(self, *names: str) -> _Place:
        return replace(self, names=self.names | set(names))


class _IllFormedError(Exception):
    pass


def is_well_formed(program: tree.Program) -> bool:
    """Whether both languages can say this."""
    place = _Place("main", frozenset(), frozenset())
    try:
        functions = {function.name: function for function in program.functions}
        parts = [*program.walk()]
        _require(all(part.function in functions for part in parts if isinstance(part, tree.Call)))
        for part in parts:
            if isinstance(part, tree.Put):
                _require(_fits(part.slot, part.value, functions))
        for function in program.functions:
            kind: Kind = "generator" if function.generator else "async"
            _block(function.body, place.inside(kind, function.parameter))
        _block(program.body, place)
    except _IllFormedError:
        return False
    return True


def _fits(slot: str, value: tree.Expression, functions: dict[str, tree.Function]) -> bool:
    """Whether the slot may hold that: who uses it must not fail in ways that languages have."""
    if slot.startswith(("r", "j")):
        return isinstance(value, tree.Local) and value.name.startswith(("res", "rej"))
    if slot.startswith("g"):
        return isinstance(value, tree.Call) and functions[value.function].generator
    return True


def _require(condition: bool) -> None:
    if not condition:
        raise _IllFormedError


def _block(block: tree.Block, place: _Place) -> None:
    for statement in block.statements:
        _statement(statement, place)
        if isinstance(statement, (tree.Await, tree.Yield)):
            place = place.knowing(statement.name)


def _statement(node: tree.Statement, place: _Place) -> None:
    match node:
        case tree.Repeat(name, _, body):
            _block(body, replace(place.knowing(name), in_loop=True))
        case tree.ForAwait(name, _, iterable, body):
            _require(place.kind != "callback")
            _part(iterable, place)
            _block(body, replace(place.knowing(name), in_loop=True))
        case tree.When(name, _, body):
            _require(name in place.names)
            _block(body, place)
        case tree.Try(body, name, handler, finalizer):
            _require(handler is not None or finalizer is not None)
            place = replace(place, may_exit=False)
            _block(body, place)
            if handler is not None:
                _block(handler, place.knowing(name))
            if finalizer is not None:
                _block(finalizer, place)
        case tree.Timer() | tree.Immediate() | tree.Microtask() | tree.Tick():
            for child in node.children():
                _part(child, place, may_exit=True)
        case _:
            match node:
                case tree.Leave():
                    _require(place.in_loop)
                case tree.Exit():
                    _require(place.may_exit)
                case tree.Yield():
                    _require(place.kind == "generator")
                case tree.Await():
                    _require(place.kind != "callback")
                case tree.Return(value):
                    _require(place.kind != "main")
                    _require(place.kind != "generator" or value is None)
                case tree.Settle(function):
                    _require(function in place.names or SLOT.fullmatch(function) is not None)
                case _:
                    pass
            for child in node.children():
                _part(child, place)


def _part(node: tree.Node, place: _Place, *, may_exit: bool = False) -> None:
    match node:
        case tree.Callback(parameters, body):
            _block(body, place.inside("callback", *parameters, may_exit=may_exit))
        case tree.Start(body):
            _block(body, place.inside("async"))
        case tree.Local(name):
            _require(name in place.names)
        case tree.Awaited(value):
            _require(place.kind != "callback")
            _part(value, place)
        case _:
            for child in node.children():
                _part(child, place)
