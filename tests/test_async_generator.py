"""Async generators (ECMA-262 27.6): the queue of requests, and Python's own protocol over it."""

# ruff: noqa: E501 - the JavaScript programs, as they would stand in a file

from __future__ import annotations

import contextvars
import gc
import inspect
from collections.abc import AsyncIterator
from textwrap import dedent
from typing import Any

import pytest
from loopscope import Promise, Thrown, _core, async_function, queue_microtask, record, run
from twins import Twin, assert_node_prints_it_today, assert_prints_what_node_printed, parametrize

TWINS = [
    Twin(
        "requests-wait-in-a-queue",
        """
        const log = console.log;
        async function* g() {
            log('body'); const a = yield 1; log('got', a); yield Promise.resolve(2);
        }
        const it = g(); log('created');
        for (const v of ['x', 'y', 'z', 'w']) it.next(v).then(r => log(r));
        let p = Promise.resolve();
        for (let i = 1; i <= 5; i++) p = p.then(() => log('m' + i));
        log('end');
        """,
        """
        async def g():
            console.log('body')
            a = yield 1
            console.log('got', a)
            yield Promise.resolve(2)
        it = g()
        console.log('created')
        for v in ['x', 'y', 'z', 'w']:
            it.next(v).then(lambda r: console.log(r))
        p = Promise.resolve()
        for i in range(1, 6):
            p = p.then(lambda _, i=i: console.log('m' + str(i)))
        console.log('end')
        """,
        """
        created
        body
        end
        got y
        m1
        { value: 1, done: false }
        m2
        { value: 2, done: false }
        { value: undefined, done: true }
        { value: undefined, done: true }
        m3
        m4
        m5
        """,
    ),
    Twin(
        "a-rejected-operand-is-thrown-at-the-yield",
        """
        const log = console.log;
        async function* g() {
            try { yield Promise.reject('no'); log('never') } catch (e) { log('caught', e) }
            yield 'on';
            try { yield 1 } finally { yield Promise.reject('last') }
        }
        const it = g();
        for (let i = 0; i < 5; i++) it.next().then(r => log(i, r), e => log(i, 'rejected', e));
        """,
        """
        async def g():
            try:
                yield Promise.reject('no')
                console.log('never')
            except Thrown as e:
                console.log('caught', e.value)
            yield 'on'
            try:
                yield 1
            finally:
                yield Promise.reject('last')
        it = g()
        for i in range(5):
            it.next().then(lambda r, i=i: console.log(i, r), lambda e, i=i: console.log(i, 'rejected', e))
        """,
        """
        caught no
        0 { value: 'on', done: false }
        1 { value: 1, done: false }
        2 rejected last
        3 { value: undefined, done: true }
        4 { value: undefined, done: true }
        """,
    ),
    Twin(
        "return-at-a-yield-runs-finally-which-may-yield",
        """
        const log = console.log;
        async function* g() {
            try { yield 1; log('never') }
            finally { log('finally'); await null; yield 'from finally'; log('finally goes on') }
        }
        const it = g();
        it.next().then(r => log('next', r));
        it.return(Promise.resolve('r')).then(r => log('return', r));
        it.next().then(r => log('next', r));
        it.next().then(r => log('next', r));
        let p = Promise.resolve();
        for (let i = 1; i <= 9; i++) p = p.then(() => log('m' + i));
        """,
        """
        async def g():
            try:
                yield 1
                console.log('never')
            finally:
                console.log('finally')
                await None
                yield 'from finally'
                console.log('finally goes on')
        it = g()
        it.next().then(lambda r: console.log('next', r))
        it.return_(Promise.resolve('r')).then(lambda r: console.log('return', r))
        it.next().then(lambda r: console.log('next', r))
        it.next().then(lambda r: console.log('next', r))
        p = Promise.resolve()
        for i in range(1, 10):
            p = p.then(lambda _, i=i: console.log('m' + str(i)))
        """,
        """
        m1
        next { value: 1, done: false }
        finally
        m2
        m3
        finally goes on
        m4
        return { value: 'from finally', done: false }
        next { value: 'r', done: true }
        next { value: undefined, done: true }
        m5
        m6
        m7
        m8
        m9
        """,
    ),
    Twin(
        "return-before-the-start-and-after-the-end-awaits-its-operand",
        """
        const log = console.log;
        async function* g() { log('never'); yield 1 }
        const late = new Promise(r => queueMicrotask(() => queueMicrotask(() => r('late'))));
        const a = g();
        a.return(late).then(r => log('a', r)); a.next().then(r => log('a next', r));
        a.throw('t').catch(e => log('a throw', e)); a.return(Promise.reject('x')).catch(e => log('a return', e));
        a.next().then(r => log('a last', r));
        async function* empty() {}
        const b = empty();
        b.next().then(r => { log('b', r); b.return(Promise.resolve('r')).then(r => log('b return', r));
            b.throw(7).catch(e => log('b throw', e)); b.next().then(r => log('b next', r)) });
        """,
        """
        async def g():
            console.log('never')
            yield 1
        late = Promise(lambda r: queueMicrotask(lambda: queueMicrotask(lambda: r('late'))))
        a = g()
        a.return_(late).then(lambda r: console.log('a', r))
        a.next().then(lambda r: console.log('a next', r))
        a.throw('t').catch(lambda e: console.log('a throw', e))
        a.return_(Promise.reject('x')).catch(lambda e: console.log('a return', e))
        a.next().then(lambda r: console.log('a last', r))
        async def empty():
            if False:
                yield
        b = empty()
        def then(r):
            console.log('b', r)
            b.return_(Promise.resolve('r')).then(lambda r: console.log('b return', r))
            b.throw(7).catch(lambda e: console.log('b throw', e))
            b.next().then(lambda r: console.log('b next', r))
        b.next().then(then)
        """,
        """
        b { value: undefined, done: true }
        b return { value: 'r', done: true }
        b throw 7
        b next { value: undefined, done: true }
        a { value: 'late', done: true }
        a next { value: undefined, done: true }
        a throw t
        a return x
        a last { value: undefined, done: true }
        """,
    ),
    Twin(
        "throw",
        """
        const log = console.log;
        async function* g() {
            for (let i = 0; i < 2; i++) try { yield i } catch (e) { log('caught', e) }
            yield 'last';
        }
        const it = g();
        it.next().then(r => log(r)); it.throw('a').then(r => log(r)); it.throw('b').then(r => log(r));
        it.throw('c').then(r => log(r), e => log('rejected', e)); it.next().then(r => log(r));
        const unstarted = g();
        unstarted.throw('early').catch(e => log('rejected', e)); unstarted.next().then(r => log(r));
        """,
        """
        async def g():
            for i in range(2):
                try:
                    yield i
                except Thrown as e:
                    console.log('caught', e.value)
            yield 'last'
        it = g()
        it.next().then(lambda r: console.log(r))
        it.throw('a').then(lambda r: console.log(r))
        it.throw('b').then(lambda r: console.log(r))
        it.throw('c').then(lambda r: console.log(r), lambda e: console.log('rejected', e))
        it.next().then(lambda r: console.log(r))
        unstarted = g()
        unstarted.throw('early').catch(lambda e: console.log('rejected', e))
        unstarted.next().then(lambda r: console.log(r))
        """,
        """
        caught a
        rejected early
        { value: undefined, done: true }
        { value: 0, done: false }
        caught b
        { value: 1, done: false }
        { value: 'last', done: false }
        rejected c
        { value: undefined, done: true }
        """,
    ),
    Twin(
        "a-rejected-return-is-thrown-at-the-yield",
        """
        const log = console.log;
        async function* g() { try { yield 1 } catch (e) { log('caught', e); yield 2 } finally { log('finally') } }
        const it = g();
        it.next().then(r => log(r)); it.return(Promise.reject('no')).then(r => log(r)); it.return(5).then(r => log(r));
        """,
        """
        async def g():
            try:
                yield 1
            except Thrown as e:
                console.log('caught', e.value)
                yield 2
            finally:
                console.log('finally')
        it = g()
        it.next().then(lambda r: console.log(r))
        it.return_(Promise.reject('no')).then(lambda r: console.log(r))
        it.return_(5).then(lambda r: console.log(r))
        """,
        """
        { value: 1, done: false }
        caught no
        { value: 2, done: false }
        finally
        { value: 5, done: true }
        """,
    ),
    Twin(
        "a-body-that-asks-itself",
        """
        const log = console.log;
        let it;
        async function* g() { it.next('inner').then(r => log('inner', r)); log('got', yield 1); log('got', yield 2) }
        it = g();
        it.next('outer').then(r => log('outer', r)); log('sync'); it.next('third').then(r => log('third', r));
        """,
        """
        async def g():
            it.next('inner').then(lambda r: console.log('inner', r))
            console.log('got', (yield 1))
            console.log('got', (yield 2))
        it = g()
        it.next('outer').then(lambda r: console.log('outer', r))
        console.log('sync')
        it.next('third').then(lambda r: console.log('third', r))
        """,
        """
        sync
        got inner
        outer { value: 1, done: false }
        got third
        inner { value: 2, done: false }
        third { value: undefined, done: true }
        """,
    ),
    Twin(
        "awaits-and-timers-in-the-body",
        """
        const log = console.log, sleep = ms => new Promise(r => setTimeout(r, ms));
        async function* g(n) { for (let i = 0; i < 3; i++) { await sleep(10); yield n + i } }
        (async () => { for await (const v of g('a')) log(v) })();
        (async () => { for await (const v of g('b')) log(v); log('end') })();
        """,
        """
        def sleep(ms):
            return Promise(lambda r: setTimeout(r, ms))
        async def g(n):
            for i in range(3):
                await sleep(10)
                yield n + str(i)
        async def a():
            async for v in g('a'):
                console.log(v)
        async def b():
            async for v in g('b'):
                console.log(v)
            console.log('end')
        a()
        b()
        """,
        """
        a0
        b0
        a1
        b1
        a2
        b2
        end
        """,
    ),
    Twin(
        "finally-overrides-a-return",
        """
        const log = console.log;
        async function* throws() { try { yield 1 } finally { throw 'from finally' } }
        async function* returns() { try { yield 1 } finally { return } }
        for (const [n, g] of Object.entries({ throws, returns })) {
            const it = g();
            it.next().then(r => log(n, r)); it.return('r').then(r => log(n, r), e => log(n, 'rejected', e));
        }
        """,
        """
        async def throws():
            try:
                yield 1
            finally:
                raise Thrown('from finally')
        async def returns():
            try:
                yield 1
            finally:
                return
        for n, g in dict(throws=throws, returns=returns).items():
            it = g()
            it.next().then(lambda r, n=n: console.log(n, r))
            it.return_('r').then(lambda r, n=n: console.log(n, r), lambda e, n=n: console.log(n, 'rejected', e))
        """,
        """
        throws { value: 1, done: false }
        returns { value: 1, done: false }
        throws rejected from finally
        returns { value: undefined, done: true }
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


@async_function
async def count(to: int) -> AsyncIterator[int]:
    for i in range(to):
        await Promise.resolve()
        yield i


# ---- the object and its results ----


def test_what_a_call_gives() -> None:
    def program() -> Any:
        numbers = count(2)
        assert type(numbers) is _core.AsyncGenerator
        assert repr(numbers) == "<async generator count>"
        assert aiter(numbers) is numbers
        with pytest.raises(TypeError):
            type(numbers)()
        return Promise.all(
            [
                numbers.next(),
                numbers.next(),
                numbers.next(),
                getattr(numbers, "return")(5, "surplus"),
            ]
        )

    results = run(program)
    assert [(result.value, result.done) for result in results] == [
        (0, False),
        (1, False),
        (None, True),
        (5, True),
    ]
    assert repr(results[0]) == "{'value': 0, 'done': False}"
    assert results[0] == results[0] != results[1]
    assert results[0] != (0, False)
    with pytest.raises(AttributeError):
        results[0].value = 1
    assert results[0].__loopscope_inspect__() == ("", {"value": 0, "done": False})


def test_outside_of_its_run_it_says_so() -> None:
    with pytest.raises(RuntimeError, match="async function count: no runtime is running"):
        count(1)
    kept: list[Any] = []
    run(lambda: kept.append(count(1)))
    for request in (kept[0].next, kept[0].return_, kept[0].throw):
        with pytest.raises(RuntimeError, match="has ended"):
            request()


# ---- Python's protocol ----


def test_async_for_and_asend() -> None:
    @async_function
    async def echo() -> AsyncIterator[Any]:
        said = "first"
        while said is not None:
            said = yield f"{said}!"  # type: ignore[misc]

    @async_function
    async def main() -> list[Any]:
        it: Any = echo()
        said = [await anext(it), await it.asend("a"), await it.asend("b")]
        with pytest.raises(StopAsyncIteration):
            await it.asend(None)
        assert await anext(it, "default") == "default"
        return said + [value async for value in count(3)]

    assert run(main) == ["first!", "a!", "b!", 0, 1, 2]


def test_athrow_and_aclose() -> None:
    seen: list[Any] = []

    @async_function
    async def stubborn() -> AsyncIterator[Any]:
        try:
            yield 1
        except ValueError as error:
            seen.append(error)
            yield 2
        finally:
            seen.append("finally")

    @async_function
    async def main() -> None:
        it: Any = stubborn()
        await anext(it)
        assert await it.athrow(ValueError("x")) == 2
        assert await it.aclose() is None
        other: Any = stubborn()
        await anext(other)
        assert await other.athrow(ValueError) == 2
        with pytest.raises(KeyError):
            await other.athrow(KeyError())
        assert await other.aclose() is None

    run(main)
    assert [type(item) for item in seen] == [ValueError, str, ValueError, str]


def test_a_step_is_awaited_once() -> None:
    @async_function
    async def main() -> None:
        step = count(1).__anext__()  # type: ignore[attr-defined]
        assert await step == 0
        with pytest.raises(RuntimeError, match="awaited already"):
            await step

    run(main)


def test_a_body_may_be_driven_under_a_trace_function() -> None:
    import sys

    def program() -> Any:
        sys.settrace(lambda *_: None)
        return async_function(main)()

    async def main() -> list[Any]:
        return [value async for value in count(3)]

    before = sys.gettrace()
    try:
        assert run(program) == [0, 1, 2]
    finally:
        sys.settrace(before)


# ---- errors ----


def test_an_error_of_the_body_ends_it() -> None:
    @async_function
    async def breaks() -> AsyncIterator[int]:
        yield 1
        raise KeyError("x")

    seen: list[Any] = []

    def program() -> None:
        it: Any = breaks()
        for _ in range(3):
            it.next().then(lambda result: seen.append(result.done), seen.append)

    run(program)
    assert seen[0] is False
    assert isinstance(seen[1], KeyError)
    assert seen[2] is True


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("when", ["at once", "after an await"])
def test_what_ends_a_run_is_no_rejection(end: type[BaseException], when: str) -> None:
    @async_function
    async def ends() -> AsyncIterator[int]:
        if when == "after an await":
            await Promise.resolve()
        raise end
        yield 1

    seen: list[str] = []
    with pytest.raises(end):
        run(lambda: ends().next().catch(lambda: seen.append("rejected")))  # type: ignore[attr-defined]
    assert seen == []


def test_stop_iteration_is_a_value_like_any_other() -> None:
    @async_function
    async def main() -> list[Any]:
        it: Any = count(3)
        with pytest.raises(Thrown) as caught:
            await it.throw(StopAsyncIteration("x"))
        return [type(caught.value.value), await it.next()]

    stop, result = run(main)
    assert stop is StopAsyncIteration
    assert result.done


def test_bodies_that_start_each_other_too_deeply_are_a_rejection() -> None:
    @async_function
    async def nested(depth: int) -> AsyncIterator[int]:
        inner: Any = nested(depth + 1)
        yield (await inner.next()).value

    def program() -> Any:
        it: Any = nested(0)
        return it.next()

    with pytest.raises(RecursionError):
        run(program)


# ---- contextvars ----

var: contextvars.ContextVar[str] = contextvars.ContextVar("var", default="unset")


def test_a_body_has_variables_of_its_own() -> None:
    @async_function
    async def body() -> AsyncIterator[str]:
        yield var.get()
        var.set("set by the body")
        yield var.get()
        await Promise.resolve()
        yield var.get()

    seen: list[str] = []

    @async_function
    async def main() -> list[str]:
        var.set("main's")
        it: Any = body()
        var.set("changed later")
        got = [await anext(it), await anext(it)]
        seen.append(var.get())
        return [*got, await anext(it)]

    def program() -> Any:
        promise = main()
        queue_microtask(lambda: seen.append(var.get()))
        return promise

    assert run(program) == ["main's", "set by the body", "set by the body"]
    assert seen == ["unset", "changed later"]


# ---- the trace ----


def test_the_trace_tells_when_it_goes_on_and_why() -> None:
    recording = record(
        dedent(
            """
            async def g():
                yield 1
                await None
            it = g()
            it.next().then(lambda: it.next())
            """
        )
    )
    events = [event for event in recording.trace if event.kind.startswith("async-")]
    assert [(event.kind, event.rule) for event in events] == [
        ("async-start", "generator-queue"),
        ("async-suspend", "await-yields"),  # the operand of `yield`
        ("async-resume", "await-resumes"),
        ("async-suspend", "generator-queue"),  # nobody asks for more
        ("async-resume", "generator-queue"),
        ("async-suspend", "await-yields"),
        ("async-resume", "await-resumes"),
        ("async-end", "generator-queue"),
    ]
    assert {event.label for event in events} == {"g"}
    assert {event.id for event in events} == {events[0].id}
    assert [event.line for event in events[1:3] + events[5:7]] == [3, 3, 4, 4]


# ---- the end of a run ----


def test_nothing_of_an_unfinished_body_runs() -> None:
    seen: list[str] = []

    @async_function
    async def unfinished(name: str, *, waits: bool) -> AsyncIterator[int]:
        def inner() -> Any:
            try:
                yield 1
            finally:
                seen.append("inner")

        try:
            for i in inner():
                yield i
                if waits:
                    await Promise(lambda: None)
                yield i
        finally:
            seen.append(name)
            await Promise.resolve()
            seen.append("still")

    kept: list[Any] = []

    def program() -> None:
        kept.append(unfinished("kept at a yield", waits=False))
        kept.append(unfinished("kept at an await", waits=True))
        for it in (
            kept[0],
            kept[1],
            unfinished("dropped at a yield", waits=False),
            unfinished("at an await", waits=True),
        ):
            it.next()
            it.next()
        cycle: Any = unfinished("cycle", waits=False)
        cycle.next().then(lambda: cycle)

    run(program)
    kept.clear()
    gc.collect()
    assert seen == []


def test_one_that_is_dropped_in_its_run_runs_nothing_either() -> None:
    seen: list[str] = []

    @async_function
    async def body() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            seen.append("finally")

    @async_function
    async def main() -> None:
        it: Any = body()
        assert (await it.next()).value == 1
        del it
        gc.collect()

    run(main)
    assert seen == []


def test_it_is_no_coroutine_function() -> None:
    assert not inspect.isasyncgenfunction(
        count
    )  # a call gives an AsyncGenerator, no Python generator
