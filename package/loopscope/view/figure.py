"""The figure: its size, its one set of axes, and what it is to a notebook and to a file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..tracing.history import History
from .alt import alt_text, ending
from .canvas import Canvas
from .palette import INK
from .rows import Rows
from .steps import StepView
from .times import TimeView

if TYPE_CHECKING:
    from .._core import Event

__all__ = ["TraceFigure", "draw"]

_LEFT, _RIGHT, _TOP, _BOTTOM = 0.95, 0.12, 0.08, 0.42  # margins, inches
_LINE = 0.27  # height of a bar, inches


class TraceFigure(Figure):
    """A figure that needs no pyplot, and carries its description along.

    As no global state knows it, a notebook shows it once, and nothing has to be closed.
    """

    alt_text: str = ""
    """What the picture shows, in words."""

    def savefig(self, fname: Any, **options: Any) -> None:
        """Save the figure as matplotlib does, with its description in the file."""
        name = str(fname).lower()
        given = dict(options.pop("metadata", None) or {})
        kind = str(options.get("format") or name.rpartition(".")[2])
        if kind in ("png", "svg"):
            given.setdefault("Description", self.alt_text)
            given.setdefault("Title", "Event loop diagram")
        super().savefig(fname, metadata=given or None, **options)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        picture = io.BytesIO()
        self.savefig(picture, format="png", dpi=144)
        width, height = self.get_size_inches() * 96
        size = {"width": round(width), "height": round(height), "alt": self.alt_text}
        return (
            {"image/png": picture.getvalue(), "text/plain": self.alt_text},
            {"image/png": size},
        )


def draw(
    events: Sequence[Event],
    past: History,
    x: Literal["step", "time"],
    ax: Axes | None,
    first: int,
    last: int,
    *,
    width: float,
    prediction: Sequence[str] | None,
) -> TraceFigure | Axes:
    """Draw the events from number `first` up to `last`; see `loopscope.view.plot`."""
    if ax is not None:
        box = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted())
        view = _view(events, past, x, first, last, box.width, prediction, fill=True)
        Canvas(ax, box.width, box.height, view.width, view.height).draw(view)
        return ax
    view = _view(events, past, x, first, last, width - _LEFT - _RIGHT, prediction)
    width = view.inches + _LEFT + _RIGHT
    height = view.height * _LINE + _TOP + _BOTTOM
    figure = TraceFigure(figsize=(width, height), facecolor="white")
    figure.alt_text = alt_text(past)
    inside = (
        _LEFT / width,
        _BOTTOM / height,
        (width - _LEFT - _RIGHT) / width,
        view.height * _LINE / height,
    )
    canvas = Canvas(
        figure.add_axes(inside),
        width - _LEFT - _RIGHT,
        view.height * _LINE,
        view.width,
        view.height,
    )
    canvas.draw(view)
    if (told := ending(past)) and last == len(events):
        place = 1 - _RIGHT / width, 0.5 * _BOTTOM / height
        figure.text(*place, told, ha="right", va="center", size=7.5, color=INK)
    return figure


def _view(
    events: Sequence[Event],
    past: History,
    x: Literal["step", "time"],
    first: int,
    last: int,
    inches: float,
    prediction: Sequence[str] | None,
    *,
    fill: bool = False,
) -> StepView | TimeView:
    if x == "time":
        return TimeView(events, past, first, last, inches, prediction)
    return StepView(Rows(events, past, first, last, inches, prediction, fill))
