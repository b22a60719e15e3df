"""Reading the lessons: their cells, their programs, and the JavaScript beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import loopscope
import nbformat

FOLDER = Path(__file__).parent.parent / "notebooks"
LESSONS = sorted(FOLDER.glob("[0-9][0-9]-*.ipynb"))


@dataclass(frozen=True)
class Program:
    """A program of a lesson."""

    lesson: str
    id: str
    cell: str
    """The source of its code cell."""
    javascript: str | None
    """The program that is to print the same under Node."""

    def __str__(self) -> str:
        return f"{self.lesson[:2]}-{self.id}"

    @property
    def is_predicted(self) -> bool:
        """Whether it opens after a prediction only."""
        return self.cell.startswith("%%predict")

    @property
    def name(self) -> str:
        """What its recording is called in later cells; "" if it has no name."""
        found = re.match(r"%%(?:loop|predict)\b.*? --as (\w+)", self.cell)
        return found[1] if found else ""

    @property
    def body(self) -> str:
        """The cell without its magic."""
        magic, _, body = self.cell.partition("\n")
        assert magic.split(" ")[0] in ("%%loop", "%%predict")
        return body

    def record(self) -> loopscope.Recording:
        """Run the cell's program, without a notebook."""
        return loopscope.record("from loopscope.js import *\n" + self.body)


def links(markdown: str) -> list[str]:
    """Return where the links of a Markdown text lead to."""
    return re.findall(r"\]\(([^)\s]+)\)", markdown)


def tags(cell: nbformat.NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


@cache
def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def programs(path: Path) -> list[Program]:
    """Return a lesson's programs, each with its twin, which the Markdown before it holds."""
    found: list[Program] = []
    javascript = None
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            written = blocks(cell.source, "js")
            javascript = written[-1] if written and "no-twin" not in tags(cell) else None
        elif "program" in tags(cell):
            found.append(Program(path.stem, cell.id, cell.source, javascript))
            javascript = None
    return found


def program(lesson: int, id: str) -> Program:
    """Find a program by its lesson's number and its cell's id."""
    [path] = FOLDER.glob(f"{lesson:02}-*.ipynb")
    [found] = [one for one in programs(path) if one.id == id]
    return found


def source(lesson: int, id: str) -> str:
    """Return the source of a cell."""
    [path] = FOLDER.glob(f"{lesson:02}-*.ipynb")
    [cell] = [cell for cell in read(path).cells if cell.id == id]
    return str(cell.source)


def blocks(markdown: str, language: str) -> list[str]:
    """Return the blocks of a language in a Markdown text."""
    return re.findall(rf"^```{language}\n(.*?)^```$", markdown, re.MULTILINE | re.DOTALL)
