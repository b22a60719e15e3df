"""Writes a tree as Python, in JavaScript's spellings.

A callback that is no lambda is defined before the statement that uses it, under a name of its own:
defining has no effect, so nothing moves. A local variable is a const of its block in JavaScript and
one variable of its function in Python; check.py sees to it that no program can tell.
"""

from __future__ import annotations

from . import tree
from .writing import helpers, indented, is_promise, is_slot, slots

IMPORT = "from loopscope.js import *"

PRELUDE = {
    "spent": """
fuel = 25


def spent():
    global fuel
    fuel -= 1
    return fuel < 0
""",
    "thrown": """
def thrown(v):
    return v if isinstance(v, Exception) else Thrown(v)
""",
    "caught": """
def caught(e):
    return e.value if isinstance(e, Thrown) else e
""",
    "show": """
def show(v):
    if isinstance(v, AggregateError):
        return f"AggregateError({' '.join(map(show, v.errors))})"
    if isinstance(v, Exception):
        return f'Error({v})' if type(v) is Exception else type(v).__name__
    if isinstance(v, list):
        return f"[{' '.join(map(show, v))}]"
    if isinstance(v, Promise):
        return type(v).__name__
    if v is None:
        return 'undefined'
    if isinstance(v, (int, str)):
        return str(v)
    if hasattr(type(v), 'status'):
        return f"{v.status}:{show(v.value if v.status == 'fulfilled' else v.reason)}"
    if hasattr(type(v), 'done'):
        return f"{'done' if v.done else 'item'}:{show(v.value)}"
    return 'function' if callable(v) else 'object'
""",
    "every": """
def every(ms, count, clears_first, f):
    def tick():
        nonlocal count
        count -= 1
        if count < 0 or (clears_first and count == 0):
            clearInterval(t)
        if count >= 0:
            f()
        if count == 0:
            clearInterval(t)

    t = setInterval(tick, ms)
    return t
""",
    "Thenable": """
class Thenable:
    def __init__(self, label, body):
        self.label = label
        self.body = body

    def then(self, resolve, reject):
        console.log(self.label, 'then')
        if spent():
            resolve('spent')
        else:
            self.body(resolve, reject)
""",
    "Getter": """
class Getter:
    def __init__(self, label, body, fails):
        self.label = label
        self.body = body
        self.fails = fails

    @property
    def then(self):
        console.log(self.label, 'get')
        if self.fails:
            raise Exception(self.label)
        return self.answer

    def answer(self, resolve, reject):
        console.log(self.label, 'then')
        if spent():
            resolve('spent')
        else:
            self.body(resolve, reject)
""",
    "SimpleNamespace": "from types import SimpleNamespace",
    "Feed": """
class Feed:
    def __init__(self, label, items, fails):
        self.label = label
        self.items = items
        self.fails = fails
        self.at = 0

    def __iter__(self):
        return self

    def __next__(self):
        result = self.next()
        if result.done:
            raise StopIteration
        return result.value

    def next(self):
        console.log(self.label, 'next', self.at)
        if self.at < len(self.items):
            self.at += 1
            return SimpleNamespace(done=False, value=self.items[self.at - 1])
        if self.fails:
            raise Exception(self.label)
        return SimpleNamespace(done=True, value=undefined)

    def return_(self):
        console.log(self.label, 'closed')
        return SimpleNamespace(done=True, value=undefined)
""",
    "AsyncFeed": """
class AsyncFeed:
    def __init__(self, label, items, fails):
        self.feed = Feed(label, items, fails)

    def __aiter__(self):
        return self

    def next(self):
        return self.feed.next() if self.feed.at == 1 else Promise.resolve(self.feed.next())

    def return_(self):
        return Promise.resolve(self.feed.return_())
""",
    "Sub": """
class Sub(Promise):
    pass
""",
    "Loud": """
class Loud(Promise):
    def then(self, f=None, r=None):
        console.log('Loud.then')
        return super().then(f, r)
""",
}


def write(program: tree.Program) -> str:
    """The program's text."""
    writer = _Writer(program)
    lines: list[str] = []
    for function in program.functions:
        kind = "generator" if function.generator else "async"
        lines += [*writer.define(function.name, (function.parameter,), function.body, kind), "", ""]
    lines += writer.statements(program.body)
    text = "\n".join(lines)
    names = slots(program)
    declared = [f"{' = '.join(names)} = None"] if names else []
    parts = helpers(text, PRELUDE)
    return "\n".join([IMPORT, *(f"\n\n{part}\n" for part in parts), *declared, text]) + "\n"


class _Writer:
    def __init__(self, program: tree.Program) -> None:
        self.program = program
        self.before: list[str] = []  # definitions that the statement being written needs
        self.assigned: set[str] = set()  # slots that the function being written puts values into
        self.count = 0

    # ---- functions ----

    def define(
        self,
        name: str,
        parameters: tuple[str, ...],
        body: tree.Block,
        kind: str = "callback",
        first: str = "",
    ) -> list[str]:
        around, self.assigned = self.assigned, set()
        lines = ([first] if first else []) + self.statements(body)
        if self.assigned:
            lines.insert(0, f"global {', '.join(sorted(self.assigned))}")
        self.assigned = around
        if kind == "generator" and not _yields(body):
            lines += ["if False:", "    yield"]
        word = "def" if kind == "callback" else "async def"
        return [f"{word} {name}({', '.join(parameters)}):", *indented(lines or ["pass"], "    ")]

    def defined(
        self, parameters: tuple[str, ...], body: tree.Block, kind: str = "callback", first: str = ""
    ) -> str:
        """Define a function before the statement, and give its name."""
        self.count += 1
        name = f"{'do' if kind == 'callback' else 'run'}{self.count}"
        around, self.before = self.before, []
        lines = self.define(name, parameters, body, kind, first)
        assert not self.before
        self.before = [*around, *lines]
        return name

    def callback(self, callback: tree.Callback) -> str:
        match callback.body.statements:
            case [tree.Log(label, values)] if all(map(_is_atom, values)):
                body = self.log(label, *map(self.expression, values))
            case [tree.Return(value)] if value is not None and _is_atom(value):
                body = self.expression(value)
            case _:
                return self.defined(callback.parameters, callback.body)
        parameters = ", ".join(callback.parameters)
        return f"lambda {parameters}: {body}" if parameters else f"lambda: {body}"

    # ---- statements ----

    def statements(self, block: tree.Block) -> list[str]:
        around, self.before = self.before, []
        lines: list[str] = []
        for statement in block.statements:
            written = self.statement(statement)
            lines += [*self.before, *written]
            self.before = []
        self.before = around
        return lines

    def block(self, block: tree.Block) -> list[str]:
        return indented(self.statements(block) or ["pass"], "    ")

    def log(self, label: str, *shown: str) -> str:
        return f"console.log({', '.join([repr(label), *(f'show({text})' for text in shown)])})"

    def put(self, slot: str | None, call: str) -> list[str]:
        if slot is None:
            return [call]
        self.assigned.add(slot)
        return [f"{slot} = {call}"]

    def statement(self, node: tree.Statement) -> list[str]:
        write = self.expression
        match node:
            case tree.Log(label, values):
                return [self.log(label, *map(write, values))]
            case tree.Do(expression):
                return [write(expression)]
            case tree.Put(slot, value):
                return self.put(slot, write(value))
            case tree.Timer(slot, delay, callback, argument, unref):
                call = f"setTimeout({self.task(callback, argument, delay)})"
                return self.put(slot, call + (".unref()" if unref else ""))
            case tree.Every(slot, delay, count, clears_first, callback):
                call = f"every({delay}, {count}, {clears_first}, {self.callback(callback)})"
                return self.put(slot, call)
            case tree.Immediate(slot, callback, argument):
                return self.put(slot, f"setImmediate({self.task(callback, argument)})")
            case tree.Microtask(callback):
                return [f"queueMicrotask({self.callback(callback)})"]
            case tree.Tick(callback, argument):
                return [f"process.nextTick({self.task(callback, argument)})"]
            case tree.Clear(how, slot):
                return [f"{how}({slot})"]
            case tree.Poke("hasRef", slot, label):
                return [f"if {slot}:", f"    console.log({label!r}, {slot}.has_ref())"]
            case tree.Poke("refresh", slot, _):
                return [f"if {slot} and not spent():", f"    {slot}.refresh()"]
            case tree.Poke(how, slot, _):
                return [f"if {slot}:", f"    {slot}.{how}()"]
            case tree.Sleep(milliseconds):
                return [f"block({milliseconds})"]
            case tree.Settle(function, value):
                call = f"{function}({write(value)})"
                return [f"if {function}:", f"    {call}"] if is_slot(function) else [call]
            case tree.Throw(tree.Fault() as fault):
                return [f"raise {write(fault)}"]
            case tree.Throw(tree.Value() as value):
                return [f"raise Thrown({write(value)})"]
            case tree.Throw(value):
                return [f"raise thrown({write(value)})"]
            case tree.Return(value):
                return ["return" if value is None else f"return {write(value)}"]
            case tree.Await(name, label, value):
                return [f"{name} = await {write(value)}", self.log(label, name)]
            case tree.Yield(name, label, value):
                return [f"{name} = yield {write(value)}", self.log(label, name)]
            case tree.Repeat(name, count, body):
                return [f"for {name} in range({count}):", *self.block(body)]
            case tree.When(name, value, body):
                return [f"if {name} == {value}:", *self.block(body)]
            case tree.ForAwait(name, label, iterable, body):
                lines = [self.log(label, name), *self.statements(body)]
                return [f"async for {name} in {write(iterable)}:", *indented(lines, "    ")]
            case tree.Leave(how):
                return [how]
            case tree.Try(body, name, handler, finalizer):
                lines = ["try:", *self.block(body)]
                if handler is not None:
                    error = f"e{name[1:]}"
                    lines += [f"except Exception as {error}:", f"    {name} = caught({error})"]
                    lines += indented(self.statements(handler), "    ")
                if finalizer is not None:
                    lines += ["finally:", *self.block(finalizer)]
                return lines
            case tree.On(event, callback, once):
                guard = "if spent():\n    return"
                name = self.defined(callback.parameters, callback.body, first=guard)
                return [f"process.{'once' if once else 'on'}({event!r}, {name})"]
            case tree.Exit(code):
                return [f"process.exit({code})"]
            case tree.ExitCode(code):
                return [f"process.exitCode = {code}"]
            case _:
                raise TypeError(node)

    def task(
        self, callback: tree.Callback, argument: tree.Expression | None, delay: int | None = None
    ) -> str:
        parts = [self.callback(callback)]
        if delay is not None:
            parts.append(str(delay))
        if argument is not None:
            parts.append(self.expression(argument))
        return ", ".join(parts)

    # ---- expressions ----

    def handler(self, handler: tree.Callback | tree.Value | None) -> str:
        if isinstance(handler, tree.Callback):
            return self.callback(handler)
        return "undefined" if handler is None else self.expression(handler)

    def target(self, expression: tree.Expression) -> str:
        text = self.expression(expression)
        return text if is_promise(expression, self.program) else f"Promise.resolve({text})"

    def list(self, items: tuple[tree.Expression, ...]) -> str:
        return f"[{', '.join(map(self.expression, items))}]"

    def expression(self, node: tree.Expression) -> str:
        write = self.expression
        match node:
            case tree.Value(None):
                return "undefined"
            case tree.Value(value):
                return repr(value)
            case tree.Fault(name):
                return f"Exception({name!r})"
            case tree.Local(name) | tree.Slot(name):
                return name
            case tree.Resolve(kind, value):
                return f"{kind}.resolve({write(value)})"
            case tree.Reject(kind, reason):
                return f"{kind}.reject({write(reason)})"
            case tree.New(kind, executor):
                return f"{kind}({self.callback(executor)})"
            case tree.Thenable(label, then, False, _):
                return f"Thenable({label!r}, {self.callback(then)})"
            case tree.Thenable(label, then, True, fails):
                return f"Getter({label!r}, {self.callback(then)}, {fails})"
            case tree.Then(target, fulfilled, rejected):
                first = self.target(target)
                handlers = [self.handler(fulfilled)]
                if rejected is not None:
                    handlers.append(self.handler(rejected))
                return f"{first}.then({', '.join(handlers)})"
            case tree.Catch(target, rejected):
                return f"{self.target(target)}.catch({self.handler(rejected)})"
            case tree.Finally(target, callback):
                return f"{self.target(target)}.finally_({self.handler(callback)})"
            case tree.Feed(label, items, fails, asynchronous):
                kind = "AsyncFeed" if asynchronous else "Feed"
                return f"{kind}({label!r}, {self.list(items)}, {fails})"
            case tree.List(items):
                return self.list(items)
            case tree.Combine(kind, how, items):
                return f"{kind}.{how}({write(items)})"
            case tree.Call(function, argument):
                return f"{function}({write(argument)})"
            case tree.Start(body):
                return f"{self.defined((), body, 'async')}()"
            case tree.Advance(slot, how, value):
                method = "return_" if how == "return" else how
                return f"({slot}.{method}({write(value)}) if {slot} else undefined)"
            case tree.Awaited(value):
                return f"(await {write(value)})"
            case _:
                raise TypeError(node)


def _is_atom(expression: tree.Expression) -> bool:
    """Whether writing it defines nothing, and it awaits nothing: it may stand in a lambda."""
    return isinstance(expression, (tree.Value, tree.Fault, tree.Local, tree.Slot))


def _yields(node: tree.Node) -> bool:
    if isinstance(node, tree.Yield):
        return True
    return not isinstance(node, (tree.Callback, tree.Start)) and any(map(_yields, node.children()))
