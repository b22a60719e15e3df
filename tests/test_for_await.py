"""for_await(): what it iterates over (ECMA-262 14.7.5, 27.1.6), and how it is left (7.4.13)."""

# ruff: noqa: E501 - the JavaScript programs, as they would stand in a file

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from loopscope import Promise, Thrown, async_function, for_await, run
from twins import Twin, assert_node_prints_it_today, assert_prints_what_node_printed, parametrize

TWINS = [
    Twin(
        "left-by-break",
        """
        const log = console.log;
        let p = Promise.resolve();
        for (let i = 1; i <= 8; i++) p = p.then(() => log('t' + i));
        function* sync() { try { yield 1; yield 2 } finally { log('sync finally') } }
        async function* asynchronous() { try { yield 1; yield 2 } finally { log('async finally'); await null; log('still') } }
        const sources = { array: [1, 2], sync: sync(), asynchronous: asynchronous(), empty: [] };
        for (const [n, it] of Object.entries(sources)) (async () => {
            for await (const v of it) { log(n, v); break }
            log(n, 'left');
        })();
        """,
        """
        p = Promise.resolve()
        for i in range(1, 9):
            p = p.then(lambda _, i=i: console.log('t' + str(i)))
        def sync():
            try:
                yield 1
                yield 2
            finally:
                console.log('sync finally')
        async def asynchronous():
            try:
                yield 1
                yield 2
            finally:
                console.log('async finally')
                await None
                console.log('still')
        async def loop(n, it):
            async for v in it:
                console.log(n, v)
                break
            console.log(n, 'left')
        for n, it in dict(array=[1, 2], sync=sync(), asynchronous=asynchronous(), empty=[]).items():
            loop(n, it)
        """,
        """
        t1
        t2
        array 1
        sync 1
        sync finally
        asynchronous 1
        empty left
        t3
        array left
        async finally
        t4
        sync left
        still
        t5
        asynchronous left
        t6
        t7
        t8
        """,
    ),
    Twin(
        "left-by-return-and-by-throw",
        """
        const log = console.log;
        async function* source(n) { try { yield 1; yield 2 } finally { await null; log(n, 'finally') } }
        async function returns() { for await (const v of source('returns')) return 'value ' + v }
        async function throws() { for await (const v of source('throws')) throw 'error ' + v }
        returns().then(v => log(v)); throws().catch(e => log(e));
        let p = Promise.resolve();
        for (let i = 1; i <= 8; i++) p = p.then(() => log('t' + i));
        """,
        """
        async def source(n):
            try:
                yield 1
                yield 2
            finally:
                await None
                console.log(n, 'finally')
        async def returns():
            async for v in source('returns'):
                return 'value ' + str(v)
        async def throws():
            async for v in source('throws'):
                raise Thrown('error ' + str(v))
        returns().then(lambda v: console.log(v))
        throws().catch(lambda e: console.log(e))
        p = Promise.resolve()
        for i in range(1, 9):
            p = p.then(lambda _, i=i: console.log('t' + str(i)))
        """,
        """
        t1
        t2
        t3
        returns finally
        throws finally
        t4
        t5
        value 1
        error 1
        t6
        t7
        t8
        """,
    ),
    Twin(
        "an-iterator-of-javascripts-protocol",
        """
        const log = console.log;
        const iterable = (n, result) => ({ [Symbol.asyncIterator]() { let i = 0; return {
            next() { log(n, 'next'); return i++ < 2 ? { value: i, done: false } : { done: true, value: 'ignored' } },
            return() { log(n, 'return'); return result() },
        } } });
        const loop = async (n, result, leave) => {
            try { for await (const v of iterable(n, result)) { log(n, v); if (leave) leave() ; else break } log(n, 'end') }
            catch (e) { log(n, 'caught', e instanceof TypeError ? 'TypeError' : e) }
        };
        const fail = () => { throw 'of return' };
        loop('object', () => ({})); loop('promised', () => Promise.resolve({}));
        loop('primitive', () => 5); loop('rejected', () => Promise.reject('of return')); loop('throws', fail);
        const mine = () => { throw 'mine' };
        loop('primitive when thrown', () => 5, mine); loop('rejected when thrown', () => Promise.reject('of return'), mine);
        loop('throws when thrown', fail, mine);
        loop('whole', () => ({}), () => {});
        """,
        """
        class Iterator:
            def __init__(self, n, result):
                self.i = 0
                self.n = n
                self.result = result
            def next(self):
                console.log(self.n, 'next')
                self.i += 1
                return {'value': self.i, 'done': False} if self.i <= 2 else {'done': True, 'value': 'ignored'}
            def return_(self):
                console.log(self.n, 'return')
                return self.result()
        async def loop(n, result, leave=None):
            try:
                async for v in Iterator(n, result):
                    console.log(n, v)
                    if leave:
                        leave()
                    else:
                        break
                console.log(n, 'end')
            except TypeError:
                console.log(n, 'caught', 'TypeError')
            except Thrown as e:
                console.log(n, 'caught', e.value)
        def fail():
            raise Thrown('of return')
        loop('object', lambda: {})
        loop('promised', lambda: Promise.resolve({}))
        loop('primitive', lambda: 5)
        loop('rejected', lambda: Promise.reject('of return'))
        loop('throws', fail)
        def mine():
            raise Thrown('mine')
        loop('primitive when thrown', lambda: 5, mine)
        loop('rejected when thrown', lambda: Promise.reject('of return'), mine)
        loop('throws when thrown', fail, mine)
        loop('whole', lambda: {}, lambda: None)
        """,
        """
        object next
        promised next
        primitive next
        rejected next
        throws next
        primitive when thrown next
        rejected when thrown next
        throws when thrown next
        whole next
        object 1
        object return
        promised 1
        promised return
        primitive 1
        primitive return
        rejected 1
        rejected return
        throws 1
        throws return
        throws caught of return
        primitive when thrown 1
        primitive when thrown return
        rejected when thrown 1
        rejected when thrown return
        throws when thrown 1
        throws when thrown return
        throws when thrown caught mine
        whole 1
        whole next
        object end
        promised end
        primitive caught TypeError
        rejected caught of return
        primitive when thrown caught mine
        rejected when thrown caught mine
        whole 2
        whole next
        whole end
        """,
    ),
    Twin(
        "what-fails-by-itself-is-not-closed",
        """
        const log = console.log;
        const broken = (n, next) => ({ [Symbol.asyncIterator]() { return { next, return() { log(n, 'return'); return {} } } } });
        const loop = async (n, it) => { try { for await (const v of it) log(n, v) } catch (e) { log(n, 'caught', e.name ?? e) } };
        loop('throws', broken('throws', () => { throw 'x' }));
        loop('rejects', broken('rejects', () => Promise.reject('y')));
        loop('primitive', broken('primitive', () => Promise.resolve(5)));
        function* sync() { try { yield 1; yield Promise.reject('z'); yield 2 } finally { log('never') } }
        loop('rejected item', sync());
        function* breaks() { yield 1; throw 'w' }
        loop('breaks', breaks());
        """,
        """
        class Broken:
            def __init__(self, n, next):
                self.n = n
                self.next = next
            def return_(self):
                console.log(self.n, 'return')
                return {}
        async def loop(n, it):
            try:
                async for v in it:
                    console.log(n, v)
            except Thrown as e:
                console.log(n, 'caught', e.value)
            except TypeError:
                console.log(n, 'caught', 'TypeError')
        def fail():
            raise Thrown('x')
        loop('throws', Broken('throws', fail))
        loop('rejects', Broken('rejects', lambda: Promise.reject('y')))
        loop('primitive', Broken('primitive', lambda: Promise.resolve(5)))
        def sync():
            try:
                yield 1
                yield Promise.reject('z')
                yield 2
            finally:
                console.log('never')
        loop('rejected item', sync())
        def breaks():
            yield 1
            raise Thrown('w')
        loop('breaks', breaks())
        """,
        """
        throws caught x
        rejects caught y
        primitive caught TypeError
        rejected item 1
        breaks 1
        breaks caught w
        rejected item caught z
        """,
    ),
    Twin(
        "a-sync-generator-that-yields-while-it-is-closed",
        """
        const log = console.log;
        function* sync(n) { try { yield 1 } finally { log(n, 'finally'); yield Promise.resolve('more'); log('never') } }
        const it = sync('a');
        (async () => { for await (const v of it) break; log('left') })();
        function* fails() { try { yield 1 } finally { throw 'of finally' } }
        (async () => { try { for await (const v of fails()) break } catch (e) { log('caught', e) } })();
        (async () => { try { for await (const v of fails()) throw 'mine' } catch (e) { log('caught', e) } })();
        """,
        """
        def sync(n):
            try:
                yield 1
            finally:
                console.log(n, 'finally')
                yield Promise.resolve('more')
                console.log('never')
        it = sync('a')
        async def left():
            async for v in it:
                break
            console.log('left')
        left()
        def fails():
            try:
                yield 1
            finally:
                raise Thrown('of finally')
        async def first():
            try:
                async for v in fails():
                    break
            except Thrown as e:
                console.log('caught', e.value)
        async def second():
            try:
                async for v in fails():
                    raise Thrown('mine')
            except Thrown as e:
                console.log('caught', e.value)
        first()
        second()
        """,
        """
        a finally
        caught of finally
        caught mine
        left
        """,
    ),
    Twin(
        "a-generator-that-is-returned-while-it-loops-closes-what-it-loops-over",
        """
        const log = console.log;
        async function* inner() { try { yield 1; yield 2 } finally { await null; log('inner finally') } }
        async function* outer() { try { for await (const v of inner()) yield v } finally { log('outer finally') } }
        const it = outer();
        it.next().then(r => log(r)); it.return('r').then(r => log(r)); it.next().then(r => log(r));
        let p = Promise.resolve();
        for (let i = 1; i <= 9; i++) p = p.then(() => log('t' + i));
        """,
        """
        async def inner():
            try:
                yield 1
                yield 2
            finally:
                await None
                console.log('inner finally')
        async def outer():
            try:
                async for v in inner():
                    yield v
            finally:
                console.log('outer finally')
        it = outer()
        it.next().then(lambda r: console.log(r))
        it.return_('r').then(lambda r: console.log(r))
        it.next().then(lambda r: console.log(r))
        p = Promise.resolve()
        for i in range(1, 10):
            p = p.then(lambda _, i=i: console.log('t' + str(i)))
        """,
        """
        t1
        t2
        t3
        { value: 1, done: false }
        t4
        t5
        inner finally
        t6
        outer finally
        t7
        { value: 'r', done: true }
        { value: undefined, done: true }
        t8
        t9
        """,
    ),
    Twin(
        "ticks-of-each-source",
        """
        const log = console.log;
        let p = Promise.resolve();
        for (let i = 1; i <= 12; i++) p = p.then(() => log('t' + i));
        async function* generator() { yield 1; yield Promise.resolve(2) }
        const object = { [Symbol.asyncIterator]() { let i = 0; return { next: async () => ({ value: ++i, done: i > 2 }) } } };
        const thenable = { then(r) { r(2) } };
        const sources = { generator: generator(), object, list: [1, thenable], set: new Set([1, Promise.resolve(2)]) };
        for (const [n, it] of Object.entries(sources)) (async () => { for await (const v of it) log(n, v); log(n, 'end') })();
        """,
        """
        p = Promise.resolve()
        for i in range(1, 13):
            p = p.then(lambda _, i=i: console.log('t' + str(i)))
        async def generator():
            yield 1
            yield Promise.resolve(2)
        class Object:
            def __init__(self):
                self.i = 0
            async def next(self):
                self.i += 1
                return {'value': self.i, 'done': self.i > 2}
        class Thenable:
            def then(self, resolve):
                resolve(2)
        async def loop(n, it):
            async for v in it:
                console.log(n, v)
            console.log(n, 'end')
        loop('generator', generator())
        loop('object', Object())
        loop('list', [1, Thenable()])
        loop('set', dict.fromkeys([1, Promise.resolve(2)]))
        """,
        """
        t1
        object 1
        t2
        generator 1
        object 2
        list 1
        set 1
        t3
        object end
        t4
        generator 2
        set 2
        t5
        generator end
        list 2
        t6
        set end
        t7
        list end
        t8
        t9
        t10
        t11
        t12
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


# ---- in a plain module ----


async def collect(iterable: Any) -> list[Any]:
    return [item async for item in for_await(iterable)]


@async_function
async def numbers() -> AsyncIterator[int]:
    yield 1
    yield 2


class PythonsProtocol:
    """An asynchronous iterator by Python's protocol, whose __anext__ is an async function."""

    def __init__(self, *items: Any) -> None:
        self.items = iter(items)

    def __aiter__(self) -> PythonsProtocol:
        return self

    @async_function
    async def __anext__(self) -> Any:
        try:
            return await Promise.resolve(next(self.items))
        except StopIteration:
            raise StopAsyncIteration from None


class BarePythonsProtocol(PythonsProtocol):
    async def __anext__(self) -> Any:
        for item in self.items:
            return await Promise.resolve(item)
        raise StopAsyncIteration


class ByIndex:
    def __getitem__(self, index: int) -> int:
        if index > 2:
            raise IndexError
        return index


async def native() -> AsyncIterator[int]:
    for value in (1, 2):
        yield await Promise.resolve(value)


@pytest.mark.parametrize(
    ("make", "items"),
    [
        (lambda: [Promise.resolve(1), 2], [1, 2]),
        (lambda: "ab", ["a", "b"]),
        (lambda: {"k": 1}, ["k"]),
        (lambda: (Promise.resolve(n) for n in range(3)), [0, 1, 2]),
        (ByIndex, [0, 1, 2]),
        (numbers, [1, 2]),
        (native, [1, 2]),
        (lambda: PythonsProtocol("a", None), ["a", None]),
        (lambda: BarePythonsProtocol("a", None), ["a", None]),
        (lambda: for_await(for_await([1])), [1]),
    ],
)
def test_what_it_iterates_over(make: Any, items: list[Any]) -> None:
    assert run(lambda: async_function(collect)(make())) == items


@pytest.mark.parametrize("wrong", [5, None, object(), Promise])
def test_other_things_are_refused(wrong: Any) -> None:
    def program() -> None:
        with pytest.raises(TypeError, match="for_await: argument 'iterable' must be an iterable"):
            for_await(wrong)

    run(program)


def test_a_promise_is_no_iterable() -> None:
    def program() -> None:
        with pytest.raises(TypeError, match=r"not loopscope\.Promise"):
            for_await(Promise.resolve([1]))

    run(program)


def test_an_aiter_that_gives_no_iterator_is_refused() -> None:
    class Wrong:
        def __aiter__(self) -> int:
            return 5

    def program() -> None:
        with pytest.raises(
            TypeError, match=r"__aiter__\(\) of Wrong must give an async iterator, not int"
        ):
            for_await(Wrong())

    run(program)


def test_an_anext_that_gives_no_awaitable_is_refused() -> None:
    class Wrong:
        def __aiter__(self) -> Wrong:
            return self

        def __anext__(self) -> int:
            return 5

    with pytest.raises(TypeError, match=r"__anext__\(\) must give an awaitable, not int"):
        run(lambda: async_function(collect)(Wrong()))


def test_outside_of_a_runtime_it_says_how_to_start_one() -> None:
    with pytest.raises(RuntimeError, match="for_await: no runtime is running"):
        for_await([])


def test_async_with_closes_what_is_left_early() -> None:
    seen: list[Any] = []

    @async_function
    async def source() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            await Promise.resolve()
            seen.append("closed")

    @async_function
    async def main() -> None:
        async with for_await(source()) as items:
            async for item in items:
                seen.append(item)
                break
        seen.append("left")
        try:
            async with for_await(source()) as items:
                async for item in items:
                    raise KeyError(item)
        except KeyError:
            seen.append("thrown")
        async with for_await(source()) as items:
            async for item in items:
                seen.append(item)
        seen.append("end")

    run(main)
    assert seen == [1, "closed", "left", "closed", "thrown", 1, 2, "closed", "end"]


def test_a_generator_that_is_returned_leaves_its_loops_as_by_return() -> None:
    class Stubborn:
        def next(self) -> dict[str, Any]:
            return {"value": 1, "done": False}

        def return_(self) -> Any:
            return Promise.reject(KeyError("of return_"))

    @async_function
    async def outer() -> AsyncIterator[Any]:
        async with for_await(Stubborn()) as items:
            async for item in items:
                yield item

    @async_function
    async def main() -> None:
        it: Any = outer()
        await it.next()
        with pytest.raises(KeyError, match="of return_"):
            await it.return_()

    run(main)


def test_nothing_is_asked_after_it_is_closed() -> None:
    @async_function
    async def main() -> list[Any]:
        loop: Any = for_await([1, 2, 3])
        first = await anext(loop)
        await loop.close()
        await loop.close()
        with pytest.raises(StopAsyncIteration):
            await anext(loop)
        return [first, [item async for item in loop]]

    assert run(main) == [1, []]


def test_what_ends_the_run_closes_nothing() -> None:
    seen: list[str] = []

    @async_function
    async def source() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            seen.append("closed")

    @async_function
    async def main() -> None:
        async with for_await(source()) as items:
            async for _ in items:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(main)
    gc.collect()
    assert seen == []


def test_a_native_async_generator_is_closed_too() -> None:
    seen: list[str] = []

    async def source() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            await Promise.resolve()
            seen.append("closed")

    @async_function
    async def main() -> None:
        async with for_await(source()) as items:
            async for _ in items:
                break
        seen.append("left")

    run(main)
    assert seen == ["closed", "left"]


def test_an_error_that_is_no_stop_goes_on() -> None:
    class Fails(PythonsProtocol):
        @async_function
        async def __anext__(self) -> Any:
            raise Thrown("no stop")

    @async_function
    async def main() -> Any:
        with pytest.raises(Thrown) as caught:
            await collect(Fails())
        return caught.value.value

    assert run(main) == "no stop"


def test_a_generator_that_others_hold_keeps_its_finally() -> None:
    seen: list[str] = []

    def source() -> Iterator[Any]:
        try:
            yield Promise.reject(KeyError("x"))
        finally:
            seen.append("closed")

    kept: list[Any] = []

    def program() -> Any:
        kept.append(source())
        return async_function(collect)(kept[0])

    with pytest.raises(KeyError):
        run(program)
    assert seen == []
    kept.clear()
    gc.collect()
    assert seen == ["closed"]
