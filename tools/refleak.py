"""Run every test program many times, and see that memory stays flat.

usage: python tools/refleak.py [ROUNDS] [NAME ...]

Each program of tests/programs whose name begins with a NAME (all of them without) runs in rounds of
ROUNDS (20) recordings. What a round leaves behind is counted as memory blocks, and as references
where the interpreter counts them (a debug build of Python). The first rounds fill caches; a program
leaks when each of the last three rounds leaves more behind than the one before, by at least a block
for each run.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import loopscope

PROGRAMS = Path(__file__).resolve().parent.parent / "tests" / "programs"
WARMUP = 2
MEASURED = 3


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


def main(arguments: list[str]) -> int:
    """Measure the programs; return 1 when one of them leaks."""
    rounds = int(arguments.pop(0)) if arguments and arguments[0].isdigit() else 20
    beginnings = tuple(arguments) or ("",)
    programs = sorted(p for p in PROGRAMS.glob("[0-9]*.py") if p.name.startswith(beginnings))
    leaking = 0
    for program in programs:
        for unit, count in counters().items():
            grown = growth(lambda program=program: loopscope.record(program), rounds, count)
            if min(grown) >= rounds:
                leaking += 1
                print(f"LEAK {program.name}: {unit} {grown} in {rounds} runs each", flush=True)
    print(f"refleak: {len(programs)} programs, {leaking} leaks")
    return 1 if leaking or not programs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
