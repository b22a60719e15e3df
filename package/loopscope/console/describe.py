"""The kinds of values, and the shape of each.

A value is of the kind of the nearest class in its type's `__mro__` that has one. Subclasses print
their own name and, in brackets, what they are, as in Node: `Q(1) [Map] { 1 => 2 }`.
"""

from __future__ import annotations

import enum
import re
import sys
from collections.abc import Callable
from types import AsyncGeneratorType, CoroutineType, GeneratorType, ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from . import containers, objects
from .callables import class_shape, function_shape, is_function
from .dates import iso_text
from .shape import Prop, Shape, prefix_of

if TYPE_CHECKING:
    from .inspect import Inspector

__all__ = ["custom_text", "describe", "promise_state", "regexp_text"]

_CORE = "loopscope._core"

Describer = Callable[[Any, "Inspector"], "Shape | str"]


def describe(value: object, inspector: Inspector) -> Shape | str:
    """Take a value that is no primitive apart, or give its complete text. May run Python."""
    kind = type(value)
    if issubclass(kind, enum.Enum):
        return _enum_member(value, inspector)
    if issubclass(kind, type):
        native = value is _promise_class()
        hidden = inspector.options.show_hidden
        return _styled(class_shape(value, native=native, hidden=hidden), inspector)  # type: ignore[arg-type]
    if (state := promise_state(value)) is not None:
        return _promise(value, state)
    for base in kind.__mro__:
        describer = _KINDS.get(base) or _KINDS_BY_NAME.get((base.__module__, base.__qualname__))
        if describer is not None:
            return describer(value, inspector)
    if is_function(value):
        return _styled(function_shape(value, hidden=inspector.options.show_hidden), inspector)
    if hasattr(kind, "__next__"):
        return f"Object [{_ITERATORS.get(kind.__name__, kind.__name__)}] {{}}"
    options = inspector.options
    shape = objects.instance(value, custom=options.custom_inspect, hidden=options.show_hidden)
    return inspector.indent(shape) if isinstance(shape, str) else shape


def custom_text(value: object) -> str | None:
    """Give how an object of a user's class prints itself, or None. Runs Python."""
    return objects.custom_text(value) if type(value) not in _KINDS else None


def _styled(shape: Shape, inspector: Inspector) -> Shape:
    shape.empty = inspector.style(shape.empty, "special")
    return shape


# Promises


def promise_state(value: object) -> tuple[str, Any] | None:
    """Give the state ("pending", "fulfilled", "rejected") and result of a promise, else None.

    While the C module is not loaded, nothing can be one of its promises.
    """
    promise = _promise_class()
    if promise is None or not issubclass(type(value), promise):
        return None
    state: tuple[str, Any] = sys.modules[_CORE].promise_state(value)
    return state


def _promise_class() -> type | None:
    return getattr(sys.modules.get(_CORE), "Promise", None)


def _promise(value: object, settled: tuple[str, Any]) -> Shape:
    state, result = settled

    def items(inspector: Inspector, level: int) -> list[str]:
        if state == "pending":
            return [inspector.style("<pending>", "special")]
        text = inspector.nested(result, level)
        if state == "rejected":
            return [f"{inspector.style('<rejected>', 'special')} {text}"]
        return [text]

    prefix = prefix_of(type(value).__name__, "Promise")
    props = objects.own_props(value)
    return Shape(prefix.rstrip(), "", prefix + "{", items=items, props=props)


# Values that print as one piece


def _date(value: Any, inspector: Inspector) -> str:
    return inspector.style(iso_text(value), "date")


def regexp_text(value: re.Pattern[Any]) -> str:
    """Write a pattern as a JavaScript literal, with the flags that both languages know."""
    pattern = value.pattern
    source = pattern.decode("latin-1") if isinstance(pattern, bytes) else str(pattern)
    flags = "".join(
        letter
        for letter, flag in (("i", re.IGNORECASE), ("m", re.MULTILINE), ("s", re.DOTALL))
        if value.flags & flag
    )
    # A slash would end the literal, except within a class and where it is escaped already.
    parts, in_class = [], False
    for part in re.findall(r"\\.|.", source, re.DOTALL):
        in_class = part == "[" or (in_class and part != "]")
        parts.append(_IN_LITERAL.get(part, part) if not (in_class and part == "/") else part)
    return f"/{''.join(parts) or '(?:)'}/{flags}"


_IN_LITERAL = {"/": "\\/", "\n": "\\n", "\r": "\\r", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def _regexp(value: re.Pattern[Any], inspector: Inspector) -> Shape | str:
    text = regexp_text(value)
    if not inspector.options.show_hidden:
        return inspector.style(text, "regexp")
    return Shape("RegExp", text, base=text, props=[Prop("lastIndex", 0, hidden=True)])


def _enum_member(value: Any, inspector: Inspector) -> str:
    # JavaScript has no enums: printed like the other values that have a name.
    name = value.name or str(value.value)
    return inspector.style(f"[{type(value).__name__}: {name}]", "special")


def _string(value: str, inspector: Inspector) -> str:
    return inspector.value(str.__str__(value), 0)


def _integer(value: int, inspector: Inspector) -> str:
    return inspector.value(int.__int__(value), 0)


def _floating(value: float, inspector: Inspector) -> str:
    return inspector.value(float.__float__(value), 0)


def _numpy_scalar(value: Any, inspector: Inspector) -> str:
    item = value.item()
    return inspector.value(item, 0) if type(item) is not type(value) else repr(value)


def _namespace(value: SimpleNamespace, inspector: Inspector) -> Shape:
    # Python's nearest thing to an object literal: only a subclass tells its name.
    name = "" if type(value) is SimpleNamespace else type(value).__name__
    return containers.record(name, objects.own_props(value))


def _module(value: ModuleType, inspector: Inspector) -> str:
    return f"Object [{value.__name__}] {{}}"


def _error(value: BaseException, inspector: Inspector) -> Shape:
    return objects.error(
        value, indentation=inspector.indentation, hidden=inspector.options.show_hidden
    )


def _generator(name: str) -> Describer:
    return lambda value, inspector: f"Object [{name}] {{}}"


_KINDS: dict[type, Describer] = {
    str: _string,
    int: _integer,
    float: _floating,
    list: containers.array_shape,
    tuple: containers.array_shape,
    dict: containers.dict_shape,
    set: containers.set_shape,
    frozenset: containers.set_shape,
    bytes: containers.buffer_shape,
    bytearray: containers.buffer_shape,
    memoryview: containers.buffer_shape,
    type({}.keys()): containers.keys_shape,
    type({}.values()): containers.values_shape,
    type({}.items()): containers.items_shape,
    BaseException: _error,
    re.Pattern: _regexp,
    SimpleNamespace: _namespace,
    ModuleType: _module,
    GeneratorType: _generator("Generator"),
    AsyncGeneratorType: _generator("AsyncGenerator"),
    CoroutineType: _generator("Coroutine"),
}

# By name, so that a program which never imports them does not wait for it here.
_KINDS_BY_NAME: dict[tuple[str, str], Describer] = {
    ("array", "array"): containers.machine_array_shape,
    ("collections", "deque"): containers.array_shape,
    ("datetime", "date"): _date,
    ("numpy", "generic"): _numpy_scalar,
}

_ITERATORS = {
    "list_iterator": "Array Iterator",
    "tuple_iterator": "Array Iterator",
    "set_iterator": "Set Iterator",
    "dict_keyiterator": "Map Iterator",
    "dict_valueiterator": "Map Iterator",
    "dict_itemiterator": "Map Iterator",
    "str_ascii_iterator": "String Iterator",
    "str_iterator": "String Iterator",
}
