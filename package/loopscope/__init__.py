"""loopscope: the JavaScript concurrency model as a real runtime for Python.

`run(program)` runs a program as `node` would; `record(program)` keeps its every step. The names
here are spelled as Python spells them; `loopscope.js` has them as JavaScript does.

A docstring names what a call raises. Besides, each raises TypeError for an argument of a wrong type
and OverflowError for a number that is too large, what the arguments themselves raise, and, if it
needs a running program, RuntimeError outside of one and after its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._core import (
    Promise,
    async_function,
    block,
    clear_immediate,
    clear_interval,
    clear_timeout,
    for_await,
    queue_microtask,
    set_immediate,
    set_interval,
    set_timeout,
)
from ._version import __version__
from .console import console
from .errors import AggregateError, Thrown
from .events import CustomEvent, Event, EventTarget
from .null import null
from .performance import performance
from .process import process

if TYPE_CHECKING:
    from .live_runtime import drain, live
    from .runtime import Recording, Runtime, record, run, trace

__all__ = [
    "AggregateError",
    "CustomEvent",
    "Event",
    "EventTarget",
    "Promise",
    "Recording",
    "Runtime",
    "Thrown",
    "__version__",
    "async_function",
    "block",
    "clear_immediate",
    "clear_interval",
    "clear_timeout",
    "console",
    "drain",
    "for_await",
    "live",
    "null",
    "performance",
    "process",
    "queue_microtask",
    "record",
    "run",
    "set_immediate",
    "set_interval",
    "set_timeout",
    "trace",
]

# What runs programs loads Python's compiler tools, which programs themselves do not need.
_LATER = {
    **dict.fromkeys(("Recording", "Runtime", "record", "run", "trace"), "runtime"),
    **dict.fromkeys(("drain", "live"), "live_runtime"),
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(f".{_LATER[name]}", __name__), name)
    return value


def load_ipython_extension(ipython: Any) -> None:
    """Add `%%loop` to a notebook: what `%load_ext loopscope` calls."""
    from .jupyter import load

    load(ipython)


def unload_ipython_extension(ipython: Any) -> None:
    """Take `%%loop` away again: what `%unload_ext loopscope` calls."""
    from .jupyter import unload

    unload(ipython)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
