"""Writes a tree as JavaScript."""

from __future__ import annotations

import json

from . import tree
from .writing import helpers, indented, is_promise, is_slot, slots

PRELUDE = {
    "spent": """
let fuel = 25;
const spent = () => --fuel < 0;
""",
    "show": """
function show(v) {
  if (v instanceof AggregateError) return `AggregateError(${v.errors.map(show).join(' ')})`;
  if (v instanceof Error) return v.constructor === Error ? `Error(${v.message})` : v.name;
  if (Array.isArray(v)) return `[${v.map(show).join(' ')}]`;
  if (v instanceof Promise) return v.constructor.name;
  if (typeof v === 'function') return 'function';
  if (typeof v !== 'object') return String(v);
  if ('status' in v) return `${v.status}:${show('value' in v ? v.value : v.reason)}`;
  if ('done' in v) return `${v.done ? 'done' : 'item'}:${show(v.value)}`;
  return 'object';
}
""",
    "block": """
function block(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
""",
    "every": """
function every(ms, count, clearsFirst, f) {
  const t = setInterval(() => {
    count--;
    if (count < 0 || (clearsFirst && count === 0)) clearInterval(t);
    if (count >= 0) f();
    if (count === 0) clearInterval(t);
  }, ms);
  return t;
}
""",
    "Thenable": """
class Thenable {
  constructor(label, body) {
    this.label = label;
    this.body = body;
  }
  then(resolve, reject) {
    console.log(this.label, 'then');
    if (spent()) resolve('spent');
    else this.body(resolve, reject);
  }
}
""",
    "Getter": """
class Getter {
  constructor(label, body, fails) {
    this.label = label;
    this.body = body;
    this.fails = fails;
  }
  get then() {
    console.log(this.label, 'get');
    if (this.fails) throw new Error(this.label);
    return (resolve, reject) => {
      console.log(this.label, 'then');
      if (spent()) resolve('spent');
      else this.body(resolve, reject);
    };
  }
}
""",
    "Feed": """
class Feed {
  constructor(label, items, fails) {
    this.label = label;
    this.items = items;
    this.fails = fails;
    this.at = 0;
  }
  [Symbol.iterator]() {
    return this;
  }
  next() {
    console.log(this.label, 'next', this.at);
    if (this.at < this.items.length) return { done: false, value: this.items[this.at++] };
    if (this.fails) throw new Error(this.label);
    return { done: true, value: undefined };
  }
  return() {
    console.log(this.label, 'closed');
    return { done: true, value: undefined };
  }
}
""",
    "AsyncFeed": """
class AsyncFeed {
  constructor(label, items, fails) {
    this.feed = new Feed(label, items, fails);
  }
  [Symbol.asyncIterator]() {
    return this;
  }
  next() {
    return this.feed.at === 1 ? this.feed.next() : Promise.resolve(this.feed.next());
  }
  return() {
    return Promise.resolve(this.feed.return());
  }
}
""",
    "Sub": """
class Sub extends Promise {}
""",
    "Loud": """
class Loud extends Promise {
  then(f, r) {
    console.log('Loud.then');
    return super.then(f, r);
  }
}
""",
}


def write(program: tree.Program) -> str:
    """The program's text."""
    writer = _Writer(program)
    lines: list[str] = []
    for function in program.functions:
        star = "*" if function.generator else ""
        lines += [
            f"async function{star} {function.name}({function.parameter}) {{",
            *writer.block(function.body),
            "}",
        ]
    lines += writer.statements(program.body)
    text = "\n".join(lines)
    names = slots(program)
    declared = [f"let {', '.join(names)};"] if names else []
    return "\n".join([*helpers(text, PRELUDE), *declared, text]) + "\n"


class _Writer:
    def __init__(self, program: tree.Program) -> None:
        self.program = program

    def statements(self, block: tree.Block) -> list[str]:
        return [line for statement in block.statements for line in self.statement(statement)]

    def block(self, block: tree.Block) -> list[str]:
        return indented(self.statements(block), "  ")

    def callback(self, callback: tree.Callback, first: str = "") -> str:
        body = ([f"  {first}"] if first else []) + self.block(callback.body)
        head = f"({', '.join(callback.parameters)}) => {{"
        return "\n".join([head, *body, "}"]) if body else f"{head}}}"

    def log(self, label: str, *shown: str) -> str:
        return f"console.log({', '.join([repr(label), *(f'show({text})' for text in shown)])});"

    def statement(self, node: tree.Statement) -> list[str]:
        write = self.expression
        match node:
            case tree.Log(label, values):
                return [self.log(label, *map(write, values))]
            case tree.Do(expression):
                return [f"{write(expression)};"]
            case tree.Put(slot, value):
                return [f"{slot} = {write(value)};"]
            case tree.Timer(slot, delay, callback, argument, unref):
                call = f"setTimeout({self.task(callback, argument, delay)})"
                return [self.put(slot, call + (".unref()" if unref else ""))]
            case tree.Every(slot, delay, count, clears_first, callback):
                first = "true" if clears_first else "false"
                call = f"every({delay}, {count}, {first}, {self.callback(callback)})"
                return [self.put(slot, call)]
            case tree.Immediate(slot, callback, argument):
                return [self.put(slot, f"setImmediate({self.task(callback, argument)})")]
            case tree.Microtask(callback):
                return [f"queueMicrotask({self.callback(callback)});"]
            case tree.Tick(callback, argument):
                return [f"process.nextTick({self.task(callback, argument)});"]
            case tree.Clear(how, slot):
                return [f"{how}({slot});"]
            case tree.Poke("hasRef", slot, label):
                return [f"if ({slot}) console.log({label!r}, {slot}.hasRef());"]
            case tree.Poke("refresh", slot, _):
                return [f"if ({slot} && !spent()) {slot}.refresh();"]
            case tree.Poke(how, slot, _):
                return [f"if ({slot}) {slot}.{how}();"]
            case tree.Sleep(milliseconds):
                return [f"block({milliseconds});"]
            case tree.Settle(function, value):
                guard = f"if ({function}) " if is_slot(function) else ""
                return [f"{guard}{function}({write(value)});"]
            case tree.Throw(value):
                return [f"throw {write(value)};"]
            case tree.Return(value):
                return ["return;" if value is None else f"return {write(value)};"]
            case tree.Await(name, label, value):
                return [f"const {name} = await {write(value)};", self.log(label, name)]
            case tree.Yield(name, label, value):
                return [f"const {name} = yield {write(value)};", self.log(label, name)]
            case tree.Repeat(name, count, body):
                head = f"for (let {name} = 0; {name} < {count}; {name}++) {{"
                return [head, *self.block(body), "}"]
            case tree.When(name, value, body):
                return [f"if ({name} === {value}) {{", *self.block(body), "}"]
            case tree.ForAwait(name, label, iterable, body):
                head = f"for await (const {name} of {write(iterable)}) {{"
                return [head, f"  {self.log(label, name)}", *self.block(body), "}"]
            case tree.Leave(how):
                return [f"{how};"]
            case tree.Try(body, name, handler, finalizer):
                lines = ["try {", *self.block(body)]
                if handler is not None:
                    lines += [f"}} catch ({name}) {{", *self.block(handler)]
                if finalizer is not None:
                    lines += ["} finally {", *self.block(finalizer)]
                return [*lines, "}"]
            case tree.On(event, callback, once):
                guarded = self.callback(callback, "if (spent()) return;")
                return [f"process.{'once' if once else 'on'}({event!r}, {guarded});"]
            case tree.Exit(code):
                return [f"process.exit({code});"]
            case tree.ExitCode(code):
                return [f"process.exitCode = {code};"]
            case _:
                raise TypeError(node)

    def put(self, slot: str | None, call: str) -> str:
        return f"{slot} = {call};" if slot else f"{call};"

    def task(
        self, callback: tree.Callback, argument: tree.Expression | None, delay: int | None = None
    ) -> str:
        parts = [self.callback(callback)]
        if delay is not None:
            parts.append(str(delay))
        if argument is not None:
            parts.append(self.expression(argument))
        return ", ".join(parts)

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
                return json.dumps(value).replace('"', "'")
            case tree.Fault(name):
                return f"new Error({name!r})"
            case tree.Local(name) | tree.Slot(name):
                return name
            case tree.Resolve(kind, value):
                return f"{kind}.resolve({write(value)})"
            case tree.Reject(kind, reason):
                return f"{kind}.reject({write(reason)})"
            case tree.New(kind, executor):
                return f"new {kind}({self.callback(executor)})"
            case tree.Thenable(label, then, False, _):
                return f"new Thenable({label!r}, {self.callback(then)})"
            case tree.Thenable(label, then, True, fails):
                flag = "true" if fails else "false"
                return f"new Getter({label!r}, {self.callback(then)}, {flag})"
            case tree.Then(target, fulfilled, rejected):
                handlers = [self.handler(fulfilled)]
                if rejected is not None:
                    handlers.append(self.handler(rejected))
                return f"{self.target(target)}.then({', '.join(handlers)})"
            case tree.Catch(target, rejected):
                return f"{self.target(target)}.catch({self.handler(rejected)})"
            case tree.Finally(target, callback):
                return f"{self.target(target)}.finally({self.handler(callback)})"
            case tree.Feed(label, items, fails, asynchronous):
                kind = "AsyncFeed" if asynchronous else "Feed"
                flag = "true" if fails else "false"
                return f"new {kind}({label!r}, {self.list(items)}, {flag})"
            case tree.List(items):
                return self.list(items)
            case tree.Combine(kind, how, items):
                return f"{kind}.{how}({write(items)})"
            case tree.Call(function, argument):
                return f"{function}({write(argument)})"
            case tree.Start(body):
                return "\n".join(["(async () => {", *self.block(body), "})()"])
            case tree.Advance(slot, how, value):
                return f"{slot}?.{how}({write(value)})"
            case tree.Awaited(value):
                return f"(await {write(value)})"
            case _:
                raise TypeError(node)
