"""Random values, written in JavaScript and in Python: what Node's util.inspect is compared on.

A value is a pair of expressions. Both sides have the names of `PRELUDE` (JavaScript) and `names()`
(Python), for what neither language can say in an expression.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from types import SimpleNamespace
from typing import Any, NamedTuple

from loopscope import AggregateError, null

PRELUDE = """
class Dog { constructor(name, age) { this.name = name; this.age = age; } }
class Puppy extends Dog { constructor(name, age) { super(name, age); this.toys = []; } }
class Empty {}
class Stack extends Array {}
class Registry extends Map {}
class Bag extends Set {}
function named() {}
async function later() {}
function* counting() {}
const ring = (list, ...more) => { list.push(list, ...more); return list; };
const knot = object => {
  object.self = object;
  object.parts = [object, { whole: object }];
  return object;
};
const twice = value => [value, value];
"""


class Dog:
    def __init__(self, name: Any, age: Any) -> None:
        self.name = name
        self.age = age


class Puppy(Dog):
    def __init__(self, name: Any, age: Any) -> None:
        super().__init__(name, age)
        self.toys: list[Any] = []


class Empty:
    pass


class Stack(list[Any]):
    pass


class Registry(dict[Any, Any]):
    pass


class Bag(set[Any]):
    pass


def names() -> dict[str, Any]:
    """What the Python expressions may use."""

    def named() -> None: ...

    async def later() -> None: ...

    def counting() -> Any:
        yield

    def ring(items: list[Any], *more: Any) -> list[Any]:
        items += [items, *more]
        return items

    def knot(value: dict[str, Any]) -> dict[str, Any]:
        value["self"] = value
        value["parts"] = [value, {"whole": value}]
        return value

    def moment(milliseconds: int) -> datetime:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)

    def error(kind: str, message: str, properties: Any = None) -> Exception:
        made: Exception = type(kind, (Exception,), {})(message)
        vars(made).update(properties or {})
        return made

    functions = [named, later, counting, ring, knot, moment, error]
    classes = [Dog, Puppy, Empty, Stack, Registry, Bag, SimpleNamespace]
    return {value.__name__: value for value in (*functions, *classes)} | {
        "aggregate": AggregateError,
        "inf": math.inf,
        "nan": math.nan,
        "null": null,
        "twice": lambda value: [value, value],
    }


class Pair(NamedTuple):
    """The same value twice."""

    js: str
    py: str


WORDS = ("", "a", "tick", "queue", "it's", 'say "hi"', "both ' and \"", "all ' \" `", "a b", "${x}")
ODD = ("\n", "\t", "\\", "é", "日本", "😀", "\ud800", "\x07", "\x7f", "\u200b", "\u2028", "\xa0")
KEYS = ("a", "b", "name", "longer_key", "with-dash", "two words", "$", "_", "ü", "constructor_", "")
CODES = ("ECONNREFUSED", "E_ODD", 404, None)


class Values:
    """The values of a seed, one after the other."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._left = 0

    def next(self) -> Pair:
        self._left = self._random.choice((1, 4, 12, 30, 80))
        return self._value(0)

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _value(self, depth: int) -> Pair:
        self._left -= 1
        if depth > 0 and (self._left <= 0 or self._chance(0.35 + 0.06 * depth)):
            return self._primitive()
        makers: list[tuple[float, Callable[[int], Pair]]] = [
            (3, lambda depth: self._primitive()),
            (6, self._list),
            (2, self._row),
            (6, self._object),
            (3, self._map),
            (3, self._set),
            (1, self._bytes),
            (3, self._instance),
            (1.5, self._error),
            (1, self._function),
            (1, self._date),
            (1, self._circular),
            (1, self._shared),
            (1, self._subclass),
        ]
        (chosen,) = self._random.choices(
            [make for _, make in makers], [weight for weight, _ in makers]
        )
        return chosen(depth + 1)

    def _values(self, depth: int, most: int) -> list[Pair]:
        return [self._value(depth) for _ in range(self._random.randint(0, most))]

    # ---- primitives ----

    def _primitive(self) -> Pair:
        match self._random.randrange(10):
            case 0:
                return Pair("undefined", "None")
            case 1:
                return Pair("null", "null")
            case 2:
                return Pair("true", "True") if self._chance(0.5) else Pair("false", "False")
            case 3 | 4 | 5:
                return self._number()
            case _:
                return self._text()

    def _number(self) -> Pair:
        random = self._random
        match random.randrange(8):
            case 0 | 1 | 2:
                number: float = random.randint(-10, 1000)
            case 3:
                number = random.randint(-(2**53), 2**53)
            case 4:
                number = random.choice((0.1, -0.0, 1.5, 1e21, 1e-7, 123456.789, 5e-324, 1e300))
            case 5:
                number = random.uniform(-1000, 1000)
            case 6:
                special = random.choice(
                    (("Infinity", "inf"), ("-Infinity", "-inf"), ("NaN", "nan"))
                )
                return Pair(*special)
            case _:
                big = random.choice((1, -1)) * random.randint(2**53 + 1, 2**80)
                return Pair(f"({big}n)", str(big))
        return Pair(repr(number), repr(number))

    def _string(self) -> str:
        random = self._random
        match random.randrange(6):
            case 0 | 1 | 2:
                return random.choice(WORDS)
            case 3:
                return "".join(random.choice((*WORDS, *ODD)) for _ in range(random.randint(1, 5)))
            case 4:
                return " ".join(random.choice(WORDS) for _ in range(random.randint(5, 30)))
            case _:
                return random.choice("xyz\n") * random.choice((1, 10, 15, 16, 17, 60, 76, 120))

    def _text(self) -> Pair:
        text = self._string()
        return Pair(json.dumps(text), repr(text))

    # ---- what holds others ----

    def _list(self, depth: int) -> Pair:
        items = self._values(depth, 8)
        return Pair(_join("[", items, "]", 0), _join("[", items, "]", 1))

    def _row(self, depth: int) -> Pair:
        """Many of one kind: they are set in columns."""
        make = self._random.choice((self._number, self._text, self._primitive))
        items = [make() for _ in range(self._random.choice((6, 7, 10, 27, 60, 101, 120)))]
        return Pair(_join("[", items, "]", 0), _join("[", items, "]", 1))

    def _entries(self, depth: int) -> list[tuple[str, Pair]]:
        keys = self._random.sample(KEYS, self._random.randint(0, 6))
        return [(key, self._value(depth)) for key in keys]

    def _object(self, depth: int) -> Pair:
        entries = self._entries(depth)
        js = ", ".join(f"[{json.dumps(key)}]: {value.js}" for key, value in entries)
        py = ", ".join(f"{key!r}: {value.py}" for key, value in entries)
        return Pair(f"({{ {js} }})", f"{{{py}}}")

    def _hashables(self, most: int) -> list[Pair]:
        """Values that Python tells apart as JavaScript does."""
        seen: set[Any] = set()
        found = []
        for _ in range(self._random.randint(0, most)):
            pair = self._number() if self._chance(0.5) else self._text()
            value = eval(pair.py, names())
            if value == value and value not in seen:
                seen.add(value)
                found.append(pair)
        return found

    def _map(self, depth: int) -> Pair:
        keys = self._hashables(6)
        if not any(not key.py.startswith(("'", '"')) for key in keys):
            keys.append(Pair("-77", "-77"))  # a dict with text keys alone is an object
        items = [(key, self._value(depth)) for key in keys]
        js = ", ".join(f"[{key.js}, {value.js}]" for key, value in items)
        py = ", ".join(f"{key.py}: {value.py}" for key, value in items)
        return Pair(f"new Map([{js}])", f"{{{py}}}")

    def _set(self, depth: int) -> Pair:
        # A set of Python's has an order of its own: one item, or a Bag of one.
        items = self._hashables(1)
        py = _join("{", items, "}", 1) if items else "set()"
        return Pair(_join("new Set([", items, "])", 0), py)

    def _bytes(self, depth: int) -> Pair:
        data = self._random.randbytes(self._random.choice((0, 1, 3, 49, 50, 51, 60)))
        return Pair(f"Buffer.from([{', '.join(map(str, data))}])", repr(data))

    def _instance(self, depth: int) -> Pair:
        kind = self._random.choice(("Dog", "Puppy", "Empty"))
        if kind == "Empty":
            return Pair("new Empty()", "Empty()")
        name, age = self._value(depth), self._value(depth)
        return Pair(f"new {kind}({name.js}, {age.js})", f"{kind}({name.py}, {age.py})")

    def _error(self, depth: int) -> Pair:
        kind = self._random.choice(("ValueError", "MyError", "TimeoutError"))
        message = self._text()
        if self._chance(0.3):
            # No error of other errors: their layout has the stack, which Python prints elsewhere.
            items = [self._primitive() for _ in range(self._random.randint(0, 3))]
            js, py = _join("[", items, "]", 0), _join("[", items, "]", 1)
            return Pair(f"aggregate({js}, {message.js})", f"aggregate({py}, {message.py})")
        if self._chance(0.4):
            value = self._value(depth + 1)
            return Pair(
                f"error('{kind}', {message.js}, {{ code: {value.js} }})",
                f"error('{kind}', {message.py}, {{'code': {value.py}}})",
            )
        return Pair(f"error('{kind}', {message.js})", f"error('{kind}', {message.py})")

    def _function(self, depth: int) -> Pair:
        name = self._random.choice(("named", "later", "counting", "Dog", "Puppy", "Empty"))
        return Pair(name, name)

    def _date(self, depth: int) -> Pair:
        moment = self._random.randint(0, 4_000_000_000) * 1000
        return Pair(f"new Date({moment})", f"moment({moment})")

    def _circular(self, depth: int) -> Pair:
        if self._chance(0.5):
            value = self._object(depth)
            return Pair(f"knot({value.js})", f"knot({value.py})")
        value, more = self._list(depth), self._value(depth)
        return Pair(f"ring({value.js}, {more.js})", f"ring({value.py}, {more.py})")

    def _shared(self, depth: int) -> Pair:
        value = self._value(depth)
        return Pair(f"twice({value.js})", f"twice({value.py})")

    def _subclass(self, depth: int) -> Pair:
        match self._random.randrange(3):
            case 0:
                items = self._values(depth, 5)
                return Pair(_join("Stack.of(", items, ")", 0), _join("Stack([", items, "])", 1))
            case 1:
                value = self._map(depth)
                return Pair(
                    value.js.replace("new Map(", "new Registry(", 1), f"Registry({value.py})"
                )
            case _:
                items = self._hashables(1)
                return Pair(_join("new Bag([", items, "])", 0), _join("Bag([", items, "])", 1))


def _join(before: str, items: list[Pair], behind: str, side: int) -> str:
    return before + ", ".join(item[side] for item in items) + behind
