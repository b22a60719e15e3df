"""Run every test program many times, and see that memory stays flat.

usage: python tools/refleak.py [ROUNDS] [NAME ...]

Each program of tests/programs whose name begins with a NAME (all of them without) runs in rounds of
ROUNDS (20) recordings. What a round leaves behind is counted as memory blocks, and as references
where the interpreter counts them (a debug build of Python). A program leaks when each of three
rounds leaves about one more for each run. Caches fill in the beginning, so a suspect is measured
again with many more runs: what is left by a cache dies away, what is left by a leak does not.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import loopscope

PROGRAMS = Path(__file__).resolve().parent.parent / "tests" / "programs"
WARMUP = 2
MEASURED = 3
CONFIRM = 5  # how many times more runs a suspect gets
SETTLE = 600  # runs before the first measure: the interpreter's free lists and caches fill slowly


def counters() -> dict[str, Callable[[], int]]:
    """Return what this interpreter can count."""
    counting: dict[str, Callable[[], int]] = {"blocks": sys.getallocatedblocks}
    if (total := getattr(sys, "gettotalrefcount", None)) is not None:
        counting["references"] = total
    return counting


def growth(run: Callable[[], object], rounds: int, count: Callable[[], int]) -> list[int]:
    """Return by how much each measured round of runs made the count grow."""
    levels = []
    for _ in range(WARMUP + MEASURED + 1):
        for _ in range(rounds):
            run()
        gc.collect()
        levels.append(count())
    measured = levels[WARMUP:]
    return [after - before for before, after in pairwise(measured)]


def leak(run: Callable[[], object], rounds: int, count: Callable[[], int]) -> list[int] | None:
    """Return what three rounds left behind, or None when that is not a leak."""
    for runs in (rounds, rounds * CONFIRM):
        grown = growth(run, runs, count)
        if min(grown) < 0.9 * runs:  # other blocks come and go
            return None
    return grown


def main(arguments: list[str]) -> int:
    """Measure the programs; return 1 when one of them leaks."""
    rounds = int(arguments.pop(0)) if arguments and arguments[0].isdigit() else 20
    beginnings = tuple(arguments) or ("",)
    programs = sorted(p for p in PROGRAMS.glob("[0-9]*.py") if p.name.startswith(beginnings))
    leaking = 0
    for _ in range(SETTLE if programs else 0):
        loopscope.record(programs[0])
    for program in programs:
        for unit, count in counters().items():
            grown = leak(partial(loopscope.record, program), rounds, count)
            if grown is not None:
                leaking += 1
                runs = rounds * CONFIRM
                print(f"LEAK {program.name}: {unit} {grown} in {runs} runs each", flush=True)
    print(f"refleak: {len(programs)} programs, {leaking} leaks")
    return 1 if leaking or not programs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
