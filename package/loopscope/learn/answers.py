"""Answers: what a learner has predicted in notebooks, in one plain file of the learner's.

`loopscope-predictions.jsonl` stands in the folder of the notebook: one JSON object in each line,
the newest last. A line is written at once, so that notebooks that run at the same time, or a power
cut, spoil no other line; a line that cannot be read is passed over.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

__all__ = ["FILE", "Kept", "keep", "last_of", "read"]

FILE: Final = "loopscope-predictions.jsonl"
_FORMAT: Final = "loopscope.prediction/1"


@dataclass(frozen=True)
class Kept:
    """One line of the file."""

    name: str
    """What the cell calls its recording (`--as`); "" if it has no name."""
    program: str
    """Tells the program from others: when it is changed, it is predicted anew."""
    predicted: list[str]
    confidence: int | None
    """1 to 3, or None."""
    revealed: bool
    """Whether the order was asked for, without a prediction."""
    attempt: int
    """Which prediction of this program it is, from 1, since the cell was run."""
    opened: bool
    """Whether the cell opened then."""
    right: int
    """How many lines were right, from the first one on."""
    total: int
    """How many lines the program prints."""
    is_right: bool
    beliefs: list[str]
    """The ids of the wrong ideas that give this order."""
    at: str = field(default="")
    """When it was written."""


def keep(answer: Kept, folder: Path) -> None:
    """Add a line to the file of a folder. OSError if it cannot be written."""
    document = {"format": _FORMAT, **asdict(answer)}
    document["at"] = answer.at or datetime.now(UTC).isoformat(timespec="seconds")
    line = json.dumps(document, ensure_ascii=False) + "\n"
    path = folder / FILE
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = "\n" + line  # what was cut off stays a line of its own
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)


def read(folder: Path) -> Iterator[Kept]:
    """Give the lines of the file of a folder, the oldest first; none if there is no such file."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for line in text.split("\n"):
        try:
            document = json.loads(line)
            if document.pop("format") == _FORMAT:
                yield Kept(**document)
        except (ValueError, TypeError, AttributeError, KeyError):
            continue  # cut off, edited, or of a later version


def last_of(program: str, folder: Path) -> Kept | None:
    """Return the answer that has opened a program last; None if none has."""
    found = None
    for one in read(folder):
        if one.program == program and one.opened:
            found = one
    return found
