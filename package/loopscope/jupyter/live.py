"""What a notebook's kernel needs for the live runtime: the end of a cell, and interrupts that wake.

The live runtime works in a kernel without this; `%load_ext loopscope` makes it prompt.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from typing import Any

from .. import _core
from ..live_runtime import current

__all__ = ["SignalWaker", "after_cell"]


def after_cell(_result: Any = None) -> None:
    """Run the ticks and microtasks that a cell has queued, as long as it is that cell's output.

    For IPython's event "post_run_cell".
    """
    runtime = current()
    if runtime is not None and _core.current_loop() is None:
        runtime.checkpoint()


class SignalWaker:
    """Has signals wake the asyncio loop that runs in this thread, until `stop()`.

    A cell that awaits what never comes can then be interrupted: ipykernel has its loop cancel the
    cell, but that loop sleeps on until something else happens (ipykernel issue 881). Does nothing
    where that is not possible (not the main thread; no loop, or one that watches no descriptors),
    or where somebody has set a wake-up descriptor already.
    """

    def __init__(self) -> None:
        self._pipe: tuple[int, int] | None = None
        self._loop = asyncio._get_running_loop()
        if self._loop is None or threading.current_thread() is not threading.main_thread():
            return
        read, write = os.pipe()
        os.set_blocking(read, False)
        os.set_blocking(write, False)
        before = signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        try:
            if before == -1:
                self._loop.add_reader(read, self._take, read)
                self._pipe = (read, write)
        except NotImplementedError:
            pass
        finally:
            if self._pipe is None:
                signal.set_wakeup_fd(before)
                os.close(read)
                os.close(write)

    def stop(self) -> None:
        """Set things back. Stopping twice does nothing."""
        if self._pipe is None or self._loop is None:
            return
        read, write = self._pipe
        self._pipe = None
        now = signal.set_wakeup_fd(-1)
        if now not in (write, -1):  # somebody else's, set since
            signal.set_wakeup_fd(now)
        if not self._loop.is_closed():
            self._loop.remove_reader(read)
        os.close(read)
        os.close(write)

    @staticmethod
    def _take(read: int) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(read, 4096)
