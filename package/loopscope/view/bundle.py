"""What a recording is to a notebook, to a file made of a notebook, and to a prompt.

A notebook gets three outputs: the stepper, the picture, and in words what the picture shows. Where
the stepper lives, its style sheet hides the other two. A page that nbconvert has made keeps a
widget and nothing of the other forms of its output; offline, or on GitHub, no widget lives there,
and the picture and the words stay. A prompt prints text.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING, Any

from ..errors import LimitReached
from ..tracing.explain import explain
from ..tracing.phrases import say
from .alt import describe

if TYPE_CHECKING:
    from ..recording import Recording

__all__ = ["bundle", "has_front_end", "show", "summary"]

LINES = 60
"""How many lines of the explanation a prompt shows."""


def bundle(recording: Recording) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the forms of a recording by their MIME types, and what is to be said about them."""
    text = summary(recording)
    if not has_front_end():
        return {"text/plain": text}, {}
    data, metadata = _picture(recording)
    return {**data, **_stepper(recording), "text/plain": text}, metadata


def show(recording: Recording) -> None:
    """Show a recording where IPython shows things: three outputs, or text at a prompt."""
    text = {"text/plain": summary(recording)}
    if not has_front_end():
        print(text["text/plain"])
        return
    import IPython.display

    display: Any = IPython.display.display  # it has no types
    display({**_stepper(recording, followed=True), **text}, raw=True)
    data, metadata = _picture(recording)
    if data:
        display(data, metadata=metadata, raw=True)
        words = describe(recording)
        told = f"<summary>{escape(say('alt-summary'))}</summary>{escape(words)}"
        display({"text/html": f"<details>{told}</details>", "text/plain": words}, raw=True)


def _stepper(recording: Recording, *, followed: bool = False) -> dict[str, Any]:
    """Return the stepper's forms. `followed`: the picture and the words stand below it."""
    with suppress(ImportError):  # anywidget is an extra
        stepper = recording.stepper()
        stepper.followed = followed
        view = stepper._repr_mimebundle_()
        if isinstance(view, tuple):
            return dict(view[0])
    return {}


def _picture(recording: Recording) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the picture's forms, and what is to be said about them."""
    if len(recording.trace):
        with suppress(ImportError):  # matplotlib is an extra
            data, metadata = recording.plot()._repr_mimebundle_()
            return data, metadata
    return {}, {}


def summary(recording: Recording) -> str:
    """Return a recording in words: a line about the whole, and its steps if they are few."""
    events = recording.trace
    tasks = sum(1 for event in events if event.kind == "task-start")
    time = events[-1].time if len(events) else 0.0
    name = recording.path.name if recording.path else "program"
    head = (
        f"Recording of {name}: {len(events)} steps, {tasks} task{'' if tasks == 1 else 's'}, "
        f"{time:,.10g} ms, exit code {recording.exit_code}"
    )
    if isinstance(recording.error, LimitReached):
        head += f"\nStopped: {recording.error}"
    if events.notice:
        head += f"\n{events.notice}"
    lines = explain(recording).splitlines()
    if len(lines) > LINES:
        left = len(lines) - LINES
        lines = [*lines[:LINES], f"... and {left} more; explain() shows all of them"]
    return "\n".join([head, "", *lines])


def has_front_end() -> bool:
    """Tell whether this is a kernel, whose front end may show more than text."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None
