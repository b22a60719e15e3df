"""The pytest plugin: exercises are tests, and a wrong order is a lesson instead of a traceback.

It collects what `predict` and `relations` decorate, has the fixtures `record` and `loop`, and the
option `--loopscope-hint`. Unless one of them is used it does nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ..recording import Recording
    from ..runtime import Runtime
    from .exercise import Exercise
    from .hints import Verdict

__all__ = ["ExerciseItem"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the level of hints."""
    group = parser.getgroup("loopscope", "predicting the order of programs")
    group.addoption(
        "--loopscope-hint",
        type=int,
        choices=(1, 2, 3, 4),
        default=None,
        metavar="N",
        help="how much a wrong prediction is told: 1 how far it is right, 2 the state there and a "
        "question, 3 the rule and the belief, 4 the answer (default: LOOPSCOPE_HINT, or 1)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Hand the level on to those who tell."""
    level = config.getoption("--loopscope-hint")
    if level is not None:
        from .hints import set_level

        set_level(level)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Forget the level."""
    if config.getoption("--loopscope-hint") is not None:
        from .hints import set_level

        set_level(None)


def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: object
) -> pytest.Item | None:
    """Make a test of an exercise."""
    module = sys.modules.get("loopscope.learn.exercise")
    if module is None or not isinstance(obj, module.Exercise):
        return None
    item: pytest.Item = ExerciseItem.from_parent(collector, name=name, exercise=obj)
    return item


class ExerciseItem(pytest.Item):
    """The test of one exercise."""

    def __init__(self, *, exercise: Exercise, **given: Any) -> None:
        super().__init__(**given)
        self.exercise = exercise

    def runtest(self) -> None:
        """Run the program and judge the prediction."""
        verdict = self._judge()
        facts = {
            "right": verdict.right,
            "total": verdict.total,
            "beliefs": " ".join(verdict.beliefs),
            "attempted": verdict.attempted,
        }
        self.user_properties += [(f"loopscope_{name}", value) for name, value in facts.items()]
        if not verdict.is_right:
            pytest.fail(verdict.text, pytrace=False)

    def _judge(self) -> Verdict:
        from .hints import default_level, judge, judge_pairs
        from .model import Spent
        from .order import legal_orders

        exercise = self.exercise
        try:
            if exercise.pairs is not None:
                orders = legal_orders(exercise.source)
                return judge_pairs(orders, exercise.pairs, default_level())
            recording = exercise.run()
        except Spent as spent:
            pytest.fail(f"{exercise.path.name}: {spent}", pytrace=False)
        return judge(recording, exercise.predicted, default_level(), exercise.source)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """Say where the exercise is."""
        return self.path, self.exercise.line - 1, self.name


@pytest.fixture(name="record")
def record_fixture() -> Callable[..., Recording]:
    """Run a program on the virtual clock and return the recording: `loopscope.record`."""
    from ..runtime import record

    return record


@pytest.fixture(name="loop")
def loop_fixture() -> Iterator[Runtime]:
    """Give a runtime on the virtual clock, which is closed after the test."""
    from ..runtime import Runtime

    with Runtime(clock="virtual") as runtime:
        yield runtime
