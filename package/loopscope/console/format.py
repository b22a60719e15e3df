"""Format strings: what `console.log("%s is %d", name, age)` prints (Node's `util.format`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..null import null
from .callables import is_function
from .coerce import describes_itself, parse_float, parse_int, to_json, to_number, to_string
from .entries import type_name
from .inspect import DEFAULTS, error_message, inspect
from .numbers import format_number, is_bigint
from .options import Options

__all__ = ["format_values", "guarded"]

_SPECIFIER = re.compile("%(.)", re.DOTALL)


def format_values(values: tuple[Any, ...], options: Options = DEFAULTS) -> str:
    """Format the arguments of a console call as one text. May run Python.

    A first argument that is a string takes the values for its specifiers `%s %d %i %f %j %o %O
    %c`; what is left over follows, separated by spaces.
    """
    rest = iter(values)
    parts: list[str] = []
    if values and isinstance(values[0], str):
        first = next(rest)
        if len(values) == 1:
            return str(first)
        text, used = _substitute(first, values[1:], options)
        parts.append(text)
        rest = iter(values[1 + used :])
    parts += [str(value) if _is_text(value) else inspect(value, options) for value in rest]
    return " ".join(parts)


def _is_text(value: object) -> bool:
    # A member of a string Enum is an object that has a name.
    return isinstance(value, str) and not hasattr(type(value), "__members__")


def _substitute(text: str, values: tuple[Any, ...], options: Options) -> tuple[str, int]:
    used = 0

    def put(match: re.Match[str]) -> str:
        nonlocal used
        letter = match[1]
        if letter == "%":
            return "%"
        specifier = _SPECIFIERS.get(letter)
        if specifier is None or used == len(values):
            return match[0]
        used += 1
        return specifier(values[used - 1], options)

    return _SPECIFIER.sub(put, text), used


def _string(value: Any, options: Options) -> str:
    if _is_number(value):
        return format_number(value)
    if describes_itself(value) or _is_primitive(value):
        return str(guarded(to_string, value))
    return inspect(value, options._replace(depth=0, colors=False))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_primitive(value: object) -> bool:
    # With the functions, which `%s` prints by their source, and Buffer, which has a toString.
    return (
        value is None
        or value is null
        or isinstance(value, (str, bool, type, bytes, bytearray, memoryview))
        or is_function(value)
    )


def guarded(convert: Callable[[Any], Any], value: Any) -> Any:
    """Convert a value; a `__str__` or `__float__` that raises is told and does not escape."""
    try:
        return convert(value)
    except Exception as error:
        return f"[{type_name(value)}: <Inspection threw ({error_message(error)})>]"


def _number(convert: Callable[[Any], float]) -> Callable[[Any, Options], str]:
    def specifier(value: Any, options: Options) -> str:
        if isinstance(value, int) and is_bigint(value) and convert is not parse_float:
            return format_number(value)
        number = guarded(convert, value)
        return number if isinstance(number, str) else format_number(number)

    return specifier


_SPECIFIERS: dict[str, Callable[[Any, Options], str]] = {
    "s": _string,
    "d": _number(to_number),
    "i": _number(parse_int),
    "f": _number(parse_float),
    "j": lambda value, options: to_json(value),
    "O": inspect,
    "o": lambda value, options: inspect(value, options._replace(show_hidden=True, depth=4)),
    "c": lambda value, options: "",
}
