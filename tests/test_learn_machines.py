"""The model of the runtime: unvaried it prints what the runtime does, varied what people think."""

from __future__ import annotations

import ast
import gc
import importlib.util
import inspect
import sys
from pathlib import Path

import loopscope
import pytest
from fuzz import generator, python
from loopscope.learn.beliefs import BELIEFS, belief
from loopscope.learn.diagnosis import PROBES, diagnose, tell_apart
from loopscope.learn.model import Machine, load_program, run_on, world

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("[0-9]*.py"))
LINES = 10_000_000  # 06-blocking.py has a loop of a million rounds

# What the model does not express, and why.
EXCEPTIONS = {
    "177-context-is-captured-when-registered": "context variables change no order",
}
# The runtime's own warning that a top-level await was never settled: it is no line of the program.
WARNING = "Warning: Detected unsettled top-level await"


def without_warning(lines: list[str]) -> list[str]:
    at = next((k for k, line in enumerate(lines) if line.startswith(WARNING)), len(lines))
    return lines[:at]


def programs() -> list[object]:
    slow = ("06-", "04-", "178-", "15-")  # a million lines, or as deep as the stack
    return [
        pytest.param(path, id=path.stem, marks=[pytest.mark.slow] * path.name.startswith(slow))
        for path in PROGRAMS
        if path.stem not in EXCEPTIONS
    ]


@pytest.mark.parametrize("path", programs())
def test_the_model_prints_what_the_runtime_prints(path: Path) -> None:
    real = loopscope.record(path)
    ours = run_on(Machine, load_program(path), lines=LINES)
    assert ours.ended
    assert ours.output == without_warning(real.output)
    assert ours.exit_code == real.exit_code


DEEP = """
from loopscope.js import *
async def call(k):
    return call(k - 1) if k else 0
async def items(k):
    yield items(k - 1).next() if k else 0
call(100_000).catch(lambda e: console.log('calls', isinstance(e, RecursionError)))
items(100_000).next().catch(lambda e: console.log('items', isinstance(e, RecursionError)))
"""


@pytest.mark.parametrize("depth", range(6))
def test_a_stack_that_overflows_forgets_no_coroutine(
    depth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it overflows, a coroutine that was made and did not start is dropped in silence."""

    def from_depth(more: int) -> list[str]:
        if more:
            return from_depth(more - 1)
        return run_on(Machine, load_program(DEEP), lines=LINES).output

    heard: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", heard.append)
    assert sorted(from_depth(depth)) == ["calls true", "items true"]
    gc.collect()
    assert heard == []


NEVER_ENDING = """
from loopscope.js import *
async def forever():
    while True:
        try:
            await Promise(lambda resolve: None)
        except BaseException:
            console.log("never")
async def items():
    try:
        yield 1
        yield 2
    finally:
        await None
        console.log("never")
async def waiting():
    try:
        yield await Promise(lambda resolve: None)
    finally:
        await None
forever()
it = items()
it.next().then(lambda result: console.log(result.value))
waiting().next()
items().next()
"""


def test_what_is_suspended_at_the_end_is_dropped_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", heard.append)
    for one in (Machine, *(one.machine for one in BELIEFS)):
        assert "never" not in run_on(one, load_program(NEVER_ENDING)).output
    gc.collect()
    assert heard == []


@pytest.mark.parametrize("name", sorted(world._SHARED))
def test_what_all_machines_share_imports_nothing_that_they_don_t(name: str) -> None:
    module = importlib.import_module(name)
    package = name if hasattr(module, "__path__") else name.rpartition(".")[0]
    for node in ast.parse(inspect.getsource(module)).body:  # not what is for type checkers only
        if isinstance(node, ast.ImportFrom) and node.level:
            source = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            parts = [source] if node.module else [f"{source}.{one.name}" for one in node.names]
            assert world._SHARED.issuperset(parts)


def test_exceptions_are_programs() -> None:
    assert {path.stem for path in PROGRAMS} >= EXCEPTIONS.keys()


def diverging(seeds: range) -> list[int]:
    """Return the seeds whose program the model runs otherwise than the runtime does."""
    found = []
    for seed in seeds:
        source = python.write(generator.generate(seed))
        real = loopscope.record(source)
        ours = run_on(Machine, load_program(source))
        if ours.output != without_warning(real.output) or ours.exit_code != real.exit_code:
            found.append(seed)
    return found


# The same programs in each run: a seed that fails here fails everywhere, and `tests.fuzz` tells who
# is right.
@pytest.mark.parametrize("first", range(0, 100, 20))
def test_the_model_runs_random_programs_as_the_runtime_does(first: int) -> None:
    assert diverging(range(first, first + 20)) == []


# Each of these once diverged.
@pytest.mark.parametrize(
    "seed",
    [11961, 11995, 20530, 22195, 22729, 22835, 23293, 23375, 23711, 23897, 24214, 25059, 501870],
)
def test_the_model_has_learned_from_its_mistakes(seed: int) -> None:
    assert diverging(range(seed, seed + 1)) == []


@pytest.mark.slow
@pytest.mark.parametrize("first", range(11_900, 12_200, 100))
def test_the_model_runs_any_program_as_the_runtime_does(first: int) -> None:
    assert diverging(range(first, first + 100)) == []


# ---- the wrong machines

BOTH_CHAINS = """
from loopscope.js import *
Promise.resolve().then(lambda: console.log("A1")).then(lambda: console.log("A2"))
Promise.resolve().then(lambda: console.log("B1")).then(lambda: console.log("B2"))
"""
MICRO_AND_TASKS = """
from loopscope.js import *
setTimeout(lambda: console.log("t1"), 0)
setTimeout(lambda: console.log("t2"), 0)
queueMicrotask(lambda: (console.log("m1"), queueMicrotask(lambda: console.log("m1a"))))
queueMicrotask(lambda: console.log("m2"))
console.log("script")
"""
ASYNC = """
from loopscope.js import *
async def f():
    console.log("f1")
    await None
    console.log("f2")
    await Promise(lambda resolve: setTimeout(resolve, 3))
    console.log("f3")
queueMicrotask(lambda: console.log("m"))
f()
console.log("script")
"""
TIMERS = """
from loopscope.js import *
setTimeout(lambda: console.log("10"), 10)
setTimeout(lambda: console.log("0"), 0)
block(20)
console.log("script")
"""
RESOLVING = """
from loopscope.js import *
def executor(resolve):
    console.log("executor")
    resolve()
p = Promise(executor)
out = Promise.with_resolvers()
out.promise.then(lambda: console.log("then of out"))
p.then(lambda: console.log("then of p"))
out.resolve()
console.log("script")
"""
RETURNING = """
from loopscope.js import *
Promise.resolve().then(lambda: Promise.resolve("inner")).then(console.log)
p = Promise.resolve()
def say(k):
    return lambda: console.log(k)
for k in ("1", "2", "3"):
    p = p.then(say(k))
"""
NODE = """
from loopscope.js import *
setImmediate(lambda: console.log("immediate"))
queueMicrotask(lambda: console.log("microtask"))
process.nextTick(lambda: console.log("tick"))
"""
RACE = """
from loopscope.js import *
def after(ms):
    return Promise(lambda resolve: setTimeout(lambda: (console.log(ms), resolve(ms)), ms))
Promise.race([after(1), after(9)]).then(lambda ms: console.log("won", ms))
"""
CALLS = """
from loopscope.js import *
def inner():
    console.log("inner")
def outer():
    inner()
    console.log("outer")
outer()
console.log("script")
"""
WRITTEN = """
from loopscope.js import *
def program():
    def outer():
        console.log("outer")
    def inner():
        console.log("inner")
    inner()
    outer()
    console.log("script")
program()
"""
CATCH = """
from loopscope.js import *
Promise.reject("x").catch(lambda x: console.log("caught")).then(lambda: console.log("then"))
"""
CLICK = """
from loopscope.js import *
target = EventTarget()
target.addEventListener("click", lambda: console.log("listener"))
target.dispatchEvent(Event("click"))
console.log("after")
"""

LATER = """
from loopscope.js import *
def late(text):
    return Promise(lambda resolve: setTimeout(lambda: resolve(text), 5))
late("kept").then(lambda text: console.log(text))
late("raced")
console.log("now")
Promise.race([late("first"), Promise.resolve("second")]).then(lambda text: console.log(text))
console.log("end")
"""
INTERVAL = """
from loopscope.js import *
def tick():
    console.log("tick")
    clearInterval(clock)
clock = None
clock = setInterval(tick, 10)
console.log("script")
"""
TWO_TIMERS = """
from loopscope.js import *
setTimeout(lambda: (console.log("t1"), queueMicrotask(lambda: console.log("m1"))), 0)
setTimeout(lambda: console.log("t2"), 0)
setTimeout(lambda: console.log("t3"), 5)
"""
TICK_OF_A_MICROTASK = """
from loopscope.js import *
queueMicrotask(lambda: (console.log("m1"), process.nextTick(lambda: console.log("tick"))))
queueMicrotask(lambda: console.log("m2"))
"""
REJECTION = """
from loopscope.js import *
process.on("unhandledRejection", lambda why: console.log("unhandled", why))
late = Promise.reject("late")
queueMicrotask(lambda: late.catch(lambda why: console.log("caught", why)))
console.log("script")
"""

ORDERS = {
    "M1": (RESOLVING, "script|executor|then of out|then of p"),
    "M2": (MICRO_AND_TASKS, "t1|t2|script|m1|m2|m1a"),
    "M3": (BOTH_CHAINS, "A1|A2|B1|B2"),
    "M4": (BOTH_CHAINS, "A1|A2|B1|B2"),
    "M5": (ASYNC, "f1|f2|m|f3|script"),
    "M6": (ASYNC, "f1|f2|script|m|f3"),
    "M7": (RESOLVING, "executor|then of out|script|then of p"),
    "M8": (MICRO_AND_TASKS, "script|m1|t1|m2|t2|m1a"),
    "M9": (TIMERS, "script|10|0"),
    "M10": (TIMERS, "0|10|script"),
    "M11": (MICRO_AND_TASKS, "script|m1|m2|t1|m1a|t2"),
    "M12": (RESOLVING, "executor|then of p|then of out|script"),
    "M13": (RETURNING, "1|inner|2|3"),
    "M15": (MICRO_AND_TASKS, "script|t1|m1|m2|m1a|t2"),
    "M16": (ASYNC, "script|m|f1|f2|f3"),
    "M17": (MICRO_AND_TASKS, "script|t1|t2|m1|m2|m1a"),
    "M18": (CATCH, "caught"),
    "M19": (RACE, "1|won 1"),
    "M20": (NODE, "microtask|immediate|tick"),
    "M21": (NODE, "microtask|tick|immediate"),
    "M22": (NODE, "immediate|tick|microtask"),
    "M23": (CLICK, "after|listener"),
    "M24": (CALLS, "script|outer|inner"),
    "M25": (WRITTEN, "outer|inner|script"),
    "M26": (TIMERS, "10|0|script"),
    "M27": (MICRO_AND_TASKS, "m1|m1a|m2|script|t1|t2"),
    "M28": (MICRO_AND_TASKS, "script|m2|m1|m1a|t1|t2"),
    "M29": (LATER, "kept|now|second|end"),
    "M30": (INTERVAL, "tick|script|tick"),
    "M31": (TWO_TIMERS, "t1|t2|m1|t3"),
    "M32": (TICK_OF_A_MICROTASK, "m1|tick|m2"),
    "M33": (RETURNING, "1|2|inner|3"),
    "M34": (REJECTION, "script|unhandled late|caught late"),
}


@pytest.mark.parametrize("id", [one.id for one in BELIEFS])
def test_a_wrong_machine_gives_the_order_of_its_believer(id: str) -> None:
    source, expected = ORDERS[id]
    program = load_program(source)
    right = run_on(Machine, program).output
    wrong = run_on(belief(id).machine, program).output
    assert wrong == expected.split("|")
    assert wrong != right
    found = diagnose(program, wrong, right)
    assert found.exact
    assert belief(id) in found.beliefs


def test_every_belief_breaks_a_rule_that_exists() -> None:
    for one in BELIEFS:
        assert loopscope.tracing.rules.rule(one.rule).title
    assert len({one.id for one in BELIEFS}) == len(BELIEFS)


def test_no_belief_is_named_for_an_order_that_nobody_believes_in() -> None:
    program = load_program(MICRO_AND_TASKS)
    right = run_on(Machine, program).output
    assert diagnose(program, ["m2", "script", "t2"], right).beliefs == ()
    assert diagnose(program, right, right).beliefs == ()


def test_the_first_wrong_line_may_tell_the_belief() -> None:
    program = load_program(MICRO_AND_TASKS)
    right = run_on(Machine, program).output
    found = diagnose(program, ["script", "t1", "t2", "m2"], right)
    assert not found.exact
    assert {one.id for one in found.beliefs} == {"M15", "M17"}


def test_a_belief_that_makes_the_same_mistake_is_said_to_resemble() -> None:
    program = load_program(ASYNC)
    printed = run_on(Machine, program).output
    assert printed == ["f1", "script", "m", "f2", "f3"]
    found = diagnose(program, ["f1", "m", "script", "f2", "f3"], printed)
    assert found.near
    assert not found.exact
    assert [one.id for one in found.beliefs] == ["M27"]
    far = diagnose(program, ["f1", "script", "f3", "f2", "m"], printed)
    assert far.beliefs == ()


def test_a_belief_that_goes_beyond_another_is_told_only_where_it_does() -> None:
    at_once = load_program(MICRO_AND_TASKS)
    order = run_on(belief("M26").machine, at_once).output
    found = diagnose(at_once, order, run_on(Machine, at_once).output)
    assert [one.id for one in found.beliefs] == ["M2"]


def test_two_beliefs_with_one_order_are_told_apart() -> None:
    probe = tell_apart(belief("M3"), belief("M4"))
    assert probe is not None
    assert probe.source in PROBES
    assert probe.orders[0] != probe.orders[1]
    assert tell_apart(belief("M3"), belief("M3")) is None


def test_all_beliefs_can_be_told_apart() -> None:
    pairs = [(one, other) for k, one in enumerate(BELIEFS) for other in BELIEFS[k + 1 :]]
    same = [(one.id, other.id) for one, other in pairs if tell_apart(one, other) is None]
    assert same == []


def test_a_program_that_never_ends_is_stopped() -> None:
    source = "from loopscope.js import *\ndef again():\n    queueMicrotask(again)\nagain()\n"
    assert not run_on(Machine, load_program(source), lines=500).ended
    assert not run_on(Machine, load_program("while True:\n    pass\n"), lines=500).ended
