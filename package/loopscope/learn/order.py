"""Orders: the lines that a program prints, where it may print them in one order or in several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from random import Random
from typing import Any, Final

from .model import Machine, Program, run_on
from .model.timers import Timer

__all__ = [
    "SEEDS",
    "AnyOrder",
    "Expected",
    "comes_before",
    "first_difference",
    "in_any_order",
    "legal_orders",
    "paced",
]

SEEDS: Final = 24


class AnyOrder:
    """Lines that may come in any order; a part that is a sequence keeps its own."""

    def __init__(self, parts: Sequence[Sequence[str]]) -> None:
        self.parts = parts

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def __repr__(self) -> str:
        shown = [repr(part[0]) if len(part) == 1 else repr([*part]) for part in self.parts]
        return f"in_any_order({', '.join(shown)})"


Expected = Sequence["str | AnyOrder"]


def in_any_order(*parts: object) -> AnyOrder:
    """Say that lines may come in any order: put it where the first of them is expected.

    Each part is a line, or a list of lines that come in that order among themselves.
    """
    listed = [part if isinstance(part, (list, tuple)) else [part] for part in parts]
    return AnyOrder([[str(line) for line in part] for part in listed])


def first_difference(lines: Sequence[str], expected: Expected) -> int | None:
    """Return the index of the first line that differs from what is expected; None: none does."""
    lines = [*lines]
    at = 0
    for part in expected:
        wanted = part if isinstance(part, AnyOrder) else AnyOrder([[str(part)]])
        reached = {tuple(0 for _ in wanted.parts)}  # how far each part may have come
        for line in lines[at : at + len(wanted)]:
            reached = {
                (*counts[:k], counts[k] + 1, *counts[k + 1 :])
                for counts in reached
                for k, own in enumerate(wanted.parts)
                if counts[k] < len(own) and own[counts[k]] == line
            }
            if not reached:
                return at
            at += 1
        if all(sum(counts) < len(wanted) for counts in reached):
            return at  # the lines have ended
    return at if at < len(lines) else None


class _Paced(Machine):
    """The right machine on a slow computer: everything takes some of a millisecond, at random."""

    random: Random

    def _pass(self, most: float) -> None:
        self.time += self.random.random() * most

    def set_timer(
        self, callback: Callable[..., Any], delay: Any, arguments: tuple[Any, ...], repeat: bool
    ) -> Timer:
        self._pass(0.3)
        return super().set_timer(callback, delay, arguments, repeat)

    def run_timer(self, timer: Timer) -> bool:
        self._pass(0.3)
        return super().run_timer(timer)

    def run_microtask(self) -> None:
        self._pass(0.05)
        super().run_microtask()

    def poll(self) -> None:
        super().poll()
        self._pass(0.8)  # the host wakes the loop, but not on the dot


def paced(seed: int) -> type[Machine]:
    """Make the right machine on a computer whose pace depends on the seed."""
    return type("Paced", (_Paced,), {"random": Random(seed)})


@lru_cache(maxsize=16)
def legal_orders(program: Program, seeds: int = SEEDS) -> frozenset[tuple[str, ...]]:
    """Run a program at so many paces; returns the orders of its lines that are all legal.

    TypeError for what is no Program of the model.
    """
    if not isinstance(program, Program):
        raise TypeError(
            f"legal_orders: argument 'program' must be what load_program() returns, "
            f"not {type(program).__name__}"
        )
    return frozenset(tuple(run_on(paced(seed), program).output) for seed in range(seeds))


def comes_before(order: Sequence[str], first: str, second: str) -> bool:
    """Tell whether one line comes before another one in an order. LookupError if one is missing."""
    for line in (first, second):
        if line not in order:
            raise LookupError(f"{line!r} is not printed; the program prints {[*order]}")
    return order.index(first) < order.index(second)
