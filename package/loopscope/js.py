"""The names of the package under their JavaScript spellings: `from loopscope.js import *`.

They are the same objects; programs that are to be recognised line for line beside their JavaScript
twins use these. `Promise`, `console` and the others have both spellings of their methods anyway.
"""

from __future__ import annotations

from ._core import Promise, block
from ._core import clear_immediate as clearImmediate
from ._core import clear_interval as clearInterval
from ._core import clear_timeout as clearTimeout
from ._core import queue_microtask as queueMicrotask
from ._core import set_immediate as setImmediate
from ._core import set_interval as setInterval
from ._core import set_timeout as setTimeout
from .console import console
from .errors import AggregateError, Thrown
from .events import CustomEvent, Event, EventTarget
from .null import null
from .performance import performance
from .process import process

__all__ = [
    "AggregateError",
    "CustomEvent",
    "Event",
    "EventTarget",
    "Promise",
    "Thrown",
    "block",
    "clearImmediate",
    "clearInterval",
    "clearTimeout",
    "console",
    "null",
    "performance",
    "process",
    "queueMicrotask",
    "setImmediate",
    "setInterval",
    "setTimeout",
    "undefined",
]

undefined = None
"""JavaScript's `undefined` is Python's None."""
