"""What the inspector needs to know of a value before it can lay it out, and how objects say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from .inspect import Inspector

__all__ = ["Literally", "Prop", "Shape", "View", "prefix_of"]


class View(NamedTuple):
    """What `__loopscope_inspect__` gives: how Node prints the object.

    An object of the runtime whose Python attributes are not its JavaScript properties defines
    `__loopscope_inspect__(self)` and returns one of

    * `(name, props)`, or this class: prints `name { key: value, ... }`, and with the empty name
      a plain object. A key in brackets (`"[Symbol(refed)]"`, `"[cause]"`) is printed as it is.
    * a str: printed literally, like the string of a JavaScript `[util.inspect.custom]` method.

    `mode` is the manner in which Node's own class prints itself: `"inline"` for an ordinary
    object, `"event"` for Event, EventTarget, AbortSignal and their like (the properties are
    inspected by themselves, one level less deep, and the name is put in front), `"timer"` for
    Timeout and Immediate (their objects are never opened). An ordinary tuple is `"inline"`.
    """

    name: str
    props: Mapping[str, Any]
    mode: Literal["inline", "event", "timer"] = "inline"


class Prop(NamedTuple):
    """A property of a value; a hidden one (not enumerable) prints its key in brackets."""

    key: str
    value: Any
    hidden: bool = False


class Literally(str):
    """Text to print as it is where a value is expected: `[Getter]`, `<pending>`."""

    __slots__ = ()


Items = Callable[["Inspector", int], list[str]]


class Shape:
    """A value taken apart.

    `name` stands in brackets when the value lies too deep; `base` goes before the opening brace
    (`[Function: f]`); `items` formats what is not a property: elements, entries, a promise's
    state. A value with neither items nor properties prints as `empty`. The entries of one with
    `columns` may be grouped; `numeric(count)` tells whether the first `count` are numbers.
    """

    __slots__ = (
        "base",
        "closing",
        "columns",
        "empty",
        "items",
        "name",
        "numeric",
        "opening",
        "props",
    )

    def __init__(
        self,
        name: str,
        empty: str,
        opening: str = "{",
        closing: str = "}",
        *,
        base: str = "",
        items: Items | None = None,
        props: list[Prop] | None = None,
        columns: bool = False,
    ) -> None:
        self.name = name
        self.empty = empty
        self.opening = opening
        self.closing = closing
        self.base = base
        self.items = items
        self.props = props or []
        self.columns = columns
        self.numeric: Callable[[int], bool] | None = None


def prefix_of(name: str, tag: str = "", size: int | None = None) -> str:
    """Give the words before a brace: the class, its size, and in brackets what it really is."""
    count = "" if size is None else f"({size})"
    return f"{name}{count} [{tag}] " if tag and tag != name else f"{name}{count} "
