"""The order of a run in a terminal: a row for each printed text, as it is printed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.live import Live
from rich.table import Table
from rich.text import Text

from .tracing.sentences import Names
from .transcript import Transcript

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from rich.console import Console

    from ._core import Event

__all__ = ["WatchedOrder"]

_REFRESH = 0.05  # seconds; drawing must not take the time of the program


class WatchedOrder(Transcript):
    """Shows what a run prints as a table: in which task, by which function's run, at which line.

    While it is entered, a terminal shows the newest rows; when it is left, all of them are printed.
    """

    def __init__(self, console: Console) -> None:
        super().__init__(echo=False)
        self._console = console
        self._names = Names()
        self._read = 0
        self._rows: list[tuple[Event, int, str]] = []
        self._drawn = 0.0
        self._live: Live | None = None

    def write(self, stream: str, text: str) -> None:
        """Take `text`, printed on "stdout" or "stderr", and show it."""
        super().write(stream, text)
        self._follow()
        if self._live is not None and time.monotonic() - self._drawn > _REFRESH:
            self._drawn = time.monotonic()
            self._live.update(self._table(self._console.height - 4), refresh=True)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live = Live(
                console=self._console,
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()
        if hasattr(self, "trace"):
            self._follow()
            self._console.print(self._table(len(self._rows)))

    def _follow(self) -> None:
        """Read what has been recorded since the last time."""
        trace = self.trace()
        while self._read < len(trace):
            event = trace[self._read]
            self._read += 1
            self._names.read(event)
            if event.kind == "output":
                running = self._names.running(event)
                title = running.title if running else ""
                self._rows.append((event, self._names.task, title))

    def _table(self, most: int) -> Table:
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for heading in ("#", "ms", "task"):
            table.add_column(heading, justify="right", no_wrap=True)
        table.add_column("runs", style="bold")
        table.add_column("line", justify="right", no_wrap=True)
        table.add_column("prints", overflow="fold", ratio=1)
        first = max(0, len(self._rows) - max(1, most))
        digits = 1 if any(event.time % 1 for event, _, _ in self._rows[first:]) else 0
        for number, (event, task, title) in enumerate(self._rows[first:], first + 1):
            table.add_row(
                str(number),
                f"{event.time:,.{digits}f}",
                str(task or ""),
                Text(title),
                str(event.line or ""),
                Text(event.text.removesuffix("\n"), style="red" if event.extra == 2 else ""),
            )
        return table
