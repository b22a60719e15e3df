"""A limit of time for what the main thread does."""

from __future__ import annotations

import _thread
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["time_limit"]


@contextmanager
def time_limit(seconds: float) -> Iterator[threading.Event]:
    """Interrupt the main thread, as Ctrl-C would, if the body has not ended after `seconds`.

    The event is set if that has happened. Once the body has ended, nothing is interrupted.
    """
    is_over = threading.Event()
    has_ended = threading.Lock()

    def interrupt() -> None:
        if has_ended.acquire(blocking=False):
            is_over.set()
            _thread.interrupt_main()

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield is_over
    finally:
        timer.cancel()
        has_ended.acquire(blocking=False)
