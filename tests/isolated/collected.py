"""A collection at every allocation, whose finalizers use the runtime: the trace stays whole.

CPython 3.11 collects wherever a collectable object is made, in the midst of C code too; later ones
between two instructions of Python.
"""

from __future__ import annotations

import gc
from collections import Counter

from loopscope import (
    Promise,
    async_function,
    clear_timeout,
    queue_microtask,
    set_immediate,
    set_timeout,
)
from loopscope._core import Loop, current_loop

ROUNDS = 25


class Garbage:
    """Goes by the collector, and then schedules, settles and looks at the trace."""

    def __init__(self):
        self.myself = self

    def __del__(self):
        loop = current_loop()
        if loop is None:
            return
        for delay in range(20):
            queue_microtask(nothing)
            clear_timeout(set_timeout(nothing, delay))
        Promise.resolve(1).then(nothing)
        assert loop.trace[-1].seq == len(loop.trace) - 1


def nothing():
    pass


def litter():
    Garbage()


@async_function
async def waits(promise):
    Garbage()
    await promise
    Garbage()
    return await Promise.resolve(2)


@async_function
async def generate():
    Garbage()
    yield Promise.resolve(1)


def program():
    for number in range(ROUNDS):
        litter()
        set_timeout(litter, number % 7)
        set_immediate(litter)
        waits(Promise(lambda resolve: set_timeout(resolve, 1)))
        generate().next().finally_(litter)
        Promise.all([Promise.reject(1), 2]).catch(litter)


def check(trace):
    """Each job that was queued ran once; nothing is missing in between."""
    assert not trace.truncated
    events = [*trace]
    assert [event.seq for event in events] == [*range(len(events))]
    counts = Counter((event.kind, event.id) for event in events if event.lane == "microtask")
    for (kind, number), count in counts.items():
        if kind == "enqueue":
            assert count == counts["job-start", number] == counts["job-end", number] == 1, number
    assert [events[0].kind, events[-1].kind] == ["run-start", "run-end"]


def main():
    for frames in (False, True):
        loop = Loop(clock="virtual", trace=True, frames=frames)
        thresholds = gc.get_threshold()
        gc.set_threshold(1)
        try:
            loop.run(program)
        finally:
            gc.set_threshold(*thresholds)
        check(loop.trace)
        loop.close()
    print("done")


if __name__ == "__main__":
    main()
