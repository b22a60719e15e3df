"""Lines and the heap: what variables hold, line by line, as it was and no later."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path
from typing import Any

import jsonschema
import loopscope
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopscope import _core
from loopscope.tracing.fold import State, state, states
from loopscope.tracing.heap import Heap, HeapObject, Value
from loopscope.tracing.schema import VERSION, json_schema, load
from loopscope.view.film import film
from samples import CART

HERE = Path(__file__).parent
PROGRAMS = HERE / "programs"

pytestmark = pytest.mark.skipif(
    sys.gettrace() is not None and sys.version_info < (3, 12), reason="a tracer is in the way"
)


def record(source: Any, **options: Any) -> loopscope.Recording:
    """Record with lines; the program must not fail."""
    recording = loopscope.record(source, lines=True, **options)
    assert recording.error is None
    assert recording.trace.lines
    return recording


def lines_of(recording: loopscope.Recording) -> list[int]:
    return [event.line for event in recording.trace if event.kind == "line"]


def at_line(recording: loopscope.Recording, line: int, occurrence: int = 1) -> State:
    """Return the state in which a line is about to be executed."""
    found = [e.seq for e in recording.trace if e.kind == "line" and e.line == line]
    return recording.state(found[occurrence - 1] + 1)


def follow(heap: Heap, value: Value) -> Any:
    """Return what a value stands for, with the objects in it."""
    if isinstance(value, str):
        return value
    found = heap.objects[value]
    if found.entries:
        return {follow(heap, key): follow(heap, each) for key, each in found.entries}
    if found.attributes:
        return {name: follow(heap, each) for name, each in found.attributes}
    return [follow(heap, each) for each in found.items]


# ---- lines


def test_lines_are_reported_before_they_are_executed() -> None:
    recording = record("x = 1\nx = 2\ny = x\n")
    assert lines_of(recording) == [1, 2, 3]
    assert at_line(recording, 1).heap.names == {}
    assert at_line(recording, 2).heap.names == {"x": "1"}
    assert at_line(recording, 3).heap.names == {"x": "2"}
    assert recording.state().heap.names == {"x": "2", "y": "2"}


def test_the_line_of_the_innermost_function_moves() -> None:
    recording = record("def f(n):\n    m = n\n    return m\n\nf(3)\nz = 1\n")
    assert lines_of(recording) == [1, 5, 2, 3, 6]
    now = at_line(recording, 3)
    assert [frame.line for frame in now.call_stack] == [5, 3]
    assert now.call_stack[1].variables == {"n": "3", "m": "3"}
    assert [frame.name for frame in at_line(recording, 6).call_stack] == ["script"]


def test_without_lines_there_are_none() -> None:
    recording = loopscope.record("x = [1]\n")
    assert not recording.trace.lines
    assert {event.kind for event in recording.trace}.isdisjoint({"line"})
    assert {event.changes for event in recording.trace} == {""}
    assert recording.state().heap.objects == {}


def test_lines_of_libraries_are_left_out() -> None:
    source = "import json\nt = json.dumps({'a': [1]})\nu = 2\n"
    recording = record(source)
    assert lines_of(recording) == [1, 2, 3]
    assert {Path(event.file).name for event in recording.trace if event.file} == {"<script>"}


def test_class_bodies_and_comprehensions_have_lines_but_are_no_functions() -> None:
    source = "class A:\n    k = 1\n    m = 2\na = [\n    n\n    for n in [1, 2]\n]\nb = 1\n"
    recording = record(source)
    assert [e.label for e in recording.trace if e.kind == "call"] == ["<module>"]
    seen = lines_of(recording)
    assert [line for line in seen if line in (1, 2, 3, 8)][-3:] == [2, 3, 8]
    assert 5 in seen
    assert recording.state().heap.names["A"] == "class A"


def test_a_script_of_one_line_is_one_step() -> None:
    assert lines_of(record("a = [n for n in range(50)]\n")) == [1]


def test_generators_and_async_functions_have_their_variables_back_when_they_go_on() -> None:
    source = (
        "async def f(n):\n    m = [n]\n    await None\n    m.append(n)\n    return m\n"
        "def g():\n    k = 1\n    yield k\n    k = 2\n    yield k\n"
        "f(7)\nr = [*g()]\n"
    )
    recording = record(source)
    now = at_line(recording, 4)
    (frame,) = now.call_stack
    assert frame.name == "f"
    assert frame.variables["n"] == "7"
    assert follow(now.heap, frame.variables["m"]) == ["7"]
    assert at_line(recording, 9).call_stack[-1].variables == {"k": "1"}
    resumed = next(
        event.seq
        for event in recording.trace
        if event.kind == "call" and event.label == "g" and event.seq > 0 and event.line == 8
    )
    assert recording.state(resumed + 1).call_stack[-1].variables == {"k": "1"}


# ---- variables


def test_only_the_scripts_own_names_are_told_of() -> None:
    source = (
        "from loopscope.js import *\nimport os\nfrom math import pi\n"
        "def f():\n    global made\n    made = 1\n"
        "f()\nfor i in [1]: pass\nwith __import__('io').StringIO() as h: j = 2\n"
        "async def g():\n    async for q in []: pass\ng()\n"
    )
    names = record(source).state().heap.names
    assert set(names) == {"f", "made", "i", "h", "j", "g"}
    assert (names["f"], names["g"]) == ("function f", "async function g")


def test_two_names_of_one_object_have_one_number() -> None:
    now = record("a = [1]\nb = a\nc = [1]\nd = {'k': a}\n").state()
    names = now.heap.names
    assert names["a"] == names["b"] != names["c"]
    assert isinstance(names["d"], int)
    assert now.heap.objects[names["d"]].entries == (("'k'", names["a"]),)


def test_arguments_and_closures_name_the_callers_objects() -> None:
    source = (
        "def outer(items):\n"
        "    def inner():\n"
        "        items.append(2)\n"
        "        return items\n"
        "    return inner()\n"
        "mine = [1]\n"
        "outer(mine)\n"
    )
    now = at_line(record(source), 4)
    number = now.heap.names["mine"]
    assert [frame.variables.get("items") for frame in now.call_stack] == [None, number, number]
    assert follow(now.heap, number) == ["1", "2"]


def test_a_later_change_does_not_leak_into_what_was_recorded() -> None:
    source = "a = [1]\nd = {}\na.append(2)\nd['a'] = a\na.clear()\nb = 1\n"
    recording = record(source)
    seen = [follow(at_line(recording, line).heap, 1) for line in (2, 3, 4, 5, 6)]
    assert seen == [["1"], ["1"], ["1", "2"], ["1", "2"], []]


def test_a_deleted_variable_is_gone() -> None:
    source = "def f():\n    x = [1]\n    del x\n    y = 2\n    return y\na = [1]\ndel a\nf()\n"
    recording = record(source)
    assert at_line(recording, 8).heap.names == {"f": "function f"}
    assert at_line(recording, 8).heap.objects == {}
    assert at_line(recording, 3).call_stack[-1].variables.keys() == {"x"}
    assert at_line(recording, 4).call_stack[-1].variables == {}


def test_what_is_returned_keeps_its_number() -> None:
    source = (
        "def make():\n    made = [1]\n    return made\n"
        "class P:\n    def __init__(self):\n        self.x = 1\n"
        "a = make()\np = P()\nq = 0\n"
    )
    recording = record(source)
    inside = at_line(recording, 3).call_stack[-1].variables["made"]
    new = at_line(recording, 6).call_stack[-1].variables["self"]
    names = at_line(recording, 9).heap.names
    assert (names["a"], names["p"]) == (inside, new)
    assert follow(at_line(recording, 9).heap, names["p"]) == {"x": "1"}


def test_a_callback_without_a_frame_of_its_own_is_seen_at_its_end() -> None:
    source = "from loopscope.js import *\na = []\nsetTimeout(a.append, 1, 'late')\n"
    assert follow(record(source).state().heap, 1) == ["'late'"]


def test_promises_have_their_state_and_id() -> None:
    source = (
        "from loopscope.js import *\nv = [1]\np = Promise.resolve(v)\nq = Promise(lambda r: None)\n"
        "e = Promise.reject(ValueError('no'))\ne.catch(lambda x: 1)\n"
    )
    now = record(source).state()
    p, q, e = (now.heap.objects[now.heap.names[name]] for name in "pqe")  # type: ignore[index]
    assert (p.state, p.items, q.state, q.items) == (
        "fulfilled",
        (now.heap.names["v"],),
        "pending",
        (),
    )
    assert now.promises[p.promise].state == "fulfilled"
    assert now.promises[q.promise].state == "pending"
    assert (e.state, follow(now.heap, e.items[0])) == ("rejected", ["'no'"])


def test_instances_show_their_attributes_and_slots() -> None:
    source = (
        "class A:\n    __slots__ = ('u', 'v')\n"
        "class B(A):\n    def __init__(self):\n        self.u = 1\n        self.w = [2]\n"
        "class L(list): pass\n"
        "b = B()\nl = L([3])\n"
    )
    now = record(source).state()
    assert follow(now.heap, now.heap.names["b"]) == {"u": "1", "w": ["2"]}
    of_list = now.heap.objects[now.heap.names["l"]]  # type: ignore[index]
    assert (of_list.type, of_list.items) == ("L", ("3",))


def test_the_inside_of_a_librarys_objects_is_not_shown() -> None:
    now = record("import threading\nt = threading.Thread()\n").state()
    assert now.heap.objects == {1: HeapObject(1, "Thread")}


def test_an_object_that_becomes_a_librarys_shows_no_inside() -> None:
    """Whose a class is, is asked when an object is met with it, and no more."""
    source = """
class Own: pass
class Library: pass
Library.__module__ = "threading"
o = Own()
o.x = 1
o.__class__ = Library
o.x = 2
o.__class__ = Own
end = 1
"""
    shown = [
        (one.type, one.attributes)
        for each in states(record(source).trace)
        if isinstance(number := each.heap.names.get("o"), int)
        for one in [each.heap.objects[number]]
    ]
    assert [*dict.fromkeys(shown)] == [
        ("Own", ()),
        ("Own", (("x", "1"),)),
        ("Library", ()),
        ("Own", (("x", "2"),)),
    ]


TEXTS = {
    "None": "None",
    "True": "True",
    "-12": "-12",
    "1.5": "1.5",
    "2j": "2j",
    "'it''s'": "'its'",
    "'\\ud800 é😀\\n'": "'\\ud800 é😀\\n'",
    "b'\\xff'": "b'\\xff'",
    "...": "Ellipsis",
    "10**400": "int beyond 10^308",
    "'x' * 61": f"{'x' * 60!r}…",
    "b'x' * 61": f"{b'x' * 60!r}…",
    "len": "built-in len",
    "[].append": "built-in append",
    "int": "class int",
    "lambda: 1": "function <lambda>",
    "type('é', (), {})": "class é",
    "type('T', (), {'m': lambda self: 1})().m": "method <lambda>",
    "__import__('os')": "module",
}


@pytest.mark.parametrize("expression", TEXTS)
def test_values_that_are_shown_where_they_are_named(expression: str) -> None:
    recording = record(f"x = {expression}\n")
    assert recording.state().heap.names["x"] == TEXTS[expression]


# ---- nothing of the program's runs, and nothing lives longer

HOSTILE = """
class Hostile:
    def _never(self, *_, **__):
        calls.append(1)
        raise RuntimeError
    __repr__ = __str__ = __getattribute__ = __getattr__ = __iter__ = __len__ = __bool__ = _never
    __index__ = __hash__ = __eq__ = __format__ = __getitem__ = __contains__ = __call__ = _never
    @property
    def __dict__(self):
        calls.append(1)
    @property
    def __class__(self):
        calls.append(1)
class List(list):
    __iter__ = __len__ = __getitem__ = __repr__ = Hostile._never
class Dict(dict):
    __iter__ = __len__ = __getitem__ = __repr__ = keys = items = Hostile._never
class Set(set):
    __iter__ = __len__ = __repr__ = Hostile._never
class Text(str):
    __repr__ = __str__ = __len__ = Hostile._never
class Number(int):
    __repr__ = __str__ = __index__ = Hostile._never
calls = []
h = Hostile()
values = [h, List([h]), Dict({1: h}), Set([1]), Text('t'), Number(3)]
def f(a, b=h):
    c = [a, b]
    return c
f(h)
done = 1
"""


def test_no_code_of_the_program_runs() -> None:
    now = record(HOSTILE).state()
    assert follow(now.heap, now.heap.names["calls"]) == []
    assert now.heap.names["done"] == "1"


@pytest.mark.parametrize("lines", [False, True])
def test_watching_changes_no_lifetime(lines: bool) -> None:
    source = (
        "from loopscope.js import *\nimport weakref\n"
        "class A:\n    def __del__(self): console.log('gone')\n"
        "def f():\n    a = A()\n    b = a\n    del a\n    console.log(1)\n    b = None\n"
        "    console.log(2)\n    c = weakref.ref(A())\n    console.log(c() is None)\n"
        "f()\nconsole.log(3)\nx = A()\nx = [A()]\nconsole.log(4)\nx.clear()\nconsole.log(5)\n"
    )
    recording = loopscope.record(source, lines=lines)
    assert " ".join(recording.output) == "1 gone 2 gone true 3 gone 4 gone 5"


@pytest.mark.parametrize("lines", [False, True])
def test_locals_of_the_program_stay_as_they_are(lines: bool) -> None:
    """CPython 3.11 has one dict for them, which is then left alone: such a function shows none."""
    source = (
        "from loopscope.js import *\n"
        "def f():\n    x = 1\n    seen = locals()\n    y = 2\n    y = 3\n    return ''.join(seen)\n"
        "def g():\n    exec('z = 1')\n    y = 2\n    return eval('z') if old else 1\n"
        f"old = {sys.version_info < (3, 13)}\n"
        "console.log(f(), g())\n"
    )
    recording = loopscope.record(source, lines=lines)
    assert recording.error is None
    assert recording.output == ["x 1"]
    if lines:
        shows = sys.version_info >= (3, 12)
        assert ("y" in at_line(recording, 6).call_stack[-1].variables) == shows


def test_keys_that_compare_themselves_do_no_harm() -> None:
    source = (
        "class Key:\n"
        "    def __hash__(self): return hash('target')\n"
        "    def __eq__(self, other):\n"
        "        globals().pop('victim', None)\n"
        "        return False\n"
        "victim = [[1], [2]]\n"
        "globals()[Key()] = 1\n"
        "target = [3]\n"
        "def f():\n    locals()[Key()] = 1\n    target = 1\n    return target\n"
        "f()\n"
        "end = 1\n"
    )
    assert record(source).state().heap.names["end"] == "1"


@pytest.mark.filterwarnings("ignore:non-string key:RuntimeWarning")  # from 3.13 on
def test_keys_in_a_class_are_not_compared() -> None:
    source = (
        "items = []\n"
        "calls = []\n"
        "class Key:\n"
        "    def __hash__(self): return hash('__module__')\n"
        "    def __eq__(self, other):\n"
        "        calls.append(1)\n"
        "        items.clear()\n"
        "        return False\n"
        "A = type('A', (), {Key(): 1})\n"
        "items += [[A()] for _ in range(9)]\n"
        "calls.clear()\n"
        "end = 1\n"
        "seen = len(calls), len(items)\n"
        "seen = str(seen)\n"
    )
    assert record(source).state().heap.names["seen"] == "'(0, 9)'"


def test_a_key_may_stop_the_recording_that_compares_it() -> None:
    source = (
        "from loopscope import _core\n"
        "from loopscope.js import *\n"
        "class Key:\n"
        "    def __hash__(self): return hash('target')\n"
        "    def __eq__(self, other):\n"
        "        loop = _core.current_loop()\n"
        "        loop.stop_trace(loop.trace)\n"
        "        return False\n"
        "globals()[Key()] = 1\n"
        "target = [3]\n"
        "def f():\n    return target\n"
        "f()\nsetTimeout(f, 1)\nconsole.log('end')\n"
    )
    recording = loopscope.record(source, lines=True)
    assert recording.error is None
    assert recording.output == ["end"]


# ---- bounds


def test_everything_is_bounded() -> None:
    source = (
        "many = [[n] for n in range(1000)]\n"
        "wide = {n: n for n in range(1000)}\n"
        "deep = []\n"
        "for n in range(500):\n    deep = [deep]\n"
        "ring = []\nring.append(ring)\n"
        + "".join(f"v{n} = {n}\n" for n in range(100))
        + "def down(n):\n    m = [n]\n    return down(n - 1) if n else m\ndown(40)\n"
    )
    recording = record(source)
    now = recording.state()
    assert len(now.heap.names) <= 32
    assert len(now.heap.objects) <= 200
    many = now.heap.objects[now.heap.names["many"]]  # type: ignore[index]
    assert (len(many.items), many.more) == (20, 980)
    wide = now.heap.objects[now.heap.names["wide"]]  # type: ignore[index]
    assert (len(wide.entries), wide.more) == (20, 980)
    assert str(follow(now.heap, now.heap.names["deep"])) == "[[[[[['[list]']]]]]]"
    assert now.heap.objects[now.heap.names["ring"]].items == (now.heap.names["ring"],)  # type: ignore[index]
    assert max(len(event.changes) for event in recording.trace) < 100_000
    deepest = max(states(recording.trace), key=lambda each: len(each.call_stack))
    assert [frame.variables["n"] for frame in deepest.call_stack[1:]] == [
        str(n) for n in range(40, -1, -1)
    ]


def test_a_run_beyond_its_memory_is_cut_and_says_so() -> None:
    source = (
        "items = []\nfor n in range(2000):\n    items.append('x' * 50)\n    items = items[-20:]\n"
    )
    recording = loopscope.record(source, lines=True, trace_bytes=20_000)
    assert recording.error is None
    trace = recording.trace
    assert trace.truncated
    assert "took trace_bytes of memory" in trace.notice
    assert trace.notice.startswith(f"The recording ends after {len(trace):,} events")
    recorded = sum(len(event.changes) for event in trace)
    assert 10_000 < recorded <= 20_000
    assert recording.state().count == len(trace)


def test_printed_text_counts_too() -> None:
    source = "from loopscope.js import *\nfor n in range(100): console.log('x' * 1000)\n"
    recording = loopscope.record(source, trace_bytes=10_000)
    assert len(recording.output) == 100
    assert recording.trace.truncated
    assert sum(event.kind == "output" for event in recording.trace) == 9


@pytest.mark.parametrize(("limit", "told"), [(10, "trace_limit"), (1, "trace_limit")])
def test_the_limit_of_events_says_what_to_do(limit: int, told: str) -> None:
    recording = loopscope.record("x = 1\n" * 20, lines=True, trace_limit=limit)
    assert len(recording.trace) == limit
    assert told in recording.trace.notice
    assert loopscope.record("x = 1\n").trace.notice == ""


def test_an_event_takes_as_much_memory_as_is_stated() -> None:
    with loopscope.Runtime(trace=True, clock="virtual") as runtime:
        runtime.run(lambda: [loopscope.queue_microtask(print) and None for _ in range(0)])
        events = len(runtime.trace())
        assert runtime._loop.trace.bytes - events * 56 < 1000
    assert "56 bytes" in str(loopscope.record.__doc__)


@pytest.mark.parametrize("option", ["trace_limit", "trace_bytes"])
def test_a_limit_of_nothing_is_refused(option: str) -> None:
    with pytest.raises(ValueError, match=f"'{option}' must be at least 1"):
        loopscope.record("1\n", **{option: 0})  # type: ignore[arg-type]


# ---- the fold is what the program had

LITERALS = st.recursive(
    st.integers(-5, 5) | st.booleans() | st.none() | st.text("aé'\n", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.integers(0, 3), inner, max_size=3)
    ),
    max_leaves=6,
)
STATEMENTS = st.lists(
    st.one_of(
        st.tuples(st.just("{0} = {1!r}"), st.sampled_from("abc"), LITERALS),
        st.tuples(st.just("{0} = {1}"), st.sampled_from("abc"), st.sampled_from("abc")),
        st.tuples(st.just("{0} = [{0}, {1}]"), st.sampled_from("abc"), st.sampled_from("abc")),
        st.tuples(st.just("push({0}, {1!r})"), st.sampled_from("abc"), LITERALS),
        st.tuples(st.just("{0} = copy({1})"), st.sampled_from("abc"), st.sampled_from("abc")),
        st.tuples(
            st.just("setTimeout(push, 0, {0}, {1})"), st.sampled_from("abc"), st.integers(0, 3)
        ),
        st.tuples(st.just("Promise.resolve({0}).then(push)"), st.sampled_from("abc"), st.none()),
    ),
    min_size=1,
    max_size=12,
)
PRELUDE = """from loopscope.js import *
a, b, c = [], {}, 'x'
def push(what, item=0):
    note()
    if isinstance(what, list) and len(what) < 6:
        what.append(item)
    elif isinstance(what, dict) and len(what) < 6:
        what[len(what)] = item
    note()
def copy(what):
    made = list(what) if isinstance(what, list) else what
    return made
"""


def shown(value: Any, depth: int = 0) -> Any:
    """Return a value as `follow` tells of it."""
    if isinstance(value, list):
        return [shown(each, depth + 1) for each in value] if depth < 6 else "[list]"
    if isinstance(value, dict):
        if depth >= 6:
            return "[dict]"
        return {repr(key): shown(each, depth + 1) for key, each in value.items()} or []
    return repr(value)


@settings(max_examples=40, deadline=None)
@given(STATEMENTS)
def test_the_fold_is_what_the_variables_held(plan: list[tuple[str, str, Any]]) -> None:
    """At any moment: what the program sees of its own variables is what the next line tells."""
    seen: list[tuple[int, dict[str, Any], bool]] = []
    body = "".join(form.format(name, other) + "\n" for form, name, other in plan)
    names = ("a", "b", "c")

    def look(values: dict[str, Any]) -> None:
        loop = _core.current_loop()
        assert loop is not None
        told = {name: shown(values[name]) for name in names}
        seen.append((len(loop.trace), told, values["a"] is values["b"]))

    source = "from test_lines import LOOK\n" + PRELUDE
    source += "def note():\n    LOOK[0](globals())\n" + body + "note()\n"
    LOOK[:] = [look]
    recording = record(source)
    assert seen
    for count, told, same in seen:
        now = recording.state(count)
        assert {name: follow(now.heap, now.heap.names[name]) for name in names} == told
        values = [now.heap.names[name] for name in ("a", "b")]
        if all(isinstance(value, int) for value in values):
            assert (values[0] == values[1]) == same


LOOK: list[Any] = []


@pytest.mark.parametrize(
    "name", ["14-job-queue", "24-async-await", "27-for-await", "28-parallel-sequential-race"]
)
def test_lines_change_nothing_else(name: str) -> None:
    """The run is the same, and so is the rest of the recording."""
    plain = loopscope.record(PROGRAMS / f"{name}.py")
    recording = record(PROGRAMS / f"{name}.py")
    assert recording.output == plain.output
    rest = [event for event in recording.trace if event.kind != "line"]
    assert [tuple(event)[1:15] for event in rest] == [tuple(event)[1:15] for event in plain.trace]


# ---- files


def test_a_saved_recording_with_lines_is_valid_and_loads_as_it_was(tmp_path: Path) -> None:
    recording = record(
        "from loopscope.js import *\n"
        "class P: pass\n"
        "p = P()\np.x = {'é\\ud800\\x7f\"': [1, (2,), {3}]}\nq = Promise.resolve(p)\n"
        "e = ValueError(p)\ndef f(a):\n    b = a\n    return b\nf(p)\ndel e\n"
    )
    path = tmp_path / "trace.json"
    recording.trace.save(path)
    document = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(document, json_schema())
    assert (document["version"], document["lines"]) == (VERSION, True)
    loaded = load(path)
    assert [*loaded] == [*recording.trace]
    assert loaded.lines
    assert state(loaded) == recording.state()


def test_a_file_of_version_1_still_loads(tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    path.write_text(
        '{"format": "loopscope-trace", "version": 1, "truncated": false, "frames": true, "events": '
        '[{"seq": 0, "time": 0.0, "kind": "run-start"}]}',
        encoding="utf-8",
    )
    old = load(path)
    assert (len(old), old.lines, old.notice, old[0].changes) == (1, False, "", "")


def test_changes_that_are_no_object_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(
        '{"format": "loopscope-trace", "version": 2, "truncated": false, "cut": "", "frames": true,'
        ' "lines": true, "events": [{"seq": 0, "time": 0.0, "kind": "line", "changes": "x"}]}',
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match="the changes of event 0 are no object"):
        load(path)


# ---- views


def test_the_film_shows_what_the_states_hold() -> None:
    recording = record(CART)
    shown = film(recording)
    assert json.loads(json.dumps(shown)) == shown
    step: dict[str, Any] = {}
    for changes, now in zip(shown["steps"], states(recording.trace), strict=True):
        step = {**step, **changes}
        scopes = [shown["scopes"][place] for place in step["scopes"]]
        frames = [f for f in reversed(now.call_stack) if f.variables]
        assert [scope["name"] for scope in scopes][: len(frames)] == [f.name for f in frames]
        told = [dict(scope["names"]) for scope in scopes]
        own = [dict(now.heap.names)] if now.heap.names else []
        assert told == [dict(f.variables) for f in frames] + own
        objects = [shown["objects"][place] for place in step["objects"]]
        assert [each["n"] for each in objects] == [*now.heap.objects]
        assert [each["items"] for each in objects] == [
            [*each.items] for each in now.heap.objects.values()
        ]


def test_a_film_without_lines_has_no_variables() -> None:
    assert {"scopes", "objects"}.isdisjoint(film(loopscope.record(CART)))


def test_line_steps_are_told_in_words() -> None:
    recording = record(CART)

    def told(line: int) -> str:
        found = [e.seq for e in recording.trace if e.kind == "line" and e.line == line]
        return str(recording.explain(found[0] + 1))

    assert told(9) == "Line 9 is executed next.\nNow mine is Cart #1."
    assert told(10) == "Line 10 is executed next.\nNow yours is Cart #1."
    assert told(7) == "Line 7 of add is executed next.\nNow list #2 has changed."
    assert told(6).startswith("Line 6 of add is executed next.\nNothing interrupts a function")


def test_the_table_has_lines_only_if_asked() -> None:
    recording, plain = record(CART), loopscope.record(CART)
    table = str(recording.explain())
    assert [row.split()[1:] for row in table.splitlines()] == [
        row.split()[1:] for row in str(plain.explain()).splitlines()
    ]
    with_lines = str(recording.explain(lines=True)).splitlines()
    assert len(with_lines) - len(table.splitlines()) == len(lines_of(recording))
    assert any(row.endswith("line    7 of add") for row in with_lines)
    assert "| line | 7 of add |" in recording.explain(style="markdown", lines=True)


def test_the_plot_is_that_of_a_recording_without_lines() -> None:
    pytest.importorskip("matplotlib")
    drawn = []
    for recording in (record(CART), loopscope.record(CART)):
        figure = recording.plot()
        (axes,) = figure.axes
        drawn.append((figure.get_size_inches().tolist(), len(axes.patches)))
    assert drawn[0] == drawn[1]


def test_the_command_line_records_lines(tmp_path: Path) -> None:
    program, trace = tmp_path / "cart.py", tmp_path / "cart.json"
    program.write_text(CART, encoding="utf-8")
    command = [sys.executable, "-m", "loopscope", "run", "--lines", "--trace", str(trace)]
    subprocess.run([*command, str(program)], check=True, capture_output=True)
    loaded = load(trace)
    assert loaded.lines
    assert follow(state(loaded).heap, 1) == {"items": ["'cake'", "'tea'"]}
    without = subprocess.run(
        [sys.executable, "-m", "loopscope", "run", "--lines", str(program)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert without.returncode == 2
    assert "--lines needs --trace" in without.stderr


# ---- other tools


def test_a_tracer_that_is_there_stays() -> None:
    """It is in the way before CPython 3.12 only, and then the trace has no lines and says so."""
    seen: list[int] = []

    def tracer(frame: Any, event: str, _: Any) -> Any:
        seen.append(frame.f_lineno)
        return tracer

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        recording = loopscope.record("x = 1\ny = 2\n", lines=True)
        assert sys.gettrace() is tracer
    finally:
        sys.settrace(before)
    assert seen
    assert recording.trace.lines == (sys.version_info >= (3, 12))
    assert any(event.kind == "line" for event in recording.trace) == recording.trace.lines
    assert recording.trace.frames


@pytest.mark.parametrize("hook", ["settrace", "setprofile"])
def test_a_program_that_sets_a_hook_of_its_own_keeps_it(hook: str) -> None:
    """Before CPython 3.12 it takes the place of ours, and the trace says that it is not whole."""
    source = (
        "import sys\ndef f(a):\n    b = a\n    return b\n"
        f"sys.{hook}(lambda *_: None)\nf([2])\nz = 3\n"
    )
    get = getattr(sys, hook.replace("set", "get"))
    before = get()
    try:
        recording = loopscope.record(source, lines=True)
        assert get() is not before
    finally:
        getattr(sys, hook)(before)
    assert recording.error is None
    whole = sys.version_info >= (3, 12)
    assert recording.trace.lines == whole
    assert recording.trace.frames == (whole or hook == "settrace")
    assert (7 in lines_of(recording)) == whole
    for now in states(recording.trace):
        assert not any(frame.variables for frame in now.call_stack if frame.name == "script")


CALLS = {
    "a generator that is left, closed, thrown into, delegated to": (
        "def g():\n  try:\n    yield 1\n    yield 2\n  finally:\n    x = 1\n"
        "for v in g(): break\nit = g(); next(it); it.close()\nit = g(); next(it)\n"
        "try: it.throw(ValueError)\nexcept ValueError: pass\n"
        "def d(): yield from g()\nlist(d())\n"
    ),
    "decorators, properties, partials": (
        "import functools\ndef deco(f):\n  @functools.wraps(f)\n  def w(*a): return f(*a)\n"
        "  return w\n@deco\ndef f(x): return x\nf(1)\n@functools.lru_cache\ndef c(x): return x\n"
        "c(1); c(1)\nclass P:\n  @property\n  def q(self): return 1\nP().q\n"
        "functools.partial(f, 2)()\n"
    ),
    "an exception in an exception": (
        "def a(): raise ValueError\ndef b():\n  try: a()\n"
        "  except ValueError as e: raise KeyError from e\n  finally: c()\ndef c(): pass\n"
        "try: b()\nexcept KeyError: pass\n"
    ),
    "async generators": (
        "async def g():\n  try:\n    yield 1\n    await None\n    yield 2\n"
        "  finally:\n    await None\n"
        "async def m():\n  async for v in g(): pass\n  async for v in g(): break\n"
        "  return [v async for v in g()]\nm()\n"
    ),
    "class bodies": "class A:\n  x = [n for n in range(3)]\n  y = (lambda: 2)()\n  class B: pass\n",
    "deep recursion": "def f(n): return f(n - 1) if n else 0\nf(600)\n",
    "code that is executed": (
        "exec(compile('def q(): return 1\\nq()', 'mine.py', 'exec'))\nexec('z = 1')\n"
    ),
    "a finalizer": "class A:\n  def __del__(self): x = 1\ndef f(): a = A()\nf()\n",
    "a thread": (
        "import threading\ndef w(): return 1\n"
        "t = threading.Thread(target=w); t.start(); t.join()\nw()\n"
    ),
    "an exit": "def f(): raise SystemExit(3)\nf()\n",
    "an error": "def f(): 1 / 0\nf()\n",
    "too deep a recursion": "def f(): f()\nf()\n",
}


@pytest.mark.parametrize("lines", [False, True], ids=["calls", "lines"])
@pytest.mark.parametrize("name", CALLS)
def test_what_is_pushed_is_popped(name: str, lines: bool) -> None:
    trace = loopscope.record(CALLS[name], lines=lines).trace
    stack: list[str] = []
    for event in trace:
        if event.kind == "call":
            stack.append(event.label)
        elif event.kind == "return":
            assert stack.pop() == event.label
        elif event.kind in ("task-end", "job-end"):
            assert stack == []
        if event.kind in ("call", "line"):
            assert event.depth == len(stack)
    assert "A" not in {event.label for event in trace if event.kind == "call"}
    if name == "deep recursion":
        assert max(event.depth for event in trace) == 602


def test_a_line_costs_some_microseconds() -> None:
    """Its cost over that of the same run without: a generous bound, for busy machines."""
    source = "n = 0\nwhile n < 5000:\n    n += 1\n    m = [n]\n"
    began = time.process_time()
    loopscope.record(source)
    middle = time.process_time()
    recording = record(source)
    lines = len(lines_of(recording))
    assert lines > 15_000
    assert (time.process_time() - middle - (middle - began)) / lines < 60e-6


def test_each_thread_records_its_own_lines() -> None:
    started = threading.Barrier(3, timeout=20)
    found: dict[str, tuple[int, Any]] = {}

    def work(name: str, lines: bool) -> None:
        def mine() -> None:
            mark = name
            started.wait()
            del mark

        trace = loopscope.record(mine, lines=lines).trace
        kinds = [event.kind for event in trace]
        told = [event.changes for event in trace if f"'{name}'" in event.changes]
        found[name] = kinds.count("line"), bool(told)

    threads = [
        threading.Thread(target=work, args=each)
        for each in (("one", True), ("two", True), ("three", False))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {"one": (3, True), "two": (3, True), "three": (0, False)}


def test_hooks_are_gone_after_the_run() -> None:
    before = sys.gettrace()
    record("x = 1\n")
    assert sys.gettrace() is before
    if sys.version_info >= (3, 12):
        assert all(sys.monitoring.get_events(tool) == 0 for tool in (3, 4))


def test_nothing_of_the_program_is_kept() -> None:
    class Kept(list[int]):
        pass

    def program() -> weakref.ref[Kept]:
        kept = Kept([1])
        return weakref.ref(kept)

    recording = record(program)
    gc.collect()
    assert recording.result() is None


def test_a_runtime_with_lines_runs_several_programs() -> None:
    with loopscope.Runtime(trace=True, lines=True, clock="virtual") as runtime:
        runtime.run("a = [1]\n")
        first = len(runtime.trace())
        runtime.run("b = [2]\n")
        trace = runtime.trace()
    assert state(trace, first).heap.names == {"a": 1}
    assert state(trace).heap.names == {"b": 2}
