"""What a caller may ask of the inspector."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

__all__ = ["Options", "read_options"]


class Options(NamedTuple):
    """The options of Node's `util.inspect` that the console keeps, with Node's defaults.

    `depth` is how many levels below the first are opened; `max_array_length` and
    `max_string_length` count items and UTF-16 units; `break_length` is in columns.
    """

    depth: float = 2
    colors: bool = False
    custom_inspect: bool = True
    show_hidden: bool = False
    max_array_length: float = 100
    max_string_length: float = 10_000
    break_length: float = 80


def _snake(name: str) -> str:
    return re.sub("[A-Z]", lambda match: "_" + match[0].lower(), name)


_LIMITS = {"depth", "max_array_length", "max_string_length", "break_length"}


def read_options(base: Options, given: Mapping[str, Any]) -> Options:
    """Read options in either spelling (`maxArrayLength`, `max_array_length`).

    As in Node, a limit of null is no limit, and options that the inspector does not know are
    ignored. Raises TypeError when a limit is not a number.
    """
    known: dict[str, Any] = {}
    for key, value in given.items():
        name = _snake(key)
        if name not in Options._fields:
            continue
        if name not in _LIMITS:
            known[name] = bool(value)
        elif isinstance(value, (int, float)):
            known[name] = value
        elif value is None or repr(value) == "null":
            known[name] = math.inf
        else:
            raise TypeError(f"option {key!r} must be a number, not {type(value).__name__}")
    return base._replace(**known)
