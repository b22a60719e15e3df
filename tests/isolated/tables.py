"""Which modules badinput.py looks at, and which it does not, for tests/test_badinput.py, too."""

from __future__ import annotations

# A new module belongs in one of the two.
MODULES = ("", "js", "_core", "errors", "events", "process", "performance", "null", "emitter")
MODULES += ("console", "runtime", "live_runtime", "recording", "transcript", "limits")
MODULES += ("jupyter", "learn", "learn.asserting", "learn.exercise", "learn.order")
MODULES += ("tracing.explain", "tracing.fold", "tracing.history", "tracing.rules", "tracing.schema")
INTERNAL = {  # by their first words: what calls them with arguments of its own
    "the commands": ("__main__", "cli", "learn.cli", "tracefile", "order", "traced"),
    "the methods of console": ("console.",),
    "the methods of Recording": ("view", "tracing", "tracing."),
    "the functions above": ("_version", "calling", "iteration", "options", "script", "tracebacks"),
    "Runtime and record()": ("tracer",),
    "a cell's magics": ("jupyter.",),
    "the exercises and lessons": ("learn.",),
}
# Each call takes long: a picture, a table of pandas, a file that is run anew, a kernel.
SLOW = ("Recording.plot", "Recording.stepper", "Recording.to_html", "Trace.to_dataframe")
SLOW += ("Exercise.run", "learn.order.legal_orders")


def public_names(module):
    """List the names of a module: __all__, or what does not begin with an underscore."""
    names = getattr(module, "__all__", None) or [n for n in dir(module) if n[0] != "_"]
    return list(names)


def takes_long(name):
    """Tell whether a target is left to `./dev badinput`."""
    return name.endswith(SLOW)
