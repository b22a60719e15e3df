"""Examine: judge the exercises of one file in a process of its own, which can be ended.

    python -m loopscope.learn.examine FILE LEVEL [explain]

writes one line of JSON. `examine(path)` starts it and waits, but not for ever.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

__all__ = ["Examined", "examine"]

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


def examine(path: Path, level: int, seconds: float = SECONDS, *, explain: bool = False) -> Examined:
    """Judge the exercises of a file. `seconds`: how long that may take.

    `explain`: say of a right order why it is right.
    """
    command = [sys.executable, "-m", "loopscope.learn.examine", str(path), str(level)]
    command += ["explain"] * explain
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return _broken(f"stopped after {seconds:g} seconds; does the program ever end?")
    if done.returncode != 0:
        return _broken(done.stderr.strip().splitlines()[-1] if done.stderr else "it cannot be run")
    return Examined(**json.loads(done.stdout.splitlines()[-1]))


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


def main(arguments: list[str]) -> None:
    """Judge a file and write what was found."""
    path, level, *explain = arguments
    found: dict[str, Any] = asdict(_judge(Path(path), int(level), explain=bool(explain)))
    sys.stdout.write(f"\n{json.dumps(found)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
