"""Every place where the runtime calls a program, times everything that a program may do there.

Run by tests/test_hard.py in a process of its own: `python reentrancy.py HOST [PLACE]`. Each case is
named before it runs, so that a crash tells which one it was. What may come out of a run is what the
program itself did: its own exception, or the RuntimeError that refuses it. Nothing stays alive.
"""

from __future__ import annotations

import contextvars
import faulthandler
import gc
import signal
import sys
import threading
import warnings
import weakref
from contextlib import suppress

from loopscope import (
    CustomEvent,
    EventTarget,
    Promise,
    Runtime,
    Thrown,
    _core,
    async_function,
    block,
    clear_immediate,
    clear_timeout,
    console,
    for_await,
    process,
    queue_microtask,
    run,
    set_immediate,
    set_interval,
    set_timeout,
)
from loopscope.errors import UnhandledPromiseRejection

MOST_CALLS = 3  # of an action within one run: it may bring about further ones
variable = contextvars.ContextVar("variable")
sink: list[str] = []


def nothing(*_):
    pass


class World:
    """What one run has at hand: pending things of all kinds, and the action."""

    def __init__(self, action, host):
        self.action = action
        self.node = host == "node"
        self.calls = 0
        self.reached = False
        self.settlers = []
        self.handles = []
        self.cleared = []
        self.promises = []
        self.generators = []

    def act(self, *_):
        """Do it, if it has not been done too often."""
        self.reached = True
        if self.calls < MOST_CALLS and _core.current_loop() is not None:
            self.calls += 1
            return self.action(self)
        return None

    def furnish(self):
        """Have something pending of each kind."""
        for _ in range(2):
            resolvers = Promise.with_resolvers()
            self.settlers.append((resolvers.resolve, resolvers.reject))
            self.promises += [resolvers.promise, resolvers.promise.then(nothing)]
            self.handles += [set_timeout(nothing, delay) for delay in (1, 1, 5)]
            self.handles.append(set_interval(lambda: None, 2).unref())
            if self.node:
                self.handles.append(set_immediate(nothing))
        int(self.handles[0])
        self.generators.append(generate())
        self.promises.append(self.generators[0].next())
        waits(self.promises[0]).catch(nothing)
        Promise.all(self.promises).catch(nothing)


@async_function
async def generate():
    try:
        for number in range(3):
            yield number
    finally:
        nothing()


@async_function
async def waits(promise):
    try:
        await promise
    finally:
        nothing()


# ---- what a program may do ----


def clear(world):
    for handle in [*world.handles, *map(str, world.handles[:1])]:
        clear_timeout(handle)
        if world.node:
            clear_immediate(handle)
    world.cleared += world.handles


def refresh(world):
    for handle in world.handles:
        if hasattr(handle, "refresh"):
            handle.refresh()
            handle.ref()
        handle.unref()


def close(_):
    _core.current_loop().close()


def close_another(_):
    loop = _core.Loop()
    loop.close()


def settle(world):
    for resolve, reject in world.settlers:
        resolve(1)
        reject(2)
        resolve(Promise.resolve())


def settle_with_each_other(world):
    for resolve, _ in world.settlers:
        resolve(world.promises[0])


def advance(world):
    for generator in world.generators:
        generator.next()
        generator.throw(ValueError()).catch(nothing)
        generator.return_(1)


def fail(_):
    raise ValueError("the program's own")


def throw(_):
    raise Thrown(5)


def interrupt(_):
    raise KeyboardInterrupt


def leave(_):
    raise SystemExit(3)


def exit_process(_):
    process.exit(4)


def exit_and_go_on(world):
    try:
        process.exit(4)
    except SystemExit:
        schedule(world)


def leave_generator(_):
    raise GeneratorExit


def stop(_):
    raise StopIteration(5)


def stop_async(_):
    raise StopAsyncIteration


def collect(_):
    gc.collect()


def run_again(_):
    run(nothing)


def run_itself(_):
    _core.current_loop().run(nothing)


def recurse(_):
    def deeper():
        Promise(lambda: nested())
        deeper()

    def nested(depth=20):
        Promise(lambda: nested(depth - 1) if depth else None)

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(min(limit, 400))
    try:
        deeper()
    finally:
        sys.setrecursionlimit(limit)


def schedule(world):
    world.furnish()
    queue_microtask(world.act)
    set_timeout(world.act)
    if world.node:
        process.next_tick(world.act)
        set_immediate(world.act)
    Promise.reject(1).catch(world.act)
    variable.set(world)
    block(1)


def reject_unheard(_):
    Promise.reject(ValueError("nobody"))


def give_coroutine(world):
    async def coroutine():
        await Promise.resolve(1)
        world.act()

    return coroutine()


def give_promise(world):
    return world.promises[0]


def give_itself(world):
    return world


def use_in_another_thread(world):
    refused = []

    def use():
        for call in (
            lambda: world.promises[0].then(nothing),
            lambda: world.settlers[0][0](1),
            lambda: set_timeout(nothing),
            lambda: world.handles[0].refresh(),
            lambda: world.generators[0].next(),
        ):
            try:
                call()
            except RuntimeError:
                refused.append(call)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert len(refused) == 5, len(refused)


def forget(world):
    world.handles.clear()
    world.promises.clear()
    world.settlers.clear()
    world.generators.clear()
    gc.collect()


def listen(_):
    process.remove_all_listeners()
    process.on("uncaughtException", nothing)
    process.on("unhandledRejection", nothing)


PROGRAM = (ValueError, Thrown, UnhandledPromiseRejection)
ACTIONS = {
    clear: (),
    refresh: (),
    close: (RuntimeError,),
    close_another: (),
    settle: PROGRAM,
    settle_with_each_other: (),
    advance: PROGRAM,
    fail: (ValueError,),
    throw: (Thrown, UnhandledPromiseRejection),
    interrupt: (KeyboardInterrupt,),
    leave: (SystemExit,),
    exit_process: (SystemExit,),
    exit_and_go_on: (SystemExit,),
    leave_generator: (GeneratorExit, UnhandledPromiseRejection, RuntimeError),
    stop: (StopIteration, UnhandledPromiseRejection, RuntimeError),
    stop_async: (StopAsyncIteration, UnhandledPromiseRejection, RuntimeError),
    collect: (),
    run_again: (RuntimeError,),
    run_itself: (RuntimeError,),
    recurse: (RecursionError,),
    schedule: (),
    reject_unheard: (ValueError,),
    give_coroutine: (),
    give_promise: (),
    give_itself: (),
    use_in_another_thread: (),
    forget: (),
    listen: (),
}

# ---- where the runtime calls a program ----


class Finalized:
    """Acts when it goes."""

    def __init__(self, world):
        self.world = world

    def __del__(self):
        self.world.act()

    def __call__(self, *_):
        pass


class Acting:
    """Acts whenever it is looked at."""

    def __init__(self, world):
        self.__dict__["world"] = world

    def __getattr__(self, name):
        if name in ("then", "next", "return_", "handle_event", "constructor"):
            self.world.act()
        raise AttributeError(name)

    def __repr__(self):
        self.world.act()
        return "Acting"

    def __float__(self):
        self.world.act()
        return 1.0

    def __hash__(self):
        self.world.act()
        return 1

    def __eq__(self, other):
        self.world.act()
        return False

    def __iter__(self):
        self.world.act()
        yield 1
        self.world.act()
        yield Promise.resolve(2)


def executor(world):
    Promise(lambda resolve, reject: world.act())


def then(world):
    Promise.resolve(1).then(world.act)


def catch(world):
    Promise.reject(1).catch(world.act)


def finally_(world):
    Promise.resolve(1).finally_(world.act).then(nothing)


def look_up_then(world):
    Promise.resolve(Acting(world))


def call_then(world):
    class Thenable:
        def then(self, resolve, reject):
            world.act()
            resolve(1)

    Promise.resolve(Thenable())


def timer(world):
    world.handles.append(set_timeout(world.act, 1))


def interval(world):
    def tick():
        own.unref()
        world.act()

    own = set_interval(tick, 1)
    world.handles.append(own)


def immediate(world):
    if world.node:
        world.handles.append(set_immediate(world.act))


def tick(world):
    if world.node:
        process.next_tick(world.act)


def microtask(world):
    queue_microtask(world.act)


def script(world):
    world.act()


def body(world):
    @async_function
    async def function():
        return world.act()

    function()


def resumed_body(world):
    @async_function
    async def function():
        await world.promises[-1]
        await Promise.resolve(1)
        return world.act()

    function()


def generator_body(world):
    @async_function
    async def function():
        try:
            world.act()
            yield 1
            world.act()
            yield Promise.resolve(2)
        finally:
            world.act()

    generator = function()
    world.generators.append(generator)
    generator.next().catch(nothing)
    generator.next().catch(nothing)
    generator.return_(1).catch(nothing)


def listeners(world):
    for event in (
        "beforeExit",
        "exit",
        "uncaughtException",
        "unhandledRejection",
        "rejectionHandled",
    ):
        process.on(event, world.act)
    process.on("warning", world.act)
    late = Promise.reject(1)
    set_timeout(lambda: late.catch(nothing), 2)
    set_timeout(fail, 1, None)
    set_timeout(nothing, 2**40)


def event_listener(world):
    target = EventTarget()
    target.add_event_listener("x", world.act)
    target.add_event_listener("x", Acting(world))
    target.dispatch_event(CustomEvent("x", detail=1))


def items(world):
    for combine in (Promise.all, Promise.all_settled, Promise.any, Promise.race):
        combine(Acting(world)).catch(nothing)


def items_that_are_closed(world):
    class Closing:
        def __iter__(self):
            return self

        def __next__(self):
            return 1

        def return_(self):
            world.act()

    class Refusing(Promise):
        @classmethod
        def resolve(cls, value=None):
            raise ValueError

    Refusing.all(Closing()).catch(nothing)


def iteration(world):
    class Own:
        def __aiter__(self):
            world.act()
            return self

        def next(self):
            world.act()
            return {"done": False, "value": Acting(world)}

        def return_(self):
            world.act()
            return {}

    @async_function
    async def iterate(iterable):
        async with for_await(iterable) as entries:
            async for _ in entries:
                break

    iterate(Own()).catch(nothing)
    iterate(Acting(world)).catch(nothing)


def subclass(world):
    class Sub(Promise):
        def __init__(self, executor):
            world.act()
            super().__init__(executor)

        def then(self, *handlers):
            world.act()
            return super().then(*handlers)

        @property
        def constructor(self):
            world.act()
            return Sub

    Sub.resolve(1).finally_(nothing).catch(nothing)
    Sub.all([Sub.resolve(1), 2]).catch(nothing)
    Promise.resolve(Sub.resolve(1)).catch(nothing)


def delay(world):
    world.handles.append(set_timeout(nothing, Acting(world)))


def finalizers(world):
    clear_timeout(set_timeout(Finalized(world), 1, Finalized(world)))
    queue_microtask(Finalized(world))
    Promise.resolve(Finalized(world)).then(Finalized(world))
    Promise(lambda: None).then(Finalized(world))
    set_timeout(Finalized(world), 1)
    world.generators.append(generate())
    world.generators[-1].return_(Finalized(world))


def finalizers_of_cycles(world):
    cycle = [Finalized(world)]
    cycle += [
        cycle,
        Promise(lambda: None).then(lambda: cycle),
        set_timeout(lambda: cycle, 50).unref(),
    ]
    set_timeout(gc.collect, 2)


def values_of_contexts(world):
    def set_variable():
        variable.set(Finalized(world))

    queue_microtask(set_variable)
    set_timeout(set_variable, 1)
    Promise.resolve(1).then(set_variable)


def weak_references(world):
    promise = Promise(lambda: None)
    timer = set_timeout(nothing, 1)
    world.reference = weakref.ref(promise, world.act)
    world.handles.append(timer)
    del promise


def printing(world):
    console.log(
        Acting(world), [Acting(world)], {"x": Acting(world)}, Promise.resolve(Acting(world))
    )
    console.log("%s %d %o", Acting(world), Acting(world), Acting(world))
    console.table([Acting(world)])
    repr(Promise.resolve(Acting(world)))
    repr(Promise.resolve([Promise.resolve(Acting(world))]))


def output(world):
    world.at_output = world.act
    console.log("text")


def signals(world):
    previous = signal.signal(signal.SIGUSR1, world.act)
    try:
        signal.raise_signal(signal.SIGUSR1)
        set_timeout(signal.raise_signal, 1, signal.SIGUSR1)
    finally:
        world.at_end = lambda: signal.signal(signal.SIGUSR1, previous)


def posted(world):
    _core.current_loop().post(world.act)
    _core.current_loop().post(nothing)


def profiling(world):
    def hook(frame, event, argument):
        if frame.f_code is profiled.__code__:
            world.act()

    def profiled():
        pass

    if sys.getprofile() is None:
        sys.setprofile(hook)
        world.at_end = lambda: sys.setprofile(None)
        queue_microtask(profiled)
        profiled()
    else:
        world.reached = True  # the record of the run has this hook


PLACES = [
    *(executor, then, catch, finally_, look_up_then, call_then),
    *(timer, interval, immediate, tick, microtask, script),
    *(body, resumed_body, generator_body, listeners, event_listener),
    *(items, items_that_are_closed, iteration, subclass, delay),
    *(finalizers, finalizers_of_cycles, values_of_contexts, weak_references),
    *(printing, output, signals, posted, profiling),
]


class Case:
    """One action in one place of one run."""

    def __init__(self, place, action, host, recorded):
        self.place = place
        self.action = action
        self.host = host
        self.recorded = recorded
        self.unraisable = []

    def __str__(self):
        recorded = ", recorded" if self.recorded else ""
        return f"{self.place.__name__} / {self.action.__name__} ({self.host}{recorded})"

    def run(self):
        """Run it; return what came out of it."""
        world = World(self.action, self.host)
        world.at_output = nothing

        def write(stream, text):
            sink.append(text)
            world.at_output()

        def program():
            world.furnish()
            self.place(world)

        error = None
        sys.unraisablehook = lambda raised: self.unraisable.append(raised.exc_value)
        try:
            with Runtime(
                host=self.host,
                clock="virtual",
                write=write,
                trace=self.recorded,
                frames=self.recorded,
            ) as runtime:
                try:
                    runtime.run(program)
                except BaseException as raised:
                    error = raised
                finally:
                    getattr(world, "at_end", nothing)()
                if self.recorded:
                    assert [event.seq for event in runtime.trace()] == [
                        *range(len(runtime.trace()))
                    ]
            for handle in world.handles:
                if handle not in world.cleared:  # which is no runtime's any more
                    refused(getattr(handle, "refresh", close_handle))
                elif hasattr(handle, "refresh"):
                    with suppress(RuntimeError):
                        handle.refresh().ref().unref().close()
                        clear_timeout(handle)
                        assert not handle.has_ref()
                        assert int(handle) > 0
            for promise in world.promises:
                refused(promise.then, nothing)
            for resolve, _ in world.settlers:
                resolve(1)
        finally:
            del write, program
            world.__dict__.pop("at_output")
            gc.collect()
            sys.unraisablehook = sys.__unraisablehook__
        assert world.reached or (self.place in (immediate, tick) and not world.node), "not there"
        return error

    def check(self, error):
        """The program's own exception, or what refuses it."""
        allowed = ACTIONS[self.action]
        if self.place is listeners:
            allowed += PROGRAM
        if self.place is items_that_are_closed or self.place is subclass:
            allowed += (TypeError,)
        for raised in [error, *self.unraisable]:
            while isinstance(raised, BaseExceptionGroup):
                raised = raised.exceptions[0]
            assert raised is None or isinstance(raised, allowed), repr(raised)


def close_handle():
    raise RuntimeError


def refused(call, *arguments):
    try:
        call(*arguments)
    except RuntimeError:
        return
    raise AssertionError("used after the end")


def main():
    faulthandler.enable()
    warnings.simplefilter("ignore")
    host, *names = sys.argv[1:]
    gc.collect()
    gc.freeze()  # what the modules hold need not be looked at thousands of times
    failed = 0
    for place in PLACES:
        if names and place.__name__ not in names:
            continue
        for action in ACTIONS:
            for recorded in (False, True):
                case = Case(place, action, host, recorded)
                print(case, flush=True)
                before = _core.live_counts()
                try:
                    case.check(case.run())
                    case.unraisable.clear()
                    gc.collect()
                    after = _core.live_counts()
                    assert all(after[name] <= before[name] for name in after), f"left: {after}"
                except AssertionError as error:
                    failed += 1
                    print("FAILED", case, error)
                    if names:
                        raise
    print("done" if not failed else f"{failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
