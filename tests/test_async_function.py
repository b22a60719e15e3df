"""Async functions (ECMA-262 27.7): what @async_function makes of an `async def`, and how it runs."""

# ruff: noqa: E501 - the JavaScript programs, as they would stand in a file

from __future__ import annotations

import asyncio
import contextvars
import copy
import gc
import inspect
import pickle
import sys
import threading
import traceback
import types
import warnings
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from textwrap import dedent
from typing import Any

import loopscope
import pytest
from loopscope import (
    Promise,
    Runtime,
    Thrown,
    _core,
    async_function,
    queue_microtask,
    run,
    set_timeout,
)
from twins import Twin, assert_node_prints_it_today, assert_prints_what_node_printed, parametrize

TWINS = [
    Twin(
        "await-takes-any-value",
        """
        const log = console.log, ticks = n => { let p = Promise.resolve(); for (let i = 1; i <= n; i++) p = p.then(() => log('t' + i)) };
        const thenable = { then(r) { r('thenable') } };
        (async () => { log(await 5); log(await thenable); log(await (async () => 'call')()) })();
        ticks(6);
        """,
        """
        def ticks(n):
            p = Promise.resolve()
            for i in range(1, n + 1):
                p = p.then(lambda _, i=i: console.log('t' + str(i)))
        class Thenable:
            def then(self, resolve):
                resolve('thenable')
        async def call():
            return 'call'
        async def main():
            console.log(await 5)
            console.log(await Thenable())
            console.log(await call())
        main()
        ticks(6)
        """,
        """
        5
        t1
        t2
        thenable
        t3
        call
        t4
        t5
        t6
        """,
    ),
    Twin(
        "errors-travel-by-await",
        """
        const log = console.log;
        async function inner() { try { await null; throw new Error('x') } finally { log('inner finally') } }
        async function middle() { try { return await inner() } finally { await null; log('middle finally') } }
        middle().catch(e => log('caught', e.message)).finally(() => log('end'));
        (async () => { try { await Promise.reject(7) } catch (e) { log('seven', e) } })();
        Promise.resolve().then(() => log('m1')).then(() => log('m2')).then(() => log('m3')).then(() => log('m4'));
        """,
        """
        async def inner():
            try:
                await None
                raise Exception('x')
            finally:
                console.log('inner finally')
        async def middle():
            try:
                return await inner()
            finally:
                await None
                console.log('middle finally')
        middle().catch(lambda e: console.log('caught', str(e))).finally_(lambda: console.log('end'))
        async def seven():
            try:
                await Promise.reject(7)
            except Thrown as e:
                console.log('seven', e.value)
        seven()
        Promise.resolve().then(lambda: console.log('m1')).then(lambda: console.log('m2')) \\
            .then(lambda: console.log('m3')).then(lambda: console.log('m4'))
        """,
        """
        inner finally
        seven 7
        m1
        m2
        middle finally
        m3
        caught x
        m4
        end
        """,
    ),
    Twin(
        "what-a-call-costs-by-what-it-returns",
        """
        const log = console.log;
        const value = async () => 1, promise = async () => Promise.resolve(2), call = async () => value(),
              thenable = async () => ({ then(r) { r(3) } }), nothing = async () => {};
        for (const [n, f] of Object.entries({ value, promise, call, thenable, nothing })) f().then(v => log(n, v));
        let p = Promise.resolve(); for (let i = 1; i <= 4; i++) p = p.then(() => log('t' + i));
        """,
        """
        class Thenable:
            def then(self, resolve):
                resolve(3)
        async def value():
            return 1
        async def promise():
            return Promise.resolve(2)
        async def call():
            return value()
        async def thenable():
            return Thenable()
        async def nothing():
            pass
        for f in value, promise, call, thenable, nothing:
            f().then(lambda v, n=f.__name__: console.log(n, v))
        p = Promise.resolve()
        for i in range(1, 5):
            p = p.then(lambda _, i=i: console.log('t' + str(i)))
        """,
        """
        value 1
        nothing undefined
        t1
        thenable 3
        t2
        promise 2
        call 1
        t3
        t4
        """,
    ),
    Twin(
        "a-function-that-never-goes-on",
        """
        const log = console.log;
        async function waits() { try { log('waits'); await new Promise(() => {}); log('never') } finally { log('never either') } }
        waits(); waits();
        setTimeout(() => log('timer'), 5);
        """,
        """
        async def waits():
            try:
                console.log('waits')
                await Promise(lambda: None)
                console.log('never')
            finally:
                console.log('never either')
        waits()
        waits()
        setTimeout(lambda: console.log('timer'), 5)
        """,
        """
        waits
        waits
        timer
        """,
    ),
    Twin(
        "many-wait-for-one",
        """
        const log = console.log; let go; const gate = new Promise(r => go = r);
        const f = async n => { log(n, await gate); log(n, await gate) };
        f('a'); f('b'); gate.then(v => log('then', v)); f('c'); setTimeout(go, 1, 'open');
        """,
        """
        resolvers = Promise.withResolvers()
        gate, go = resolvers.promise, resolvers.resolve
        async def f(n):
            console.log(n, await gate)
            console.log(n, await gate)
        f('a')
        f('b')
        gate.then(lambda v: console.log('then', v))
        f('c')
        setTimeout(go, 1, 'open')
        """,
        """
        a open
        b open
        then open
        c open
        a open
        b open
        c open
        """,
    ),
]


@parametrize(TWINS)
def test_order(twin: Twin) -> None:
    assert_prints_what_node_printed(twin)


@pytest.mark.node
@parametrize(TWINS)
def test_order_is_nodes(twin: Twin) -> None:
    assert_node_prints_it_today(twin)


# ---- the decorator ----


@async_function
async def greet(name: str, greeting: str = "hello") -> str:
    """Greet somebody."""
    await Promise.resolve()
    return f"{greeting} {name}"


class Person:
    def __init__(self, name: str) -> None:
        self.name = name

    @async_function
    async def greets(self, other: str = "you") -> str:
        return f"{self.name} greets {other}"

    @staticmethod
    @async_function
    async def hums(tune: str) -> str:
        return f"hums {tune}"

    @classmethod
    @async_function
    async def named(cls, name: str) -> Person:
        return cls(name)


def test_a_call_gives_a_promise_of_what_the_body_returns() -> None:
    def program() -> Any:
        promise = greet("Ada", greeting="good day")
        assert type(promise) is Promise
        return promise

    assert run(program) == "good day Ada"


def test_it_looks_like_the_function_that_it_wraps() -> None:
    inner = inspect.unwrap(greet)
    assert isinstance(inner, types.FunctionType)
    assert greet.__wrapped__ is inner
    assert (greet.__name__, greet.__doc__, greet.__module__) == (
        "greet",
        "Greet somebody.",
        __name__,
    )
    assert inspect.signature(greet) == inspect.signature(inner)
    assert repr(greet) == "<async function greet>"
    assert repr(Person.greets) == "<async function Person.greets>"
    assert type(greet).__name__ == "AsyncFunction"
    assert type(greet).__module__ == "loopscope"
    assert not inspect.iscoroutinefunction(greet)  # calling it gives no coroutine
    greet.label = "x"  # type: ignore[attr-defined]
    assert vars(greet)["label"] == "x"


def test_attributes_of_the_function_come_along() -> None:
    async def f() -> None: ...

    f.route = "/"  # type: ignore[attr-defined]
    assert async_function(f).route == "/"  # type: ignore[attr-defined]


def test_decorating_twice_changes_nothing() -> None:
    assert async_function(greet) is greet


def test_pickled_and_copied_by_name() -> None:
    assert pickle.loads(pickle.dumps(greet)) is greet
    assert copy.deepcopy(greet) is greet


def test_methods() -> None:
    def program() -> Any:
        ada = Person("Ada")
        bound = ada.greets
        return Promise.all(
            [
                ada.greets(),
                bound("Bob"),
                Person.greets(ada, "Cy"),
                Person.hums("a"),
                ada.hums("b"),
                Person.named("Eve"),
            ]
        )

    *said, eve = run(program)
    assert said == ["Ada greets you", "Ada greets Bob", "Ada greets Cy", "hums a", "hums b"]
    assert eve.name == "Eve"


def test_a_bound_method_can_be_decorated() -> None:
    class Counter:
        async def count(self, by: int) -> int:
            return 40 + by

    assert run(lambda: async_function(Counter().count)(2)) == 42


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: None, "plain `def`"),
        (len, "not builtin_function_or_method"),
        (5, "not int"),
        (None, "not NoneType"),
        (staticmethod(greet), "write @staticmethod above @async_function"),
        (classmethod(greet), "write @classmethod above @async_function"),
    ],
)
def test_it_takes_an_async_def_only(wrong: Any, message: str) -> None:
    with pytest.raises(
        TypeError, match="async_function: argument 'fn' must be an `async def`.*" + message
    ):
        async_function(wrong)


def test_the_type_cannot_be_called() -> None:
    with pytest.raises(TypeError):
        _core.AsyncFunction()


def test_arguments_that_do_not_fit_raise_at_once() -> None:
    def program() -> None:
        with pytest.raises(TypeError, match="missing 1 required positional argument: 'name'"):
            greet()  # type: ignore[call-arg]

    run(program)


def test_outside_of_a_runtime_it_says_how_to_start_one() -> None:
    with pytest.raises(
        RuntimeError, match=r"async function greet: no runtime is running.*loopscope.run"
    ):
        greet("Ada")


def test_in_another_thread_it_says_so_too() -> None:
    raised: list[BaseException] = []

    def program() -> None:
        def other() -> None:
            try:
                greet("Ada")
            except RuntimeError as error:
                raised.append(error)

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    run(program)
    assert "Runtime.post" in str(raised[0])


def test_a_replaced_body_is_refused() -> None:
    async def f() -> None: ...

    decorated = async_function(f)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        f.__code__ = (lambda: None).__code__

    def program() -> None:
        with pytest.raises(TypeError, match="no longer an `async def`"):
            decorated()

    run(program)


def test_as_a_callback_it_gets_what_it_can_take() -> None:
    seen: list[Any] = []

    def program() -> None:
        @async_function
        async def none() -> None:
            seen.append("none")

        @async_function
        async def two(a: Any, b: Any) -> None:
            seen.append((a, b))

        Promise.resolve(1).then(none).then(two)

    run(program)
    assert seen == ["none", (None, None)]


# ---- what may be awaited ----


class Awaitable:
    """A custom awaitable, by a generator of Python's own."""

    def __init__(self, *promises: Any) -> None:
        self.promises = promises

    def __await__(self) -> Generator[Any, Any, list[Any]]:
        results = []
        for promise in self.promises:
            results.append((yield from promise.__await__()))
        return results


def test_a_custom_awaitable_may_await_promises() -> None:
    @async_function
    async def main() -> Any:
        with pytest.raises(ValueError, match="no"):
            await Awaitable(Promise.resolve(0), Promise.reject(ValueError("no")))
        return await Awaitable(
            Promise.resolve(1),
            Promise(lambda resolve: set_timeout(resolve, 1, None)),
            Promise.resolve((2, 3)),
        )

    assert run(main, clock="virtual") == [1, None, (2, 3)]


def test_an_iterator_of_python_may_call_others_while_it_goes_on() -> None:
    order: list[Any] = []

    @async_function
    async def other() -> None:
        await Promise.resolve()

    class Busy:
        def __init__(self, promise: Any) -> None:
            self.iterator = promise.__await__()

        def __await__(self) -> Busy:
            return self

        def __iter__(self) -> Busy:
            return self

        def __next__(self) -> Any:
            other()  # which waits, before this one has its value
            return next(self.iterator)

    @async_function
    async def main() -> None:
        order.append(await Busy(Promise.resolve("value")))

    def program() -> None:
        main()
        Promise.resolve().then(lambda: order.append("tick 1"))

    run(program)
    assert order == ["value", "tick 1"]


def test_an_undecorated_coroutine_runs_inside_its_caller() -> None:
    order: list[str] = []

    async def inner() -> str:
        order.append("inner")
        await Promise.resolve()
        order.append("inner goes on")
        return "x"

    @async_function
    async def main() -> str:
        return await inner()

    def program() -> Any:
        promise = main()
        order.append("main")
        return promise

    assert run(program) == "x"
    assert order == ["inner", "main", "inner goes on"]


def test_a_bare_coroutine_as_a_value_is_started() -> None:
    async def bare() -> int:
        return await Promise.resolve(5)

    assert run(lambda: Promise.all([bare(), Promise.resolve(bare()), async_function(bare)()])) == [
        5,
        5,
        5,
    ]


@pytest.mark.parametrize("state", ["running", "suspended", "finished"])
def test_a_coroutine_that_was_started_cannot_be_started_again(state: str) -> None:
    async def bare() -> Any:
        if state == "running":
            return Promise.all([coroutine])
        if state == "suspended":
            await Promise(lambda: None)
        return None

    coroutine = bare()

    def program() -> Any:
        first = Promise.resolve(coroutine)
        return first if state == "running" else Promise.resolve(coroutine)

    with pytest.raises(RuntimeError, match="already"):
        run(program)


def test_awaitables_of_other_event_loops_are_refused_where_they_are_awaited() -> None:
    class Foreign:
        def __await__(self) -> Iterator[Any]:
            yield asyncio

    @async_function
    async def main() -> str:
        with pytest.raises(TypeError, match="handed module to the event loop"):
            await Foreign()
        with pytest.raises(TypeError, match="handed None to the event loop"):
            await asyncio.sleep(0)
        return "goes on"

    assert run(main) == "goes on"


def test_a_promise_of_another_run_is_adopted() -> None:
    other = Runtime()
    theirs = []
    other.run(lambda: theirs.append(Promise.resolve("theirs")))

    @async_function
    async def main() -> Any:
        return await theirs[0]

    try:
        with pytest.raises(RuntimeError):
            run(main)
    finally:
        other.close()


def test_js_await() -> None:
    async def bare() -> str:
        return "started"

    class Odd:
        def __await__(self) -> Iterator[Any]:
            return iter(())

    class Both(Odd):
        def then(self, resolve: Callable[[Any], None]) -> None:
            resolve("then")

    class Sub(Promise):
        pass

    @async_function
    async def main() -> list[Any]:
        plain, odd, sub = Promise.resolve("plain"), Odd(), Sub.resolve("sub")
        assert _core.js_await(plain) is plain
        assert _core.js_await(odd) is odd
        assert type(_core.js_await(sub)) is Promise
        return [
            await _core.js_await(value) for value in (1, None, "s", plain, bare(), Both(), sub, odd)
        ]

    assert run(main) == [1, None, "s", "plain", "started", "then", "sub", None]
    with pytest.raises(RuntimeError, match="await: no runtime"):
        _core.js_await(1)


def test_await_works_under_a_trace_function() -> None:
    @async_function
    async def main() -> list[Any]:
        return [
            await Promise.resolve(value) for value in (1, None, (2, 3), ValueError("as a value"))
        ]

    def program() -> Any:
        sys.settrace(lambda *_: None)
        return main()

    before = sys.gettrace()
    try:
        result = run(program)
    finally:
        sys.settrace(before)
    assert result[:3] == [1, None, (2, 3)]
    assert isinstance(result[3], ValueError)


# ---- contextvars ----

var: contextvars.ContextVar[str] = contextvars.ContextVar("var", default="unset")


@pytest.fixture(params=["no variables", "variables"])
def outside(request: pytest.FixtureRequest) -> contextvars.Context:
    """The context that a program is started in; pytest's own has variables."""
    context = contextvars.Context()
    if request.param == "variables":
        context.run(contextvars.ContextVar("other").set, "x")
    return context


def test_what_a_body_sets_never_leaks(outside: contextvars.Context) -> None:
    seen: dict[str, str] = {}

    @async_function
    async def sets(value: str) -> None:
        var.set(value)
        seen[f"{value} before"] = var.get()
        await Promise.resolve()
        seen[f"{value} after"] = var.get()
        await Promise.resolve()
        seen[f"{value} still"] = var.get()

    @async_function
    async def sets_late() -> None:
        await Promise.resolve()
        var.set("late")
        queue_microtask(lambda: seen.setdefault("job of late", var.get()))
        await Promise.resolve()
        await Promise.resolve()
        seen["late after"] = var.get()

    def program() -> None:
        sets("a")
        sets("b")
        sets_late()
        seen["caller"] = var.get()
        for i in range(4):
            queue_microtask(lambda i=i: seen.setdefault(f"job {i}", var.get()))
        set_timeout(lambda: seen.setdefault("timer", var.get()))

    outside.run(run, program)
    assert {value for key, value in seen.items() if key.startswith("a ")} == {"a"}
    assert {value for key, value in seen.items() if key.startswith("b ")} == {"b"}
    assert seen["late after"] == seen["job of late"] == "late"
    assert {seen[key] for key in ("caller", "job 0", "job 1", "job 2", "job 3", "timer")} == {
        "unset"
    }
    assert len(seen) == 14


def test_a_call_inherits_its_callers_variables(outside: contextvars.Context) -> None:
    @async_function
    async def inner() -> str:
        await Promise.resolve()
        return var.get()

    @async_function
    async def outer() -> list[str]:
        var.set("outer's")
        first = inner()
        var.set("changed later")
        return [await first, await inner(), var.get()]

    assert outside.run(run, outer) == ["outer's", "changed later", "changed later"]
    assert var.get() == "unset"


# ---- the trace ----


def test_the_trace_tells_each_step_at_its_line() -> None:
    recording = loopscope.record(
        dedent(
            """
            async def f():
                await None
                raise Exception()
            f().catch(lambda: None)
            """
        )
    )
    events = [event for event in recording.trace if event.kind.startswith("async-")]
    assert [(event.kind, event.rule, event.label, event.line) for event in events] == [
        ("async-start", "async-sync-start", "f", 5),
        ("async-suspend", "await-yields", "f", 3),
        ("async-resume", "await-resumes", "f", 3),
        ("async-end", "async-return", "f", 0),
    ]
    assert {event.id for event in events} == {events[0].id}
    assert events[-1].extra == 2


# ---- errors ----


def names_of(error: BaseException) -> list[str]:
    return [
        frame.name
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == __file__
    ]


def test_a_traceback_names_the_functions_that_the_error_went_through() -> None:
    @async_function
    async def breaks() -> None:
        await Promise.resolve()
        raise KeyError("x")

    @async_function
    async def calls() -> None:
        await breaks()

    with pytest.raises(KeyError) as caught:
        run(calls)
    assert names_of(caught.value)[-2:] == ["calls", "breaks"]


def test_awaiting_one_rejection_often_does_not_grow_its_traceback() -> None:
    @async_function
    async def main() -> int:
        rejected = Promise.reject(KeyError("x"))
        for _ in range(1000):
            try:
                await rejected
            except KeyError as error:
                last = error
        return len(names_of(last))

    assert run(main) == 1


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("when", ["before the first await", "after it"])
def test_what_ends_a_run_is_no_rejection(end: type[BaseException], when: str) -> None:
    seen: list[str] = []

    @async_function
    async def ends() -> None:
        if when == "after it":
            await Promise.resolve()
        raise end

    @async_function
    async def main() -> None:
        try:
            await ends().catch(lambda: seen.append("rejected"))
        except Exception:
            seen.append("caught")
        finally:
            if when == "before the first await":
                seen.append("the caller's finally")  # it is on the stack

    with pytest.raises(end):
        run(main)
    assert seen == (["the caller's finally"] if when == "before the first await" else [])


def test_nothing_runs_after_exit_even_if_it_is_caught() -> None:
    seen: list[str] = []

    @async_function
    async def main() -> None:
        await Promise.resolve()
        with suppress(SystemExit):
            loopscope.process.exit(3)
        seen.append("the rest of this turn")
        await Promise.resolve()
        seen.append("another turn")

    with Runtime() as runtime:
        with pytest.raises(SystemExit):
            runtime.run(main)
        assert runtime.exit_code == 3
    assert seen == ["the rest of this turn"]


def test_a_finalizer_that_runs_when_a_body_ends_lets_it_end_first() -> None:
    seen: list[str] = []

    class Last:
        def __init__(self, name: str) -> None:
            self.name = name

        def __del__(self) -> None:
            body(self.name)

    @async_function
    async def body(name: str) -> None:
        seen.append(f"{name} starts")
        await Promise.resolve()
        seen.append(f"{name} goes on")

    @async_function
    async def main() -> None:
        await Promise.resolve()
        variable.set([Last("a"), Last("b")])  # goes with the body's context

    variable: contextvars.ContextVar[list[Last]] = contextvars.ContextVar("variable")
    run(main)
    assert seen == ["b starts", "a starts", "b goes on", "a goes on"]  # a list ends backwards


def test_thrown_leaves_as_its_value() -> None:
    @async_function
    async def throws() -> None:
        raise Thrown(5)

    seen: list[Any] = []
    run(lambda: throws().catch(seen.append))
    assert seen == [5]


def test_deep_recursion_is_a_rejection() -> None:
    @async_function
    async def recursion(depth: int) -> Any:
        return recursion(depth + 1)

    with pytest.raises(RecursionError):
        run(lambda: recursion(0))


def test_fifty_thousand_functions_deep_in_awaits() -> None:
    count = 0

    @async_function
    async def nested() -> None:
        nonlocal count
        count += 1
        if count < 50_000:
            await Promise.resolve()
            await nested()

    run(nested)
    assert count == 50_000


# ---- the end of a run: what still waits is dropped, and nothing of it runs ----


class Witness:
    """Tells when code runs that must not."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    @contextmanager
    def warnings_as_evidence(self) -> Iterator[None]:
        def unraisable(raised: Any) -> None:
            self.seen.append(f"unraisable {raised.exc_value!r}")

        before, sys.unraisablehook = sys.unraisablehook, unraisable
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                yield
                gc.collect()
        finally:
            sys.unraisablehook = before
        self.seen += [str(warning.message) for warning in caught]


def abandon(main: Callable[[Witness], Any], clock: Any = "virtual") -> list[str]:
    """What of a program runs after its last task."""
    witness = Witness()

    def program() -> None:
        main(witness)

    with witness.warnings_as_evidence():
        run(program, clock=clock)
    return witness.seen


def test_no_finally_of_the_function_itself() -> None:
    def main(witness: Witness) -> None:
        @async_function
        async def waits() -> None:
            try:
                await Promise(lambda: None)
            finally:
                witness.seen.append("finally")
                await Promise.resolve()

        waits()

    assert abandon(main) == []


def test_no_finally_of_coroutines_that_it_awaits() -> None:
    def main(witness: Witness) -> None:
        async def deepest() -> None:
            try:
                await Promise(lambda: None)
            finally:
                witness.seen.append("deepest")

        async def deeper() -> None:
            try:
                held = deepest()
                await held
            except BaseException as error:
                witness.seen.append(repr(error))
                raise

        @async_function
        async def waits() -> None:
            never_awaited = deepest()
            try:
                await deeper()
            finally:
                witness.seen.append(repr(never_awaited))

        waits()

    assert abandon(main) == []


def test_no_finally_of_generators_that_it_iterates_over() -> None:
    def main(witness: Witness) -> None:
        def numbers() -> Iterator[int]:
            try:
                yield 1
                yield 2
            finally:
                witness.seen.append("numbers")

        async def letters() -> Any:
            try:
                yield "a"
                await Promise(lambda: None)
            finally:
                witness.seen.append("letters")

        @async_function
        async def in_a_loop() -> None:
            for _ in enumerate(numbers()):
                await Promise(lambda: None)

        @async_function
        async def in_an_async_loop() -> None:
            async for _ in letters():
                pass

        @async_function
        async def by_for_await() -> None:
            async for _ in loopscope.for_await(numbers()):
                await Promise(lambda: None)

        in_a_loop()
        in_an_async_loop()
        by_for_await()

    assert abandon(main) == []


def test_what_others_hold_keeps_its_finally() -> None:
    seen: list[str] = []

    def numbers() -> Iterator[int]:
        try:
            yield 1
            yield 2
        finally:
            seen.append("numbers")

    ours = [numbers()]

    @async_function
    async def waits() -> None:
        for _ in ours[0]:
            await Promise(lambda: None)

    run(lambda: (waits(), None)[1])
    gc.collect()
    assert seen == []
    ours.clear()
    assert seen == ["numbers"]


def test_a_function_that_raises_what_ends_the_run_leaves_the_others_alone() -> None:
    seen: list[str] = []

    @async_function
    async def waits() -> None:
        try:
            await Promise(lambda: None)
        finally:
            seen.append("finally")

    @async_function
    async def interrupts() -> None:
        await Promise.resolve()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(lambda: (waits(), interrupts())[1])
    gc.collect()
    assert seen == []


def test_a_runtime_that_nobody_closes_runs_nothing_either() -> None:
    witness = Witness()

    @async_function
    async def waits(runtime: Runtime) -> None:
        try:
            await Promise(lambda: None)
        finally:
            witness.seen.append(f"finally {runtime}")

    @async_function
    async def generates(runtime: Runtime) -> AsyncIterator[int]:
        try:
            yield 1
            await Promise(lambda: None)
        finally:
            witness.seen.append(f"finally {runtime}")

    def leave_open() -> None:
        runtime = Runtime()

        def program() -> None:
            waits(runtime)
            it: Any = generates(runtime)
            it.next()
            it.next()
            it.next()

        runtime.run(program)

    with witness.warnings_as_evidence():
        leave_open()
    assert witness.seen == []


def test_many_that_wait_for_one_promise() -> None:
    def main(witness: Witness) -> None:
        gate = Promise(lambda: None)

        @async_function
        async def waits(n: int) -> None:
            try:
                await gate
            finally:
                witness.seen.append(str(n))

        for n in range(100):
            waits(n)
            gate.then(lambda n=n: witness.seen.append(str(n)))

    assert abandon(main) == []


def test_a_promise_that_outlives_its_run_is_harmless() -> None:
    kept: list[Any] = []

    @async_function
    async def waits() -> None:
        await kept[0]

    def program() -> None:
        resolvers = Promise.with_resolvers()
        kept[:] = [resolvers.promise, resolvers.resolve]
        waits()
        waits()
        queue_microtask(lambda: kept[1](5))
        queue_microtask(lambda: sys.exit(0))  # the functions are queued to go on

    with pytest.raises(SystemExit):
        run(program)
    gc.collect()
    assert repr(kept[0]) == "<Promise fulfilled: 5>"
    kept[1](6)


def test_memory_stays_flat_over_runs() -> None:
    class Local:
        alive = 0

        def __init__(self) -> None:
            Local.alive += 1

        def __del__(self) -> None:
            Local.alive -= 1

    @async_function
    async def waits() -> None:
        mine, ours = Local(), promise_of_mine()
        await ours
        print(mine)

    def promise_of_mine() -> Any:
        return Promise(lambda: None)

    for _ in range(50):
        run(lambda: [waits() for _ in range(20)] and None)
        assert Local.alive == 0


def test_a_finalizer_that_calls_at_the_end_is_refused() -> None:
    seen: list[str] = []

    @async_function
    async def waits() -> None:
        class Last:
            def __del__(self) -> None:
                try:
                    waits()
                except RuntimeError as error:
                    seen.append(str(error))

        mine = Last()
        await Promise(lambda: None)
        print(mine)

    run(lambda: (waits(), None)[1])
    gc.collect()
    assert len(seen) == 1
    assert "waits" in seen[0]
