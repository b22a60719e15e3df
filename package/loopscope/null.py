"""The value `null`: JavaScript has two values for nothing, and Python's None is `undefined`."""

from __future__ import annotations

from typing import Final, Literal, final

__all__ = ["Null", "null"]


@final
class Null:
    """The type of `null`, a singleton that is false and equal only to itself (ECMA-262 6.1.2)."""

    __slots__ = ()

    def __new__(cls) -> Null:
        """Give the one `null` there is."""
        return null

    def __init_subclass__(cls) -> None:
        raise TypeError("type 'Null' cannot be subclassed: null is a single value")

    def __repr__(self) -> str:
        return "null"

    def __bool__(self) -> Literal[False]:
        return False

    def __reduce__(self) -> str:
        # A string names the module's global: pickle and copy give back the singleton itself.
        return "null"


# Null.__new__ hands out this name, so the instance itself is made below that door.
null: Final = object.__new__(Null)
"""JavaScript's `null`. Falsy; `is null` is the test for it."""
