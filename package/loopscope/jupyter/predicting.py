"""`%%predict`: a cell as a program whose output opens when its order has been predicted."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from IPython.core.error import UsageError
from IPython.display import display

from ..learn.gate import Gate
from .options import parser, read_options
from .running import CellError, run_cell
from .shown import ShownGate

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["FIXTURE", "REVEAL", "TILES", "PredictMagic", "tiles_beside"]

FIXTURE: Final = "LOOPSCOPE_PREDICTIONS"
"""Names a JSON file with predictions by the names of their recordings, for tests of notebooks."""
REVEAL: Final = "LOOPSCOPE_REVEAL"
"""If it is 1, no prediction is asked for."""

TILES: Final = "loopscope-tiles.json"
"""In a notebook's folder: lines that are never printed, by the names of the recordings."""


class PredictMagic:
    """The magics `%%predict` and `%predict` of a shell."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._latest: ShownGate | None = None
        self.__doc__ = f"{PredictMagic.__call__.__doc__}\n{parser('%%predict').format_help()}"

    def __call__(self, line: str, cell: str | None = None) -> None:
        """Run the cell as `%%loop` does, but show nothing of it before its order is predicted.

        The printed lines are tiles to be put in order, among them some that are never printed.
        When a prediction is committed, or Reveal pressed, the cell opens: the output, the picture
        with the prediction drawn over it, and the stepper at the step where the two part. `--as
        NAME` names the recording for later cells; until then the name is locked. Answers are kept
        in loopscope-predictions.jsonl, in the notebook's folder.

        As a line, `%predict "A" "D" "C"` predicts the cell that was run last, for those who have
        no tiles to click on; `%predict --reveal` opens it.

        For tests, LOOPSCOPE_PREDICTIONS names a JSON file of predictions by NAME, and
        LOOPSCOPE_REVEAL=1 opens every cell.
        """
        if cell is None:
            self._predict(line)
            return
        options = read_options(line, "%%predict")
        supplied = _supplied(options.name)
        ran = run_cell(self._shell, "%%predict", line, cell, options, echo=False)
        gate = Gate(
            ran.recording,
            # The magic's own line stays one: lines are numbered as the notebook numbers them.
            cell,
            given=tiles_beside(options.name)
            if options.distractors is None
            else options.distractors,
            tries=options.tries,
            once=options.once,
        )
        if gate.unfit:
            self._show_unlocked(gate, ran.complaint, options.name)
            return
        shown = ShownGate(self._shell, gate, ran, options.name, Path.cwd())
        self._latest = shown
        shown.show()
        if supplied is not None:
            shown.supply(supplied)
        elif os.environ.get(REVEAL) == "1":
            shown.supply(None)
        else:
            shown.restore()

    def _show_unlocked(self, gate: Gate, complaint: str, name: str | None) -> None:
        recording = gate.recording
        if name:
            self._shell.user_ns[name] = recording
        sys.stderr.write(f"Nothing to predict: {gate.unfit}.\n")
        print("\n".join(recording.output))
        sys.stderr.write(complaint)
        show: Any = display  # it has no types
        show(recording)

    def _predict(self, line: str) -> None:
        options = _read_prediction(line)
        if self._latest is None:
            raise UsageError("%predict: run a %%predict cell first")
        if options.reveal:
            self._latest.reveal()
            return
        try:
            self._latest.commit(options.lines, options.confidence)
        except ValueError as error:
            raise UsageError(f"%predict: {error}") from None


def _read_prediction(line: str) -> argparse.Namespace:
    made = argparse.ArgumentParser(prog="%predict", add_help=False, exit_on_error=False)
    made.add_argument("lines", nargs="*")
    made.add_argument("--confidence", type=int, choices=(1, 2, 3))
    made.add_argument("--reveal", action="store_true")
    try:
        return made.parse_args(shlex.split(line))
    except (argparse.ArgumentError, ValueError, SystemExit) as error:
        raise UsageError(f"%predict: {error}\n{made.format_usage()}") from None


def tiles_beside(name: str | None, folder: Path | None = None) -> list[str] | None:
    """Return the author's distractors for a recording, which the cell would give away.

    None if there are none: a notebook that was copied without that file works, too.
    """
    try:
        text = ((folder or Path.cwd()) / TILES).read_text(encoding="utf-8")
        return [str(line) for line in json.loads(text)[name]]
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _supplied(name: str | None) -> list[str] | None:
    """Return what a test predicts of a recording; None if it predicts nothing."""
    path = os.environ.get(FIXTURE)
    if not path:
        return None
    try:
        predictions = json.loads(Path(path).read_text(encoding="utf-8"))
        found = predictions.get(name) if name else None
        return None if found is None else [str(each) for each in found]
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise CellError(f"{FIXTURE}: {path} does not hold predictions: {error}") from None
