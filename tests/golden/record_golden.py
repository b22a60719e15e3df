"""Record the golden traces again: `python tests/golden/record_golden.py`. Look at the change.

A golden trace is what is recorded of a program of tests/programs, in the format of `Trace.save`,
but for what depends on the machine or on Python's version: see `normalized`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import loopscope

HERE = Path(__file__).parent
PROGRAMS = HERE.parent / "programs"
NAMES = (
    "01-call-stack-greet",
    "12-sync-vs-async",
    "14-job-queue",
    "22-catch-then-goes-on",
    "23-promise-all",
    "24-async-await",
    "26-finally",
    "27-for-await",
    "112-nexttick-vs-microtask-main",
    "114-esm-microtask-before-nexttick",
    "129-microtasks-between-immediates",
    "132-interval-rearm-before-microtasks",
    "140-unhandled-default-kills-before-macrotask",
    # With lines, and what variables hold:
    "24-async-await.lines",
    "27-for-await.lines",
)


def normalized(event: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is 0 or empty, folders, and where a function returned, a line began."""
    shown = {name: value for name, value in event.items() if value or name in ("seq", "time")}
    if "file" in shown:
        shown["file"] = Path(shown["file"]).name
    if event["kind"] == "return":
        shown.pop("line", None)
    if event["kind"] in ("return", "line"):
        shown.pop("column", None)
    return shown


def trace_of(name: str) -> list[dict[str, Any]]:
    """Run a program, and return its trace as it is kept."""
    program = PROGRAMS / f"{name.removesuffix('.lines')}.py"
    recording = loopscope.record(program, lines=name.endswith(".lines"))
    return [normalized(event) for event in recording.trace.to_dicts()]


def main() -> None:
    """Write a file for each program."""
    for name in NAMES:
        lines = ",\n".join(json.dumps(event, ensure_ascii=False) for event in trace_of(name))
        (HERE / f"{name}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
