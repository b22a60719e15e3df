"""The plot over the steps: one place for each event, lanes below each other, rows if it is long."""

from __future__ import annotations

import textwrap

from ..tracing.history import Frame, Task
from ..tracing.items import Item
from .canvas import Canvas
from .crowd import draw_crowd, widest_free
from .layout import Row
from .legend import draw_legend
from .palette import GREY, INK, MARKS, PALE, SCRIPT, colour_of, ink_on, order_of
from .printed import draw_printed
from .rows import (
    FOLD_SIDE,
    FRAME_SIZE,
    GAP,
    HEADER,
    INSET,
    SIZE,
    STACK_LEVELS,
    TICKS,
    Lane,
    Part,
    Rows,
    title_of,
)

__all__ = ["StepView"]

_BAR = 0.74  # of a level's height


class StepView:
    """Draws the lanes of a run."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.past = rows.past
        self.inches, self.width, self.height = rows.inches, rows.width, rows.height
        self.order = order_of(rows.past.items.values())

    def draw(self, canvas: Canvas) -> None:
        """Draw all rows, from the top, and the legend."""
        top = 0.0
        for part in self.rows.parts:
            self._draw_part(canvas, part, top)
            top += part.height + GAP
        draw_legend(canvas, self.past, top - GAP + 0.25)

    def _draw_part(self, canvas: Canvas, part: Part, top: float) -> None:
        y = top + HEADER
        bottom = top + part.height - TICKS
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

    def _draw_grounds(self, canvas: Canvas, part: Part, top: float, bottom: float) -> None:
        xs, row = self.rows.layout.xs, part.row
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
            seen = self.rows.clip(row, checkpoint.start, checkpoint.end)
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
            seen = self.rows.clip(row, idle.seq, idle.seq)
            if seen is not None:
                middle = seen[0] - 0.55
                text = f"{_ms(idle.ms)}\npass"
                canvas.text(
                    middle, top + 0.6, text, size=6, colour=GREY, ha="center", style="italic"
                )
        for fold in self.rows.layout.folds:
            if row.left <= fold.x < row.right:
                x = fold.x - row.left
                gid = f"fold:{fold.first}"
                left, right = x - FOLD_SIDE, x + FOLD_SIDE
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
        lane: Lane,
        top: float,
        bars: dict[tuple[str, int, int], tuple[float, float]],
    ) -> None:
        height = lane.step * _BAR if lane.step >= 0.5 else lane.step * 0.9
        walls = self.rows.walls(row)
        if lane.crowd:
            low = top + 0.15 + (lane.count - 0.5 * (1 - _BAR)) * lane.step
            draw_crowd(canvas, [*lane.crowd.values()], low, height, walls, "more wait")
        for at, (track, level) in enumerate(zip(lane.tracks, lane.levels, strict=True)):
            y = top + 0.15 + level * lane.step + (lane.step - height) / 2
            colour = self._colour(track.item)
            title = title_of(track)
            labelled = lane.step < 0.6 or at in lane.crowd
            end = 0.0
            for what, left, right in self.rows.segments(row, track):
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
                    and canvas.measure(title, SIZE) + INSET / canvas.unit <= seen - begin
                ):
                    ink = ink_on(colour) if runs else INK
                    x = begin + 0.04 / canvas.unit
                    marker = MARKS.get(track.item.kind)
                    if marker:
                        middle = x + 0.055 / canvas.unit
                        canvas.mark(middle, y + height / 2, marker, ink if runs else colour)
                        x += 0.13 / canvas.unit
                    canvas.text(x, y + height / 2, title, size=SIZE, colour=ink)
                    labelled = True
                end = max(end, right)
            if at in lane.crowd:
                continue
            if track.wait is not None and track.wait.cancelled and track.run is None:
                canvas.mark(end, y + height / 2, "x", INK, size=6)
            if not labelled:
                free = min([canvas.width, *(wall for wall, _ in walls if wall > end)]) - end
                shown = canvas.fit(title, free - 0.12, SIZE)
                ends_here = self.rows.layout.xs[track.end] < row.right
                if shown == title or ends_here:  # else the next row has it
                    middle = y + height / 2
                    canvas.text(end + 0.12, middle, shown, size=SIZE, colour=INK, halo=True)

    def _draw_stack(self, canvas: Canvas, part: Part, top: float) -> None:
        deep, walls = part.deep, self.rows.walls(part.row)
        step = min(1.0, STACK_LEVELS / (part.depth + bool(deep)))
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
        part: Part,
        bars: dict[tuple[str, int, int], tuple[float, float]],
    ) -> None:
        xs, row = self.rows.layout.xs, part.row
        for lane in part.lanes:
            if lane.step < 0.5:
                continue
            for at, track in enumerate(lane.tracks):
                wait = track.wait
                if wait is None or not row.left <= xs[wait.start] < row.right:
                    continue
                if not self.rows.first <= wait.start < self.rows.last:
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

    def _draw_ticks(self, canvas: Canvas, part: Part, bottom: float) -> None:
        """Write step numbers where there is room, at what starts to run and what is printed."""
        row = part.row
        wanted = sorted(
            {run.start for run in self.past.runs.values()}
            | {output.seq for output in self.past.outputs}
        )
        taken = -1.0
        canvas.text(-0.25, bottom + 0.4, "step", size=6.5, colour=GREY, ha="right")
        for seq in wanted:
            seen = self.rows.clip(row, seq, seq)
            if seen is None or seen[0] < taken:
                continue
            number = str(seq + 1)
            canvas.line(seen[0], bottom, seen[0], bottom + 0.15)
            canvas.text(seen[0], bottom + 0.4, number, size=6, colour=GREY, ha="center")
            taken = seen[0] + canvas.measure(number, 6) + 0.35


def _ms(time: float) -> str:
    return f"{time:,.0f} ms" if time >= 10 or time == int(time) else f"{time:.1f} ms"


def _name_frame(
    canvas: Canvas, frame: Frame, left: float, right: float, y: float, ink: str, free: float
) -> None:
    """Write a name into its bar, or behind a bar too short for it, where `free` units are free."""
    room = right - left - 0.12
    placed = f"{frame.name} · line {frame.line}"
    behind = canvas.measure(frame.name, FRAME_SIZE) + 0.24
    if frame.name == "λ" and canvas.measure(placed, FRAME_SIZE) <= room:
        name = placed
    elif canvas.measure(frame.name, FRAME_SIZE) > room and behind <= free:
        canvas.text(right + 0.12, y, frame.name, size=FRAME_SIZE, halo=True)
        return
    else:
        name = canvas.fit(frame.name, room, FRAME_SIZE)
        if name != frame.name and frame.name.startswith("console."):
            name = canvas.fit(frame.name.removeprefix("console."), room, FRAME_SIZE)
    canvas.text((left + right) / 2, y, name, size=FRAME_SIZE, colour=ink, ha="center")


def _name_lane(canvas: Canvas, name: str, top: float, height: float) -> None:
    canvas.text(-0.25, top + height / 2, name, size=8, weight="bold", ha="right")


def _rule(canvas: Canvas, row: Row, y: float) -> float:
    canvas.line(0, y, row.right - row.left, y, colour="#c9c9c9", width=0.6, z=1)
    return y
