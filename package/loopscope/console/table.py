"""`console.table`: rows and columns drawn as Node draws them (internal/cli_table)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..null import null
from .callables import is_function
from .entries import is_array, is_map, own_entries, stored
from .inspect import inspect
from .options import Options
from .text import display_width

__all__ = ["is_tabular", "table"]

_INDEX = "(index)"
_ITERATION_INDEX = "(iteration index)"
_KEY = "Key"
_VALUES = "Values"

_CELL = Options(depth=0, max_array_length=3, break_length=math.inf)

Column = dict[int, str]
"""The cells of a column by row; a row without a cell stays empty."""


def is_tabular(data: object) -> bool:
    """Tell whether data has rows: `console.table` logs anything else."""
    return not (_is_primitive(data) or isinstance(data, type) or is_function(data))


def _is_primitive(value: object) -> bool:
    return value is None or value is null or isinstance(value, (str, int, float))


def table(data: Any, columns: Sequence[str] | None = None) -> str:
    """Draw data as a table, with the given columns or all that its rows have. May run Python."""
    if isinstance(data, dict) and is_map(data):
        return _pairs(list(data.items()))
    if isinstance(data, type({}.items())):
        return _pairs(list(data))
    if isinstance(data, (set, frozenset, type({}.keys()), type({}.values()))):
        keys = not isinstance(data, type({}.values()))
        values = [_cell(stored(value) if keys else value) for value in data]
        return _draw([_ITERATION_INDEX, _VALUES], [_numbered(values), _numbered(values, values)])
    return _rows(own_entries(data), columns)


def _pairs(pairs: list[tuple[Any, Any]]) -> str:
    keys = [_cell(stored(key)) for key, _ in pairs]
    values = [_cell(value) for _, value in pairs]
    cells = [_numbered(keys), _numbered(keys, keys), _numbered(values, values)]
    return _draw([_ITERATION_INDEX, _KEY, _VALUES], cells)


def _numbered(rows: list[str], cells: list[str] | None = None) -> Column:
    return {row: str(row) if cells is None else cells[row] for row in range(len(rows))}


def _cell(value: Any) -> str:
    # Node opens small objects only: more than two properties would make a wide cell.
    large = is_tabular(value) and not is_array(value) and len(own_entries(value)) > 2
    return inspect(value, _CELL._replace(depth=-1) if large else _CELL)


def _rows(items: dict[str, Any], wanted: Sequence[str] | None) -> str:
    columns: dict[str, Column] = {}
    values: Column = {}
    for row, item in enumerate(items.values()):
        primitive = _is_primitive(item)
        if primitive and wanted is None:
            values[row] = _cell(item)
            continue
        entries = {} if primitive else own_entries(item)
        for key in entries if wanted is None else wanted:
            cell = _cell(entries[key]) if key in entries else ""
            columns.setdefault(key, {})[row] = cell

    # The columns are keys of a JavaScript object: indices first, in order, then names.
    names = sorted(columns, key=lambda key: int(key) if _is_index(key) else math.inf)
    heads = [_INDEX, *names]
    cells = [dict(enumerate(items)), *(columns[name] for name in names)]
    if values:
        heads.append(_VALUES)
        cells.append(values)
    return _draw(heads, cells)


def _is_index(key: str) -> bool:
    return key.isascii() and key.isdigit() and str(int(key)) == key and int(key) < 2**32 - 1


def _draw(heads: list[str], columns: list[Column]) -> str:
    count = max(max(column, default=-1) + 1 for column in columns)
    rows = [[column.get(row, "") for column in columns] for row in range(count)]
    widths = [max(map(display_width, cells)) for cells in zip(heads, *rows, strict=True)]
    rules = ["─" * (width + 2) for width in widths]
    lines = [
        f"┌{'┬'.join(rules)}┐",
        _line(heads, widths),
        f"├{'┼'.join(rules)}┤",
        *(_line(row, widths) for row in rows),
        f"└{'┴'.join(rules)}┘",
    ]
    return "\n".join(lines)


def _line(cells: list[str], widths: list[int]) -> str:
    padded = (
        cell + " " * (width - display_width(cell))
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"│ {' │ '.join(padded)} │"
