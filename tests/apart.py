"""Runs a file of tests/isolated in a process of its own, as a failure could end it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ISOLATED = Path(__file__).parent / "isolated"


def run_isolated(name, *arguments):
    """Run it; it says "done" last. Returns what it printed."""
    done = subprocess.run(
        [sys.executable, ISOLATED / name, *arguments], capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "done"
    return done.stdout
