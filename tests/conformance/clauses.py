"""The programs of tests/clauses, and what Node prints for them.

    PYTHONPATH=tests python -m conformance.clauses [group ...]

runs the groups (all, if none is named) under Node 20 three times and writes what it prints beside
them, if that is the same each time.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from fuzz import judge

FOLDER = Path(__file__).resolve().parents[1] / "clauses"
RUNS = 3

_STRING = r"'((?:[^'\\]|\\.)*)'"
_TEST = re.compile(
    rf"^test\({_STRING}, (?:(here|generator)\({_STRING}(?:, {_STRING})?\)|{_STRING}), {_STRING},",
    re.MULTILINE,
)
_PREFIX = re.compile(r"^const (here|generator) = .*`([^`]*)`;", re.MULTILINE)


class Test(NamedTuple):
    """One program: the clause, and the test of another suite on the same behaviour."""

    clause: str
    covers: str
    title: str


def groups() -> list[Path]:
    """The JavaScript files, in order."""
    return sorted(path.with_suffix(".js") for path in FOLDER.glob("*.py") if path.stem != "harness")


def tests(group: Path) -> list[Test]:
    """What a file says of its tests."""
    source = group.read_text("utf-8")
    prefixes = dict(_PREFIX.findall(source))
    found = []
    for clause, function, name, method, whole, title in _TEST.findall(source):
        covers = whole
        if function:
            covers = prefixes[function].replace("${name}", name)
            covers = covers.replace("${method}", method or "next")
        found.append(Test(clause, covers, title.replace("\\'", "'")))
    assert len(found) == source.count("\ntest("), f"{group.name}: a test that cannot be read"
    return found


def run_node(group: Path) -> str:
    """What the group prints under Node, on virtual time where there is a clock for that."""
    clock = {"LD_PRELOAD": str(judge.clock())} if sys.platform.startswith("linux") else {}
    done = subprocess.run(
        [judge.node(), group.name],
        cwd=group.parent,
        env={**os.environ, "NODE_NO_WARNINGS": "1", **clock},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    return done.stdout


def main(names: list[str]) -> int:
    chosen = [group for group in groups() if not names or group.stem in names]
    for group in chosen:
        first, *others = (run_node(group) for _ in range(RUNS))
        if any(other != first for other in others):
            print(f"not recorded, differs from run to run: {group.stem}", file=sys.stderr)
            return 1
        group.with_suffix(".out").write_text(first, "utf-8")
    print(f"{len(chosen)} groups recorded")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
