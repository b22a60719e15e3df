"""The Chrome trace: what Perfetto needs of it, and that it tells what was recorded."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import loopscope
import pytest
from loopscope.tracing.history import history
from loopscope.view.perfetto import chrome_trace

PROGRAMS = Path(__file__).parent / "programs"
each_program = pytest.mark.parametrize(
    "name",
    [
        "01-call-stack-greet",
        "14-job-queue",
        "24-async-await",
        "28-parallel-sequential-race",
        "113-ticks-and-microtasks-take-turns",
        "132-interval-rearm-before-microtasks",
        "140-unhandled-default-kills-before-macrotask",
    ],
)
each_axis = pytest.mark.parametrize("x", ["step", "time"])


def traced(name, x):
    recording = loopscope.record(PROGRAMS / f"{name}.py")
    return recording, chrome_trace(recording, x)["traceEvents"]


def slices(events, thread):
    return [event for event in events if event["ph"] == "X" and event["tid"] == thread]


@each_axis
@each_program
def test_slices_of_a_row_nest(name, x):
    _, events = traced(name, x)
    for thread in (1, 2, 3):
        open_ends = []
        for each in sorted(slices(events, thread), key=lambda each: each["ts"]):
            start, end = each["ts"], each["ts"] + each["dur"]
            assert each["dur"] > 0
            while open_ends and open_ends[-1] <= start:
                open_ends.pop()
            assert not open_ends or end <= open_ends[-1]
            open_ends.append(end)


@each_axis
@each_program
def test_every_arrow_has_two_ends_in_slices(name, x):
    recording, events = traced(name, x)
    arrows = defaultdict(dict)
    for event in events:
        if event["ph"] in "sf":
            assert event["ph"] not in arrows[event["id"]]
            arrows[event["id"]][event["ph"]] = event
    for ends in arrows.values():
        begin, end = ends["s"], ends["f"]
        assert (begin["name"], begin["cat"]) == (end["name"], end["cat"])
        assert end["bp"] == "e"
        assert begin["ts"] < end["ts"]
        assert any(
            each["ts"] <= begin["ts"] < each["ts"] + each["dur"]
            for each in slices(events, begin["tid"])
        )
        assert any(each["ts"] == end["ts"] for each in slices(events, end["tid"]))
    # All that runs was scheduled, but for the script; intervals are set again by the host.
    runs = [*history(recording.trace).runs.values()]
    again = [event.id for event in recording.trace if event.rule == "interval-rearm"]
    expected = [run for run in runs if run.item.kind != "script" and run.item.id not in again]
    assert len(arrows) >= len(expected)
    if not again:
        assert len(arrows) == len(expected)


@each_axis
@each_program
def test_asynchronous_slices_are_opened_and_closed(name, x):
    recording, events = traced(name, x)
    opened = {event["id2"]["local"]: event for event in events if event["ph"] == "b"}
    closed = {event["id2"]["local"]: event for event in events if event["ph"] == "e"}
    assert opened.keys() == closed.keys()
    for id, event in opened.items():
        end = closed[id]
        assert (event["name"], event["cat"]) == (end["name"], end["cat"])
        assert event["ts"] < end["ts"]
    promises = [event for event in recording.trace if event.kind == "promise-create"]
    pending = [event for event in opened.values() if event["cat"] == "promise is pending"]
    assert len(pending) == len(promises)


def test_rows_have_names_and_an_order():
    _, events = traced("14-job-queue", "step")
    about = [event for event in events if event["ph"] == "M"]
    assert about[0]["args"] == {"name": "14-job-queue.py (1 ms is one step)"}
    names = {event["tid"]: event["args"] for event in about if event["name"] == "thread_name"}
    order = {event["tid"]: event["args"] for event in about if event["name"] == "thread_sort_index"}
    assert [
        names[thread]["name"] for thread in sorted(order, key=lambda it: order[it]["sort_index"])
    ] == [
        "Tasks",
        "Microtasks",
        "Call stack",
        "Output",
    ]
    assert {event["tid"] for event in events} <= {0, *names}


def test_tells_what_ran_and_what_was_printed():
    recording, events = traced("14-job-queue", "step")
    assert [each["name"] for each in slices(events, 1)] == ["script", "timer #1", "timer #2"]
    assert [each["name"] for each in slices(events, 2)] == ["checkpoint", "then · line 5"]
    printed = [event for event in events if event["ph"] == "i"]
    assert [event["name"] for event in printed] == recording.output
    timer = slices(events, 1)[1]
    assert timer["args"]["step"] == 28
    assert recording.trace[27].kind == "task-start"
    assert timer["args"]["rule"] == "timers of one delay keep their order"
    arrows = {event["id"]: event for event in events if event["ph"] == "s"}
    begin = next(arrows[e["id"]] for e in events if e["ph"] == "f" and e["ts"] == timer["ts"])
    assert begin["ts"] == 3000  # the event that the call of setTimeout on line 3 made


def test_time_is_the_clock_of_the_run():
    _, events = traced("14-job-queue", "time")
    assert [each["ts"] // 1000 for each in slices(events, 1)] == [0, 1, 10]


def test_a_real_run_has_its_times_if_not_told_otherwise(tmp_path):
    source = "from loopscope.js import *\nsetTimeout(lambda: None, 30)\n"
    path = loopscope.record(source, clock="real").to_perfetto(tmp_path / "run.json")
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written["otherData"]["x"] == "time"
    assert slices(written["traceEvents"], 1)[1]["ts"] >= 29_000
    assert chrome_trace(loopscope.record(source))["otherData"]["x"] == "step"


def test_letters_are_written_as_they_are(tmp_path):
    source = "from loopscope.js import *\nprint('λ', '\\ud83d')\n"
    path = loopscope.record(source).to_perfetto(tmp_path / "run.json")
    text = path.read_text(encoding="utf-8")
    assert "λ ?" in text
    assert json.loads(text)["displayTimeUnit"] == "ms"


def test_another_axis_is_refused():
    with pytest.raises(ValueError, match='must be "step" or "time", not \'ms\''):
        chrome_trace(loopscope.record(PROGRAMS / "14-job-queue.py"), "ms")
