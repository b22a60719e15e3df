"""What is fast enough: ratios of figures of one run, and two that stand alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Literal

from .measure import MILLION, Figures, Key

SIZES = (1_000, MILLION)
SLEEPERS = 100_000


@dataclass(frozen=True)
class Goal:
    """One row: `over` divided by `under`, or `over` itself, compared with `bound`."""

    what: str
    than: str
    over: Key
    under: Key | None
    sign: Literal["≤", "≥"]
    bound: float
    unit: str = "×"
    compute: Callable[[Figures], float | None] | None = None  # in place of a ratio

    def value(self, figures: Figures) -> float | None:
        """Return the ratio of the least values; None if something was not measured."""
        if self.compute:
            return self.compute(figures)
        wanted = [self.over, self.under] if self.under else [self.over]
        found = [figures[key].least for key in wanted if key in figures]
        if len(found) < len(wanted):
            return None
        return found[0] / found[1] if self.under else found[0]

    def is_met(self, value: float) -> bool:
        return value <= self.bound if self.sign == "≤" else value >= self.bound


def trace_event(figures: Figures) -> float | None:
    """Return what one event of the trace costs when it is on, in ns: the median of the rounds.

    A difference of the least values of all rounds would be one of a slow and of a fast minute.
    """
    on, off, events = (
        figures.get(Key("trace", peer, metric, 100_000))
        for peer, metric in (("traced", "time"), ("loopscope", "time"), ("traced", "events"))
    )
    if on is None or off is None or events is None:
        return None
    rounds = zip(on.rounds, off.rounds, events.rounds, strict=True)
    return median((with_it - without) / count for with_it, without, count in rounds)


def at_most(bound: float, what: str, case: str, peer: str, metric: str = "time") -> Goal:
    """Make a goal: loopscope takes at most `bound` times as long as the peer."""
    ours, theirs = Key(case, "loopscope", metric), Key(case, peer, metric)
    than = {"C": "of a bare C loop of calls", "node": "of Node's time"}[peer]
    return Goal(what, than, ours, theirs, "≤", bound)


def faster(bound: float, what: str, case: str, peer: str, than: str) -> Goal:
    """Make a goal: loopscope is at least `bound` times as fast as the peer."""
    return Goal(what, than, Key(case, peer), Key(case, "loopscope"), "≥", bound)


MICROTASK = "microtask queued and run"
SETTLED = "`await` of a settled promise"
CALL = "`await` of an async call"

GOALS = (
    at_most(2.5, MICROTASK, "queue_microtask", "C"),
    at_most(0.25, MICROTASK, "queue_microtask", "node"),
    faster(15, MICROTASK, "queue_microtask", "asyncio", "faster than asyncio's `call_soon`"),
    at_most(2, SETTLED, "await_settled", "node"),
    faster(10, SETTLED, "await_settled", "uvloop", "faster than uvloop's `await sleep(0)`"),
    at_most(2, "link of a `then` chain", "then_chain", "node"),
    at_most(4, CALL, "await_call", "node"),
    faster(10, CALL, "await_call", "uvloop", "faster than uvloop's awaited task"),
    at_most(0.5, "timer set, 1e6 pending", "timers", "node", "set"),
    at_most(1, "timer cleared, 1e6 pending", "timers", "node", "clear"),
    *(
        Goal(
            f"timer {done}, from 1e3 to 1e6 pending",
            "growth of the cost",
            Key("timers", "loopscope", metric, SIZES[1]),
            Key("timers", "loopscope", metric, SIZES[0]),
            "≤",
            2,  # the caches' part: a million timers are 128 MB; a heap of them would add to it
        )
        for done, metric in (("set", "set"), ("cleared", "clear"))
    ),
    Goal(
        "pending timer", "of memory beyond its callback",
        Key("timer_memory", "loopscope", "bytes"), None, "≤", 120, " bytes",
    ),
    Goal(
        "sleeping async function, 1e5 at once", "of Node's time to start it",
        Key("sleeping", "loopscope", "start", SLEEPERS),
        Key("sleeping", "node", "start", SLEEPERS), "≤", 0.5,
    ),
    Goal(
        "sleeping async function", "of memory",
        Key("sleeping", "loopscope", "bytes", SLEEPERS), None, "≤", 700, " bytes",
    ),
    Goal(
        "event of the trace, without frames", "",
        Key("trace", "traced", "time", 100_000), None, "≤", 100, " ns", trace_event,
    ),
    Goal("import", "", Key("startup", "loopscope", "import", 1), None, "≤", 40, " ms"),
)  # fmt: skip
