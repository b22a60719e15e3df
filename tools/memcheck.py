"""Run the test programs under valgrind's memcheck: no invalid access, and nothing definitely lost.

usage: python tools/memcheck.py [NAME ...]

Each program of tests/programs whose name begins with a NAME (all of them without) runs twice: by
itself, and recorded with lines. Objects come from malloc(), so that valgrind sees each. It counts
what has a function of loopscope's on its stack: CPython's own blocks, which it leaves to the end of
the process, are its affair (they are counted, too, and so said). Return 1 for any of ours.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "tests" / "programs"
OURS = "/_core."  # in the name of the file that a frame's code is from
SHOWN = 12  # frames of each error


def run_programs(names: list[str]) -> None:
    """Run them within valgrind."""
    import loopscope

    programs = sorted(PROGRAMS.glob("[0-9]*.py"))
    for program in (p for p in programs if p.name.startswith(tuple(names) or ("",))):
        with contextlib.suppress(Exception, SystemExit):  # as many programs end
            loopscope.run(program, clock="virtual")
        loopscope.record(program, lines=True)


def errors(report: Path) -> Iterator[tuple[str, list[str], bool]]:
    """Give each error: what it is, its frames, and whether one of them is loopscope's."""
    for error in ElementTree.parse(report).iter("error"):
        frames = list(error.iter("frame"))
        ours = any(OURS in (frame.findtext("obj") or "") for frame in frames)
        places = [
            f"{frame.findtext('fn') or '?'} ({frame.findtext('file') or frame.findtext('obj')}"
            f":{frame.findtext('line') or '?'})"
            for frame in frames[:SHOWN]
        ]
        what = error.findtext("what") or error.findtext("xwhat/text") or ""
        yield f"{error.findtext('kind')}: {what}", places, ours


def main(arguments: list[str]) -> int:
    """Run valgrind, and judge what it reports."""
    if arguments[:1] == ["--inside"]:
        run_programs(arguments[1:])
        return 0
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = ["valgrind", "--xml=yes", f"--xml-file={report}", "--num-callers=30"]
        command += ["--leak-check=full", "--show-leak-kinds=definite", "--error-limit=no"]
        command += [sys.executable, __file__, "--inside", *arguments]
        environment = {**os.environ, "PYTHONMALLOC": "malloc"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(f"{done.stderr}memcheck: the programs ended with {done.returncode}")
            return 1
        found = list(errors(report))
    wrong = [(what, places) for what, places, ours in found if ours]
    for what, places in wrong:
        print("\n    ".join([what, *places]))
    print(f"memcheck: {len(wrong)} errors of loopscope's, {len(found) - len(wrong)} of CPython's")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
