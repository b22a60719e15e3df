"""Notebooks: `%load_ext loopscope` brings the cell magic `%%loop`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["load", "unload"]


def load(shell: InteractiveShell) -> None:
    """Register `%%loop` with a shell."""
    from .magic import LoopMagic

    magic = LoopMagic(shell)

    def loop(line: str, cell: str) -> object:
        return magic(line, cell)

    loop.__doc__ = magic.__doc__  # what `%%loop?` shows
    register: Any = shell.register_magic_function  # its types describe a decorated method
    register(loop, "cell", "loop")


def unload(shell: InteractiveShell) -> None:
    """Take `%%loop` away from a shell."""
    shell.magics_manager.magics["cell"].pop("loop", None)
