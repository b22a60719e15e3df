"""What never ends is stopped, says why, and is kept and shown as far as it went."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from loopscope import _core, console, queue_microtask, record, set_interval
from loopscope.errors import LimitReached
from loopscope.limits import Limits
from loopscope.tracing.fold import states
from loopscope.tracing.schema import load

JS = "from loopscope.js import *\nconsole.log('begun')\n"

ENDLESS = {
    "interval": "setInterval(lambda: None, 10)",
    "microtasks": "def f():\n    queueMicrotask(f)\nf()",
    "microtasks without bytecode": "r = Promise.resolve(0)\n"
    "from loopscope import queue_microtask as q\nfrom functools import partial\n"
    "f = partial(lambda g: q(partial(g, g)), lambda g: q(partial(g, g)))\nf()",
    "ticks": "def f():\n    process.nextTick(f)\nf()",
    "immediates": "def f():\n    setImmediate(f)\nf()",
    "awaits": "async def f():\n    while True:\n        await 1\nf()",
    "awaits at the top level": "while True:\n    await 1",
}
BUSY = {
    "script": "while True:\n    pass",
    "timer": "def f():\n    while True:\n        pass\nsetTimeout(f, 5)",
    "reaction": "def f(_):\n    while True:\n        pass\nPromise.resolve().then(f).catch(f)",
    "async": "async def f():\n    await 1\n    while True:\n        pass\nf()",
    "swallowed": "import time\nend = time.monotonic() + 0.4\nwhile True:\n    try:\n"
    "        while True:\n            pass\n    except BaseException:\n"
    "        if time.monotonic() > end:\n            raise",
}


def check(recording: Any, limit: str) -> None:
    error = recording.error
    assert isinstance(error, LimitReached)
    assert f"it had not ended after {limit}" in str(error)
    assert "What it did up to then is recorded; " in str(error)
    assert recording.exit_code == 124
    assert recording.output[0] == "begun"
    for _ in states([*recording.trace][:2000]):
        pass


@pytest.mark.parametrize("name", ENDLESS)
def test_endless_steps_are_stopped_by_their_number(name: str) -> None:
    recording = record(JS + ENDLESS[name], step_limit=600)
    check(recording, "600 tasks and microtasks")
    assert "step_limit=6_000 lets it go on longer, step_limit=None" in str(recording.error)
    assert recording.trace[-1].rule == "run-stopped"
    starts = [event for event in recording.trace if event.kind in ("task-start", "job-start")]
    assert 600 <= len(starts) <= 601  # the script itself is not counted


def test_awaits_that_need_no_queue_count_too() -> None:
    """What is recorded goes step by step; behind the end of the recording it may not."""
    source = "n = 0\nwhile n < 3000:\n    n += 1\n    await Promise.resolve()\n"
    recording = record(JS + source, step_limit=600, trace_limit=20)
    assert isinstance(recording.error, LimitReached)


@pytest.mark.parametrize("name", {**ENDLESS, **BUSY})
def test_endless_programs_are_stopped_by_time(name: str) -> None:
    began = time.monotonic()
    program = JS + (ENDLESS | BUSY)[name]
    recording = record(program, time_limit=150, step_limit=None, trace_limit=5000)
    assert time.monotonic() - began < 20
    check(recording, "0.15 s")
    assert "time_limit=1_500 lets it go on longer, time_limit=None" in str(recording.error)
    # Nothing of it is left: what runs next is not disturbed.
    assert record(JS).error is None
    assert sum(range(100_000)) == 4999950000


@pytest.mark.parametrize(
    "source", ["setTimeout(print, 1e9)", "import loopscope\nloopscope.block(1e9)"]
)
def test_a_program_that_waits_is_stopped_by_time(source: str) -> None:
    recording = record(JS + source, clock="real", time_limit=100)
    check(recording, "0.1 s")


def test_a_program_in_another_thread_is_stopped_too() -> None:
    recordings: list[Any] = []
    source = JS + BUSY["script"]
    thread = threading.Thread(target=lambda: recordings.append(record(source, time_limit=100)))
    thread.start()
    for _ in range(100):  # this one goes on meanwhile
        time.sleep(0.001)
    thread.join()
    check(recordings[0], "0.1 s")


def test_the_traceback_shows_where_it_was() -> None:
    recording = record(JS + BUSY["timer"], time_limit=100)
    frames = []
    traceback = recording.error.__traceback__ if recording.error else None
    while traceback is not None:
        frames.append((traceback.tb_frame.f_code.co_name, traceback.tb_lineno))
        traceback = traceback.tb_next
    assert any(name == "f" and line in (4, 5) for name, line in frames)


def test_a_program_that_ends_in_time_is_not_touched() -> None:
    recording = record("1", time_limit=60_000, step_limit=1)
    assert recording.error is None
    recording = record(lambda: queue_microtask(lambda: console.log("x")), step_limit=2)
    assert (recording.error, recording.output) == (None, ["x"])
    assert [thread.name for thread in threading.enumerate() if "limit" in thread.name] == []


def test_no_limit() -> None:
    count = [0]

    def main() -> None:
        def f() -> None:
            count[0] += 1
            if count[0] < 3000:
                queue_microtask(f)

        f()

    assert record(main, time_limit=None, step_limit=None).error is None
    assert count == [3000]


def test_ctrl_c_is_still_ctrl_c() -> None:
    def main() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        record(main)
    assert not isinstance(caught.value, LimitReached)


@pytest.mark.parametrize(
    ("limits", "error", "message"),
    [
        ({"time_limit": 0}, ValueError, "time_limit must be above 0, or None"),
        ({"time_limit": float("nan")}, ValueError, "time_limit must be above 0"),
        ({"step_limit": -1}, ValueError, "step_limit must be above 0"),
        ({"time_limit": "1"}, TypeError, "time_limit must be a number of milliseconds or None"),
        ({"step_limit": 1.5}, TypeError, "step_limit must be an int or None, not float"),
        ({"step_limit": True}, TypeError, "not bool"),
    ],
)
def test_wrong_limits_are_refused(limits: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        record("1", **limits)
    assert Limits(float("inf")).time == float("inf")


def test_every_view_says_that_it_was_stopped(tmp_path: Path) -> None:
    recording = record(lambda: set_interval(lambda: console.log("x"), 5), step_limit=20)
    assert "The program is stopped." in recording.explain(-1)
    assert "the program is stopped" in recording.explain()
    text = recording._repr_mimebundle_()[0]["text/plain"]
    assert "Stopped: the program was stopped, as it had not ended after 20 tasks" in text
    assert "step_limit=200" in text
    pytest.importorskip("anywidget")
    assert recording.stepper().film["note"].startswith("The program was stopped, as it had not")
    pytest.importorskip("matplotlib")
    for axis in ("step", "time"):
        figure = recording.plot(x=axis)
        assert "Here the program was stopped: it had not ended." in figure.alt_text
        texts = [text.get_text() for text in figure.texts]
        assert "Here the program was stopped: it had not ended." in texts
    assert "step_limit=200" in recording.to_html(tmp_path / "page.html").read_text()


def test_the_loop_refuses_what_makes_no_sense() -> None:
    loop = _core.Loop(clock="virtual")
    with pytest.raises(ValueError, match="at least 1"):
        loop.limit_steps(0, LimitReached)
    with pytest.raises(TypeError, match="limit_steps"):
        loop.limit_steps(5, "x")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="interrupt"):
        loop.interrupt(LimitReached, len)
    assert not loop.interrupt(LimitReached, lambda: None)  # nothing runs
    loop.close()
    assert not loop.interrupt(LimitReached, lambda: None)


def test_a_loop_that_was_stopped_can_be_closed() -> None:
    loop = _core.Loop(clock="virtual")
    loop.limit_steps(10, LimitReached)
    with pytest.raises(LimitReached):
        loop.run(lambda: set_interval(lambda: None, 5))
    loop.limit_steps(None, LimitReached)
    loop.close()


def test_a_part_of_a_program_that_runs_on_is_written(tmp_path: Path) -> None:
    program, file = tmp_path / "server.py", tmp_path / "part.json"
    program.write_text(
        "from loopscope.js import *\nh = setInterval(lambda: console.log('beat'), 10)\n"
        "setTimeout(lambda: clearInterval(h), 200)\n"
    )
    options = ["--clock", "virtual", "--trace", str(file), "--trace-after", "0.03"]
    command = [sys.executable, "-m", "loopscope", "run", *options, "--trace-for", "0.05"]
    subprocess.run([*command, str(program)], check=True, capture_output=True)
    recorded = load(file)
    assert [event.time for event in recorded if event.kind == "output"] == [30, 40, 50, 60, 70]
    assert (recorded[0].kind, recorded[-1].kind) == ("snapshot", "trace-end")
