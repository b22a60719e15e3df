"""`loopscope exercises check`: whether an exercise asks something, and gives nothing away."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .collection import load_file, solve, tell_error
from .diagnosis import orders_of_believers
from .exercise import Exercise
from .hints import LAST_HINT, judge
from .model import Spent
from .order import SEEDS, legal_orders

if TYPE_CHECKING:
    from ..recording import Recording
    from .model import Program

__all__ = ["Report", "check_file"]

BELIEFS_NEEDED: Final = 2


TRIES = 10
"""How often an exercise is run on the real clock, until it prints what it should."""


@dataclass(frozen=True)
class Report:
    """What was found about one exercise."""

    path: Path
    beliefs: tuple[str, ...]
    """The ids of the beliefs that give another order: a wrong answer can be told to be theirs."""
    problems: tuple[str, ...]


def check_file(path: Path, *, real_clock: bool = True) -> Report:
    """Check the exercise of a file. `real_clock`: run it on the real clock, too, which takes time.

    It must start failing; its solution must pass; the order must be the same at every pace and on
    both clocks; hints must not tell the answer; two beliefs must give another order.
    """
    try:
        found = load_file(path)
    except Exception as error:  # of the file's own code
        return Report(path, (), (f"it cannot be read: {tell_error(error, path)}",))
    if len(found) != 1 or found[0].pairs is not None:
        return Report(path, (), (f"a file has one exercise with predict; this has {len(found)}",))
    (exercise,) = found
    try:
        recording, source = exercise.run(), exercise.source
    except Spent as spent:
        return Report(path, (), (str(spent),))
    believed = orders_of_believers(source)
    orders = {id: order for id, order in believed.items() if order != recording.output}
    problems = [
        *_problems_of_program(exercise, recording, source, real_clock=real_clock),
        *_problems_of_hints(recording, source, orders),
    ]
    return Report(path, tuple(orders), tuple(problems))


def _problems_of_program(
    exercise: Exercise, recording: Recording, source: Program, *, real_clock: bool
) -> Iterator[str]:
    printed = recording.output
    if recording.error is not None:
        yield f"the program ends with an error: {recording.error!r}"
    if len(set(printed)) != len(printed):
        yield "a line is printed twice: nobody can say which of them is meant"
    if exercise.predicted:
        yield "it starts with a prediction: leave predict() empty"
    if judge(recording, exercise.predicted, LAST_HINT).is_right:
        yield "it does not start failing"
    if not _solution_passes(exercise):
        yield "its solution does not pass"
    many = legal_orders(source)
    if many != {tuple(printed)}:
        yield f"the order is not the same at every pace: {len(many)} orders of {SEEDS} seeds"
    # Real timers of a busy machine may be late by more than an exercise allows for, but not always.
    if real_clock and all(exercise.run(clock="real").output != printed for _ in range(TRIES)):
        yield "the order on the real clock is another one"


def _problems_of_hints(
    recording: Recording, source: Program, orders: dict[str, list[str]]
) -> Iterator[str]:
    if len(orders) < BELIEFS_NEEDED:
        yield f"only {len(orders)} beliefs give another order; {BELIEFS_NEEDED} are needed"
    printed = recording.output
    for told in [[*reversed(printed)], *orders.values()]:
        for level in range(1, LAST_HINT):
            verdict = judge(recording, told, level, source)
            if not verdict.is_right and _tells(verdict.text, verdict.right, told, printed):
                yield f"the hint of level {level} tells the answer to {told}"
                return


def _solution_passes(exercise: Exercise) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / exercise.path.name
        path.write_text(solve(exercise.path), encoding="utf-8")
        (solved,) = load_file(path)
        return judge(solved.run(), solved.predicted, 1).is_right


def _tells(text: str, right: int, told: list[str], printed: list[str]) -> bool:
    """Tell whether a text names the line that comes at the first difference, or all of them."""
    if " · ".join(printed) in text:
        return True
    missing = printed[right] if right < len(printed) else None
    own = told[right] if right < len(told) else None
    return missing is not None and missing != own and f"“{missing}”" in text
