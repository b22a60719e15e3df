"""The legend: what bars, marks, lines and curves mean; only what occurs is in it."""

from __future__ import annotations

from ..tracing.history import History
from .canvas import Canvas
from .palette import EDGE, GREY, INK, MARKS, text_width

__all__ = ["draw_legend", "legend_inches"]

_SIZE = 6.8
_UNIT = 0.31  # inches that a unit of its signs has
_APART = 0.55
_NOUNS = {
    "timer": "timer",
    "immediate": "immediate",
    "tick": "tick",
    "microtask": "microtask",
    "posted": "posted by a thread",
    "operation": "host operation",
}


_CHECKPOINT = "checkpoint: the stack is empty, microtasks run"


def draw_legend(canvas: Canvas, past: History, y: float) -> None:
    """Draw it in one line below the plot."""
    unit = canvas.unit / _UNIT  # its signs are as large in every picture
    x = EDGE / canvas.unit
    middle = y + 0.3
    for sign, text in _entries(past):
        if sign in ("waits", "runs"):
            face = "#ffffff" if sign == "waits" else "#b0b0b0"
            canvas.box(x, x + 0.9 / unit, y + 0.05, 0.5, face=face, edge=GREY)
        elif sign == "caused":
            canvas.curve(x, y + 0.05, x + 0.8 / unit, y + 0.55, GREY)
        elif sign == "checkpoint":
            middle_of_line = x + 0.2 / unit
            canvas.line(
                middle_of_line, y, middle_of_line, y + 0.6, style=":", width=1.3, colour=INK
            )
        else:
            canvas.mark(x + 0.15 / unit, middle, MARKS[sign], GREY)
        x += _room(sign) / unit
        canvas.text(x, middle, text, size=_SIZE, colour=GREY)
        x += canvas.measure(text, _SIZE) + _APART / unit


def legend_inches(past: History) -> float:
    """Return how wide the legend is, in inches."""
    return sum(
        (_room(sign) + _APART) * _UNIT + text_width(text, _SIZE) for sign, text in _entries(past)
    )


def _entries(past: History) -> list[tuple[str, str]]:
    """Return the signs that occur, each with its meaning."""
    found = []
    if past.waits:
        found.append(("waits", "waits"))
    found.append(("runs", "runs"))
    if past.waits:
        found.append(("caused", "caused"))
    if past.checkpoints:
        found.append(("checkpoint", _CHECKPOINT))
    kinds = {item.kind for item in past.items.values()}
    return found + [(kind, noun) for kind, noun in _NOUNS.items() if kind in kinds]


def _room(sign: str) -> float:
    return {"waits": 1.05, "runs": 1.05, "caused": 1.0, "checkpoint": 0.4}.get(sign, 0.45)
