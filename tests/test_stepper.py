"""The stepper: its film against the states and sentences that the trace gives, and the widget."""

from __future__ import annotations

import json
import re
import time
from itertools import islice
from pathlib import Path

import loopscope
import pytest
from loopscope.tracing.fold import states
from loopscope.view.film import SHOWN, film
from loopscope.view.html import asset
from loopscope.view.palette import colour_of, order_of
from loopscope.view.widget import Stepper

PROGRAMS = Path(__file__).parent / "programs"
SAMPLE = (
    "01-call-stack-greet",
    "04-overflow",
    "14-job-queue",
    "24-async-await",
    "28-parallel-sequential-race",
    "113-ticks-and-microtasks-take-turns",
    "129-microtasks-between-immediates",
    "135-unhandledRejection-when-queues-are-dry",
    "146-async-generator-queue",
    "201-interval-cleared-inside",
    "220-thenable-throws",
)
each_program = pytest.mark.parametrize("name", SAMPLE)


def unfold(film):
    """Undo what a step leaves out because the step before it has the same."""
    step = {}
    for changes in film["steps"]:
        step = {**step, **changes}
        yield step


@each_program
def test_every_step_shows_the_state_after_as_many_events(name):
    recording = loopscope.record(PROGRAMS / f"{name}.py")
    shown = film(recording)
    assert json.loads(json.dumps(shown)) == shown
    assert len(shown["steps"]) == len(recording.trace) + 1

    def ids(rows):
        return [shown["items"][row]["id"] for row in rows]

    for step, state in zip(unfold(shown), states(recording.trace), strict=True):
        assert [frame[0] for frame in step["stack"]] == [
            frame.name for frame in state.call_stack[-SHOWN:]
        ]
        assert step["more"][0] == max(0, len(state.call_stack) - SHOWN)
        assert ids(row for row, _, _ in step["host"]) == [each.item.id for each in state.host]
        assert [due for _, _, due in step["host"]] == [each.due for each in state.host]
        assert ids(step["tasks"]) == [item.id for item in state.tasks]
        assert ids(step["ticks"]) == [item.id for item in state.ticks]
        assert ids(step["micro"]) == [item.id for item in state.microtasks]
        assert (ids([step["run"]]) if step["run"] >= 0 else []) == [it.id for it in state.running]
        assert [text for text, _ in shown["output"][: step["out"]]] == [*state.output]
        newest = [*state.promises.values()][: -SHOWN - 1 : -1]
        assert [shown["promises"][row]["state"] for row in step["promises"]] == [
            promise.state for promise in newest
        ]
        assert (step["time"], step["task"], step["phase"]) == (
            round(state.time, 3),
            state.task,
            state.phase,
        )


@each_program
def test_the_sentences_are_those_of_explain(name):
    recording = loopscope.record(PROGRAMS / f"{name}.py", trace_limit=300)
    for number, step in islice(enumerate(unfold(film(recording))), 1, None, 7):
        assert f"{step['what']}\n{step['why']}".rstrip() == recording.explain(number)


@each_program
def test_lines_are_those_of_the_source(name):
    recording = loopscope.record(PROGRAMS / f"{name}.py")
    shown = film(recording)
    assert shown["source"] == recording.source.splitlines()
    for step, event in zip(islice(unfold(shown), 1, None), recording.trace, strict=True):
        if event.line:
            assert step["line"] == event.line
        assert 0 <= step["line"] <= len(shown["source"])


def test_a_relative_path_is_the_same_file(monkeypatch):
    monkeypatch.chdir(PROGRAMS)
    shown = film(loopscope.record(Path("14-job-queue.py")))
    assert [step["line"] for step in unfold(shown) if step["kind"] == "output"] == [6, 5, 3, 4]
    assert shown["file"] == "14-job-queue.py"


def test_causes_lead_to_what_scheduled_a_thing():
    recording = loopscope.record(PROGRAMS / "14-job-queue.py")
    steps = [*unfold(film(recording))]
    starts = [step for step in steps if step["kind"] in ("task-start", "job-start")]
    assert [steps[step["cause"]]["line"] for step in starts[1:]] == [5, 3, 4]
    assert starts[0]["cause"] == -1
    printed = [step for step in steps if step["kind"] == "output"]
    assert [steps[step["cause"]]["kind"] for step in printed] == [
        "task-start",
        "job-start",
        "task-start",
        "task-start",
    ]


def test_arrows_pass_quiet_steps_by_but_never_an_output_or_a_task():
    recording = loopscope.record(PROGRAMS / "24-async-await.py")
    kinds = {step["kind"]: step["quiet"] for step in unfold(film(recording))}
    assert kinds["promise-create"] == 1
    for kind in ("task-start", "job-start", "output", "schedule", "enqueue", "async-suspend"):
        assert kinds[kind] == 0
    assert sum(step["quiet"] for step in unfold(film(recording))) < len(recording.trace) / 2


def test_items_have_the_colours_of_the_plot():
    recording = loopscope.record(PROGRAMS / "28-parallel-sequential-race.py")
    items = {}
    for state in states(recording.trace):
        lanes = (*state.tasks, *state.microtasks, *(pending.item for pending in state.host))
        items |= {item.id: item for item in lanes}
    order = order_of(items.values())
    shown = {row["id"]: row["colour"] for row in film(recording)["items"]}
    assert len(items) > 10
    # Reactions that never ran appear in the film alone: compare as far as the plot has them.
    assert {id: shown[id] for id in items} == {
        id: colour_of(item, order) for id, item in items.items()
    }


def test_errors_are_marked_on_the_console():
    shown = film(loopscope.record("from loopscope.js import *\nconsole.error('e'); console.log(1)"))
    assert shown["output"] == [["e", 1], ["1", 0]]


def test_a_callable_is_shown_with_its_source():
    def program():
        loopscope.console.log("here")

    shown = film(loopscope.record(program))
    line = next(step["line"] for step in unfold(shown) if step["kind"] == "output")
    assert shown["source"][line - 1].strip() == 'loopscope.console.log("here")'
    assert shown["file"] == "test_stepper.py"


def test_long_runs_are_cut_and_say_so():
    recording = loopscope.record(PROGRAMS / "14-job-queue.py")
    shown = film(recording, limit=10)
    assert (len(shown["steps"]), shown["left"], shown["truncated"]) == (
        11,
        len(recording.trace) - 10,
        False,
    )
    assert film(loopscope.record(PROGRAMS / "14-job-queue.py", trace_limit=20))["truncated"]


def test_long_queues_are_cut_and_say_so():
    source = "from loopscope.js import *\nfor n in range(100): queueMicrotask(lambda: None)\n"
    steps = [*unfold(film(loopscope.record(source)))]
    fullest = max(steps, key=lambda step: len(step["micro"]) + step["more"][4])
    assert (len(fullest["micro"]), fullest["more"][4]) == (SHOWN, 100 - SHOWN)


def test_the_film_of_two_thousand_steps_is_small():
    assert len(json.dumps(film(loopscope.record(long_program(2000))))) < 1_500_000


def long_program(steps: int) -> str:
    """Return a program whose recording has about that many steps."""
    return f"""from loopscope.js import *
async def work(name):
    for i in range({steps // 45}):
        await None
        if i % 5 == 0:
            console.log(name, i)
for name in ('a', 'b', 'c', 'd', 'e'):
    work(name)
setTimeout(lambda: console.log('end'), 5)
"""


def test_long_runs_with_many_promises_take_no_time():
    recording = loopscope.record(long_program(15_000))
    assert len(recording.trace) > 15_000
    began = time.process_time()
    film(recording)
    # Less than 2 s here. While every state told of each promise anew, it was more than a minute.
    assert time.process_time() - began < 15


def test_the_widget_carries_everything_it_needs():
    recording = loopscope.record(PROGRAMS / "14-job-queue.py")
    widget = recording.stepper(11)
    assert isinstance(widget, Stepper)
    assert widget.start == 11
    assert widget.film == film(recording)
    for name in ("stepper.js", "stepper.css"):
        assert "://" not in asset(name)
        assert "import " not in re.sub(r"//.*", "", asset(name))
    assert recording.stepper(-1).start == len(recording.trace)
    widget.close()


@pytest.mark.parametrize("start", [46, -47])
def test_a_step_that_is_not_there(start):
    recording = loopscope.record(PROGRAMS / "14-job-queue.py")
    with pytest.raises(IndexError, match=f"start={start} is not among the steps 0 to 45"):
        recording.stepper(start)


def test_a_step_that_is_no_number_of_one():
    with pytest.raises(TypeError, match="argument 'start' must be int, not float"):
        loopscope.record(PROGRAMS / "14-job-queue.py").stepper(-1.5)


def test_a_terminal_shows_text_alone():
    recording = loopscope.record(PROGRAMS / "14-job-queue.py")
    data, metadata = recording._repr_mimebundle_()
    assert metadata == {}
    assert [*data] == ["text/plain"]
    head, _, *table = data["text/plain"].splitlines()
    assert head == "Recording of 14-job-queue.py: 45 steps, 3 tasks, 10 ms, exit code 0"
    assert table == recording.explain().splitlines()


def test_a_terminal_is_not_flooded():
    data, _ = loopscope.record(long_program(2000))._repr_mimebundle_()
    lines = data["text/plain"].splitlines()
    assert len(lines) < 70
    assert re.fullmatch(r"\.\.\. and \d+ more; explain\(\) shows all of them", lines[-1])
