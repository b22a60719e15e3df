"""The options of `%%loop`."""

from __future__ import annotations

import argparse
import shlex
import threading
from typing import NoReturn

from IPython.core.error import UsageError

__all__ = ["EVENTS", "LIMIT", "parser", "read_options"]

LIMIT = 10.0
"""Seconds after which a program is stopped, unless told otherwise."""
EVENTS = 20_000
"""How many events are recorded: as many as the stepper shows, and quick to draw."""


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are the notebook's."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"%%loop: {message}\n{self.format_usage()}")


def read_options(line: str) -> argparse.Namespace:
    """Read what stands behind `%%loop`. UsageError, with the usage, if it cannot be read."""
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise UsageError(f"%%loop: {error}") from None
    options = parser().parse_args(words)
    if options.real:
        options.clock = "real"
    return options


def parser() -> argparse.ArgumentParser:
    """Make the parser."""
    made = _Parser(prog="%%loop", add_help=False, allow_abbrev=False)
    made.add_argument("--real", action="store_true", help="the same as --clock real")
    made.add_argument(
        "--clock",
        choices=("virtual", "real"),
        default="virtual",
        help="virtual: do not wait, but jump to the next timer (the default)",
    )
    made.add_argument(
        "--host",
        choices=("node", "browser"),
        default="node",
        help="whose rules of order hold (default: node)",
    )
    made.add_argument(
        "--limit",
        type=seconds,
        default=LIMIT,
        metavar="SECONDS",
        help=f"stop a program that has not ended after that long (default: {LIMIT:g})",
    )
    made.add_argument(
        "--events",
        type=number,
        default=EVENTS,
        metavar="NUMBER",
        help=f"how many events are recorded, at most (default: {EVENTS})",
    )
    return made


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
