"""Every public function, method and property with arbitrary arguments: documented exceptions alone.

Run by tests/test_hard.py and by `./dev badinput`: `python badinput.py [--examples N] [--seed S]`.
Hypothesis makes short programs, and each runs in a process of its own, so that one which ends the
process is seen, and shrunk, as any other. `--program FILE` runs one again: a line is a step.

What a step may raise: what the docstring names, what its arguments raise, TypeError for an argument
of a wrong type, and what Python has for an attribute that is not there or cannot be set.
"""

from __future__ import annotations

import argparse
import builtins
import contextlib
import faulthandler
import gc
import inspect
import os
import re
import select
import signal
import sys
import tempfile
import time
import warnings
from pathlib import Path

import hostile
import loopscope
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from loopscope import process

SECONDS = 30  # for one program
STEPS = 12
OURS = ("loopscope", "_core")
# Other modules are called by these and by the methods of a recording, which are targets, too.
MODULES = ("", "js", "_core", "errors", "events", "process")
MODULES += ("tracing.rules", "tracing.schema", "learn")
# What waits for the terminal or for ever, and what takes Python's own objects apart.
LEFT_OUT = {"__class__", "__dict__", "__weakref__", "__init_subclass__", "__subclasshook__"}
LEFT_OUT |= {"__del__", "__getattribute__", "__dir__", "__sizeof__", "__module__", "__doc__"}
SLOW = ("Recording.plot", "Recording.stepper", "Trace.to_dataframe")
OF_OBJECT = ("__init__", "__reduce_ex__", "__repr__", "__str__", "__eq__", "__hash__", "__copy__")
# Arguments may be of any size, so what computes with them may say that it cannot.
OF_ARGUMENTS = (hostile.HostileError, TypeError, OverflowError, UnicodeError, ZeroDivisionError)


class Target:
    """Something to call: its name, what it is called on, and what it may raise."""

    def __init__(self, name, function, this=None, documented=()):
        self.name = name
        self.function = function
        self.this = this
        self.allowed = (*OF_ARGUMENTS, *documented)


def documented(*things):
    """Find the exceptions that docstrings name."""
    found = set()
    for thing in things:
        for name in re.findall(r"\b[A-Z]\w+\b", inspect.getdoc(thing) or ""):
            kind = getattr(builtins, name, None) or getattr(loopscope.errors, name, None)
            if isinstance(kind, type) and issubclass(kind, BaseException):
                found.add(kind)
    return found


def targets_of_modules():
    for name in MODULES:
        module = __import__(f"loopscope.{name}".strip("."), fromlist=["x"])
        for attribute in getattr(module, "__all__", None) or dir(module):
            value = getattr(module, attribute)
            if callable(value) and not attribute.startswith("_"):
                yield Target(f"{name}.{attribute}", value, None, documented(value))


def is_ours(cls):
    return cls.__module__.split(".")[0] in OURS


def targets_of_things():
    """The same of the types of what there is in a run, so inside of one."""
    for source in hostile.THINGS:
        cls = type(eval(source, hostile.NAMES))
        if not is_ours(cls):
            continue
        for attribute in dir(cls):
            owner = next((base for base in cls.__mro__ if attribute in vars(base)), None)
            known = owner is not None and (is_ours(owner) or attribute in OF_OBJECT)
            if known and attribute not in LEFT_OUT and not is_private(attribute):
                yield from targets_of(cls, owner, attribute, source)


def is_private(name):
    return name.startswith("_") and not name.startswith("__")


def targets_of(cls, owner, attribute, this):
    name = f"{cls.__name__}.{attribute}"
    value = vars(owner)[attribute]
    may = documented(value, owner)
    if attribute in ("__setattr__", "__delattr__"):
        may |= {AttributeError}
    if isinstance(value, (classmethod, staticmethod, type(dict.__dict__["fromkeys"]))):
        yield Target(name, getattr(cls, attribute), None, may)
    elif callable(value):
        yield Target(name, lambda this, *a, **k: getattr(this, attribute)(*a, **k), this, may)
        if not inspect.isfunction(value):
            yield Target(f"{name} of any", value, "", may)  # its descriptor has to look
    else:
        may |= {AttributeError}
        yield Target(f"get {name}", lambda this: getattr(this, attribute), this, may)
        if this not in ("console", "process", "performance", "null"):
            yield Target(f"set {name}", lambda this, to: setattr(this, attribute, to), this, may)
            yield Target(f"del {name}", lambda this: delattr(this, attribute), this, may)


def fail(what, error):
    text = "".join(str(error).splitlines()[:1])[:200]
    failures.append(f"{what} raised {type(error).__name__}: {text!r}")


TARGETS: dict[str, Target] = {}
results: list[object] = []
failures: list[str] = []

# ---- the programs


def make_values():
    simple = st.one_of(
        st.sampled_from(hostile.VALUES),
        st.sampled_from(hostile.THINGS),
        st.integers(1, STEPS).map("earlier({})".format),
        st.one_of(st.integers(), st.floats(), st.text(max_size=5)).map(repr),
    )
    return st.recursive(
        simple,
        lambda value: st.one_of(
            st.lists(value, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
            st.lists(value, max_size=3).map(
                lambda items: "(" + "".join(f"{item}, " for item in items) + ")"
            ),
            value.map("{{'x': {}}}".format),
            make_steps(value).map("lambda *_: {}".format),
        ),
        max_leaves=4,
    )


KEYWORDS = ("delay", "once", "signal", "host", "clock", "trace", "lines", "until", "lang", "x")


def make_steps(values):
    """Give calls as source text: a target's name, what it is called on, its arguments."""

    def write(drawn):
        name, arguments, keywords, as_any = drawn
        this = TARGETS[name].this
        first = [] if this is None else [as_any] if this == "" else [this]
        named = [f"**{{{key!r}: {value}}}" for key, value in keywords]
        return f"call({', '.join([repr(name), *first, *arguments, *named])})"

    keyword = st.tuples(st.sampled_from(KEYWORDS), values)
    parts = st.lists(values, max_size=4), st.lists(keyword, max_size=1), values
    return st.tuples(st.sampled_from(sorted(TARGETS)), *parts).map(write)


PLACES = {
    "main": lambda step: step(),
    "microtask": loopscope.queue_microtask,
    "tick": process.next_tick,
    "timer": loopscope.set_timeout,
    "then": lambda step: loopscope.Promise.resolve().then(step),
    "executor": lambda step: loopscope.Promise(lambda *_: step()),
}
HOSTS = ("node", "browser", "node traced", "browser traced", "node lines", "nowhere")

# ---- a run of one, in a process of its own


def earlier(back):
    return results[-back] if back <= len(results) else None


def call(name, *arguments, **keywords):
    """Call a target; what it gives is used as anybody would."""
    target = TARGETS[name]
    if target.this == "current_loop()" and arguments[:1] == (None,):
        return None  # nowhere
    result = None
    try:
        result = target.function(*arguments, **keywords)
        for use in (repr, str, hash, iter, bool):
            with contextlib.suppress(*target.allowed, Exception):
                use(result)
    except target.allowed:
        pass
    except BaseException as error:
        fail(name, error)
    results.append(result)
    return result


def run_steps(steps):
    for place, source in steps:

        def step(source=source):
            eval(source, NAMES)

        with contextlib.suppress(*OF_ARGUMENTS, RuntimeError):
            PLACES[place](step)


def run_program(host, steps):
    """Call it all in a run that ends by itself: an interval may go on for ever."""
    host, _, traced = host.partition(" ")
    if host == "nowhere":
        run_steps([("main", source) for _, source in steps])
        return

    def main():
        process.on("uncaughtException", nothing)
        process.on("unhandledRejection", nothing)
        loopscope.set_timeout(process.exit, 50, 0)
        run_steps(steps)

    try:
        with loopscope.Runtime(
            clock="virtual",
            host=host,
            write=nothing,
            trace=bool(traced),
            lines=traced == "lines",
        ) as runtime:
            runtime.run(main)
    except (SystemExit, *OF_ARGUMENTS):
        pass
    except Exception as error:  # what the program let pass
        if "internal" in str(error):
            fail("the run", error)


def nothing(*_):
    pass


NAMES = {**hostile.NAMES, "call": call, "earlier": earlier}


def run_apart(host, steps):
    """Run a program in a process of its own; return what was wrong, as lines of text."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with open(os.devnull, "r+b") as devnull:
            for descriptor in (0, 1, 2):
                os.dup2(devnull.fileno(), descriptor)
        faulthandler.enable(writer)
        code = 9
        try:
            run_program(host, steps)
            gc.collect()
            os.write(writer, "\n".join(failures).encode("utf-8", "replace")[:4000])
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    text = read_until(reader, time.monotonic() + SECONDS)
    os.close(reader)
    if text is None:
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if text is None:
        return [f"does not end within {SECONDS} s"]
    return ([f"ended the process: {status}"] if status else []) + text.splitlines()


def read_until(reader, end):
    parts = []
    while select.select([reader], [], [], max(0, end - time.monotonic()))[0]:
        part = os.read(reader, 65536)
        if not part:
            return b"".join(parts).decode("utf-8", "replace")
        parts.append(part)
    return None


def check(host, steps):
    wrong = run_apart(host, steps)
    if wrong:
        program = "\n".join([host, *(f"{place}: {source}" for place, source in steps)])
        raise AssertionError("\n".join([*wrong, "the program, for --program:", program]))


def prepare(everything=True):
    """Find the targets, and load what programs would load, once for all of them."""
    warnings.simplefilter("ignore")
    sys.unraisablehook = nothing

    def find():
        for target in (*targets_of_modules(), *targets_of_things()):
            if everything or target.name not in SLOW:
                TARGETS.setdefault(target.name, target)
        loopscope.console.table([{"a": 1}])
        loopscope.console.trace(fail, ValueError())

    with loopscope.Runtime(clock="virtual", write=nothing) as runtime:
        runtime.post(lambda: loopscope.set_timeout(process.exit, 50, 0))
        with contextlib.suppress(SystemExit, Exception):
            runtime.run(find)
    gc.collect()
    gc.freeze()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", type=int, default=250)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--everything", action="store_true", help="what takes long, too")
    parser.add_argument("--program", type=Path)
    options = parser.parse_args()
    prepare(everything=options.everything or options.program)
    if options.program:
        host, *lines = options.program.read_text(encoding="utf-8").splitlines()
        check(host, [tuple(line.split(": ", 1)) for line in lines])
        print("done")
        return
    steps = st.tuples(st.sampled_from(sorted(PLACES)), make_steps(make_values()))

    @seed(options.seed)
    @settings(
        max_examples=options.examples,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(HOSTS), st.lists(steps, min_size=1, max_size=STEPS))
    def test(host, steps):
        check(host, steps)

    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        test()
    print(f"{options.examples} programs, {len(TARGETS)} targets")
    print("done")


if __name__ == "__main__":
    main()
