"""The stopwatch that a case is handed, and how often the case is run. `worker.js` is its twin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from time import perf_counter_ns
from typing import Any

Body = Callable[[int, "Watch"], Any]


class Watch:
    """Collects {metric: [value, ...]}; a case starts and stops it around what it measures."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.values: dict[str, list[float]] = {}
        self._start = 0

    def start(self) -> None:
        self._start = perf_counter_ns()

    def stop(self, metric: str = "time") -> None:
        """Note the nanoseconds since `start()`, for one of the n operations."""
        self.note(metric, (perf_counter_ns() - self._start) / self.n)

    def note(self, metric: str, value: float) -> None:
        self.values.setdefault(metric, []).append(value)


async def measure(
    body: Callable[[int, Watch], Awaitable[object]], n: int, warm_up: int, repeats: int
) -> dict[str, list[float]]:
    """Run a case of n operations `repeats` times, after one unmeasured run of `warm_up`."""
    if warm_up:
        await body(warm_up, Watch(warm_up))
    watch = Watch(n)
    for _ in range(repeats):
        await body(n, watch)
    return watch.values
