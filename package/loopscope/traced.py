"""`loopscope run --trace` and `--watch-order`: a run that is recorded, and what is made of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .recording import Transcript

if TYPE_CHECKING:
    from .recording import Recording

__all__ = ["run_traced", "write_trace"]


def run_traced(program: Path, *, watch: bool, **options: Any) -> Recording:
    """Run a program as `record_into` does, and print what it prints, or its order as a table."""
    from .runtime import record_into

    if not watch:
        return record_into(Transcript(echo=True), program, **options)
    from rich.console import Console

    from .order import WatchedOrder

    with WatchedOrder(Console(file=sys.stdout)) as order:
        return record_into(order, program, **options)


def write_trace(recording: Recording, paths: Sequence[Path]) -> None:
    """Write a recording to files, as their names' endings ask for. OSError if one cannot be."""
    for path in paths:
        name = path.name.lower()
        if name.endswith(".html"):
            recording.to_html(path)
        elif name.endswith(".perfetto.json"):
            recording.to_perfetto(path)
        elif name.endswith(".json"):
            recording.trace.save(path)
        else:
            recording.plot().savefig(path)
