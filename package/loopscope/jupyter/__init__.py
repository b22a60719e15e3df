"""Notebooks: `%load_ext loopscope` brings `%%loop` and `%%predict`, and a prompt live runtime."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .live import SignalWaker

__all__ = ["load", "predict", "reveal", "unload"]

_wakers: list[SignalWaker] = []
"""The one of the shell that has loaded the extension, for it to be stopped."""


def load(shell: InteractiveShell) -> None:
    """Register the magics with a shell, and let the live runtime follow its cells.

    TypeError for what is no shell of IPython.
    """
    _require_shell("load", shell)
    from .live import SignalWaker, after_cell
    from .magic import LoopMagic
    from .predicting import PredictMagic

    looping = LoopMagic(shell)
    predicting = PredictMagic(shell)

    def loop(line: str, cell: str) -> object:
        return looping(line, cell)

    def predict_(line: str, cell: str | None = None) -> None:
        predicting(line, cell)

    loop.__doc__ = looping.__doc__  # what `%%loop?` shows
    predict_.__doc__ = predicting.__doc__
    for each in (loop, predict_):  # lines of output have braces and dollars of their own
        vars(each)["_ipython_magic_no_var_expand"] = True
    register: Any = shell.register_magic_function  # its types describe a decorated method
    register(loop, "cell", "loop")
    register(predict_, "line_cell", "predict")
    if after_cell not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", after_cell)
    if not _wakers:
        _wakers.append(SignalWaker())


def unload(shell: InteractiveShell) -> None:
    """Take the magics away from a shell, and the rest. TypeError as for `load`."""
    _require_shell("unload", shell)
    from .live import after_cell

    manager = shell.magics_manager
    for kind, name in (("cell", "loop"), ("cell", "predict"), ("line", "predict")):
        manager.magics[kind].pop(name, None)
        vars(manager.user_magics).pop(name, None)  # it keeps them, and they what was run last
    if after_cell in shell.events.callbacks["post_run_cell"]:
        shell.events.unregister("post_run_cell", after_cell)
    while _wakers:
        _wakers.pop().stop()


def _require_shell(caller: str, shell: object) -> None:
    from IPython.core.interactiveshell import InteractiveShell

    if not isinstance(shell, InteractiveShell):
        raise TypeError(
            f"{caller}: argument 'shell' must be IPython's shell (get_ipython() gives it in a "
            f"notebook), not {type(shell).__name__}"
        )


def predict(*lines: object, confidence: int | None = None) -> None:
    """Predict the lines of the `%%predict` cell that was run last, where there are no tiles.

    `confidence`: 1 (a guess) to 3 (sure). Raises RuntimeError outside of a notebook or IPython.
    """
    words = ["--confidence", str(confidence)] if confidence is not None else []
    _tell(*words, "--", *map(str, lines))


def reveal() -> None:
    """Open the `%%predict` cell that was run last, without a prediction.

    Raises RuntimeError outside of a notebook or IPython.
    """
    _tell("--reveal")


def _tell(*words: str) -> None:
    import shlex

    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        raise RuntimeError("predict: this is for notebooks; for files see `loopscope learn`")
    shell.run_line_magic("predict", shlex.join(words))
