"""Where printed lines stand on the plot: below the step that printed them, wrapped, apart."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..tracing.history import Output
from .canvas import Canvas
from .palette import EDGE, GREY, INK, text_width

__all__ = ["Printed", "draw_printed", "place_lines"]

_COLUMNS = 26
_MOST_LINES = 4
_LINE = 0.52  # height of a line of text
_APART = 0.12


@dataclass
class Printed:
    """A printed text in its box."""

    size: ClassVar[float] = 7.0  # points

    x: float
    """Where it was printed."""
    text: str
    output: Output | None
    left: float
    width: float
    top: float
    bottom: float
    """From the top of the lane, in units."""
    ringed: bool = False


def place_lines(
    lines: Sequence[tuple[float, str, Output | None]],
    width: float,
    unit: float,
    walls: Sequence[float] = (),
) -> list[Printed]:
    """Place texts, printed at the given x, in the order of printing, so that none overlap.

    `width`: of the row, in units; `unit`: inches in a unit; `walls`: what is printed to the left of
    one stays there.
    """
    placed: list[Printed] = []
    edge = EDGE / unit
    for x, text, output in lines:
        wrapped = _wrap(text)
        needed = text_width(wrapped, Printed.size) / unit + 0.3
        height = wrapped.count("\n") * _LINE + _LINE + 0.3
        right = min([wall for wall in walls if wall > x] + [width - edge])
        left = max(edge, min(x - 0.15, right - needed))
        top = 0.0
        while (other := _overlapped(placed, left, left + needed, top, top + height)) is not None:
            top = other.bottom
        placed.append(Printed(x, wrapped, output, left, needed, top, top + height))
    return placed


def draw_printed(
    canvas: Canvas,
    lines: Sequence[Printed],
    top: float,
    what: str,
    colour_of_run: Callable[[int], str],
) -> None:
    """Draw the boxes below marks at the top of the lane. `what`: "output" or "predicted"."""
    predicted = what == "predicted"
    for line in lines:
        colour = GREY
        if line.output is not None and not predicted:
            colour = colour_of_run(line.output.run)
        y = top + 0.55 + line.top
        height = line.bottom - line.top - 0.1
        if line.output is not None:
            canvas.line(line.x, top + 0.25, line.x, y + 0.1, colour=colour, z=2)
            canvas.mark(line.x, top + 0.25, "v", colour, face="#ffffff" if predicted else None)
        canvas.box(
            line.left,
            line.left + line.width,
            y,
            height,
            face="#ffffff",
            edge=INK if line.ringed else colour,
            line=2.2 if line.ringed else 1.0,
            style="--" if predicted and not line.ringed else "-",
            z=4.5,
        )
        gid = f"{what}:{line.output.seq}" if line.output else what
        canvas.text(line.left + 0.12, y + height / 2, line.text, size=Printed.size, gid=gid)


def _overlapped(
    placed: Sequence[Printed], left: float, right: float, top: float, bottom: float
) -> Printed | None:
    for other in reversed(placed):
        if (
            other.left < right + _APART
            and left < other.left + other.width + _APART
            and other.top < bottom
            and top < other.bottom
        ):
            return other
    return None


def _wrap(text: str) -> str:
    lines: list[str] = []
    for line in text.expandtabs().split("\n"):
        lines += textwrap.wrap(line, _COLUMNS, drop_whitespace=False) or [""]
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], f"… {len(lines) - _MOST_LINES + 1} more lines"]
    return "\n".join(line.rstrip() for line in lines)
