"""Timers as Node keeps them: one list per duration, and of the lists the one that expires first.

A whole expired list runs before a list that expires later (lib/internal/timers of Node 20). A list
keeps its place for as long as it is in the map, also while it is empty: only clearing its last
timer takes it out, or its having run. So a timer that is refreshed does not move its list.
"""

from __future__ import annotations

from collections.abc import Callable
from math import floor, inf
from typing import Any

__all__ = ["LONGEST", "Timer", "TimerList", "Timers", "whole_delay"]

LONGEST = 2**31 - 1


def whole_delay(delay: Any) -> int:
    """Return the milliseconds that Node makes of a delay: whole ones, and never less than 1."""
    try:
        number = float(delay)
    except (TypeError, ValueError):
        return 1
    return floor(number) if 1 <= number <= LONGEST else 1


class Timer:
    """What set_timeout and set_interval give."""

    def __init__(self, timers: Timers, run: Callable[[], None], delay: int, repeat: bool) -> None:
        self._timers = timers
        self.run = run
        self.delay = delay
        self.repeat = repeat
        self.start = 0
        self.cleared = False
        self.over = False
        """Whether it has run, or was cleared, and waits for nothing any more."""
        self.unenrolled = False
        """Whether it was cleared before it was over: then it does not start anew."""
        self.holds = True
        self.in_list: TimerList | None = None
        self.number = 0

    def ref(self) -> Timer:
        """Keep the program from ending; returns the timer."""
        self.holds = True
        return self

    def unref(self) -> Timer:
        """Let the program end without it; returns the timer."""
        self.holds = False
        return self

    def has_ref(self) -> bool:
        """Tell whether it keeps the program from ending."""
        return self.holds

    def refresh(self) -> Timer:
        """Start it anew; returns the timer. One that was cleared is not run any more.

        Node waits for it all the same, if it was over already when it was cleared.
        """
        if not self.unenrolled:
            self._timers.insert(self)
            self.over = False
        return self

    def close(self) -> Timer:
        """Clear it; returns the timer."""
        self._timers.clear(self)
        return self

    def __index__(self) -> int:
        return self._timers.name(self)

    __int__ = __pos__ = __index__
    hasRef = has_ref  # noqa: N815


class TimerList:
    """The timers of one duration, in the order in which they were started."""

    def __init__(self, delay: int, expiry: int, number: int) -> None:
        self.delay = delay
        self.expiry = expiry
        self.number = number
        self.timers: dict[Timer, None] = {}


class Timers:
    """All timers of a machine. `now`: gives the milliseconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lists: dict[int, TimerList] = {}
        self._made = 0
        # Node has one timer of the host for all of its own.
        self.read = 0
        """The clock, in ms, as it was last read."""
        self._wake: float = inf
        self._next_expiry: float = inf
        self._numbers = 0
        self._named: dict[int, Timer] = {}

    def name(self, timer: Timer) -> int:
        """Give a timer a number by which it can be cleared."""
        if not timer.number:
            self._numbers += 1
            timer.number = self._numbers
        if not timer.over:
            self._named[timer.number] = timer
        return timer.number

    def insert(self, timer: Timer, start: int | None = None) -> None:
        """Start a timer, at the end of its list. `start`: since when, if not since now."""
        timer.start = self.read_clock() if start is None else start
        queue = self._lists.get(timer.delay)
        if queue is None:
            self._made += 1
            queue = TimerList(timer.delay, timer.start + timer.delay, self._made)
            self._lists[timer.delay] = queue
            if queue.expiry < self._next_expiry:
                self._wake = self.read + timer.delay
                self._next_expiry = queue.expiry
        self.take(timer)
        queue.timers[timer] = None
        timer.in_list = queue

    def hurry(self, timer: Timer) -> None:
        """Make a timer that was just set due a millisecond earlier."""
        queue = timer.in_list
        if queue is not None:
            timer.start -= 1
            queue.expiry = min(queue.expiry, timer.start + timer.delay)
            self._wake = min(self._wake, queue.expiry)

    def clear(self, timer: Any) -> None:
        """Clear a timer, given as an object or by its number; anything else is ignored."""
        if isinstance(timer, str) and timer.isdigit():
            timer = int(timer)
        if isinstance(timer, (int, float)) and not isinstance(timer, bool):
            timer = self._named.get(int(timer))
        if isinstance(timer, Timer) and not timer.cleared:
            timer.cleared = True
            if not timer.over:
                timer.unenrolled = True
                self.finish(timer)
                self.take(timer)
                queue = self._lists.get(timer.delay)
                if timer.holds and queue is not None and not queue.timers:
                    del self._lists[timer.delay]

    def finish(self, timer: Timer) -> None:
        """Note that a timer is over; its number is forgotten."""
        timer.over = True
        self._named.pop(timer.number, None)

    def first(self) -> TimerList | None:
        """Return the list that expires first."""
        lists = self._lists.values()
        return min(lists, key=lambda one: (one.expiry, one.number), default=None)

    def read_clock(self) -> int:
        """Return the milliseconds now, whole ones."""
        self.read = floor(self._now())
        return self.read

    def fires(self) -> float:
        """Return when the host's timer fires, cleared or not the timer for which it was set."""
        return self._wake

    def fire(self) -> None:
        """Note that the host's timer has fired: it is not set any more."""
        self._wake = inf

    def begin(self) -> None:
        """Begin to run what is due."""
        self._next_expiry = inf

    def end(self) -> None:
        """Set the host's timer anew; what is due again already waits for a millisecond."""
        queue = self.first()
        if queue is not None:
            self._next_expiry = queue.expiry
            self._wake = queue.expiry if queue.expiry > self.read else self.read + 1

    def due(self) -> float:
        """Return when timers run next, in ms; infinity if there are none."""
        queue = self.first()
        return inf if queue is None else max(queue.expiry, self._wake)

    def next_of(self, queue: TimerList, now: int) -> Timer | None:
        """Return the next timer of an expired list, or None if no other is due."""
        timer = next(iter(queue.timers), None)
        if timer is None:
            if self._lists.get(queue.delay) is queue:
                del self._lists[queue.delay]
            return None
        if now - timer.start < queue.delay:
            queue.expiry = max(timer.start + queue.delay, now + 1)
            self._made += 1
            queue.number = self._made
            return None
        return timer

    def take(self, timer: Timer) -> None:
        """Take a timer out of its list, and leave the list: what it sets may go to the same one."""
        if timer.in_list is not None:
            del timer.in_list.timers[timer]
            timer.in_list = None

    def take_due(self, now: int) -> Timer | None:
        """Take the timer that is due first, or None."""
        while (queue := self.first()) is not None and queue.expiry <= now:
            timer = self.next_of(queue, now)
            if timer is not None:
                self.take(timer)
                return timer
        return None

    def hold(self) -> bool:
        """Tell whether any of them keeps the program from ending."""
        return any(timer.holds for queue in self._lists.values() for timer in queue.timers)
