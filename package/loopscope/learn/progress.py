"""Progress: what a learner has done, in one plain JSON file beside the exercises."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

__all__ = ["FILE", "Progress", "Record"]

FILE: Final = "loopscope-progress.json"
_FORMAT: Final = "loopscope.progress/1"


@dataclass
class Record:
    """What was done about one exercise."""

    done: bool = False
    attempts: int = 0
    """How many different predictions were made."""
    hint: int = 0
    """The highest level of hints that was asked for; 0: none."""
    last: list[str] = field(default_factory=list)
    """The last prediction."""


class Progress:
    """The records of a folder. Raises ValueError if its file is not one of progress."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self.current = ""
        self.records: dict[str, Record] = {}
        if self.path.exists():
            self._read()

    def _read(self) -> None:
        try:
            document = json.loads(self.path.read_text(encoding="utf-8"))
            if document["format"] != _FORMAT:
                raise ValueError(f"its format is {document['format']!r}, not {_FORMAT!r}")
            self.current = str(document["current"])
            given = document["exercises"]
            self.records = {name: Record(**one) for name, one in given.items()}
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{self.path} does not hold the progress: {error}") from error

    def of(self, name: str) -> Record:
        """Return the record of an exercise; it is made if there is none."""
        return self.records.setdefault(name, Record())

    def save(self) -> None:
        """Write the file anew, all of it or nothing."""
        exercises = {name: asdict(record) for name, record in self.records.items()}
        document = {"format": _FORMAT, "current": self.current, "exercises": exercises}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".tmp")
        beside.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        beside.replace(self.path)
