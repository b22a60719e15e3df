"""The console prints what Node prints: `console/cases.py` against its recorded and live output."""

from __future__ import annotations

import asyncio
import collections
import copy
import decimal
import enum
import fractions
import functools
import io
import json
import math
import pathlib
import pickle
import re
import sys
import time
from array import array
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import loopscope
import numpy as np
import pytest
from console.cases import CASES
from console.live_node import Node, width_runs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loopscope import _core as real_core
from loopscope.console import Console, output
from loopscope.console.duration import duration_text
from loopscope.console.inspect import inspect
from loopscope.console.options import Options
from loopscope.console.shape import View
from loopscope.console.text import _columns
from loopscope.errors import AggregateError
from loopscope.null import Null, null

EXPECTED = json.loads((Path(__file__).parent / "console" / "expected.json").read_text("utf-8"))

Written = list[list[str]]


# What the cases' Python statements may use


class Promise:
    """A promise as the console sees it; the C module's own ones are in test_promise.py."""

    def __init__(self, state: str, value: Any) -> None:
        self._settled = (state, value)


class Hook:
    def __init__(self, *view: Any) -> None:
        self._view = view

    def __loopscope_inspect__(self) -> Any:
        return self._view


class A:
    pass


class E(Exception):  # noqa: N818
    pass


class F(Exception):  # noqa: N818
    pass


class MyError(Exception):
    pass


class Oops(Exception):  # noqa: N818
    pass


def with_(value: Any, **attributes: Any) -> Any:
    vars(value).update(attributes)
    return value


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def names() -> dict[str, Any]:
    """Give fresh names: some cases set attributes of the functions."""

    def f() -> None: ...

    def f2(a: int, b: int) -> None: ...

    async def af() -> None: ...

    def gf() -> Iterator[int]:
        yield 1

    async def agf() -> Any:
        yield 1

    f2.__name__ = "f"
    named = [A, E, F, Hook, MyError, Oops, AggregateError, Promise, SimpleNamespace, array, date]
    named += [dataclass, datetime, duration_text, namedtuple, partial, timedelta, timezone]
    named += [af, agf, caused, f, gf, with_]
    return {value.__name__: value for value in named} | {
        "UTC": UTC,
        "__name__": __name__,
        "f2": f2,
        "fulfilled": lambda value, cls=Promise: cls("fulfilled", value),
        "math": math,
        "null": null,
        "pending": lambda cls=Promise: cls("pending", None),
        "re": re,
        "rejected": lambda value: Promise("rejected", value),
    }


def printed(py: str) -> Written:
    written: Written = []
    console = Console(lambda stream, text: written.append([stream, text]))
    exec(py, names() | {"console": console})
    return written


@pytest.fixture(autouse=True, scope="module")
def fake_promises() -> Iterator[None]:
    core = ModuleType("loopscope._core")
    core.Promise = Promise  # type: ignore[attr-defined]
    core.promise_state = lambda promise: promise._settled  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "loopscope._core", core)
        yield


def test_prints_what_node_printed() -> None:
    # In one test, because each test of the suite is a hunt for leaks, too.
    assert {case.py: printed(case.py) for case in CASES} == {
        case.py: EXPECTED[case.js] for case in CASES
    }


def test_recorded_output_is_of_these_cases() -> None:
    assert list(EXPECTED) == list(dict.fromkeys(case.js for case in CASES))
    assert len(CASES) >= 250


# Live Node


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with Node() as process:
        yield process


@pytest.mark.node
def test_node_still_prints_what_was_recorded(node: Node) -> None:
    live = {case.js: node.run(case.js) for case in CASES}
    assert live == EXPECTED


@pytest.mark.node
def test_widths_are_those_of_nodes_icu() -> None:
    differing = [
        (hex(code), width, _columns(code))
        for first, last, width in width_runs()
        for code in (*range(first, min(first + 4, last + 1)), last)
        if _columns(code) != width
    ]
    assert differing == []


def js(value: Any) -> str:
    """Write a value as a JavaScript expression."""
    if value is None or value is null:
        return "undefined" if value is None else "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value}n" if abs(value) > 2**53 else str(value)
    if isinstance(value, float):
        return repr(value).replace("inf", "Infinity").replace("nan", "NaN")
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(js, value))}]"
    if isinstance(value, bytes):
        return f"Buffer.from([{', '.join(map(str, value))}])"
    if isinstance(value, frozenset):
        return f"new Set([{', '.join(map(js, value))}])"
    if all(isinstance(key, str) for key in value):
        pairs = (f"[{js(key)}]: {js(item)}" for key, item in value.items())
        return f"({{ {', '.join(pairs)} }})"
    return f"new Map([{', '.join(js(list(pair)) for pair in value.items())}])"


text = st.text(max_size=30) | st.text("ab 'n\"`$\n\t\\é日😀\ud800", max_size=60)
numbers = (
    st.integers(-100, 100)
    | st.integers()
    | st.floats()
    | st.sampled_from([2**53, 2**53 + 1, -0.0, 1e21, 1e-7, 0.1])
)
primitives = st.none() | st.just(null) | st.booleans() | numbers | text
# JavaScript moves keys that are indices to the front; ours stay where the program put them.
keys = st.text(max_size=12).filter(lambda key: not key.isdigit())
hashable = st.integers() | st.floats(allow_nan=False) | text | st.booleans() | st.none()


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return (
        st.lists(inner, max_size=12)
        | st.lists(numbers, max_size=120)
        | st.lists(text, min_size=7, max_size=30)
        | st.tuples(inner, inner)
        | st.dictionaries(keys, inner, max_size=8)
        | st.dictionaries(hashable, inner, max_size=8)
        | st.frozensets(hashable, max_size=8)
        | st.binary(max_size=60)
    )


values = st.recursive(primitives, containers, max_leaves=40)


def asking(examples: int) -> settings:
    """Ask Node for each example; on a busy machine its answers may come late."""
    slow = [HealthCheck.too_slow]
    return settings(max_examples=examples, deadline=None, suppress_health_check=slow)


def logged(method: str, *args: Any) -> Written:
    written: Written = []
    getattr(Console(lambda stream, text: written.append([stream, text])), method)(*args)
    return written


@pytest.mark.slow  # of the default Python alone, as the cases are told by each
@pytest.mark.node
@asking(200)
@given(st.lists(values, min_size=1, max_size=2))
def test_any_value_prints_as_in_node(node: Node, args: list[Any]) -> None:
    assert logged("log", *args) == node.run(f"console.log({', '.join(map(js, args))})")


@pytest.mark.slow  # of the default Python alone, as the cases are told by each
@pytest.mark.node
@asking(100)
@given(values, st.integers(-1, 6), st.booleans(), st.sampled_from([20, 60, 80, 120, math.inf]))
def test_any_options_work_as_in_node(
    node: Node, value: Any, depth: int, colors: bool, width: float
) -> None:
    options = {"depth": depth, "colors": colors, "breakLength": width}
    assert logged("dir", value, options) == node.run(f"console.dir({js(value)}, {js(options)})")


@pytest.mark.slow  # of the default Python alone, as the cases are told by each
@pytest.mark.node
@asking(100)
@given(st.text("%%%%sdifjoOcx 1", max_size=20), st.lists(values, min_size=1, max_size=4))
def test_any_format_works_as_in_node(node: Node, template: str, args: list[Any]) -> None:
    source = ", ".join(map(js, [template, *args]))
    [*_, (_, answer)] = node.run(
        f"try {{ console.log({source}) }} catch (error) {{ console.log(error.message) }}"
    )
    try:
        [(_, ours)] = logged("log", template, *args)
    except TypeError as error:  # as in Node, %j has no way to write a BigInt
        ours = f"{error}\n"
    assert ours == answer


@pytest.mark.slow  # of the default Python alone, as the cases are told by each
@pytest.mark.node
@asking(100)
@given(values)
def test_any_table_is_drawn_as_in_node(node: Node, data: Any) -> None:
    assert logged("table", data) == node.run(f"console.table({js(data)})")


# What has no counterpart in Node


class Raising:
    def __init__(self) -> None:
        self.x = 1

    def __repr__(self) -> str:
        raise ValueError("no repr")

    def __str__(self) -> str:
        raise ValueError("no str")

    def __float__(self) -> float:
        raise ValueError("no float")


class RaisingTwice(Raising):
    def __repr__(self) -> str:
        raise MuteError


class MuteError(Exception):
    def __str__(self) -> str:
        raise ValueError


class RaisingDict:
    @property
    def __dict__(self) -> Any:
        raise OSError("no attributes")


class RaisingAttributes:
    def __getattribute__(self, name: str) -> Any:
        raise KeyError(name)


class RaisingHook:
    def __loopscope_inspect__(self) -> Any:
        raise ValueError("no hook")


class RaisingList(list[Any]):
    def __iter__(self) -> Any:
        raise ValueError

    def __len__(self) -> int:
        raise ValueError


RAISING: list[tuple[Any, str]] = [
    (Raising(), "[Raising: <Inspection threw (no repr)>]"),
    ([1, {"a": Raising()}], "[ 1, { a: [Raising: <Inspection threw (no repr)>] } ]"),
    (RaisingTwice(), "[RaisingTwice: <Inspection threw (MuteError)>]"),
    (MuteError(), "[MuteError: <Inspection threw ()>]"),
    (RaisingDict(), "[RaisingDict: <Inspection threw (no attributes)>]"),
    (RaisingAttributes(), "RaisingAttributes {}"),
    (RaisingHook(), "[RaisingHook: <Inspection threw (no hook)>]"),
    (RaisingList([1, 2]), "RaisingList(2) [ 1, 2 ]"),
]


def test_what_raises_is_told_and_does_not_escape() -> None:
    for value, expected in RAISING:
        assert inspect(value) == expected
        assert inspect([value, 5]) == f"[ {expected}, 5 ]"


def test_conversions_that_raise_do_not_escape() -> None:
    threw = "[Raising: <Inspection threw (no {})>]"
    assert logged("log", "%s|%d", Raising(), Raising()) == [
        ["stdout", f"{threw.format('str')}|{threw.format('float')}\n"]
    ]
    assert logged("count", Raising()) == [["stdout", f"{threw.format('str')}: 1\n"]]
    assert logged("assert_", 0, Raising()) == [
        ["stderr", f"Assertion failed: {threw.format('str')}\n"]
    ]


class Color(enum.Enum):
    RED = 1


class Level(enum.IntEnum):
    LOW = 1


class Word(enum.StrEnum):
    HELLO = "hello"


class Rights(enum.Flag):
    READ = 1
    WRITE = 2


class Text(str):
    def upper_case(self) -> str:
        return self.upper()


class Count(int):
    pass


class Ratio(float):
    def __repr__(self) -> str:
        return "a ratio"


class Shouting:
    def __repr__(self) -> str:
        return "SHOUT"


class Bag(SimpleNamespace):
    pass


@dataclass
class Point:
    x: int = 0
    unit = "mm"


async def coroutine_function() -> None: ...


async def gather_output() -> str:
    coroutine = coroutine_function()
    text = inspect(coroutine)
    await coroutine
    return text


@functools.lru_cache
def cached(a: int, b: int = 2) -> int:
    return a + b


CHARACTERS = "w" if sys.version_info >= (3, 13) else "u"

PYTHON_VALUES: list[tuple[Any, str]] = [
    (Color.RED, "[Color: RED]"),
    ([Level.LOW, Word.HELLO], "[ [Level: LOW], [Word: HELLO] ]"),
    (Rights.READ | Rights.WRITE, "[Rights: READ|WRITE]"),
    (Rights(0), "[Rights: 0]"),
    (Color, "[class Color extends Enum]"),
    ([Text("it's"), Count(5), Count(2**60)], '[ "it\'s", 5, 1152921504606846976n ]'),
    (Ratio(1), "a ratio"),
    (Point, "[class Point] { unit: 'mm' }"),
    (Bag(a=1), "Bag { a: 1 }"),
    (collections.deque([1, 2]), "deque(2) [ 1, 2 ]"),
    (collections.OrderedDict(a=1), "OrderedDict { a: 1 }"),
    (collections.Counter({1: 2}), "Counter(1) [Map] { 1 => 2 }"),
    (collections.defaultdict(list, a=[1]), "defaultdict { a: [ 1 ] }"),
    (range(3), "range(0, 3)"),
    (fractions.Fraction(1, 2), "Fraction(1, 2)"),
    (decimal.Decimal("1.50"), "Decimal('1.50')"),
    (pathlib.PurePosixPath("/tmp"), "PurePosixPath('/tmp')"),
    (1 + 2j, "(1+2j)"),
    (..., "Ellipsis"),
    (timedelta(seconds=1), "datetime.timedelta(seconds=1)"),
    (math, "Object [math] {}"),
    (math.floor, "[Function: floor]"),
    (cached, "[Function: cached]"),
    (coroutine_function, "[AsyncFunction: coroutine_function]"),
    (functools.lru_cache(coroutine_function), "[AsyncFunction: coroutine_function]"),
    (object(), "{}"),
    (Shouting(), "SHOUT"),
    (int, "[class int]"),
    (datetime, "[class datetime extends date]"),
    (MyError, "[class MyError extends Exception]"),
    (KeyError("k"), "[KeyError: 'k']"),
    (FileNotFoundError(2, "gone"), "[FileNotFoundError: [Errno 2] gone]"),
    (ExceptionGroup("g", [E("x")]), "[ExceptionGroup: g] { [errors]: [ [E: x] ] }"),
    (np.float64(1.5), "1.5"),
    ([np.int32(3), np.bool_(True)], "[ 3, true ]"),
    (
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5))),
        "datetime.datetime(1, 1, 1, 0, 0, "
        "tzinfo=datetime.timezone(datetime.timedelta(seconds=18000)))",
    ),
    ({"2": 1, "1": 2}, "{ '2': 1, '1': 2 }"),
    ({1: 2}.items(), "[Map Entries] { [ 1, 2 ] }"),
    (time.gmtime(0).__class__, "[class struct_time extends tuple]"),
    (time.gmtime(0)[:0], "[]"),
    (re.compile(b"x", re.I), "/x/i"),
    ([array(CHARACTERS, "hi")], f"[ array('{CHARACTERS}', 'hi') ]"),
    (map(str, []), "Object [map] {}"),
]


def test_values_of_python_alone() -> None:
    expected = [text for _, text in PYTHON_VALUES]
    assert [inspect(value) for value, _ in PYTHON_VALUES] == expected


def test_a_struct_sequence_is_an_object_with_its_fields() -> None:
    assert inspect(time.gmtime(0)).startswith("struct_time {\n  tm_year: 1970,\n  tm_mon: 1,")


def test_a_coroutine_is_named() -> None:
    assert asyncio.run(gather_output()) == "Object [Coroutine] {}"


def test_a_local_datetime_is_that_moment_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "XXX-5")  # POSIX: five hours east of Greenwich
    time.tzset()
    try:
        assert inspect(datetime(2020, 1, 1, 12)) == "2020-01-01T07:00:00.000Z"
        assert logged("assert_", 0, datetime(2020, 1, 1, 12)) == [
            ["stderr", "Assertion failed: Wed Jan 01 2020 12:00:00 GMT+0500 (XXX)\n"]
        ]
    finally:
        monkeypatch.undo()
        time.tzset()


def test_functions_print_their_source_as_strings() -> None:
    [[_, text]] = logged("log", "%s", logged)
    assert text.startswith("def logged(method: str, *args: Any) -> Written:\n    written")
    assert logged("log", "%s", len) == [["stdout", "function len() { [native code] }\n"]]


def test_nothing_is_too_deep() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert inspect(deep) == "[ [ [ [Array] ] ] ]"
    text = inspect(deep, Options(depth=math.inf))
    assert "Maximum call stack size exceeded" in text
    # A list of 100,000 lists frees itself from the outside in, not by recursion.
    while deep:
        deep = deep[0]


def test_equal_is_not_the_same() -> None:
    assert inspect([[1], [1]]) == "[ [ 1 ], [ 1 ] ]"
    inner: list[Any] = []
    inner.append([])
    assert inspect(inner) == "[ [] ]"


def test_a_fresh_object_is_no_cycle() -> None:
    # Values made while printing may reuse the memory, and so the id, of one that was a cycle.
    class Fresh:
        def __loopscope_inspect__(self) -> View:
            ring: list[Any] = [len(made)]
            ring.append(ring)
            made.append(1)
            return View("Fresh", {"ring": ring})

    made: list[int] = []
    assert inspect([Fresh(), Fresh(), [[]]]) == (
        "[\n"
        "  Fresh { ring: <ref *1> [ 0, [Circular *1] ] },\n"
        "  Fresh { ring: <ref *2> [ 1, [Circular *2] ] },\n"
        "  [ [] ]\n"
        "]"
    )


def test_a_hook_may_give_text() -> None:
    class Named:
        def __loopscope_inspect__(self) -> str:
            return "first\nsecond"

    assert inspect([Named()]) == "[\n  first\n  second\n]"


# The object itself


def test_both_spellings_and_the_python_keyword() -> None:
    assert Console.countReset is Console.count_reset
    assert Console.timeEnd is Console.time_end
    assert Console.timeLog is Console.time_log
    assert Console.groupEnd is Console.group_end
    assert Console.groupCollapsed is Console.group_collapsed
    assert getattr(Console, "assert") is Console.assert_


def test_reset_forgets_groups_counters_and_timers() -> None:
    written: Written = []
    console = Console(lambda stream, text: written.append([stream, text]))
    console.group()
    console.count()
    console.time()
    console.reset()
    console.count()
    assert written == [["stdout", "  default: 1\n"], ["stdout", "default: 1\n"]]
    with pytest.warns(RuntimeWarning, match="No such label 'default' for console.timeEnd"):
        console.time_end()


class Core:
    """The C module as the console uses it within a run."""

    def __init__(self) -> None:
        self.clock = 0.0
        self.written: Written = []

    def current_loop(self) -> object:
        return self

    def now(self) -> float:
        return self.clock

    def write(self, stream: str, text: str) -> None:
        self.written.append([stream, text])


@pytest.fixture
def core(monkeypatch: pytest.MonkeyPatch) -> Core:
    core = Core()
    monkeypatch.setattr(output, "_core", lambda: core)
    return core


def test_within_a_run_the_runtime_writes_and_times(core: Core) -> None:
    console = Console()
    console.time("t")
    core.clock = 5.0
    console.time_log("t", "so far", [1])
    core.clock = 1500.0
    console.timeEnd("t")
    console.error("text")
    assert core.written == [
        ["stdout", "t: 5ms so far [ 1 ]\n"],
        ["stdout", "t: 1.500s\n"],
        ["stderr", "text\n"],
    ]


def test_outside_of_a_run_real_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "_core", lambda: None)
    seconds = iter([1.0, 1.25])
    monkeypatch.setattr(output._time, "perf_counter", lambda: next(seconds))
    written: Written = []
    console = Console(lambda stream, text: written.append([stream, text]))
    console.time()
    console.timeEnd()
    assert written == [["stdout", "default: 250ms\n"]]


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("count_reset", "Count for 'x' does not exist"),
        ("time_end", r"No such label 'x' for console\.timeEnd\(\)"),
        ("time_log", r"No such label 'x' for console\.timeLog\(\)"),
    ],
)
def test_warnings_name_the_callers_line(
    method: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "_core", lambda: None)
    with pytest.warns(RuntimeWarning, match=message) as caught:
        getattr(Console(), method)("x")
    assert caught[0].filename == __file__


def test_a_running_timer_is_not_started_again(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[str] = []
    monkeypatch.setattr(output, "_warn", warned.append)
    console = Console()
    console.time("t")
    core.clock = 7.0
    console.time("t")
    console.time_end("t")
    assert warned == ["Label 't' already exists for console.time()"]
    assert core.written == [["stdout", "t: 7ms\n"]]


def test_trace_tells_who_called() -> None:
    def inner() -> Written:
        return logged("trace", "at %d", 5)

    [[stream, text]] = inner()
    first, where, caller, *_ = text.splitlines()
    assert (stream, first) == ("stderr", "Trace: at 5")
    assert re.fullmatch(r"    at logged \(.*test_console\.py:\d+\)", where)
    assert re.fullmatch(r"    at inner \(.*test_console\.py:\d+\)", caller)
    assert len(text.splitlines()) <= 11
    assert logged("trace")[0][1].startswith("Trace\n    at ")


def test_dir_takes_keywords_and_refuses_what_is_no_limit() -> None:
    assert logged("dir", [[1]], {"depth": 0}) == [["stdout", "[ [Array] ]\n"]]
    written: Written = []
    Console(lambda stream, text: written.append([stream, text])).dir([1, 2], max_array_length=1)
    assert written == [["stdout", "[ 1, ... 1 more item ]\n"]]
    with pytest.raises(TypeError, match="option 'depth' must be a number, not str"):
        Console().dir([], {"depth": "x"})


def test_table_refuses_columns_that_are_no_list() -> None:
    with pytest.raises(TypeError, match="argument 'columns' must be a list, not str"):
        Console().table([{"a": 1}], "a")


class Stream(io.StringIO):
    encoding = "ascii"

    def write(self, text: str) -> int:
        text.encode("ascii")
        return super().write(text)


def test_python_streams_as_they_are_now(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    console = Console(output.write_to_python)
    console.log("out")
    console.error("err")
    assert capsys.readouterr() == ("out\n", "err\n")

    monkeypatch.setattr(sys, "stdout", stream := Stream())
    console.log("日本")
    assert stream.getvalue() == "??\n"
    stream.close()
    console.log("nobody listens")
    monkeypatch.setattr(sys, "stdout", None)
    console.log("nobody is there")


def test_clear_leaves_what_is_no_terminal_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Console().clear()
    assert capsys.readouterr().out == ""


def test_clear_clears_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    stream.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdout", stream)
    Console().clear()
    assert stream.getvalue() == "\x1b[1;1H\x1b[0J"


def show_what_the_runtime_makes() -> None:
    class Q(loopscope.Promise[Any]):
        pass

    @loopscope.async_function
    async def answer() -> int:
        return 42

    @loopscope.async_function
    async def numbers() -> Any:
        yield 1

    rejected = loopscope.Promise.reject("it broke")
    rejected.catch(lambda reason: None)
    console = loopscope.console
    console.log(loopscope.Promise(lambda resolve, reject: None), answer(), rejected)
    console.log([Q.resolve(1)], loopscope.Promise, Q)
    console.log(answer, numbers, numbers())
    loopscope.Promise.all_settled([1, rejected]).then(console.log)
    numbers().next().then(console.log)
    loopscope.Promise.any([]).catch(console.log)
    console.group("in a group")
    console.log(loopscope.EventTarget(), [[[loopscope.Event("x")]]])
    console.group_end()


def test_what_the_runtime_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "loopscope._core", real_core)
    # What Node 20 printed for the same program.
    assert loopscope.record(show_what_the_runtime_makes).output == [
        "Promise { <pending> } Promise { 42 } Promise { <rejected> 'it broke' }",
        "[ Q [Promise] { 1 } ] [Function: Promise] [class Q extends Promise]",
        "[AsyncFunction: answer] [AsyncGeneratorFunction: numbers] Object [AsyncGenerator] {}",
        "in a group",
        "  EventTarget {} [ [ [ Event ] ] ]",
        "[AggregateError: All promises were rejected] { [errors]: [] }",
        "[",
        "  { status: 'fulfilled', value: 1 },",
        "  { status: 'rejected', reason: 'it broke' }",
        "]",
        "{ value: 1, done: false }",
    ]


# null


def test_null_is_one_false_value() -> None:
    assert not null
    assert repr(null) == "null"
    assert Null() is null
    assert null is not None
    assert null != None  # noqa: E711
    with pytest.raises(TypeError, match="cannot be subclassed"):
        type("Other", (Null,), {})


def test_null_pickles_and_copies_to_itself() -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(null, protocol)) is null
    assert copy.copy(null) is null
    assert copy.deepcopy([null])[0] is null


def test_columns_of_a_table_are_keys_of_any_kind(node: Node) -> None:
    printed = logged("table", [[7, 8]], [1, null])
    assert printed == node.run("console.table([[7, 8]], [1, null])")
