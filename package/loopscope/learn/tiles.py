"""Tiles: the lines of a program, shuffled, and beside them some that it never prints.

The place of a tile tells nothing: it depends on the texts and on the program, not on the order.
"""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .model import Program

__all__ = ["MOST", "distractors", "shuffled"]

MOST: Final = 24
"""How many lines can be put in order by hand, at most."""
OFFERED: Final = 2
"""How many lines that are never printed are offered, unless the author gives some."""
_LONGEST: Final = 60
_CONSOLE: Final = ("log", "info", "debug", "warn", "error")


def shuffled(printed: Sequence[str], others: Iterable[str], salt: str) -> list[str]:
    """Mix the printed lines with others that are not; always in the same way for one program.

    `salt`: tells one program from another, such as its source. The result is not the printed
    order, if there is another one.
    """
    texts = [*printed, *others]
    numbered = [
        (text, number) for text in sorted(set(texts)) for number in range(texts.count(text))
    ]
    for turn in count():
        keys = {
            tile: hashlib.sha256(f"{salt}\0{turn}\0{tile[0]}\0{tile[1]}".encode()).digest()
            for tile in numbered
        }
        mixed = [text for text, _ in sorted(numbered, key=keys.__getitem__)]
        kept = [text for text in mixed if text in printed]
        if kept != [*printed] or len(set(printed)) < 2:
            return mixed
    raise AssertionError("unreachable")


def distractors(source: str, printed: Sequence[str], program: Program | None) -> list[str]:
    """Find lines that the program might seem to print, but does not.

    First those that stand in a `console.log` of the source that is never reached, then those that
    wrong machines print. `program`: for the machines; without it they are not asked.
    """
    found: list[str] = []
    for line in _candidates(source, program):
        if line.strip() and len(line) <= _LONGEST and line not in printed and line not in found:
            found.append(line)
        if len(found) == OFFERED:
            break
    return found


def _candidates(source: str, program: Program | None) -> Iterator[str]:
    yield from _written(source)
    if program is not None:
        from .diagnosis import orders_of_believers

        lines = Counter(
            line for order in orders_of_believers(program).values() for line in dict.fromkeys(order)
        )
        yield from (line for line, _ in lines.most_common())


def _written(source: str) -> Iterator[str]:
    """Give the lines that calls of console.log and print spell out, wherever they are."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _prints(node.func):
            values = [one.value for one in node.args if isinstance(one, ast.Constant)]
            if len(values) == len(node.args) and all(type(value) in (str, int) for value in values):
                text = " ".join(map(str, values))
                if "%" not in text and "\n" not in text:  # what console.log would make more of
                    yield text


def _prints(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        of = function.value
        return isinstance(of, ast.Name) and of.id == "console" and function.attr in _CONSOLE
    return isinstance(function, ast.Name) and function.id == "print"
