"""What is in a value for JavaScript: its name, its elements, its own enumerable properties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from . import objects
from .shape import Prop, View

__all__ = [
    "attributes",
    "elements",
    "fields",
    "is_array",
    "is_map",
    "own_entries",
    "stored",
    "type_name",
]

_JAVASCRIPT_NAMES: dict[type, str] = {
    list: "Array",
    tuple: "Array",
    dict: "Object",
    set: "Set",
    frozenset: "Set",
}

_ARRAYS = {("array", "array"), ("collections", "deque")}


def type_name(value: object) -> str:
    """Name what a value is for JavaScript: `Array` for a list, else its class."""
    kind = type(value)
    return _JAVASCRIPT_NAMES.get(kind) or kind.__name__


def attributes(value: object) -> list[Prop]:
    """Give the attributes of a container: only a subclass of a built-in one can have any."""
    return [] if type(value) in _JAVASCRIPT_NAMES else objects.own_props(value)


def own_entries(value: Any) -> dict[str, Any]:
    """Give the properties that `Object.keys(value)` lists, with their values. May run Python."""
    kind = type(value)
    hook = getattr(kind, "__loopscope_inspect__", None)
    if hook is not None:
        view = hook(value)
        props = {} if isinstance(view, str) else dict(View(*view).props)
        return {key: item for key, item in props.items() if not key.startswith("[")}
    if issubclass(kind, tuple) and (names := fields(kind)) is not None:
        return dict(zip(names, elements(value), strict=False))
    if is_array(value):
        return {str(index): entry for index, entry in enumerate(elements(value))}
    own = {prop.key: prop.value for prop in attributes(value)}
    return own if not issubclass(kind, dict) or is_map(value) else dict(dict.items(value)) | own


def elements(value: Any) -> Iterator[Any]:
    """Give what an array holds: as it is stored, whatever its class makes of iteration."""
    if isinstance(value, list):
        return list.__iter__(value)
    return tuple.__iter__(value) if isinstance(value, tuple) else iter(value)


def is_array(value: object) -> bool:
    """Tell whether a value is an Array, a Buffer or a typed array for JavaScript."""
    kind = type(value)
    if issubclass(kind, tuple):
        return fields(kind) is None
    return issubclass(kind, (list, bytes, bytearray, memoryview)) or any(
        (base.__module__, base.__qualname__) in _ARRAYS for base in kind.__mro__
    )


def fields(kind: type[tuple[Any, ...]]) -> Iterable[str] | None:
    """Give the fields of a tuple that is an object: a named tuple, or an `os.stat_result`."""
    names: Iterable[str] | None = getattr(kind, "_fields", None)
    if names is None and hasattr(kind, "n_sequence_fields"):
        names = vars(kind)["__match_args__"]
    return names


def is_map(value: dict[Any, Any]) -> bool:
    """Tell whether a dict is a Map: an object's keys are strings."""
    return not all(isinstance(key, str) for key in dict.keys(value))


def stored(key: Any) -> Any:
    """Give a key as Maps and Sets keep it: -0 as 0."""
    return 0 if type(key) is float and key == 0 else key
