"""What a run prints: with `console`, and with Python's own `print`."""

from __future__ import annotations

import io
import sys
from _thread import _local, allocate_lock
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from . import _core

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .tracing.schema import Trace

__all__ = ["Transcript"]

_STREAMS = ("stdout", "stderr")


class Transcript:
    """Collects what a run prints. `echo`: it is printed as well, where it would have been."""

    trace: Callable[[], Trace]
    """Gives the events of the run up to now; known from its start on."""

    def __init__(self, echo: bool) -> None:
        self._written: list[tuple[str, str]] = []
        self._screens = {stream: _screen(stream) for stream in _STREAMS} if echo else {}
        self._printers: list[_Printer] = []

    def write(self, stream: str, text: str) -> None:
        """Take `text`, printed on "stdout" or "stderr"."""
        for printer in self._printers:
            printer.flush()
        self._written.append((stream, text))
        if screen := self._screens.get(stream):
            screen.write(text)

    @contextmanager
    def capturing_print(self) -> Iterator[None]:
        """Collect what this thread prints with Python's own `print` as well."""
        with _printing("stdout") as out, _printing("stderr") as err:
            self._printers = [out, err]
            try:
                yield
            finally:
                self._printers = []
                for printer in (out, err):
                    if rest := printer.take():
                        self.write(printer.stream, rest)

    def text(self, *streams: str) -> str:
        """Return all that was printed on `streams`."""
        return "".join(text for stream, text in self._written if stream in streams)

    def lines(self) -> list[str]:
        """Return the printed lines of both streams."""
        lines = self.text(*_STREAMS).split("\n")
        return lines if lines[-1] else lines[:-1]


# ---- Python's own print ----


class _Here(_local):
    """What a _Printer knows of the thread that prints."""

    recorded = False
    partial = ""


class _Printer(io.TextIOBase):
    """`sys.stdout` while programs are recorded: one for all threads that do so at the same time.

    What a recorded program prints goes to its run in whole lines, as console.log's do; what others
    print goes where it would have gone.
    """

    def __init__(self, stream: str, original: TextIO | None) -> None:
        self.stream = stream
        self.original = original
        self.users = 0
        self.here = _Here()

    def write(self, text: str) -> int:
        if not self._is_recorded():
            return len(text) if self.original is None else self.original.write(text)
        self.here.partial += text
        if "\n" in text:
            self.flush()
        return len(text)

    def flush(self) -> None:
        if not self._is_recorded():
            if self.original is not None:
                self.original.flush()
        elif text := self.take():
            _core.write(self.stream, text)

    def take(self) -> str:
        """Return what this thread printed that was not passed on yet."""
        text, self.here.partial = self.here.partial, ""
        return text

    def writable(self) -> bool:
        return True

    def _is_recorded(self) -> bool:
        return self.here.recorded and _core.current_loop() is not None  # else it is after the run


_replacing = allocate_lock()


@contextmanager
def _printing(stream: str) -> Iterator[_Printer]:
    """Let what this thread prints on `sys.stdout` or `sys.stderr` go to its run."""
    with _replacing:
        printer = getattr(sys, stream)
        if not isinstance(printer, _Printer):
            printer = _Printer(stream, printer)
            setattr(sys, stream, printer)
        printer.users += 1
    printer.here.recorded = True
    try:
        yield printer
    finally:
        printer.here.recorded = False
        with _replacing:
            printer.users -= 1
            if not printer.users:
                setattr(sys, stream, printer.original)


def _screen(stream: str) -> TextIO | None:
    """Return where a stream would print if no program were recorded."""
    screen: Any = getattr(sys, stream)
    found: TextIO | None = screen.original if isinstance(screen, _Printer) else screen
    return found
