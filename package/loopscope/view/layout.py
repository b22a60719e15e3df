"""Where things stand on the plot of steps: a position for each event, folds, rows and tracks.

Lengths are in units of the plot: about the width of one step, and the height of one bar.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..tracing.history import Frame, History, Run, Wait
from ..tracing.items import Item

if TYPE_CHECKING:
    from .._core import Event

__all__ = ["Fold", "Layout", "Row", "Track", "make_layout", "pack", "tracks_of"]

# How far an event stands behind the one before it. What is not listed takes no room.
_ROOM = {
    "task-start": 1.0,
    "task-end": 0.5,
    "checkpoint-start": 0.7,
    "checkpoint-end": 0.4,
    "job-start": 0.8,
    "job-end": 0.5,
    "schedule": 1.0,
    "enqueue": 1.0,
    "cancel": 1.0,
    "call": 0.6,
    "return": 0.6,
    "output": 1.6,
    "error": 1.0,
    "operation-start": 1.0,
    "operation-end": 1.0,
}
# The same in a long run: what is called and what returns stands close together.
_DENSE = {
    **{kind: room * 0.6 for kind, room in _ROOM.items()},
    "call": 0.3,
    "return": 0.2,
    "output": 0.9,
}
_IDLE = 1.6
_FOLD = 4.0
_REPEATS = 6
"""So many alike in a row are folded, at least."""

FOLD_SILENT = 90.0
"""Runs longer than that have their silent repeats folded ..."""
DENSE = 130.0
"""... if that is not enough, their steps stand closer together ..."""
FOLD_ALL = 150.0
"""... also the repeats that print are folded ..."""
ELIDE = 280.0
"""... and the middle is left out, whatever it is."""


@dataclass(frozen=True)
class Fold:
    """Events, from number `first` up to and without number `last`, that take one place."""

    first: int
    last: int
    text: str
    x: float = 0.0


@dataclass(frozen=True)
class Row:
    """A part of the run that is drawn in one go, from left to right."""

    left: float
    right: float

    def clip(self, start: float, end: float) -> tuple[float, float] | None:
        """Return the part of a span that is in this row, relative to its left end."""
        low, high = max(start, self.left), min(end, self.right)
        if high <= low and not self.left <= start < self.right:
            return None
        return low - self.left, high - self.left


@dataclass(frozen=True)
class Layout:
    """Where each event stands, and how the run is cut into rows."""

    xs: Sequence[float]
    rows: Sequence[Row]
    folds: Sequence[Fold]

    def hidden(self, start: int, end: int) -> bool:
        """Tell whether a span of events is within one fold."""
        index = bisect_right([fold.first for fold in self.folds], start) - 1
        return index >= 0 and end < self.folds[index].last


@dataclass(frozen=True)
class Track:
    """The bars of one item that touch: its wait in a queue, and its run."""

    item: Item
    wait: Wait | None
    run: Run | None

    @property
    def start(self) -> int:
        """Number of its first event."""
        return self.wait.start if self.wait else self.run.start if self.run else 0

    @property
    def end(self) -> int:
        """Number of its last event."""
        return self.run.end if self.run else self.wait.end if self.wait else 0


def make_layout(
    events: Sequence[Event],
    past: History,
    width: float,
    first: int,
    last: int,
    needs: Callable[[Frame], float] = lambda frame: 0.0,
) -> Layout:
    """Give each event from number `first` up to `last` its place.

    `width`: of a row, in units. The events before and behind take no room. `needs`: how wide a
    call's bar has to be for its name; short calls get that in a short run.
    """
    drawn = events[first:last]
    folds, room = _choose_folds(drawn, past)
    more = {} if folds or room is _DENSE else _room_for_names(drawn, past, needs)
    xs, placed = _positions(drawn, past, folds, room, more)
    if room is _DENSE:
        width *= 1.2
    xs = [0.0] * first + xs + [xs[-1]] * (len(events) - last)
    return Layout(xs, _cut(xs, drawn, past, width), placed)


# ---- positions ----


def _room_for_names(
    events: Sequence[Event], past: History, needs: Callable[[Frame], float]
) -> dict[int, float]:
    """Return how much farther a call that calls nothing has to reach, by the event that ends it."""
    offset = events[0].seq if events else 0
    xs, _ = _positions(events, past, [], _ROOM)
    frames = sorted(past.frames, key=lambda frame: frame.start)
    found = {}
    for at, frame in enumerate(frames):
        is_leaf = at + 1 == len(frames) or frames[at + 1].start >= frame.end
        if is_leaf and frame.start >= offset and frame.end - offset < len(xs):
            length = xs[frame.end - offset] - xs[frame.start - offset]
            found[frame.end] = max(0.0, needs(frame) - length)
    return found


def _positions(
    events: Sequence[Event],
    past: History,
    folds: Sequence[Fold],
    room: dict[str, float],
    more: Mapping[int, float] = MappingProxyType({}),
) -> tuple[list[float], list[Fold]]:
    idle = {wait.seq for wait in past.idles}
    first = {fold.first: fold for fold in folds}
    xs: list[float] = []
    placed: list[Fold] = []
    x, hidden_until = 0.0, -1
    for event in events:
        if event.seq in first:
            fold = first[event.seq]
            hidden_until = fold.last
            placed.append(Fold(fold.first, fold.last, fold.text, x + _FOLD / 2))
            x += _FOLD
        elif event.seq >= hidden_until:
            x += _IDLE if event.seq in idle else room.get(event.kind, 0.0)
            x += more.get(event.seq, 0.0)
        xs.append(x)
    return xs, placed


# ---- folds ----


def _choose_folds(events: Sequence[Event], past: History) -> tuple[list[Fold], dict[str, float]]:
    """Return the folds of a run, and how much room its events have."""
    folds: list[Fold] = []
    room = _ROOM

    def length() -> float:
        xs, _ = _positions(events, past, folds, room)
        return xs[-1] if xs else 0.0

    if length() > FOLD_SILENT:
        folds = _series(events, printing=False)
    if length() > FOLD_SILENT:
        folds = _merge(folds, _repeats(past, printing=False))
    if length() > DENSE:
        room = _DENSE
    if length() > FOLD_ALL:
        folds = _merge(folds, _repeats(past, printing=True))
    if length() > FOLD_ALL:
        folds = _merge(folds, _series(events, printing=True))
    if length() > ELIDE:
        folds = _elide(events, past, folds, room)
    return folds, room


def _repeats(past: History, *, printing: bool) -> list[Fold]:
    """Find the tasks and jobs that do the same over and over. `printing`: even if they print."""
    runs = sorted(past.runs.values(), key=lambda run: run.start)
    printed: dict[int, int] = {}
    for output in past.outputs:
        printed[output.run] = printed.get(output.run, 0) + 1
    signs = [
        (run.lane, _sign(run.item), 0 if printing else (run.id if run.id in printed else 0))
        for run in runs
    ]
    folds = []
    index = 0
    while index < len(runs):
        period, times = _best_period(signs, index, 6)
        if times == 0:
            index += 1
            continue
        block = runs[index : index + period * times]
        inner = block[2 * period : -period]
        lines = sum(printed.get(run.id, 0) for run in inner)
        folds.append(Fold(inner[0].start, block[-period].start, _more(times - 3, lines)))
        index += period * times
    return folds


def _more(times: int, lines: int) -> str:
    printed = f", which print {lines:,} lines" if lines else ""
    return f"{times:,} more like these{printed}"


def _sign(item: Item) -> tuple[str, str, str, int]:
    return item.kind, item.name, item.how, item.line


def _best_period(signs: Sequence[object], index: int, longest: int) -> tuple[int, int]:
    """Return the length of the pattern that starts here and how often it comes; (0, 0): never."""
    for period in range(1, longest + 1):
        times = 1
        while signs[index : index + period] == signs[
            index + times * period : index + (times + 1) * period
        ] and index + (times + 1) * period <= len(signs):
            times += 1
        if times >= _REPEATS:
            return period, times
    return 0, 0


def _series(events: Sequence[Event], *, printing: bool) -> list[Fold]:
    """Find what goes on and on within one run: recursion, and loops that call or set timers.

    `printing`: even if it prints.
    """
    steps = [event for event in events if event.kind in _ROOM]
    signs = [_step_sign(event, printing) for event in steps]
    folds = []
    index = 0
    while index < len(steps):
        period, times = _best_period(signs, index, 12)
        if period == 1 and times < 2 * _REPEATS:
            times = 0
        if times == 0:
            index += 1
            continue
        if period == 1:
            first, last = steps[index + 2], steps[index + times - 2]
            text = f"{times - 4:,} more {_SERIES[first.kind]}"
        else:
            first, last = steps[index + 2 * period], steps[index + (times - 1) * period]
            inner = steps[index + 2 * period : index + (times - 1) * period]
            text = _more(times - 3, sum(event.kind == "output" for event in inner))
        folds.append(Fold(first.seq, last.seq, text))
        index += period * times
    return folds


_SERIES = {
    "call": "calls",
    "return": "returns",
    "schedule": "timers",
    "enqueue": "queued",
    "cancel": "cleared timers",
    "output": "printed lines",
}
"""What may go on and on, and what it is called then."""


def _step_sign(event: Event, printing: bool) -> tuple[object, ...]:
    """Return what steps have in common that are alike; what never folds is like itself alone."""
    if event.kind == "return":
        return event.kind, event.label
    if event.kind in _SERIES and (printing or event.kind != "output"):
        return event.kind, event.label, event.lane, event.line
    return (event.seq,)


def _merge(folds: Iterable[Fold], others: Iterable[Fold]) -> list[Fold]:
    """Put folds in order; of two that overlap the longer one stays."""
    chosen: list[Fold] = []
    for fold in sorted([*folds, *others], key=lambda fold: (fold.first, -fold.last)):
        if chosen and fold.first < chosen[-1].last:
            if fold.last - fold.first > chosen[-1].last - chosen[-1].first:
                chosen[-1] = fold
        else:
            chosen.append(fold)
    return chosen


def _elide(
    events: Sequence[Event], past: History, folds: list[Fold], room: dict[str, float]
) -> list[Fold]:
    """Leave the middle out of a run that is too long all the same."""
    offset = events[0].seq
    found, _ = _positions(events, past, folds, room)
    xs = dict(enumerate(found, offset))
    length = found[-1]
    starts = [task.start for task in past.tasks] + [run.start for run in past.runs.values()]
    seen = [seq for seq in starts if seq in xs]
    head = [seq for seq in seen if xs[seq] <= ELIDE * 0.75]
    tail = [seq for seq in seen if xs[seq] >= length - ELIDE * 0.2]
    first = max(head) if len(head) > 1 else offset + bisect_right(found, ELIDE * 0.75)
    last = min(tail) if tail else offset + bisect_right(found, length - ELIDE * 0.2)
    if last <= first:
        return folds
    text = f"steps {first + 1:,} to {last:,} are not drawn"
    outside = [fold for fold in folds if fold.last <= first or fold.first >= last]
    return _merge(outside, [Fold(first, last, text)])


# ---- rows ----


def _cut(xs: Sequence[float], events: Sequence[Event], past: History, width: float) -> list[Row]:
    """Cut the run into rows, between tasks if possible, else between jobs."""
    end = (xs[-1] if xs else 0.0) + 0.8
    if end <= width * 1.25:
        return [Row(0.0, end)]
    between_tasks = [xs[task.start] - 0.5 for task in past.tasks]
    between_jobs = [xs[run.start] - 0.3 for run in past.runs.values() if run.lane != "task"]
    anywhere = [xs[event.seq] - 0.2 for event in events if event.kind in ("call", "enqueue")]
    rows = []
    left = 0.0
    while end - left > width:
        right = left + width
        for places in (between_tasks, between_jobs, anywhere):
            fitting = [x for x in places if left + 0.5 * width < x <= left + width]
            if fitting:
                right = max(fitting)
                break
        rows.append(Row(left, right))
        left = right
    rows.append(Row(left, end))
    return rows


# ---- tracks ----


def tracks_of(past: History, lane: str) -> list[Track]:
    """Return the tracks of a lane: "host", "task", or "microtask" (ticks are in it)."""
    lanes = {"microtask", "tick"} if lane == "microtask" else {lane}
    runs = {(run.item.id, run.start): run for run in past.runs.values() if run.lane in lanes}
    tracks = []
    for wait in past.waits:
        if wait.lane in lanes:
            tracks.append(Track(wait.item, wait, runs.pop((wait.item.id, wait.end), None)))
    tracks += [Track(run.item, None, run) for run in runs.values()]
    return sorted(tracks, key=lambda track: (track.start, track.item.id))


def pack(
    spans: Sequence[tuple[float, float]], gap: float = 0.15, levels: Callable[[int], int] = int
) -> list[int]:
    """Give each span (in the order of starts) the first level at which it overlaps no other."""
    ends: list[float] = []
    chosen = []
    for start, end in spans:
        for level, taken in enumerate(ends):
            if taken + gap <= start:
                ends[level] = end
                break
        else:
            level = len(ends)
            ends.append(end)
        chosen.append(levels(level))
    return chosen
