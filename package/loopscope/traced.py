"""`loopscope run --trace` and `--watch-order`: a run that is recorded, and what is made of it."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .tracer import trace
from .transcript import Transcript

if TYPE_CHECKING:
    from argparse import Namespace
    from types import TracebackType

    from .recording import Recording
    from .tracer import TraceBlock

__all__ = ["TracedWhile", "run_traced", "write_trace"]


def run_traced(program: Path, *, watch: bool, **options: Any) -> Recording:
    """Run a program as `record_into` does, and print what it prints, or its order as a table."""
    from .runtime import record_into

    if not watch:
        return record_into(Transcript(echo=True), program, **options)
    from rich.console import Console

    from .order import WatchedOrder

    with WatchedOrder(Console(file=sys.stdout)) as order:
        return record_into(order, program, **options)


def write_trace(recording: Recording, paths: Sequence[Path]) -> bool:
    """Write a recording to files, as their names' endings ask for; says so, or what went wrong.

    Returns whether all are written.
    """
    try:
        for path in paths:
            _write(recording, path)
            print(f"loopscope: {len(recording.trace)} events in {path}", file=sys.stderr)
    except (OSError, ImportError, ValueError) as error:
        print(f"loopscope: cannot write the trace: {error}", file=sys.stderr)
        return False
    return True


def _write(recording: Recording, path: Path) -> None:
    name = path.name.lower()
    if name.endswith(".html"):
        recording.to_html(path)
    elif name.endswith(".perfetto.json"):
        recording.to_perfetto(path)
    elif name.endswith(".json"):
        recording.trace.save(path)
    else:
        recording.plot().savefig(path)


class TracedWhile:
    """Traces a part of a program that runs on: from its start, after a time, or at a signal.

    The files are written in a thread of their own, so that the program goes on meanwhile; when it
    ends before the time is over, they are written then.
    """

    def __init__(self, options: Namespace) -> None:
        self._options = options
        self._block: TraceBlock | None = None
        self._writers: list[threading.Thread] = []
        self._previous: Any = None

    def __enter__(self) -> None:
        options = self._options
        if options.trace_signal:
            self._previous = signal.signal(signal.SIGUSR1, self._begin_again)
        else:
            self._begin(options.trace_after)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._options.trace_signal:
            signal.signal(signal.SIGUSR1, self._previous)
        if self._block is not None:
            self._block.__exit__(kind, error, traceback)
        for writer in self._writers:
            writer.join()

    def _begin(self, after: float) -> None:
        duration = self._options.trace_for * 1000
        self._block = trace(after=after * 1000, duration=duration, on_end=self._write)
        self._block.__enter__()

    def _begin_again(self, number: int, frame: object) -> None:
        """Begin to record, unless it is being recorded already."""
        if self._block is not None:
            if not self._block.complete:
                return
            self._block.__exit__(None, None, None)
        self._begin(self._options.trace_after)

    def _write(self, recording: TraceBlock) -> None:
        for writer in self._writers:
            writer.join()  # the files are the same
        writer = threading.Thread(target=write_trace, args=(recording, self._options.trace))
        writer.start()
        self._writers = [writer]
