"""`loopscope run --trace` and `--watch-order`, as processes of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from loopscope.order import WatchedOrder
from loopscope.runtime import record_into
from loopscope.tracing.schema import load
from rich.console import Console

PROGRAM = Path(__file__).parent / "programs" / "14-job-queue.py"
ORDER = PROGRAM.with_suffix(".out").read_text(encoding="utf-8")


def loopscope(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "loopscope", "run", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_writes_what_the_names_ask_for(tmp_path):
    kinds = ["html", "svg", "png", "json", "perfetto.json"]
    paths = [tmp_path / f"run.{kind}" for kind in kinds]
    options = [word for path in paths for word in ("--trace", path)]
    done = loopscope("--clock", "virtual", *options, PROGRAM)
    assert (done.stdout, done.returncode) == (ORDER, 0)
    assert done.stderr.splitlines() == [f"loopscope: 45 events in {path}" for path in paths]
    html, svg, png, trace, perfetto = (path.read_bytes() for path in paths)
    assert html.startswith(b"<!doctype html>")
    assert b"<svg" in svg
    assert png.startswith(b"\x89PNG")
    assert len(load(paths[3])) == 45
    assert trace != perfetto
    assert len(json.loads(perfetto)["traceEvents"]) > 20


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("run.txt", "the name must end with one of .html, .perfetto.json, .json, .svg, .png"),
        ("nowhere/run.html", "there is no folder"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused_before_the_run(tmp_path, name, complaint):
    done = loopscope("--trace", tmp_path / name, PROGRAM)
    assert (done.stdout, done.returncode) == ("", 2)
    assert complaint in done.stderr


def test_a_failing_program_is_recorded_up_to_its_end(tmp_path):
    path = tmp_path / "program.py"
    path.write_text("from loopscope.js import *\nconsole.log(1)\nraise SystemExit('bye')\n")
    done = loopscope("--trace", tmp_path / "run.json", path)
    assert (done.stdout, done.returncode) == ("1\n", 1)
    assert done.stderr.startswith("bye\nloopscope: ")
    path.write_text("from loopscope.js import *\nsetTimeout(lambda: 1 / 0)\n")
    done = loopscope("--trace", tmp_path / "run.json", path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-2] == "ZeroDivisionError: division by zero"
    assert "error" in {event.kind for event in load(tmp_path / "run.json")}
    path.write_text("x = (\n")
    done = loopscope("--trace", tmp_path / "none.json", path)
    assert done.returncode == 1
    assert f'File "{path}", line 1' in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "none.json").exists()
    done = loopscope("--trace", tmp_path / "none.json", tmp_path / "nowhere.py")
    assert done.stderr.startswith("loopscope: cannot run ")


def test_ctrl_c_keeps_what_was_recorded(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(
        "import sys\nfrom loopscope.js import *\nsetTimeout(lambda: None, 60_000)\n"
        "console.log('ready')\nsys.stdout.flush()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "loopscope", "run", "--trace", tmp_path / "run.json", path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    os.kill(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in stderr
    assert "output" in [event.kind for event in load(tmp_path / "run.json")]


def test_the_order_as_a_table():
    done = loopscope("--watch-order", "--clock", "virtual", PROGRAM)
    assert done.returncode == 0
    rows = [line.split() for line in done.stdout.splitlines() if line.split()]
    assert rows[0] == ["#", "ms", "task", "runs", "line", "prints"]
    assert [" ".join(row) for row in rows[2:]] == [
        "1 0 1 script 6 three is a crowd",
        "2 0 1 then · line 5 5 hi",
        "3 1 2 timer #1 3 one is the loneliest number",
        "4 10 3 timer #2 4 two can be as bad as one",
    ]


def test_the_table_is_live_in_a_terminal(tmp_path):
    screen = (tmp_path / "screen").open("w+", encoding="utf-8")
    with screen:
        console = Console(file=screen, force_terminal=True, width=80, height=12)
        source = (
            "from loopscope.js import *\nconsole.log('first')\n"
            "setTimeout(lambda: console.log('[b]second[/b]'), 80)\n"
            "setTimeout(lambda: console.error('third'), 160)\n"
        )
        seen = []

        class Watched(WatchedOrder):
            def write(self, stream, text):
                super().write(stream, text)
                screen.flush()
                seen.append(Path(screen.name).read_text(encoding="utf-8"))

        with Watched(console) as order:
            record_into(order, source, clock="real")
    assert "first" in seen[0]
    assert "[b]second[/b]" in seen[1]
    assert "third" not in seen[1]
    after = (tmp_path / "screen").read_text(encoding="utf-8")
    assert after.rindex("first") < after.rindex("[b]second[/b]") < after.rindex("third")


def test_many_lines_are_all_in_the_end(tmp_path):
    path = tmp_path / "program.py"
    path.write_text("from loopscope.js import *\nfor n in range(500): console.log('line', n)\n")
    done = loopscope("--watch-order", path)
    assert [f"line {n} " in done.stdout for n in (0, 250, 499)] == [True, True, True]
