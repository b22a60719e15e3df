"""Promises by the steps of ECMA-262, 27.2. Each machine has a class of its own."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from functools import partial
from typing import Any, ClassVar, Literal, NamedTuple, Self

from ...errors import Thrown
from .calling import call, reason_of
from .machine import Job, Machine

__all__ = [
    "PLAIN",
    "Capability",
    "ModelPromise",
    "Reaction",
    "new_capability",
    "perform_then",
    "promise_resolve",
    "rejected_with",
]

PLAIN = (str, bytes, int, float, bool, list, tuple, dict, set, type(None))


class Capability(NamedTuple):
    """A promise, and the functions that settle it (27.2.1.1)."""

    promise: Any
    resolve: Callable[..., Any]
    reject: Callable[..., Any]


class Reaction:
    """What is to happen when a promise is settled (27.2.1.2)."""

    __slots__ = ("capability", "handlers", "how", "promise")

    def __init__(
        self,
        promise: ModelPromise,
        handlers: tuple[Any, Any],
        capability: Capability | None,
        how: str = "then",
    ) -> None:
        self.promise = promise
        self.handlers = handlers
        self.capability = capability
        self.how = how

    def job(self) -> Job:
        """Make the microtask of it."""
        return Job(self.run, "reaction")

    def run(self) -> None:
        """Run it, as NewPromiseReactionJob says (27.2.2.1)."""
        machine, rejected = self.promise.machine, self.promise.state == "rejected"
        handler = self.handlers[rejected]
        if self.capability is None:
            call(handler, self.promise.result)  # an await: it settles nothing and never raises
            return
        finish = self.capability.resolve
        outcome = self.promise.result
        if handler is None:
            finish = self.capability.reject if rejected else finish
        else:
            try:
                outcome = call(handler, outcome)
            except BaseException as error:
                outcome, finish = reason_of(error), self.capability.reject
        machine.finish_reaction(self, partial(finish, outcome))


class ModelPromise:
    """A promise of the model. `machine` belongs to the subclass that a core has made."""

    machine: ClassVar[Machine]
    base: ClassVar[type[ModelPromise]]
    """The machine's own class of promises: `%Promise%`."""

    def __init__(self, executor: Callable[..., Any]) -> None:
        if not callable(executor):
            raise TypeError(f"Promise resolver {executor!r} is not a function")
        self._begin()
        resolve, reject = resolving_functions(self)

        def run() -> None:
            try:
                call(executor, resolve, reject)
            except BaseException as error:
                reject(reason_of(error))

        self.machine.run_executor(self, run)

    def _begin(self) -> None:
        # With an underscore, for the console prints what is public.
        self._state: Literal["pending", "fulfilled", "rejected"] = "pending"
        self._result: Any = None
        self._reactions: list[Reaction] = []
        self._handled = False

    @property
    def state(self) -> Literal["pending", "fulfilled", "rejected"]:
        """Whether it is settled, and how."""
        return self._state

    @property
    def result(self) -> Any:
        """Its value or reason; None while it is pending."""
        return self._result

    def keep(self, reaction: Reaction) -> None:
        """Keep a reaction until it is settled."""
        self._reactions.append(reaction)

    def mark_handled(self) -> None:
        """Note that somebody takes care of a rejection."""
        if self._state == "rejected" and not self._handled:
            self.machine.track_handler(self)
        self._handled = True

    # ---- what programs call

    def then(self, on_fulfilled: Any = None, on_rejected: Any = None) -> Any:
        """Register what to do (27.2.5.4)."""
        capability = new_capability(type(self))
        perform_then(self, on_fulfilled, on_rejected, capability)
        return capability.promise

    def catch(self, on_rejected: Any = None) -> Any:
        """Register what to do with a rejection (27.2.5.1)."""
        return self.then(None, on_rejected)

    def finally_(self, on_finally: Any = None) -> Any:
        """Register what to do in any case (27.2.5.3)."""
        if not callable(on_finally):
            return self.then(on_finally, on_finally)
        made = type(self)

        def pass_value(value: Any) -> Any:
            done = promise_resolve(made, call(on_finally))
            return done.then(lambda: value)

        def pass_reason(reason: Any) -> Any:
            done = promise_resolve(made, call(on_finally))

            def throw() -> Any:
                raise Thrown(reason)

            return done.then(throw)

        return self.then(pass_value, pass_reason)

    @classmethod
    def resolve(cls, value: Any = None) -> Any:
        """Give a promise of a value (27.2.4.7)."""
        return promise_resolve(cls, value)

    @classmethod
    def reject(cls, reason: Any = None) -> Any:
        """Give a rejected promise (27.2.4.6)."""
        return rejected_with(cls, reason)

    @classmethod
    def with_resolvers(cls) -> Capability:
        """Give a promise and the functions that settle it (27.2.4.8)."""
        return new_capability(cls)

    @classmethod
    def try_(cls, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function and give a promise of what comes of it (27.2.4.9)."""
        capability = new_capability(cls)
        try:
            capability.resolve(call(function, *arguments))
        except BaseException as error:
            capability.reject(reason_of(error))
        return capability.promise

    @property
    def constructor(self) -> Any:
        """The class of the promise."""
        return type(self)

    def __await__(self) -> Generator[Any, Any, Any]:
        return (yield promise_resolve(self.base, self))

    withResolvers = with_resolvers  # noqa: N815

    # ---- the steps

    def fulfill(self, value: Any) -> None:
        """Fulfil a pending promise (27.2.1.4)."""
        self._settle("fulfilled", value)

    def turn_down(self, reason: Any) -> None:
        """Reject a pending promise (27.2.1.7)."""
        if not self._handled:
            self._state, self._result = "rejected", reason
            self.machine.track_rejection(self)
        self._settle("rejected", reason)

    def _settle(self, state: Literal["fulfilled", "rejected"], result: Any) -> None:
        self._state, self._result = state, result
        reactions, self._reactions = self._reactions, []
        self.machine.settle(self, reactions)

    @classmethod
    def make(cls) -> Self:
        """Make a pending promise without an executor."""
        promise = cls.__new__(cls)
        promise._begin()
        return promise


for _name in ("finally", "try"):  # Python keywords: only getattr() can name them
    setattr(ModelPromise, _name, ModelPromise.__dict__[f"{_name}_"])


def resolving_functions(promise: ModelPromise) -> tuple[Callable[..., None], Callable[..., None]]:
    """Make the functions that settle a promise, once (27.2.1.3)."""
    already = False

    def resolve(value: Any = None) -> None:
        nonlocal already
        if not already:
            already = True
            resolve_promise(promise, value)

    def reject(reason: Any = None) -> None:
        nonlocal already
        if not already:
            already = True
            promise.turn_down(reason)

    return resolve, reject


def resolve_promise(promise: ModelPromise, value: Any) -> None:
    """Resolve a promise that has not been resolved before (27.2.1.3.2, from step 7)."""
    machine = promise.machine
    if isinstance(value, Coroutine):
        value = machine.start_coroutine(value)
    if value is promise:
        promise.turn_down(TypeError("Chaining cycle detected for promise #<Promise>"))
        return
    if isinstance(value, (*PLAIN, type)):
        promise.fulfill(value)
        return
    try:
        then = getattr(value, "then", None)
    except BaseException as error:
        promise.turn_down(reason_of(error))
        return
    if not callable(then):
        promise.fulfill(value)
        return

    def follow() -> None:
        resolve, reject = resolving_functions(promise)
        try:
            call(then, resolve, reject)
        except BaseException as error:
            reject(reason_of(error))

    machine.adopt(promise, value, follow)


def new_capability(made: type[Any]) -> Capability:
    """Make a promise of a class, and the functions that settle it (27.2.1.5)."""
    if made is made.base:
        promise = made.make()
        return Capability(promise, *resolving_functions(promise))
    functions: list[Any] = []

    def executor(resolve: Any, reject: Any) -> None:
        functions[:] = [resolve, reject]

    promise = made(executor)
    return Capability(promise, *functions)


def promise_resolve(made: type[Any], value: Any) -> Any:
    """Give the value itself if it is a promise of that class, else a promise of it (27.2.4.7.1)."""
    if isinstance(value, ModelPromise) and value.constructor is made:
        return value
    capability = new_capability(made)
    capability.resolve(value)
    return capability.promise


def rejected_with(made: type[Any], reason: Any) -> Any:
    """Give a rejected promise of a class."""
    capability = new_capability(made)
    capability.reject(reason)
    return capability.promise


def perform_then(
    promise: ModelPromise, on_fulfilled: Any, on_rejected: Any, capability: Capability | None
) -> None:
    """Register a reaction (27.2.5.4.1)."""
    handlers = tuple(one if callable(one) else None for one in (on_fulfilled, on_rejected))
    how = "await" if capability is None else "catch" if handlers[0] is None else "then"
    reaction = Reaction(promise, (handlers[0], handlers[1]), capability, how)
    promise.mark_handled()
    promise.machine.react(promise, reaction)
