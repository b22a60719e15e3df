"""One Node process that runs snippets and tells what they printed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

HERE = Path(__file__).resolve().parent
FLAGS = ["--no-warnings", "--expose-internals"]


def node_program() -> str:
    """Give the path of Node 20. RuntimeError with the remedy if there is none."""
    program = os.environ.get("LOOPSCOPE_NODE") or shutil.which("node")
    if program is None:
        raise RuntimeError("Node 20 is needed: run ./dev test, or set LOOPSCOPE_NODE to its path")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    if not version.stdout.startswith("v20."):
        raise RuntimeError(
            f"Node 20 is needed, {program} is {version.stdout.strip()}: run ./dev test, or set "
            "LOOPSCOPE_NODE to the path of a Node 20"
        )
    return program


def width_runs() -> list[tuple[int, int, int]]:
    """Give (first, last, width) for all code points, as Node's ICU has them."""
    command = [node_program(), *FLAGS, str(HERE / "widths.js")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [(first, last, width) for first, last, width in json.loads(done.stdout)]


class Node:
    """A Node process that answers one line of JSON for each line that it is sent."""

    def __enter__(self) -> Node:
        # TZ: a Date prints the same moment everywhere, but its parts are local.
        self._process = subprocess.Popen(
            [node_program(), *FLAGS, str(HERE / "run.js")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "TZ": "UTC", "NO_COLOR": "1"},
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()

    def run(self, js: str) -> list[list[str]]:
        """Run statements that use `console`; give [stream, text] for each write."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(js) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(f"{js}\n{answer['error']}")
        written: list[list[str]] = answer["written"]
        return written
