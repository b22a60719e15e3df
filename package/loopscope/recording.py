"""Recording: what one run of a program did."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from . import _core
from .tracing.schema import Trace

if TYPE_CHECKING:
    from .tracing.explain import Explanation, Style
    from .tracing.fold import State
    from .view.widget import Stepper

__all__ = ["TRACE_LIMIT", "Recording", "Transcript", "require_recording"]

TRACE_LIMIT = 1_000_000
"""How many events a recording keeps, unless told otherwise."""


@dataclass(frozen=True, eq=False)
class Recording:
    """What a run of a program printed, how it ended, and the trace of its every step."""

    output: list[str]
    """The printed lines, of stdout and stderr together, in order."""
    stdout: str
    """What was printed on stdout."""
    stderr: str
    """What was printed on stderr."""
    error: BaseException | None
    """The uncaught exception that ended the run, or None."""
    exit_code: int
    """What `node` would have exited with: 0; 1: uncaught error; 13: unsettled top-level await."""
    result: Any = field(repr=False)
    """What the program, if it was a callable, returned: a promise's value, if it was fulfilled."""
    trace: Trace = field(repr=False)
    """The events of the run, in order."""
    clock: str
    """ "virtual" or "real"."""
    host: str
    """ "node" or "browser"."""
    source: str | None = field(repr=False)
    """The text of the script; None for a callable."""
    path: Path | None
    """The file that the script was read from; None for a callable or a source text."""

    def state(self, k: int | None = None) -> State:
        """Return what there was after the first `k` events: queues, call stack, promises ...

        Without `k`: at the end of the run. Negative numbers count from the end. IndexError if
        there are not that many; see `loopscope.tracing.fold`.
        """
        from .tracing.fold import state

        return state(self.trace, k)

    def explain(
        self, k: int | None = None, style: Style = "text", *, lines: bool = False
    ) -> Explanation:
        """Explain all steps in a table, or step `k` in two lines: what happened, and why.

        `style`: "text" or "markdown". `lines`: with the lines that were executed, if they are
        recorded. IndexError if there is no step `k`, ValueError for another style.
        """
        from .tracing.explain import explain

        return explain(self, k, style, lines=lines)

    def why(self, text: str, occurrence: int = 1, style: Style = "text") -> Explanation:
        """Explain why a line was printed when it was: the causes, from the script to the line.

        `text`: a printed line, or a part of one; `occurrence`: which one of several, from 1.
        LookupError, with what was printed, if there is no such line.
        """
        from .tracing.explain import why

        return why(self, text, occurrence, style)

    def plot(self, **options: Any) -> Any:
        """Draw the run's lanes over its steps with matplotlib; see `loopscope.view.plot`."""
        from .view.plot import plot

        return plot(self, **options)

    def stepper(self, start: int = 0) -> Stepper:
        """Return a widget that goes through the run step by step, forward and back.

        `start`: the step to show first; negative ones count from the end. IndexError if there is
        no such step; ImportError without anywidget.
        """
        from .view.widget import stepper

        return stepper(self, start)

    def to_html(self, path: str | Path) -> Path:
        """Write the stepper, the picture and all steps as one page that works offline.

        Returns the path; OSError if the file cannot be written. Without matplotlib, the page says
        in words what the picture would show.
        """
        from .view.html import to_html

        return to_html(self, path)

    def to_perfetto(self, path: str | Path) -> Path:
        """Write the run as a Chrome trace, for https://ui.perfetto.dev and the like.

        Returns the path; OSError if the file cannot be written.
        """
        from .view.perfetto import to_perfetto

        return to_perfetto(self, path)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Be a stepper in a notebook, a picture where that cannot be, and text at a prompt."""
        from .view.bundle import bundle

        return bundle(self)

    def _ipython_display_(self) -> None:
        """Be the same as outputs of their own, so that a page made by nbconvert has a picture."""
        from .view.bundle import show

        show(self)


def require_recording(caller: str, value: object) -> None:
    """Raise TypeError, which names the function that was called, unless `value` is a Recording."""
    if not isinstance(value, Recording):
        raise TypeError(
            f"{caller}: argument 'recording' must be what record() returns, "
            f"not {type(value).__name__}"
        )


class Transcript:
    """Collects what a run prints. `echo`: it is printed as well, where it would have been."""

    trace: Callable[[], Trace]
    """Gives the events of the run up to now; known from its start on."""

    def __init__(self, echo: bool) -> None:
        self._written: list[tuple[str, str]] = []
        self._screens = {"stdout": sys.stdout, "stderr": sys.stderr} if echo else {}
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
        out, err = _Printer("stdout", sys.stdout), _Printer("stderr", sys.stderr)
        self._printers = [out, err]
        try:
            with redirect_stdout(out), redirect_stderr(err):
                yield
        finally:
            self._printers = []
            for printer, stream in ((out, "stdout"), (err, "stderr")):
                if rest := printer.take():
                    self.write(stream, rest)

    def text(self, *streams: str) -> str:
        """Return all that was printed on `streams`."""
        return "".join(text for stream, text in self._written if stream in streams)

    def lines(self) -> list[str]:
        """Return the printed lines of both streams."""
        lines = self.text("stdout", "stderr").split("\n")
        return lines if lines[-1] else lines[:-1]


class _Printer(io.TextIOBase):
    """The `sys.stdout` of a recorded program: whole lines go to the run, as console.log's do."""

    def __init__(self, stream: str, original: TextIO) -> None:
        self._stream = stream
        self._original = original
        self._partial = ""

    def write(self, text: str) -> int:
        if _core.current_loop() is None:  # another thread, or after the run
            return self._original.write(text)
        self._partial += text
        if "\n" in text:
            self.flush()
        return len(text)

    def flush(self) -> None:
        if _core.current_loop() is not None and (text := self.take()):
            _core.write(self._stream, text)

    def take(self) -> str:
        """Return what was printed and not passed on yet."""
        text, self._partial = self._partial, ""
        return text

    def writable(self) -> bool:
        return True
