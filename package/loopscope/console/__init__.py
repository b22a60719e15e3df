"""`console`, formatted as Node's `util.inspect` and `util.format` do.

`inspect` and `format_values` are the two functions behind it; `View` is what the runtime's own
objects give to say how they print (see its docstring).
"""

from __future__ import annotations

from .format import format_values
from .inspect import inspect
from .options import Options
from .output import Console, console
from .shape import View

__all__ = ["Console", "Options", "View", "console", "format_values", "inspect"]
