"""A great many of everything: a million nested promises and timers, 100,000 async functions."""

from __future__ import annotations

import gc
import sys
import threading

from loopscope import Promise, _core, async_function, block, run, set_timeout

MILLION = 1_000_000


@async_function
async def waits(promise):
    return await promise


def chain():
    """Each promise is settled by the one before it."""
    promise = first = Promise(lambda resolve: set_timeout(resolve, 1, 5))
    for _ in range(MILLION):
        promise = promise.then()
    del first
    return promise


def nested():
    """Each promise is resolved with the one inside of it."""
    promise = Promise(lambda resolve: set_timeout(resolve, 1, 6))
    for _ in range(MILLION // 4):
        promise = around(promise)
    return promise


def around(inner):
    return Promise(lambda resolve: resolve(inner))


def abandoned():
    """Chains that nobody settles are dropped at the end of the run."""
    promise = Promise(lambda: None)
    for _ in range(MILLION):
        promise = promise.then()
    value = None
    for _ in range(MILLION // 4):
        value = Promise.resolve([value])


def timers():
    count = 0

    def due():
        nonlocal count
        count += 1

    for number in range(MILLION):
        set_timeout(due, number % 1000)
    return Promise(lambda resolve: set_timeout(lambda: resolve(count), 1001))


def functions():
    promise = Promise(lambda resolve: set_timeout(resolve, 1, 7))
    return Promise.all([waits(promise) for _ in range(100_000)])


def suspended():
    promise = Promise(lambda: None)
    for _ in range(100_000):
        promise = waits(promise)


def in_two_threads():
    """Two runtimes at once, that collect each other's garbage."""
    results = []

    def program():
        for number in range(3000):
            cycle = [Promise(lambda: None)]
            cycle.append(cycle[0].then(lambda cycle=cycle: cycle))
            set_timeout(block, number % 5, 0.01)
            waits(Promise.resolve(number))
        return Promise(lambda resolve: set_timeout(resolve, 10, threading.get_ident()))

    def work():
        for _ in range(5):
            results.append(run(program) == threading.get_ident())

    threads = [threading.Thread(target=work) for _ in range(2)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)
    assert results == [True] * 10


def main():
    assert run(chain, clock="virtual") == 5
    assert run(nested, clock="virtual") == 6
    run(abandoned, clock="virtual")
    assert run(timers, clock="virtual") == MILLION
    assert run(functions, clock="virtual") == [7] * 100_000
    run(suspended, clock="virtual")
    in_two_threads()
    gc.collect()
    assert not any(_core.live_counts().values()), _core.live_counts()
    print("done")


if __name__ == "__main__":
    main()
