"""`console`, formatted as Node's `util.inspect` and `util.format` do.

`inspect.inspect` and `format.format_values` are the two functions behind it; `shape.View` is what
the runtime's own objects give to say how they print (see its docstring).
"""

from __future__ import annotations

from .output import Console, console

__all__ = ["Console", "console"]
