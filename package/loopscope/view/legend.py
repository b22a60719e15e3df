"""The legend: what a hollow and a filled bar, a mark, a line and a curve mean."""

from __future__ import annotations

from ..tracing.history import History
from .canvas import Canvas
from .palette import EDGE, GREY, INK, MARKS

__all__ = ["draw_legend"]

_SIZE = 6.8
_NOUNS = {
    "timer": "timer",
    "immediate": "immediate",
    "tick": "tick",
    "microtask": "microtask",
    "posted": "posted by a thread",
    "operation": "host operation",
}


def draw_legend(canvas: Canvas, past: History, y: float) -> None:
    """Draw it in one line below the plot; only what occurs is in it."""
    x = EDGE / canvas.unit
    middle = y + 0.3
    for face, text in (("#ffffff", "waits"), ("#b0b0b0", "runs")):
        canvas.box(x, x + 0.9, y + 0.05, 0.5, face=face, edge=GREY)
        x = _say(canvas, x + 1.05, middle, text)
    canvas.curve(x, y + 0.05, x + 0.8, y + 0.55, GREY)
    x = _say(canvas, x + 1.0, middle, "caused")
    if past.checkpoints:
        canvas.line(x + 0.2, y, x + 0.2, y + 0.6, style=":", width=1.3, colour=INK)
        x = _say(canvas, x + 0.4, middle, "checkpoint: the stack is empty, microtasks run")
    kinds = {item.kind for item in past.items.values()}
    for kind, noun in _NOUNS.items():
        if kind in kinds:
            canvas.mark(x + 0.15, middle, MARKS[kind], GREY)
            x = _say(canvas, x + 0.45, middle, noun)


def _say(canvas: Canvas, x: float, y: float, text: str) -> float:
    canvas.text(x, y, text, size=_SIZE, colour=GREY)
    return x + canvas.measure(text, _SIZE) + 0.55
