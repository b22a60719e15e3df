"""Gate: a program that has run, and whose order is kept back until it has been predicted.

It knows nothing of notebooks: `loopscope.jupyter` shows it, and opens what it keeps back.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .hints import LAST_HINT, Part, Verdict, explained, judge
from .model import Machine, Program, load_program, run_on
from .order import legal_orders
from .predict import decision
from .tiles import MOST, distractors, shuffled

if TYPE_CHECKING:
    from ..recording import Recording

__all__ = ["CONFIDENCE", "Answer", "Gate"]

CONFIDENCE: Final = (1, 2, 3)
"""How sure a learner may be: a guess, rather sure, sure."""
_OPENING_HINT: Final = 3
"""What is told when the cell opens: the moment, the rule and the belief. The order is seen."""

_SURE_AND_WRONG: Final = "You were sure: good. What surprises is what one remembers."


@dataclass(frozen=True)
class Answer:
    """What a learner has done about a program."""

    predicted: tuple[str, ...] = ()
    confidence: int | None = None
    revealed: bool = False
    """Whether the order was asked for, without another prediction."""


class Gate:
    """The tiles of a program, and what is told about a prediction.

    `source`: of the program, without what makes it a cell; `given`: lines that are never printed,
    or None for those that suggest themselves; `tries`: how many wrong predictions open it; `once`:
    the program must not be run again.
    """

    def __init__(
        self,
        recording: Recording,
        source: str,
        *,
        given: Sequence[str] | None = None,
        tries: int = 1,
        once: bool = False,
    ) -> None:
        self.recording = recording
        self.tries = tries
        self.attempts = 0
        self.answer: Answer | None = None
        """What has opened it; None while it is closed."""
        self.verdict: Verdict | None = None
        """What was said of the last prediction."""
        self._program = None if once or self.unfit else _modelled(source, recording)
        printed = recording.output
        others = distractors(source, printed, self._program) if given is None else given
        self.program = digest(source)
        """Tells this program from another one, but not from itself with other comments."""
        others = [*dict.fromkeys(line for line in others if line not in printed)]
        self.tiles = shuffled(printed, others, self.program)

    @property
    def is_open(self) -> bool:
        """Whether the order may be seen."""
        return self.answer is not None

    @property
    def unfit(self) -> str:
        """Why the order cannot be asked for; "" if it can."""
        total = len(self.recording.output)
        if not total:
            return "the program prints nothing"
        if total > MOST:
            return (
                f"the program prints {total} lines, more than the {MOST} that can be put in order"
            )
        return ""

    def commit(self, predicted: Sequence[str], confidence: int | None = None) -> Verdict:
        """Judge a prediction. It opens if that is right, or if no try is left.

        Raises ValueError if nothing is predicted, for a confidence that is none, or if it is open.
        """
        lines = tuple(str(line) for line in predicted)
        if self.is_open:
            raise ValueError("the order is open already")
        if not lines:
            raise ValueError("nothing is predicted yet")
        if confidence not in (None, *CONFIDENCE):
            raise ValueError(f"confidence must be 1, 2, 3 or None, not {confidence!r}")
        self.attempts += 1
        last = self.attempts >= self.tries
        level = _OPENING_HINT if last else min(self.attempts, LAST_HINT - 1)
        verdict = judge(self.recording, lines, level, self._program)
        self.verdict = explained(verdict, self.recording, self._program)
        if self.verdict.is_right or last:
            self.answer = Answer(lines, confidence)
        return self.verdict

    def reveal(self) -> None:
        """Open it without a prediction, or after those that were made."""
        if not self.is_open:
            self.answer = Answer(revealed=True)

    def close(self) -> None:
        """Begin anew, without a prediction."""
        self.answer = self.verdict = None
        self.attempts = 0

    @property
    def told(self) -> list[Part]:
        """What is told about the last prediction, the headline first."""
        if self.verdict is None:
            return []
        told = [*self.verdict.parts]
        if self.answer and self.answer.confidence == CONFIDENCE[-1] and not self.verdict.is_right:
            told.insert(1, Part("sure", _SURE_AND_WRONG))
        return told

    @property
    def overlay(self) -> list[str] | None:
        """The prediction to be drawn over the picture; None if there is nothing to compare."""
        answer, verdict = self.answer, self.verdict
        if answer is None or verdict is None or not answer.predicted:
            return None
        other = verdict.is_right and [*answer.predicted] != self.recording.output
        return None if other else [*answer.predicted]

    @property
    def start(self) -> int:
        """The step at which to begin to look: the one at which the prediction went wrong."""
        if self.answer is None or self.verdict is None or self.verdict.is_right:
            return 0
        return decision(self.recording, self.verdict.right)


def digest(source: str) -> str:
    """Return what tells a program from others; its comments and empty lines don't count."""
    plain = ast.unparse(ast.parse(source))
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def _modelled(source: str, recording: Recording) -> Program | None:
    """Return the program for the machines of the model, if they do with it what was recorded.

    They don't if it needs what only a notebook has, or real time.
    """
    program = load_program("from loopscope.js import *\n" + source)
    printed = recording.output
    if run_on(Machine, program).output == printed or tuple(printed) in legal_orders(program):
        return program
    return None
