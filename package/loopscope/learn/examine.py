"""Examine: judge the exercises of a file in a process of its own, which can be ended.

An `Examiner` has one process for many files: it imports everything once, and forks for each file,
so that none can change what the next one finds. They talk in lines of JSON, over its standard input
and output.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final, Literal

__all__ = ["Examined", "Examiner", "examine"]

SECONDS: Final = 10.0
"""How long a file may take."""


@dataclass(frozen=True)
class Examined:
    """What there is to say about a file."""

    is_right: bool
    text: str
    """Long lines are not broken: who shows it knows the width."""
    right: int = 0
    total: int = 0
    beliefs: list[str] = field(default_factory=list)
    attempted: bool = True
    broken: bool = False
    """Whether it could not be judged at all: it does not run, or takes too long."""


class Examiner:
    """Judges one file after the other. To be used in a `with`, which ends its process.

    `seconds`: how long one file may take.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Examiner:
        return self

    def __exit__(self, *error: object) -> Literal[False]:
        self._end()
        return False

    def examine(self, path: Path, level: int, *, explain: bool = False) -> Examined:
        """Judge the exercises of a file. `explain`: say of a right order why it is right."""
        self._process = process = self._process or _start()
        assert process.stdin is not None
        request = {"path": str(path), "level": level, "explain": explain}
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()
        answer = self._read_answer(process)
        if answer:
            return Examined(**json.loads(answer))
        self._end()  # the next file gets another process
        if answer is None:
            return _broken(f"stopped after {self.seconds:g} seconds; does the program ever end?")
        return _broken(_DISTURBS)

    def _read_answer(self, process: subprocess.Popen[bytes]) -> bytes | None:
        """Read a line; returns None if it does not come in time, b"" if none can come."""
        assert process.stdout is not None
        end = time.monotonic() + self.seconds
        answer = b""
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not answer.endswith(b"\n"):
                if not selector.select(max(end - time.monotonic(), 0)):
                    return None
                more = os.read(process.stdout.fileno(), 65536)
                if not more:
                    return b""
                answer += more
        return answer

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            with process:
                pass


def _start() -> subprocess.Popen[bytes]:
    """Start a process that judges files. It leads a session: what a file starts ends with it."""
    command = [sys.executable, "-m", "loopscope.learn.examine"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, start_new_session=True)


def examine(path: Path, level: int, seconds: float = SECONDS, *, explain: bool = False) -> Examined:
    """Judge the exercises of one file; see `Examiner`."""
    with Examiner(seconds) as examiner:
        return examiner.examine(path, level, explain=explain)


_DISTURBS: Final = "it cannot be judged: it ends the process that judges it, or writes into it"


def _broken(text: str) -> Examined:
    return Examined(is_right=False, text=text, attempted=False, broken=True)


def _judge(path: Path, level: int, *, explain: bool = False) -> Examined:
    from .collection import load_file, tell_error
    from .hints import Verdict, explained, judge, judge_pairs
    from .model import Spent
    from .order import legal_orders

    verdicts: list[Verdict] = []
    try:
        for one in load_file(path):
            if one.pairs is not None:
                verdicts.append(judge_pairs(legal_orders(one.source), one.pairs, level))
            else:
                recording, program = one.run(), one.source
                verdict = judge(recording, one.predicted, level, program)
                verdicts.append(explained(verdict, recording, program) if explain else verdict)
    except Spent as spent:
        return _broken(str(spent))
    except SystemExit as end:
        return _broken(f"it ends itself: SystemExit: {end}".removesuffix(": "))
    except Exception as error:
        return _broken(tell_error(error, path))
    if not verdicts:
        return _broken("there is no exercise in it: predict(...) decorates a function")
    wrong = [one for one in verdicts if not one.is_right]
    shown = wrong[0] if wrong else verdicts[0]
    return Examined(
        is_right=not wrong,
        text=shown.flowing or shown.text,
        right=shown.right,
        total=shown.total,
        beliefs=[*shown.beliefs],
        attempted=any(one.attempted for one in verdicts),
    )


def _written(found: Examined) -> bytes:
    return json.dumps(asdict(found)).encode()


def _judge_apart(request: dict[str, Any], *private: IO[bytes]) -> bytes:
    """Judge a file in a fork of this process; returns the line that answers the request.

    `private`: what is closed in the fork, so that no file answers for another.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        for one in private:
            one.close()
        with suppress(BaseException), open(writing, "wb") as pipe:
            path, level, explain = request["path"], request["level"], request["explain"]
            pipe.write(_written(_judge(Path(path), level, explain=explain)))
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:
        line = pipe.read()
    os.waitpid(child, 0)
    try:
        found = Examined(**json.loads(line))
    except (ValueError, TypeError):  # it is not from `_judge`, or not from it alone
        found = _broken(_DISTURBS)
    return _written(found) + b"\n"


def main() -> None:
    """Answer requests until there are no more."""
    # What every file needs, so that it is imported once.
    from .. import js, runtime, tracer  # noqa: F401
    from ..console import inspect  # noqa: F401
    from . import collection, hints, model, order  # noqa: F401

    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):  # what a file reads and prints is no request and no answer
        os.dup2(nothing, standard)
    for request in requests:
        answers.write(_judge_apart(json.loads(request), requests, answers))
        answers.flush()


if __name__ == "__main__":
    main()
