"""Small programs written twice: the Python one must print what Node prints for the JavaScript one.

Programs that show a rule to people stand in tests/programs; these here corner one room each.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from textwrap import dedent
from typing import Any, NamedTuple

import loopscope
import pytest


class Twin(NamedTuple):
    """A program in both languages, and the lines that Node 20 printed for it."""

    name: str
    javascript: str
    python: str
    printed: str

    @property
    def lines(self) -> list[str]:
        return dedent(self.printed).strip().splitlines()


def parametrize(twins: Iterable[Twin]) -> Any:
    """The decorator that runs a test for each program."""
    return pytest.mark.parametrize("twin", twins, ids=lambda twin: twin.name)


def assert_prints_what_node_printed(twin: Twin) -> None:
    source = "from loopscope.js import *\nfrom loopscope import Thrown\n" + dedent(twin.python)
    for limit in (1_000_000, 1):  # without a trace the runtime goes shorter ways
        recording = loopscope.record(source, trace_limit=limit)
        assert recording.error is None
        assert recording.output == twin.lines


def assert_node_prints_it_today(twin: Twin) -> None:
    node = shutil.which(os.environ.get("LOOPSCOPE_NODE", "node"))
    assert node is not None, (
        "these programs need Node 20: `./dev test` gets it, or set LOOPSCOPE_NODE"
    )
    done = subprocess.run(
        [node, "-e", dedent(twin.javascript)],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout.splitlines() == twin.lines
