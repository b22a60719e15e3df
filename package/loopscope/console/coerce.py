"""JavaScript's conversions: `String`, `Number`, `parseInt`, `parseFloat`, `JSON.stringify`."""

from __future__ import annotations

import enum
import math
import re
from types import FunctionType
from typing import Any

from ..null import null
from . import objects
from .callables import is_function, source_text
from .dates import is_date, iso_text, local_text, timestamp
from .describe import promise_state, regexp_text
from .entries import elements, is_map, own_entries
from .numbers import is_bigint, number_text
from .text import join_surrogates

__all__ = ["describes_itself", "parse_float", "parse_int", "to_json", "to_number", "to_string"]

# What JavaScript trims: its WhiteSpace and LineTerminator, which are not quite Python's.
_SPACE = (
    "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_DECIMAL = re.compile(r"[+-]?(?:Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_PREFIXED = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
_INTEGER = re.compile(r"([+-]?)(?:0[xX]([0-9a-fA-F]+)|([0-9]+))")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def describes_itself(value: object) -> bool:
    """Tell whether `String(value)` runs a `__str__` that the value's class wrote in Python."""
    method = type(value).__str__
    return type(method) is FunctionType and not str(method.__module__).startswith("loopscope")


def to_string(value: Any) -> str:
    """Give `String(value)` (ECMA-262 7.1.17). May run Python."""
    return _string_of(value, [])


def _string_of(value: Any, outer: list[Any]) -> str:
    if value is None:
        return "undefined"
    if isinstance(value, bool):
        return "true" if value else "false"
    if describes_itself(value) or isinstance(value, (enum.Enum, str)):
        return str(value)
    if isinstance(value, (int, float)):
        return number_text(value)
    if value is null:
        return "null"
    if isinstance(value, (list, tuple)):
        if any(value is other for other in outer):
            return ""
        inner = [*outer, value]
        return ",".join(
            "" if entry is None or entry is null else _string_of(entry, inner)
            for entry in elements(value)
        )
    if isinstance(value, type) or is_function(value):
        return source_text(value)
    return _string_of_object(value)


def _string_of_object(value: Any) -> str:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, dict):
        return "[object Map]" if is_map(value) else "[object Object]"
    if isinstance(value, (set, frozenset)):
        return "[object Set]"
    if isinstance(value, re.Pattern):
        return regexp_text(value)
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {value}".removesuffix(": ")
    if promise_state(value) is not None:
        return "[object Promise]"
    if is_date(value):
        return local_text(value)
    generic = objects.instance(value, custom=True, hidden=False)
    return generic if isinstance(generic, str) else "[object Object]"


def to_number(value: Any) -> float:
    """Give `Number(value)` (ECMA-262 7.1.4); an int stays one. May run Python."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return value
    if value is None or value is null:
        return math.nan if value is None else 0
    if not isinstance(value, (str, list, tuple)):
        if is_date(value):
            return timestamp(value)
        if hasattr(type(value), "__float__"):  # Decimal, Fraction, NumPy's scalars
            return float(value)
    text = to_string(value).strip(_SPACE)
    if not text:
        return 0
    if _PREFIXED.fullmatch(text):
        return _as_double(int(text, 0))
    return _decimal(text) if _DECIMAL.fullmatch(text) else math.nan


def _decimal(text: str) -> float:
    return float(text)  # Python reads "Infinity" and every JavaScript decimal too


def _as_double(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def parse_int(value: object) -> float:
    """Give `parseInt(value)` (ECMA-262 19.2.5). May run Python."""
    match = _INTEGER.match(to_string(value).lstrip(_SPACE))
    if match is None:
        return math.nan
    sign, hexadecimal, decimal = match.groups()
    number = _as_double(int(hexadecimal, 16)) if hexadecimal else float(decimal)
    return -number if sign == "-" else number


def parse_float(value: object) -> float:
    """Give `parseFloat(value)` (ECMA-262 19.2.4). May run Python."""
    match = _DECIMAL.match(to_string(value).lstrip(_SPACE))
    return _decimal(match[0]) if match else math.nan


class _CycleError(Exception):
    """The value contains itself, and JSON has no way to say so."""


def to_json(value: object) -> str:
    """Give what `%j` prints: `JSON.stringify(value)` (ECMA-262 25.5.2). May run Python.

    Raises TypeError for a BigInt, as JavaScript does.
    """
    try:
        text = _json(value, [])
    except _CycleError:
        return "[Circular]"
    return "undefined" if text is None else text


def _json(value: Any, outer: list[Any]) -> str | None:
    if value is null:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _json_string(value)
    if isinstance(value, (int, float)):
        if isinstance(value, int) and is_bigint(value):
            raise TypeError("Do not know how to serialize a BigInt")
        return number_text(value) if math.isfinite(value) else "null"
    if value is None or isinstance(value, type) or is_function(value):
        return None
    if any(value is other for other in outer):
        raise _CycleError
    inner = [*outer, value]
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return f"[{','.join(_json(entry, inner) or 'null' for entry in elements(value))}]"
    if is_date(value):
        return _json_string(iso_text(value))
    members = [
        f"{_json_string(key)}:{text}"
        for key, item in _json_members(value)
        if (text := _json(item, inner)) is not None
    ]
    return f"{{{','.join(members)}}}"


def _json_members(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return [("type", "Buffer"), ("data", list(bytes(value)))]
    return list(own_entries(value).items())


def _json_string(text: str) -> str:
    import json

    plain = json.dumps(join_surrogates(text), ensure_ascii=False)
    return _LONE_SURROGATE.sub(lambda match: f"\\u{ord(match[0]):x}", plain)
