"""Functions and classes."""

from __future__ import annotations

import functools
import sys
from types import FunctionType, MethodType
from typing import Any

from ..null import null
from .objects import accessor_text, own_props
from .shape import Prop, Shape, View

__all__ = ["class_shape", "function_shape", "is_function", "source_text"]

# Flags of a code object (Include/cpython/code.h; `inspect.CO_*`, whose import is dear).
_GENERATOR = 0x20
_COROUTINE = 0x80
_ASYNC_GENERATOR = 0x200

_MAX_WRAPPERS = 100


def is_function(value: object) -> bool:
    """Tell whether a value that is not a class is a function: callable, and with a name."""
    return callable(value) and (
        isinstance(getattr(value, "__name__", None), str) or isinstance(value, functools.partial)
    )


def _python_function(value: object) -> FunctionType | None:
    # A method is its function; a wrapper made in C (@async_function, lru_cache) is what it wraps.
    for _ in range(_MAX_WRAPPERS):
        if isinstance(value, FunctionType):
            return value
        value = getattr(value, "__func__", None) or getattr(value, "__wrapped__", None)
    return None


def _kind(value: object) -> str:
    function = _python_function(value)
    flags = function.__code__.co_flags if function else 0
    if flags & _ASYNC_GENERATOR:
        return "AsyncGeneratorFunction"
    if flags & _COROUTINE:
        return "AsyncFunction"
    return "GeneratorFunction" if flags & _GENERATOR else "Function"


def _name(value: Any) -> str:
    if isinstance(value, functools.partial):
        return f"bound {_name(value.func) if is_function(value.func) else ''}"
    name: str = value.__name__
    return "" if name == "<lambda>" else name


def _length(value: object) -> int:
    # JavaScript's `length`: the parameters before the first one with a default.
    function = _python_function(value)
    if function is None:
        return 0
    myself = isinstance(value, MethodType) or "." in _inner_name(function)
    count = function.__code__.co_argcount - len(function.__defaults__ or ())
    return max(count - myself, 0)


def function_shape(value: object, *, hidden: bool) -> Shape:
    """Take a function apart: `[Function: f]`, and the attributes that it was given."""
    kind, name = _kind(value), _name(value)
    base = f"[{kind}: {name}]" if name else f"[{kind} (anonymous)]"
    # A builtin's attributes, and those that functools leaves on its wrappers, are nobody's data.
    native = _is_standard(type(value)) and not isinstance(value, FunctionType)
    props = [] if native else own_props(value)
    if hidden:
        props = _hidden_of_function(value, kind, name) + props
    return Shape(kind, base, base=base, props=props)


def _hidden_of_function(value: object, kind: str, name: str) -> list[Prop]:
    props = [Prop("length", _length(value), hidden=True), Prop("name", name, hidden=True)]
    tag = Prop("Symbol(Symbol.toStringTag)", kind, hidden=True)
    if kind == "AsyncFunction":
        return [*props, tag]
    if kind != "Function":
        made = kind.removesuffix("Function")
        prototype = View(f"Object [{made}]", {f"[{tag.key}]": made})
        return [*props, Prop("prototype", Preview(prototype), hidden=True), tag]
    # Like JavaScript's arrows, methods and natives, only a plain `def` could be a constructor.
    if isinstance(value, FunctionType) and name and "." not in _inner_name(value):
        nothing = [Prop("arguments", null, hidden=True), Prop("caller", null, hidden=True)]
        prototype = View("", {"[constructor]": value})
        props += [*nothing, Prop("prototype", Preview(prototype), hidden=True)]
    return props


def _inner_name(value: FunctionType) -> str:
    return value.__qualname__.rpartition("<locals>.")[2]


class Preview:
    """An object that exists only in print: what a function's hidden properties hold."""

    __slots__ = ("_view",)

    def __init__(self, view: View) -> None:
        self._view = view

    def __loopscope_inspect__(self) -> View:
        """Give the view."""
        return self._view


def class_shape(value: type, *, native: bool, hidden: bool) -> Shape:
    """Take a class apart: `[class B extends A]`, and its static data.

    A native one is a function, as JavaScript's constructors were before it had classes.
    """
    if native:
        base = f"[Function: {value.__name__}]"
        return Shape("Function", base, base=base)
    base = f"[class {value.__name__}"
    parent = next(
        (b for b in value.__bases__ if b is not object and b.__module__ != "typing"), None
    )
    base += f" extends {parent.__name__}]" if parent else "]"
    props = _static_data(value)
    if hidden:
        props = _hidden_of_class(value) + props
    return Shape("Function", base, base=base, props=props)


def _static_data(cls: type) -> list[Prop]:
    if _is_standard(cls) or hasattr(cls, "__members__"):
        return []  # a native class, or an Enum, whose members are its values
    # What a dataclass keeps on the class are the defaults of its fields.
    fields = getattr(cls, "__dataclass_fields__", ())
    return [
        Prop(name, item)
        for name, item in vars(cls).items()
        if not name.startswith("_")
        and name not in fields
        and not callable(item)
        and not hasattr(type(item), "__get__")
    ]


def _is_standard(cls: type) -> bool:
    return cls.__module__.partition(".")[0] in sys.stdlib_module_names


def _hidden_of_class(cls: type) -> list[Prop]:
    prototype: dict[str, Any] = {"[constructor]": cls}
    for name, item in vars(cls).items():
        if name.startswith("_"):
            continue
        if isinstance(item, FunctionType):
            prototype[f"[{name}]"] = item
        elif isinstance(item, property):
            prototype[f"[{name}]"] = accessor_text(item)
    init = cls.__dict__.get("__init__")
    return [
        Prop("length", _length(init), hidden=True),
        Prop("name", cls.__name__, hidden=True),
        Prop("prototype", Preview(View("", prototype)), hidden=True),
    ]


def source_text(value: Any) -> str:
    """Give what JavaScript's `String(f)` gives: the source, where Python still has it."""
    import inspect
    import textwrap

    try:
        return textwrap.dedent(inspect.getsource(value)).rstrip("\n")
    except (OSError, TypeError):
        return f"function {_name(value)}() {{ [native code] }}"
