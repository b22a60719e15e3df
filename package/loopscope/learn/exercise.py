"""Exercises: a program in an ordinary Python file, above it the order that a learner predicts.

    from loopscope.js import *
    from loopscope.learn.exercise import predict

    @predict("A", "D", "C", "B")
    def program():
        console.log("A")
        setTimeout(lambda: console.log("B"), 0)
        Promise.resolve().then(lambda: console.log("C"))
        console.log("D")

pytest runs it as a test. The answer stands nowhere: the program is run.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ..recording import Recording
    from .model import Program

__all__ = ["Exercise", "predict", "predict_script", "relations"]

Pair = tuple[str, str]

SECONDS: Final = 8.0
"""How long a program may take on the virtual clock. `while True: pass` is one line to a budget."""


class Exercise:
    """A program and a prediction.

    `program`: the function; it runs as a function of its file, which is executed as a script, so
    that `async def` and `await` in it are JavaScript's. None: the file is the program.
    `predicted`: the lines. `pairs`: lines of which it is said whether one comes before the other
    in every legal order ("must"), in some ("may"), in none ("cannot").
    """

    def __init__(
        self,
        path: Path,
        name: str,
        program: Callable[[], Any] | None,
        predicted: Sequence[object] = (),
        pairs: dict[str, Sequence[Pair]] | None = None,
    ) -> None:
        self.path = path
        self.name = name
        self.program = program
        self.predicted = [str(line) for line in predicted]
        self.pairs = pairs
        code = getattr(inspect.unwrap(program), "__code__", None) if program else None
        self.line: int = code.co_firstlineno if code is not None else 1

    def __repr__(self) -> str:
        return f"<exercise {self.name} of {self.path.name}>"

    @property
    def source(self) -> Program:
        """The program, as the machines of the model run it."""
        from .model import load_program

        return load_program(self.path, self.name if self.program else "")

    def run(self, *, clock: str = "virtual", lines: int | None = None) -> Recording:
        """Run the program; returns what it did.

        `clock`: "virtual" or "real". `lines`: how many it may execute before it is stopped.
        Raises `loopscope.learn.model.Spent` then, or after SECONDS on the virtual clock;
        RuntimeError inside of a running program.
        """
        from ..errors import LimitReached
        from ..runtime import record
        from .model.budget import LINES, Budget, Spent
        from .model.program import entry_of

        source = self.source
        given: Any = {"clock": clock}
        if clock == "virtual":  # there is no waiting in it, only work
            given["time_limit"] = SECONDS * 1000
        with Budget(source.script.filename, LINES if lines is None else lines):
            if not source.entry:
                recording = record(self.path, **given)
            else:
                namespace = source.script.namespace()
                exec(source.script.code, namespace)
                recording = record(entry_of(namespace, source.entry), **given)
        if isinstance(recording.error, LimitReached):
            raise Spent(f"the program was stopped after {SECONDS:g} seconds; does it ever end?")
        return recording


def predict(*lines: object) -> Callable[[Callable[[], Any]], Exercise]:
    """Predict the lines that a function's program prints, in their order; a decorator.

    What is not a str is compared as `str()` makes it one. An empty prediction is none yet.
    """

    def decorate(program: Callable[[], Any]) -> Exercise:
        return _exercise(program, predicted=lines)

    return decorate


def relations(
    *, must: Sequence[Pair] = (), may: Sequence[Pair] = (), cannot: Sequence[Pair] = ()
) -> Callable[[Callable[[], Any]], Exercise]:
    """Say of pairs of lines whether the first comes before the second; a decorator.

    `must`: in every legal order; `may`: in some; `cannot`: in none.
    """

    def decorate(program: Callable[[], Any]) -> Exercise:
        return _exercise(program, pairs={"must": must, "may": may, "cannot": cannot})

    return decorate


def predict_script(path: str | Path, *lines: object) -> Exercise:
    """Predict the lines that a script prints. `path` is relative to the file that calls this."""
    caller = inspect.stack()[1].filename
    script = Path(caller).parent / path
    return Exercise(script, script.stem, None, lines)


def _exercise(program: Callable[[], Any], **given: Any) -> Exercise:
    function = inspect.unwrap(program)
    if not inspect.isfunction(function):
        raise TypeError(f"predict: a function is predicted, not {type(program).__name__}")
    return Exercise(Path(function.__code__.co_filename), function.__name__, program, **given)
