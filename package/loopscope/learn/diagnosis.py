"""Diagnosis: the wrong ideas of the machine that would give a learner's order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import takewhile
from typing import Final

from .beliefs import BELIEFS, Belief
from .model import Machine, Program, load_program, run_on

__all__ = ["Diagnosis", "Probe", "diagnose", "orders_of_believers", "tell_apart"]

LINES: Final = 50_000
"""Steps for each wrong machine: on one, a program may wait for ever for what never happens."""


@dataclass(frozen=True)
class Diagnosis:
    """The beliefs that give a learner's order, or one that resembles it."""

    beliefs: tuple[Belief, ...]
    exact: bool = False
    """Whether they give the whole order; else they give it up to the first wrong line."""
    near: bool = False
    """Whether they don't even do that: they only make the same first mistake."""


@lru_cache(maxsize=16)
def orders_of_believers(program: Program) -> dict[str, list[str]]:
    """Run a program on every wrong machine; returns the printed lines by the beliefs' ids.

    A belief is left out that goes beyond another one, but not in this program. What it returns is
    kept for the next time, so it must not be changed.
    """
    orders = {one.id: run_on(one.machine, program, lines=LINES).output for one in BELIEFS}
    for one in BELIEFS:
        if one.beyond and orders[one.id] == orders[one.beyond]:
            del orders[one.id]
    return orders


def diagnose(program: Program, predicted: Sequence[str], printed: Sequence[str]) -> Diagnosis:
    """Find the beliefs under which the program prints what a learner has predicted.

    `printed`: what it prints really. If no belief gives the whole order, those are returned that
    explain the first wrong line. If there are none, those are returned that make the same mistake,
    which is to have that line before the one that is printed there, and whose order is the
    nearest to the learner's, no farther than the right one; for an order of the printed lines.
    There may be none.
    """
    told = [*predicted]
    orders = {
        id: order for id, order in orders_of_believers(program).items() if order != [*printed]
    }
    exact = tuple(one for one in BELIEFS if orders.get(one.id) == told)
    if exact:
        return Diagnosis(exact, exact=True)
    at = common_length(told, printed)
    if at in (len(told), len(printed)):
        return Diagnosis(())
    believed = [one for one in BELIEFS if one.id in orders]
    partly = tuple(one for one in believed if orders[one.id][: at + 1] == told[: at + 1])
    if partly or sorted(told) != sorted(printed):
        return Diagnosis(partly)
    same = [one for one in believed if _comes_before(told[at], printed[at], orders[one.id])]
    distances = {one: _distance(told, orders[one.id]) for one in same}
    most = min([_distance(told, printed), *distances.values()])
    near = tuple(one for one in same if distances[one] <= most)
    return Diagnosis(near, near=bool(near))


def _comes_before(first: str, second: str, order: Sequence[str]) -> bool:
    return first in order and second in order and order.index(first) < order.index(second)


def _distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many pairs of lines two orders have the other way round (Kendall's distance)."""
    places = [other.index(line) for line in one if line in other]
    return sum(a > b for k, a in enumerate(places) for b in places[k + 1 :])


def common_length(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many items are the same from the first one on."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


@dataclass(frozen=True)
class Probe:
    """A small program on which two beliefs differ, and the order that each expects."""

    source: str
    orders: tuple[list[str], list[str]]


# Small, and each about few rules: the first one on which two beliefs differ is asked about.
PROBES: Final[tuple[str, ...]] = (
    'console.log("before")\nPromise(lambda: console.log("executor"))\nconsole.log("after")\n',
    """\
setTimeout(lambda: console.log("timer"), 0)
Promise.resolve().then(lambda: console.log("one")).then(lambda: console.log("two"))
console.log("script")
""",
    """\
setTimeout(lambda: console.log("first timer"), 0)
setTimeout(lambda: console.log("second timer"), 0)
queueMicrotask(lambda: console.log("microtask"))
""",
    """\
queueMicrotask(lambda: console.log("one"))
queueMicrotask(lambda: console.log("two"))
setTimeout(lambda: console.log("timer"), 0)
""",
    """\
first = Promise.resolve().then(lambda: console.log("one"))
queueMicrotask(lambda: console.log("between"))
first.then(lambda: console.log("two"))
""",
    """\
def one():
    console.log("one")
    queueMicrotask(lambda: console.log("queued by one"))


Promise.resolve().then(one).then(lambda: console.log("two"))
""",
    """\
def executor(resolve):
    setTimeout(resolve, 5)


promise = Promise(executor)
promise.then(lambda: console.log("resolved"))
setTimeout(lambda: console.log("timer"), 1)
console.log("script")
""",
    """\
async def work():
    console.log("one")
    await None
    console.log("two")


work()
console.log("script")
""",
    """\
async def work():
    console.log("one")
    await Promise(lambda resolve: setTimeout(resolve, 5))
    console.log("two")


work()
console.log("script")
""",
    """\
out = Promise.with_resolvers()
out.promise.then(lambda: console.log("callback"))
out.resolve()
console.log("script")
""",
    """\
setTimeout(lambda: console.log("slow"), 10)
setTimeout(lambda: console.log("quick"), 0)
block(20)
console.log("script")
""",
    """\
process.nextTick(lambda: console.log("tick"))
queueMicrotask(lambda: console.log("microtask"))
setImmediate(lambda: console.log("immediate"))
""",
    """\
queueMicrotask(lambda: console.log("microtask"))
process.nextTick(lambda: console.log("tick"))
""",
    """\
def inner():
    console.log("inner")


def outer():
    inner()
    console.log("outer")


outer()
console.log("script")
""",
    """\
def last():
    console.log("written first")


def first():
    console.log("called first")


first()
last()
""",
    """\
Promise.resolve().then(lambda: Promise.resolve("returned")).then(console.log)
two = Promise.resolve().then(lambda: None).then(lambda: None)
two.then(lambda: console.log("third of a chain"))
""",
    """\
Promise.resolve().then(lambda: Promise.resolve("returned")).then(console.log)
chain = Promise.resolve().then(lambda: console.log("one")).then(lambda: console.log("two"))
chain.then(lambda: console.log("three")).then(lambda: console.log("four"))
""",
    """\
process.on("unhandledRejection", lambda why: console.log("nobody handled", why))
promise = Promise.reject("it")
queueMicrotask(lambda: promise.catch(lambda why: console.log("handled", why)))
""",
    """\
def tick():
    console.log("tick")
    clearInterval(clock)


clock = None
clock = setInterval(tick, 10)
console.log("script")
""",
    """\
def one():
    console.log("one")
    process.nextTick(lambda: console.log("tick"))


queueMicrotask(one)
queueMicrotask(lambda: console.log("two"))
""",
    """\
def first():
    console.log("first timer")
    queueMicrotask(lambda: console.log("microtask"))


setTimeout(first, 0)
setTimeout(lambda: console.log("second timer"), 0)
setTimeout(lambda: console.log("later timer"), 5)
""",
    """\
Promise.reject("why").catch(lambda why: console.log("caught")).then(lambda: console.log("then"))
""",
    """\
def after(ms):
    return Promise(lambda resolve: setTimeout(lambda: (console.log(ms), resolve(ms)), ms))


Promise.race([after(5), after(10)])
""",
    """\
target = EventTarget()
target.addEventListener("click", lambda: console.log("listener"))
target.dispatchEvent(Event("click"))
console.log("script")
""",
)


@cache
def _printed(machine: type[Machine], source: str) -> list[str]:
    """Return what a probe prints on a machine; it must not be changed."""
    program = load_program("from loopscope.js import *\n" + source)
    return run_on(machine, program, lines=LINES).output


def tell_apart(one: Belief, other: Belief) -> Probe | None:
    """Find a small program on which two beliefs expect different orders; None if there is none.

    Programs about which both are wrong come first: the others tell a part of the answer.
    """
    known: Probe | None = None
    for source in PROBES:
        mine, yours, right = (
            _printed(each, source) for each in (one.machine, other.machine, Machine)
        )
        if mine == yours:
            continue
        known = known or Probe(source, (mine, yours))
        if right not in (mine, yours):
            return Probe(source, (mine, yours))
    return known
