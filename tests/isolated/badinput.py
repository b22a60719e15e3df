"""Every public function, method and property with arbitrary arguments: documented exceptions alone.

Run by tests/test_badinput.py and by `./dev badinput`. First a sweep: each argument of each target
(targets.py) as each hostile value (hostile.py), every call in a run of its own; `--share N` takes
one of N, at least one of each argument. Then Hypothesis makes short programs (`--examples N`). Both
in processes of their own, so that one which ends its process, or never ends, is seen as any other.
`--program FILE` runs one program again: a line is a step.

What a call may raise: what the docstring names, what its arguments raise, TypeError for an argument
of a wrong type, and what Python has for an attribute that is not there or cannot be set.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import gc
import json
import os
import platform
import random
import re
import select
import signal
import sys
import tempfile
import warnings
from pathlib import Path

import hostile
import loopscope
import targets
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from loopscope import process

SECONDS = 30  # for one program; a third of it for one call of the sweep
STEPS = 12
# Arguments may be of any size, so what computes with them may say that it cannot.
OF_ARGUMENTS = (hostile.HostileError, TypeError, OverflowError, UnicodeError)
# What is a fault wherever in the package it comes up, in a callback that nobody waits for, too.
ACCIDENTS = (AttributeError, LookupError, NameError, AssertionError, ArithmeticError, SystemError)
PACKAGE = str(Path(loopscope.__file__).parent)
RECORDED = Path(__file__).parents[1] / "conformance" / "results" / "badinput.json"
# What loopscope's docstring says of everything: outside of a run, and after it.
ANYWHERE = re.compile(
    "no (runtime|program) is running (in|on) this thread|the run that this object belongs to has "
    "ended|a Promise can be awaited by an async function of its runtime only|this step "
    "of an iteration was awaited already"
)

TARGETS: dict[str, targets.Target] = {}
results: list[object] = []
failures: list[str] = []


def is_allowed(error, target, arguments):
    """Tell whether a call may raise that: an exception as it is documented, not one like it."""
    if any(error is each or type(error) is each for each in arguments):
        return True  # what it was given
    kind = type(error)
    if kind is RuntimeError and ANYWHERE.search(str(error)):
        return True
    if kind is RecursionError and str(error).endswith("in comparison"):
        return True  # lists that are in themselves
    if target.runs_programs and not isinstance(error, SystemError) and not is_of_package(error):
        return True  # the program's own
    allowed = (*OF_ARGUMENTS, *target.may)
    return isinstance(error, allowed) and (
        kind in allowed or kind.__module__ in ("builtins", "dataclasses")
    )


def is_of_package(error):
    """Tell whether it was raised in the Python code of the package."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_code.co_filename.startswith(PACKAGE)


def judge_later(error, *_):
    """Look at what came up in a callback: it may be of the arguments, but no accident of ours."""
    accident = isinstance(error, ACCIDENTS) and not isinstance(error, OverflowError)
    if isinstance(error, SystemError) or (accident and is_of_package(error)):
        fail("later", error)


def fail(what, error):
    text = "".join(str(error).splitlines()[:1])[:200]
    failures.append(f"{what} raised {type(error).__name__}: {text!r}")


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
        target = TARGETS[name]
        return target.call(arguments, dict(keywords), as_any if target.is_open else target.this)

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
    given = (*arguments, *keywords.values())
    try:
        result = target.function(*arguments, **keywords)
        for use in (repr, str, hash, iter, bool):
            with contextlib.suppress(*OF_ARGUMENTS, *target.may, Exception):
                use(result)
    except BaseException as error:
        if not is_allowed(error, target, given):
            fail(name, error)
    results.append(result)
    return result


def run_steps(steps):
    for place, source in steps:

        def step(source=source):
            eval(source, NAMES)

        with contextlib.suppress(*OF_ARGUMENTS, RuntimeError):  # the arguments', outside of a run
            PLACES[place](step)


def run_program(host, steps):
    """Call it all in a run that ends by itself: an interval may go on for ever."""
    host, _, traced = host.partition(" ")
    if host == "nowhere":
        run_steps([("main", source) for _, source in steps])
        return

    def main():
        process.on("uncaughtException", judge_later)
        process.on("unhandledRejection", judge_later)
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
        judge_later(error)


def nothing(*_):
    pass


NAMES = {**hostile.NAMES, "call": call, "earlier": earlier}


def run_apart(programs, seconds):
    """Run programs in a process of their own; yield (number, what was wrong) of those that were.

    If one ends the process or takes longer than `seconds`, those behind it are not run.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        run_here(reader, writer, programs)
    os.close(writer)
    number, ended = 0, False
    said: dict[int, list[str]] = {}
    for line in lines_from(reader, seconds):
        if line is None:
            os.kill(child, signal.SIGKILL)
            said[number] = [f"does not end within {seconds:.0f} s"]
        elif line.startswith("@"):
            number = int(line[1:])
            ended = number == len(programs)
        else:
            said.setdefault(number, []).append(line)
    os.close(reader)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if (not ended and number not in said) or status:
        said[number] = said.get(number) or []
        said[number].insert(0, f"ended the process: {status}")
    yield from said.items()


def run_here(reader, writer, programs):
    """Be the process: say which program begins, and what was wrong with the one before it."""
    os.close(reader)
    with open(os.devnull, "r+b") as devnull:
        for descriptor in (0, 1, 2):
            os.dup2(devnull.fileno(), descriptor)
    faulthandler.enable(writer)
    gc.freeze()
    code = 9
    try:
        for number, (host, steps) in enumerate(programs):
            os.write(writer, f"@{number}\n".encode())
            try:
                run_program(host, steps)
            except BaseException as error:
                # Loop.interrupt raises what it is given, wherever the program is.
                if type(error) not in (KeyboardInterrupt, BaseException, GeneratorExit):
                    fail("the program", error)
            results.clear()
            gc.collect()  # what it made: all that was there before is frozen
            gc.freeze()
            if failures:
                text = "".join(f"{line}\n" for line in failures)
                os.write(writer, text.encode("utf-8", "replace")[:4000])
                failures.clear()
        os.write(writer, f"@{len(programs)}\n".encode())
        code = 0
    finally:
        os._exit(code)


def lines_from(reader, seconds):
    """Yield the lines; None, once, if nothing is said for so many seconds."""
    rest = b""
    while select.select([reader], [], [], seconds)[0]:
        part = os.read(reader, 65536)
        if not part:
            yield from rest.decode("utf-8", "replace").splitlines()
            return
        *lines, rest = (rest + part).split(b"\n")
        yield from (line.decode("utf-8", "replace") for line in lines)
    yield None


def write_program(host, steps):
    return "\n".join([host, *(f"{place}: {source}" for place, source in steps)])


def check(host, steps):
    for _, wrong in run_apart([(host, steps)], SECONDS):
        program = write_program(host, steps)
        raise AssertionError("\n".join([*wrong, "the program, for --program:", program]))


# ---- the sweep

BATCH = 3000


class Sweep:
    """Calls each target with each value for each of its arguments, and keeps the faults.

    `share`: one of so many calls, at least one for each argument; 0: all, under every host.
    """

    def __init__(self, share, number):
        self.share = share
        self.number = number
        self.calls = 0
        self.faults = {}
        self.given_up = set()

    def run(self, names):
        batch = []
        for name in names:
            batch += [(name, *program) for program in self.choose(TARGETS[name])]
            if len(batch) >= BATCH:
                self.run_batch(batch)
                batch = []
        self.run_batch(batch)

    def choose(self, target):
        """Give the calls of a target, each with a host and a place of its own."""
        drawn = random.Random(f"{self.number} {target.name}")
        for _, calls in target.cases():
            if self.share:
                calls = drawn.sample(calls, -(-len(calls) // self.share))
            for source in calls:
                for host in [drawn.choice(HOSTS)] if self.share else HOSTS:
                    yield host, [(drawn.choice(sorted(PLACES)), source)]

    def run_batch(self, batch):
        """Run it; behind a call that ended the process or did not end, go on in a new one."""
        while batch:
            end = len(batch)
            for at, wrong in run_apart([program for _, *program in batch], SECONDS / 3):
                self.keep(self.calls + at + 1, wrong, *batch[at])
                if wrong[0].startswith(("ended the process", "does not end")):
                    end = at + 1
                    self.given_up.add(batch[at][0])
            self.calls += end
            batch = [each for each in batch[end:] if each[0] not in self.given_up]

    def keep(self, number, wrong, name, host, steps):
        key = name, re.sub(r"[:'].*", "", wrong[0])
        if key not in self.faults:
            self.faults[key] = "\n".join([*wrong[:12], write_program(host, steps)])
            print(f"call {number}: {self.faults[key]}\n", flush=True)


def prepare(everything=True):
    """Find the targets, and load what programs would load, once for all of them."""
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda unraisable: judge_later(unraisable.exc_value)

    def find():
        TARGETS.update(targets.find(everything=everything))
        loopscope.console.table([{"a": 1}])
        loopscope.console.trace(fail, ValueError())

    with loopscope.Runtime(clock="virtual", write=nothing) as runtime:
        runtime.post(lambda: loopscope.set_timeout(process.exit, 50, 0))
        with contextlib.suppress(SystemExit, loopscope.errors.UnhandledPromiseRejection):
            runtime.run(find)
    results.clear()
    gc.collect()
    gc.freeze()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", type=int, default=250)
    parser.add_argument("--share", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="targets whose names match, no programs")
    parser.add_argument("--everything", action="store_true", help="what takes long, too")
    parser.add_argument("--list", action="store_true", help="print the names of all targets")
    parser.add_argument("--keep", action="store_true", help="for docs/conformance.md")
    parser.add_argument("--program", type=Path)
    options = parser.parse_args()
    prepare(everything=options.everything or options.program)
    if options.program:
        host, *lines = options.program.read_text(encoding="utf-8").splitlines()
        check(host, [tuple(line.split(": ", 1)) for line in lines])
        print("done")
        return
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        sweep = Sweep(options.share, options.seed)
        sweep.run([name for name in sorted(TARGETS) if re.search(options.only, name)])
        if options.examples and not options.only:
            run_random(options.examples, options.seed)
    for name in TARGETS if options.list else ():
        print(f"called {name}")
    print(f"{len(TARGETS)} targets, {sweep.calls} calls and {options.examples} programs")
    if options.keep:
        record(options, sweep)
    if sweep.faults:
        sys.exit(f"{len(sweep.faults)} faults")
    print("done")


def record(options, sweep):
    """Keep what this run did, as the last one on this Python."""
    known = json.loads(RECORDED.read_text(encoding="utf-8"))
    known["runs"][platform.python_version()] = {
        "command": f"./dev badinput --share {options.share} --examples {options.examples}"
        f" --seed {options.seed}",
        "targets": len(TARGETS),
        "calls": sweep.calls,
        "programs": options.examples,
        "faults": len(sweep.faults),
    }
    RECORDED.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


def run_random(examples, number):
    steps = st.tuples(st.sampled_from(sorted(PLACES)), make_steps(make_values()))

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(HOSTS), st.lists(steps, min_size=1, max_size=STEPS))
    def test(host, steps):
        check(host, steps)

    test()


if __name__ == "__main__":
    main()
