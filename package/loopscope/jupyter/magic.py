"""`%%loop`: a cell as a program of its own, run on a fresh runtime, recorded and shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..recording import Recording
from .options import parser, read_options
from .running import run_cell

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["LoopMagic"]


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
        caught. `--as NAME` gives it a name.
        """
        options = read_options(line)
        ran = run_cell(self._shell, "%%loop", line, cell, options, echo=True)
        if options.name:
            self._shell.user_ns[options.name] = ran.recording
        sys.stderr.write(ran.complaint)
        return ran.recording
