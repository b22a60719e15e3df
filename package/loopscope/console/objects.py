"""Objects by their attributes: instances of classes, and errors."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from types import FunctionType
from typing import Any

from .shape import Literally, Prop, Shape, prefix_of

__all__ = ["custom_text", "error", "has_generated_repr", "instance", "own_props", "prints_itself"]


def own_props(value: object) -> list[Prop]:
    """Give the public attributes of an object: its slots, base classes first, then its dict.

    A leading underscore is Python's `#private`: such names are left out. Properties live on the
    class, as JavaScript's getters live on the prototype, and are not shown either.
    """
    props: dict[str, Any] = {}
    for name in _slots(type(value)):
        try:
            props[name] = object.__getattribute__(value, name)
        except AttributeError:
            continue  # a slot that was never filled
    try:
        attributes = object.__getattribute__(value, "__dict__")
    except AttributeError:
        attributes = {}
    for name, item in list(attributes.items()):
        if isinstance(name, str) and not name.startswith("_"):
            props[name] = item
    return [Prop(name, item) for name, item in props.items()]


def _slots(cls: type) -> Iterator[str]:
    for base in reversed(cls.__mro__):
        slots: str | Iterable[str] = vars(base).get("__slots__", ())
        for name in [slots] if isinstance(slots, str) else slots:
            if not name.startswith("_"):
                yield name


def has_generated_repr(cls: type) -> bool:
    """Tell whether a class prints the way that `@dataclass` wrote for it."""
    return hasattr(cls, "__dataclass_fields__") and hasattr(cls.__repr__, "__wrapped__")


def prints_itself(cls: type) -> bool:
    """Tell whether a user's class says in Python how it prints.

    `__repr__` then counts as JavaScript's `[util.inspect.custom]`. The standard library's own
    are left out, because most of its kinds (OrderedDict, Counter, Enum) print as Node's do.
    """
    method = cls.__repr__
    if type(method) is not FunctionType or has_generated_repr(cls):
        return False
    room = str(method.__module__).partition(".")[0]
    return room != "loopscope" and room not in sys.stdlib_module_names


def custom_text(value: object) -> str | None:
    """Give how an object of a user's class prints itself, or None. Runs Python."""
    return repr(value) if prints_itself(type(value)) else None


def instance(value: object, *, custom: bool, hidden: bool) -> Shape | str:
    """Take an object of no special kind apart: `A { x: 1 }`.

    With `custom` false even a class that prints itself is taken apart, as `console.dir` does.
    """
    cls = type(value)
    method = cls.__repr__
    plain = method is object.__repr__ or has_generated_repr(cls)
    ours = type(method) is FunctionType and str(method.__module__).startswith("loopscope")
    if not (plain or ours or (not custom and prints_itself(cls))):
        return repr(value)
    name = "Object" if cls is object else cls.__name__
    prefix = "" if cls is object else prefix_of(name)
    props = own_props(value)
    if hidden:
        props += accessors(cls)
    return Shape(name, f"{prefix}{{}}", prefix + "{", props=props)


def accessors(cls: type) -> list[Prop]:
    """Give the properties that a class defines, as Node lists getters when hidden ones show."""
    found: dict[str, Prop] = {}
    for base in cls.__mro__[:3]:
        for name, attribute in vars(base).items():
            if isinstance(attribute, property) and not name.startswith("_"):
                found.setdefault(name, Prop(name, accessor_text(attribute), hidden=True))
    return list(found.values())


def accessor_text(attribute: property) -> Literally:
    """Name a property after the methods that it has."""
    if attribute.fget is None:
        return Literally("[Setter]")
    return Literally("[Getter]" if attribute.fset is None else "[Getter/Setter]")


def error(value: BaseException, *, indentation: int, hidden: bool) -> Shape:
    """Take an exception apart as Node does an error whose stack was removed: `[Name: message]`.

    The name is Python's own class name, or the attribute `name` if the exception was given one.
    `__cause__` is the error's `cause`; the members of an exception group are its `errors`.
    """
    own = {prop.key: prop.value for prop in own_props(value)}
    group = isinstance(value, BaseExceptionGroup)
    message = value.message if isinstance(value, BaseExceptionGroup) else str(value)
    name = own.get("name")
    name = name if isinstance(name, str) else type(value).__name__
    text = ": ".join(part for part in (name, message) if part)

    # What the text tells already is not told twice.
    for key in ("name", "message"):
        if not hidden and key in own and str(own[key]) in text:
            del own[key]

    props = [Prop("message", message, hidden=True)] if hidden and message else []
    members = own.pop("errors", None) if group else None
    props += [Prop(key, item) for key, item in own.items()]
    if value.__cause__ is not None and "cause" not in own:
        props.append(Prop("cause", value.__cause__, hidden=True))
    if isinstance(value, BaseExceptionGroup):
        if members is None:
            members = getattr(value, "errors", value.exceptions)
        props.append(Prop("errors", members, hidden=True))

    base = f"[{_with_class(text, name, type(value).__name__)}]"
    base = base.replace("\n", "\n" + " " * indentation)
    return Shape(type(value).__name__, base, base=base, props=props)


def _with_class(text: str, name: str, cls: str) -> str:
    # An error that was renamed XError keeps telling its class.
    if not name.endswith("Error") or name == cls:
        return text
    if name in cls:
        return cls + text[len(name) :]
    return f"{cls} [{name}]{text[len(name) :]}"
