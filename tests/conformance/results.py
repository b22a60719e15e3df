"""What the long runs found, kept for docs/conformance.md: one JSON file for each suite."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("results")


def file(suite: str) -> Path:
    return FOLDER / f"{suite}.json"


def load(suite: str) -> dict[str, Any]:
    """What the last whole run of the suite found."""
    found: dict[str, Any] = json.loads(file(suite).read_text("utf-8"))
    return found


def save(suite: str, found: dict[str, Any]) -> None:
    FOLDER.mkdir(exist_ok=True)
    file(suite).write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
