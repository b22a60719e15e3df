"""Every public function with arbitrary arguments: documented exceptions, and never a crash.

Run by tests/test_hard.py and by `./dev badinput`, in a process of its own: `python badinput.py
[--calls N] [--seed S]`. Each round prints its seed first; `--seed S --calls 1` makes it again.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import gc
import io
import random
import sys
import tempfile
import warnings
from pathlib import Path

import loopscope
from loopscope import _core, errors, events, js, performance, process, record
from loopscope.tracing import explain, fold, rules, schema

CALLS_IN_A_ROUND = 60


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
    __getitem__ = __contains__ = __fspath__ = __format__ = _refuse


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


def generator(*_):
    yield 1
    raise HostileError


async def coroutine(*_):
    return 5


async def async_generator(*_):
    yield 1


def fail(*_, **__):
    raise HostileError


def closed_loop():
    loop = _core.Loop()
    loop.close()
    return loop


def make_value(chance):
    """Return something that somebody may pass."""
    simple = [
        *(None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63), 2**64 + 1, 10**400, 1.5, 1e308),
        *(
            float("nan"),
            float("inf"),
            -0.0,
            1j,
            "",
            "x",
            "stdout",
            "exit",
            "\ud800",
            "\0",
            "9" * 5000,
        ),
        *(b"", b"x", bytearray(b"x"), ..., NotImplemented, int, type, object(), BaseException),
        *(
            Text("then"),
            Liar(),
            Raising(),
            Huge(),
            Dict(a=1),
            List([1]),
            Strange(),
            Strange,
            Thenable(),
        ),
        *(fail, print, len, generator, coroutine, async_generator, "%s %d %o %c %%", "%s" * 50),
        *(
            HostileError(),
            KeyError(1),
            StopIteration(1),
            ValueError("x"),
            ExceptionGroup("x", [ValueError()]),
        ),
    ]
    makers = [
        lambda: generator(),
        lambda: async_generator(),
        lambda: closed_loop(),
        lambda: memoryview(b"abc"),
        lambda: {make_hashable(chance): make_value(chance)},
        lambda: [make_value(chance), make_value(chance)],
        lambda: (make_value(chance),),
        lambda: loopscope.null,
        lambda: Path("x"),
        lambda: sys._getframe(),
        lambda: range(3),
    ]
    if _core.current_loop() is not None:
        makers += [
            lambda: loopscope.Promise.resolve(make_value(chance)),
            lambda: loopscope.Promise(lambda: None),
            lambda: loopscope.Promise.__new__(loopscope.Promise),
            lambda: loopscope.set_timeout(fail, 1).unref(),
            lambda: loopscope.Promise.with_resolvers(),
            lambda: loopscope.async_function(async_generator)(),
            lambda: loopscope.for_await([1]),
            lambda: _core.current_loop(),
            lambda: loopscope.CustomEvent("x"),
            lambda: loopscope.EventTarget(),
        ]
    return chance.choice(makers)() if chance.random() < 0.4 else chance.choice(simple)


def make_hashable(chance):
    value = make_value(chance)
    try:
        hash(value)
    except Exception:
        return "key"
    return value


# Not for random arguments: what waits, exits or reads the terminal, and what Python has by itself.
LEFT_OUT = {"load_ipython_extension", "unload_ipython_extension", "annotations", "TYPE_CHECKING"}


def functions_of(owner, name):
    """Find what can be called on an object: (name, callable)."""
    for attribute in dir(owner):
        if attribute.startswith("_") or attribute in LEFT_OUT:
            continue
        try:
            value = getattr(owner, attribute)
        except Exception:  # a property that needs more than there is
            continue
        if callable(value):
            yield f"{name}.{attribute}", value


def targets(recording):
    """Find all that can be called within a run."""
    promise = loopscope.Promise.resolve(1)
    promise.then(None)
    async_function = loopscope.async_function(coroutine)
    things = {
        "loopscope": loopscope,
        "_core": _core,
        "js": js,
        "events": events,
        "errors": errors,
        "console": loopscope.console,
        "process": process,
        "performance": performance.performance
        if hasattr(performance, "performance")
        else performance,
        "promise": promise,
        "Promise": loopscope.Promise,
        "timeout": loopscope.set_timeout(fail, 1).unref(),
        "immediate": loopscope.set_immediate(fail).unref(),
        "target": loopscope.EventTarget(),
        "event": loopscope.CustomEvent("x"),
        "for_await": loopscope.for_await([1, 2]),
        "generator": loopscope.async_function(async_generator)(),
        "loop": _core.current_loop(),
        "resolvers": loopscope.Promise.with_resolvers(),
        "recording": recording,
        "trace": recording.trace,
        "fold": fold,
        "explain": explain,
        "rules": rules,
        "schema": schema,
        "runtime": loopscope.Runtime(),
    }
    found = [pair for name, owner in things.items() for pair in functions_of(owner, name)]
    things["runtime"].close()
    return [*found, ("async function", async_function), ("settled", type(promise))]


DOCUMENTED = (
    *(
        TypeError,
        ValueError,
        RuntimeError,
        OverflowError,
        LookupError,
        AttributeError,
        ArithmeticError,
    ),
    *(
        HostileError,
        loopscope.Thrown,
        StopIteration,
        StopAsyncIteration,
        SystemExit,
        OSError,
        SyntaxError,
    ),
    *(errors.UnhandledPromiseRejection, BaseExceptionGroup, NameError, ImportError, EOFError),
    *(GeneratorExit, BufferError),
)
failed: list[str] = []


def call(name, function, chance):
    arguments = [make_value(chance) for _ in range(chance.choice((0, 1, 1, 2, 2, 3, 5)))]
    keywords = {}
    if chance.random() < 0.2:
        keywords[chance.choice(("delay", "once", "signal", "executor", "x"))] = make_value(chance)
    try:
        result = function(*arguments, **keywords)
        for use in (repr, str, hash, iter, bool):
            with contextlib.suppress(*DOCUMENTED):
                use(result)
    except DOCUMENTED:
        pass
    except BaseException as error:
        failed.append(f"{name} raised {type(error).__name__}: {str(error)[:200]!r}")


def end_after_a_while(runtime):
    """End the run from within, as an interval may go on for ever."""
    runtime.post(lambda: loopscope.set_timeout(process.exit, 50, 0))


def play_round(seed, recording):
    """Call some functions within a run that ends by itself."""
    chance = random.Random(seed)

    def program():
        process.on("uncaughtException", lambda *_: None)
        process.on("unhandledRejection", lambda *_: None)
        everything = targets(recording)
        for _ in range(CALLS_IN_A_ROUND):
            call(*chance.choice(everything), chance)

    try:
        with loopscope.Runtime(
            clock="virtual",
            host=chance.choice(("node", "browser")),
            write=lambda *_: None,
            trace=seed % 2 == 0,
        ) as runtime:
            end_after_a_while(runtime)
            runtime.run(program)
    except DOCUMENTED:
        pass
    except BaseException as error:
        failed.append(f"the run raised {type(error).__name__}: {str(error)[:200]!r}")


def main():
    faulthandler.enable()
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    recording = record("setTimeout(console.log, 1, 'x')\nPromise.resolve(1).then(console.log)")
    sys.unraisablehook = lambda _: None
    sys.stdin = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for seed in range(options.seed, options.seed + max(1, options.calls // CALLS_IN_A_ROUND)):
            print(f"seed {seed}", flush=True)
            before = len(failed)
            play_round(seed, recording)
            gc.collect()
            for text in failed[before:]:
                print(f"FAILED seed {seed}: {text}", flush=True)
    print("done" if not failed else f"{len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
