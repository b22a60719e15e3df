"""Random programs. The same seed gives the same program on every machine.

The pieces that make order interesting are common, and everything may stand inside of everything:
a generator in a timer in a thenable's `then`. What a program may not do is run for ever: trees are
finite, functions call later ones only, and what could keep itself alive (handlers of `process`,
`refresh`, thenables) spends fuel that a program has little of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import TypeVar

from . import tree
from .check import Kind
from .tree import Block, Callback, Expression, Statement, Value

T = TypeVar("T")

# Few different delays, so that timers meet in one list and in one millisecond.
DELAYS = (0, 0, 1, 1, 2, 3, 5, 5, 7, 10, 10, 15, 20, 30, 40)
SIZES = (8, 14, 20, 30, 45)
DEEPEST = 5
SAID = 0.75
TASTES = (0.1, 0.5, 1, 1, 1, 3)
EVENTS = ("unhandledRejection", "uncaughtException", "rejectionHandled", "beforeExit", "exit")


@dataclass(frozen=True)
class _Place:
    """Where the next part of the program will stand."""

    kind: Kind
    depth: int = 0
    names: tuple[str, ...] = ()
    indices: tuple[str, ...] = ()  # the names that count a loop
    parameters: tuple[str, ...] = ()
    resolvers: tuple[str, ...] = ()
    in_loop: bool = False
    may_exit: bool = False

    @property
    def may_await(self) -> bool:
        return self.kind in ("async", "generator")

    def inside(self, kind: Kind, *parameters: str, may_exit: bool = False) -> _Place:
        known = (*self.parameters, *parameters)
        return _Place(
            kind,
            self.depth + 1,
            names=known,
            parameters=known,
            resolvers=self.resolvers,
            may_exit=may_exit,
        )

    def deeper(self) -> _Place:
        return replace(self, depth=self.depth + 1)


@dataclass
class _Generator:
    random: Random
    size: int  # how many statements the main body may have, with all that is in them
    module: bool
    throws: float  # how likely a statement throws
    budget: int = 0  # how many more statements there may be
    count: int = 0
    delay: int = 5  # of the last timer
    tastes: dict[str, float] = field(default_factory=dict)
    functions: list[tree.Function] = field(default_factory=list)
    callable: list[tree.Function] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)  # the slots that may hold a generator object

    # ---- choices ----

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def pick(self, *choices: T) -> T:
        return self.random.choice(choices)

    def weighted(self, choices: list[tuple[float, Callable[[_Place], T]]], place: _Place) -> T:
        """One of the choices, by weight and by the taste that each program has of its own."""
        weights = [weight * self.taste(make.__name__) for weight, make in choices]
        ((_, make),) = self.random.choices(choices, weights)
        return make(place)

    def taste(self, what: str) -> float:
        if what not in self.tastes:
            self.tastes[what] = self.random.choice(TASTES)
        return self.tastes[what]

    def fresh(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def slot(self, letter: str) -> str:
        return f"{letter}{self.random.randrange(3)}"

    # ---- the whole ----

    def program(self) -> tree.Program:
        place = _Place("main")
        # Later functions first, so that the earlier ones can call them.
        for _ in range(self.random.randrange(4)):
            generator = self.chance(0.5)
            parameter = self.fresh("v")
            kind: Kind = "generator" if generator else "async"
            self.budget = 8
            body = self.block(place.inside(kind, parameter), 2, 5, said=SAID)
            function = tree.Function(self.fresh("f"), parameter, generator, body)
            self.functions.insert(0, function)
            self.callable.append(function)
        self.budget = 8
        statements = self.handlers(place)
        self.budget = self.size
        statements += self.block(place, 5, 12).statements
        if self.module:
            for _ in range(self.random.randint(1, 2)):
                at = self.random.randint(1, len(statements))
                statements.insert(at, self.suspending(place))
        return tree.Program(tuple(self.functions), Block(tuple(statements)))

    def handlers(self, place: _Place) -> list[Statement]:
        """Handlers from the start, for most programs: without them, rejections soon end it."""
        result: list[Statement] = []
        for event, probability in zip(EVENTS, (0.8, 0.75, 0.4, 0.2, 0.3), strict=True):
            if self.chance(probability):
                result.append(self.on(place, event))
        return result

    def on(self, place: _Place, event: str) -> Statement:
        parameters = [self.fresh("v")]
        if event in ("unhandledRejection", "uncaughtException"):
            parameters.append(self.fresh("v"))
        told = tree.Log(self.fresh("a"), tuple(tree.Local(name) for name in parameters))
        more: tuple[Statement, ...] = ()
        if self.chance(0.4):
            inside = place.inside("callback", *parameters)
            more = self.block(inside, 1, 2).statements
        body = Block((told, *more))
        return tree.On(event, Callback(tuple(parameters), body), once=self.chance(0.15))

    # ---- blocks and statements ----

    def block(
        self, place: _Place, least: int = 1, most: int | None = None, said: float = 0
    ) -> Block:
        """Some statements; `said`: how likely they begin by printing that they run."""
        count = self.random.randint(least, most if most is not None else least + 2)
        statements: list[Statement] = [self.log(place)] if self.chance(said) else []
        for _ in range(count):
            if self.budget <= 0:
                break
            self.budget -= 1
            statement = self.statement(place)
            statements.append(statement)
            if isinstance(statement, (tree.Await, tree.Yield)):
                place = replace(place, names=(*place.names, statement.name))
            if isinstance(statement, (tree.Return, tree.Throw, tree.Leave, tree.Exit)):
                break  # nothing behind it would run
        if not statements:
            statements.append(self.log(place))
        return Block(tuple(statements))

    def statement(self, place: _Place) -> Statement:
        if place.depth >= DEEPEST:
            choices: list[tuple[float, Callable[[_Place], Statement]]] = [
                (4, self.log),
                (2, self.settle),
                (1, self.clear),
                (1, self.do),
                (1, self.throw),
            ]
            return self.weighted(choices, place)
        choices = [
            (9, self.log),
            (9, self.do),
            (4, self.put),
            (7, self.timer),
            (2, self.every),
            (5, self.immediate),
            (4, self.microtask),
            (4, self.tick),
            (3, self.clear),
            (4, self.poke),
            (2.5, self.sleep),
            (3, self.settle),
            (3, self.open),
            (1.5, self.attempt),
            (0.5, self.on_event),
            (0.15, self.exit_code),
            (30 * self.throws, self.throw),
        ]
        if place.kind != "main":
            choices.append((1.5, self.give_back))
        if place.may_await:
            choices += [(14, self.wait), (4, self.for_await), (2, self.attempt), (2, self.repeat)]
        if place.kind == "generator":
            choices.append((16, self.give))
        if place.in_loop:
            choices.append((5, self.leave))
        if place.indices:
            choices.append((3, self.when))
        if place.may_exit:
            choices.append((0.2, self.exit))
        return self.weighted(choices, place)

    def log(self, place: _Place) -> Statement:
        values: tuple[Expression, ...] = ()
        if place.names and self.chance(0.6):
            values = (tree.Local(self.pick(*place.names)),)
        return tree.Log(self.fresh("a"), values)

    def do(self, place: _Place) -> Statement:
        promise = self.promise(place)
        return tree.Do(self.told(promise) if self.chance(0.4) else promise)

    def put(self, place: _Place) -> Statement:
        if place.resolvers and self.chance(0.4):
            name = self.pick(*place.resolvers)
            return tree.Put(self.slot("r" if name.startswith("res") else "j"), tree.Local(name))
        return tree.Put(self.slot("p"), self.promise(place))

    def task(self, place: _Place) -> tuple[Callback, Expression | None]:
        """The callback of a task, and the argument that it gets."""
        if self.chance(0.2):
            name = self.fresh("v")
            body = self.block(place.inside("callback", name, may_exit=True), said=SAID)
            return Callback((name,), body), self.plain(place)
        body = self.block(place.inside("callback", may_exit=True), said=SAID)
        return Callback((), body), None

    def timer(self, place: _Place) -> Statement:
        slot = self.slot("t") if self.chance(0.5) else None
        delay = self.next_delay()
        callback, argument = self.task(place)
        return tree.Timer(slot, delay, callback, argument, self.chance(0.08))

    def next_delay(self) -> int:
        if not self.chance(0.3):  # else the last one's: they share a list
            self.delay = self.pick(*DELAYS)
        return self.delay

    def every(self, place: _Place) -> Statement:
        slot = self.slot("t") if self.chance(0.6) else None
        delay = self.next_delay()
        body = self.block(place.inside("callback"), said=SAID)
        if self.chance(0.3):  # its next time counts from before it
            body = Block((*body.statements, self.sleep(place)))
        count = self.random.randint(1, 3)
        return tree.Every(slot, delay, count, self.chance(0.5), Callback((), body))

    def immediate(self, place: _Place) -> Statement:
        slot = self.slot("m") if self.chance(0.5) else None
        return tree.Immediate(slot, *self.task(place))

    def microtask(self, place: _Place) -> Statement:
        body = self.block(place.inside("callback", may_exit=True), said=SAID)
        return tree.Microtask(Callback((), body))

    def tick(self, place: _Place) -> Statement:
        return tree.Tick(*self.task(place))

    def clear(self, place: _Place) -> Statement:
        if self.chance(0.3):
            return tree.Clear("clearImmediate", self.slot("m"))
        return tree.Clear(self.pick("clearTimeout", "clearInterval"), self.slot("t"))

    def poke(self, place: _Place) -> Statement:
        label = self.fresh("a")
        if self.chance(0.2):
            return tree.Poke(self.pick("ref", "unref", "hasRef"), self.slot("m"), label)
        how: tree.Poked = self.pick(
            "refresh", "refresh", "refresh", "ref", "unref", "close", "hasRef"
        )
        return tree.Poke(how, self.slot("t"), label)

    def sleep(self, place: _Place) -> Statement:
        return tree.Sleep(self.pick(1, 2, 5, 10, 20))

    def settle(self, place: _Place) -> Statement:
        if place.resolvers and self.chance(0.7):
            function = self.pick(*place.resolvers)
        else:
            function = self.slot(self.pick("r", "r", "j"))
        return tree.Settle(function, self.value(place))

    def throw(self, place: _Place) -> Statement:
        if place.kind == "main" and self.chance(0.7):
            return self.do(place)
        return tree.Throw(self.reason(place))

    def give_back(self, place: _Place) -> Statement:
        return tree.Return(None if place.kind == "generator" else self.value(place))

    def open(self, place: _Place) -> Statement:
        """Make a generator object, or ask one for something."""
        generators = [function for function in self.callable if function.generator]
        if generators and self.chance(0.5):
            function = self.pick(*generators)
            slot = self.slot("g")
            self.opened.append(slot)
            return tree.Put(slot, tree.Call(function.name, self.plain(place)))
        return tree.Do(self.told(self.advance(place)))

    def wait(self, place: _Place) -> Statement:
        return tree.Await(self.fresh("v"), self.fresh("a"), self.value(place))

    def give(self, place: _Place) -> Statement:
        return tree.Yield(self.fresh("v"), self.fresh("a"), self.value(place))

    def for_await(self, place: _Place) -> Statement:
        name = self.fresh("v")
        inside = replace(place.deeper(), names=(*place.names, name), in_loop=True)
        iterable = self.iterable(place)
        return tree.ForAwait(name, self.fresh("a"), iterable, self.block(inside, 0, 2))

    def repeat(self, place: _Place) -> Statement:
        name = self.fresh("v")
        inside = replace(
            place.deeper(),
            names=(*place.names, name),
            indices=(*place.indices, name),
            in_loop=True,
        )
        return tree.Repeat(name, self.random.randint(2, 3), self.block(inside))

    def when(self, place: _Place) -> Statement:
        return tree.When(
            self.pick(*place.indices), self.random.randrange(2), self.block(place.deeper())
        )

    def leave(self, place: _Place) -> Statement:
        return tree.Leave(self.pick("break", "break", "continue"))

    def attempt(self, place: _Place) -> Statement:
        name = self.fresh("v")
        inside = replace(place.deeper(), may_exit=False)
        body = self.block(inside)
        if self.chance(0.4):
            body = Block((*body.statements, tree.Throw(self.reason(place))))
        shape = self.random.randrange(3)
        handler = finalizer = None
        if shape < 2:
            handler = self.block(replace(inside, names=(*inside.names, name)))
        if shape > 0:
            finalizer = self.block(inside)
        return tree.Try(body, name, handler, finalizer)

    def on_event(self, place: _Place) -> Statement:
        return self.on(place, self.pick(*EVENTS))

    def exit(self, place: _Place) -> Statement:
        return tree.Exit(self.random.randrange(4))

    def exit_code(self, place: _Place) -> Statement:
        return tree.ExitCode(self.random.randrange(4))

    def suspending(self, place: _Place) -> Statement:
        """A statement that makes the main body a module."""
        if self.chance(0.3):
            return self.for_await(place)
        return self.wait(place)

    # ---- expressions ----

    def plain(self, place: _Place) -> Expression:
        """A value that no promise has to do with."""
        if place.names and self.chance(0.2):
            return tree.Local(self.pick(*place.names))
        return Value(self.pick(None, self.random.randrange(10), self.fresh("s")))

    def reason(self, place: _Place) -> Expression:
        return tree.Fault(self.fresh("e")) if self.chance(0.7) else Value(self.fresh("s"))

    def value(self, place: _Place) -> Expression:
        """What may be resolved with, returned, awaited."""
        if place.depth >= DEEPEST + 1 or self.chance(0.35):
            return self.plain(place)
        if self.chance(0.15):
            return self.thenable(place)
        if self.chance(0.1):
            return self.advance(place)
        return self.promise(place)

    def promise(self, place: _Place) -> Expression:
        choices: list[tuple[float, Callable[[_Place], Expression]]] = [
            (3, self.kept),
            (5, self.resolved),
            (2.5, self.rejected),
        ]
        if place.depth < DEEPEST:
            place = place.deeper()
            choices += [
                (3, self.adopted),
                (8, self.new),
                (14, self.chained),
                (6, self.combined),
                (7, self.started),
                (7, self.called),
                (2, self.advance),
            ]
            if place.may_await:
                choices.append((2, self.awaited))
        return self.weighted(choices, place)

    def kept(self, place: _Place) -> Expression:
        return tree.Slot(self.slot("p"))

    def resolved(self, place: _Place) -> Expression:
        return tree.Resolve(self.kind(), self.plain(place))

    def rejected(self, place: _Place) -> Expression:
        return tree.Reject(self.kind(), self.reason(place))

    def adopted(self, place: _Place) -> Expression:
        return tree.Resolve(self.kind(), self.value(place))

    def awaited(self, place: _Place) -> Expression:
        return tree.Awaited(self.value(place))

    def kind(self) -> tree.Class:
        return self.pick("Promise", "Promise", "Promise", "Promise", "Promise", "Sub", "Loud")

    def started(self, place: _Place) -> Expression:
        return tree.Start(self.block(place.inside("async"), said=SAID))

    def called(self, place: _Place) -> Expression:
        functions = [function for function in self.callable if not function.generator]
        if not functions:
            return self.started(place)
        return tree.Call(self.pick(*functions).name, self.value(place))

    def advance(self, place: _Place) -> Expression:
        how: tree.Asked = self.pick("next", "next", "next", "return", "return", "throw")
        value = self.reason(place) if how == "throw" else self.value(place.deeper())
        slot = self.pick(*self.opened) if self.opened and self.chance(0.9) else self.slot("g")
        return tree.Advance(slot, how, value)

    def told(self, expression: Expression) -> Expression:
        """Print what becomes of a promise."""
        first, second = self.fresh("v"), self.fresh("v")
        return tree.Then(
            expression,
            Callback((first,), Block((tree.Log(self.fresh("a"), (tree.Local(first),)),))),
            Callback((second,), Block((tree.Log(self.fresh("a"), (tree.Local(second),)),))),
        )

    def settling(self, place: _Place, most: int) -> Callback:
        """A callback that is given two resolving functions, and uses them now or later."""
        resolve, reject = self.fresh("res"), self.fresh("rej")
        inside = place.inside("callback")
        inside = replace(inside, resolvers=(*inside.resolvers, resolve, reject))
        statements = [*self.block(inside, 0, most).statements] if most else []
        if self.chance(0.75):
            function = reject if self.chance(0.25) else resolve
            settle = tree.Settle(function, self.value(inside.deeper()))
            later: Callable[[Statement], Statement] = self.pick(
                lambda now: now,
                lambda now: now,
                lambda now: now,
                lambda now: tree.Timer(None, self.pick(*DELAYS), Callback((), Block((now,)))),
                lambda now: tree.Immediate(None, Callback((), Block((now,)))),
                lambda now: tree.Microtask(Callback((), Block((now,)))),
                lambda now: tree.Tick(Callback((), Block((now,)))),
            )
            statements.insert(self.random.randint(0, len(statements)), later(settle))
        if self.chance(0.12):
            statements.append(tree.Throw(self.reason(place)))
        return Callback((resolve, reject), Block(tuple(statements)))

    def new(self, place: _Place) -> Expression:
        return tree.New(self.kind(), self.settling(place, 2))

    def thenable(self, place: _Place) -> Expression:
        getter = self.chance(0.25)
        fails = getter and self.chance(0.3)
        return tree.Thenable(self.fresh("a"), self.settling(place.deeper(), 1), getter, fails)

    def handler(self, place: _Place, parameters: int) -> Callback | Value | None:
        if self.chance(0.06):
            return self.pick(None, Value(), Value(7))
        names = tuple(self.fresh("v") for _ in range(parameters))
        inside = place.inside("callback", *names)
        statements: list[Statement] = []
        if self.chance(0.8):
            statements.append(tree.Log(self.fresh("a"), tuple(map(tree.Local, names))))
        if self.chance(0.35):
            statements += self.block(inside, 1, 2).statements
        if self.chance(0.35):
            statements.append(tree.Return(self.value(inside)))
        elif self.chance(0.12 + self.throws):
            statements.append(tree.Throw(self.reason(inside)))
        return Callback(names, Block(tuple(statements)))

    def chained(self, place: _Place) -> Expression:
        """A promise with some links behind it."""
        result = self.promise(place)
        for _ in range(self.random.choice((1, 1, 1, 2, 2, 3))):
            match self.random.randrange(8):
                case 0 | 1 | 2 | 3:
                    rejected = self.handler(place, 1) if self.chance(0.35) else None
                    result = tree.Then(result, self.handler(place, 1), rejected)
                case 4 | 5:
                    result = tree.Catch(result, self.handler(place, 1))
                case _:
                    result = tree.Finally(result, self.handler(place, 0))
        return result

    def failing(self, place: _Place) -> Expression:
        """A promise that is rejected now, or some ticks later."""
        result = self.rejected(place)
        for _ in range(self.random.choice((0, 0, 1, 2, 3))):
            result = tree.Then(result, self.handler(place, 1))
        return result

    def items(self, place: _Place) -> tuple[Expression, ...]:
        return tuple(self.value(place) for _ in range(self.random.choice((0, 1, 2, 2, 3, 4))))

    def combined(self, place: _Place) -> Expression:
        how: tree.Combinator = self.pick("all", "allSettled", "any", "race")
        items: tree.List | tree.Feed | Value = tree.List(self.items(place))
        if how == "any" and self.chance(0.4):
            items = tree.List(tuple(self.failing(place) for _ in range(self.random.randint(2, 4))))
        elif self.chance(0.15):
            items = tree.Feed(self.fresh("a"), self.items(place), self.chance(0.25))
        elif self.chance(0.03):
            items = Value(5)
        combined = tree.Combine(self.kind(), how, items)
        return self.told(combined) if self.chance(0.6) else combined

    def iterable(self, place: _Place) -> Expression:
        shapes = ("list", "feed", "call", "slot", "value")
        (shape,) = self.random.choices(shapes, (5, 3, 6, 2, 0.3))
        generators = [function for function in self.callable if function.generator]
        inside = place.deeper()
        if shape == "call" and generators:
            return tree.Call(self.pick(*generators).name, self.plain(place))
        if shape == "feed":
            fails, asynchronous = self.chance(0.25), self.chance(0.4)
            return tree.Feed(self.fresh("a"), self.items(inside), fails, asynchronous)
        if shape == "slot":
            return tree.Slot(self.slot("g"))
        if shape == "value":
            return Value(self.pick(None, 3))
        return tree.List(self.items(inside))


def generate(seed: int) -> tree.Program:
    """The program of that seed."""
    random = Random(seed)
    return _Generator(
        random,
        size=random.choice(SIZES),
        module=random.random() < 0.2,
        throws=random.choice((0.01, 0.03, 0.1)),
    ).program()
