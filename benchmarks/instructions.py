"""How many instructions an operation takes: `./dev instructions`.

Time depends on what else the machine does, the number of instructions does not: so they are what CI
compares. callgrind counts them. They do depend on the interpreter, the compiler and libc, so each
such combination has baselines of its own in instructions.json; where there are none yet, the counts
are only shown.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from pathlib import Path

from . import native
from .operations import COUNT, EMPTY, OPERATIONS
from .report import table

BASELINES = Path(__file__).with_suffix(".json")
TOLERANCE = 0.03
ROOT = Path(__file__).parent.parent

Counts = dict[str, int]


def key() -> str:
    """Name what the counts depend on, but for our own code."""
    interpreter = f"CPython {platform.python_version()} by {platform.python_compiler()}"
    if "--enable-optimizations" in str(sysconfig.get_config_var("CONFIG_ARGS")):
        interpreter += " with PGO"
    libc = " ".join(platform.libc_ver()).strip() or platform.system()
    return f"{platform.machine()}, {interpreter}, {_compiler()}, {libc}"


def _compiler() -> str:
    command = shlex.split(os.environ.get("CC") or str(sysconfig.get_config_var("CC")))[:1]
    said = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    version = re.search(r"\d+\.\d+(\.\d+)?", re.sub(r"\(.*?\)", "", said.stdout))
    return f"{command[0]} {version[0] if version else '?'}"


def missing() -> str | None:
    """Say why nothing can be counted here, or None."""
    if shutil.which("valgrind") is None:
        return "valgrind is not installed (Debian: apt-get install valgrind)"
    try:
        native.compile_module("callgrind")
    except Exception as error:  # setuptools' many
        return f"valgrind/callgrind.h cannot be compiled against: {error}"
    return None


def count(extension: Path | None = None) -> Counts:
    """Return the instructions of one operation each, those of an empty loop subtracted.

    extension: a folder that is searched for loopscope before all others.
    """
    with tempfile.TemporaryDirectory(prefix="instructions-") as folder:
        output = Path(folder) / "counts"
        # The environment is part of the memory's layout, and hashing part of the work.
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(extension or ROOT / "package"),
        }
        command = [
            *_without_random_addresses(),
            "valgrind",
            "--tool=callgrind",
            "--instr-atstart=no",
            f"--callgrind-out-file={output}",
            sys.executable,
            "-m",
            "benchmarks.operations",
        ]
        done = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            sys.exit(f"callgrind failed:\n{done.stdout}{done.stderr}")
        totals = dict(_read(path) for path in Path(folder).glob("counts.*"))
    return {
        name: round((totals[name] - totals[EMPTY]) / COUNT) for name in OPERATIONS if name != EMPTY
    }


def _without_random_addresses() -> list[str]:
    """The kernel may refuse to stop shuffling addresses: in a container, say."""
    command = ["setarch", "-R"]
    try:
        subprocess.run([*command, "true"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return command


def _read(path: Path) -> tuple[str, int]:
    text = path.read_text(encoding="utf-8")
    name = re.search(r"^desc: Trigger: Client Request: (.*)$", text, re.MULTILINE)
    total = re.search(r"^(?:totals|summary): (\d+)$", text, re.MULTILINE)
    assert name is not None, text[:500]
    assert total is not None, text[:500]
    return name[1], int(total[1])


def load() -> dict[str, Counts]:
    found: dict[str, Counts] = json.loads(BASELINES.read_text(encoding="utf-8"))
    return found


def save(name: str, counts: Counts) -> None:
    baselines = load() | {name: counts}
    text = json.dumps(dict(sorted(baselines.items())), indent=2)
    BASELINES.write_text(f"{text}\n", encoding="utf-8")


def compare(counts: Mapping[str, int], before: Mapping[str, int]) -> tuple[str, list[str]]:
    """Return the table, and the operations that take more than they may."""
    rows, slower = [], []
    for name, now in counts.items():
        if name not in before:
            rows.append([name, "–", f"{now:,}", "new"])
            continue
        change = now / before[name] - 1
        rows.append([name, f"{before[name]:,}", f"{now:,}", f"{change:+.1%}"])
        if now > before[name] * (1 + TOLERANCE):
            slower.append(name)
    return table(["instructions", "baseline", "now", "change"], rows), slower


def _shown() -> Path:
    return BASELINES.relative_to(ROOT)


def check() -> int:
    """Compare with the baselines of this machine's kind; return the exit code."""
    counts, name = count(), key()
    before = load().get(name)
    text, slower = compare(counts, before or {})
    print(f"{name}\n\n{text}\n")
    if before is None:
        print(
            "There are no baselines for this combination, so nothing was compared. To have it "
            f"checked from now on: `./dev instructions record`, and commit {_shown()}."
        )
    elif slower:
        print(
            f"More than {TOLERANCE:.0%} above the baseline: {', '.join(slower)}. If that is worth "
            f"it, `./dev instructions record`, and commit {_shown()} with the reason."
        )
        return 1
    return 0


def record() -> int:
    """Make what is counted now the baselines of this machine's kind."""
    counts, name = count(), key()
    text, _ = compare(counts, load().get(name, {}))
    save(name, counts)
    print(f"{name}\n\n{text}\n\nrecorded in {_shown()}")
    return 0


def trace() -> int:
    """Compare with a build without the trace: what it costs while it is off."""
    folder = native.BUILD / "no-trace"
    command = [sys.executable, "setup.py", "-q", "build", "--build-lib", str(folder)]
    command += ["--build-temp", str(folder / "temp")]
    environment = os.environ | {"LOOPSCOPE_NO_TRACE": "1"}
    subprocess.run(command, env=environment, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
    text, _ = compare(count(), count(folder))
    print(f"{key()}\n\nbaseline: compiled without the trace; now: with the trace, off\n\n{text}")
    return 0


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev instructions", description=__doc__)
    modes = {"check": check, "record": record, "trace": trace}
    parser.add_argument(
        "mode",
        nargs="?",
        default="check",
        choices=modes,
        help="compare with the baselines (the default), make new ones, or compare with a build "
        "that has no trace",
    )
    mode = parser.parse_args().mode
    reason = missing()
    if reason is not None:
        print(f"instructions: not counted, as {reason}")
        sys.exit(0 if mode == "check" else 1)
    sys.exit(modes[mode]())


if __name__ == "__main__":
    main()
