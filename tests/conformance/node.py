"""The judge: Node 20."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache


@cache
def node() -> str:
    """The command, from LOOPSCOPE_NODE or the path. Raises RuntimeError if it is no Node 20."""
    command = shutil.which(os.environ.get("LOOPSCOPE_NODE", "node"))
    if command is None or not version(command).startswith("v20."):
        raise RuntimeError("this needs Node 20: `./dev` gets it, or set LOOPSCOPE_NODE to it")
    return command


@cache
def version(command: str) -> str:
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    return done.stdout.strip()
