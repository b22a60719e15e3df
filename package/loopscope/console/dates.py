"""Dates: Python's datetime and date as JavaScript's Date, a moment in UTC.

The module `datetime` is imported only when a value of it is met.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime

__all__ = ["is_date", "iso_text", "local_text", "timestamp"]


def is_date(value: object) -> bool:
    """Tell whether a value is a datetime or a date."""
    return any(
        base.__module__ == "datetime" and base.__qualname__ == "date"
        for base in type(value).__mro__
    )


def _moment(value: datetime.date) -> datetime.datetime:
    # A datetime without a zone is local time, as everywhere in Python; a date alone is midnight
    # UTC, as for `new Date("2020-01-02")`.
    import datetime

    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC)
    return datetime.datetime.combine(value, datetime.time(), datetime.UTC)


def iso_text(value: datetime.date) -> str:
    """Give `date.toISOString()`; at the edges of Python's calendar, the repr."""
    try:
        moment = _moment(value)
    except (OverflowError, ValueError, OSError):
        return repr(value)  # no such moment in UTC
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def timestamp(value: datetime.date) -> int:
    """Give `date.getTime()`, in milliseconds since 1970."""
    import datetime

    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    return (_moment(value) - epoch) // datetime.timedelta(milliseconds=1)


def local_text(value: datetime.date) -> str:
    """Give `String(date)`, with the short name of the time zone: Python knows no long ones."""
    return _moment(value).astimezone().strftime("%a %b %d %Y %H:%M:%S GMT%z (%Z)")
