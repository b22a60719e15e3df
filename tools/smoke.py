"""Try an installed wheel: it runs a program as Node does, on the libuv that it carries.

usage: python -I smoke.py PROGRAM EXPECTED_OUTPUT
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import loopscope._core


def loaded_libuvs() -> set[Path]:
    """Return the libuv libraries in this process, of which Linux keeps a list."""
    lines = Path("/proc/self/maps").read_text().splitlines()
    return {Path(line.split()[-1]) for line in lines if "libuv" in line}


def main(program: str, expected: str) -> None:
    """Fail with a message, or return."""
    site = Path(loopscope._core.__file__).parent.parent
    libraries = loaded_libuvs()
    if [library.parent for library in libraries] != [site / "loopscope.libs"]:
        sys.exit(f"smoke: libuv does not come from the wheel, but from: {libraries}")

    script = Path(sys.executable).with_name("loopscope")
    run = subprocess.run([script, "run", program], capture_output=True, text=True, check=False)
    if run.returncode != 0 or run.stdout != Path(expected).read_text():
        sys.exit(f"smoke: {program} ended with {run.returncode}\n{run.stdout}{run.stderr}")
    print(f"smoke: {program} is right, on {libraries.pop().name}")


if __name__ == "__main__":
    main(*sys.argv[1:])
