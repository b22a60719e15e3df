"""Event, CustomEvent and EventTarget: the expected lines are what Node 20 printed."""

from __future__ import annotations

import pytest
from loopscope import (
    AggregateError,
    CustomEvent,
    Event,
    EventTarget,
    Promise,
    async_function,
    console,
    null,
    process,
    queue_microtask,
    record,
    set_timeout,
)


def test_dispatch_is_synchronous_and_later_listeners_see_additions():
    def program():
        target = EventTarget()

        def first(event):
            console.log("L1")
            Promise.resolve().then(lambda: console.log("m1"))
            process.next_tick(lambda: console.log("n1"))
            target.add_event_listener("x", lambda: console.log("added during dispatch"))

        target.add_event_listener("x", first)
        target.add_event_listener("x", lambda: console.log("L2"), {"once": True})
        target.add_event_listener("x", lambda: console.log("L3"), {"capture": True})
        target.dispatch_event(Event("x"))
        console.log("dispatched")
        target.dispatch_event(Event("x"))

    assert record(program).output == [
        "L1", "L2", "L3", "added during dispatch", "dispatched",
        "L1", "L3", "added during dispatch", "added during dispatch",
        "n1", "n1", "m1", "m1",
    ]  # fmt: skip


def test_what_the_last_listener_adds_waits_for_the_next_event():
    calls = []
    target = EventTarget()

    def last():
        calls.append("last")
        target.add_event_listener("x", lambda: calls.append("added"))

    target.add_event_listener("x", last)
    target.dispatch_event(Event("x"))
    assert calls == ["last"]


def test_removal_during_dispatch_and_stop_immediate_propagation():
    def program():
        target = EventTarget()

        def never():
            console.log("b never")

        def first():
            console.log("a")
            target.remove_event_listener("x", never)

        def stop(event):
            console.log("c")
            event.stop_immediate_propagation()

        target.add_event_listener("x", first)
        target.add_event_listener("x", never)
        target.add_event_listener("x", stop)
        target.add_event_listener("x", lambda: console.log("d never"))
        target.add_event_listener("x", never, {"capture": True})
        target.dispatch_event(Event("x"))

    assert record(program).output == ["a", "c"]


def test_errors_of_listeners_are_raised_by_ticks_in_nodes_order():
    def program():
        process.on("uncaughtException", lambda error: console.log("UE", error))
        target = EventTarget()

        class Handler:
            def handle_event(self, event):
                console.log("handle", self is handler)
                raise ValueError("in handle")

        handler = Handler()

        @async_function
        async def rejecting(event):
            raise ValueError("in async")

        def throwing(event):
            raise ValueError("sync")

        for listener in (handler, rejecting, throwing):
            target.add_event_listener("h", listener)
        chain = Promise.resolve().then(lambda: console.log("m1"))
        chain.then(lambda: console.log("m2")).then(lambda: console.log("m3"))
        process.next_tick(lambda: console.log("t1"))
        target.dispatch_event(Event("h"))
        console.log("end")

    lines = [line.replace("[ValueError: ", "").replace("]", "") for line in record(program).output]
    assert lines == [
        "handle true", "end", "t1", "UE sync", "m1", "m2", "m3", "UE in handle", "UE in async",
    ]  # fmt: skip


def test_an_async_handle_event_that_fails_is_an_uncaught_exception():
    def program():
        process.on("uncaughtException", lambda error, origin: console.log("UE", str(error), origin))
        process.on("unhandledRejection", lambda: console.log("never"))

        class Handler:
            @async_function
            async def handleEvent(self):
                console.log("h")
                await Promise.resolve()
                raise ValueError("async object")

        class WithoutHandler:
            pass

        target = EventTarget()
        target.add_event_listener("x", Handler())
        target.add_event_listener("x", WithoutHandler())
        chain = Promise.resolve()
        for number in range(1, 8):
            chain = chain.then(lambda _, number=number: console.log(f"m{number}"))
        target.dispatch_event(Event("x"))

    assert record(program).output == [
        "h", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "UE async object uncaughtException",
    ]  # fmt: skip


def test_an_uncaught_listener_error_ends_the_run_after_the_other_listeners():
    def program():
        target = EventTarget()

        def throwing():
            raise ValueError("boom")

        target.add_event_listener("x", throwing)
        target.add_event_listener("x", lambda: console.log("still called"))
        target.dispatch_event(Event("x"))
        queue_microtask(lambda: console.log("never"))

    recording = record(program)
    assert recording.output == ["still called"]
    assert str(recording.error) == "boom"
    assert recording.exit_code == 1


def test_a_rejection_with_a_plain_value_arrives_as_that_value():
    def program():
        process.on("uncaughtException", lambda error: console.log("UE", error))
        target = EventTarget()
        target.add_event_listener("x", lambda: Promise.reject(5))
        target.dispatch_event(Event("x"))

    assert record(program).output == ["UE 5"]


def test_without_a_run_the_error_comes_out_of_dispatch():
    target = EventTarget()

    def throwing():
        raise ValueError("boom")

    target.add_event_listener("x", throwing)
    with pytest.raises(ValueError, match="boom"):
        target.dispatch_event(Event("x"))


def test_fields_during_dispatch_are_nodes():
    seen = []
    target = EventTarget()

    def look(event):
        seen.append(
            (
                event.currentTarget is target,
                event.eventPhase,
                len(event.composedPath()),
                event.target is target,
            )
        )

    target.addEventListener("x", look)
    target.addEventListener("x", lambda event: look(event))
    event = Event("x", cancelable=True)
    assert event.target is null
    target.dispatchEvent(event)
    # Node resets the "being dispatched" flag after the first listener.
    assert seen == [(True, 2, 1, True), (False, 0, 0, True)]
    assert event.currentTarget is null
    assert event.target is target


def test_prevent_default_needs_a_cancelable_event():
    target = EventTarget()
    target.add_event_listener("x", lambda event: event.preventDefault())
    assert target.dispatch_event(Event("x")) is True
    event = Event("x", {"cancelable": True})
    assert target.dispatch_event(event) is False
    assert (event.defaultPrevented, event.return_value) == (True, False)


@pytest.mark.parametrize(
    ("options", "expected"),
    [({}, (False, False, False)), ({"bubbles": 1, "composed": True}, (True, False, True))],
)
def test_event_options(options, expected):
    for event in (Event("x", options), Event("x", **options)):
        assert (event.bubbles, event.cancelable, event.composed) == expected


def test_custom_event_detail():
    assert CustomEvent("c").detail is null
    assert CustomEvent("c", {"detail": 0}).detail == 0
    assert CustomEvent("c", detail=[1]).detail == [1]
    assert issubclass(CustomEvent, Event)


def test_the_same_listener_is_added_once_for_each_phase():
    calls = []

    class Listening:
        def method(self):
            calls.append(1)

    listening, target = Listening(), EventTarget()
    for options in (None, {}, {"capture": True}, True):
        target.add_event_listener("x", listening.method, options)
    target.dispatch_event(Event("x"))
    assert len(calls) == 2
    # Node 20 takes True for no options here: the listener without capture goes.
    target.remove_event_listener("x", listening.method, True)
    target.dispatch_event(Event("x"))
    assert len(calls) == 3
    target.remove_event_listener("x", listening.method, capture=True)
    target.dispatch_event(Event("x"))
    assert len(calls) == 3


def test_a_signal_removes_the_listener():
    class Signal(EventTarget):
        aborted = False

    calls = []
    signal, target = Signal(), EventTarget()
    target.add_event_listener("x", lambda: calls.append("x"), signal=signal)
    target.dispatch_event(Event("x"))
    signal.aborted = True
    signal.dispatch_event(Event("abort"))
    target.dispatch_event(Event("x"))
    target.add_event_listener("x", lambda: calls.append("late"), {"signal": signal})
    target.dispatch_event(Event("x"))
    assert calls == ["x"]


def test_dispatching_an_event_that_is_being_dispatched_is_refused():
    target = EventTarget()
    errors = []

    def again(event):
        try:
            target.dispatch_event(event)
        except RuntimeError as error:
            errors.append(str(error))

    target.add_event_listener("y", again)
    target.dispatch_event(Event("y"))
    assert errors == ['The event "y" is already being dispatched']


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Event(5), "Event: argument 'type' must be str, not int"),
        (lambda: Event("x", 5), "Event: argument 'options' must be dict, not int"),
        (lambda: EventTarget().dispatch_event({}), "argument 'event' must be an Event, not dict"),
        (lambda: EventTarget().add_event_listener("x", 5), "argument 'listener' must be callable"),
        (lambda: EventTarget().add_event_listener(5, print), "argument 'type' must be str"),
        (
            lambda: EventTarget().add_event_listener("x", print, signal=5),
            "option 'signal' must be an AbortSignal, not int",
        ),
    ],
)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(TypeError, match=message):
        call()


def test_nothing_as_a_listener_is_warned_about():
    def program():
        EventTarget().add_event_listener("x", null)

    assert record(program).stderr == (
        "(loopscope) AddEventListenerArgumentTypeWarning: addEventListener called with null which "
        "has no effect.\n"
    )


def test_printed_as_node_prints_them():
    def program():
        class Foo(EventTarget):
            pass

        set_timeout(lambda: console.log(Event("q"), CustomEvent("c", detail={"a": 1})), 50)
        console.log(EventTarget(), Foo(), [Foo()], [[[Event("deep")]]])

    assert record(program).output == [
        "EventTarget {} Foo {} [ Foo {} ] [ [ [ Event ] ] ]",
        "Event {",
        "  type: 'q',",
        "  defaultPrevented: false,",
        "  cancelable: false,",
        "  timeStamp: 50",
        "} CustomEvent {",
        "  type: 'c',",
        "  defaultPrevented: false,",
        "  cancelable: false,",
        "  timeStamp: 50",
        "}",
    ]


def test_too_many_listeners_are_warned_about_once():
    def program():
        target = EventTarget()
        for number in range(13):
            target.add_event_listener("x", lambda number=number: number)

    stderr = record(program).stderr
    assert stderr.count("MaxListenersExceededWarning") == 1
    assert "11 x listeners added to EventTarget" in stderr


def test_aggregate_error_of_a_listener_stays_itself():
    def program():
        target = EventTarget()
        target.add_event_listener("x", lambda: Promise.any([Promise.reject(1)]))
        target.dispatch_event(Event("x"))

    error = record(program).error
    assert isinstance(error, AggregateError)
    assert error.errors == [1]


@pytest.mark.parametrize("host", ["node", "browser"])
def test_a_browser_takes_without_a_word_what_node_warns_of(host):
    def program():
        target = EventTarget()
        target.add_event_listener("x", None)
        for number in range(11):
            target.add_event_listener("x", lambda _, number=number: console.log(number))
            process.on("y", lambda _, number=number: console.log(number))
        target.dispatch_event(Event("x"))

    recording = record(program, host=host)
    assert recording.error is None
    assert recording.output[:11] == [str(number) for number in range(11)]
    warned = ["has no effect", "EventTarget memory leak", "EventEmitter memory leak"]
    assert [text for text in warned if text in recording.stderr] == warned * (host == "node")


def test_options_that_only_say_that_they_are_a_dict():
    class Liar:
        __class__ = dict

    with pytest.raises(TypeError, match="argument 'options' must be dict, not Liar"):
        Event("x", Liar())
