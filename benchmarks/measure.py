"""Rounds: in each, every peer runs every case once, in turn and each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import import_module
from statistics import median
from types import ModuleType

from . import startup
from .peers import HERE, PEERS, Peer

CASES = (
    "queue_microtask",
    "await_settled",
    "then_chain",
    "await_call",
    "timers",
    "timer_memory",
    "async_tree",
    "sleeping",
    "trace",
)
MILLION = 1_000_000


@dataclass(frozen=True)
class Key:
    """Names one figure: what was measured, how many of it, and for whom."""

    case: str
    peer: str
    metric: str = "time"
    n: int = MILLION


@dataclass
class Figure:
    """What the rounds gave: the least value of each."""

    rounds: list[float] = field(default_factory=list)

    @property
    def least(self) -> float:
        """Noise only ever adds: the least is nearest to what the code itself costs."""
        return min(self.rounds)

    @property
    def spread(self) -> float:
        """How far the median round lies above the least one, as a fraction."""
        return median(self.rounds) / self.least - 1


Figures = dict[Key, Figure]


@dataclass(frozen=True)
class Effort:
    """How much is measured. `divisor`: by how much n is made smaller where it is 1e6."""

    rounds: int
    repeats: int
    divisor: int = 1


FULL = Effort(rounds=4, repeats=2)
QUICK = Effort(rounds=3, repeats=1, divisor=10)


def load(name: str) -> ModuleType:
    return import_module(f"benchmarks.cases.{name}")


def measure(names: Iterable[str], effort: Effort) -> Figures:
    """Measure the named cases (and "startup") for all peers that are there."""
    figures: Figures = {}
    cases = [load(name) for name in names if name != "startup"]
    for number in range(effort.rounds):
        for case in cases:
            for n in getattr(case, "SIZES", (MILLION,)):
                for peer in PEERS:
                    if peer.runs(case) and not peer.missing:
                        progress(
                            f"round {number + 1} of {effort.rounds}: {case.TITLE}, {peer.title}"
                        )
                        _add(figures, case, peer, n, effort)
        if "startup" in names:
            progress(f"round {number + 1} of {effort.rounds}: start-up")
            for peer_name, metric, milliseconds in startup.measure():
                key = Key("startup", peer_name, metric, 1)
                figures.setdefault(key, Figure()).rounds.append(milliseconds)
    progress("")
    return figures


def _add(figures: Figures, case: ModuleType, peer: Peer, n: int, effort: Effort) -> None:
    # A case with sizes of its own is about them. The key keeps the full n either way.
    actual = n if hasattr(case, "SIZES") else n // effort.divisor
    if hasattr(case, "FRESH"):
        warm_up, repeats = 0, 1
    else:
        warm_up, repeats = actual // 10, max(effort.repeats, 200_000 // actual)
    command = [*peer.command(case), str(actual), str(warm_up), str(repeats)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=HERE.parent)
    name = case.__name__.rpartition(".")[2]
    for metric, values in json.loads(done.stdout).items():
        figures.setdefault(Key(name, peer.name, metric, n), Figure()).rounds.append(min(values))


def progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
