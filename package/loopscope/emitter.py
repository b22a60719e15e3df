"""EventEmitter: named events with listeners, as Node's `events` module has them.

https://nodejs.org/docs/latest-v20.x/api/events.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from .calling import call, require_callable

__all__ = ["EventEmitter", "ListenerTable"]

Listener = Callable[..., Any]

DEFAULT_MAX_LISTENERS = 10


class Registration:
    """One listener of one event. `once`: it is removed before its only call."""

    __slots__ = ("fired", "listener", "once")

    def __init__(self, listener: Listener, once: bool) -> None:
        self.listener = listener
        self.once = once
        self.fired = False


class ListenerTable:
    """What an emitter remembers: its listeners, and the events whose leak it has warned of."""

    __slots__ = ("__weakref__", "events", "max_listeners", "warned")

    def __init__(self) -> None:
        self.events: dict[str, list[Registration]] = {}
        self.max_listeners = DEFAULT_MAX_LISTENERS
        self.warned: set[str] = set()


class EventEmitter:
    """Calls the listeners of an event synchronously, in the order in which they were added.

    A listener that is added while the event is being emitted is not called for it; one that is
    removed meanwhile still is. A listener gets as many of the arguments as it can take.
    """

    def __init__(self) -> None:
        self._own_table = ListenerTable()

    @property
    def _table(self) -> ListenerTable:
        return self._own_table

    # ---- adding

    def on(self, event: str, listener: Listener) -> Self:
        """Call `listener` each time that `event` is emitted; returns the emitter.

        The same listener may be added several times. TypeError if it is not callable.
        """
        return self._add("on", event, listener, once=False)

    def once(self, event: str, listener: Listener) -> Self:
        """Call `listener` the next time that `event` is emitted, and then never again."""
        return self._add("once", event, listener, once=True)

    def prepend_listener(self, event: str, listener: Listener) -> Self:
        """Do what `on` does, but put the listener before those that are there."""
        return self._add("prepend_listener", event, listener, once=False, first=True)

    def prepend_once_listener(self, event: str, listener: Listener) -> Self:
        """Do what `once` does, but put the listener before those that are there."""
        return self._add("prepend_once_listener", event, listener, once=True, first=True)

    def _add(
        self, where: str, event: str, listener: Listener, *, once: bool, first: bool = False
    ) -> Self:
        require_callable(listener, where, "listener")
        table = self._table
        # Before it is added, so that a "newListener" listener is not told about itself.
        if "newListener" in table.events:
            self.emit("newListener", event, listener)
        registrations = table.events.setdefault(event, [])
        registrations.insert(0 if first else len(registrations), Registration(listener, once))
        if 0 < table.max_listeners < len(registrations) and event not in table.warned:
            table.warned.add(event)
            self._warn_of_leak(event, len(registrations))
        return self

    def _warn_of_leak(self, event: str, count: int) -> None:
        from .process import warn

        warn(
            f"Possible EventEmitter memory leak detected. {count} {event} listeners added to "
            f"[{type(self).__name__}]. MaxListeners is {self.get_max_listeners()}. "
            "Use emitter.set_max_listeners() to increase limit",
            "MaxListenersExceededWarning",
        )

    # ---- removing

    def off(self, event: str, listener: Listener) -> Self:
        """Remove `listener` from `event`: at most once, the one added last; returns the emitter."""
        require_callable(listener, "off", "listener")
        for registration in reversed(self._table.events.get(event, [])):
            # Equality, as a bound method is a new object each time that it is looked up.
            if registration.listener == listener:
                self._remove(event, registration)
                break
        return self

    def _remove(self, event: str, registration: Registration) -> None:
        table = self._table
        registrations = table.events.get(event, [])
        if registration not in registrations:
            return
        registrations.remove(registration)
        if not registrations:
            del table.events[event]
            table.warned.discard(event)
        if "removeListener" in table.events:
            self.emit("removeListener", event, registration.listener)

    def remove_all_listeners(self, event: str | None = None) -> Self:
        """Remove every listener of `event`, or of all events; returns the emitter."""
        table = self._table
        events = [event] if event is not None else [*table.events]
        # The listeners of "removeListener" hear of all the others, so they go last.
        for name in sorted(events, key="removeListener".__eq__):
            for registration in reversed([*table.events.get(name, [])]):
                self._remove(name, registration)
        return self

    # ---- emitting

    def emit(self, event: str, *arguments: Any) -> bool:
        """Call the listeners of `event` with `arguments` now; tells whether there were any.

        What a listener raises ends the call and comes out of it. An "error" event without a
        listener raises its argument, or RuntimeError if that is no exception.
        """
        registrations = self._table.events.get(event)
        if not registrations:
            if event == "error":
                raise _unhandled_error(arguments[0] if arguments else None)
            return False
        for registration in [*registrations]:
            if registration.once:
                if registration.fired:
                    continue
                registration.fired = True
                self._remove(event, registration)
            call(registration.listener, *arguments)
        return True

    # ---- asking

    def listeners(self, event: str) -> list[Listener]:
        """Return a new list of the listeners of `event`, in the order of their calls."""
        return [each.listener for each in self._table.events.get(event, [])]

    def listener_count(self, event: str, listener: Listener | None = None) -> int:
        """Return how many listeners `event` has, or how often `listener` is among them."""
        all_listeners = self.listeners(event)
        return len(all_listeners) if listener is None else all_listeners.count(listener)

    def event_names(self) -> list[str]:
        """Return the events that have listeners, in the order in which they got their first."""
        return [*self._table.events]

    def set_max_listeners(self, count: int) -> Self:
        """Warn of a leak when an event has more than `count` listeners (0: never).

        TypeError if it is no int, ValueError if it is negative.
        """
        if isinstance(count, bool) or not isinstance(count, int):
            raise TypeError(f"set_max_listeners: 'count' must be int, not {type(count).__name__}")
        if count < 0:
            raise ValueError(f"set_max_listeners: 'count' must be 0 or more, not {count}")
        self._table.max_listeners = count
        return self

    def get_max_listeners(self) -> int:
        """Return the number of listeners above which an event warns of a leak."""
        return self._table.max_listeners

    add_listener = on
    remove_listener = off
    # The same under their JavaScript spellings.
    addListener = on  # noqa: N815
    removeListener = off  # noqa: N815
    prependListener = prepend_listener  # noqa: N815
    prependOnceListener = prepend_once_listener  # noqa: N815
    removeAllListeners = remove_all_listeners  # noqa: N815
    listenerCount = listener_count  # noqa: N815
    eventNames = event_names  # noqa: N815
    setMaxListeners = set_max_listeners  # noqa: N815
    getMaxListeners = get_max_listeners  # noqa: N815


def _unhandled_error(value: object) -> BaseException:
    """Make what an "error" event raises that nobody listens to (ERR_UNHANDLED_ERROR)."""
    if isinstance(value, BaseException):
        return value
    return RuntimeError(f"Unhandled error. ({value!r})")
