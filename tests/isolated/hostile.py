"""Values that nobody expects as an argument, as badinput.py names them in the programs it makes."""

from __future__ import annotations

import asyncio  # noqa: F401 - what is not used here is named in the programs
import sys
from pathlib import Path  # noqa: F401

import loopscope
from loopscope import Promise, _core, async_function, record
from loopscope.tracing import explain, fold, rules  # noqa: F401


class HostileError(Exception):
    """What the hostile objects raise."""


class Liar:
    """Says that it is something else."""

    @property
    def __class__(self):
        return dict

    def __len__(self):
        return -1

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
        return 10**9


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
    then = property(lambda self: 1 / 0)


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


def new_runtime():
    return loopscope.Runtime(clock="virtual", write=nothing)


def parts(text):
    return [part.strip() for part in text.replace("\n", "|").split("|") if part.strip()]


# Simple ones first: a failing program is shrunk towards them.
VALUES = parts("""
    None | 0 | 1 | -1 | '' | 'x' | [] | {} | () | True | nothing | fail | 1.5 | -0.0 | nan | inf
    1e308 | 1j | 2**31 | 2**63 | -2**63 | 2**64+1 | 10**400 | 'then' | 'stdout' | 'exit' | 'error'
    'virtual' | '9' * 5000 | '\\ud800' | '\\0' | '%s %d %o %c %%' | '%s' * 50 | 'await 1' | b''
    b'x' | bytearray(b'x') | memoryview(b'abc') | ... | NotImplemented | int | type | object()
    BaseException | print | len | range(3) | Path('x') | frame() | generator | generator()
    coroutine | async_generator | async_generator() | asyncio.Event() | null | HostileError()
    KeyError(1) | StopIteration(1) | ValueError('x') | ExceptionGroup('x', [ValueError()])
    GeneratorExit() | Thrown(1) | Text('then') | Liar() | Raising() | Huge() | Dict(a=1)
    List([1]) | Strange() | Strange | Thenable() | Sub | Forgetful | Elsewhere | closed_loop()
    other_loop()
""")

# What methods and properties are called on. Most of it exists in a run only.
THINGS = parts("""
    Promise.resolve(1) | pending() | Promise.reject(2) | Promise.__new__(Promise) | Sub.resolve(1)
    Forgetful(nothing) | Promise.with_resolvers() | Promise.with_resolvers().resolve
    running_function() | running_generator() | running_generator().asend(1)
    running_generator().aclose() | js_await(pending()) | for_await([1, 2])
    for_await([1]).close() | for_await([1]).__aenter__() | timeout() | immediate()
    current_loop() | closed_loop() | other_loop() | other_loop().trace | recording.trace
    recording.trace[0] | recording.trace._events | iter(recording.trace._events) | settled[0]
    recording | new_runtime() | Event('x') | CustomEvent('x') | EventTarget() | console | process
    performance | null | AggregateError([1]) | Thrown(1) | Trace.of(other_loop().trace)
    explain.history(recording.trace) | fold.state(recording.trace, 5) | recording.explain()
    rules.rule('phases')
""")

recording = record("setTimeout(console.log, 1, 'x')\nPromise.resolve(1).then(console.log)")
settled = loopscope.run(lambda: Promise.all_settled([1, Promise.reject(2)]))
NAMES = {
    **globals(),
    **{name: getattr(loopscope, name) for name in loopscope.__all__},
    "nan": float("nan"),
    "inf": float("inf"),
    "js_await": _core.js_await,
    "current_loop": _core.current_loop,
    "Trace": type(recording.trace),
}
