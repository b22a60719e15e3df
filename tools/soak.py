"""Run a mixed workload for a long time, and see that memory stays flat.

usage: python tools/soak.py [--minutes M] [--jobs N]

One program runs in one Runtime until M minutes (10) are over or N jobs have run: timers set and
cleared, intervals, immediates, ticks, microtasks, promise chains, combinators, thenables, async
functions and generators, rejections, contexts, and garbage in cycles. Beside it short programs run
from beginning to end, each in a Runtime of its own, some of them recorded. After a warm-up (a tenth
of the time) the resident size and the numbers of memory blocks and of live objects may not grow.
"""

from __future__ import annotations

import argparse
import contextvars
import gc
import sys
import time
from pathlib import Path
from typing import Any

import loopscope
from loopscope import (
    Promise,
    Runtime,
    _core,
    async_function,
    clear_timeout,
    for_await,
    process,
    queue_microtask,
    set_immediate,
    set_interval,
    set_timeout,
)

MEGABYTE = 1 << 20
MOST_GROWTH = 4 * MEGABYTE  # of the resident size, which the allocator's habits move
MOST_BLOCKS = 2_000
SAMPLES = 20

variable: contextvars.ContextVar[int] = contextvars.ContextVar("variable")
jobs = 0


def job(*_: Any) -> None:
    """Be counted."""
    global jobs
    jobs += 1


class Thenable:
    """Resolves at once."""

    def then(self, resolve: Any) -> None:
        """Be adopted."""
        job()
        resolve(1)


@async_function
async def twice(value: Any) -> Any:
    """Wait two times."""
    await value
    job()
    await Promise.resolve(None)
    job()
    return value


@async_function
async def generate() -> Any:
    """Yield what has to be waited for."""
    for number in range(3):
        job()
        yield Promise.resolve(number)


@async_function
async def iterate() -> None:
    """Iterate to the end, and leave an iteration early."""
    async for _ in for_await(generate()):
        job()
    async for _ in for_await([1, Promise.resolve(2)]):
        job()
        break


@async_function
async def never(kept: list[Any]) -> None:
    """Wait until the run ends: then it is dropped without its `finally`."""
    try:
        await Promise(lambda: kept.append(kept))
    finally:
        raise AssertionError("a finally has run")


def fail(*_: Any) -> None:
    """Raise."""
    job()
    raise ValueError


def burst() -> None:
    """One of everything, several times over."""
    for number in range(20):
        queue_microtask(job)
        process.next_tick(job, number)
        set_timeout(job, number % 4, number)
        clear_timeout(set_timeout(job, 1000 + number))
        set_immediate(job)
        Promise.resolve(number).then(job).then(fail).catch(job).finally_(job)
        twice(Promise.resolve(number))
    variable.set(jobs)
    queue_microtask(job)
    Promise.resolve(Thenable()).then(job)
    Promise.all([1, Promise.resolve(2), Thenable()]).then(job)
    Promise.any([Promise.reject(1), Promise.reject(2)]).catch(job)
    Promise.all_settled([Promise.reject(1), 2]).then(job)
    Promise.race([Promise(lambda: None), 1]).then(job)
    iterate()
    Promise.reject(ValueError())  # for the listener
    timer = set_interval(lambda: (job(), timer.close()), 1)
    cycle: list[Any] = []
    cycle.append(Promise(lambda: None).then(lambda: cycle))


def whole_program(recorded: bool) -> None:
    """Be started, leave things pending, end."""

    def program() -> None:
        burst()
        kept: list[Any] = []
        never(kept)
        set_timeout(job, 60_000).unref()
        process.on("unhandledRejection", job)

    if recorded:
        assert loopscope.record(program, clock="virtual").error is None
    else:
        loopscope.run(program, clock="virtual")


def resident() -> int:
    """Return the resident size of this process in bytes."""
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * 4096


class Samples:
    """What was counted in the course of the run."""

    def __init__(self) -> None:
        self.taken: list[tuple[int, int, int, dict[str, int]]] = []

    def take(self) -> None:
        """Count and print."""
        gc.collect()
        self.taken.append((jobs, resident(), sys.getallocatedblocks(), _core.live_counts()))
        count, size, blocks, live = self.taken[-1]
        print(
            f"{count:12,} jobs  {size / MEGABYTE:7.1f} MB  {blocks:9,} blocks  {live}", flush=True
        )

    def findings(self) -> list[str]:
        """Say what has grown from the first sample to the last."""
        _, first_size, first_blocks, first_live = self.taken[0]
        _, size, blocks, live = self.taken[-1]
        found = []
        if size - first_size > MOST_GROWTH:
            found.append(f"the process has grown by {(size - first_size) / MEGABYTE:.1f} MB")
        if blocks - first_blocks > MOST_BLOCKS:
            found.append(f"{blocks - first_blocks} memory blocks more")
        found += [
            f"{live[name] - count} more {name}"
            for name, count in first_live.items()
            if live[name] > count
        ]
        return found


def soak(seconds: float, most_jobs: int) -> list[str]:
    """Run the workload; return what has grown."""
    samples = Samples()
    began = time.monotonic()
    next_sample = began + seconds / 10
    rounds = 0

    def go_on() -> None:
        burst()
        if time.monotonic() < next_sample and jobs < most_jobs:
            set_timeout(go_on, 2)  # the virtual clock stands still while immediates are queued

    def program() -> None:
        process.on("unhandledRejection", job)
        go_on()

    with Runtime(clock="virtual") as runtime:
        while True:
            runtime.run(program)
            for number in range(20):
                whole_program(recorded=number % 4 == 0)
            samples.take()
            rounds += 1
            now = time.monotonic()
            if now - began >= seconds or jobs >= most_jobs:
                return samples.findings()
            next_sample = now + seconds * 0.9 / SAMPLES


def main() -> int:
    """Soak; return 1 when something has grown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--jobs", type=int, default=10**9)
    options = parser.parse_args()
    began = time.monotonic()
    findings = soak(options.minutes * 60, options.jobs)
    minutes = (time.monotonic() - began) / 60
    print(
        f"soak: {jobs:,} jobs in {minutes:.1f} minutes, "
        + ("; ".join(findings) or "memory is flat")
    )
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
