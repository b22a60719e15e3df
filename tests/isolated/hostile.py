"""Values that nobody expects as an argument, as badinput.py names them in the programs it makes."""

from __future__ import annotations

import asyncio
import sys
from fractions import Fraction  # noqa: F401
from functools import partial  # noqa: F401
from pathlib import Path  # noqa: F401
from types import MethodType, SimpleNamespace  # noqa: F401

import loopscope
from loopscope import Promise, _core, async_function, for_await, record
from loopscope.emitter import EventEmitter  # noqa: F401
from loopscope.learn import check, moment  # noqa: F401
from loopscope.learn.exercise import predict  # noqa: F401
from loopscope.learn.order import in_any_order  # noqa: F401
from loopscope.limits import Limits  # noqa: F401
from loopscope.tracing import explain, fold, rules  # noqa: F401
from loopscope.transcript import Transcript  # noqa: F401


class HostileError(Exception):
    """What the hostile objects raise."""


class Liar:
    """Says that it is something else."""

    @property
    def __class__(self):
        return dict

    def __len__(self):
        return 3

    def __bool__(self):
        raise HostileError


class Raising:
    """Raises whatever it is asked."""

    def _refuse(self, *_):
        raise HostileError

    __eq__ = __hash__ = __index__ = __int__ = __float__ = __len__ = __iter__ = __bool__ = _refuse
    __repr__ = __str__ = __getattr__ = __call__ = __await__ = __aiter__ = __next__ = _refuse
    __getitem__ = __contains__ = __fspath__ = __format__ = __get__ = _refuse


class Huge:
    """A number without end."""

    def __index__(self):
        return 10**5000

    __int__ = __len__ = __index__

    def __float__(self):
        return float("nan")


class Text(str):
    """A str with an opinion of its own."""

    __slots__ = ()

    def __eq__(self, other):
        raise HostileError

    def __hash__(self):
        return 1

    def __str__(self):
        return self

    def __len__(self):
        return 10**5


class Str(str):
    """A str that behaves; code may still look for str itself."""

    __slots__ = ()


class Int(int):
    """An int that behaves."""


class Float(float):
    """A float that behaves."""


class Wrong:
    """Gives what Python forbids it to give."""

    def _wrong(self, *_):
        return None

    __index__ = __int__ = __float__ = __len__ = __bool__ = __hash__ = __repr__ = __str__ = _wrong
    __iter__ = __await__ = __fspath__ = _wrong


class Unsigned:
    """A callable that nobody can find the parameters of."""

    @property
    def __signature__(self):
        raise HostileError

    def __call__(self, *arguments):
        return self


class Dict(dict):
    """A dict that has everything."""

    def __missing__(self, key):
        return self

    def get(self, key, default=None):
        return self

    def keys(self):
        raise HostileError


class List(list):
    """A list that cannot be gone through."""

    def __iter__(self):
        raise HostileError


class Meta(type):
    def __instancecheck__(cls, instance):
        raise HostileError

    def __getattribute__(cls, name):
        if name == "then":
            raise HostileError
        return super().__getattribute__(name)


class Strange(metaclass=Meta):
    then = property(lambda self: fail())


class Thenable:
    def then(self, *functions):
        for function in functions:
            function(1)  # with itself, it would be adopted for ever


class Sub(Promise):
    """A subclass as it ought to be."""


class Forgetful(Promise):
    """Its constructor does not call that of Promise."""

    def __init__(self, executor):
        self.executor = executor


class Elsewhere(Promise):
    """Constructing it gives something else."""

    def __new__(cls, executor):
        executor(fail, fail)
        return 5


def generator(*_):
    yield 1
    raise HostileError


async def coroutine(*_):
    return 5


async def async_generator(*_):
    yield 1


def fail(*_, **__):
    raise HostileError


def nothing(*_, **__):
    pass


def demanding(one, two, /, *, three):
    pass


def own():
    """Make a list that is in itself."""
    items = [1]
    items.append(items)
    return items


def frame():
    return sys._getframe()


def closed_loop():
    loop = _core.Loop()
    loop.close()
    return loop


def other_loop():
    return _core.Loop(clock="virtual", trace=True)


def pending():
    return Promise(nothing)


def timeout():
    return loopscope.set_timeout(fail, 1).unref()


def immediate():
    return loopscope.set_immediate(fail).unref()


def running_function():
    return async_function(coroutine)


def running_generator():
    return async_function(async_generator)()


class Heard(Promise):
    """Tells what functions the C code made for it: `given`."""

    def __new__(cls, executor):
        self = super().__new__(cls)
        self.given = [executor]
        return self

    def then(self, *functions):
        self.given += functions
        return self

    @classmethod
    def resolve(cls, value=None):
        return value if isinstance(value, Heard) else cls(nothing)


def executor_function():
    made = []

    class Own(Promise):
        def __init__(self, executor):
            made.append(executor)
            super().__init__(executor)

    Own.with_resolvers()
    return made[0]


def finally_function():
    heard = Heard(nothing)
    Promise.finally_(heard, nothing)
    return heard.given[-1]


def element_function():
    heard = Heard(nothing)
    Heard.all([heard])
    return heard.given[-2]


def new_runtime():
    return loopscope.Runtime(clock="virtual", write=nothing)


async def make_old():
    """Make what is used after its run has ended."""
    promise = pending()
    generator = running_generator()
    return SimpleNamespace(
        promise=promise,
        awaiter=promise.__await__(),
        resolvers=Promise.with_resolvers(),
        timeout=timeout(),
        immediate=immediate(),
        generator=generator,
        step=generator.asend(1),
        iteration=await running_generator().next(),
        items=for_await([1, 2]),
        loop=_core.current_loop(),
    )


async def make_live():
    """Make what lives on asyncio's loop, to be used after that."""
    return SimpleNamespace(awaiter=Promise.resolve(1).__await__(), runtime=loopscope.live())


def parts(text):
    return [part.strip() for part in text.replace("\n", "|").split("|") if part.strip()]


# Simple ones first: a failing program is shrunk towards them.
VALUES = parts("""
    None | 0 | 1 | -1 | '' | 'x' | [] | {} | () | True | False | nothing | fail | 1.5 | -1.5 | -0.0
    nan | inf | -inf | 1e308 | -1e308 | 5e-324 | 1j | 2**31 | 2**53 | 2**63 | -2**63 | 2**64+1
    10**400 | -10**400 | Fraction(1, 3) | 'then' | 'stdout' | 'exit' | 'error' | 'newListener'
    'removeListener' | 'uncaughtException' | 'node' | 'browser' | 'virtual' | 'text' | '9' * 5000
    '\\ud800' | '\\0' | '%s %d %o %c %%' | '%s' * 50 | 'await 1' | b'' | b'x' | bytearray(b'x')
    memoryview(b'abc') | ... | NotImplemented | int | type | object() | BaseException | print | len
    range(3) | iter([1]) | set() | {1: 2} | {'once': Raising()} | own() | slice(None, None, 0)
    Path('x') | SimpleNamespace(then=nothing) | frame() | demanding | partial(nothing, 1)
    MethodType(nothing, 1) | generator | generator() | coroutine | async_generator
    async_generator() | asyncio.Event() | null | HostileError() | HostileError | KeyError(1)
    StopIteration(1) | StopAsyncIteration() | ValueError('x') | GeneratorExit() | Thrown(1)
    ExceptionGroup('x', [ValueError()]) | Str('exit') | Int(7) | Float(-2.5) | Text('then') | Liar()
    Raising() | Wrong() | Unsigned() | Huge() | Dict(a=1) | List([1]) | Strange() | Strange
    Thenable() | Sub | Forgetful | Elsewhere | closed_loop() | other_loop()
""")

# What methods and properties are called on. Most of it exists in a run only.
THINGS = parts("""
    Promise.resolve(1) | pending() | Promise.reject(2) | Promise.__new__(Promise) | Sub.resolve(1)
    Forgetful(nothing) | old.promise | Promise.with_resolvers() | old.awaiter | old_live.awaiter
    Promise.with_resolvers().resolve | old.resolvers.reject | executor_function()
    finally_function() | element_function() | running_function() | running_generator()
    old.generator | running_generator().asend(1) | running_generator().aclose() | old.step
    old.iteration | js_await(pending()) | for_await([1, 2]) | for_await([1]).close()
    for_await([1]).__aenter__() | old.items | timeout() | old.timeout | immediate() | old.immediate
    current_loop() | closed_loop() | other_loop() | old.loop | other_loop().trace | recording.trace
    recording.trace[0] | recording.trace._events | iter(recording.trace._events) | settled[0]
    recording | new_runtime() | Event('x') | CustomEvent('x') | EventTarget() | console | process
    process.stdout | EventEmitter() | EventEmitter()._table
    performance | null | AggregateError([1]) | Thrown(1)
    Trace.of(other_loop().trace) | explain.history(recording.trace) | fold.state(recording.trace, 5)
    fold.Folder() | old_live.runtime | Transcript(False) | Limits(5, None) | in_any_order('x')
    check(recording, ['x']) | moment(recording, 'x') | recording.explain() | rules.rule('phases')
    predict('x')(nothing)
""")

recording = record("""
from loopscope.js import *
setTimeout(console.log, 1, 'x')
Promise.resolve(1).then(console.log)
""")
settled = loopscope.run(lambda: Promise.all_settled([1, Promise.reject(2)]))
old = loopscope.run(async_function(make_old))
old_live = asyncio.run(make_live())
NAMES = {
    **globals(),
    **{name: getattr(loopscope, name) for name in loopscope.__all__},
    "nan": float("nan"),
    "inf": float("inf"),
    "js_await": _core.js_await,
    "current_loop": _core.current_loop,
    "Trace": type(recording.trace),
}
