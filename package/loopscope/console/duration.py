"""Durations as `console.time` prints them."""

from __future__ import annotations

from .numbers import number_text, to_fixed

__all__ = ["duration_text"]

_SECOND = 1000.0
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE


def duration_text(ms: float) -> str:
    """Write a duration in milliseconds: `5ms`, `1.500s`, `2:05.250 (m:ss.mmm)`."""
    if ms < _SECOND:
        return f"{number_text(float(to_fixed(ms, 3)))}ms"
    if ms < _MINUTE:
        return f"{to_fixed(ms / _SECOND, 3)}s"
    hours, rest = divmod(ms, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    seconds = to_fixed(rest / _SECOND, 3).rjust(6, "0")
    if hours:
        return f"{int(hours)}:{int(minutes):02}:{seconds} (h:mm:ss.mmm)"
    return f"{int(minutes)}:{seconds} (m:ss.mmm)"
