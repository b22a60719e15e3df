"""Makes a program that shows something smaller, as long as it goes on showing it.

The tree itself is reduced: statements and items go, a part gives way to a part of itself or to
`undefined`, what is optional goes, numbers and flags become plain. Whatever is left is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

from . import tree
from .check import is_well_formed

Shows = Callable[[tree.Program], bool]


def shrink(
    program: tree.Program, shows: Shows, progress: Callable[[int], None] = lambda size: None
) -> tree.Program:
    """The smallest program found of which `shows` holds, as it does of this one.

    `progress` is told the size each time that a smaller one is found.
    """
    tried = {program}
    start = 0
    while True:
        for position, candidate in enumerate(_smaller(program)):
            # What was of no use to the greater program before this place is tried last.
            if position < start or candidate in tried:
                continue
            assert isinstance(candidate, tree.Program)
            tried.add(candidate)
            if is_well_formed(candidate) and shows(candidate):
                program, start = candidate, position
                progress(tree.size(program))
                break
        else:
            if start == 0:
                return program
            start = 0


def _smaller(node: tree.Node) -> Iterator[tree.Node]:
    """Simpler versions of a node: the greatest steps first, its own before those of its parts."""
    yield from _own(node)
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, tree.Node):
            for smaller in _smaller(value):
                yield replace(node, **{field.name: smaller})
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if not isinstance(item, tree.Node):
                    continue
                for smaller in _smaller(item):
                    changed = (*value[:index], smaller, *value[index + 1 :])
                    yield replace(node, **{field.name: changed})


def _own(node: tree.Node) -> Iterator[tree.Node]:
    if isinstance(node, tree.Expression):
        yield from _instead_of_expression(node)
    for field in fields(node):
        value = getattr(node, field.name)
        for simpler in _simpler_values(node, field.name, value):
            yield replace(node, **{field.name: simpler})


def _instead_of_expression(node: tree.Expression) -> Iterator[tree.Node]:
    if node != tree.Value():
        yield tree.Value()
    for child in node.children():
        if isinstance(child, tree.Expression):
            yield child
    if not isinstance(node, (tree.Value, tree.Fault, tree.Local, tree.Slot, tree.Resolve)):
        yield tree.Resolve("Promise", tree.Value())


def _simpler_values(node: tree.Node, name: str, value: Any) -> Iterator[Any]:
    match value:
        case tuple():
            if not isinstance(node, tree.Callback):  # parameters do no harm
                yield from _shorter(value)
            if isinstance(node, tree.Block):
                yield from _unfolded(value)
        case tree.Block(statements) if statements and _optional(node, name):
            yield None
        case tree.Callback() | tree.Value() if _optional(node, name):
            yield None
        case tree.Expression() if _optional(node, name):
            yield None
        case str() if name == "slot" and _optional(node, name):
            yield None
        case str() if name == "kind" and value != "Promise":
            yield "Promise"
        case bool() if value:
            yield False
        case bool():
            pass
        case int() if value > 1:
            yield from sorted({0, 1, value // 2, value - 1})
        case int() if value == 1 and name in ("delay", "value", "code"):
            yield 0
        case _:
            pass


_OPTIONAL = {
    (tree.Then, "fulfilled"),
    (tree.Then, "rejected"),
    (tree.Catch, "rejected"),
    (tree.Finally, "callback"),
    (tree.Timer, "slot"),
    (tree.Timer, "argument"),
    (tree.Every, "slot"),
    (tree.Immediate, "slot"),
    (tree.Immediate, "argument"),
    (tree.Tick, "argument"),
    (tree.Return, "value"),
    (tree.Try, "handler"),
    (tree.Try, "finalizer"),
}


def _optional(node: tree.Node, name: str) -> bool:
    return (type(node), name) in _OPTIONAL


def _shorter(items: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The items without a run of them: all, halves, quarters, ... single ones."""
    length = len(items)
    while length:
        for start in range(0, len(items), length):
            yield (*items[:start], *items[start + length :])
        length //= 2


def _unfolded(statements: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The statements with those of a body that one of them has in its place."""
    for index, statement in enumerate(statements):
        for block in _bodies(statement):
            yield (*statements[:index], *block.statements, *statements[index + 1 :])


def _bodies(node: tree.Node) -> Iterator[tree.Block]:
    for child in node.children():
        if isinstance(child, tree.Block):
            yield child
        else:
            yield from _bodies(child)
