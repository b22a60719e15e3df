"""The live runtime: on a running asyncio loop, asyncio's own and uvloop's, without run()."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
import gc
import os
import shutil
import signal
import subprocess
import sys
import threading
from textwrap import dedent

import loopscope
import pytest
import uvloop
from loopscope import (
    Promise,
    Runtime,
    Thrown,
    _core,
    async_function,
    clear_interval,
    console,
    drain,
    for_await,
    live,
    performance,
    process,
    queue_microtask,
    set_immediate,
    set_interval,
    set_timeout,
)
from loopscope.events import Event, EventTarget

FACTORIES = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@pytest.fixture(params=FACTORIES)
def run(request):
    """Run a coroutine on a loop of asyncio's, or of uvloop's."""

    def run_(main):
        with asyncio.Runner(loop_factory=FACTORIES[request.param]) as runner:
            return runner.run(main())

    return run_


# ---- order

NODE = """
    const log = console.log;
    require('fs').readFile(__filename, () => {  // a callback of the poll phase, as a REPL's line is
        %s
    });
"""
ORDERS = {
    "phases": (
        """
        setTimeout(() => log('timer 1'), 1);
        setTimeout(() => { log('timer 2'); Promise.resolve().then(() => log('in between'));
                           process.nextTick(() => log('tick in between')) }, 1);
        setTimeout(() => log('timer 3'), 1);
        setImmediate(() => { log('immediate 1'); queueMicrotask(() => log('after it')) });
        setImmediate(() => log('immediate 2'));
        queueMicrotask(() => log('microtask'));
        process.nextTick(() => log('tick'));
        log('synchronous');
        """,
        """
        def second():
            log('timer 2')
            Promise.resolve().then(lambda: log('in between'))
            process.next_tick(lambda: log('tick in between'))
        def first():
            log('immediate 1')
            queue_microtask(lambda: log('after it'))
        set_timeout(lambda: log('timer 1'), 1)
        set_timeout(second, 1)
        set_timeout(lambda: log('timer 3'), 1)
        set_immediate(first)
        set_immediate(lambda: log('immediate 2'))
        queue_microtask(lambda: log('microtask'))
        process.next_tick(lambda: log('tick'))
        log('synchronous')
        """,
    ),
    "async functions": (
        """
        async function inner() { log('inner'); await null; log('inner goes on'); return 'value' }
        async function outer() { log('outer'); log(await inner()); setImmediate(() => log('last')) }
        outer().then(() => log('then'));
        Promise.resolve().then(() => log('a')).then(() => log('b')).then(() => log('c'));
        process.nextTick(() => log('tick'));
        log('synchronous');
        """,
        """
        @async_function
        async def inner():
            log('inner'); await Promise.resolve(); log('inner goes on'); return 'value'
        @async_function
        async def outer():
            log('outer'); log(await inner()); set_immediate(lambda: log('last'))
        outer().then(lambda: log('then'))
        Promise.resolve().then(lambda: log('a')).then(lambda: log('b')).then(lambda: log('c'))
        process.next_tick(lambda: log('tick'))
        log('synchronous')
        """,
    ),
    "errors": (
        """
        process.on('uncaughtException', (e, origin) => log('uncaught', e.message ?? e, origin));
        process.on('unhandledRejection', (reason) => log('unhandled', reason));
        setTimeout(() => { throw new Error('one') }, 1);
        setTimeout(() => log('goes on'), 1);
        setImmediate(() => { process.nextTick(() => log('tick')); throw new Error('two') });
        setImmediate(() => log('after two'));
        queueMicrotask(() => { throw new Error('three') });
        queueMicrotask(() => log('after three'));
        Promise.reject('four');
        Promise.reject('five').catch(() => log('caught'));
        """,
        """
        def fail(message):
            raise ValueError(message)
        def fail_later():
            process.next_tick(lambda: log('tick'))
            fail('two')
        process.on('uncaughtException', lambda e, origin: log('uncaught', e.args[0], origin))
        process.on('unhandledRejection', lambda reason: log('unhandled', reason))
        set_timeout(lambda: fail('one'), 1)
        set_timeout(lambda: log('goes on'), 1)
        set_immediate(fail_later)
        set_immediate(lambda: log('after two'))
        queue_microtask(lambda: fail('three'))
        queue_microtask(lambda: log('after three'))
        Promise.reject('four')
        Promise.reject('five').catch(lambda: log('caught'))
        """,
    ),
    "intervals": (
        """
        let n = 0;
        const interval = setInterval(() => {
            log('interval', ++n);
            if (n === 3) { clearInterval(interval); setTimeout(() => log('end'), 1) }
            queueMicrotask(() => log('microtask', n));
        }, 2);
        const unref = setTimeout(() => log('never'), 20000); unref.unref();
        """,
        """
        def step():
            state.append(1)
            log('interval', len(state))
            if len(state) == 3:
                clear_interval(interval)
                set_timeout(lambda: log('end'), 1)
            queue_microtask(lambda: log('microtask', len(state)))
        state = []
        interval = set_interval(step, 2)
        set_timeout(lambda: log('never'), 20000).unref()
        """,
    ),
}


@functools.cache
def node(source):
    path = shutil.which(os.environ.get("LOOPSCOPE_NODE", "node"))
    assert path is not None, "`./dev test` gets Node 20, or set LOOPSCOPE_NODE"
    # A file, for __filename.
    done = subprocess.run([path, "-"], input=source, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.node
@pytest.mark.parametrize("name", ORDERS)
def test_a_cells_work_runs_in_the_order_of_nodes_repl(run, name, capsys):
    javascript, python = ORDERS[name]
    expected = node(NODE.replace("__filename", "'/dev/null'") % javascript)
    code = compile(dedent(python), name, "exec")
    names = {**globals(), "log": console.log}

    async def main():
        exec(code, names)
        await drain(5000)

    run(main)
    assert capsys.readouterr().out.splitlines() == expected
    assert len(expected) > 4


def test_microtasks_of_a_coroutine_run_when_it_awaits(run):
    order = []

    async def main():
        queue_microtask(lambda: order.append("microtask"))
        set_timeout(lambda: order.append("timer"), 200)
        order.append("cell")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        order.append("goes on")
        await drain()

    run(main)
    assert order == ["cell", "microtask", "goes on", "timer"]


def test_timers_are_not_early_and_the_loop_goes_on_meanwhile(run):
    seen = []

    async def main():
        set_timeout(lambda: seen.append(performance.now()), 30)
        began = performance.now()
        beats = 0
        while not seen:
            await asyncio.sleep(0.005)
            beats += 1
        assert beats >= 3
        assert seen[0] - began >= 29

    run(main)


def test_an_idle_runtime_takes_no_turns(run, monkeypatch):
    async def main():
        runtime = live()
        turns = []
        turn = type(runtime)._take_turn
        monkeypatch.setattr(type(runtime), "_take_turn", lambda self: turns.append(turn(self)))
        set_timeout(lambda: None, 40)
        for _ in range(50):
            clear_interval(set_interval(lambda: None, 3))
        await drain()
        assert 1 <= len(turns) <= 6
        turns.clear()
        await asyncio.sleep(0.03)
        assert turns == []

    run(main)


# ---- promises and asyncio


def test_a_coroutine_awaits_promises(run):
    async def main():
        assert await Promise(lambda resolve: set_timeout(resolve, 2, "value")) == "value"
        assert await Promise.all([Promise.resolve(1), 2]) == [1, 2]
        with pytest.raises(ZeroDivisionError):
            await Promise.reject(ZeroDivisionError())
        with pytest.raises(Thrown) as thrown:
            await Promise.reject("text")
        assert thrown.value.value == "text"
        with pytest.raises(Thrown):
            await Promise.reject(StopIteration(1))
        assert await asyncio.wait_for(Promise.resolve((1, 2)), 1) == (1, 2)
        assert await Promise.resolve(None) is None
        promise = Promise.resolve(4)
        assert await asyncio.gather(promise, promise, asyncio.sleep(0, 5)) == [4, 4, 5]

        class Mine(Promise):
            pass

        assert await Mine(lambda resolve: resolve(6)) == 6

        class ByHand:
            def __await__(self):
                return (yield from Promise.resolve(7).__await__())

        assert await ByHand() == 7

    run(main)


def test_awaiting_one_rejection_often_does_not_grow_its_traceback(run):
    async def main():
        rejected = Promise.reject(ValueError("no"))
        lengths = set()
        for _ in range(20):
            try:
                await rejected
            except ValueError as error:
                length, each = 0, error.__traceback__
                while each:
                    length, each = length + 1, each.tb_next
                lengths.add(length)
        assert len(lengths) == 1

    run(main)


def test_a_task_that_waits_for_a_promise_can_be_cancelled(run):
    async def main():
        promise, resolve, _ = Promise.with_resolvers()
        waiting = asyncio.ensure_future(promise)
        await asyncio.sleep(0.01)
        waiting.cancel("enough")
        with pytest.raises(asyncio.CancelledError):
            await waiting
        resolve("later")
        assert await promise == "later"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(Promise(lambda: None), 0.01)

    run(main)


def test_an_async_function_awaits_asyncio(run):
    @async_function
    async def main_function(task, failing):
        seen.append(await task)
        await asyncio.sleep(0)
        await asyncio.sleep(0.002)
        with pytest.raises(ZeroDivisionError):
            await failing
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        async with lock:
            seen.append(await plain())
        return await Promise.all([asyncio.sleep(0.001, "a"), asyncio.create_task(plain()), "b"])

    async def plain():
        await asyncio.sleep(0.001)
        return await Promise.resolve("plain")

    async def fail():
        raise ZeroDivisionError

    seen = []

    async def main():
        nonlocal lock, cancelled
        lock = asyncio.Lock()
        cancelled = asyncio.get_running_loop().create_future()
        cancelled.cancel()
        task = asyncio.create_task(asyncio.sleep(0.002, "task"))
        assert await main_function(task, asyncio.create_task(fail())) == ["a", "plain", "b"]
        assert seen == ["task", "plain"]

    lock = cancelled = None
    run(main)


def test_a_promise_adopts_a_future(run):
    async def main():
        loop = asyncio.get_running_loop()
        futures = [loop.create_future() for _ in range(3)]
        promises = [Promise.resolve(future) for future in futures]
        futures[0].set_result(Promise.resolve("of a promise"))
        futures[1].set_exception(KeyError("key"))
        futures[2].cancel()
        results = await Promise.all_settled(promises)
        assert [result.status for result in results] == ["fulfilled", "rejected", "rejected"]
        assert results[0].value == "of a promise"
        assert isinstance(results[1].reason, KeyError)
        assert isinstance(results[2].reason, asyncio.CancelledError)

    run(main)


def test_what_cannot_be_awaited(run):
    class Odd:
        def __await__(self):
            yield 5

    async def main():
        other = asyncio.new_event_loop()
        foreign = other.create_future()

        @async_function
        async def wait_for(value):
            return await value

        with pytest.raises(TypeError, match="handed int to the event loop"):
            await wait_for(Odd())
        with pytest.raises(RuntimeError, match="belongs to another asyncio loop"):
            await wait_for(foreign)
        other.close()

    run(main)


def test_a_program_of_its_own_has_no_asyncio_loop():
    @async_function
    async def program():
        await asyncio.sleep(0)

    with pytest.raises(TypeError, match=r"need a running asyncio loop: .* without run\(\)"):
        loopscope.run(program)


def test_async_generators_and_for_await(run):
    @async_function
    async def numbers():
        yield 1
        await asyncio.sleep(0.001)
        yield Promise.resolve(2)

    async def main():
        seen = [item async for item in numbers()]
        seen += [item async for item in for_await([Promise.resolve(3), 4])]
        generator = numbers()
        first = generator.next()
        assert (await first).value == 1
        await generator.return_()
        assert seen[0] == 1
        assert seen[2:] == [3, 4]
        assert await seen[1] == 2 if isinstance(seen[1], Promise) else seen[1] == 2

    run(main)


# ---- contexts

place = contextvars.ContextVar("place", default="nowhere")


def test_work_runs_in_the_context_that_scheduled_it(run):
    seen = {}

    @async_function
    async def function():
        await asyncio.sleep(0.001)
        seen["function"] = place.get()

    def note(name):
        return lambda *_: seen.update({name: place.get()})

    async def cell(name):
        place.set(name)
        set_timeout(note(f"{name} timer"), 2)
        set_immediate(note(f"{name} immediate"))
        queue_microtask(note(f"{name} microtask"))
        Promise.resolve().then(note(f"{name} then"))
        if name == "two":
            await function()
            seen["task"] = place.get()

    async def main():
        await asyncio.gather(*(asyncio.create_task(cell(name)) for name in ("one", "two")))
        set_timeout(note("main"), 1)
        await drain()

    run(main)
    assert seen.pop("main") == "nowhere"
    assert seen.pop("function") == seen.pop("task") == "two"
    assert len(seen) == 8
    assert all(name.split()[0] == where for name, where in seen.items())


@pytest.mark.parametrize("kind", ["timer", "tick", "microtask", "rejection", "raw", "async"])
def test_an_error_is_reported_in_the_context_that_scheduled_it(run, kind, capsys):
    where = []

    def fail(*_):
        raise ZeroDivisionError(kind)

    @async_function
    async def later():
        await asyncio.sleep(0.001)
        fail()

    async def cell():
        place.set("cell")
        if kind == "timer":
            set_timeout(fail)
        elif kind == "tick":
            process.next_tick(fail)
        elif kind == "microtask":
            queue_microtask(fail)
        elif kind == "rejection":
            Promise.resolve().then(fail)
        elif kind == "raw":
            Promise.reject(kind)
        else:
            later()

    async def main():
        process.on("uncaughtExceptionMonitor", lambda *_: where.append(place.get()))
        await asyncio.create_task(cell())
        await drain()
        assert await Promise.resolve("goes on") == "goes on"

    run(main)
    assert where == ["cell"]
    written = capsys.readouterr().err
    assert kind in written
    assert "package/loopscope" not in written
    assert ("in fail" in written) == (kind != "raw")


def test_handlers_have_their_say(run, capsys):
    seen = []

    async def main():
        process.on("uncaughtException", lambda error, origin: seen.append((error, origin)))
        set_timeout(lambda: (_ for _ in ()).throw(Thrown(5)))
        Promise.reject(6)
        await drain()
        process.remove_all_listeners("uncaughtException")
        process.on("uncaughtException", lambda: 1 / 0)
        set_timeout(lambda: (_ for _ in ()).throw(KeyError))
        await drain()
        process.remove_all_listeners("uncaughtException")
        set_timeout(lambda: (_ for _ in ()).throw(Thrown({"a": 1})))
        await drain()
        assert process.exit_code == 1

    run(main)
    assert [(str(error), origin) for error, origin in seen][1] == ("5", "uncaughtException")
    assert seen[0][0].reason == 6
    assert seen[0][1] == "unhandledRejection"
    written = capsys.readouterr().err
    assert "ZeroDivisionError" in written
    assert written.endswith("Uncaught { a: 1 }\n")


# ---- tasks from elsewhere


def test_post_and_as_task_from_threads(run):
    seen = []

    async def main():
        runtime = live()
        assert isinstance(runtime, Runtime)
        assert runtime is live()
        promise, resolve, _ = Promise.with_resolvers()
        place.set("cell")

        def clicked(*arguments):
            seen.append((arguments, place.get(), threading.get_ident()))
            if len(seen) == 200:
                resolve("all")

        handler = runtime.as_task(clicked)

        def thread():
            place.set("thread")
            for number in range(100):
                handler(number)

        threads = [threading.Thread(target=thread) for _ in range(2)]
        for each in threads:
            each.start()
        assert await asyncio.wait_for(promise, 20) == "all"
        for each in threads:
            each.join()

    run(main)
    assert {where for _, where, _ in seen} == {"cell"}
    assert {thread for _, _, thread in seen} == {threading.get_ident()}
    assert sorted(arguments for arguments, _, _ in seen) == sorted((n,) for n in [*range(100)] * 2)


def test_a_click_is_a_task_that_wakes_the_runtime(run):
    order = []

    async def main():
        button = EventTarget()

        @async_function
        async def clicked(event):
            order.append(event.type)
            await Promise.resolve()
            order.append("after await")

        button.add_event_listener("click", clicked)
        button.add_event_listener("click", lambda: order.append("second"))
        click = live().as_task(lambda: button.dispatch_event(Event("click")))
        done = Promise(lambda resolve: button.add_event_listener("click", resolve))
        thread = threading.Thread(target=click)
        thread.start()
        await asyncio.wait_for(done, 20)
        thread.join()
        await drain()

    run(main)
    assert order == ["click", "second", "after await"]


def test_as_task_of_a_runtime_that_runs_by_itself():
    seen = []
    with Runtime() as runtime:
        runtime.as_task(lambda *arguments: seen.append(arguments))(1, 2)
        runtime.drain()
        with pytest.raises(TypeError, match="as_task: argument 'callback' must be callable"):
            runtime.as_task(5)
    assert seen == [(1, 2)]


# ---- where there is none


@pytest.mark.parametrize(
    "call",
    [
        lambda: set_timeout(print),
        lambda: queue_microtask(print),
        lambda: Promise.resolve(),
        lambda: process.on("exit", print),
        lambda: async_function(forever)(),
        live,
        drain,
    ],
)
def test_without_a_loop_there_is_a_remedy(call):
    with pytest.raises(RuntimeError, match=r"run\(.*asyncio|asyncio.*run\("):
        call()


async def forever():
    await Promise(lambda: None)


def test_live_and_drain_are_not_for_programs(run):
    def program():
        for function in (live, drain):
            with pytest.raises(RuntimeError, match="a program is running on this thread"):
                function()

    async def main():
        loopscope.run(program)

    run(main)
    loopscope.run(program)


def test_a_program_may_run_in_a_cell(run):
    order = []

    async def main():
        set_timeout(lambda: order.append("live"), 0)
        loopscope.run(lambda: set_timeout(lambda: order.append("its own"), 5) and None)
        assert loopscope.record("print('recorded')").output == ["recorded"]
        with pytest.raises(RuntimeError, match="this runtime is live"):
            live().run(print)
        with pytest.raises(RuntimeError, match=r"use `await loopscope.drain\(\)`"):
            live().drain()
        await drain()

    run(main)
    assert order == ["its own", "live"]


# ---- the end


def test_pending_work_ends_with_asyncio_without_a_word(run, capfd):
    dropped = []

    class Witness:
        def __del__(self):
            dropped.append(1)

    def callback_with(witness):
        return lambda: witness

    @async_function
    async def waits():
        try:
            await Promise(lambda: None)
        finally:
            dropped.append("finally")

    async def main():
        set_interval(callback_with(Witness()), 1)
        set_timeout(callback_with(Witness()), 3_600_000)
        set_immediate(callback_with(Witness()))
        queue_microtask(callback_with(Witness()))
        waits()
        Promise.resolve().then(forever)

    for _ in range(3):
        run(main)
    gc.collect()
    assert dropped == [1] * 12
    assert capfd.readouterr() == ("", "")


def test_each_loop_has_its_own_runtime(run):
    seen = []

    async def main():
        seen.append(live())
        set_timeout(lambda: seen.append("too late"), 1000)
        assert live() is seen[-1]

    run(main)
    run(main)
    assert len(seen) == 2
    assert seen[0] is not seen[1]
    seen.clear()


def test_a_runner_may_run_several_times_on_one_loop():
    seen = []

    async def first():
        set_timeout(lambda: seen.append("from the first"), 1)
        return Promise.resolve("kept")

    async def second(promise):
        await drain()
        return await promise

    with asyncio.Runner() as runner:
        promise = runner.run(first())
        assert runner.run(second(promise)) == "kept"
    assert seen == ["from the first"]


def test_threads_have_their_own_loops_and_runtimes(run):
    results, errors = {}, []

    def thread(name):
        async def main():
            value = await Promise(lambda resolve: set_timeout(resolve, 5, name))
            runtimes.append(live())
            barrier.wait()
            results[name] = value

        run(main)

    async def main():
        promise, resolve, _ = Promise.with_resolvers()

        def other():
            try:
                resolve(1)
            except RuntimeError as error:
                errors.append(str(error))

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        live().post(resolve, 2)
        assert await promise == 2

    runtimes, barrier = [], threading.Barrier(2)
    threads = [threading.Thread(target=thread, args=(name,)) for name in ("a", "b")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert results == {"a": "a", "b": "b"}
    assert len({*map(id, runtimes)}) == 2
    runtimes.clear()
    run(main)
    assert len(errors) == 1
    assert "from another thread" in errors[0]


def test_after_its_loop_has_closed(run):
    kept = {}

    async def main():
        kept["promise"], kept["resolve"], _ = Promise.with_resolvers()
        kept["timer"] = set_timeout(print, 1000)
        kept["runtime"] = live()
        kept["function"] = async_function(forever)
        kept["generator"] = async_function(generate)()

    async def generate():
        yield 1

    run(main)
    with pytest.raises(RuntimeError, match="is closed"):
        kept["runtime"].post(print)
    kept["resolve"](1)
    with pytest.raises(RuntimeError, match="has ended"):
        kept["promise"].then(print)
    with pytest.raises(RuntimeError, match="has ended"):
        kept["timer"].refresh()
    with pytest.raises(RuntimeError, match="has ended"):
        kept["generator"].next()
    with pytest.raises(RuntimeError, match="no runtime is running"):
        kept["function"]()
    with pytest.raises(RuntimeError, match="closed"):
        kept["runtime"].post(print)
    kept["runtime"].close()
    kept.clear()


def test_closing_drops_what_is_pending_and_the_next_call_starts_afresh(run):
    seen = []

    async def main():
        old = live()
        set_timeout(lambda: seen.append("dropped"), 200)
        waiting = asyncio.ensure_future(Promise(lambda: None))
        drained = drain()
        await asyncio.sleep(0)
        old.close()
        set_timeout(lambda: seen.append("dropped as well"), 200)
        await drained
        with pytest.raises(asyncio.CancelledError, match="the live runtime has ended"):
            await waiting
        old.close()
        assert live() is not old
        set_timeout(lambda: seen.append("anew"), 300)
        await drain()

    run(main)
    assert seen == ["anew"]


def test_closing_inside_of_a_call_is_safe(run):
    class Delay:
        def __float__(self):
            live().close()
            return 1.0

    async def main():
        set_timeout(print, Delay())
        Promise(lambda: live().close())
        queue_microtask(lambda: live().close())
        await drain()
        await asyncio.sleep(0)

    run(main)


def test_process_exit_ends_the_asyncio_program(run):
    seen = []

    async def main():
        process.on("exit", lambda code: seen.append(code))
        set_timeout(lambda: process.exit(3), 1)
        set_timeout(lambda: seen.append("too late"), 2)
        await asyncio.sleep(5)

    with pytest.raises(SystemExit) as ended:
        run(main)
    assert ended.value.code == 3
    assert seen == [3]
    gc.collect()


def test_keyboard_interrupt_goes_on_to_asyncio(run):
    async def main():
        signal.signal(signal.SIGINT, signal.default_int_handler)  # may be ignored, in a batch job
        set_timeout(lambda: signal.raise_signal(signal.SIGINT), 1)
        await asyncio.sleep(5)

    with pytest.raises(KeyboardInterrupt):
        run(main)
    gc.collect()


def test_a_failing_wake_up_is_the_callers_error():
    async def main():
        runtime = live()
        runtime.wake = lambda: 1 / 0
        with pytest.raises(ZeroDivisionError):
            queue_microtask(print)
        del runtime.wake
        assert await Promise.resolve(1) == 1

    asyncio.run(main())


def test_many_tasks_and_promises_leave_nothing_behind(run):
    async def worker(number):
        value = await Promise(lambda resolve: set_timeout(resolve, number % 5, number))
        return await double(value)

    @async_function
    async def double(value):
        await asyncio.sleep(0.0001 * (value % 3))
        return 2 * await Promise.resolve(value)

    async def main():
        results = await asyncio.gather(*(worker(number) for number in range(300)))
        assert results == [2 * number for number in range(300)]
        await drain()
        gc.collect()
        counts = _core.live_counts()
        assert (counts["timers"], counts["activations"]) == (0, 0)

    run(main)


def test_live_runtime_in_an_interpreter_that_exits_with_work_pending():
    source = """
        import asyncio, loopscope
        loop = asyncio.new_event_loop()
        async def main():
            loopscope.set_interval(print, 5)
            loopscope.async_function(wait)()
            kept.append(loopscope.Promise.resolve())
        async def wait():
            await asyncio.sleep(100)
        kept = []
        loop.run_until_complete(main())
        print("end")
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore::ResourceWarning", "-c", dedent(source)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "end\n", "")


def test_asyncio_loop_that_keeps_no_attribute():
    """Its runtime would be gone while the call that has made it still needs it."""

    class Forgetful(asyncio.SelectorEventLoop):
        def __setattr__(self, name, value):
            if "loopscope" not in name:
                super().__setattr__(name, value)

    async def program():
        with pytest.raises(RuntimeError, match=r"live: Forgetful, .*does not keep"):
            set_timeout(print, 5)

    loop = Forgetful()
    loop.run_until_complete(program())
    loop.close()
    gc.collect()


def test_asyncio_loop_that_is_made_forget_its_runtime():
    """A call that uses the runtime holds it: ASan sees it if not."""

    class Forgets:
        def __float__(self):
            host = asyncio.get_running_loop()
            del host._loopscope_live_runtime
            host._ready.clear()
            gc.collect()
            return 3.0

    async def program():
        set_timeout(print, 1)
        set_timeout(print, Forgets())

    loop = asyncio.SelectorEventLoop()
    with contextlib.suppress(RuntimeError, TimeoutError):  # it has lost the end of this as well
        loop.run_until_complete(asyncio.wait_for(program(), 0.05))
    loop.close()
    gc.collect()


def test_importing_loopscope_does_not_import_asyncio():
    source = (
        "import sys, loopscope\n"
        "try: loopscope.set_timeout(print)\n"
        "except RuntimeError: print('asyncio' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "False\n"
