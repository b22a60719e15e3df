"""What the two writers have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable

from . import tree
from .check import SLOT


def indented(lines: Iterable[str], by: str) -> list[str]:
    """The lines, and the lines within them, further to the right."""
    return [by + line for text in lines for line in text.split("\n")]


def slots(program: tree.Program) -> list[str]:
    """The slots that the program names, in order."""
    return sorted({name for name in tree.plain_values(program) if is_slot(name)})


def is_slot(name: object) -> bool:
    return isinstance(name, str) and SLOT.fullmatch(name) is not None


def helpers(text: str, prelude: dict[str, str]) -> list[str]:
    """Those of the helpers that the text uses, and that they use themselves."""
    used: list[str] = []
    for name, source in reversed(prelude.items()):
        if re.search(rf"\b{name}\b", "\n".join([text, *used])):
            used.insert(0, source.strip("\n"))
    return used


def is_promise(expression: tree.Expression, program: tree.Program) -> bool:
    """Whether the expression surely gives a promise: its methods may be called."""
    match expression:
        case tree.Call(function):
            return not any(f.generator for f in program.functions if f.name == function)
        case (
            tree.Resolve()
            | tree.Reject()
            | tree.New()
            | tree.Then()
            | tree.Catch()
            | tree.Finally()
            | tree.Combine()
            | tree.Start()
        ):
            return True
        case _:
            return False
