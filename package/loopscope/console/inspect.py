"""Node's `util.inspect` for Python values.

`Inspector.value` decides between text that is complete (numbers, strings, what prints itself) and
a `Shape`, which it lays out; `describe` in `describe.py` knows the kinds of values. Depth, cycles,
indentation and line breaking are kept here. The judge is Node 20's `internal/util/inspect`.
"""

from __future__ import annotations

import re
from typing import Any

from ..null import null
from . import layout
from .describe import custom_text, describe
from .entries import type_name
from .numbers import format_number, is_bigint
from .options import Options
from .shape import Literally, Prop, Shape, View, prefix_of
from .text import cut_units, escape_key, quote, unit_length

__all__ = ["DEFAULTS", "Inspector", "error_message", "inspect"]

_IDENTIFIER = re.compile("[a-zA-Z_][a-zA-Z_0-9]*")
_LINE = re.compile("[^\n]*\n|[^\n]+")
_SHORT_LINE = 16  # strings up to this length are never split at their newlines
_MUCH = 2**27  # characters of one level after which nothing more is opened

_STYLES = {
    "special": (36, 39),
    "number": (33, 39),
    "bigint": (33, 39),
    "boolean": (33, 39),
    "undefined": (90, 39),
    "null": (1, 22),
    "string": (32, 39),
    "symbol": (32, 39),
    "date": (35, 39),
    "regexp": (31, 39),
}

DEFAULTS = Options()


def inspect(value: object, options: Options = DEFAULTS) -> str:
    """Format one value as Node's `util.inspect` formats the corresponding JavaScript value."""
    return Inspector(options).value(value, 0)


class Inspector:
    """One inspection: the options, and where in the value it is."""

    __slots__ = ("_circular", "_level", "_seen", "_written", "depth", "indentation", "options")

    def __init__(self, options: Options) -> None:
        self.options = options
        self.depth = options.depth
        self.indentation = 0
        self._level = 0  # the innermost level reached by the current part
        self._seen: list[object] = []  # the values being formatted, outermost first
        self._circular: list[object] = []  # the values found within themselves, as numbered
        self._written: dict[int, int] = {}  # characters written at each indentation

    def style(self, text: str, style: str) -> str:
        """Colour a text, if colours are wanted."""
        if not self.options.colors or not style:
            return text
        on, off = _STYLES[style]
        return f"\x1b[{on}m{text}\x1b[{off}m"

    def value(self, value: Any, level: int) -> str:
        """Format a value that lies `level` levels below the outermost. May run Python."""
        kind = type(value)
        if kind is str:
            return self._string(value)
        if kind is int or kind is float:
            big = kind is int and is_bigint(value)
            return self.style(format_number(value), "bigint" if big else "number")
        if value is None:
            return self.style("undefined", "undefined")
        if kind is bool:
            return self.style("true" if value else "false", "boolean")
        if value is null:
            return self.style("null", "null")
        if kind is Literally:
            return self.style(value, "special")
        return self._guarded(value, level)

    def nested(self, value: Any, level: int) -> str:
        """Format a value two columns further in. May run Python."""
        self.indentation += 2
        text = self.value(value, level)
        self.indentation -= 2
        return text

    def indent(self, text: str) -> str:
        """Indent the later lines of a text that knows nothing of its surroundings."""
        return text.replace("\n", "\n" + " " * self.indentation) if self.indentation else text

    # What a value prints must never end the program that prints it: an attribute or a __repr__
    # that raises is shown as such, as Node shows a getter that throws.
    def _guarded(self, value: Any, level: int) -> str:
        indentation, seen = self.indentation, len(self._seen)
        try:
            return self._object(value, level)
        except RecursionError:
            trouble = "Inspection interrupted prematurely. Maximum call stack size exceeded."
        except Exception as error:
            trouble = f"<Inspection threw ({error_message(error)})>"
        self.indentation = indentation
        del self._seen[seen:]
        return self.style(f"[{type_name(value)}: {trouble}]", "special")

    def _object(self, value: Any, level: int) -> str:
        if any(value is outer for outer in self._seen):
            if not self._number(value):
                self._circular.append(value)
            return self.style(f"[Circular *{self._number(value)}]", "special")
        hook = getattr(type(value), "__loopscope_inspect__", None)
        if hook is not None:
            view = hook(value)
            if isinstance(view, str):
                return self.indent(view)
            return self._view(value, View(*view), level)
        if self.options.custom_inspect:
            text = custom_text(value)
            if text is not None:
                return self.indent(text)
        shape = describe(value, self)
        return shape if isinstance(shape, str) else self._shape(value, shape, level)

    def _string(self, text: str) -> str:
        trailer = ""
        limit = self.options.max_string_length
        if (length := unit_length(text)) > limit:
            remaining = int(length - limit)
            text = cut_units(text, max(int(limit), 0))
            trailer = f"... {remaining} more character{'s' if remaining > 1 else ''}"
            length = int(limit)
        if (
            length > _SHORT_LINE
            and length > self.options.break_length - self.indentation - 4
            and "\n" in text
        ):
            parts = [self.style(quote(line), "string") for line in _LINE.findall(text)]
            return f" +\n{' ' * (self.indentation + 2)}".join(parts) + trailer
        return self.style(quote(text), "string") + trailer

    def _view(self, value: object, view: View, level: int) -> str:
        if view.mode == "event":
            if level > self.depth:
                return view.name
            inner = Inspector(self.options._replace(depth=self.depth - 1))
            body = inner.value(dict(view.props), 0)
            return self.indent(f"{view.name} {body}")
        prefix = prefix_of(view.name) if view.name else ""
        shape = Shape(
            view.name or "Object",
            f"{prefix}{{}}",
            prefix + "{",
            props=[_view_prop(key, item) for key, item in view.props.items()],
        )
        if view.mode == "timer":
            inner = Inspector(self.options._replace(depth=0))
            return self.indent(inner._shape(value, shape, 0))
        return self._shape(value, shape, level)

    def _shape(self, value: object, shape: Shape, level: int) -> str:
        if not shape.props and shape.items is None:
            return shape.empty
        if level > self.depth:
            return self.style(f"[{shape.name}]", "special")
        level += 1
        self._seen.append(value)
        self._level = level
        output = shape.items(self, level) if shape.items else []
        output += [self._prop(prop, level) for prop in shape.props]
        self._seen.pop()

        if number := self._number(value):
            reference = self.style(f"<ref *{number}>", "special")
            shape.base = f"{reference} {shape.base}" if shape.base else reference
        text = self.join(output, shape, level)
        written = self._written.get(self.indentation, 0) + len(text)
        self._written[self.indentation] = written
        if written > _MUCH:
            self.depth = -1
        return text

    def _number(self, value: object) -> int:
        return next((n for n, other in enumerate(self._circular, 1) if other is value), 0)

    def _prop(self, prop: Prop, level: int) -> str:
        text = self.nested(prop.value, level)
        key = prop.key
        if prop.hidden:
            name = f"[{escape_key(key)}]"
        elif key == "__proto__":
            name = "['__proto__']"
        elif _IDENTIFIER.fullmatch(key):
            name = key
        else:
            name = self.style(quote(key), "string")
        return f"{name}: {text}"

    def join(self, output: list[str], shape: Shape, level: int) -> str:
        """Put the entries of one value together: on one line, in columns, or one a line."""
        entries = len(output)
        options = self.options
        if shape.columns and entries > 6:
            output = layout.columns(
                output,
                has_remark=options.max_array_length < entries,
                numeric=lambda: shape.numeric is None or shape.numeric(entries),
                indentation=self.indentation,
                limit=options.break_length,
                colors=options.colors,
            )
        base, opening, closing = shape.base, shape.opening, shape.closing
        start = len(output) + self.indentation + unit_length(opening) + unit_length(base) + 10
        if base:
            opening = f"{base} {opening}"
        # Entries share the line of their value when they fit and are not too many levels deep;
        # what was grouped into columns keeps its lines.
        if (
            self._level - level < layout.COMPACT
            and entries == len(output)
            and "\n" not in base
            and layout.fits_on_one_line(output, start, options.break_length, colors=options.colors)
        ):
            line = ", ".join(output)
            if "\n" not in line:
                return f"{opening} {line} {closing}"
        return layout.lines(output, self.indentation, opening, closing)


def _view_prop(key: str, value: object) -> Prop:
    if key.startswith("[") and key.endswith("]"):
        return Prop(key[1:-1], value, hidden=True)
    return Prop(key, value)


def error_message(error: Exception) -> str:
    """Give an exception's message, even if its own `__str__` raises."""
    try:
        return str(error)
    except Exception:
        return type(error).__name__
