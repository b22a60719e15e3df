"""`%%loop`: a cell as a program of its own, run on a fresh runtime, recorded and shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..recording import Recording, Transcript
from ..runtime import record_into
from ..tracebacks import format_error
from .cell import CellScript
from .limit import time_limit
from .options import parser, read_options

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["LoopMagic"]


class CellError(Exception):
    """Ends a cell; what the notebook shows of it is its text alone."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


class LoopMagic:
    """The cell magic `%%loop` of a shell."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self.__doc__ = f"{LoopMagic.__call__.__doc__}\n{parser().format_help()}"

    def __call__(self, line: str, cell: str) -> Recording:
        """Run the cell as a program, like `node program.js`, and show how it ran.

        The names of loopscope.js are there; so are the notebook's own variables, and what the cell
        assigns is there in later cells. Every `async def` is an async function; `await` is allowed
        at the top level. Each cell has a runtime of its own, which ends when nothing is left to do.
        The value, and so `_` in the next cell, is the Recording: its `error` is what was not
        caught.
        """
        shell = self._shell
        options = read_options(line)
        # Functions of this cell may be shown long after it: its name must stay its own.
        name = f"Cell In[{shell.displayhook.prompt_count}]"
        # The magic's own line counts: line numbers are then those that the notebook shows.
        source = f"# %%loop {line}".rstrip() + f"\n{cell}"
        try:
            script = CellScript(source, name, shell.user_ns)
        except SyntaxError as error:
            raise CellError(format_error(error)) from None
        with time_limit(options.limit) as is_over:
            recording = record_into(
                Transcript(echo=True),
                script,
                clock=options.clock,
                host=options.host,
                trace_limit=options.events,
            )
        # %who lists the learner's names, not these.
        shell.user_ns_hidden.update({each: shell.user_ns.get(each) for each in script.added})
        if isinstance(recording.error, KeyboardInterrupt):
            if not is_over.is_set():
                raise CellError("KeyboardInterrupt: the program was stopped")
            sys.stderr.write(
                f"Stopped: the program had not ended after {options.limit:g} s. What it did up to "
                f"then is shown; %%loop --limit {options.limit * 6:g} lets it run longer.\n"
            )
        elif recording.error is not None:
            sys.stderr.write(format_error(recording.error))
        return recording
