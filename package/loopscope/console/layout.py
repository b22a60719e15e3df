"""How the entries of a value share lines: on one, in columns, or each on its own.

These are the rules of Node's `util.inspect` with its default `compact: 3`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from .text import display_width, strip_colors, unit_length

__all__ = ["COMPACT", "columns", "fits_on_one_line", "lines"]

COMPACT = 3
"""The innermost levels that may share one line."""

_MAX_COLUMNS = COMPACT * 4
_BETWEEN = 2  # the comma and the space between two entries


def fits_on_one_line(output: list[str], start: int, limit: float, *, colors: bool) -> bool:
    """Tell whether entries and their commas stay within `limit` units after `start`."""
    total = len(output) + start
    if total + len(output) > limit:
        return False
    for entry in output:
        total += unit_length(strip_colors(entry) if colors else entry)
        if total > limit:
            return False
    return True


def lines(output: list[str], indentation: int, opening: str, closing: str) -> str:
    """Put each entry on a line of its own, two columns further in."""
    margin = "\n" + " " * indentation
    return f"{opening}{margin}  {f',{margin}  '.join(output)}{margin}{closing}"


def columns(
    output: list[str],
    *,
    has_remark: bool,
    numeric: Callable[[], bool],
    indentation: int,
    limit: float,
    colors: bool,
) -> list[str]:
    """Group the entries of a long array into aligned columns, when they are alike enough.

    `has_remark` says that the last entry is "... n more items", which keeps a line of its own;
    `numeric` says whether all entries are numbers, which are aligned to the right.
    """
    entries = output[:-1] if has_remark else output
    widths = [display_width(entry, strip=colors) for entry in entries]
    widest = max(widths, default=0) + _BETWEEN
    total = sum(widths) + _BETWEEN * len(widths)
    # One entry longer than a fifth of all others together would tear large gaps.
    alike = total / widest > 5 or widest - _BETWEEN <= 6
    if not (widest * 3 + indentation < limit and alike):
        return output

    # Aim at a square: a character is about 2.5 times as high as wide. Entries that are short
    # on average get more columns.
    bias = math.sqrt(widest - total / len(output))
    biased = max(widest - 3 - bias, 1)
    count = int(
        min(
            math.floor(math.sqrt(2.5 * biased * len(entries)) / biased + 0.5),
            limit if math.isinf(limit) else (limit - indentation) // widest,
            _MAX_COLUMNS,
        )
    )
    if count <= 1:
        return output

    column_widths = [max(widths[column::count], default=0) for column in range(count)]
    to_right = numeric()
    rows = [
        _row(entries[first : first + count], widths[first:], column_widths, to_right)
        for first in range(0, len(entries), count)
    ]
    return rows + output[-1:] if has_remark else rows


def _row(cells: list[str], widths: list[int], column_widths: list[int], to_right: bool) -> str:
    *first, final = [
        (" " * (room - width), cell)
        for cell, width, room in zip(cells, widths, column_widths, strict=False)
    ]
    if to_right:
        return "".join(f"{gap}{cell}, " for gap, cell in first) + "".join(final)
    return "".join(f"{cell}, {gap}" for gap, cell in first) + final[1]
