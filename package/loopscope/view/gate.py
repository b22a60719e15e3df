"""The prediction gate as a Jupyter widget: tiles to put in order.

What the front end is sent before a prediction is committed are the shuffled tiles alone. The order
that it is compared with stays in the kernel, which is asked by a message.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

try:
    import anywidget
    import traitlets
except ImportError as error:
    raise ImportError(
        "%%predict: its tiles are a widget, which needs anywidget; install it with: "
        "pip install 'loopscope[notebook]'",
        name=error.name,
    ) from error

__all__ = ["PredictionGate"]

_HERE = Path(__file__).parent


class PredictionGate(anywidget.AnyWidget):
    """Tiles to put in order; each display has its own arrangement until one is committed."""

    _esm = (_HERE / "gate.js").read_text(encoding="utf-8")
    # The stepper's colours and controls, and what is the gate's own.
    _css = "\n".join(
        (_HERE / name).read_text(encoding="utf-8") for name in ("stepper.css", "gate.css")
    )

    tiles: Any = traitlets.List(traitlets.Unicode()).tag(sync=True)
    """The texts, shuffled, those that are never printed among them."""
    state: Any = traitlets.Dict().tag(sync=True)
    """What the kernel has said of the last prediction; see `loopscope.jupyter.shown`."""
