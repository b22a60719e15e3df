"""From the shell's point of view: how long an empty program takes, and what the import is of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from .peers import NODE, node_version

TIMES = 5  # so short that one time is no measure


def measure() -> Iterator[tuple[str, str, float]]:
    """Give (peer, metric, milliseconds): the least of a few.

    The byte code is cached, as an installed package has it.
    """
    with TemporaryDirectory() as folder:
        cached = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
        cached.pop("PYTHONDONTWRITEBYTECODE", None)
        program = Path(folder, "empty")
        program.touch()
        commands = {
            "loopscope": [sys.executable, "-m", "loopscope", "run", str(program)],
            "python": [sys.executable, str(program)],
        }
        if node_version():
            commands["node"] = [NODE, str(program)]
        for peer, command in commands.items():
            yield peer, "empty program", min(_wall_time(command, cached) for _ in range(TIMES))
        yield "loopscope", "import", min(_import_time("loopscope", cached) for _ in range(TIMES))


def _wall_time(command: list[str], environ: dict[str, str]) -> float:
    start = perf_counter()
    subprocess.run(command, check=True, env=environ)
    return (perf_counter() - start) * 1e3


def _import_time(package: str, environ: dict[str, str]) -> float:
    """What the interpreter itself says about an import, all that it brings along included."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", f"import {package}"],
        stderr=subprocess.PIPE,
        text=True,
        check=True,
        env=environ,
    )
    match = re.search(rf"\| +(\d+) \| {package}$", done.stderr, re.MULTILINE)
    assert match is not None, done.stderr
    return int(match[1]) / 1e3
