"""Promise.all, all_settled, any, race, with_resolvers and try_."""

from __future__ import annotations

import gc
import itertools
import signal
import subprocess
import sys
import textwrap
import threading
import weakref

import pytest
from loopscope import (
    AggregateError,
    Promise,
    Thrown,
    _core,
    console,
    process,
    record,
    run,
    set_timeout,
)
from samples import ticks_of

state = _core.promise_state


class Sub(Promise):
    pass


class Thenable:
    """Answers with what it was given, as often as it was told to."""

    def __init__(self, *answers):
        self.answers = answers

    def then(self, resolve, reject):
        for how, value in self.answers:
            (resolve if how == "resolve" else reject)(value)


def virtual(program):
    return run(program, clock="virtual")


def later(ms, value, rejects=False):
    return Promise(lambda resolve, reject: set_timeout(reject if rejects else resolve, ms, value))


def settled(make):
    """Run the program, and give the state of the promise it makes."""

    def program():
        promise = make()
        promise.then(None, lambda: None)
        kept.append(promise)

    kept = []
    virtual(program)
    return state(kept[0])


def fail(reason):
    raise reason if isinstance(reason, BaseException) else Thrown(reason)


def handled(promise):
    promise.catch(lambda: None)
    return promise


# ---- what they come to ----


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: Promise.all([]), ("fulfilled", [])),
        (lambda: Promise.all([1, None, "a"]), ("fulfilled", [1, None, "a"])),
        (lambda: Promise.all((Promise.resolve(1), 2)), ("fulfilled", [1, 2])),
        (lambda: Promise.all(n for n in range(20)), ("fulfilled", list(range(20)))),
        (lambda: Promise.all("abc"), ("fulfilled", ["a", "b", "c"])),
        (lambda: Promise.all({"k": 1}), ("fulfilled", ["k"])),
        (
            lambda: Promise.all([later(50, "slow"), later(20, "fast"), 3]),
            ("fulfilled", ["slow", "fast", 3]),
        ),
        (lambda: Promise.all([later(9, "b", True), later(5, "a", True), 1]), ("rejected", "a")),
        (lambda: Promise.all([1, Promise(lambda: None)]), ("pending", None)),
        (lambda: Promise.all([Thenable(("resolve", 1))]), ("fulfilled", [1])),
        (lambda: Promise.all([Thenable(("reject", 1))]), ("rejected", 1)),
        (lambda: Promise.race([]), ("pending", None)),
        (lambda: Promise.race([later(9, "slow"), later(5, "fast", True)]), ("rejected", "fast")),
        (lambda: Promise.race([later(5, "fast"), later(9, "slow", True)]), ("fulfilled", "fast")),
        (lambda: Promise.race([1, 2]), ("fulfilled", 1)),
        (lambda: Promise.any([later(9, "slow"), later(5, "x", True)]), ("fulfilled", "slow")),
        (lambda: Promise.any([later(9, "slow"), later(5, "fast")]), ("fulfilled", "fast")),
        (lambda: Promise.any([Promise.reject(1), 2]), ("fulfilled", 2)),
    ],
)
def test_outcomes(make, expected):
    assert settled(make) == expected


@pytest.mark.parametrize(
    ("make", "errors"),
    [
        (lambda: Promise.any([]), []),
        (lambda: Promise.any([later(30, "slow", True), later(10, "fast", True)]), ["slow", "fast"]),
        (lambda: Sub.any([Promise.reject(None)]), [None]),
    ],
)
def test_any_rejects_with_all_reasons_in_the_order_of_the_items(make, errors):
    how, error = settled(make)
    assert how == "rejected"
    assert type(error) is AggregateError
    assert error.errors == errors
    assert str(error) == "All promises were rejected"


def test_all_settled():
    error = ValueError("no")

    def make():
        return Promise.all_settled([later(9, "late"), 1, Promise.reject(error), Promise.reject()])

    how, results = settled(make)
    assert how == "fulfilled"
    assert [result.status for result in results] == ["fulfilled"] * 2 + ["rejected"] * 2
    assert [result.value for result in results] == ["late", 1, None, None]
    assert [result.reason for result in results] == [None, None, error, None]
    assert settled(lambda: Promise.allSettled([])) == ("fulfilled", [])


def test_a_result_of_all_settled():
    _, (one, same, other, rejected) = settled(
        lambda: Promise.all_settled([1, 1, 2, Promise.reject(1)])
    )
    assert one == same
    assert one != other
    assert one != rejected
    assert (one != same) is False
    assert one != ("fulfilled", 1)
    assert repr(one) == "SettledResult(status='fulfilled', value=1)"
    assert repr(rejected) == "SettledResult(status='rejected', reason=1)"
    assert one.__loopscope_inspect__() == (None, {"status": "fulfilled", "value": 1})
    assert rejected.__loopscope_inspect__() == (None, {"status": "rejected", "reason": 1})
    with pytest.raises(AttributeError):
        one.value = 5
    with pytest.raises(TypeError):
        hash(one)
    with pytest.raises(TypeError):
        one < same  # noqa: B015
    with pytest.raises(TypeError):
        type(one)()

    class BadEquality:
        def __eq__(self, other):
            raise KeyError("eq")

        __hash__ = None

    _, (bad, good) = settled(lambda: Promise.all_settled([BadEquality(), 1]))
    with pytest.raises(KeyError):
        assert bad == good
    itself = []
    _, (around,) = settled(lambda: Promise.all_settled([itself]))
    itself.append(around)
    assert repr(around) == "SettledResult(status='fulfilled', value=[SettledResult(...)])"


def test_how_the_console_prints_results():
    recording = record(
        lambda: Promise.all_settled([1, Promise.reject("no")]).then(lambda r: console.log(r))
    )
    assert recording.stdout == (
        "[\n  { status: 'fulfilled', value: 1 },\n  { status: 'rejected', reason: 'no' }\n]\n"
    )


# ---- ticks: as node 20 has them (see test_promise) ----

TICKS = {
    "all": (lambda: Promise.all([1]), 2),
    "all of none": (lambda: Promise.all([]), 1),
    "all of promises": (lambda: Promise.all([Promise.resolve(1), Promise.resolve(2)]), 2),
    "all of thenable": (lambda: Promise.all([Thenable(("resolve", 1))]), 3),
    "all rejected": (lambda: Promise.all([Promise.reject(1), 2]), 2),
    "all of subclass": (lambda: Promise.all([Sub.resolve(1)]), 4),
    "Sub.all": (lambda: Sub.all([1]), 2),
    "Sub.all of none": (lambda: Sub.all([]), 1),
    "all of what is not iterable": (lambda: Promise.all(5), 1),
    "all_settled": (lambda: Promise.all_settled([1]), 2),
    "all_settled of none": (lambda: Promise.all_settled([]), 1),
    "all_settled of rejected": (lambda: Promise.all_settled([Promise.reject(1)]), 2),
    "Sub.all_settled": (lambda: Sub.all_settled([Promise.reject(1)]), 4),
    "any": (lambda: Promise.any([1]), 2),
    "any of none": (lambda: Promise.any([]), 1),
    "any of rejected": (lambda: Promise.any([Promise.reject(1)]), 2),
    "any of thenable": (lambda: Promise.any([Thenable(("resolve", 1))]), 3),
    "Sub.any": (lambda: Sub.any([Promise.reject(1)]), 4),
    "race": (lambda: Promise.race([1]), 2),
    "race of thenables": (lambda: Promise.race([Thenable(("resolve", 1))] * 2), 3),
    "race of rejected": (lambda: Promise.race([Promise.reject(1)]), 2),
    "Sub.race": (lambda: Sub.race([1]), 2),
    "try_ value": (lambda: Promise.try_(lambda: 1), 1),
    "try_ promise": (lambda: Promise.try_(lambda: Promise.resolve(1)), 3),
}


@pytest.mark.parametrize("case", TICKS)
def test_ticks(case):
    make, expected = TICKS[case]
    assert ticks_of(make) == expected


# ---- iterables ----


class Broken:
    def __init__(self, *, at):
        self.left = at

    def __iter__(self):
        if self.left < 0:
            raise KeyError("iter")
        return self

    def __next__(self):
        self.left -= 1
        if self.left < 0:
            raise KeyError("next")
        return self.left


COMBINATORS = [Promise.all, Promise.all_settled, Promise.any, Promise.race]


@pytest.mark.parametrize("combine", COMBINATORS)
@pytest.mark.parametrize(
    ("value", "wording"),
    [  # as node 20 words it
        (None, "undefined"),
        (5, "number 5"),
        (1.5, "number 1.5"),
        (True, "boolean true"),
        (False, "boolean false"),
        (object(), "object"),
        (print, "function"),
        (int, "function"),
    ],
)
def test_what_is_not_iterable_rejects(combine, value, wording):
    how, error = settled(lambda: combine(value))
    assert how == "rejected"
    assert type(error) is TypeError
    assert str(error) == f"{wording} is not iterable (cannot read property Symbol(Symbol.iterator))"


@pytest.mark.parametrize("combine", COMBINATORS)
def test_nothing_at_all_is_not_iterable(combine):
    how, error = settled(combine)
    assert (how, type(error)) == ("rejected", TypeError)
    how, error = settled(lambda: combine(Promise.resolve([])))
    assert (how, type(error)) == ("rejected", TypeError)


@pytest.mark.parametrize("combine", COMBINATORS)
@pytest.mark.parametrize(("at", "where"), [(-1, "iter"), (0, "next"), (3, "next")])
def test_the_exception_of_an_iterator_rejects(combine, at, where):
    if combine is Promise.race and at == 3:
        pytest.skip("an item that is fulfilled already does not win against a rejection at once")
    how, error = settled(lambda: combine(Broken(at=at)))
    assert (how, repr(error)) == ("rejected", f"KeyError('{where}')")


@pytest.mark.parametrize("combine", COMBINATORS)
def test_too_many_arguments(combine):
    def program():
        with pytest.raises(TypeError, match="takes at most 1 argument"):
            combine([], [])

    virtual(program)


class Closable:
    """An endless iterator that says that it was closed."""

    def __init__(self, log, error=None):
        self.log = log
        self.error = error

    def __iter__(self):
        return self

    def __next__(self):
        return 1

    def close(self):
        self.log.append("closed")
        if self.error is not None:
            raise self.error


@pytest.mark.parametrize("name", ["all", "all_settled", "any", "race"])
def test_the_iterator_is_closed_when_an_item_fails(name):
    class Failing(Promise):
        @classmethod
        def resolve(cls, value):
            raise KeyError("resolve")

    class BadThen(Promise):
        @classmethod
        def resolve(cls, value):
            return 5

    combine, log = getattr(Failing, name), []
    how, error = settled(lambda: combine(Closable(log)))
    assert (how, repr(error), log) == ("rejected", "KeyError('resolve')", ["closed"])
    how, error = settled(lambda: combine(Closable(log, ValueError("ignored"))))
    assert (how, repr(error)) == ("rejected", "KeyError('resolve')")
    how, error = settled(lambda: getattr(BadThen, name)(Closable(log)))
    assert (how, type(error), log) == ("rejected", AttributeError, ["closed"] * 3)
    with pytest.raises(KeyboardInterrupt):
        virtual(lambda: combine(Closable(log, KeyboardInterrupt())))

    def generator():
        try:
            yield 1
        finally:
            log.append("generator")

    running = generator()
    settled(lambda: combine(running))
    assert log[-1] == "generator"

    class JavaScriptIterator(Closable):
        def return_(self):
            self.log.append("return_")

    settled(lambda: combine(JavaScriptIterator(log)))
    assert log[-1] == "return_"


def test_the_iterator_is_not_closed_when_it_ends_or_fails_itself():
    log = []

    class Short(Closable):
        def __next__(self):
            raise self.error

    settled(lambda: Promise.all(Short(log, StopIteration())))
    settled(lambda: Promise.all(Short(log, KeyError())))
    assert log == []


def test_an_endless_iterable_can_be_interrupted():
    class Endless:
        def __iter__(self):
            return itertools.repeat(1)

    def interrupt(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    gc.disable()  # its callbacks, of which hypothesis has one, would swallow the interrupt
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(KeyboardInterrupt):
            virtual(lambda: Promise.race(Endless()))
    finally:
        gc.enable()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# ---- once only ----


@pytest.mark.parametrize("name", ["all", "all_settled", "any", "race"])
def test_an_item_that_answers_twice_counts_once(name):
    """With a resolve that gives the items back, nothing stands between them and the functions."""

    class Bare(Promise):
        @classmethod
        def resolve(cls, value):
            return value

    twice = Thenable(("resolve", 1), ("resolve", 2), ("reject", 3))
    negative = Thenable(("reject", 1), ("reject", 2), ("resolve", 3))
    open_end = Thenable()
    combine = getattr(Bare, name)
    expected = {
        "all": [("rejected", 3), ("rejected", 3), ("rejected", 1)],  # its reject is the result's
        "race": [("fulfilled", 1), ("fulfilled", 1), ("rejected", 1)],
    }
    outcomes = [
        settled(lambda: combine([twice, twice])),
        settled(lambda: combine([twice, open_end])),
        settled(lambda: combine([negative, twice])),
    ]
    if name in expected:
        assert outcomes == expected[name]
        once = Thenable(("resolve", 1), ("resolve", 2))
        counted = settled(lambda: combine([once, open_end]))
        assert counted == (("pending", None) if name == "all" else ("fulfilled", 1))
    elif name == "any":
        # The functions of any share with the result: who rejects may still resolve it, as in node.
        assert outcomes[:2] == [("fulfilled", 1)] * 2
        assert outcomes[2] == ("fulfilled", 3)
    else:
        assert [r.value for r in outcomes[0][1]] == [1, 1]
        assert outcomes[1] == ("pending", None)
        assert [(r.value, r.reason) for r in outcomes[2][1]] == [(None, 1), (1, None)]


def test_element_functions_after_all_is_done():
    kept = []

    class Keeping(Promise):
        @classmethod
        def resolve(cls, value):
            return value

    class Item:
        def then(self, resolve, reject):
            kept.append((resolve, reject))
            resolve("first")

    def program():
        promise = Keeping.all([Item()])
        assert state(promise) == ("fulfilled", ["first"])
        values = state(promise)[1]
        values.clear()
        kept[0][0]("again")
        assert values == []
        with pytest.raises(TypeError, match="no keyword arguments"):
            kept[0][0](value=1)
        with pytest.raises(TypeError):
            type(kept[0][0])()

    virtual(program)
    assert kept[0][0]("after the run") is None


def test_element_functions_refuse_other_threads():
    errors = []

    class Keeping(Promise):
        @classmethod
        def resolve(cls, value):
            return value

    class Item:
        def then(self, resolve):
            def attempt():
                try:
                    resolve(1)
                except RuntimeError as error:
                    errors.append(str(error))

            thread = threading.Thread(target=attempt)
            thread.start()
            thread.join()

    assert settled(lambda: Keeping.all([Item()])) == ("pending", None)
    assert len(errors) == 1
    assert "Runtime.post(" in errors[0]


# ---- subclasses ----


def test_resolve_is_looked_up_once_and_called_for_each_item():
    log = []

    class Meta(type(Promise)):
        @property
        def resolve(cls):
            log.append("looked up")
            return lambda value: (log.append(value), Promise.resolve(value))[1]

    class Watched(Promise, metaclass=Meta):
        pass

    for combine in (Watched.all, Watched.all_settled, Watched.any, Watched.race):
        log.clear()
        settled(lambda combine=combine: combine([1, 2]))
        assert log == ["looked up", 1, 2]


def test_a_resolve_that_cannot_be_called():
    class Bad(Promise):
        resolve = 5

    for combine in (Bad.all, Bad.all_settled, Bad.any, Bad.race):
        how, error = settled(lambda combine=combine: combine([1]))
        assert (how, str(error)) == ("rejected", "resolve is not a function")


def test_a_replaced_resolve_of_promise_itself_is_called():
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            textwrap.dedent(
                """
                from loopscope import Promise, async_function, console, run

                def program():
                    original = Promise.resolve

                    def resolve(value):
                        console.log("resolve called", value)
                        return original(value)

                    Promise.resolve = resolve
                    Promise.all([1, 2]).then(lambda values: console.log(values))
                    Promise.race([3])

                    @async_function
                    async def main():
                        await original(4)
                        console.log("await does not call Promise.resolve")

                    main()

                run(program)
                """
            ),
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "resolve called 1",
        "resolve called 2",
        "resolve called 3",
        "await does not call Promise.resolve",
        "[ 1, 2 ]",
    ]


def test_the_then_of_each_item_is_called():
    log = []

    def patched(value):
        promise = Promise.resolve(value)

        def then(*handlers):
            log.append((value, len(handlers), all(callable(handler) for handler in handlers)))
            return Promise.then(promise, *handlers)

        promise.then = then
        return promise

    for combine in COMBINATORS:
        settled(lambda combine=combine: combine([patched(1), patched(2)]))
    assert log == [(1, 2, True), (2, 2, True)] * 4


def test_an_error_of_a_custom_capability_goes_to_the_derived_promise():
    """Where `then` derives a promise, what an element function raises rejects it, as in node."""

    class Bad(Promise):
        def __init__(self, executor):
            super().__init__(lambda: None)
            executor(lambda: fail(KeyError("custom resolve")), lambda: None)

    log = []

    def program():
        process.on("unhandledRejection", lambda reason: log.append(repr(reason)))
        Bad.all([Promise.resolve(1)])

    Bad.resolve = Promise.resolve
    virtual(program)
    assert log == ["KeyError('custom resolve')"]


# ---- with_resolvers, try_ ----


def test_with_resolvers():
    def program():
        resolvers = Promise.with_resolvers()
        promise, resolve, reject = resolvers
        assert (resolvers.promise, resolvers.resolve, resolvers.reject) == tuple(resolvers)
        assert repr(type(resolvers)) == "<class 'loopscope.PromiseWithResolvers'>"
        resolve(1)
        reject(2)
        assert state(promise) == ("fulfilled", 1)
        assert type(Sub.withResolvers().promise) is Sub
        with pytest.raises(TypeError):
            Promise.with_resolvers(1)

    virtual(program)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: Promise.try_(lambda: 1), ("fulfilled", 1)),
        (lambda: Promise.try_(lambda a, b: (a, b), 1, 2), ("fulfilled", (1, 2))),
        (lambda: Promise.try_(lambda a: a, 1, "dropped"), ("fulfilled", 1)),
        (lambda: Promise.try_(lambda a: a), ("fulfilled", None)),
        (lambda: Promise.try_(int, "7"), ("fulfilled", 7)),
        (lambda: Promise.try_(fail, "no"), ("rejected", "no")),
        (lambda: Promise.try_(lambda: Promise.reject(2)), ("rejected", 2)),
        (lambda: getattr(Promise, "try")(lambda: 1), ("fulfilled", 1)),
        (lambda: Sub.try_(lambda: 1), ("fulfilled", 1)),
    ],
)
def test_try(make, expected):
    assert settled(make) == expected


def test_try_calls_at_once_and_rejects_what_cannot_be_called():
    log = []
    settled(lambda: (handled(Promise.try_(log.append, 1)), log.append(2))[0])
    assert log == [1, 2]
    for arguments in ((), (5,)):
        how, error = settled(lambda arguments=arguments: Promise.try_(*arguments))
        assert (how, type(error)) == ("rejected", TypeError)
        assert "must be callable" in str(error)


# ---- the trace ----


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("all", "Promise.all"),
        ("all_settled", "Promise.allSettled"),
        ("any", "Promise.any"),
    ],
)
def test_the_trace_names_the_combinator(name, label):
    def program():
        combine = getattr(Promise, name)
        combine([Promise.reject(1) if name == "any" else 1]).catch(lambda: None)

    events = [e for e in record(program).trace if e.kind == "enqueue" and e.lane == "microtask"]
    assert events[0].label == label


def test_no_promise_is_made_that_nobody_can_see():
    events = [e.kind for e in record(lambda: Promise.all([Promise.resolve(1)])).trace]
    assert events.count("promise-create") == 2


# ---- re-entrancy and life ----


def test_an_iterator_that_uses_the_loop_and_collects():
    def items():
        gc.collect()
        handled(Promise.all(Promise.race([n]) for n in range(3)))
        yield 1
        gc.collect()
        yield Promise.all(range(3))

    assert settled(lambda: Promise.all(items())) == ("fulfilled", [1, [0, 1, 2]])


def test_items_that_answer_inside_of_the_loop():
    class Bare(Promise):
        @classmethod
        def resolve(cls, value):
            return value

    def program():
        answers = [Thenable(("resolve", n)) for n in range(100)]
        assert state(Bare.all(answers)) == ("fulfilled", list(range(100)))
        assert state(Bare.all(answers[:0])) == ("fulfilled", [])

    virtual(program)


def test_what_waits_for_ever_is_collected():
    def program():
        class Value:
            pass

        references = []
        for combine in COMBINATORS:
            never, value = Promise(lambda: None), Value()
            never.value = value
            items = [never, Promise.resolve(value) if combine is not Promise.any else never]
            whole = combine(items)
            never.whole = whole
            references += [weakref.ref(value), weakref.ref(never)]
        del never, value, items, whole
        set_timeout(lambda: (gc.collect(), alive.extend(r() for r in references)), 1)

    alive = []
    virtual(program)
    assert alive == [None] * 8


def test_many_items():
    how, values = settled(lambda: Promise.all(range(100_000)))
    assert (how, len(values), values[-1]) == ("fulfilled", 100_000, 99_999)
    how, error = settled(lambda: Promise.any(Promise.reject(n) for n in range(10_000)))
    assert error.errors == list(range(10_000))
