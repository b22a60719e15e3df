"""Watching a folder: with watchfiles where it is installed, else by looking at it now and then.

Some file systems (network drives, a Windows folder under WSL) report no changes; looking works
everywhere.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

__all__ = ["can_notify", "watch"]

INTERVAL: Final = 0.3
"""Seconds between two looks."""


def can_notify() -> bool:
    """Tell whether the operating system can be asked to report changes."""
    return find_spec("watchfiles") is not None


def watch(
    folder: Path, changed: Callable[[Path], None], stop: threading.Event, *, poll: bool
) -> None:
    """Call `changed` with each file of a folder that is saved, until `stop` is set.

    `poll`: look now and then, instead of being told.
    """
    for path in _looking(folder, stop) if poll or not can_notify() else _told(folder, stop):
        changed(path)


def _told(folder: Path, stop: threading.Event) -> Iterator[Path]:
    from watchfiles import watch as changes

    for batch in changes(folder, stop_event=stop, debounce=100, step=50, rust_timeout=200):
        yield from sorted({Path(path) for _, path in batch if path.endswith(".py")})


def _looking(folder: Path, stop: threading.Event) -> Iterator[Path]:
    known = _look(folder)
    while not stop.wait(INTERVAL):
        now = _look(folder)
        yield from sorted(path for path in now if now[path] != known.get(path))
        known = now


def _look(folder: Path) -> dict[Path, tuple[int, int]]:
    found = {}
    for path in folder.rglob("*.py"):
        try:
            status = path.stat()
        except OSError:
            continue  # it has just been removed
        found[path] = status.st_mtime_ns, status.st_size
    return found
