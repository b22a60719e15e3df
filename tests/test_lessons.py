"""What the lessons say about their programs, asserted on the traces of these very programs.

That each prints what Node prints for its twin is tested in test_notebooks.py.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections import Counter
from typing import Any

import lessons
import loopscope
import pytest
from loopscope.learn import Moment, moment

# A busy machine may delay anything that is measured in real time.
ATTEMPTS = 20


def record(lesson: int, id: str) -> loopscope.Recording:
    return lessons.program(lesson, id).record()


def at(lesson: int, id: str, text: str, occurrence: int = 1) -> Moment:
    return moment(record(lesson, id), text, occurrence)


def last_value(lesson: int, *ids: str) -> Any:
    """Run ordinary cells of a lesson, one after the other; return the last expression's value."""
    names: dict[str, Any] = {"loopscope": loopscope, "moment": moment}
    value = None
    for id in ids:
        tree = ast.parse(lessons.source(lesson, id))
        final = tree.body.pop()
        assert isinstance(final, ast.Expr)
        exec(compile(tree, id, "exec"), names)
        value = eval(compile(ast.Expression(final.value), id, "eval"), names)
    return value


# ---- 1: the call stack ----


def test_1_the_stack_grows_with_each_call() -> None:
    assert at(1, "greet-start", "Hello!").call_stack == ["script", "start", "greet", "console.log"]
    assert at(1, "one-two", "4").call_stack == ["script", "one", "two", "console.log"]
    assert {len(at(1, "lines-in-order", text).call_stack) for text in "123"} == {2}


def test_1_each_line_waits_for_the_call_before_it() -> None:
    recording = record(1, "human-animal")
    assert recording.output == ["Inside human function", "Inside animal function"]
    calls = [event.label for event in recording.trace if event.kind == "call"]
    assert calls.index("animal") < calls.index("human")


def test_1_the_stack_is_limited_and_python_names_it_so() -> None:
    assert record(1, "overflow").output == ["RecursionError"]
    assert record(1, "overflow-depth").output == ["deeper than 500 calls: true"]


def test_1_recursion_comes_back_in_the_reverse_order() -> None:
    recording = record(1, "countdown")
    assert recording.output == ["2", "1", "go", "back in 1", "back in 2"]
    stack = moment(recording, "go").call_stack
    assert stack == ["script", "countdown", "countdown", "countdown", "console.log"]


def test_1_two_names_of_one_list_show_one_number() -> None:
    program = lessons.program(1, "heap-lines")
    assert program.cell.startswith("%%loop --lines\n")
    source = "from loopscope.js import *\n" + program.body
    heap = loopscope.record(source, lines=True).state().heap
    assert heap.names == {"a": 1, "b": 1}
    assert heap.objects[1].items == ("1", "2", "3", "4")


def test_1_objects_live_as_long_as_something_refers_to_them() -> None:
    assert last_value(1, "heap-small") == (True, True)
    kept = last_value(1, "leak-local")
    assert kept == {"local": 0, "global": 8}
    assert last_value(1, "leak-local", "leak-freed") == "8 MB came free"


def test_1_the_host_keeps_the_timer_while_the_script_ends() -> None:
    recording = record(1, "first-timeout")
    assert recording.output == ["Start", "End", "Inside timeout"]
    end = moment(recording, "End")
    assert end.call_stack == ["script", "console.log"]
    assert [name.split(" (")[0] for name in end.host] == ["timer #1"]
    assert (end.tasks, end.microtasks) == ([], [])
    late = moment(recording, "Inside timeout")
    assert late.time == 1000
    assert "script" not in late.call_stack


# ---- 2: blocking ----


def test_2_a_due_timer_waits_for_the_script() -> None:
    recording = record(2, "freeze")
    assert recording.output == ["1", "3", "timer"]
    assert moment(recording, "timer").time == 500
    # It was due at 100 ms, and became a task when the stack was empty.
    [became_task] = [event for event in recording.trace if event.rule == "timer-due"]
    assert became_task.time == 500


def test_2_clicks_wait_and_none_is_lost() -> None:
    recording = record(2, "button")
    assert recording.output == ["work begins", "work ends", "clicked", "clicked"]
    ends = moment(recording, "work ends")
    assert ends.tasks == []
    assert [name.split(", ")[1] for name in ends.host] == ["due at 100 ms)", "due at 300 ms)"]
    assert [moment(recording, "clicked", n).time for n in (1, 2)] == [450, 450]


def test_2_the_host_takes_the_waiting_not_the_loop() -> None:
    recording = record(2, "loop-moved")
    assert recording.output == ["handed over", "loop begins", "loop ends", "timer of 50 ms"]
    assert moment(recording, "loop ends").call_stack == ["loop", "console.log"]
    assert moment(recording, "timer of 50 ms").time >= 300


@pytest.mark.slow
def test_2_a_real_loop_delays_a_real_timer() -> None:
    measured = last_value(2, "measured")
    late = int(measured.removeprefix("set to 1 ms, ran after ").removesuffix(" ms"))
    assert late > 20


def test_2_pieces_let_a_click_in_between() -> None:
    recording = record(2, "pieces")
    assert recording.output == ["piece 1", "piece 2", "piece 3", "clicked", "piece 4"]
    assert 300 < moment(recording, "clicked").time < 310
    assert 400 < moment(recording, "piece 4").time < 410


# ---- 3: the host and the task queue ----


def test_3_the_seven_steps() -> None:
    recording = record(3, "seven")
    trace = recording.trace

    def first(kind: str, text: str = "") -> int:
        return next(e.seq for e in trace if e.kind == kind and text in e.text)

    steps = [
        first("output", "1"),
        first("schedule"),  # steps 2 and 3 are one
        first("output", "3"),
        first("task-end"),
        first("clock"),
        first("enqueue"),
        first("output", "2"),
    ]
    assert steps == sorted(steps)
    assert (trace[first("enqueue")].lane, trace[first("enqueue")].time) == ("task", 2000)
    starts = [event.rule for event in trace if event.kind == "task-start"]
    assert starts == ["script-first", "timer-lists"]


def test_3_zero_is_one_and_the_host_has_it() -> None:
    third = at(3, "zero", "Third console")
    assert third.tasks == []
    [kept] = third.host
    assert kept.endswith("due at 1 ms)")
    recording = record(3, "zero")
    assert recording.output == ["First console", "Third console", "Second console"]


def test_3_the_host_calls_no_function_of_yours() -> None:
    names: dict[str, Any] = {"zero_run": record(3, "zero")}
    listed, tasks = lessons.source(3, "zero-calls").splitlines()
    exec(listed, names)
    assert eval(tasks, names) == [2]
    assert record(3, "zero-numbers").output == ["1", "3", "2"]


def test_3_timers_become_tasks_when_they_are_due() -> None:
    recording = record(3, "order")
    assert recording.output == ["all set", "ten", "ten, too", "twenty", "thirty"]
    assert [moment(recording, text).time for text in recording.output] == [0, 10, 10, 20, 30]


@pytest.mark.slow
def test_3_nothing_is_checked_every_ten_milliseconds() -> None:
    # Were it checked every 10 ms, some of these delays would be late by 7 ms or more each time.
    least: dict[int, float] = {}
    for _ in range(ATTEMPTS):
        for delay, time in last_value(3, "measured").items():
            assert time >= delay
            least[delay] = min(time - delay, least.get(delay, time))
        if max(least.values()) < 4:
            return
    pytest.fail(f"timers were late by {least}")


@pytest.mark.slow
def test_3_waiting_costs_no_work() -> None:
    for _ in range(ATTEMPTS):
        text = last_value(3, "measured-sleep")
        work = int(text.removeprefix("300 ms of waiting, ").split(" ms ")[0])
        if work < 60:
            return
    pytest.fail(text)


def test_3_a_callback_is_called_by_whom_it_was_given_to() -> None:
    recording = record(3, "callback")
    assert recording.output == ["begin", "first time", "second time", "end", "from the host"]
    assert moment(recording, "first time").call_stack[:2] == ["script", "twice"]
    assert "script" not in moment(recording, "from the host").call_stack


def test_3_dispatching_is_a_call_and_a_click_is_a_task() -> None:
    recording = record(3, "click")
    assert recording.output == ["before", "submitted by click", "after"]
    assert moment(recording, "submitted by click").call_stack[0] == "script"
    recording = record(3, "click-real")
    assert recording.output == ["before", "after", "submitted"]
    assert "script" not in moment(recording, "submitted").call_stack


def test_3_the_button_is_real(capfd: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    exec(lessons.source(3, "button"), names)
    try:
        names["button"].click()
        names["button"].click()
    finally:
        names["button"].on_click(names["clicked"], remove=True)  # ipywidgets keeps the button
        names["runtime"].close()
    assert capfd.readouterr().out == "submitted by click\n" * 2


# ---- 4: microtasks ----


def test_4_where_the_three_are_while_4_is_printed() -> None:
    recording = record(4, "first")
    assert recording.output == ["1", "4", "3", "2"]
    four = moment(recording, "4")
    assert four.call_stack == ["script", "console.log"]
    assert [len(queue) for queue in (four.microtasks, four.tasks, four.host)] == [1, 0, 1]
    kinds = [event.kind for event in recording.trace]
    queued = next(e.seq for e in recording.trace if e.rule == "reaction-queued")
    assert kinds.index("schedule") < queued  # setTimeout was called first


def test_4_the_end_of_a_function_is_no_checkpoint() -> None:
    recording = record(4, "same")
    assert recording.output == ["A", "D", "E", "C", "B"]
    # Nothing but the script, the global context, is on the stack, and the microtask waits for it.
    waiting = moment(recording, "E")
    assert waiting.call_stack == ["script", "console.log"]
    assert len(waiting.microtasks) == 1


def test_4_the_job_queue() -> None:
    recording = record(4, "job-queue")
    assert recording.output == [
        "three is a crowd",
        "hi",
        "one is the loneliest number",
        "two can be as bad as one",
    ]
    hi = moment(recording, "hi")
    assert len(hi.host) == 2
    assert recording.state(hi.step).task == 1
    assert recording.state(hi.step).phase == "checkpoint"


def test_4_the_queue_is_drained_with_what_it_adds() -> None:
    recording = record(4, "drained")
    assert recording.output == ["script", "microtask 1", "microtask 2, queued by 1", "task"]
    starts = [event for event in recording.trace if event.kind == "checkpoint-start"]
    first = moment(recording, "microtask 1").step
    second = moment(recording, "microtask 2, queued by 1").step
    assert not [event for event in starts if first < event.seq < second]


def test_4_microtasks_starve_a_timer() -> None:
    recording = record(4, "starvation")
    assert recording.output == ["1000 microtasks done", "timer, starved until now"]
    jobs = [event for event in recording.trace if event.kind == "job-start"]
    timer = moment(recording, "timer, starved until now").step
    assert len(jobs) == 1000
    assert all(job.seq < timer for job in jobs)


def test_4_there_is_a_checkpoint_between_two_timers() -> None:
    recording = record(4, "between")
    assert recording.output == ["timer 1", "microtask of timer 1", "timer 2"]
    assert moment(recording, "microtask of timer 1").tasks == ["timer #2"]


def test_4_ticks_microtasks_timers_immediates() -> None:
    recording = record(4, "node")
    assert recording.output == ["script", "tick", "microtask", "timeout", "immediate"]
    script = moment(recording, "script")
    assert len(script.ticks) == len(script.microtasks) == 1


# ---- 5: promises ----


def test_5_three_states() -> None:
    recording = record(5, "states")
    states = [promise.state for promise in recording.state().promises.values()]
    assert states[:3] == ["pending", "fulfilled", "rejected"]


def test_5_the_executor_is_called_at_once_and_resolve_is_no_return() -> None:
    recording = record(5, "executor")
    assert recording.output == ["before", "executor", "after resolve", "after", "value"]
    after = moment(recording, "after resolve")
    assert after.call_stack == ["script", "executor", "console.log"]
    assert after.microtasks == []
    [promise] = recording.state(after.step).promises.values()
    assert promise.state == "fulfilled"
    assert len(moment(recording, "after").microtasks) == 1


def test_5_each_link_is_a_microtask_queued_by_the_one_before() -> None:
    recording = record(5, "chain")
    assert recording.output == ["it worked!?"]
    jobs = [event for event in recording.trace if event.kind == "job-start"]
    assert len(jobs) == 4  # three links, and the catch, which passes through
    queues = [len(recording.state(job.seq).microtasks) for job in jobs]
    assert queues == [1, 1, 1, 1]


def test_5_chains_take_turns() -> None:
    recording = record(5, "two-chains")
    assert recording.output == ["A1", "B1", "A2", "B2", "A3", "B3"]
    assert len(moment(recording, "A1").microtasks) == 1


def test_5_catch_handles_and_the_chain_goes_on() -> None:
    assert record(5, "catch").output == ["caught it broke", "still runs"]
    recording = record(5, "pass-through")
    assert recording.output == ["direct", "other", "one link later"]
    assert "pass-through" in {event.rule for event in recording.trace}


def test_5_the_pyramid_and_the_chain_do_the_same() -> None:
    pyramid, straight = record(5, "pyramid"), record(5, "straight")
    assert (
        pyramid.output
        == straight.output
        == ["Left 100", "Left 400", "Right 10", "Left 330", "there"]
    )
    times = [moment(straight, text).time for text in straight.output]
    assert times == [100, 200, 300, 400, 400]


def test_5_the_result_is_not_there_yet() -> None:
    recording = record(5, "undefined")
    assert recording.output == ["undefined", "data"]
    assert len(moment(recording, "undefined").host) == 1


def test_5_rejections_are_looked_for_when_the_microtasks_are_done() -> None:
    recording = record(5, "unhandled")
    assert recording.output == ["handled: late", "nobody handled: never", "timer"]
    assert recording.state(moment(recording, "nobody handled: never").step).microtasks == ()


# ---- 6: combinators ----


def test_6_all_starts_nothing() -> None:
    recording = record(6, "all")
    assert recording.output == [
        *("asks for users", "asks for posts", "asks for albums"),
        *("got posts", "got albums", "got users"),
        "users posts albums",
    ]
    assert moment(recording, "users posts albums").time == 300
    asked = moment(recording, "asks for albums").step
    listened = [event.seq for event in recording.trace if event.label.startswith("Promise.all")]
    assert asked < min(listened)


def test_6_a_failure_cancels_nothing() -> None:
    recording = record(6, "reject")
    assert recording.output == [
        "lost posts",
        "something failed: no posts",
        "got albums",
        "got users",
    ]
    failed = moment(recording, "something failed: no posts")
    assert failed.time == 100
    assert len(failed.host) == 2
    assert not [event for event in recording.trace if event.kind == "cancel"]


def test_6_all_settled_tells_of_each() -> None:
    recording = record(6, "settled")
    assert recording.output == [
        "failed",
        "{ status: 'fulfilled', value: 'done' }",
        "{ status: 'rejected', reason: 'failed' }",
    ]


def test_6_race_takes_rejections_too_and_may_never_end() -> None:
    recording = record(6, "race")
    assert recording.output == ["race 3 won: f", "race 1 won: b", "race 2 failed: d"]
    assert recording.error is None  # the late rejection of e is not unhandled
    assert "pending" in {promise.state for promise in recording.state().promises.values()}


def test_6_any_waits_for_a_success() -> None:
    recording = record(6, "any")
    assert recording.output == ["first to succeed: C", "AggregateError [ 'slow', 'quick' ]"]
    assert moment(recording, "first to succeed: C").time == 20


def test_6_what_must_may_and_cannot_happen() -> None:
    orders = last_value(6, "seeds")
    assert isinstance(orders, Counter)
    assert set(orders) == {"racing A", "racing B", "racing C"}
    assert orders.total() == 100


def test_6_the_table_of_empty_arrays() -> None:
    recording = record(6, "empty")
    assert recording.output == ["any rejected", "all fulfilled", "allSettled fulfilled"]


# ---- 7: async functions ----


def test_7_an_async_function_starts_at_once_and_waits_at_the_promise() -> None:
    recording = record(7, "meanwhile")
    assert recording.output == ["asking", "meanwhile", "response as json"]
    assert moment(recording, "asking").call_stack == ["script", "fetchData", "console.log"]
    meanwhile = moment(recording, "meanwhile")
    assert meanwhile.call_stack == ["script", "console.log"]
    assert meanwhile.suspended == ["fetchData"]
    assert meanwhile.microtasks == []


def test_7_await_gives_way_even_if_nothing_is_to_be_waited_for() -> None:
    recording = record(7, "settled")
    assert recording.output == [
        "script begins",
        "f begins",
        "script ends",
        "f goes on",
        "then",
    ]


def test_7_await_and_then_go_hand_in_hand() -> None:
    recording = record(7, "sugar")
    assert recording.output == [
        "1 begins",
        "2 begins",
        "script ends",
        "1 got data",
        "2 got data",
        "1 done",
        "2 done",
    ]
    assert moment(recording, "script ends").microtasks == ["resume withAwait", "go_on"]


def test_7_only_an_await_raises() -> None:
    assert record(7, "try").output == ["oops: no network"]
    assert record(7, "forgotten").output == ["got something", "fine", "unhandled: no network"]


def test_7_one_try_for_many_promises() -> None:
    recording = record(7, "combined")
    assert recording.output == ["something failed: no posts", "done either way", "fine"]
    assert moment(recording, "fine").time == 10
    assert recording.state().time == 30  # the others were not cancelled


def test_7_finally_lets_everything_through() -> None:
    assert record(7, "finally").output == [
        "done either way",
        "done either way",
        "value: data",
        "reason: broken",
    ]


def test_7_the_slowest_the_sum_the_quickest() -> None:
    recording = record(7, "strategies")
    names = {"strategies_run": recording, "moment": moment}
    tree = ast.parse(lessons.source(7, "strategies-times"))
    final = tree.body.pop()
    assert isinstance(final, ast.Expr)
    exec(compile(tree, "cell", "exec"), names)
    assert eval(compile(ast.Expression(final.value), "cell", "eval"), names) == (300, 600, 100)
    assert recording.output[-2:] == ["finished c", "finished a"]  # the race's losers


def test_7_the_call_starts_the_work() -> None:
    assert at(7, "started", "a b").time == 300


def test_7_for_await_keeps_the_order_of_the_array() -> None:
    recording = record(7, "for-await")
    assert recording.output == [
        *("got posts", "got albums", "got users"),
        *("loop: users", "loop: posts", "loop: albums"),
    ]
    assert moment(recording, "loop: albums").time == 300


# ---- 8: threads ----


def test_8_the_waiting_overlaps_and_the_computing_does_not() -> None:
    recording = record(8, "mouth")
    assert recording.output == [
        *("chewing apple 1", "chewing banana 1"),
        *("chewing apple 2", "chewing banana 2"),
    ]
    times = [moment(recording, text).time for text in recording.output]
    assert times == [100, 180, 280, 360]  # each bite takes 80 ms: the last one ends at 440
    assert recording.state().time == 440
    # While the mouth chews banana, the other hand is under way for the next apple.
    assert len(moment(recording, "chewing banana 1").host) == 1


@pytest.mark.slow
def test_8_threads_lose_updates() -> None:
    assert last_value(8, "threads-race") < 2000


def test_8_an_await_in_between_loses_an_update_without_any_thread() -> None:
    recording = record(8, "withdraw")
    assert recording.output == ["left: 50"]
    moved = lessons.program(8, "withdraw").cell
    before = "    before = balance\n"
    wait = "    await bank(10)  # asks the bank whether that is all right\n"
    repaired = moved.replace(before + wait, wait + before)
    assert repaired != moved
    program = lessons.Program("08", "repaired", repaired, None)
    assert program.record().output == ["left: 20"]  # the move that the lesson asks for


@pytest.mark.slow
def test_8_threads_deadlock_and_promises_wait_for_ever() -> None:
    names = lessons.source(8, "deadlock-threads")
    scope: dict[str, Any] = {}
    exec("import threading\n" + names, scope)
    assert sorted(scope["told"]) == ["Ada gave up", "Bob gave up"]
    recording = record(8, "deadlock")
    assert recording.output == ["Ada waits", "Bob waits", "the end, exit code 0"]
    assert moment(recording, "the end, exit code 0").suspended == ["waitFor", "waitFor"]


@pytest.mark.node
@pytest.mark.skipif(sys.platform != "linux", reason="counts threads in /proc")
def test_8_sockets_need_no_threads_and_files_do() -> None:
    node = shutil.which(os.environ.get("LOOPSCOPE_NODE", "node"))
    assert node is not None, "this needs Node 20: `./dev test` gets it, or set LOOPSCOPE_NODE"
    text = lessons.source(8, "threads-of-node-text")
    [javascript], [printed] = lessons.blocks(text, "js"), lessons.blocks(text, "text")
    environment = {k: v for k, v in os.environ.items() if k != "UV_THREADPOOL_SIZE"}
    done = subprocess.run(
        [node, "--input-type=commonjs", "-e", javascript],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        env=environment,
    )
    assert done.stdout == printed


def test_8_the_kernel_watches_sockets_for_one_thread() -> None:
    scope = "import threading\n" + lessons.source(8, "kernel")
    *body, final = scope.splitlines()
    names: dict[str, Any] = {}
    exec("\n".join(body), names)
    assert eval(final, names) == ([3, 14, 15], 0)


@pytest.mark.slow
def test_8_the_loop_answers_while_a_thread_counts(capfd: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {"loopscope": loopscope}
    exec("import threading\n" + lessons.source(8, "posted"), names)
    lines = capfd.readouterr().out.splitlines()
    assert lines[0] == "handed over"
    assert lines[-1] == "counted to 3000000"
    assert set(lines[1:-1]) == {"still answering"}


def test_8_processes_share_nothing() -> None:
    assert last_value(8, "process") == "False"


def test_8_everything_in_one_program() -> None:
    recording = record(8, "last")
    assert recording.output == [
        *("a begins", "b begins", "script ends", "a goes on", "b goes on", "microtask"),
        *("all: a b", "timer", "late begins", "late goes on", "late done", "next timer"),
    ]
    queued = recording.state(moment(recording, "microtask").step).microtasks
    assert [item.how for item in queued] == ["Promise.all", "Promise.all"]
