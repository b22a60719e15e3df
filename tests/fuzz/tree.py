"""What a random program is made of: one tree, from which both languages are written.

A tree says what JavaScript and Python have in common. Of its names, *slots* (`p0`, `t1`, ...) are
variables of the whole program, `undefined` until something is put into them; *locals* (`v7`) and
*parameters* (`res7`) belong to the function that binds them. A name that is used where nothing
binds it makes the tree ill-formed; see check.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a program. Its fields are nodes, tuples of nodes, and plain values."""

    def children(self) -> Iterator[Node]:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                yield from (item for item in value if isinstance(item, Node))

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in the order in which they are written."""
        yield self
        for child in self.children():
            yield from child.walk()


class Expression(Node):
    __slots__ = ()


class Statement(Node):
    __slots__ = ()


Class: TypeAlias = Literal["Promise", "Sub", "Loud"]
"""`Sub` is an empty subclass of Promise, `Loud` one whose `then` prints that it was called."""

Combinator: TypeAlias = Literal["all", "allSettled", "any", "race"]
Asked: TypeAlias = Literal["next", "return", "throw"]
Poked: TypeAlias = Literal["refresh", "ref", "unref", "close", "hasRef"]


@dataclass(frozen=True, slots=True)
class Block(Node):
    """The statements of a body."""

    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Callback(Node):
    """A function that the runtime calls. It may have fewer parameters than it gets arguments."""

    parameters: tuple[str, ...]
    body: Block


# ---- expressions ----


@dataclass(frozen=True, slots=True)
class Value(Expression):
    """A number, a string, or `undefined`."""

    value: int | str | None = None


@dataclass(frozen=True, slots=True)
class Fault(Expression):
    """`new Error(name)`."""

    name: str


@dataclass(frozen=True, slots=True)
class Local(Expression):
    """A local variable or a parameter."""

    name: str


@dataclass(frozen=True, slots=True)
class Slot(Expression):
    """A variable of the whole program."""

    name: str


@dataclass(frozen=True, slots=True)
class Resolve(Expression):
    """`Promise.resolve(value)`."""

    kind: Class
    value: Expression


@dataclass(frozen=True, slots=True)
class Reject(Expression):
    """`Promise.reject(reason)`."""

    kind: Class
    reason: Expression


@dataclass(frozen=True, slots=True)
class New(Expression):
    """`new Promise((resolve, reject) => ...)`."""

    kind: Class
    executor: Callback


@dataclass(frozen=True, slots=True)
class Thenable(Expression):
    """An object with a `then`; `getter`: reading it prints, and `fails` with an error."""

    label: str
    then: Callback
    getter: bool = False
    fails: bool = False


@dataclass(frozen=True, slots=True)
class Then(Expression):
    """`target.then(fulfilled, rejected)`; a handler may be no function, or left out."""

    target: Expression
    fulfilled: Callback | Value | None
    rejected: Callback | Value | None = None


@dataclass(frozen=True, slots=True)
class Catch(Expression):
    """`target.catch(rejected)`."""

    target: Expression
    rejected: Callback | Value | None


@dataclass(frozen=True, slots=True)
class Finally(Expression):
    """`target.finally(callback)`."""

    target: Expression
    callback: Callback | Value | None


@dataclass(frozen=True, slots=True)
class Feed(Expression):
    """An iterator of its own over the items, which says what is asked of it; `fails` at the end."""

    label: str
    items: tuple[Expression, ...]
    fails: bool = False
    asynchronous: bool = False


@dataclass(frozen=True, slots=True)
class List(Expression):
    """An array."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Combine(Expression):
    """`Promise.all(items)` and its like."""

    kind: Class
    how: Combinator
    items: List | Feed | Value


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """A call of an async function of the program, or of an async generator function."""

    function: str
    argument: Expression


@dataclass(frozen=True, slots=True)
class Start(Expression):
    """An async function that is called where it stands: `(async () => { ... })()`."""

    body: Block


@dataclass(frozen=True, slots=True)
class Advance(Expression):
    """`slot.next(value)` and its like, of an async generator; `undefined` if there is none."""

    slot: str
    how: Asked
    value: Expression


@dataclass(frozen=True, slots=True)
class Awaited(Expression):
    """`await value`, inside of an expression."""

    value: Expression


# ---- statements ----


@dataclass(frozen=True, slots=True)
class Log(Statement):
    """`console.log(label, ...)`."""

    label: str
    values: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Do(Statement):
    """An expression for its effect."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class Put(Statement):
    """`slot = value`."""

    slot: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Timer(Statement):
    """`slot = setTimeout(callback, delay)`."""

    slot: str | None
    delay: int
    callback: Callback
    argument: Expression | None = None
    unref: bool = False


@dataclass(frozen=True, slots=True)
class Every(Statement):
    """`slot = setInterval(callback, delay)`, which clears itself at its `count`-th time."""

    slot: str | None
    delay: int
    count: int
    clears_first: bool
    callback: Callback


@dataclass(frozen=True, slots=True)
class Immediate(Statement):
    """`slot = setImmediate(callback)`."""

    slot: str | None
    callback: Callback
    argument: Expression | None = None


@dataclass(frozen=True, slots=True)
class Microtask(Statement):
    """`queueMicrotask(callback)`."""

    callback: Callback


@dataclass(frozen=True, slots=True)
class Tick(Statement):
    """`process.nextTick(callback, argument)`."""

    callback: Callback
    argument: Expression | None = None


@dataclass(frozen=True, slots=True)
class Clear(Statement):
    """`clearTimeout(slot)` and its like."""

    how: Literal["clearTimeout", "clearInterval", "clearImmediate"]
    slot: str


@dataclass(frozen=True, slots=True)
class Poke(Statement):
    """`slot.refresh()` and its like, of a timer or an immediate, if there is one."""

    how: Poked
    slot: str
    label: str


@dataclass(frozen=True, slots=True)
class Sleep(Statement):
    """`block(milliseconds)`."""

    milliseconds: int


@dataclass(frozen=True, slots=True)
class Settle(Statement):
    """`function(value)`, of a resolving function: a parameter, or a slot that may be empty."""

    function: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Throw(Statement):
    """`throw value`."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Return(Statement):
    """`return value`; an async generator returns nothing, as Python has no more."""

    value: Expression | None = None


@dataclass(frozen=True, slots=True)
class Await(Statement):
    """`const name = await value`, and a line that prints it."""

    name: str
    label: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Yield(Statement):
    """`const name = yield value`, and a line that prints it."""

    name: str
    label: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Repeat(Statement):
    """`for (let name = 0; name < count; name++) body`."""

    name: str
    count: int
    body: Block


@dataclass(frozen=True, slots=True)
class When(Statement):
    """`if (name === value) body`."""

    name: str
    value: int
    body: Block


@dataclass(frozen=True, slots=True)
class ForAwait(Statement):
    """`for await (const name of iterable) body`, which prints each item."""

    name: str
    label: str
    iterable: Expression
    body: Block


@dataclass(frozen=True, slots=True)
class Leave(Statement):
    """`break` or `continue`."""

    how: Literal["break", "continue"]


@dataclass(frozen=True, slots=True)
class Try(Statement):
    """`try body catch (name) handler finally finalizer`; one of the two may be missing."""

    body: Block
    name: str
    handler: Block | None
    finalizer: Block | None


@dataclass(frozen=True, slots=True)
class On(Statement):
    """`process.on(event, callback)`. It does nothing once the program's fuel is used up."""

    event: str
    callback: Callback
    once: bool = False


@dataclass(frozen=True, slots=True)
class Exit(Statement):
    """`process.exit(code)`."""

    code: int


@dataclass(frozen=True, slots=True)
class ExitCode(Statement):
    """`process.exitCode = code`."""

    code: int


# ---- the whole ----


@dataclass(frozen=True, slots=True)
class Function(Node):
    """`async function name(parameter)`, or `async function*` if it is a generator."""

    name: str
    parameter: str
    generator: bool
    body: Block


@dataclass(frozen=True, slots=True)
class Program(Node):
    """Functions, and the main body; a module, if that awaits."""

    functions: tuple[Function, ...]
    body: Block

    @property
    def is_module(self) -> bool:
        return awaits(self.body)


def awaits(node: Node) -> bool:
    """Whether the code itself awaits, not the functions in it."""
    if isinstance(node, (Await, Awaited, ForAwait)):
        return True
    if isinstance(node, (Callback, Start, Function)):
        return False
    return any(map(awaits, node.children()))


def size(node: Node) -> int:
    """How many nodes there are: what shrinking makes less."""
    return sum(1 for _ in node.walk())


def plain_values(node: Node) -> list[Any]:
    """The values of all fields that are no nodes, for comparing how simple trees are."""
    return [
        value
        for part in node.walk()
        for field in fields(part)
        if not isinstance(value := getattr(part, field.name), (Node, tuple))
    ]
