"""The plot over the time: what the host waited for, what kept the one thread busy, in milliseconds.

Bars of the host end when a timer is due; if the thread was busy then, a hatched bar goes on until
the loop could look at it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from ..tracing.history import History, Run, Wait
from ..tracing.items import Item
from .canvas import Canvas
from .layout import pack
from .palette import GREY, INK, MARKS, PALE, SCRIPT, colour_of, ink_on, order_of, text_width
from .printed import draw_printed, place_lines
from .titles import host_title

if TYPE_CHECKING:
    from .._core import Event

__all__ = ["TimeView"]

_SIZE = 7.2
_UNITS = 32.0  # the width of the picture
_MOST_LEVELS = 14
_BAR = 0.72
_AXIS = 1.3
_LANES = ("Host", "Tasks", "Microtasks", "Output")


class TimeView:
    """The lanes of a run over its milliseconds; `first` and `last` bound the events."""

    def __init__(
        self,
        events: Sequence[Event],
        past: History,
        first: int,
        last: int,
        inches: float,
        prediction: Sequence[str] | None,
    ) -> None:
        if prediction is not None:
            raise ValueError('plot: a prediction is about the order: it needs x="step"')
        self.past = past
        self.first, self.last = first, last
        self.begin, self.end = past.times[first], past.times[last - 1]
        if self.end - self.begin < 1:
            self.end = self.begin + 1
        self.width = _UNITS
        self.unit = inches / _UNITS
        self.inches = inches
        self.order = order_of(past.items.values())
        self.waits = [
            wait for wait in past.waits if wait.lane == "host" and self._sees(wait.start, wait.end)
        ]
        self.levels = pack([self._extent(wait) for wait in self.waits])
        self.runs = [run for run in past.runs.values() if self._sees(run.start, run.end)]
        self.printed = place_lines(
            [
                (self._x(past.times[output.seq]), output.text, output)
                for output in past.outputs
                if self._sees(output.seq, output.seq)
            ],
            _UNITS,
            self.unit,
        )
        self.heights = {
            "Host": max(min(max(self.levels, default=0) + 1, _MOST_LEVELS), 1) + 0.3,
            "Tasks": 1.3,
            "Microtasks": 1.3,
            "Output": max((line.bottom for line in self.printed), default=0.6) + 0.75,
        }
        self.height = 0.2 + sum(self.heights.values()) + _AXIS

    def _sees(self, start: int, end: int) -> bool:
        return end >= self.first and start < self.last

    def _x(self, time: float) -> float:
        share = (time - self.begin) / (self.end - self.begin)
        return 0.5 + min(max(share, 0.0), 1.0) * (_UNITS - 2.5)

    def _extent(self, wait: Wait) -> tuple[float, float]:
        left, right = (self._x(self.past.times[seq]) for seq in (wait.start, wait.end))
        needed = text_width(host_title(wait.item), _SIZE) / self.unit
        due = self._late(wait)
        inside = (right if due is None else self._x(due)) - left >= needed + 0.65
        return left, right if inside else right + needed + 0.3

    # ---- drawing ----

    def draw(self, canvas: Canvas) -> None:
        """Draw the lanes from the top, then the axis."""
        y = 0.2
        bottom = y + sum(self.heights.values())
        ticks = [
            time
            for time in MaxNLocator(nbins=10, steps=[1, 2, 5, 10]).tick_values(self.begin, self.end)
            if self.begin <= time <= self.end
        ]
        for time in ticks:
            canvas.line(
                self._x(time), 0.2, self._x(time), bottom, colour="#dcdcdc", width=0.6, z=0.5
            )
            label = f"{time:,.10g}"
            canvas.text(self._x(time), bottom + 0.4, label, size=6.5, colour=GREY, ha="center")
        canvas.text(-0.25, bottom + 0.4, "ms", size=6.5, colour=GREY, ha="right")
        for name in _LANES:
            height = self.heights[name]
            canvas.text(-0.25, y + height / 2, name, size=8, weight="bold", ha="right")
            if name == "Host":
                self._draw_host(canvas, y)
            elif name == "Output":
                draw_printed(canvas, self.printed, y, "output", self._colour_of_run)
            else:
                self._draw_runs(canvas, name == "Tasks", y)
            y += height
            canvas.line(0, y, _UNITS, y, colour="#c9c9c9", width=0.6, z=1)
        told = "hollow: the host waits     filled: the one thread is busy"
        if any(self._late(wait) for wait in self.waits):
            told += "     hatched: due, but the thread is busy with something else"
        canvas.text(0, bottom + 1.05, told, size=6.8, colour=GREY)

    def _colour(self, item: Item) -> str:
        return colour_of(item, self.order)

    def _colour_of_run(self, run: int) -> str:
        found = self.past.runs.get(run)
        return SCRIPT if found is None else self._colour(found.item)

    def _late(self, wait: Wait) -> float | None:
        """Return when a timer was due, if the loop was late by a millisecond or more."""
        due = self.past.times[wait.start] + wait.item.delay
        ended = self.past.times[wait.end]
        late = wait.item.kind == "timer" and not wait.cancelled and not wait.open
        return due if late and ended - due >= 1 else None

    def _draw_host(self, canvas: Canvas, top: float) -> None:
        count = max(self.levels, default=0) + 1
        step = min(1.0, _MOST_LEVELS / count)
        for wait, level in zip(self.waits, self.levels, strict=True):
            y = top + 0.15 + (level + (1 - _BAR) / 2) * step
            colour = self._colour(wait.item)
            left, right = (self._x(self.past.times[seq]) for seq in (wait.start, wait.end))
            due = self._late(wait)
            middle = right if due is None else self._x(due)
            style = "--" if wait.open else "-"
            gid = f"wait:{wait.item.id}:{wait.start}"
            canvas.box(
                left, middle, y, _BAR * step, face="#ffffff", edge=colour, style=style, gid=gid
            )
            if due is not None:
                gid = f"late:{wait.item.id}:{wait.start}"
                canvas.box(middle, right, y, _BAR * step, edge=colour, hatch="////", gid=gid)
            if wait.cancelled:
                canvas.mark(right, y + _BAR * step / 2, "x", INK, size=6)
            if step > 0.6:
                if middle - left > 0.6:
                    canvas.mark(left + 0.3, y + _BAR / 2, MARKS[wait.item.kind], colour)
                title = host_title(wait.item)
                inside = left + 0.65 + canvas.measure(title, _SIZE) <= middle
                canvas.text(left + 0.55 if inside else right + 0.2, y + _BAR / 2, title, size=_SIZE)

    def _draw_runs(self, canvas: Canvas, tasks: bool, top: float) -> None:
        taken = 0.0
        for run in sorted(self.runs, key=lambda run: run.start):
            if (run.lane == "task") is not tasks:
                continue
            colour = self._colour(run.item)
            left, right = (self._x(self.past.times[seq]) for seq in (run.start, run.end))
            gid = f"run:{run.item.id}:{run.start}"
            y = top + 0.15 + (1 - _BAR) / 2
            canvas.box(left, right, y, _BAR, face=colour, edge=colour, gid=gid, z=3)
            taken = self._label_run(canvas, run, left, right, y, max(taken, left))
        ground = PALE[0]
        canvas.box(0, _UNITS, top + 0.05, 1.2, face=ground, z=0)

    def _label_run(
        self, canvas: Canvas, run: Run, left: float, right: float, y: float, taken: float
    ) -> float:
        """Write a title into a bar, or behind it if nothing is there; returns what is taken now."""
        title = run.item.title
        needed = canvas.measure(title, _SIZE)
        middle = y + _BAR / 2
        if right - left >= needed + 0.3:
            ink = ink_on(self._colour(run.item))
            canvas.text(left + 0.15, middle, title, size=_SIZE, colour=ink)
            return right
        following = [
            self._x(self.past.times[other.start])
            for other in self.runs
            if other.start > run.start and (other.lane == "task") == (run.lane == "task")
        ]
        room = min(following, default=_UNITS) - right
        if left >= taken and room >= needed + 0.5:
            canvas.text(right + 0.35, middle, title, size=_SIZE)
            return right + needed
        return right
