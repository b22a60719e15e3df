"""Running a cell as a program: what `%%loop` and `%%predict` have in common."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import LimitReached
from ..limits import Limits
from ..recording import Recording
from ..runtime import record_into
from ..tracebacks import format_error
from ..transcript import Transcript
from .cell import CellScript

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["CellError", "Ran", "run_cell"]


class CellError(Exception):
    """Ends a cell; what the notebook shows of it is its text alone."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


@dataclass(frozen=True)
class Ran:
    """A program that was run, and what there is to say about how it ended."""

    recording: Recording
    complaint: str
    """The uncaught error, or that it was stopped; "" if there is nothing to say."""


def run_cell(
    shell: InteractiveShell,
    magic: str,
    line: str,
    cell: str,
    options: argparse.Namespace,
    echo: bool,
) -> Ran:
    """Run a cell as a program that shares the notebook's variables, on a runtime of its own.

    `echo`: print what it prints. Raises CellError for a syntax error, and if it was interrupted.
    """
    # Functions of this cell may be shown long after it: its name must stay its own.
    name = f"Cell In[{shell.displayhook.prompt_count}]"
    # The magic's own line counts: line numbers are then those that the notebook shows.
    source = f"# {magic} {line}".rstrip() + f"\n{cell}"
    try:
        script = CellScript(source, name, shell.user_ns)
    except SyntaxError as error:
        raise CellError(format_error(error)) from None

    def advise(kind: str, more: float) -> str:
        option = f"--limit {more / 1000:g}" if kind == "time" else f"--steps {more:.0f}"
        return f"{magic} {option} lets it go on longer"

    recording = record_into(
        Transcript(echo),
        script,
        clock=options.clock,
        host=options.host,
        lines=options.lines,
        trace_limit=options.events,
        limits=Limits(options.limit * 1000, options.steps, advise),
    )
    # %who lists the learner's names, not these.
    shell.user_ns_hidden.update({each: shell.user_ns.get(each) for each in script.added})
    complaint = ""
    if isinstance(recording.error, LimitReached):
        complaint = f"Stopped: {recording.error}\n"
    elif isinstance(recording.error, KeyboardInterrupt):
        raise CellError("KeyboardInterrupt: the program was stopped")
    elif recording.error is not None:
        complaint = format_error(recording.error)
    return Ran(recording, complaint)
