"""`plot`: a run as a picture, with matplotlib: what ran inside which task, what waited, and why.

Over the steps, from top to bottom: what the host keeps (timers), the task queue, the microtask
queue, the call stack, and the output. A hollow bar waits, a filled bar runs; a thin curve leads
from what scheduled a thing to the thing. Over the time (`x="time"`): the same in milliseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

from ..tracing.history import history
from .alt import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from .._core import Event
    from .figure import TraceFigure

__all__ = ["describe", "plot"]


class Recorded(Protocol):
    """What is read of a recording."""

    @property
    def trace(self) -> Sequence[Event]: ...


def plot(
    recording: Recorded,
    *,
    x: Literal["step", "time"] = "step",
    ax: Axes | None = None,
    start: int = 0,
    stop: int | None = None,
    width: float = 11.0,
    prediction: Sequence[object] | None = None,
) -> TraceFigure | Axes:
    """Draw a recording.

    `x`: "step" gives each event its place; "time" draws milliseconds, for programs that wait. `ax`:
    draw there, and return it; else a new Figure is returned, which shows itself in a notebook.
    `start`, `stop`: draw the steps from `start` up to and without `stop`, as in a slice. `width`:
    of the new figure, in inches; a short run takes less. `prediction`: the lines that were
    expected, in order: they are drawn as hollow marks below the output, and the first that differs
    is ringed.

    Long runs fold: what repeats is drawn once, and if that is not enough, the middle is left out;
    the picture says so. The figure's `alt_text` says in words what it shows.

    Raises ImportError if matplotlib is not installed, ValueError for another `x` or no steps.
    """
    if x not in ("step", "time"):
        raise ValueError(f'plot: argument \'x\' must be "step" or "time", not {x!r}')
    events = recording.trace
    first, last, _ = slice(start, stop).indices(len(events))
    if first >= last:
        raise ValueError(
            f"plot: there is nothing to draw: the recording has {len(events)} steps, and "
            f"start={start}, stop={stop} leaves none of them"
        )
    try:
        from .figure import draw
    except ImportError as error:
        if error.name is None or error.name.partition(".")[0] != "matplotlib":
            raise
        raise ImportError(
            "plot: pictures need matplotlib; install it with: pip install 'loopscope[plot]'",
            name=error.name,
        ) from error
    # As it is compared by check(): numbers may stand for lines, and no lines are no prediction yet.
    expected = [str(line) for line in prediction] if prediction else None
    options: dict[str, Any] = {"width": width, "prediction": expected}
    return draw(list(events), history(events), x, ax, first, last, **options)
