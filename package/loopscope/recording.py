"""Recording: what one run of a program did."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .tracing.schema import Trace

if TYPE_CHECKING:
    from .tracing.explain import Explanation, Style
    from .tracing.fold import State
    from .view.widget import Stepper

__all__ = ["TRACE_LIMIT", "Recording", "require_recording"]

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
        """Draw the run's lanes over its steps with matplotlib; see `loopscope.view.plot`.

        ImportError without matplotlib, TypeError and ValueError for other options than it has.
        """
        from .view.plot import plot

        return plot(self, **options)

    def stepper(self, start: int = 0) -> Stepper:
        """Return a widget that goes through the run step by step, forward and back.

        `start`: the step to show first; negative ones count from the end. IndexError if there is
        no such step; TypeError if it is no int; ImportError without anywidget.
        """
        from .view.widget import stepper

        return stepper(self, start)

    def to_html(self, path: str | Path) -> Path:
        """Write the stepper, the picture and all steps as one page that works offline.

        Returns the path; OSError if the file cannot be written, ValueError if no file has such a
        name. Without matplotlib, the page says in words what the picture would show.
        """
        from .view.html import to_html

        return to_html(self, path)

    def to_perfetto(self, path: str | Path) -> Path:
        """Write the run as a Chrome trace, for https://ui.perfetto.dev and the like.

        Returns the path; OSError if the file cannot be written, ValueError if no file has such a
        name.
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
