"""Runs a program in both languages and compares.

Node runs on virtual time (clock.c), as Python does: waiting takes no time, and no order depends on
how busy the machine is. Where the two differ it is asked again all the same, and a program of which
it is unsure is dropped. So is one over which it hangs: Node 20 does when the first immediate behind
one that threw is cleared.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType

import loopscope

from . import javascript, python, tree


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program printed on stdout, and the code with which it ended."""

    output: str
    exit_code: int


ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "fuzz"
SECONDS = 15  # for one program in Node: they take well under one
HANGS = Ran("", -1)  # what has not ended by then
FAILED = -2  # the exit code of a run that our runtime itself has failed
AGAIN = 2  # how often Node is asked again about a program that differs

# The last one names certificates, and reading them takes longer than a program does.
_SETTINGS = (
    *("FORCE_COLOR", "NODE_OPTIONS", "NODE_DEBUG", "NODE_NO_WARNINGS"),
    "NODE_EXTRA_CA_CERTS",
)


class Unavailable(RuntimeError):  # noqa: N818
    """There is nothing to compare with, or no clock for it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What both made of a program."""

    node: Ran
    python: Ran
    stable: bool = True

    @property
    def diverges(self) -> bool:
        return self.stable and self.node != self.python


@cache
def node() -> str:
    """The command that runs Node 20, from LOOPSCOPE_NODE or the path."""
    command = shutil.which(os.environ.get("LOOPSCOPE_NODE", "node"))
    if command is None:
        raise Unavailable("fuzzing needs Node 20: `./dev fuzz` gets it, or set LOOPSCOPE_NODE")
    version = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    if not version.stdout.startswith("v20."):
        raise Unavailable(f"fuzzing compares with Node 20; {command} is {version.stdout.strip()}")
    return command


@cache
def clock() -> Path:
    """The library that gives Node virtual time; compiled when it is older than its source."""
    if not sys.platform.startswith("linux"):
        raise Unavailable("the judge's clock (tests/fuzz/clock.c) is written for Linux")
    source = Path(__file__).with_name("clock.c")
    library = BUILD / "clock.so"
    if not library.exists() or library.stat().st_mtime < source.stat().st_mtime:
        BUILD.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILD) as folder:
            made = Path(folder) / library.name
            compiler = os.environ.get("CC", "gcc").split()
            flags = ["-O2", "-Wall", "-Wextra", "-shared", "-fPIC"]
            subprocess.run([*compiler, *flags, "-o", made, source, "-ldl"], check=True)
            made.replace(library)  # at once, for who compiles it at the same time
    return library


def run_node(program: Path) -> Ran:
    """Run a JavaScript file under Node, on virtual time."""
    environment = {name: value for name, value in os.environ.items() if name not in _SETTINGS}
    try:
        done = subprocess.run(
            [node(), program.name],
            cwd=program.parent,
            env={**environment, "LD_PRELOAD": str(clock())},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return HANGS
    return Ran(done.stdout, done.returncode)


def run_javascript(program: tree.Program, runs: int = 1) -> list[Ran]:
    """Write the program as JavaScript and run it."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        path = Path(folder) / f"program.{'mjs' if program.is_module else 'js'}"
        path.write_text(javascript.write(program), encoding="utf-8")
        return [run_node(path) for _ in range(runs)]


def run_python(program: tree.Program) -> Ran:
    """Write the program as Python, and run it with a trace and without (by shorter ways)."""
    source = python.write(program)
    traced, untraced = (_run_python(source, limit) for limit in (1000, 1))
    if traced != untraced:
        return Ran(f"with a trace:\n{traced}\nand without one:\n{untraced}", FAILED)
    return untraced


def _run_python(source: str, trace_limit: int) -> Ran:
    try:
        with _time_limit():
            recording = loopscope.record(
                source, trace_limit=trace_limit, time_limit=None, step_limit=None
            )
    except _TooLongError:
        return HANGS
    except Exception:
        # Not an error of the program, which the recording would have: one of the runtime.
        return Ran(traceback.format_exc(), FAILED)
    return Ran(recording.stdout, recording.exit_code)


class _TooLongError(KeyboardInterrupt):
    """As Ctrl-C does, it ends a run wherever that is, and becomes no rejection."""


@contextmanager
def _time_limit() -> Iterator[None]:
    """Raise _TooLongError in the main thread when the SECONDS are over."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise _TooLongError

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def compare(program: tree.Program, judged: Ran | None = None) -> Verdict:
    """Run the program in both languages; `judged`: what Node did, if that is known already."""
    if judged is None:
        (judged,) = run_javascript(program)
    if judged == HANGS:
        return Verdict(judged, HANGS, stable=False)
    ours = run_python(program)
    if ours == judged:
        return Verdict(judged, ours)
    again = run_javascript(program, AGAIN)
    return Verdict(judged, ours, stable=all(ran == judged for ran in again))
