"""Arrays, objects, Maps, Sets and Buffers."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from .entries import attributes, elements, fields, is_map, stored, type_name
from .numbers import format_number
from .shape import Items, Literally, Prop, Shape, prefix_of

if TYPE_CHECKING:
    from .inspect import Inspector

__all__ = [
    "array_shape",
    "buffer_shape",
    "dict_shape",
    "items_shape",
    "keys_shape",
    "machine_array_shape",
    "record",
    "set_shape",
    "values_shape",
]

_BUFFER_BYTES = 50  # Node's buffer.INSPECT_MAX_BYTES

# Containers. The base classes' own methods read what is stored: a subclass cannot make printing
# run its code, just as Node reads an array's slots and not its overridden iterator.


def array_shape(value: Any, inspector: Inspector) -> Shape:
    """Take a list or tuple apart: an array, `[ 1, 2 ]`; a named tuple is an object."""
    kind = type(value)
    if issubclass(kind, tuple):
        names = fields(kind)
        if names is not None:
            pairs = zip(names, elements(value), strict=False)
            return record(kind.__name__, [Prop(name, item) for name, item in pairs])
        length = tuple.__len__(value)
    else:
        length = list.__len__(value) if issubclass(kind, list) else len(value)
    name = type_name(value)
    opening = "[" if name == "Array" else prefix_of(name, size=length) + "["
    shape = Shape(name, opening + "]", opening, "]", props=attributes(value), columns=True)
    if length:
        limit = _limit(inspector, length)
        # Whether entries are aligned as numbers depends on one more entry than is shown.
        first = list(islice(elements(value), limit + 1))
        shape.items = _entries(first[:limit], length)
        shape.numeric = lambda count: length >= count and all(map(_is_number, first[:count]))
    if inspector.options.show_hidden:
        shape.props.insert(0, Prop("length", length, hidden=True))
    return shape


def record(name: str, props: list[Prop]) -> Shape:
    """Give the shape of an object: `name { key: value }`, or without a name `{ key: value }`."""
    prefix = prefix_of(name) if name else ""
    return Shape(name or "Object", f"{prefix}{{}}", prefix + "{", props=props)


def _is_number(value: object) -> bool:
    return type(value) is int or type(value) is float


def _limit(inspector: Inspector, length: int) -> int:
    return int(min(max(inspector.options.max_array_length, 0), length))


def _remark(shown: int, length: int) -> list[str]:
    remaining = length - shown
    return [f"... {remaining} more item{'s' if remaining > 1 else ''}"] if remaining > 0 else []


def _entries(shown: list[Any], length: int) -> Items:
    def items(inspector: Inspector, level: int) -> list[str]:
        output = [inspector.nested(entry, level) for entry in shown]
        return output + _remark(len(shown), length)

    return items


def dict_shape(value: dict[Any, Any], inspector: Inspector) -> Shape:
    """Take a dict apart: an object if all its keys are str, else a Map."""
    kind = type(value)
    name = "" if kind is dict else kind.__name__
    if is_map(value):
        return _map(value, name, inspector)
    props = [Prop(str.__str__(key), item) for key, item in list(dict.items(value))]
    return record(name, props + attributes(value))


def _map(value: dict[Any, Any], name: str, inspector: Inspector) -> Shape:
    size = dict.__len__(value)
    shown = list(islice(dict.items(value), _limit(inspector, size)))

    def items(inspector: Inspector, level: int) -> list[str]:
        output = [
            f"{inspector.nested(stored(key), level)} => {inspector.nested(item, level)}"
            for key, item in shown
        ]
        return output + _remark(len(shown), size)

    prefix = prefix_of(name or "Map", "Map", size)
    label = prefix_of(name or "Map", "Map").rstrip()
    return Shape(label, "", prefix + "{", items=items, props=attributes(value))


def set_shape(value: Any, inspector: Inspector) -> Shape:
    """Take a set or frozenset apart: `Set(1) { 1 }`."""
    name = type_name(value)
    size = frozenset.__len__(value) if isinstance(value, frozenset) else set.__len__(value)
    entries = frozenset.__iter__(value) if isinstance(value, frozenset) else set.__iter__(value)
    prefix = prefix_of(name, "Set", size)
    label = prefix_of(name, "Set").rstrip()
    shape = Shape(label, f"{prefix}{{}}", prefix + "{", props=attributes(value))
    if size:
        shown = [stored(entry) for entry in islice(entries, _limit(inspector, size))]
        shape.items = _entries(shown, size)
    return shape


def keys_shape(value: Any, inspector: Inspector) -> Shape:
    """Show the keys of a dict as a Map's: `[Map Iterator] { 'a' }`."""
    return values_shape([stored(key) for key in value], inspector)


def values_shape(value: Any, inspector: Inspector) -> Shape:
    """Show the values of a dict as a Map's."""
    size = len(value)
    shown = list(islice(value, _limit(inspector, size)))
    return Shape("Object", "[Map Iterator] {  }", "[Map Iterator] {", items=_entries(shown, size))


def items_shape(value: Any, inspector: Inspector) -> Shape:
    """Show the items of a dict as a Map's: `[Map Entries] { [ 'a', 1 ] }`."""
    size = len(value)
    shown = list(islice(value, _limit(inspector, size)))

    def items(inspector: Inspector, level: int) -> list[str]:
        output = []
        inspector.indentation += 2
        for pair in shown:
            texts = [inspector.value(part, level) for part in pair]
            output.append(inspector.join(texts, Shape("", "", "[", "]"), level))
        inspector.indentation -= 2
        return output + _remark(len(shown), size)

    return Shape("Object", "", "[Map Entries] {", items=items)


# Bytes


def buffer_shape(value: Any, inspector: Inspector) -> Shape | str:
    """Show bytes: `<Buffer 68 69>`, or for `console.dir` the array behind it."""
    data = bytes(value) if not isinstance(value, memoryview) else value.tobytes()
    if not inspector.options.custom_inspect:
        return _typed_array("Buffer", "Uint8Array", list(data), 1, inspector)
    text = data[:_BUFFER_BYTES].hex(" ")
    if (remaining := len(data) - _BUFFER_BYTES) > 0:
        text += f" ... {remaining} more byte{'s' if remaining > 1 else ''}"
    return f"<Buffer {text}>"


def machine_array_shape(value: Any, inspector: Inspector) -> Shape | str:
    """Take an `array.array` apart: `Uint8Array(2) [ 1, 2 ]`; one of characters prints itself."""
    if value.typecode in "uw":
        return repr(value)
    if value.typecode in "fd":
        kind = f"Float{8 * value.itemsize}Array"
    else:
        big = "Big" if value.itemsize == 8 else ""
        sign = "Uint" if value.typecode.isupper() else "Int"
        kind = f"{big}{sign}{8 * value.itemsize}Array"
    return _typed_array(kind, kind, value, value.itemsize, inspector)


def _typed_array(name: str, kind: str, value: Any, item_size: int, inspector: Inspector) -> Shape:
    length = len(value)
    big = kind.startswith("Big")
    shown = value[: _limit(inspector, length)]
    opening = prefix_of(name, kind, length) + "["

    def items(inspector: Inspector, level: int) -> list[str]:
        style = "bigint" if big else "number"
        texts = (f"{entry}n" if big else format_number(entry) for entry in shown)
        return [inspector.style(text, style) for text in texts] + _remark(len(shown), length)

    shape = Shape(prefix_of(name, kind).rstrip(), opening + "]", opening, "]", columns=True)
    shape.numeric = lambda count: length >= count
    if length:
        shape.items = items
    if inspector.options.show_hidden:
        size = item_size * length
        buffer = Literally(f"ArrayBuffer {{ byteLength: {size} }}")
        facts = {
            "BYTES_PER_ELEMENT": item_size,
            "length": length,
            "byteLength": size,
            "byteOffset": 0,
            "buffer": buffer,
        }
        shape.props = [Prop(key, fact, hidden=True) for key, fact in facts.items()]
    return shape
