"""Promise: states, resolving functions, thenables, then/catch/finally, subclasses, await, life."""

from __future__ import annotations

import contextvars
import copy
import gc
import pickle
import subprocess
import sys
import textwrap
import threading
import traceback
import weakref
from functools import partial

import pytest
from loopscope import (
    Promise,
    Runtime,
    Thrown,
    _core,
    async_function,
    null,
    process,
    queue_microtask,
    record,
    run,
    set_timeout,
)
from samples import ticks_of

state = _core.promise_state


class Sub(Promise):
    pass


class Thenable:
    """Resolves with a value when its job runs."""

    def __init__(self, value):
        self.value = value

    def then(self, resolve):
        resolve(self.value)


def virtual(program):
    return run(program, clock="virtual")


def settled(make):
    """Run the program, and give the state of the promise it makes."""

    def program():
        promise = make()
        promise.then(None, lambda: None)  # nobody else may handle it
        kept.append(promise)

    kept = []
    virtual(program)
    return state(kept[0])


def fail(reason):
    raise reason if isinstance(reason, BaseException) else Thrown(reason)


def patch(promise, **attributes):
    for name, value in attributes.items():
        setattr(promise, name, value)
    return promise


# ---- executor ----


def test_the_executor_runs_at_once():
    def program():
        log = []
        promise = Promise(lambda resolve, reject: log.append((callable(resolve), callable(reject))))
        assert log == [(True, True)]
        assert state(promise) == ("pending", None)

    virtual(program)


@pytest.mark.parametrize(
    ("executor", "expected"),
    [
        (lambda: None, ("pending", None)),
        (lambda resolve: resolve(1), ("fulfilled", 1)),
        (lambda resolve: resolve(), ("fulfilled", None)),
        (lambda resolve: resolve(1, 2), ("fulfilled", 1)),
        (lambda resolve, reject: reject(2), ("rejected", 2)),
        (lambda resolve, reject: reject(), ("rejected", None)),
        (lambda resolve, reject, more: resolve(more), ("fulfilled", None)),
        (lambda *functions: functions[0](len(functions)), ("fulfilled", 2)),
        (lambda: fail("thrown"), ("rejected", "thrown")),
        (lambda resolve: (resolve(1), fail("ignored")), ("fulfilled", 1)),
        (lambda resolve, reject: (resolve(1), resolve(2), reject(3)), ("fulfilled", 1)),
        (lambda resolve, reject: (reject(1), resolve(2), reject(3)), ("rejected", 1)),
    ],
)
def test_what_the_executor_does_with_its_functions(executor, expected):
    assert settled(lambda: Promise(executor)) == expected


def test_the_exception_of_an_executor_rejects():
    error = ValueError("no")
    assert settled(lambda: Promise(lambda: fail(error))) == ("rejected", error)


@pytest.mark.parametrize(
    ("executor", "wording"),
    [  # as node 20 words it
        (None, "undefined"),
        (5, "5"),
        (1.5, "1.5"),
        (True, "true"),
        ("abc", "abc"),
        ([1], "[object Array]"),
        ({}, "#<Object>"),
        (object(), "#<object>"),
    ],
)
def test_an_executor_must_be_callable(executor, wording):
    def program():
        with pytest.raises(TypeError) as caught:
            Promise(executor)
        assert str(caught.value) == f"Promise resolver {wording} is not a function"

    virtual(program)


def test_wrong_calls_of_the_constructor():
    def program():
        with pytest.raises(TypeError, match="Promise resolver undefined is not a function"):
            Promise()
        with pytest.raises(TypeError):
            Promise(lambda: None, 2)
        assert state(Promise(executor=lambda resolve: resolve(1))) == ("fulfilled", 1)
        promise = Promise(lambda: None)
        with pytest.raises(RuntimeError, match="called already"):
            promise.__init__(lambda resolve: resolve(1))
        assert state(promise) == ("pending", None)

    virtual(program)


def test_an_async_executor_is_started():
    log = []

    async def executor(resolve):
        log.append("starts at once")
        await Promise.resolve()
        resolve("later")

    def program():
        promise = Promise(executor)
        log.append("made")
        promise.then(log.append)

    virtual(program)
    assert log == ["starts at once", "made", "later"]


@pytest.mark.parametrize("ending", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize(
    "program",
    [
        lambda ending: Promise(lambda: fail(ending())),
        lambda ending: Promise.resolve().then(lambda: fail(ending())),
        lambda ending: Promise.resolve().finally_(lambda: fail(ending())),
        lambda ending: Promise.resolve(patch(Thenable(1), then=lambda: fail(ending()))),
        lambda ending: Promise.try_(lambda: fail(ending())),
        lambda ending: Promise.all(fail(ending()) for _ in range(1)),
    ],
)
def test_interrupts_and_exits_never_become_rejections(program, ending):
    with pytest.raises(ending):
        virtual(lambda: program(ending))


# ---- outside of a run ----


@pytest.mark.parametrize(
    "use",
    [
        lambda: Promise(lambda: None),
        Promise.resolve,
        Promise.reject,
        lambda: Promise.all([]),
        lambda: Promise.all_settled([]),
        lambda: Promise.any([]),
        lambda: Promise.race([]),
        lambda: Promise.try_(print),
        Promise.with_resolvers,
        lambda: Sub(lambda: None),
    ],
)
def test_there_are_no_promises_without_a_run(use):
    with pytest.raises(RuntimeError, match=r"no runtime is running.*loopscope\.run"):
        use()


def test_a_promise_of_a_run_that_has_ended():
    kept = []

    def program():
        kept.extend(Promise.with_resolvers())
        kept.append(Promise.resolve("early"))

    virtual(program)
    promise, resolve, reject, early = kept
    for method in (promise.then, promise.catch, promise.finally_, early.then):
        with pytest.raises(RuntimeError, match="the run that this object belongs to has ended"):
            method()
    assert resolve(1) is None
    assert reject(2) is None
    assert state(promise) == ("pending", None)
    assert state(early) == ("fulfilled", "early")


def test_a_promise_of_another_run_is_refused_by_rejection():
    kept = []
    virtual(lambda: kept.append(Promise.resolve(1)))
    how, reason = settled(lambda: Promise.resolve(kept[0]))
    assert how == "rejected"
    assert "has ended" in str(reason)
    how, reason = settled(lambda: Promise.all([kept[0]]))
    assert how == "rejected"
    how, reason = settled(lambda: Promise(lambda resolve: resolve(kept[0])))
    assert how == "rejected"


def test_two_runtimes_in_turns_on_one_thread():
    log = []
    with Runtime(clock="virtual") as first, Runtime(clock="virtual") as second:
        functions = []
        first.run(lambda: functions.extend(Promise.with_resolvers()))
        promise, resolve, _ = functions
        with pytest.raises(RuntimeError, match="no runtime is running"):
            Promise.resolve(promise)
        second.post(lambda: Promise.resolve(promise).then(log.append))
        second.drain()
        first.post(resolve, "across")
        first.drain()
        second.drain()
    assert log == ["across"]


def test_another_thread_is_refused():
    errors = []

    def attempt(use):
        try:
            use()
        except RuntimeError as error:
            errors.append(str(error))

    def program():
        promise, resolve, reject = Promise.with_resolvers()
        uses = [promise.then, promise.catch, promise.finally_, lambda: resolve(1), reject]
        for use in uses:
            thread = threading.Thread(target=attempt, args=(use,))
            thread.start()
            thread.join()
        assert state(promise) == ("pending", None)
        assert len(errors) == len(uses)
        assert all("Runtime.post(" in error for error in errors)

    virtual(program)


# ---- resolving ----


def test_resolving_functions_refuse_keywords_and_are_anonymous():
    def program():
        _, resolve, reject = Promise.with_resolvers()
        with pytest.raises(TypeError, match="no keyword arguments"):
            resolve(value=1)
        assert (resolve.__name__, reject.__name__) == ("", "")  # anonymous, as in node
        with pytest.raises(TypeError):
            type(resolve)()
        assert repr(reject) == "<reject function of a Promise>"

    virtual(program)


def test_a_promise_locked_in_to_another_cannot_be_resolved_again():
    def program():
        gate, open_gate, _ = Promise.with_resolvers()
        promise, resolve, reject = Promise.with_resolvers()
        resolve(gate)
        resolve("too late")
        reject("too late")
        queue_microtask(lambda: reject("too late, though the thenable job has run"))
        promise.then(log.append)
        set_timeout(open_gate, 5, "through the gate")

    log = []
    virtual(program)
    assert log == ["through the gate"]


def test_a_promise_cannot_be_resolved_with_itself():
    def program():
        promise, resolve, _ = Promise.with_resolvers()
        resolve(promise)
        promise.catch(log.append)
        later = Promise.resolve().then(lambda: later)
        later.catch(log.append)

    log = []
    virtual(program)
    assert [type(error) for error in log] == [TypeError, TypeError]
    assert {str(error) for error in log} == {"Chaining cycle detected for promise #<Promise>"}


class OnlyAttributeErrors:
    @property
    def then(self):
        raise AttributeError("not there")


@pytest.mark.parametrize(
    "value",
    [
        *(None, 5, "text", 1.5, True, [1], {"then": print}, (1,), {1}, b"x", object(), print),
        *(int, Promise, Thenable, OnlyAttributeErrors(), patch(Thenable(1), then=5)),
        ValueError("kept"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_that_are_no_thenables(value):
    assert settled(lambda: Promise(lambda resolve: resolve(value))) == ("fulfilled", value)
    assert settled(lambda: Promise.resolve(value)) == ("fulfilled", value)
    assert settled(lambda: Promise.resolve().then(lambda: value)) == ("fulfilled", value)


def test_then_is_looked_up_once_at_once_and_called_later():
    log = []

    class Watched:
        @property
        def then(self):
            log.append("looked up")
            return lambda resolve, reject: (log.append("called"), resolve("value"))

    def program():
        promise = Promise(lambda resolve: resolve(Watched()))
        log.append("main")
        promise.then(log.append)

    virtual(program)
    assert log == ["looked up", "main", "called", "value"]


def test_a_failing_look_up_of_then_rejects():
    class Bad:
        @property
        def then(self):
            raise KeyError("look-up")

    how, reason = settled(lambda: Promise.resolve(Bad()))
    assert (how, repr(reason)) == ("rejected", "KeyError('look-up')")


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        (lambda: fail("thrown"), ("rejected", "thrown")),
        (lambda resolve: (resolve(1), fail("ignored")), ("fulfilled", 1)),
        (lambda resolve, reject: (reject(1), fail("ignored")), ("rejected", 1)),
        (lambda resolve, reject: (resolve(1), reject(2)), ("fulfilled", 1)),
        (lambda resolve, reject: (reject(2), resolve(1)), ("rejected", 2)),
        (lambda resolve: resolve(Thenable(Thenable("deep"))), ("fulfilled", "deep")),
        (lambda resolve: (resolve(Thenable("kept")), fail("ignored")), ("fulfilled", "kept")),
        (lambda resolve, reject: reject(Thenable("a reason stays")), None),
        (lambda: None, ("pending", None)),
    ],
)
def test_what_a_thenable_does(then, expected):
    outcome = settled(lambda: Promise.resolve(patch(Thenable(None), then=then)))
    if expected is None:
        assert outcome[0] == "rejected"
        assert isinstance(outcome[1], Thenable)
    else:
        assert outcome == expected


def test_an_async_then_is_started():
    class Slow:
        async def then(self, resolve):
            await Promise.resolve()
            resolve("slowly")

    assert settled(lambda: Promise.resolve(Slow())) == ("fulfilled", "slowly")


async def _coroutine(value):
    await Promise.resolve()
    return value


@pytest.mark.parametrize(
    "make",
    [
        lambda: Promise(lambda resolve: resolve(_coroutine(1))),
        lambda: Promise.resolve(_coroutine(1)),
        lambda: Sub.resolve(_coroutine(1)),
        lambda: Promise.resolve().then(lambda: _coroutine(1)),
        lambda: Promise.resolve(1).finally_(lambda: _coroutine(2)),
        lambda: Promise.race([_coroutine(1)]),
        lambda: Promise.try_(_coroutine, 1),
        lambda: Promise.reject(_coroutine(1)).catch(lambda reason: reason),
        lambda: Promise(lambda _, reject: reject(_coroutine(1))).catch(lambda reason: reason),
    ],
)
def test_a_bare_coroutine_given_as_a_value_is_started(make):
    assert settled(make) == ("fulfilled", 1)


# ---- ticks: the n-th link of a chain of reactions with which the reaction comes, as node 20 has it

TICKS = {
    "resolve(value)": (lambda: Promise(lambda f: f(1)), 1),
    "resolve(thenable)": (lambda: Promise(lambda f: f(Thenable(1))), 2),
    "resolve(promise)": (lambda: Promise(lambda f: f(Promise.resolve(1))), 3),
    "resolve(subclass)": (lambda: Promise(lambda f: f(Sub.resolve(1))), 3),
    "resolve(rejected)": (lambda: Promise(lambda f: f(Promise.reject(1))), 3),
    "resolve(patched)": (
        lambda: Promise(
            lambda f: f(patch(p := Promise.resolve(1), then=lambda *a: Promise.then(p, *a)))
        ),
        3,
    ),
    "thenables, nested": (lambda: Promise(lambda f: f(Thenable(Thenable(Thenable(1))))), 4),
    "thenable of promise": (lambda: Promise(lambda f: f(Thenable(Promise.resolve(1)))), 4),
    "then gives value": (lambda: Promise.resolve().then(lambda: 1), 2),
    "then gives promise": (lambda: Promise.resolve().then(lambda: Promise.resolve(1)), 4),
    "then gives thenable": (lambda: Promise.resolve().then(lambda: Thenable(1)), 3),
    "then throws": (lambda: Promise.resolve().then(lambda: fail(1)), 2),
    "then passes": (lambda: Promise.resolve().then(), 2),
    "catch passes": (lambda: Promise.resolve().catch(lambda: 1), 2),
    "catch": (lambda: Promise.reject(1).catch(lambda: 2), 2),
    "finally": (lambda: Promise.resolve().finally_(lambda: 2), 4),
    "finally, promise": (lambda: Promise.resolve().finally_(lambda: Promise.resolve(2)), 4),
    "finally, thenable": (lambda: Promise.resolve().finally_(lambda: Thenable(2)), 5),
    "finally throws": (lambda: Promise.resolve().finally_(lambda: fail(2)), 2),
    "finally after rejection": (lambda: Promise.reject(1).finally_(lambda: 2), 4),
    "finally rejects": (lambda: Promise.reject(1).finally_(lambda: Promise.reject(2)), 4),
    "finally without": (lambda: Promise.resolve().finally_(), 2),
    "finally of subclass": (lambda: Sub.resolve().finally_(lambda: 2), 4),
    "then of subclass": (lambda: Sub.resolve().then(lambda: Promise.resolve(1)), 4),
    "Promise.resolve(value)": (lambda: Promise.resolve(1), 1),
    "Promise.resolve(thenable)": (lambda: Promise.resolve(Thenable(1)), 2),
    "Promise.resolve(promise)": (lambda: Promise.resolve(Promise.resolve(1)), 1),
    "Promise.resolve(subclass)": (lambda: Promise.resolve(Sub.resolve(1)), 3),
    "Sub.resolve(promise)": (lambda: Sub.resolve(Promise.resolve(1)), 3),
    "Sub.resolve(subclass)": (lambda: Sub.resolve(Sub.resolve(1)), 1),
    "other constructor": (
        lambda: Promise.resolve(patch(Promise.resolve(1), constructor=object)),
        3,
    ),
    "own constructor": (lambda: Sub.resolve(patch(Promise.resolve(1), constructor=Sub)), 1),
}


@pytest.mark.parametrize("case", TICKS)
def test_ticks(case):
    make, expected = TICKS[case]
    assert ticks_of(make) == expected


# ---- then, catch, finally ----


def test_reactions_run_in_order_of_registration_and_never_at_once():
    log = []

    def program():
        promise, resolve, _ = Promise.with_resolvers()
        promise.then(lambda: log.append(1)).then(lambda: log.append(4))
        promise.then(lambda: log.append(2))
        queue_microtask(lambda: log.append(0))
        resolve()
        log.append("sync")
        promise.then(lambda: log.append(3))

    virtual(program)
    assert log == ["sync", 0, 1, 2, 3, 4]


@pytest.mark.parametrize("handler", [None, 5, "f", [], {}])
def test_handlers_that_cannot_be_called_pass_the_outcome_through(handler):
    assert settled(lambda: Promise.resolve(1).then(handler)) == ("fulfilled", 1)
    assert settled(lambda: Promise.reject(2).then(handler, handler)) == ("rejected", 2)
    assert settled(lambda: Promise.reject(2).catch(handler)) == ("rejected", 2)
    assert settled(lambda: Promise.resolve(1).finally_(handler)) == ("fulfilled", 1)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: Promise.resolve(1).then(lambda value: value + 1), ("fulfilled", 2)),
        (lambda: Promise.resolve(1).then(lambda: "no argument"), ("fulfilled", "no argument")),
        (
            lambda: Promise.resolve(1).then(lambda value, more: (value, more)),
            ("fulfilled", (1, None)),
        ),
        (lambda: Promise.resolve("5").then(int), ("fulfilled", 5)),
        (lambda: Promise.reject(1).then(None, lambda reason: reason + 1), ("fulfilled", 2)),
        (lambda: Promise.reject(1).then(lambda: "not called"), ("rejected", 1)),
        (lambda: Promise.resolve(1).then(lambda: fail("new")), ("rejected", "new")),
        (lambda: Promise.resolve(1).then(lambda: fail("a"), lambda: "other"), ("rejected", "a")),
        (lambda: Promise.reject(1).catch(lambda: fail("again")), ("rejected", "again")),
        (lambda: Promise.resolve(1).catch(lambda: "not called"), ("fulfilled", 1)),
        (lambda: Promise.resolve(1).finally_(lambda: 2), ("fulfilled", 1)),
        (lambda: Promise.reject(1).finally_(lambda: 2), ("rejected", 1)),
        (lambda: Promise.resolve(1).finally_(lambda *args: fail(args)), ("rejected", ())),
        (
            lambda: Promise.resolve(1).finally_(lambda required: fail(str(required))),
            ("rejected", "None"),
        ),
        (lambda: Promise.reject(1).finally_(lambda: Promise.reject(2)), ("rejected", 2)),
        (lambda: Promise.resolve(1).finally_(lambda: Promise.reject(2)), ("rejected", 2)),
        (lambda: getattr(Promise.resolve(1), "finally")(lambda: fail(3)), ("rejected", 3)),
    ],
)
def test_outcomes_of_handlers(make, expected):
    assert settled(make) == expected


def test_any_value_can_be_a_reason():
    for reason in (None, 5, ValueError, StopIteration(1), KeyboardInterrupt(), Thrown(1)):
        assert settled(lambda reason=reason: Promise.reject(reason)) == ("rejected", reason)
        outcome = settled(lambda reason=reason: Promise.reject(reason).finally_(lambda: None))
        assert outcome == ("rejected", reason.value if isinstance(reason, Thrown) else reason)


def test_wrong_calls_of_methods():
    def program():
        promise = Promise.resolve()
        for method, most in ((promise.then, 2), (promise.catch, 1), (promise.finally_, 1)):
            with pytest.raises(TypeError, match="takes at most"):
                method(*[None] * (most + 1))
        for static in (Promise.resolve, Promise.reject):
            with pytest.raises(TypeError, match="takes at most 1 argument"):
                static(1, 2)
        with pytest.raises(TypeError):
            Promise.then(5)
        with pytest.raises(TypeError):
            promise.then(on_fulfilled=print)

    virtual(program)


def test_finally_keeps_the_traceback_of_the_reason():
    def thrower():
        raise ValueError("deep")

    async def main():
        try:
            await Promise.resolve().then(thrower).finally_(lambda: None)
        except ValueError as error:
            return traceback.extract_tb(error.__traceback__)

    names = [frame.name for frame in virtual(main)]
    assert names.count("thrower") == 1


def test_handlers_see_the_context_of_their_registration():
    variable = contextvars.ContextVar("variable", default="none")
    log = []

    def program():
        promise, resolve, _ = Promise.with_resolvers()

        def register(name):
            variable.set(name)
            promise.then(lambda: log.append(variable.get()))
            promise.finally_(lambda: log.append(variable.get()))

        contextvars.copy_context().run(register, "first")
        contextvars.copy_context().run(register, "second")
        promise.then(lambda: log.append(variable.get()))
        variable.set("when resolved")
        resolve()

    virtual(program)
    assert log == ["first", "first", "second", "second", "none"]


# ---- subclasses ----


def test_methods_of_a_subclass_make_its_promises():
    def program():
        promise = Sub.resolve(1)
        made = [promise, promise.then(), promise.catch(), promise.finally_(lambda: None)]
        made += [Sub.reject(1), Sub(lambda: None), Sub.all([]), Sub.race([]), Sub.try_(lambda: 1)]
        made += [Sub.any([1]), Sub.all_settled([]), Sub.with_resolvers().promise]
        assert {type(one) for one in made} == {Sub}
        for one in made:
            one.catch(lambda: None)

    virtual(program)


def test_promise_resolve_gives_back_promises_of_the_same_constructor():
    def program():
        promise, other = Promise.resolve(1), Sub.resolve(2)
        assert Promise.resolve(promise) is promise
        assert Sub.resolve(other) is other
        assert type(Promise.resolve(other)) is Promise
        assert type(Sub.resolve(promise)) is Sub
        assert promise.constructor is Promise
        assert other.constructor is Sub
        promise.constructor = Sub
        assert Sub.resolve(promise) is promise
        assert Promise.resolve(promise) is not promise
        del promise.constructor
        assert Promise.resolve(promise) is promise
        with pytest.raises(AttributeError):
            del promise.constructor

    virtual(program)


@pytest.mark.parametrize("constructor", [None, object, print, [], Promise])
def test_then_of_a_promise_with_another_constructor_makes_a_plain_one(constructor):
    def program():
        assert type(patch(Promise.resolve(), constructor=constructor).then()) is Promise

    virtual(program)


@pytest.mark.parametrize("constructor", [5, "Promise", True, 1.5, null])
def test_a_constructor_that_is_no_object_is_refused(constructor):
    def program():
        promise = patch(Promise.resolve(), constructor=constructor)
        for method in (promise.then, promise.catch, promise.finally_):
            with pytest.raises(TypeError, match=r"The \.constructor property is not an object"):
                method()

    virtual(program)


def test_the_constructor_look_up_may_fail():
    class Bad(Promise):
        @property
        def constructor(self):
            raise KeyError("constructor")

    def program():
        promise = Bad(lambda: None)
        for use in (promise.then, lambda: Promise.resolve(promise), lambda: Bad.resolve(promise)):
            with pytest.raises(KeyError, match="constructor"):
                use()

    virtual(program)


def test_a_class_that_forgets_to_call_the_constructor():
    class Forgetful(Promise):
        def __init__(self, executor):
            self.executor = executor

    def program():
        promise = Forgetful(lambda: None)
        assert state(promise) == ("pending", None)
        assert repr(promise) == "<Forgetful pending>"
        for method in (promise.then, promise.catch, promise.finally_, promise.__await__):
            with pytest.raises(RuntimeError, match=r"Promise\.__init__ was not called"):
                method()
        with pytest.raises(TypeError, match="Promise resolve or reject function is not callable"):
            Forgetful.resolve(1)
        Promise.resolve(promise).catch(lambda reason: log.append(type(reason)))
        Promise.resolve(Promise.__new__(Promise)).catch(lambda reason: log.append(type(reason)))
        Promise.all([Promise.__new__(Promise)]).catch(lambda reason: log.append(type(reason)))

    log = []
    virtual(program)
    assert log == [RuntimeError] * 3


@pytest.mark.parametrize(
    ("calls", "message"),
    [  # of the executor by the constructor; as node 20 has it
        ([], "Promise resolve or reject function is not callable"),
        ([(print,)], "Promise resolve or reject function is not callable"),
        ([(None, print)], "Promise resolve or reject function is not callable"),
        ([(1, 2)], "Promise resolve or reject function is not callable"),
        ([(print, print), (print, print)], "Promise executor has already been invoked"),
        ([(1,), (print, print)], "Promise executor has already been invoked"),
        ([(None, 1), (print, print)], "Promise executor has already been invoked"),
        ([(), (print, print)], None),
        ([(None, None), (print, print)], None),
    ],
)
def test_how_a_constructor_may_call_its_executor(calls, message):
    class Custom(Promise):
        def __init__(self, executor):
            super().__init__(lambda: None)
            for arguments in calls:
                executor(*arguments)

    def program():
        if message is None:
            assert type(Custom.resolve()) is Custom
        else:
            with pytest.raises(TypeError, match=message):
                Custom.resolve()

    virtual(program)


def test_a_constructor_may_give_another_object():
    class Record(list):
        pass

    class Factory(Promise):
        def __new__(cls, executor):
            record = Record()
            executor(lambda v: record.append(("resolved", v)), lambda v: record.append(("no", v)))
            return record

    def program():
        made = [Factory.resolve(1), Factory.reject(2), Factory.try_(lambda: 3), Factory.all([])]
        made.append(patch(Promise.resolve(4), constructor=Factory).then(lambda v: v + 1))
        kept.extend(made)

    kept = []
    virtual(program)
    assert [type(one) for one in kept] == [Record] * 5
    assert [one[0] for one in kept] == [
        ("resolved", 1),
        ("no", 2),
        ("resolved", 3),
        ("resolved", []),
        ("resolved", 5),
    ]


def test_an_error_of_a_custom_resolving_function_is_uncaught():
    class Bad(Promise):
        def __init__(self, executor):
            super().__init__(lambda: None)
            executor(lambda: fail(KeyError("resolve")), lambda: fail(KeyError("reject")))

    with pytest.raises(KeyError, match="resolve"):
        virtual(lambda: patch(Promise.resolve(), constructor=Bad).then())
    with pytest.raises(KeyError, match="reject"):
        virtual(lambda: patch(Promise.resolve(), constructor=Bad).then(lambda: fail(5)))


def test_the_then_of_an_instance_is_seen_by_resolve_but_not_by_await():
    log = []

    def patched(promise):
        def then(*handlers):
            log.append("patched then")
            return Promise.then(promise, *handlers)

        return patch(promise, then=then)

    async def awaiting(promise):
        log.append(await promise)

    def program():
        awaiting_promise = patched(Promise.resolve("awaited"))
        async_function(awaiting)(awaiting_promise)
        Promise(lambda resolve: resolve(patched(Promise.resolve(1))))
        Promise.race([patched(Promise.resolve(1))])
        patched(Promise.resolve(1)).catch()
        patched(Promise.resolve(1)).finally_(print)

    virtual(program)
    assert log == ["patched then"] * 3 + ["awaited", "patched then"]


def run_python(source):
    """Run in a process of its own: what is patched in Promise stays patched."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(source)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_is_replaced_in_the_class_is_used():
    output = run_python(
        """
        from loopscope import Promise, async_function, console, run, set_timeout

        def program():
            log, then, resolve = [], Promise.then, Promise.resolve

            def patched_then(self, *handlers):
                log.append("then")
                return then(self, *handlers)

            def patched_resolve(value):
                log.append(f"resolve {value}")
                return resolve(value)

            @async_function
            async def awaiting():
                log.append(await resolve("awaited"))

            Promise.then = patched_then
            resolve(1).catch()
            Promise(lambda f: f(resolve(2)))
            Promise.resolve = staticmethod(patched_resolve)
            Promise.all([3])
            then(resolve(4), lambda: None).finally_(lambda: set_timeout(lambda: console.log(*log)))
            awaiting()

        run(program)
        """
    )
    # as node 20 prints it for the same program
    assert output == "then resolve 3 then then then awaited then then\n"


def test_subclasses_and_metaclasses():
    from abc import ABCMeta

    meta = type(Promise)
    assert issubclass(meta, type)
    assert type(Sub) is meta

    class Both(meta, ABCMeta):
        pass

    class Abstract(Promise, metaclass=Both):
        pass

    Abstract.anything = 1
    virtual(lambda: Abstract.resolve(1))
    with pytest.raises(TypeError):
        type.__setattr__(Promise, "then", None)


# ---- rejections ----


def test_a_rejection_that_nobody_handles_ends_the_run():
    with pytest.raises(ValueError, match="nobody"):
        virtual(lambda: Promise.reject(ValueError("nobody")))
    with pytest.raises(ValueError, match="nobody"):
        virtual(lambda: Promise.reject(ValueError("nobody")).then(print))
    with pytest.raises(ValueError, match="nobody"):
        virtual(lambda: Promise.reject(ValueError("nobody")).finally_(lambda: None))


def test_a_subclass_that_compares_by_value_is_reported_too():
    class ByValue(Promise):
        def __eq__(self, other):
            return True

        __hash__ = None

    with pytest.raises(ValueError, match="nobody"):
        virtual(lambda: (ByValue.reject(5).catch(int), ByValue.reject(ValueError("nobody"))))


def test_a_rejection_may_be_handled_until_the_microtasks_are_done():
    def program():
        promise = Promise.reject(ValueError("handled"))
        Promise.resolve().then(lambda: promise.catch(log.append))

    log = []
    virtual(program)
    assert len(log) == 1


def test_looking_at_a_promise_handles_nothing():
    def program():
        promise = Promise.reject(ValueError("looked at"))
        state(promise)
        repr(promise)

    with pytest.raises(ValueError, match="looked at"):
        virtual(program)


def test_reported_rejections_and_late_handlers():
    log = []

    def program():
        process.on("unhandledRejection", lambda reason, promise: log.append(("un", reason)))
        process.on("rejectionHandled", lambda promise: log.append(("handled", state(promise)[1])))
        promise = Promise.reject("late")
        Promise.reject("never")
        Promise.reject("at once").catch(lambda: None)
        set_timeout(lambda: promise.catch(lambda: None), 1)

    virtual(program)
    assert log == [("un", "late"), ("un", "never"), ("handled", "late")]


# ---- await ----


@pytest.mark.parametrize("value", [None, 5, (), (1, 2), ((1,),), StopIteration(3), ValueError("v")])
def test_await_gives_the_very_value(value):
    async def main():
        got = [await Promise.resolve(value), await Promise.resolve().then(lambda: value)]
        got.append(await Sub.resolve(value))
        return got

    for got in virtual(main):
        assert got is value


@pytest.mark.parametrize(
    "reason", [5, None, "text", ValueError, StopIteration(1), StopAsyncIteration(), GeneratorExit()]
)
def test_await_raises_thrown_for_what_is_no_exception(reason):
    async def main():
        with pytest.raises(Thrown) as caught:
            await Promise.reject(reason)
        return caught.value.value

    assert virtual(main) is reason


def test_awaiting_one_rejection_often_does_not_grow_its_traceback():
    def thrower():
        raise ValueError("once")

    async def main():
        promise = Promise.resolve().then(thrower)
        for _ in range(100):
            try:
                await promise
            except ValueError as error:
                seen = error
        return len(traceback.extract_tb(seen.__traceback__))

    assert virtual(main) < 5


@pytest.mark.parametrize("hook", [sys.settrace, sys.setprofile])
def test_await_under_a_trace_function(hook):
    async def main():
        values = [await Promise.resolve(value) for value in (None, 1, (2, 3))]
        try:
            await Promise.reject(ValueError("x"))
        except ValueError as error:
            values.append(str(error))
        return values

    before = sys.gettrace(), sys.getprofile()
    hook(lambda *_: None)
    try:
        assert virtual(main) == [None, 1, (2, 3), "x"]
    finally:
        sys.settrace(before[0])
        sys.setprofile(before[1])


def test_await_outside_of_an_async_function():
    def program():
        promise = Promise.resolve(1)

        async def plain():
            return await promise

        coroutine = plain()
        with pytest.raises(RuntimeError, match="async_function"):
            coroutine.send(None)
        with pytest.raises(TypeError, match="not an iterator"):
            next(promise)
        with pytest.raises(TypeError):
            iter(promise)

    virtual(program)


def test_await_by_hand():
    class ByHand:
        def __await__(self):
            value = yield from Promise.resolve("by hand").__await__()
            return value

    async def main():
        promise = Promise(lambda: None)
        awaiter = promise.__await__()
        assert iter(awaiter) is awaiter
        assert next(awaiter) is promise  # what the driver gets: the promise to wait for
        return await ByHand()

    assert virtual(main) == "by hand"


# ---- looks ----


class BadRepr:
    def __repr__(self):
        raise ValueError("repr")


def test_repr():
    def program():
        promise, resolve, _ = Promise.with_resolvers()
        assert repr(promise) == "<Promise pending>"
        resolve("x")
        assert repr(promise) == "<Promise fulfilled: 'x'>"
        rejected = Sub.reject(ValueError("no"))
        rejected.catch(lambda: None)
        assert repr(rejected) == "<Sub rejected: ValueError('no')>"
        assert repr(Promise.resolve(BadRepr())) == "<Promise fulfilled: <BadRepr object>>"
        around = []
        around.append(Promise.resolve(around))
        assert repr(around) == "[<Promise fulfilled: [...]>]"
        assert repr(around[0]) == "<Promise fulfilled: [<Promise ...>]>"
        deep = None
        for _ in range(100_000):
            deep = Promise.reject(deep)
            deep.catch(lambda: None)
        assert repr(deep).startswith("<Promise rejected: <Promise rejected: ")
        del deep

    virtual(program)


def test_the_class():
    assert Promise.__module__ == "loopscope"
    assert repr(Promise[int]) == "loopscope.Promise[int]"
    assert Promise.all_settled.__name__ == "all_settled"
    assert Promise.allSettled.__doc__ == Promise.all_settled.__doc__
    assert Promise.allSettled.__text_signature__ == "($type, promises=None, /)"
    for name in ("then", "catch", "finally_", "resolve", "reject", "all", "any", "race", "try_"):
        assert getattr(Promise, name).__doc__
        assert getattr(Promise, name).__text_signature__
    for alias in ("finally", "try", "withResolvers", "allSettled"):
        assert callable(getattr(Promise, alias))


def test_promise_state_wants_a_promise():
    with pytest.raises(TypeError, match="must be a Promise, not int"):
        state(5)


def test_promises_cannot_be_copied_or_pickled():
    def program():
        promise = Promise.resolve(1)
        for way in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="cannot pickle"):
                way(promise)

    virtual(program)
    # pickle has kept notes in the class: that is no replaced method
    assert [kind for kind, _, _ in events_of(resolve_with_promise)].count("promise-create") == 2


def test_attributes_of_an_instance():
    def program():
        promise = Promise.resolve(1)
        promise.note = "mine"
        assert promise.__dict__ == {"note": "mine"}
        assert promise.note == "mine"
        promise.__dict__ = {}
        assert not hasattr(promise, "note")
        promise.then(log.append)

    log = []
    virtual(program)
    assert log == [1]


# ---- the trace ----


def events_of(program):
    """Give what the trace says of promises: a job's name, a settled promise's value."""
    events = [
        event
        for event in record(program).trace
        if event.kind.startswith("promise") or (event.kind, event.lane) == ("enqueue", "microtask")
    ]
    return [(e.kind, e.rule, e.text if e.kind == "promise-settle" else e.label) for e in events]


def test_what_the_trace_says_of_a_settled_promise():
    def program():
        def handler():
            return "result"

        Promise.resolve("value").then(handler)

    assert events_of(program) == [
        ("promise-create", "", ""),
        ("promise-settle", "settle-once", "'value'"),
        ("promise-create", "", ""),
        ("enqueue", "reaction-queued", "handler"),
        ("promise-settle", "settle-once", "'result'"),
    ]


def resolve_with_promise():
    Promise(lambda resolve: resolve(Promise.resolve(1)))


def test_what_the_trace_says_of_a_promise_locked_in_to_another():
    assert events_of(resolve_with_promise) == [
        ("promise-create", "executor-sync", ""),
        ("promise-create", "", ""),
        ("promise-settle", "settle-once", "1"),
        ("promise-resolve", "thenable-job", ""),
        ("enqueue", "thenable-job", "resolve thenable"),
        ("enqueue", "pass-through", "pass-through"),
        ("promise-settle", "settle-once", "1"),
    ]


def test_what_the_trace_says_of_waiting_reactions():
    def program():
        def cleanup():
            pass

        promise, _, reject = Promise.with_resolvers()
        promise.finally_(cleanup).catch(repr)
        Promise.race([promise])
        reject(5)

    kinds = events_of(program)
    assert kinds[2] == ("promise-react", "reaction-waits", "cleanup")
    assert ("enqueue", "reaction-queued", "cleanup") in kinds
    assert kinds.count(("promise-react", "reaction-waits", "")) == 2


def test_what_the_trace_says_of_a_late_handler():
    def program():
        promise = Promise.reject(5)
        promise.catch(lambda: None)

    kinds = [kind for kind, _, _ in events_of(program)]
    assert kinds[:5] == [
        "promise-create",
        "promise-settle",
        "promise-create",
        "promise-handled",
        "enqueue",
    ]


def test_ids_in_the_trace_link_jobs_to_promises():
    events = list(record(lambda: Promise(lambda f: set_timeout(f, 1)).then(lambda: None)).trace)
    created = [event for event in events if event.kind == "promise-create"]
    reacts = next(event for event in events if event.kind == "promise-react")
    queued = next(e for e in events if e.kind == "enqueue" and e.lane == "microtask")
    assert created[1].ref == created[0].id
    assert (reacts.ref, queued.ref) == (created[0].id,) * 2
    assert reacts.id == queued.id
    assert [e.id for e in events if e.kind == "job-start"] == [queued.id]


# ---- re-entrancy ----


class Dying:
    """Calls back when it is destroyed."""

    def __init__(self, callback):
        self.callback = callback

    def __del__(self):
        self.callback()


def test_a_look_up_that_resolves_the_same_promise():
    class Sly:
        @property
        def then(self):
            resolve("inside")
            reject("inside")
            return lambda resolve: resolve("outside")

    def program():
        nonlocal resolve, reject
        promise, resolve, reject = Promise.with_resolvers()
        resolve(Sly())
        promise.then(log.append)

    resolve = reject = None
    log = []
    virtual(program)
    resolve = reject = None
    assert log == ["outside"]


def test_handlers_that_collect_resolve_and_register():
    log = []

    def program():
        promise, resolve, _ = Promise.with_resolvers()

        def handler(value):
            gc.collect()
            promise.then(lambda: log.append("added"))
            resolve("again")
            log.append(value)
            return promise

        promise.then(handler).then(log.append)
        resolve("value")

    virtual(program)
    assert log == ["value", "added", "value"]


def test_finalizers_that_use_promises():
    log = []

    def program():
        promise, resolve, _ = Promise.with_resolvers()
        promise.then(log.append)

        def use():
            resolve("from __del__")

        Promise.resolve(Dying(use)).then(lambda: None)
        waits, dying = Promise(lambda: None), Dying(lambda: promise.then(log.append))
        waits.then(dying.callback.__get__(dying))
        del waits, dying

    virtual(program)
    assert log == ["from __del__"] * 2


def test_finalizers_that_run_in_the_tear_down():
    log = []

    def program():
        promise, resolve, _ = Promise.with_resolvers()
        dying = Dying(lambda: log.append((resolve("late"), state(promise))))
        set_timeout(lambda dying: None, 10, dying)
        Promise(lambda: None).then(lambda dying=dying: dying)
        set_timeout(lambda: process.exit(3), 1)

    with pytest.raises(SystemExit):
        virtual(program)
    gc.collect()
    assert log == [(None, ("pending", None))]


# ---- life ----


def test_cycles_are_collected():
    def program():
        references = []
        for cls in (Promise, Sub):
            promise, resolve, reject = cls.with_resolvers()
            derived = promise.then(lambda p=promise, r=(resolve, reject): (p, r))
            derived.finally_(lambda d=derived: d)
            promise.me = promise
            settled = cls.resolve([promise])
            state(settled)[1].append(settled)
            cls.all([promise, settled]).then(lambda d=derived: d)
            references += [weakref.ref(one) for one in (promise, derived, settled)]
        del promise, resolve, reject, derived, settled
        set_timeout(lambda: (gc.collect(), alive.extend(r() for r in references)), 1)

    alive = []
    virtual(program)
    assert alive == [None] * 6


def test_a_subclass_keeps_the_records_of_its_executors_collectable():
    from types import MethodType

    class Odd(Promise):
        def __init__(self, executor):
            super().__init__(lambda: None)
            method = MethodType(print, executor)
            executor(method, method)

    def program():
        Odd.race([])
        patch(Promise(lambda: None), constructor=Odd).then()
        gc.collect()

    virtual(program)


def test_weak_references():
    def program():
        promise = Promise.resolve()
        reference = weakref.ref(promise)
        assert reference() is promise
        del promise
        assert reference() is None

    virtual(program)


def chain(first, links):
    for _ in range(links):
        first = first.then()
    return first


@pytest.mark.parametrize("cls", [Promise, Sub])
def test_a_long_chain_settles(cls):
    links = 1_000_000 if cls is Promise else 20_000
    log = []
    virtual(lambda: chain(cls.resolve("through"), links).then(log.append))
    assert log == ["through"]


def test_long_chains_are_destroyed_without_recursion():
    def program():
        promise, resolve, _ = Promise.with_resolvers()
        end = chain(promise, 1_000_000)
        del promise, resolve
        assert state(end) == ("pending", None)
        del end
        first = Sub(lambda: None)
        chain(first, 100_000)
        del first
        through_handlers = None
        for _ in range(100_000):
            promise = Promise(lambda: None)
            promise.then(lambda kept=through_handlers: kept)
            through_handlers = promise
        del promise, through_handlers
        reasons = None
        for _ in range(100_000):
            reasons = Promise.reject(reasons)
            reasons.catch(lambda: None)
        del reasons

    virtual(program)


def test_a_long_chain_of_resolutions():
    def program():
        promise = Promise.resolve("deep")
        for _ in range(100_000):
            outer, resolve, _ = Promise.with_resolvers()
            resolve(promise)
            promise = outer
        promise.then(log.append)

    log = []
    virtual(program)
    assert log == ["deep"]


def test_many_reactions_on_one_promise():
    def program():
        promise, resolve, _ = Promise.with_resolvers()
        for at in range(100_000):
            promise.then(partial(note, at))
        resolve()

    def note(at, value):
        log.append(at)

    log = []
    virtual(program)
    assert log == list(range(100_000))
