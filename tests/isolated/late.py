"""Objects of a program that schedule, settle and record as the interpreter ends and drops them."""

from __future__ import annotations

import sys

import loopscope
from loopscope import Promise, async_function, queue_microtask, set_immediate, set_timeout
from loopscope._core import Loop

loops = []
resolvers = []
attempts = []


def nothing(*_):
    pass


class Late:
    """Does all it can when it goes; an error is what it should meet, a crash is not."""

    def __init__(self, loop, actions):
        self.loop = loop
        self.actions = actions

    def __del__(self):
        for action in self.actions:
            try:  # noqa: SIM105 - no module to count on
                action(self.loop)
            except BaseException:
                pass
        attempts and attempts.append(self)  # lives again, for a while


@async_function
async def waits(kept):
    try:
        await Promise(nothing)
    finally:
        kept.append(1)


ACTIONS = [
    lambda loop: set_timeout(nothing, 1),
    lambda loop: set_immediate(nothing),
    lambda loop: queue_microtask(nothing),
    lambda loop: [resolve(5) for resolve in resolvers],
    lambda loop: Promise.reject(5),
    lambda loop: waits([]),
    lambda loop: loop.post(nothing),
    lambda loop: loop.start_trace(),
    lambda loop: loop.stop_trace(loop.trace),
    lambda loop: loop.limit_steps(5, KeyboardInterrupt),
    lambda loop: loop.interrupt(KeyboardInterrupt, nothing),
    lambda loop: loop.run(nothing),
    lambda loop: [repr(event) for event in loop.trace],
    lambda loop: Loop(clock="virtual", trace=True, lines=True).run(nothing),
    lambda loop: loopscope.record("x = [1]\nawait x", lines=True),
    lambda loop: loop.close(),
    lambda loop: loop.run(nothing),
]


def program():
    resolvers.append(Promise.with_resolvers().resolve)
    kept = []
    waiting = waits(kept).then(nothing)
    loop = loops[-1]
    late = Late(loop, ACTIONS)
    kept += [waiting, late, set_timeout(lambda: late, 1000).unref(), set_immediate(nothing).unref()]
    promise = Promise(lambda: None)
    promise.cycle = [promise, Late(loop, ACTIONS[::-1]), kept]
    promise.then(lambda: promise)
    resolvers.append(Promise(nothing).then(lambda: late))


for lines in (False, True):
    for holds in (sys, sys.modules["builtins"], sys.modules["loopscope._core"], loopscope):
        loops.append(Loop(clock="virtual", emit=nothing, write=nothing, trace=True, lines=lines))
        loops[-1].run(program)
        holder = [Late(loops[-1], ACTIONS), loops[-1], resolvers]
        holder.append(holder)
        setattr(holds, f"_late_{lines}", holder)
print("done", flush=True)
