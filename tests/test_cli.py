"""The command `loopscope`, run as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from loopscope import __version__
from loopscope.cli import main


@pytest.fixture
def script(tmp_path):
    def write(source: str, name: str = "program.py") -> Path:
        path = tmp_path / name
        path.write_text("from loopscope.js import *\n" + source, encoding="utf-8")
        return path

    return write


def loopscope(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "loopscope", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_runs_a_script_with_its_arguments(script):
    path = script(
        "import sys\n"
        "console.log(process.argv[1:], sys.argv, __name__, __file__)\n"
        "print('printed')\n"
    )
    for arguments in (("a", "--flag", "b"), ("--", "a", "--flag", "b")):
        done = loopscope("run", path, *arguments)
        assert done.stderr == ""
        printed = " ".join(done.stdout.split()).replace(str(path), "PATH")
        assert printed == (
            "[ 'PATH', 'a', '--flag', 'b' ] [ 'PATH', 'a', '--flag', 'b' ] __main__ PATH printed"
        )
        assert done.returncode == 0


def test_clock_and_host_may_stand_behind_the_program(script):
    path = script("setTimeout(lambda: console.log(performance.now() >= 36e6), 36_000_000)\n")
    began = time.monotonic()
    assert loopscope("run", path, "--clock", "virtual").stdout == "true\n"
    assert loopscope("run", "--clock=virtual", "--host", "browser", path).stdout == "true\n"
    assert time.monotonic() - began < 30


def test_an_uncaught_error_shows_the_learners_lines_only(script):
    path = script("def broken():\n    raise ValueError('no')\nsetTimeout(lambda: broken())\n")
    done = loopscope("run", path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "Traceback (most recent call last):"
    assert done.stderr.splitlines()[-1] == "ValueError: no"
    assert f'File "{path}", line 3, in broken' in done.stderr
    assert "site-packages" not in done.stderr
    assert "runtime.py" not in done.stderr


def test_an_unhandled_rejection_exits_with_1(script):
    done = loopscope("run", script("Promise.reject('why')\nsetTimeout(console.log, 0, 'never')\n"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "why" in done.stderr


def test_a_syntax_error_points_into_the_script(script):
    path = script("def f(:\n    pass\n")
    done = loopscope("run", path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0].strip() == f'File "{path}", line 2'
    assert "SyntaxError" in done.stderr
    assert "Traceback" not in done.stderr


def test_unsettled_top_level_await(script):
    path = script("console.log('a')\nif True:\n    await Promise(lambda: None)\n")
    done = loopscope("run", path)
    assert (done.returncode, done.stdout) == (13, "a\n")
    assert done.stderr == (
        f"Warning: Detected unsettled top-level await at {path}:4\n"
        "    await Promise(lambda: None)\n    ^\n\n\n"
    )


def test_exit_codes(script):
    assert loopscope("run", script("process.exit(7)\n")).returncode == 7
    assert loopscope("run", script("process.exitCode = 6\n")).returncode == 6
    assert loopscope("run", script("raise SystemExit('bye')\n")).returncode == 1


def test_a_file_that_is_not_there(tmp_path):
    done = loopscope("run", tmp_path / "nowhere.py")
    assert done.returncode == 1
    assert done.stderr.startswith(f"loopscope: cannot run {tmp_path / 'nowhere.py'}: ")
    assert "Traceback" not in done.stderr


def test_an_os_error_of_the_program_is_its_own(script):
    path = script("open('/nowhere/at/all')\n")
    done = loopscope("run", path)
    assert done.returncode == 1
    assert f'File "{path}", line 2' in done.stderr


@pytest.mark.parametrize(
    "source",
    ["setTimeout(lambda: None, 60_000)\n", "def again(): process.nextTick(again)\nagain()\n"],
    ids=["asleep", "ticks"],
)
def test_ctrl_c_ends_it_at_once(script, source):
    path = script(f"{source}process.stdout.write('ready\\n')\nimport sys; sys.stdout.flush()\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "loopscope", "run", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    began = time.monotonic()
    os.kill(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert time.monotonic() - began < 20
    assert (process.returncode, stderr) == (130, "")


def test_version_and_help():
    assert loopscope("--version").stdout == f"loopscope {__version__}\n"
    done = loopscope()
    assert done.returncode == 2
    assert "run a script" in done.stderr


def test_unknown_options_before_the_program_are_refused(capsys):
    with pytest.raises(SystemExit):
        main(["run", "--clok", "virtual", "program.py"])
    assert "unknown option --clok" in capsys.readouterr().err


def test_importing_the_package_is_light():
    """How long it takes is the benchmarks' to say; what it loads makes it so."""
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; before = {*sys.modules}; import loopscope; "
            "print(*sorted({*sys.modules} - before))",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "loopscope._core" in loaded
    heavy = ("ast", "asyncio", "inspect", "dataclasses", "json", "loopscope.script", "pathlib")
    assert [name for name in heavy if name in loaded] == []
    assert len(loaded) <= 45, loaded


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["exercises", "solution", "nowhere.py"], "there is no file nowhere.py"),
        (["exercises", "solution", "."], "there is no file ."),
        (["exercises", "solution", "broken.py"], "broken.py cannot be run: ZeroDivisionError: "),
        (["exercises", "check", "nowhere"], "there are no exercises there"),
        (["grade", "nowhere"], "there are no exercises in nowhere"),
        (["learn", "broken.py"], "broken.py is a file; a folder is needed"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(arguments, told, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.py").write_text("1 / 0\n")
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_a_reader_that_has_read_enough_is_no_error():
    with subprocess.Popen(
        [sys.executable, "-m", "loopscope", "exercises", "list"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
