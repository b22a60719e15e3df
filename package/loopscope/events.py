"""Event, CustomEvent and EventTarget, as Node 20 has them.

https://dom.spec.whatwg.org/#events, https://nodejs.org/docs/latest-v20.x/api/events.html

There is no tree of nodes here: an event has one target, and no bubbling. Where Node differs from
the DOM, this module does as Node does: a listener that is added while its event is dispatched is
called if others still follow the one that adds it, and what a listener raises is raised again by
a tick, so that it reaches `process.on("uncaughtException")` and the other listeners still run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import MethodType
from typing import Any, ClassVar, Final

from . import _core
from .calling import call
from .errors import Thrown
from .null import Null, null
from .process import host_event

__all__ = ["CustomEvent", "Event", "EventTarget"]

Options = Mapping[str, Any]
_MAX_LISTENERS = 10
_NO_LISTENERS: Final = (bool, int, float, str, bytes)  # typeof is not "object"
_imported_at = time.perf_counter()


def _timestamp() -> float:
    """Give the milliseconds on the run's clock; without a run, since the import."""
    if _core.active_loop() is None:
        return (time.perf_counter() - _imported_at) * 1000
    return _core.now()


def _options(options: object, where: str) -> Options:
    if options is None or options is null:
        return {}
    # A `__class__` may lie.
    if not isinstance(options, Mapping) or not issubclass(type(options), Mapping):
        raise TypeError(f"{where}: argument 'options' must be dict, not {type(options).__name__}")
    return options


def _type_name(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{where}: argument 'type' must be str, not {type(value).__name__}")
    return value


class Event:
    """Something that happened. `type`: its name.

    Options (a dict, or keywords): `bubbles`, `cancelable`, `composed`, all False by default.
    https://dom.spec.whatwg.org/#interface-event
    """

    NONE: ClassVar[int] = 0
    CAPTURING_PHASE: ClassVar[int] = 1
    AT_TARGET: ClassVar[int] = 2
    BUBBLING_PHASE: ClassVar[int] = 3

    def __init__(
        self,
        type: str,
        options: Options | None = None,
        *,
        bubbles: bool = False,
        cancelable: bool = False,
        composed: bool = False,
    ) -> None:
        given = _options(options, self.__class__.__name__)
        self._type = _type_name(type, self.__class__.__name__)
        self._bubbles = bool(given.get("bubbles", bubbles))
        self._cancelable = bool(given.get("cancelable", cancelable))
        self._composed = bool(given.get("composed", composed))
        self._canceled = False
        self._time_stamp = _timestamp()
        self._target: EventTarget | None = None
        self._dispatching = False
        self._stopped = False  # stop_immediate_propagation
        self._propagation_stopped = False

    @property
    def type(self) -> str:
        """The event's name."""
        return self._type

    @property
    def target(self) -> EventTarget | Null:
        """The EventTarget that it was dispatched to, or null."""
        return null if self._target is None else self._target

    @property
    def current_target(self) -> EventTarget | Null:
        """The target, for the first listener; null otherwise (Node resets it after one call)."""
        return self.target if self._dispatching else null

    @property
    def event_phase(self) -> int:
        """`Event.AT_TARGET` or `Event.NONE`."""
        return Event.AT_TARGET if self._dispatching else Event.NONE

    @property
    def bubbles(self) -> bool:
        """As given; there is nothing here to bubble through."""
        return self._bubbles

    @property
    def cancelable(self) -> bool:
        """Whether `prevent_default` has an effect."""
        return self._cancelable

    @property
    def composed(self) -> bool:
        """As given; there are no shadow trees here."""
        return self._composed

    @property
    def default_prevented(self) -> bool:
        """Whether the event is cancelable and `prevent_default` was called."""
        return self._cancelable and self._canceled

    @property
    def return_value(self) -> bool:
        """The opposite of `default_prevented`."""
        return not self.default_prevented

    @property
    def time_stamp(self) -> float:
        """When it was created: milliseconds on the run's clock."""
        return self._time_stamp

    @property
    def is_trusted(self) -> bool:
        """False: the event was made by the program."""
        return False

    @property
    def cancel_bubble(self) -> bool:
        """Whether `stop_propagation` was called; setting it to a true value calls it."""
        return self._propagation_stopped

    @cancel_bubble.setter
    def cancel_bubble(self, value: object) -> None:
        if value:
            self._propagation_stopped = True

    def prevent_default(self) -> None:
        """Make `dispatch_event` return False, if the event is cancelable."""
        self._canceled = True

    def stop_propagation(self) -> None:
        """Keep the event from other targets (there are none); the other listeners still run."""
        self._propagation_stopped = True

    def stop_immediate_propagation(self) -> None:
        """Call no further listeners."""
        self._propagation_stopped = True
        self._stopped = True

    def composed_path(self) -> list[EventTarget]:
        """Return a list of the current target, if there is one."""
        return [self._target] if self._dispatching and self._target is not None else []

    def init_event(self, type: str, bubbles: bool = False, cancelable: bool = False) -> None:
        """Set type and options anew (legacy); without effect while the event is dispatched."""
        name = _type_name(type, "init_event")
        if not self._dispatching:
            self._type = name
            self._bubbles = bool(bubbles)
            self._cancelable = bool(cancelable)

    def __loopscope_inspect__(self) -> tuple[str, dict[str, Any], str]:
        # Node prints the flag itself here, not the getter that heeds `cancelable`.
        shown = {
            "type": self._type,
            "defaultPrevented": self._canceled,
            "cancelable": self._cancelable,
            "timeStamp": self._time_stamp,
        }
        return type(self).__name__, shown, "event"

    srcElement = src_element = target  # noqa: N815
    currentTarget = current_target  # noqa: N815
    eventPhase = event_phase  # noqa: N815
    defaultPrevented = default_prevented  # noqa: N815
    returnValue = return_value  # noqa: N815
    timeStamp = time_stamp  # noqa: N815
    isTrusted = is_trusted  # noqa: N815
    cancelBubble = cancel_bubble  # noqa: N815
    preventDefault = prevent_default  # noqa: N815
    stopPropagation = stop_propagation  # noqa: N815
    stopImmediatePropagation = stop_immediate_propagation  # noqa: N815
    composedPath = composed_path  # noqa: N815
    initEvent = init_event  # noqa: N815


class CustomEvent(Event):
    """An event that carries a value. Options: those of Event, and `detail`.

    https://dom.spec.whatwg.org/#interface-customevent
    """

    def __init__(
        self,
        type: str,
        options: Options | None = None,
        *,
        bubbles: bool = False,
        cancelable: bool = False,
        composed: bool = False,
        detail: Any = None,
    ) -> None:
        super().__init__(type, options, bubbles=bubbles, cancelable=cancelable, composed=composed)
        given = _options(options, "CustomEvent").get("detail", detail)
        self._detail = null if given is None else given

    @property
    def detail(self) -> Any:
        """The value that it carries, or null."""
        return self._detail


class _Listener:
    """One link in the chain of an event type's listeners.

    A chain, not a list: a dispatch under way steps from link to link and so sees what was added
    and removed meanwhile exactly as Node's does.
    """

    __slots__ = ("callback", "capture", "listener", "next", "once", "previous", "removed")

    def __init__(
        self, previous: _Listener | _Chain, listener: Any, once: bool, capture: bool
    ) -> None:
        self.next: _Listener | None = None
        self.previous = previous
        previous.next = self
        self.listener = listener
        self.callback: Callable[[Any], Any] = (
            listener if callable(listener) else _object_callback(listener)
        )
        self.once = once
        self.capture = capture
        self.removed = False

    def is_same(self, listener: object, capture: bool) -> bool:
        # A bound method is a new object each time that it is looked up.
        same = self.listener is listener or (
            isinstance(listener, MethodType) and self.listener == listener
        )
        return same and self.capture == capture

    def remove(self) -> None:
        self.previous.next = self.next
        if self.next is not None:
            self.next.previous = self.previous
        self.removed = True


class _Chain:
    """The head of a chain of listeners."""

    __slots__ = ("next", "size")

    def __init__(self) -> None:
        self.next: _Listener | None = None
        self.size = 0


def _object_callback(listener: Any) -> Callable[[Any], Any]:
    """Make a callback of an object with `handle_event`, which is looked up at each call."""

    # Async as in Node: what `handle_event` raises, or its promise's reason, comes a tick later.
    @_core.async_function
    async def handle(event: Event) -> None:
        method = getattr(listener, "handle_event", None) or getattr(listener, "handleEvent", None)
        if method:
            await _core.js_await(call(method, event))

    return handle


def _raise(error: BaseException) -> None:
    raise error


def _report(error: BaseException) -> None:
    """Make `error` an uncaught exception by raising it in a tick; without a run, raise it now."""
    loop = _core.active_loop()
    if loop is None:
        raise error
    if loop.host == "browser":
        host_event("uncaughtException", error, "uncaughtException")
    else:
        _core.next_tick(_raise, error)


def _report_reason(reason: Any) -> None:
    _report(reason if isinstance(reason, BaseException) else Thrown(reason))


def _report_rejection(result: Any) -> None:
    """Report the rejection of what a listener returned, if that is a promise or thenable."""
    then = getattr(result, "then", None)
    if callable(then):
        then(None, _report_reason)


class EventTarget:
    """Calls the listeners of the events that are dispatched to it, synchronously.

    https://dom.spec.whatwg.org/#interface-eventtarget
    """

    # Made when first needed, so that a subclass need not call super().__init__().
    _chains: dict[str, _Chain] | None = None
    _leak_warned = False

    def add_event_listener(
        self,
        type: str,
        listener: Any,
        options: Options | bool | None = None,
        *,
        once: bool = False,
        capture: bool = False,
        passive: bool = False,
        signal: Any = None,
    ) -> None:
        """Call `listener` with each event of this `type`.

        `listener` is a callable, or an object with `handle_event`; the same one is added once only
        (once for each value of `capture`). Options (a dict, keywords, or True for capture):
        `once`: remove it before its first call; `signal`: an AbortSignal that removes it;
        `passive` has no effect here. TypeError for other arguments.
        """
        if isinstance(options, bool):
            options = {"capture": options}
        given = _options(options, "add_event_listener")
        once = bool(given.get("once", once))
        capture = bool(given.get("capture", capture))
        signal = given.get("signal", signal)
        if signal is not None:
            if not hasattr(signal, "aborted"):
                raise TypeError(
                    "add_event_listener: option 'signal' must be an AbortSignal, not "
                    f"{signal.__class__.__name__}"
                )
            if signal.aborted:
                return
            signal.add_event_listener(
                "abort",
                lambda: self.remove_event_listener(type, listener, capture=capture),
                once=True,
            )
        if not _is_listener(listener, "add_event_listener"):
            _warn(
                "addEventListener called with "
                f"{'undefined' if listener is None else 'null'} which has no effect.",
                "AddEventListenerArgumentTypeWarning",
            )
            return
        if self._chains is None:
            self._chains = {}
        chain = self._chains.setdefault(_type_name(type, "add_event_listener"), _Chain())
        link: _Chain | _Listener = chain
        while link.next is not None:
            link = link.next
            if link.is_same(listener, capture):
                return
        _Listener(link, listener, once, capture)
        chain.size += 1
        if chain.size > _MAX_LISTENERS and not self._leak_warned:
            self._leak_warned = True
            _warn(
                f"Possible EventTarget memory leak detected. {chain.size} {type} listeners added "
                f"to {self.__class__.__name__}. MaxListeners is {_MAX_LISTENERS}. Use "
                "events.setMaxListeners() to increase limit",
                "MaxListenersExceededWarning",
            )

    def remove_event_listener(
        self,
        type: str,
        listener: Any,
        options: Options | bool | None = None,
        *,
        capture: bool = False,
    ) -> None:
        """Remove `listener`, if it was added for this `type` with the same `capture`.

        As in Node 20, `options=True` does not stand for capture here.
        """
        if not isinstance(options, bool):
            capture = bool(_options(options, "remove_event_listener").get("capture", capture))
        name = _type_name(type, "remove_event_listener")
        if not _is_listener(listener, "remove_event_listener"):
            return
        chain = (self._chains or {}).get(name)
        link = chain.next if chain is not None else None
        while link is not None:
            if link.is_same(listener, capture):
                self._remove(name, link)
                return
            link = link.next

    def _remove(self, name: str, link: _Listener) -> None:
        link.remove()
        chains = self._chains or {}
        chain = chains[name]
        chain.size -= 1
        if chain.size == 0:
            del chains[name]

    def dispatch_event(self, event: Event) -> bool:
        """Call the listeners of `event.type` now; returns False if one prevented the default.

        TypeError if `event` is no Event; RuntimeError if it is being dispatched already.
        """
        if not isinstance(event, Event):
            raise TypeError(
                f"dispatch_event: argument 'event' must be an Event, not {event.__class__.__name__}"
            )
        if event._dispatching:
            raise RuntimeError(f'The event "{event.type}" is already being dispatched')
        event._target = self
        event._dispatching = True
        try:
            self._call_listeners(event)
        finally:
            event._dispatching = False
        return not event.default_prevented

    def _call_listeners(self, event: Event) -> None:
        chain = (self._chains or {}).get(event.type)
        if chain is None:
            return
        link = chain.next
        while link is not None and not event._stopped:
            following = link.next  # looked up first: the call may remove this one
            if not link.removed:
                if link.once:
                    link.remove()
                    chain.size -= 1
                try:
                    result = call(link.callback, event)
                    event._dispatching = False
                    if result is not None and result is not null:
                        _report_rejection(result)
                except (KeyboardInterrupt, SystemExit):
                    raise
                except BaseException as error:
                    _report(error)
            link = following

    def __loopscope_inspect__(self) -> tuple[str, dict[str, Any], str]:
        return type(self).__name__, {}, "event"

    addEventListener = add_event_listener  # noqa: N815
    removeEventListener = remove_event_listener  # noqa: N815
    dispatchEvent = dispatch_event  # noqa: N815


def _is_listener(listener: object, where: str) -> bool:
    """Tell a listener from nothing; TypeError for values that can never be one."""
    if listener is None or listener is null:
        return False
    if isinstance(listener, _NO_LISTENERS):
        raise TypeError(
            f"{where}: argument 'listener' must be callable or have handle_event, not "
            f"{type(listener).__name__}"
        )
    return True


def _warn(message: str, name: str) -> None:
    from .process import warn  # only now: most programs need no process

    warn(message, name)
