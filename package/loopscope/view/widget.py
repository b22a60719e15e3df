"""The stepper as a Jupyter widget. It sends its film once; after that it needs no kernel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

try:
    import anywidget
    import traitlets
except ImportError as error:
    raise ImportError(
        "stepper: it is a widget, which needs anywidget; install it with: "
        "pip install 'loopscope[notebook]' (to_html() makes a page of it without)",
        name=error.name,
    ) from error

from .film import film

if TYPE_CHECKING:
    from ..recording import Recording

__all__ = ["Stepper", "stepper"]

_HERE = Path(__file__).parent


class Stepper(anywidget.AnyWidget):
    """A recording to be gone through step by step; each display of it goes its own way."""

    # anywidget watches files for its authors' sake if it is told to; a text is never watched.
    _esm = (_HERE / "stepper.js").read_text(encoding="utf-8")
    _css = (_HERE / "stepper.css").read_text(encoding="utf-8")

    film: Any = traitlets.Dict().tag(sync=True)
    """What `loopscope.view.film` makes of a recording."""
    start: Any = traitlets.Int(0).tag(sync=True)
    """The step that a new display shows first."""
    followed: Any = traitlets.Bool(False).tag(sync=True)
    """The next two outputs are what is shown instead of it where no widget lives."""


def stepper(recording: Recording, start: int = 0) -> Stepper:
    """Make the widget of a recording. `start`: the step to show first; negative: from the end.

    Raises IndexError if there is no such step, TypeError if `start` is no int, ImportError if
    anywidget is not installed.
    """
    if not isinstance(start, int):
        raise TypeError(f"stepper: argument 'start' must be int, not {type(start).__name__}")
    shown = film(recording)
    last = len(shown["steps"]) - 1
    wanted = start + last + 1 if start < 0 else start
    if not 0 <= wanted <= last:
        raise IndexError(f"stepper: start={start} is not among the steps 0 to {last}")
    return Stepper(film=shown, start=wanted)
