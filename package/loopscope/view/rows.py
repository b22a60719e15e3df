"""What is where in the plot over the steps: the rows, their lanes, and the room that each needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..tracing.history import Frame, History, Task
from .crowd import widest_free
from .layout import Layout, Row, Track, make_layout, pack, tracks_of
from .legend import legend_inches
from .palette import text_width
from .printed import Printed, place_lines
from .titles import host_title

if TYPE_CHECKING:
    from .._core import Event

__all__ = ["Lane", "Part", "Rows", "title_of"]

UNIT = 0.31
"""Inches for a step."""
HEADER = 1.25
"""Levels above a row's lanes: its tasks' titles."""
TICKS = 0.75
"""Levels below them: the numbers of the steps."""
GAP = 0.7
"""Levels between rows."""
SIZE = 7.2
"""Points of a title."""
FRAME_SIZE = 6.6
"""Points of a call's name."""
INSET = 0.23
"""Inches that a title needs in a bar beside itself, for its mark."""
FOLD_SIDE = 1.8
"""Steps from the middle of a fold to its side."""
STACK_LEVELS = 5
_LEGEND = 0.9
_LONG_NAME = 26  # letters
_LANES = (("host", "Host", 4), ("task", "Tasks", 3), ("microtask", "Microtasks", 4))
"""Lane, its name, and how many levels it may grow to before its bars get thinner."""
_MOST_LEVELS = 4
"""Of the stack, when it is so deep that no level of it would be seen ..."""
_DEEP = 20
"""... as it is deeper than that."""


@dataclass
class Lane:
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
        """How many levels it has."""
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
        """How high a level is: less than 1 if there are too many."""
        return min(1.0, self.most / self.count)

    @property
    def height(self) -> float:
        """As all heights, in levels of the full size."""
        return self.count * self.step + 0.3


@dataclass
class Part:
    """All that is drawn in one row."""

    row: Row
    lanes: list[Lane]
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
        """What the call stack takes."""
        return min(self.depth + bool(self.deep), STACK_LEVELS) + 0.3

    @property
    def output_height(self) -> float:
        """What the printed lines take."""
        return _lines_height(self.printed)

    @property
    def predicted_height(self) -> float:
        """What the predicted lines take; 0 without a prediction."""
        return _lines_height(self.predicted) if self.predicted else 0.0

    @property
    def height(self) -> float:
        """What the row takes in all."""
        lanes = sum(lane.height for lane in self.lanes)
        outputs = self.output_height + self.predicted_height
        return HEADER + lanes + self.stack_height + outputs + TICKS


def _lines_height(lines: Sequence[Printed]) -> float:
    return max((line.bottom for line in lines), default=0.6) + 0.75


class Rows:
    """The rows of a run; `first` and `last` bound the events that are drawn.

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
        self.past = past
        self.first, self.last = first, last
        self.layout: Layout = make_layout(events, past, inches / UNIT, first, last, _name_width)
        widest = max(row.right - row.left for row in self.layout.rows)
        # One short row is stretched a little, but its steps do not become giants.
        self.unit = min(inches / widest, UNIT * 1.5)
        for _ in range(2):  # what is smaller has more room behind it, but its titles need more
            widest = max(widest, *(self._title_end(row) for row in self.layout.rows))
            self.unit = min(inches / widest, self.unit)
        self.inches = min(inches, max(widest * self.unit, legend_inches(past)))
        """What it needs of the inches that it may have."""
        self.width = (inches if fill else self.inches) / self.unit
        self.parts = [self._part(row) for row in self.layout.rows]
        if prediction is not None:
            self._predict(prediction)
        body = sum(part.height for part in self.parts) + GAP * (len(self.parts) - 1)
        self.height = body + _LEGEND

    # ---- what is where ----

    def _sees(self, start: int, end: int) -> bool:
        return end >= self.first and start < self.last and not self.layout.hidden(start, end)

    def clip(self, row: Row, start: int, end: int) -> tuple[float, float] | None:
        """Return the sides of what is seen in a row of the events from `start` to `end`."""
        if not self._sees(start, end):
            return None
        xs = self.layout.xs
        return row.clip(xs[start], xs[end])

    def _part(self, row: Row) -> Part:
        lanes = [self._lane(row, lane, name, most) for lane, name, most in _LANES]
        frames = [
            (frame, *seen)
            for frame in self.past.frames
            if (seen := self.clip(row, frame.start, frame.end)) is not None
        ]
        tasks = [
            (task, *seen)
            for task in self.past.tasks
            if (seen := self.clip(row, task.start, task.end)) is not None
        ]
        outputs = [
            (seen[0], output.text, output)
            for output in self.past.outputs
            if (seen := self.clip(row, output.seq, output.seq)) is not None
        ]
        walls = [wall for wall, _ in self.walls(row)]
        printed = place_lines(outputs, row.right - row.left, self.unit, walls)
        return Part(row, lanes, frames, printed, [], tasks)

    def walls(self, row: Row) -> list[tuple[float, float]]:
        """Return the sides of the folds, which cover what is behind them."""
        middles = [fold.x - row.left for fold in self.layout.folds]
        return [(x - FOLD_SIDE, x + FOLD_SIDE) for x in middles]

    def _lane(self, row: Row, lane: str, name: str, most: int) -> Lane:
        found = Lane(name, most=most)
        extents = []
        for track in tracks_of(self.past, lane):
            seen = self.clip(row, track.start, track.end)
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
            wait = track.wait and self.clip(row, track.wait.start, track.wait.end)
            found.crowd[at] = wait or (0.0, 0.0)
        return found

    def _title_end(self, row: Row) -> float:
        """Return how far titles behind bars reach, those of tracks that end in this row."""
        ends = [0.0]
        for lane, _, _ in _LANES:
            for track in tracks_of(self.past, lane):
                seen = self.clip(row, track.start, track.end)
                if seen is not None and self.layout.xs[track.end] < row.right:
                    ends.append(seen[1] + self._outside_label(row, track))
        return max(ends)

    def segments(self, row: Row, track: Track) -> list[tuple[str, float, float]]:
        """Return the parts of a track that are seen in a row: ("wait" or "run", left, right)."""
        found = []
        for what, span in (("wait", track.wait), ("run", track.run)):
            if span is not None and (seen := self.clip(row, span.start, span.end)) is not None:
                found.append((what, *seen))
        return found

    def _outside_label(self, row: Row, track: Track) -> float:
        """Return the room that a track's title needs behind it, as it does not fit in."""
        title = text_width(title_of(track), SIZE) / self.unit
        walls = self.walls(row)
        for _, begin, end in self.segments(row, track):
            left, right = widest_free(begin, end, walls)
            if right - left >= title + INSET / self.unit:
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


def title_of(track: Track) -> str:
    """Return what is written on a track's bars."""
    item = track.item
    if track.wait is not None and track.wait.lane == "host":
        return host_title(item, named=True)
    return item.title


def _name_width(frame: Frame) -> float:
    """Return the units that a call's name needs in its bar; a very long one is shortened."""
    return text_width(frame.name[:_LONG_NAME], FRAME_SIZE) / UNIT + 0.3
