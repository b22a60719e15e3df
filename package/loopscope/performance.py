"""`performance`: the run's clock (https://www.w3.org/TR/hr-time-3/)."""

from __future__ import annotations

from typing import Final

from . import _core

__all__ = ["Performance", "performance"]


class Performance:
    """The type of `performance`."""

    __slots__ = ()

    def now(self) -> float:
        """Return the milliseconds since the run began, on its clock, real or virtual.

        RuntimeError outside of a run.
        """
        return _core.now()


performance: Final = Performance()
"""The clock of the running program."""
