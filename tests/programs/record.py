"""Ask Node what every program prints, and write it down.

    python tests/programs/record.py [name ...]

runs each JavaScript program three times under Node 20 (the command in the environment variable
LOOPSCOPE_NODE, else `node`) and writes NN-name.out, what it printed, and NN-name.rc, its exit code,
where that is not 0. A program that does not print the same each time is not recorded: an order that
Node itself does not keep cannot be promised.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

PROGRAMS = Path(__file__).resolve().parent
MAJOR = 20
RUNS = 3
SECONDS = 30  # for one program: each is done in well under one


class NodeMissing(RuntimeError):
    """No Node of the right version: the programs have no judge."""


class Ran(NamedTuple):
    """What a program printed, and the code with which it ended."""

    output: str
    exit_code: int


def find_node() -> str:
    """The command that runs Node 20. Raises NodeMissing, which says how to get it."""
    command = os.environ.get("LOOPSCOPE_NODE", "node")
    remedy = (
        f"Node {MAJOR} decides what is right, so these tests need it: `./dev test` gets it by"
        f" itself; or install it (nodejs.org, or `npm install node@{MAJOR}`) and set LOOPSCOPE_NODE"
        " to its bin/node."
    )
    found = shutil.which(command)
    if found is None:
        raise NodeMissing(f"there is no command {command!r}. {remedy}")
    version = subprocess.run(
        [found, "--version"], capture_output=True, text=True, check=True, timeout=SECONDS
    ).stdout.strip()
    if not version.startswith(f"v{MAJOR}."):
        raise NodeMissing(f"{found} is Node {version}. {remedy}")
    return found


def javascript(directory: Path = PROGRAMS) -> list[Path]:
    """The JavaScript programs (.js, and .mjs for modules), in order."""
    return sorted([*directory.glob("[0-9]*-*.js"), *directory.glob("[0-9]*-*.mjs")])


def run_node(node: str, program: Path) -> Ran:
    """Run one program as a user would, without the settings that a user may have made."""
    settings = ("FORCE_COLOR", "NODE_OPTIONS", "NODE_DEBUG", "NODE_NO_WARNINGS")
    environment = {name: value for name, value in os.environ.items() if name not in settings}
    done = subprocess.run(
        [node, program.name],
        cwd=program.parent,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
    )
    return Ran(done.stdout, done.returncode)


def recorded(program: Path) -> Ran:
    """What .out and .rc say about a program."""
    code = program.with_suffix(".rc")
    return Ran(
        program.with_suffix(".out").read_text(encoding="utf-8"),
        int(code.read_text(encoding="utf-8")) if code.exists() else 0,
    )


def record(node: str, program: Path) -> bool:
    """Write down what a program does, if it does the same each time. True if it was."""
    first, *others = (run_node(node, program) for _ in range(RUNS))
    if any(other != first for other in others):
        return False
    program.with_suffix(".out").write_text(first.output, encoding="utf-8")
    code = program.with_suffix(".rc")
    if first.exit_code:
        code.write_text(f"{first.exit_code}\n", encoding="utf-8")
    else:
        code.unlink(missing_ok=True)
    return True


def main(names: list[str]) -> int:
    """Record the programs of these names (their beginnings will do), or all."""
    node = find_node()
    chosen = [p for p in javascript() if not names or p.name.startswith(tuple(names))]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        stable = list(pool.map(lambda program: record(node, program), chosen))
    unstable = [program.name for program, same in zip(chosen, stable, strict=True) if not same]
    for name in unstable:
        print(f"not recorded, differs from run to run: {name}", file=sys.stderr)
    print(f"{sum(stable)} of {len(chosen)} programs recorded")
    return 1 if unstable or not chosen else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except NodeMissing as missing:
        sys.exit(f"record.py: {missing}")
