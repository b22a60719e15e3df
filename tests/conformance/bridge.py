"""The Python side of the bridge: a JavaScript realm whose Promise is loopscope's.

A `Realm` is one context of QuickJS in which facade.js has replaced Promise. Its jobs run on the
microtask queue of the runtime in which it stands, and nowhere else. What JavaScript code can see of
a promise (its `then`, its `constructor`, a class's `resolve`, an iterator's steps) is looked up in
JavaScript each time the C code looks it up.

The C code leaves look-ups out where nobody has replaced the methods of Promise. So there are two
ways to run: `Realm` alone, with these short cuts, and after `observe()`, which replaces them.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import loopscope
import quickjs
from loopscope import AggregateError, Promise, Thrown

FACADE = Path(__file__).with_name("facade.js")
SAFE = 2**53
MOST = 10_000  # calls of JavaScript in one realm; who needs more goes on for ever
# What the realm has of its host; gives the function that runs a timer's callback.
HOST = """(() => {
  const { _print: print, _start: start, _stop: stop } = globalThis;
  for (const name of ['_python', '_print', '_start', '_stop']) delete globalThis[name];
  const callbacks = [];
  globalThis.print = text => { print(String(text)); };
  globalThis.setTimeout = (callback, delay) => start(callbacks.push(callback) - 1, delay);
  globalThis.clearTimeout = number => { stop(number); };
  return number => { callbacks[number](); };
})()"""

# The methods as C defines them: observe() may replace those that a look-up finds.
THEN, CATCH, FINALLY = Promise.then, Promise.catch, getattr(Promise, "finally")
STATIC = {
    name: vars(Promise)[name]
    for name in ("all", "allSettled", "any", "race", "resolve", "reject", "try", "withResolvers")
}
_UNLIKE = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}
_LENGTHS = {"ResolvingFunction": 1, "PromiseCapability": 2, "ElementFunction": 1}


def _length(function: Any) -> int:
    """How many parameters ECMA-262 gives a function of the runtime's."""
    kind = type(function)
    if kind.__name__ != "FinallyFunction":
        return _LENGTHS[kind.__name__]
    # A thunk or a thrower has none; it does not know the constructor either.
    known = (part for part in gc.get_referents(function) if part is not kind)
    return int(any(isinstance(part, type) and issubclass(part, Promise) for part in known))


class Value:
    """A value of JavaScript's that Python has no equal of, by its handle."""

    __slots__ = ("handle",)

    def __init__(self, handle: str) -> None:
        self.handle = handle


class Object(Value):
    """An object: its `then` is looked up in JavaScript, and so is its iterator."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        if name != "then":
            raise AttributeError(name)
        return Realm.current.method(self.handle, name)

    def __iter__(self) -> Iterator[Any]:
        return Steps(Realm.current.call("iterate", self.handle))


class Function(Object):
    """A function, called without a receiver."""

    __slots__ = ()

    def __call__(self, *args: Any) -> Any:
        return Realm.current.call("call", self.handle, "u", *map(Realm.current.encode, args))


class Method:
    """A function that was looked up in an object, which is its receiver."""

    __slots__ = ("function", "receiver")

    def __init__(self, function: Function, receiver: str) -> None:
        self.function = function
        self.receiver = receiver

    def __call__(self, *args: Any) -> Any:
        realm = Realm.current
        return realm.call("call", self.function.handle, self.receiver, *map(realm.encode, args))


class Steps:
    """An iterator of JavaScript's as one of Python's; `return_` is what closes it."""

    def __init__(self, record: Object) -> None:
        self.record = record

    def __iter__(self) -> Steps:
        return self

    def __next__(self) -> Any:
        text = Realm.current.answer("step", self.record.handle)
        if not text:
            raise StopIteration
        return Realm.current.decode(text)

    def return_(self) -> None:
        Realm.current.call("close", self.record.handle)


# ---- look-ups ----


class Then:
    """The attribute `then` of promises that JavaScript may have changed."""

    def __get__(self, promise: object, owner: type) -> Any:
        realm = Realm.current
        return self if promise is None else realm.method(realm.encode(promise), "then")


class Constructor:
    """The attribute `constructor` of such promises: the class that stands for what is found."""

    def __get__(self, promise: object, owner: type) -> Any:
        realm = Realm.current
        return self if promise is None else realm.constructor(realm.encode(promise))


class Resolve:
    """The attribute `resolve` of classes."""

    def __get__(self, promise: object, owner: Any) -> Any:
        realm = Realm.current
        return realm.method("C" if owner is Promise else owner.handle, "resolve")


def observe() -> None:
    """Have each look-up made, in this process, from now on: Promise's own methods are replaced."""
    promise = cast("Any", Promise)
    promise.then, promise.constructor, promise.resolve = Then(), Constructor(), Resolve()


class Class(Promise[Any]):
    """Of what stands for constructors of JavaScript's: each has a subclass of its own."""

    handle: str

    def __new__(cls, executor: Any) -> Any:
        return Realm.current.call("new", cls.handle, Realm.current.encode(executor))

    def __init__(self, executor: Any) -> None:
        pass  # JavaScript's constructor has done it

    then, constructor, resolve = Then(), Constructor(), Resolve()  # type: ignore[assignment]


class StandIn(Promise[Any]):
    """A receiver of `catch` or `finally` that is no promise: any object with a `then` will do."""

    def __init__(self, receiver: str) -> None:
        super().__init__(lambda: None)
        self.receiver = receiver

    @property
    def then(self) -> Any:  # type: ignore[override]
        return Realm.current.method(self.receiver, "then")

    @property
    def constructor(self) -> Any:
        return Realm.current.constructor(self.receiver)


class Realm:
    """A fresh JavaScript realm; use it within a running program of loopscope's."""

    current: Realm

    def __init__(self) -> None:
        Realm.current = self
        self.crossings = 0
        """How often JavaScript has called Python."""
        self.asked = 0
        """How often Python has called JavaScript."""
        self.output: list[str] = []
        self._depth = 0
        self._timers: dict[int, Any] = {}
        self._values: dict[str, Any] = {}
        self._known: list[Any] = []
        self._numbers: dict[int, int] = {}
        self._species = False
        self._context = quickjs.Context()
        self._context.set_max_stack_size(16 << 20)
        for name, function in (
            ("_python", self._answer_javascript),
            ("_print", self.output.append),
            ("_start", self._set_timeout),
            ("_stop", lambda number: loopscope.clear_timeout(self._timers.pop(number, None))),
        ):
            self._context.add_callable(name, function)
        self._bridge = self._context.eval(f"({FACADE.read_text('utf-8')})(_python)")
        self._fire = self._context.eval(HOST)

    # ---- scripts ----

    def evaluate(self, script: str) -> None:
        """Run a script. Raises quickjs.JSException with what it throws."""
        self._entered(lambda: self._context.eval(script))

    def offer(self, name: str, function: Callable[..., Any]) -> None:
        """Give the realm a global function of the host's; it may take and give plain values."""
        self._context.add_callable(name, function)

    def close(self) -> None:
        """Let go of the engine, which holds functions that hold this realm."""
        vars(self).update(
            _context=None, _bridge=None, _fire=None, _known=[], _values={}, _timers={}
        )

    def _entered(self, run: Callable[[], Any]) -> Any:
        """Run JavaScript; the jobs of the engine's own async functions follow the outermost."""
        self._depth += 1
        try:
            return run()
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._depth += 1
                while self._context.execute_pending_job():
                    pass
                self._depth -= 1

    def _set_timeout(self, number: int, delay: int | None) -> int:
        def fire() -> None:
            self._entered(lambda: self._fire(number))

        self._timers[number] = loopscope.set_timeout(fire, delay)
        return number

    # ---- Python asks ----

    def answer(self, operation: str, *args: str) -> str:
        """The encoded result. Raises Thrown with what JavaScript throws."""
        self._species = False
        self.asked += 1
        if self.asked > MOST:
            raise KeyboardInterrupt("the test does not end")
        asked = json.dumps(args)
        completion: str = json.loads(self._entered(lambda: self._bridge(operation, asked)))
        if completion[0] == "1":
            raise self._exception(self.decode(completion[1:]))
        return completion[1:]

    def call(self, operation: str, *args: str) -> Any:
        return self.decode(self.answer(operation, *args))

    def method(self, receiver: str, name: str) -> Any:
        """Look it up, for calling it on the receiver."""
        found = self.call("get", receiver, "s" + name)
        return Method(found, receiver) if isinstance(found, Function) else found

    def constructor(self, value: str) -> Any:
        """The class that its `constructor` is, or what it is instead."""
        return self.decode(self.answer("species" if self._species else "constructor", value))

    @staticmethod
    def _exception(reason: Any) -> BaseException:
        return reason if isinstance(reason, Exception) else Thrown(reason)

    # ---- JavaScript asks ----

    def _answer_javascript(self, operation: str, subject: str, args: str) -> str:
        # As JSON, since a string of JavaScript's may be no valid UTF-16.
        self.crossings += 1
        try:
            values = [self.decode(text) for text in json.loads(args)]
            return json.dumps("0" + self.encode(self._perform(operation, subject, values)))
        except Thrown as thrown:
            return json.dumps("1" + self.encode(thrown.value))
        except Exception as error:
            return json.dumps("1" + self.encode(error))
        finally:
            self._species = False

    def _perform(self, operation: str, subject: str, args: list[Any]) -> Any:
        match operation:
            case "call":
                return self._known[int(subject)](*args)
            case "allocate":
                return self._number(Promise.__new__(self.decode(subject)))
            case "construct":
                Promise.__init__(self._known[int(subject)], *args)
                return None
            case "then":
                self._species = True
                return THEN(self.decode(subject), *args)
            case "catch":
                return CATCH(self._receiver(subject), *args)
            case "finally":
                receiver = self._receiver(subject)
                self._species = True
                return FINALLY(receiver, *args)
            case _:
                result = STATIC[operation].__get__(None, self.decode(subject))(*args)
                return [*result] if operation == "withResolvers" else result

    def _receiver(self, subject: str) -> Any:
        value = self.decode(subject)
        return value if isinstance(value, Promise) else StandIn(subject)

    # ---- values ----

    def decode(self, text: str) -> Any:
        rest = text[1:]
        match text[0]:
            case "u":
                return None
            case "l":
                return loopscope.null
            case "t":
                return True
            case "f":
                return False
            case "s":
                return rest
            case "n":
                number = float(rest)
                whole = number.is_integer() and abs(number) < SAFE and rest != "-0"
                return int(number) if whole else number
            case "p":
                return self._known[int(rest)]
            case "C":
                return Promise
        value = self._values.get(text)
        if value is None:
            match text[0]:
                case "c":
                    value = Function(text)
                case "o":
                    value = Object(text)
                case "K":
                    value = type(Promise)("Class", (Class,), {"handle": text})
                case _:
                    value = Value(text)
            self._values[text] = value
        return value

    def encode(self, value: Any) -> str:
        if value is None:
            return "u"
        if value is loopscope.null:
            return "l"
        match value:
            case bool():
                return "t" if value else "f"
            case int():
                return f"n{value}"
            case float():
                return f"n{_UNLIKE.get(repr(value), repr(value))}"
            case str():
                return "s" + value
            case Value():
                return value.handle
            case Method():
                return value.function.handle
        if id(value) in self._numbers:
            number = self._numbers[id(value)]
            return f"p{number}"
        number = self._number(value)
        match value:
            case Promise():
                return f"P{number}"
            case AggregateError():
                reasons = [self.encode(reason) for reason in value.errors]
                return "E" + json.dumps([number, "AggregateError", str(value), reasons])
            case Exception():
                return "E" + json.dumps([number, type(value).__name__, str(value), None])
            case list():
                return "A" + json.dumps([number, [self.encode(item) for item in value]])
            case object(status="fulfilled"):
                return "S" + json.dumps([number, value.status, "value", self.encode(value.value)])
            case object(status="rejected"):
                return "S" + json.dumps([number, value.status, "reason", self.encode(value.reason)])
        return "F" + json.dumps([number, _length(value)])

    def _number(self, value: Any) -> int:
        """A number for an object of Python's, which lives as long as the realm does."""
        self._known.append(value)
        self._numbers[id(value)] = len(self._known) - 1
        return len(self._known) - 1
