"""The plot over the steps: one place for each event, lanes below each other, rows if it is long."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..tracing.history import Frame, History, Task
from ..tracing.items import Item
from .canvas import Canvas
from .crowd import draw_crowd, widest_free
from .layout import Layout, Row, Track, make_layout, pack, tracks_of
from .legend import draw_legend, legend_inches
from .palette import GREY, INK, MARKS, PALE, SCRIPT, colour_of, ink_on, order_of, text_width
from .printed import Printed, draw_printed, place_lines
from .titles import host_title

if TYPE_CHECKING:
    from .._core import Event

__all__ = ["StepView"]

_UNIT = 0.31  # inches for a step
_BAR = 0.74  # of a level's height
_HEADER = 1.25
_TICKS = 0.75
_GAP = 0.7  # between rows
_LEGEND = 0.9
_SIZE = 7.2  # points
_FRAME_SIZE = 6.6
_LONG_NAME = 26  # letters
_FOLD_SIDE = 1.8  # from the middle of a fold to its side
_LANES = (("host", "Host", 4), ("task", "Tasks", 3), ("microtask", "Microtasks", 4))
"""Lane, its name, and how many levels it may grow to before its bars get thinner."""
_STACK_LEVELS = 5
_MOST_LEVELS = 4
"""Of the stack, when it is so deep that no level of it would be seen ..."""
_DEEP = 20
"""... as it is deeper than that."""


@dataclass
class _Lane:
    """A lane in a row: its tracks, each with the part that is seen and its level."""

    name: str
    tracks: list[Track] = field(default_factory=list)
    seen: list[tuple[float, float]] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)
    most: int = 4
    crowd: dict[int, tuple[float, float]] = field(default_factory=dict)
    """The waits, by track, that share the last level: nobody could tell thinner bars apart."""

    @property
    def count(self) -> int:
        return max(self.levels, default=0) + 1

    def gather(self) -> set[int]:
        """Let what is too much share the last level; returns which of the tracks do."""
        if self.count <= 2 * self.most:
            return set()
        gathered = {at for at, level in enumerate(self.levels) if level >= self.most}
        self.levels = [min(level, self.most) for level in self.levels]
        self.most += 1
        return gathered

    @property
    def step(self) -> float:
        return min(1.0, self.most / self.count)

    @property
    def height(self) -> float:
        return self.count * self.step + 0.3


@dataclass
class _Part:
    """All that is drawn in one row."""

    row: Row
    lanes: list[_Lane]
    frames: list[tuple[Frame, float, float]]
    printed: list[Printed]
    predicted: list[Printed]
    tasks: list[tuple[Task, float, float]]

    @property
    def depth(self) -> int:
        """How many levels of frames are drawn one by one."""
        depth = max((frame.depth for frame, _, _ in self.frames), default=1)
        return depth if depth <= _DEEP else _MOST_LEVELS

    @property
    def deep(self) -> list[tuple[float, float]]:
        """Where there are frames above those levels."""
        return [(left, right) for frame, left, right in self.frames if frame.depth > self.depth]

    @property
    def stack_height(self) -> float:
        return min(self.depth + bool(self.deep), _STACK_LEVELS) + 0.3

    @property
    def output_height(self) -> float:
        return _lines_height(self.printed)

    @property
    def predicted_height(self) -> float:
        return _lines_height(self.predicted) if self.predicted else 0.0

    @property
    def height(self) -> float:
        lanes = sum(lane.height for lane in self.lanes)
        outputs = self.output_height + self.predicted_height
        return _HEADER + lanes + self.stack_height + outputs + _TICKS


def _lines_height(lines: Sequence[Printed]) -> float:
    return max((line.bottom for line in lines), default=0.6) + 0.75


class StepView:
    """The lanes of a run; `first` and `last` bound the events that are drawn.

    `fill`: take all of the `inches`, even if there is little to draw.
    """

    def __init__(
        self,
        events: Sequence[Event],
        past: History,
        first: int,
        last: int,
        inches: float,
        prediction: Sequence[str] | None,
        fill: bool = False,
    ) -> None:
        self.events = events
        self.past = past
        self.first, self.last = first, last
        self.layout: Layout = make_layout(events, past, inches / _UNIT, first, last, _name_width)
        widest = max(row.right - row.left for row in self.layout.rows)
        # One short row is stretched a little, but its steps do not become giants.
        self.unit = min(inches / widest, _UNIT * 1.5)
        for _ in range(2):  # what is smaller has more room behind it, but its titles need more
            widest = max(widest, *(self._title_end(row) for row in self.layout.rows))
            self.unit = min(inches / widest, self.unit)
        self.inches = min(inches, max(widest * self.unit, legend_inches(past)))
        """What it needs of the inches that it may have."""
        self.width = (inches if fill else self.inches) / self.unit
        self.order = order_of(past.items.values())
        self.parts = [self._part(row) for row in self.layout.rows]
        if prediction is not None:
            self._predict(prediction)
        body = sum(part.height for part in self.parts) + _GAP * (len(self.parts) - 1)
        self.height = body + _LEGEND

    # ---- what is where ----

    def _sees(self, start: int, end: int) -> bool:
        return end >= self.first and start < self.last and not self.layout.hidden(start, end)

    def _clip(self, row: Row, start: int, end: int) -> tuple[float, float] | None:
        if not self._sees(start, end):
            return None
        xs = self.layout.xs
        return row.clip(xs[start], xs[end])

    def _part(self, row: Row) -> _Part:
        lanes = [self._lane(row, lane, name, most) for lane, name, most in _LANES]
        frames = [
            (frame, *seen)
            for frame in self.past.frames
            if (seen := self._clip(row, frame.start, frame.end)) is not None
        ]
        tasks = [
            (task, *seen)
            for task in self.past.tasks
            if (seen := self._clip(row, task.start, task.end)) is not None
        ]
        outputs = [
            (seen[0], output.text, output)
            for output in self.past.outputs
            if (seen := self._clip(row, output.seq, output.seq)) is not None
        ]
        walls = [wall for wall, _ in self._walls(row)]
        printed = place_lines(outputs, row.right - row.left, self.unit, walls)
        return _Part(row, lanes, frames, printed, [], tasks)

    def _walls(self, row: Row) -> list[tuple[float, float]]:
        """Return the sides of the folds, which cover what is behind them."""
        middles = [fold.x - row.left for fold in self.layout.folds]
        return [(x - _FOLD_SIDE, x + _FOLD_SIDE) for x in middles]

    def _lane(self, row: Row, lane: str, name: str, most: int) -> _Lane:
        found = _Lane(name, most=most)
        extents = []
        for track in tracks_of(self.past, lane):
            seen = self._clip(row, track.start, track.end)
            if seen is None:
                continue
            left, right = seen
            found.tracks.append(track)
            found.seen.append(seen)
            needed = self._outside_label(row, track)
            extents.append((left, right + needed))
        found.levels = pack(extents)
        for at in sorted(found.gather()):
            track = found.tracks[at]
            wait = track.wait and self._clip(row, track.wait.start, track.wait.end)
            found.crowd[at] = wait or (0.0, 0.0)
        return found

    def _title_end(self, row: Row) -> float:
        """Return how far titles behind bars reach, those of tracks that end in this row."""
        ends = [0.0]
        for lane, _, _ in _LANES:
            for track in tracks_of(self.past, lane):
                seen = self._clip(row, track.start, track.end)
                if seen is not None and self.layout.xs[track.end] < row.right:
                    ends.append(seen[1] + self._outside_label(row, track))
        return max(ends)

    def _segments(self, row: Row, track: Track) -> list[tuple[str, float, float]]:
        """Return the parts of a track that are seen in a row: ("wait" or "run", left, right)."""
        found = []
        for what, span in (("wait", track.wait), ("run", track.run)):
            if span is not None and (seen := self._clip(row, span.start, span.end)) is not None:
                found.append((what, *seen))
        return found

    def _outside_label(self, row: Row, track: Track) -> float:
        """Return the room that a track's title needs behind it, as it does not fit in."""
        title = text_width(_title(track), _SIZE) / self.unit
        walls = self._walls(row)
        for _, begin, end in self._segments(row, track):
            left, right = widest_free(begin, end, walls)
            if right - left >= title + _INSET / self.unit:
                return 0.0
        return title + 0.3

    def _predict(self, prediction: Sequence[str]) -> None:
        """Put the expected lines below those that came, and ring the first that differs."""
        actual = [output.text for output in self.past.outputs]
        wrong = next(
            (at for at, line in enumerate(prediction) if actual[at : at + 1] != [line]),
            None if len(prediction) == len(actual) else len(prediction),
        )
        at = 0
        for part in self.parts:
            expected = []
            for line in part.printed:
                if at < len(prediction):
                    expected.append((line.x, prediction[at], line.output))
                line.ringed = at == wrong
                at += 1
            if part is self.parts[-1]:
                end = part.row.right - part.row.left
                expected += [(end, line, None) for line in prediction[at:]]
            width = part.row.right - part.row.left
            part.predicted = place_lines(expected, width, self.unit)
        told = [line for part in self.parts for line in part.predicted]
        if wrong is not None and wrong < len(told):
            told[wrong].ringed = True

    # ---- drawing ----

    def draw(self, canvas: Canvas) -> None:
        """Draw all rows, from the top, and the legend."""
        top = 0.0
        for part in self.parts:
            self._draw_part(canvas, part, top)
            top += part.height + _GAP
        draw_legend(canvas, self.past, top - _GAP + 0.25)

    def _draw_part(self, canvas: Canvas, part: _Part, top: float) -> None:
        y = top + _HEADER
        bottom = top + part.height - _TICKS
        self._draw_grounds(canvas, part, top, bottom)
        bars: dict[tuple[str, int, int], tuple[float, float]] = {}
        for lane in part.lanes:
            _name_lane(canvas, lane.name, y, lane.height)
            self._draw_lane(canvas, part.row, lane, y, bars)
            y = _rule(canvas, part.row, y + lane.height)
        _name_lane(canvas, "Call stack", y, part.stack_height)
        self._draw_stack(canvas, part, y)
        y = _rule(canvas, part.row, y + part.stack_height)
        _name_lane(canvas, "Output", y, part.output_height)
        draw_printed(canvas, part.printed, y, "output", self._colour_of_run)
        if part.predicted:
            y = _rule(canvas, part.row, y + part.output_height)
            _name_lane(canvas, "Predicted", y, part.predicted_height)
            draw_printed(canvas, part.predicted, y, "predicted", self._colour_of_run)
        self._draw_causes(canvas, part, bars)
        self._draw_ticks(canvas, part, bottom)

    def _colour(self, item: Item) -> str:
        return colour_of(item, self.order)

    def _colour_of_run(self, run: int) -> str:
        found = self.past.runs.get(run)
        return SCRIPT if found is None else self._colour(found.item)

    def _draw_grounds(self, canvas: Canvas, part: _Part, top: float, bottom: float) -> None:
        xs, row = self.layout.xs, part.row
        grounds: list[tuple[float, float]] = []
        for task, left, right in part.tasks:
            left, right = max(left - 0.35, 0.0), min(right + 0.3, row.right - row.left)
            grounds.append((left, right))
            ground = PALE[task.number % 2]
            high = top + 0.1
            canvas.box(
                left, right, high, bottom - high, face=ground, gid=f"task:{task.number}", z=0
            )
            continued = xs[task.start] < row.left
            self._head_task(canvas, task, left, right, top, continued)
        for checkpoint in self.past.checkpoints:
            seen = self._clip(row, checkpoint.start, checkpoint.end)
            if seen is not None and xs[checkpoint.start] >= row.left:
                x = seen[0]
                gid = f"checkpoint:{checkpoint.start}"
                canvas.line(x, top + 1.15, x, bottom, style=":", width=1.3, gid=gid, colour=INK)
                # Behind the line; before it where the label would leave its task's ground.
                behind = x + 0.1 + canvas.measure("checkpoint", 6)
                turned = any(low <= x <= high < behind for low, high in grounds)
                canvas.text(
                    x - 0.1 if turned else x + 0.1,
                    top + 0.95,
                    "checkpoint",
                    size=6,
                    colour=GREY,
                    style="italic",
                    ha="right" if turned else "left",
                )
        for idle in self.past.idles:
            seen = self._clip(row, idle.seq, idle.seq)
            if seen is not None:
                middle = seen[0] - 0.55
                text = f"{_ms(idle.ms)}\npass"
                canvas.text(
                    middle, top + 0.6, text, size=6, colour=GREY, ha="center", style="italic"
                )
        for fold in self.layout.folds:
            if row.left <= fold.x < row.right:
                x = fold.x - row.left
                gid = f"fold:{fold.first}"
                left, right = x - _FOLD_SIDE, x + _FOLD_SIDE
                head = top + 1.2
                canvas.box(
                    left,
                    right,
                    head,
                    bottom - head,
                    face="#ffffff",
                    edge="#b5b5b5",
                    style="--",
                    line=0.8,
                    gid=gid,
                    z=6,
                )
                text = "⋯\n" + "\n".join(textwrap.wrap(fold.text, 15))
                middle = (top + bottom) / 2
                canvas.text(x, middle, text, size=6.5, ha="center", colour=GREY, z=7)

    def _head_task(
        self, canvas: Canvas, task: Task, left: float, right: float, top: float, continued: bool
    ) -> None:
        time = self.past.times[task.start]
        name = f"Task {task.number}: {task.run.item.title}"
        room = right - left - 0.2
        for text in (f"{name} · {_ms(time)}", name, f"Task {task.number}", str(task.number)):
            text = "… " + text if continued else text
            if canvas.measure(text, 7.5, "bold") <= room:
                canvas.text(left + 0.12, top + 0.45, text, weight="bold")
                return

    def _draw_lane(
        self,
        canvas: Canvas,
        row: Row,
        lane: _Lane,
        top: float,
        bars: dict[tuple[str, int, int], tuple[float, float]],
    ) -> None:
        height = lane.step * _BAR if lane.step >= 0.5 else lane.step * 0.9
        walls = self._walls(row)
        if lane.crowd:
            low = top + 0.15 + (lane.count - 0.5 * (1 - _BAR)) * lane.step
            draw_crowd(canvas, [*lane.crowd.values()], low, height, walls, "more wait")
        for at, (track, level) in enumerate(zip(lane.tracks, lane.levels, strict=True)):
            y = top + 0.15 + level * lane.step + (lane.step - height) / 2
            colour = self._colour(track.item)
            title = _title(track)
            labelled = lane.step < 0.6 or at in lane.crowd
            end = 0.0
            for what, left, right in self._segments(row, track):
                runs = what == "run"
                span = track.run if runs else track.wait
                assert span is not None
                tick = track.item.kind == "tick"
                gid = f"{what}:{track.item.id}:{span.start}"
                bars[what, track.item.id, span.start] = (y, y + height)
                if at in lane.crowd and not runs:
                    continue
                canvas.box(
                    left, right, y, height,
                    face=colour if runs else "#ffffff",
                    edge=colour if not (runs and tick) else INK,
                    hatch="//" if tick and not runs else None,
                    style="--" if span.open and not runs else "-",
                    line=1.4 if height > 0.4 else 0.5,
                    gid=gid,
                    z=3 if runs else 2.5,
                )  # fmt: skip
                begin, seen = widest_free(left, right, walls)
                if (
                    lane.step >= 0.6
                    and canvas.measure(title, _SIZE) + _INSET / canvas.unit <= seen - begin
                ):
                    ink = ink_on(colour) if runs else INK
                    x = begin + 0.04 / canvas.unit
                    marker = MARKS.get(track.item.kind)
                    if marker:
                        middle = x + 0.055 / canvas.unit
                        canvas.mark(middle, y + height / 2, marker, ink if runs else colour)
                        x += 0.13 / canvas.unit
                    canvas.text(x, y + height / 2, title, size=_SIZE, colour=ink)
                    labelled = True
                end = max(end, right)
            if at in lane.crowd:
                continue
            if track.wait is not None and track.wait.cancelled and track.run is None:
                canvas.mark(end, y + height / 2, "x", INK, size=6)
            if not labelled:
                free = min([canvas.width, *(wall for wall, _ in walls if wall > end)]) - end
                shown = canvas.fit(title, free - 0.12, _SIZE)
                if shown == title or self.layout.xs[track.end] < row.right:  # else the next row
                    middle = y + height / 2
                    canvas.text(end + 0.12, middle, shown, size=_SIZE, colour=INK, halo=True)

    def _draw_stack(self, canvas: Canvas, part: _Part, top: float) -> None:
        deep, walls = part.deep, self._walls(part.row)
        step = min(1.0, _STACK_LEVELS / (part.depth + bool(deep)))
        base = top + part.stack_height - 0.15
        ends: dict[int, float] = {}  # by depth: where the frame behind this one begins
        if deep:
            low = base - (part.depth + 0.05) * step
            draw_crowd(canvas, deep, low, 0.9 * step, walls, "more calls")
        for frame, left, right in sorted(part.frames, key=lambda each: -each[1]):
            if frame.depth > part.depth:
                continue
            colour = self._colour_of_run(frame.run)
            is_console = frame.name.startswith("console.")
            y = base - frame.depth * step
            face = "#ffffff" if is_console else colour
            gid = f"frame:{frame.start}"
            canvas.box(
                left, right, y + 0.05 * step, 0.9 * step, face=face, edge=colour, gid=gid, line=0.9
            )
            if step > 0.6:
                ink = INK if is_console else ink_on(colour)
                wall = min([canvas.width, *(wall for wall, _ in walls if wall > left)])
                free = min(ends.get(frame.depth, canvas.width), wall) - right
                seen = widest_free(left, right, walls)
                _name_frame(canvas, frame, *seen, y + 0.5 * step, ink, free)
            ends[frame.depth] = left

    def _draw_causes(
        self,
        canvas: Canvas,
        part: _Part,
        bars: dict[tuple[str, int, int], tuple[float, float]],
    ) -> None:
        xs, row = self.layout.xs, part.row
        for lane in part.lanes:
            if lane.step < 0.5:
                continue
            for at, track in enumerate(lane.tracks):
                wait = track.wait
                if wait is None or not row.left <= xs[wait.start] < row.right:
                    continue
                if not self.first <= wait.start < self.last:
                    continue
                target = bars.get(("wait", track.item.id, wait.start))
                source = self._cause(wait.by, track.item, wait.start, bars)
                if target is None or source is None or at in lane.crowd:
                    continue
                x = xs[wait.start] - row.left
                down = target[0] > source[0]
                begin = source[1] if down else source[0]
                end = target[0] if down else target[1]
                gid = f"cause:{track.item.id}:{wait.start}"
                canvas.curve(x, begin, x, end, self._colour(track.item), gid)

    def _cause(
        self,
        by: int,
        item: Item,
        seq: int,
        bars: dict[tuple[str, int, int], tuple[float, float]],
    ) -> tuple[float, float] | None:
        """Find the bar that a wait comes from: what ran then, or the host where it waited."""
        run = self.past.runs.get(by)
        if run is not None:
            return bars.get(("run", run.item.id, run.start))
        for wait in self.past.waits:
            if wait.item is item and wait.end == seq:
                return bars.get(("wait", item.id, wait.start))
        return None

    def _draw_ticks(self, canvas: Canvas, part: _Part, bottom: float) -> None:
        """Write step numbers where there is room, at what starts to run and what is printed."""
        row = part.row
        wanted = sorted(
            {run.start for run in self.past.runs.values()}
            | {output.seq for output in self.past.outputs}
        )
        taken = -1.0
        canvas.text(-0.25, bottom + 0.4, "step", size=6.5, colour=GREY, ha="right")
        for seq in wanted:
            seen = self._clip(row, seq, seq)
            if seen is None or seen[0] < taken:
                continue
            number = str(seq + 1)
            canvas.line(seen[0], bottom, seen[0], bottom + 0.15)
            canvas.text(seen[0], bottom + 0.4, number, size=6, colour=GREY, ha="center")
            taken = seen[0] + canvas.measure(number, 6) + 0.35


_INSET = 0.23  # inches that a title needs in a bar beside itself, for its mark


def _title(track: Track) -> str:
    item = track.item
    if track.wait is not None and track.wait.lane == "host":
        return host_title(item, named=True)
    return item.title


def _ms(time: float) -> str:
    return f"{time:,.0f} ms" if time >= 10 or time == int(time) else f"{time:.1f} ms"


def _name_width(frame: Frame) -> float:
    """Return the units that a call's name needs in its bar; a very long one is shortened."""
    return text_width(frame.name[:_LONG_NAME], _FRAME_SIZE) / _UNIT + 0.3


def _name_frame(
    canvas: Canvas, frame: Frame, left: float, right: float, y: float, ink: str, free: float
) -> None:
    """Write a name into its bar, or behind a bar too short for it, where `free` units are free."""
    room = right - left - 0.12
    placed = f"{frame.name} · line {frame.line}"
    behind = canvas.measure(frame.name, _FRAME_SIZE) + 0.24
    if frame.name == "λ" and canvas.measure(placed, _FRAME_SIZE) <= room:
        name = placed
    elif canvas.measure(frame.name, _FRAME_SIZE) > room and behind <= free:
        canvas.text(right + 0.12, y, frame.name, size=_FRAME_SIZE, halo=True)
        return
    else:
        name = canvas.fit(frame.name, room, _FRAME_SIZE)
        if name != frame.name and frame.name.startswith("console."):
            name = canvas.fit(frame.name.removeprefix("console."), room, _FRAME_SIZE)
    canvas.text((left + right) / 2, y, name, size=_FRAME_SIZE, colour=ink, ha="center")


def _name_lane(canvas: Canvas, name: str, top: float, height: float) -> None:
    canvas.text(-0.25, top + height / 2, name, size=8, weight="bold", ha="right")


def _rule(canvas: Canvas, row: Row, y: float) -> float:
    canvas.line(0, y, row.right - row.left, y, colour="#c9c9c9", width=0.6, z=1)
    return y
