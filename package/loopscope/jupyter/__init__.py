"""Notebooks: `%load_ext loopscope` brings `%%loop`, and makes the live runtime prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .live import SignalWaker

__all__ = ["load", "unload"]

_wakers: list[SignalWaker] = []
"""The one of the shell that has loaded the extension, for it to be stopped."""


def load(shell: InteractiveShell) -> None:
    """Register `%%loop` with a shell, and let the live runtime follow its cells."""
    from .live import SignalWaker, after_cell
    from .magic import LoopMagic

    magic = LoopMagic(shell)

    def loop(line: str, cell: str) -> object:
        return magic(line, cell)

    loop.__doc__ = magic.__doc__  # what `%%loop?` shows
    register: Any = shell.register_magic_function  # its types describe a decorated method
    register(loop, "cell", "loop")
    if after_cell not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", after_cell)
    if not _wakers:
        _wakers.append(SignalWaker())


def unload(shell: InteractiveShell) -> None:
    """Take `%%loop` away from a shell, and the rest."""
    from .live import after_cell

    shell.magics_manager.magics["cell"].pop("loop", None)
    if after_cell in shell.events.callbacks["post_run_cell"]:
        shell.events.unregister("post_run_cell", after_cell)
    while _wakers:
        _wakers.pop().stop()
