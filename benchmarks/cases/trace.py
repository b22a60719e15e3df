"""What a record of the run costs: the same microtasks, with the trace switched on, without frames.

Switched off, the trace is part of what every other case measures.
"""

from benchmarks.cases.queue_microtask import on_loopscope

__all__ = ["on_loopscope"]

TITLE = "a microtask, on record"
SIZES = (100_000,)
TRACED = True
