"""What badinput.py calls: everything public, and for each of its arguments what there is to give.

A target is a function, a constructor, a method on one object, or an attribute to read, set or
delete. `tests/test_badinput.py` sees that no public name is without one.
"""

from __future__ import annotations

import builtins
import inspect
import itertools
import re
from importlib import import_module

import hostile
import loopscope
from loopscope.learn import model
from tables import MODULES, public_names, takes_long

# What takes Python's own objects apart.
LEFT_OUT = {"__class__", "__dict__", "__weakref__", "__init_subclass__", "__subclasshook__"}
LEFT_OUT |= {"__del__", "__getattribute__", "__dir__", "__sizeof__", "__module__", "__doc__"}
LEFT_OUT |= {"__annotations__", "__dataclass_fields__", "__dataclass_params__", "__slots__"}
LEFT_OUT |= {"__abstractmethods__", "__orig_bases__", "__final__", "__parameters__"}
OURS = ("loopscope", "_core")
OF_OBJECT = ("__init__", "__reduce_ex__", "__repr__", "__str__", "__eq__", "__hash__", "__copy__")
SHARED = ("console", "process", "performance", "null", "recording", "old", "settled")

# They raise what their program left uncaught.
RUN_PROGRAMS = (".run", "runtime.run", "runtime.Runtime.run", "_core.Loop.run")
PROTOCOL = {
    **{name: {StopIteration, StopAsyncIteration} for name in ("__next__", "send", "throw")},
    **{name: {AttributeError} for name in ("__setattr__", "__delattr__")},
    "__getitem__": {IndexError, ValueError},
}
# What else a call is given while one of its arguments is hostile, by the parameter's name.
USUAL = {
    **dict.fromkeys(("k", "delay", "ms", "count", "occurrence", "offered", "start", "steps"), "1"),
    **dict.fromkeys(("promises", "iterable", "errors", "prediction", "excs", "lines"), "[1]"),
    **dict.fromkeys(("events", "trace"), "recording.trace"),
    **dict.fromkeys(("type", "event", "text", "label", "id", "message", "first"), "'x'"),
    **dict.fromkeys(("recording", "printed"), "recording"),
    **dict.fromkeys(("path", "name"), "'file'"),
    "loop": "other_loop()",
    "stream": "'stdout'",
    "language": "'en'",
    "value": "1",
    "error": "KeyboardInterrupt",
    "globals": "{}",
    "names": "('x',)",
    "body": "generator()",
    "arguments": "[]",
    "self": "pending()",
}


class Target:
    """Something to call: its name, what it is called on, its parameters, what it may raise.

    `this`: the source of what it is called on; None: nothing. `is_open`: `this` is an argument.
    """

    def __init__(self, name, function, parameters, this=None, may=(), *, is_open=False):
        self.name = name
        self.function = function
        self.parameters = parameters
        self.this = this
        self.may = frozenset(may) | PROTOCOL.get(name.split(" ")[0].rpartition(".")[2], set())
        self.runs_programs = name.split(" ")[0] in RUN_PROGRAMS
        self.is_open = is_open

    def cases(self):
        """Give (argument, calls): each of its arguments in turn as each of the values."""
        values = [*hostile.VALUES, *hostile.THINGS]
        yield "none", [self.call([])]
        if self.is_open:
            yield "self", [self.call([value, *self.required()], on=None) for value in values]
        placed, named = self.parameters
        for at, name in enumerate(placed):
            before = [usual(each) for each, _ in placed[:at]]
            after = [usual(each) for each, needed in placed[at + 1 :] if needed]
            calls = [self.call([*before, value, *after]) for value in values]
            yield f"{at + 1}, {name[0]}", calls
        if len(placed) > 1:
            yield "all", [self.call([value] * len(placed)) for value in values]
        for name in named:
            given = self.required()
            yield name, [self.call(given, {name: value}) for value in values]

    def required(self):
        return [usual(name) for name, needed in self.parameters[0] if needed]

    def call(self, arguments, keywords=(), on=...):
        """Write a call as source text."""
        this = self.this if on is ... else on
        first = [] if this is None else [this]
        named = [f"**{{{name!r}: {keywords[name]}}}" for name in keywords]
        return f"call({', '.join([repr(self.name), *first, *arguments, *named])})"


def usual(name):
    return USUAL.get(name, "nothing")


def parameters_of(function, *, skip=0):
    """Find ([(name, whether it is required), ...], [name, ...]): by place, and by name alone."""
    try:
        found = list(inspect.signature(function).parameters.values())[skip:]
    except (TypeError, ValueError):
        return [("?", False), ("?", False)], ["x"]
    placed, named = [], []
    for each in found:
        if each.kind is each.VAR_POSITIONAL:
            placed += [(each.name, False)] * 2
        elif each.kind is each.KEYWORD_ONLY:
            named.append(each.name)
        elif each.kind is each.VAR_KEYWORD:
            named.append("x")
        else:
            placed.append((each.name, each.default is each.empty))
            if each.kind is each.POSITIONAL_OR_KEYWORD and not inspect.isfunction(function):
                named.append(each.name)  # C code reads it in another way
    return placed, named


def documented(*things):
    """Find the exceptions that docstrings name."""
    found = set()
    for thing in things:
        for name in re.findall(r"\b[A-Z]\w+\b", inspect.getdoc(thing) or ""):
            places = (builtins, loopscope.errors, model)
            kind = next((vars(place)[name] for place in places if name in vars(place)), None)
            if isinstance(kind, type) and issubclass(kind, BaseException):
                found.add(kind)
    return found


def of_modules():
    for name in MODULES:
        module = import_module(f"loopscope.{name}".strip("."))
        for attribute in public_names(module):
            value = getattr(module, attribute)
            if callable(value):
                yield Target(
                    f"{name}.{attribute}", value, parameters_of(value), None, documented(value)
                )


def is_ours(cls):
    return cls.__module__.split(".")[0] in OURS


def of_things():
    """Give those of the types of what there is in a run, so inside of one."""
    for number, source in enumerate(hostile.THINGS):
        cls = type(eval(source, hostile.NAMES))
        here = f"{name_of(cls)}" if is_ours(cls) else f"{cls.__name__}"
        yield Target(f"new {here}", cls, parameters_of(cls), None, documented(cls))
        for attribute in dir(cls):
            owner = next((base for base in cls.__mro__ if attribute in vars(base)), None)
            known = owner is not None and (is_ours(owner) or attribute in OF_OBJECT)
            if known and attribute not in LEFT_OUT and not is_private(attribute):
                yield from of_attribute(cls, owner, attribute, source, number)


def name_of(cls):
    """Name a class so that its namesakes differ: _core.Event is not events.Event."""
    module = cls.__module__.removeprefix("loopscope").strip(".")
    is_of_c = not (module or inspect.isfunction(cls.__init__))
    return f"{'_core' if is_of_c else module}.{cls.__name__}"


def is_private(name):
    return name.startswith("_") and not name.startswith("__")


def of_attribute(cls, owner, attribute, this, number):
    name = f"{name_of(cls)}.{attribute}"
    value = vars(owner)[attribute]
    if attribute in ("__init__", "__new__") and inspect.isfunction(getattr(owner, attribute)):
        return  # "new" is what calls it
    may = documented(value, owner)
    on = f" on {this}"
    if isinstance(value, (classmethod, staticmethod, type(dict.__dict__["fromkeys"]))):
        function = getattr(cls, attribute)
        yield Target(name, function, parameters_of(function), None, may)
    elif callable(value):
        skip = 1 if inspect.isroutine(value) else 0
        found = parameters_of(value, skip=skip)

        def method(this, *arguments, **keywords):
            return getattr(this, attribute)(*arguments, **keywords)

        yield Target(name + on, method, found, this, may)
        if not inspect.isfunction(value):  # its descriptor has to look what it is called on
            yield Target(f"{name} of any", value, found, this, may, is_open=True)
    else:
        may |= {AttributeError}
        yield Target(f"get {name}{on}", lambda this: getattr(this, attribute), ([], []), this, may)
        if not this.startswith(SHARED):
            to = ([("to", True)], [])
            yield Target(
                f"set {name}{on}", lambda this, to: setattr(this, attribute, to), to, this, may
            )
            yield Target(
                f"del {name}{on}", lambda this: delattr(this, attribute), ([], []), this, may
            )


def find(*, everything):
    """Give all targets by their names. Runs inside of a run, as most things exist only there."""
    found = {}
    for target in itertools.chain(of_modules(), of_things()):
        name = target.name.split(" on ")[0].split(" of ")[0]
        if everything or not takes_long(name):
            found.setdefault(target.name, target)
    return found
