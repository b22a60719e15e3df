"""The files that `loopscope run --trace` writes: what the command line knows of them."""

from __future__ import annotations

import argparse
from pathlib import Path

__all__ = ["KINDS", "trace_file"]

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
