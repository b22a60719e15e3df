"""Limits of a run: a program that never ends is stopped, and what it did up to then is kept."""

from __future__ import annotations

import math
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from . import _core
from .errors import LimitReached

__all__ = ["STEPS", "TIME", "UNLIMITED", "Limits"]

TIME = 60_000.0
"""Milliseconds that a recorded program may take, unless told otherwise."""
STEPS = 1_000_000
"""Tasks, ticks and microtasks that it may run, unless told otherwise."""

_AGAIN = 0.1  # seconds; a program that swallows what should stop it is stopped again
_MORE = 10


def _advise(kind: str, more: float) -> str:
    return f"{kind}_limit={more:_.10g} lets it go on longer, {kind}_limit=None without limit"


@dataclass(frozen=True)
class Limits:
    """How long a program may run, and what is said if it has not ended by then.

    Raises TypeError for what is no number, ValueError for one that is not above 0.
    """

    time: float | None = TIME
    """Milliseconds by the machine's clock, whichever clock the run has; None: any time."""
    steps: int | None = STEPS
    """Tasks, ticks and microtasks; None: any number."""
    advise: Callable[[str, float], str] = _advise
    """Makes the last sentence, of "time" or "step" and a larger limit."""

    def __post_init__(self) -> None:
        for name, value, kinds in (
            ("time_limit", self.time, (int, float)),
            ("step_limit", self.steps, (int,)),
        ):
            if value is None:
                continue
            if not isinstance(value, kinds) or isinstance(value, bool):
                noun = "a number of milliseconds" if name == "time_limit" else "an int"
                raise TypeError(f"{name} must be {noun} or None, not {type(value).__name__}")
            if not value > 0:
                raise ValueError(f"{name} must be above 0, or None for no limit, not {value!r}")

    @contextmanager
    def watch(self, loop: _core.Loop) -> Iterator[None]:
        """Stop the program that the body runs in `loop` at these limits: with a LimitReached."""
        is_late = threading.Event()
        loop.limit_steps(self.steps, LimitReached)
        try:
            with _time_limit(loop, self.time, is_late):
                yield
        except LimitReached as raised:
            stopped = LimitReached(self._tell(is_late.is_set()))
            raise stopped.with_traceback(raised.__traceback__) from None
        finally:
            if not loop.closed:
                loop.limit_steps(None, LimitReached)

    def _tell(self, is_late: bool) -> str:
        kept = "What it did up to then is recorded"
        if is_late:
            assert self.time is not None
            limit = f"{self.time / 1000:,.10g} s"
            advice = self.advise("time", self.time * _MORE)
        else:
            assert self.steps is not None
            limit = f"{self.steps:,} tasks and microtasks"
            advice = self.advise("step", self.steps * _MORE)
        return f"the program was stopped, as it had not ended after {limit}. {kept}; {advice}."


UNLIMITED = Limits(None, None)


def _nothing() -> None:
    """Be bytecode that runs."""


def _thread(watch: Callable[[], None]) -> threading.Thread:
    try:
        # A program in a daemon thread must not hold up the end of the process.
        return threading.Thread(target=watch, name="loopscope-limit", daemon=True)
    except RuntimeError:  # an interpreter with its own GIL has no daemon threads
        return threading.Thread(target=watch, name="loopscope-limit")


@contextmanager
def _time_limit(loop: _core.Loop, ms: float | None, is_late: threading.Event) -> Iterator[None]:
    """Interrupt what runs in `loop`, in whichever thread, if the body has not ended in time."""
    if ms is None or ms / 1000 > threading.TIMEOUT_MAX or math.isinf(ms) or sys.is_finalizing():
        yield  # at the end of the interpreter no thread starts: CPython 3.11 waits for it forever
        return
    # What prints the program's lines is imported when it is first needed. An import that is
    # interrupted may keep CPython's lock of the module: other threads would wait for it for ever.
    from .console import format as _  # noqa: F401

    has_ended = threading.Event()

    def watch() -> None:
        pause = ms / 1000
        while not has_ended.wait(pause):
            is_late.set()
            loop.interrupt(LimitReached, _nothing)
            pause = _AGAIN

    watcher = _thread(watch)
    watcher.start()
    try:
        yield
    finally:
        has_ended.set()
        watcher.join()
