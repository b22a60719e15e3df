"""Options that the command line and the notebook's magics have in common."""

from __future__ import annotations

import argparse
from typing import Final, Literal

__all__ = ["add_run_options"]

_CLOCKS: Final = {
    "real": "wait as long as timers say",
    "virtual": "do not wait, but jump to the next timer",
}


def add_run_options(parser: argparse.ArgumentParser, *, clock: Literal["real", "virtual"]) -> None:
    """Add `--clock`, whose default is given, and `--host`."""
    told = "; ".join(f"{name}: {what}" for name, what in _CLOCKS.items())
    parser.add_argument(
        "--clock", choices=tuple(_CLOCKS), default=clock, help=f"{told} (default: %(default)s)"
    )
    parser.add_argument(
        "--host",
        choices=("node", "browser"),
        default="node",
        help="whose rules of order hold (default: %(default)s)",
    )
