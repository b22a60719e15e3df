"""The options of `%%loop` and `%%predict`."""

from __future__ import annotations

import argparse
import keyword
import shlex
import threading
from typing import NoReturn

from IPython.core.error import UsageError

from ..options import add_run_options

__all__ = ["EVENTS", "LIMIT", "STEPS", "parser", "read_options"]

LIMIT = 10.0
"""Seconds after which a program is stopped, unless told otherwise."""
STEPS = 10_000
"""Tasks, ticks and microtasks after which it is stopped: more would flood the notebook."""
EVENTS = 20_000
"""How many events are recorded: as many as the stepper shows, and quick to draw."""
TRIES = 9
"""How many tries there may be, at most."""


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are the notebook's."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self.prog}: {message}\n{self.format_usage()}")


def read_options(line: str, magic: str = "%%loop") -> argparse.Namespace:
    """Read what stands behind a magic. UsageError, with the usage, if it cannot be read."""
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise UsageError(f"{magic}: {error}") from None
    options = parser(magic).parse_args(words)
    if options.real:
        options.clock = "real"
    return options


def parser(magic: str = "%%loop") -> argparse.ArgumentParser:
    """Make the parser of a magic, "%%loop" or "%%predict"."""
    made = _Parser(prog=magic, add_help=False, allow_abbrev=False)
    made.add_argument(
        "--as",
        dest="name",
        type=identifier,
        metavar="NAME",
        help="what the recording is called in later cells",
    )
    made.add_argument("--real", action="store_true", help="the same as --clock real")
    add_run_options(made, clock="virtual")
    made.add_argument(
        "--limit",
        type=seconds,
        default=LIMIT,
        metavar="SECONDS",
        help=f"stop a program that has not ended after that long (default: {LIMIT:g})",
    )
    made.add_argument(
        "--lines",
        action="store_true",
        help="record each line, and what variables hold before it, for the stepper",
    )
    made.add_argument(
        "--steps",
        type=number,
        default=STEPS,
        metavar="NUMBER",
        help="stop a program that has run that many tasks, ticks and microtasks "
        f"(default: {STEPS})",
    )
    made.add_argument(
        "--events",
        type=number,
        default=EVENTS,
        metavar="NUMBER",
        help=f"how many events are recorded, at most (default: {EVENTS})",
    )
    if magic == "%%predict":
        _add_prediction(made)
    return made


def _add_prediction(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--distractors",
        nargs="*",
        metavar="LINE",
        help="lines that are never printed, to be offered beside those that are (default: some "
        "that the program or a wrong idea of it suggests; none: --distractors alone)",
    )
    made.add_argument(
        "--tries",
        type=tries,
        default=1,
        metavar="NUMBER",
        help="how many wrong predictions open the cell; before that, each gives a hint (default: "
        "1)",
    )
    made.add_argument(
        "--once",
        action="store_true",
        help="run the program once only, for what it does besides printing: a wrong order is then "
        "not compared with wrong ideas",
    )


def identifier(text: str) -> str:
    """Read a name."""
    if not text.isidentifier() or keyword.iskeyword(text):
        raise argparse.ArgumentTypeError(f"it must be a name, not {text!r}")
    return text


def seconds(text: str) -> float:
    """Read a duration."""
    value = float(text)
    if not 0 < value <= threading.TIMEOUT_MAX:
        raise argparse.ArgumentTypeError(f"it must be a number of seconds above 0, not {text}")
    return value


def number(text: str) -> int:
    """Read a number of things."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"it must be 1 or more, not {text}")
    return value


def tries(text: str) -> int:
    """Read a number of tries."""
    value = number(text)
    if value > TRIES:
        raise argparse.ArgumentTypeError(f"it must be {TRIES} or less, not {text}")
    return value
