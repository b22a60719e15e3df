"""What `loopscope run --trace` is told: its files, durations and numbers."""

from __future__ import annotations

import argparse
from pathlib import Path

__all__ = ["KINDS", "number", "seconds", "trace_file"]

KINDS = (".html", ".perfetto.json", ".json", ".svg", ".png")
"""How the name of a file ends that a trace can be written to."""


def trace_file(text: str) -> Path:
    """Read the name of such a file from an option, before the program runs: later is too late."""
    path = Path(text)
    if not path.name.lower().endswith(KINDS):
        kinds = ", ".join(KINDS)
        raise argparse.ArgumentTypeError(f"{text}: the name must end with one of {kinds}")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text}: there is no folder {path.parent}")
    return path


def seconds(text: str) -> float:
    """Read a duration: 0 or more seconds."""
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"it must be a number of seconds from 0 on, not {text}")
    return value


def number(text: str) -> int:
    """Read a number: 0 or more."""
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"it must be 0 or more, not {text}")
    return value
