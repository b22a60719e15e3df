"""A gate in a notebook: its tiles, and below them what opens when a prediction is committed.

The kernel keeps the order. Where there is a front end, places for the output, the picture and the
stepper are made below the tiles, and filled when the gate opens; at a prompt they are printed.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import IPython.display

from ..learn.answers import Kept, keep, last_of
from ..learn.gate import CONFIDENCE, Answer, Gate
from ..learn.predict import wrap
from ..view.bundle import has_front_end, summary
from .running import CellError, Ran

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["Locked", "ShownGate"]

_display: Any = IPython.display.display  # it has no types

_HOW = """\
Which of these lines does the program print, and in which order? (Some may never be printed.)

{tiles}

What it prints is locked until you predict. Without the tiles to click on, type your order:
%predict {example} ...
or give up with: %predict --reveal"""


class Locked:
    """Stands for a recording that is not to be seen yet: whatever is asked of it, it refuses."""

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_locked_name", name)

    def __getattr__(self, attribute: str) -> NoReturn:
        name = object.__getattribute__(self, "_locked_name")
        raise CellError(
            f"{name} is locked: commit your prediction (or press Reveal) in the cell that makes "
            "it.\nThen run this cell again."
        )

    def __repr__(self) -> str:
        name = object.__getattribute__(self, "_locked_name")
        return f"<{name}: locked until you have predicted>"


class ShownGate:
    """A gate of a cell. `name`: what its recording is called; `folder`: where answers are kept."""

    def __init__(
        self, shell: InteractiveShell, gate: Gate, ran: Ran, name: str | None, folder: Path
    ) -> None:
        self._shell = shell
        self.gate = gate
        self._complaint = ran.complaint
        self._name = name
        self._folder = folder
        self._locked = Locked(name or "the recording")
        self._widget: Any = None
        self._places: list[Any] = []

    def show(self) -> None:
        """Show the tiles. If the learner has answered before, or a test does, it opens at once."""
        self._bind()
        text = _HOW.format(
            tiles="\n".join(f"    {text}" for text in self.gate.tiles),
            example=" ".join(repr(text) for text in self.gate.tiles[:2]),
        )
        if not has_front_end():
            print(text)
            return
        data: dict[str, Any] = {}
        try:
            from ..view.gate import PredictionGate
        except ImportError:
            pass  # anywidget is an extra; the text says how to go on
        else:
            self._widget = PredictionGate(tiles=self.gate.tiles, state=self._state())
            self._widget.on_msg(self._heard)
            view = self._widget._repr_mimebundle_()
            data = {**view[0]} if isinstance(view, tuple) else {}
        _display({**data, "text/plain": text}, raw=True)
        self._places = [_display({"text/plain": ""}, raw=True, display_id=True) for _ in range(3)]

    def restore(self) -> None:
        """Open it if the learner's file says that this program was predicted before."""
        kept = last_of(self.gate.program, self._folder)
        if kept is None:
            return
        if kept.predicted:
            self.gate.tries = 1
            confidence = kept.confidence if kept.confidence in CONFIDENCE else None
            self.gate.commit([str(line) for line in kept.predicted], confidence)
        else:
            self.gate.reveal()
        self._refresh("You predicted this program before: your answer is in the file.")

    def supply(self, predicted: Sequence[str] | None) -> None:
        """Open it with the prediction of a test, which is not the learner's; None: without any."""
        if predicted:
            self.gate.tries = 1
            self.gate.commit(predicted)
        else:
            self.gate.reveal()
        self._refresh("")

    def commit(self, predicted: Sequence[str], confidence: int | None = None) -> None:
        """Take the learner's prediction. ValueError if it is none."""
        verdict = self.gate.commit(predicted, confidence)
        self._keep(
            Answer(tuple(predicted), confidence),
            right=verdict.right,
            is_right=verdict.is_right,
            beliefs=[*verdict.beliefs],
        )
        self._refresh("")

    def reveal(self) -> None:
        """Open it without a prediction."""
        if not self.gate.is_open:
            self.gate.reveal()
            self._keep(Answer(revealed=True), right=0, is_right=False, beliefs=[])
        self._refresh("")

    def _keep(self, answer: Answer, *, right: int, is_right: bool, beliefs: list[str]) -> None:
        kept = Kept(
            name=self._name or "",
            program=self.gate.program,
            predicted=[*answer.predicted],
            confidence=answer.confidence,
            revealed=answer.revealed,
            attempt=self.gate.attempts,
            opened=self.gate.is_open,
            right=right,
            total=len(self.gate.recording.output),
            is_right=is_right,
            beliefs=beliefs,
        )
        try:
            keep(kept, self._folder)
        except OSError as error:
            warnings.warn(f"%%predict: your answer could not be kept: {error}", stacklevel=2)

    def _heard(self, _: Any, content: Any, __: Any) -> None:
        """Do what a display of the widget asks for; what it may not ask for is told to it."""
        try:
            kind = content["kind"]
            if kind == "commit":
                chosen = [self.gate.tiles[int(index)] for index in content["tiles"]]
                self.commit(chosen, content.get("confidence"))
            elif kind == "reveal":
                self.reveal()
            elif kind == "again":
                self._close()
        except (ValueError, LookupError, TypeError) as error:
            self._widget.state = {**self._state(), "note": str(error)}

    def _close(self) -> None:
        """Begin anew: what was opened is locked again."""
        self.gate.close()
        self._bind()
        for place in self._places:
            place.update({"text/plain": ""}, raw=True)
        self._widget.state = self._state()

    # ---- what is shown

    def _state(self) -> dict[str, Any]:
        gate = self.gate
        verdict = gate.verdict
        answer = gate.answer
        predicted = [*answer.predicted] if answer else []
        return {
            "open": gate.is_open,
            "revealed": answer is not None and not predicted,
            "predicted": predicted,
            "confidence": answer.confidence if answer else None,
            "good": verdict.is_right if verdict else None,
            "right": verdict.right if verdict else None,
            "told": [[*part] for part in gate.told],
            "left": gate.tries - gate.attempts,
            "attempts": gate.attempts,
            "note": "",
        }

    def _refresh(self, note: str) -> None:
        """Tell what there is to tell, and open what may be seen."""
        if self._widget is not None:
            self._widget.state = {**self._state(), "note": note}
        else:
            print("\n".join(filter(None, [note, *(wrap(part.text) for part in self.gate.told)])))
        if self.gate.is_open:
            self._bind()
            self._open()

    def _bind(self) -> None:
        """Let the name stand for the recording, or for what refuses to be it."""
        names = self._shell.user_ns
        if self._name:
            names[self._name] = self.gate.recording if self.gate.is_open else self._locked

    def _open(self) -> None:
        recording = self.gate.recording
        printed = "\n".join([*recording.output, self._complaint]).rstrip("\n")
        if not self._places:
            print(printed)
            sys.stdout.write(f"\n{summary(recording)}\n")
            return
        out, picture, steps = self._places
        out.update({"text/plain": printed}, raw=True)
        if len(recording.trace):
            try:
                figure = recording.plot(prediction=self.gate.overlay)
            except ImportError:
                pass  # matplotlib is an extra
            else:
                data, metadata = figure._repr_mimebundle_()
                picture.update(data, raw=True, metadata=metadata)
        data = {"text/plain": summary(recording)}
        try:
            from ..view.widget import stepper

            view = stepper(
                recording, min(self.gate.start, len(recording.trace))
            )._repr_mimebundle_()
        except (ImportError, IndexError):
            view = None
        if isinstance(view, tuple):
            data = {**view[0], **data}
        steps.update(data, raw=True)
