"""`to_html`: a run as one page that needs nothing else: the stepper, the picture, all the steps.

The page asks no server for anything and says so to the browser (its Content-Security-Policy); what
it shows of the program is text, wherever it stands: nothing of it can become markup or script.
"""

from __future__ import annotations

import base64
import io
import json
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from ..tracing.phrases import say, spoken, templates
from .alt import describe
from .film import film

if TYPE_CHECKING:
    from ..recording import Recording

__all__ = ["asset", "page", "to_html"]


def to_html(recording: Recording, path: str | Path) -> Path:
    """Write the page of a recording to a file, and return its path. OSError if that fails."""
    target = Path(path)
    # A lone surrogate, which a program may print, has no form in UTF-8.
    target.write_text(page(recording), encoding="utf-8", errors="replace", newline="\n")
    return target


def page(recording: Recording) -> str:
    """Return the page of a recording, as HTML."""
    shown = film(recording)
    words = templates("page-")
    words["page-title"] = say("page-title", program=shown["file"] or say("ui-program"))
    return Template(asset("page.html")).substitute(
        {id.removeprefix("page-").replace("-", "_"): escape(text) for id, text in words.items()},
        language=escape(spoken()),
        style=asset("page.css") + asset("stepper.css"),
        script=asset("stepper.js"),
        film=_inert(shown),
        drawing=_picture(recording),
        rows=_table(shown),
    )


def asset(name: str) -> str:
    """Return the text of one of the files that this package carries."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _inert(value: Any) -> str:
    """Return JSON that cannot end the script element around it, whatever its strings hold."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")


def _picture(recording: Recording) -> str:
    """Return the picture as an element, with what it shows in words; the words, if it must be."""
    words = escape(describe(recording))
    if not len(recording.trace):
        return f"<p>{words}</p>"
    try:
        figure = recording.plot()
    except ImportError:  # matplotlib is an extra
        return f"<p>{words}</p>"
    drawn = io.BytesIO()
    figure.savefig(drawn, format="svg")
    data = base64.b64encode(drawn.getvalue()).decode("ascii")
    return f'<img alt="{words}" src="data:image/svg+xml;base64,{data}">'


def _table(shown: dict[str, Any]) -> str:
    rows = []
    step: dict[str, Any] = {}
    for number, changes in enumerate(shown["steps"]):
        printed = step.get("out", 0)
        step = {**step, **changes}
        if step["quiet"] or step["kind"] == "line" or number == 0:
            continue
        output = "\n".join(text for text, _ in shown["output"][printed : step["out"]])
        rule = shown["rules"].get(step["rule"])
        link = f'<a href="{escape(rule["link"])}">{escape(rule["title"])}</a>' if rule else ""
        cells = [
            str(number),
            f"{step['time']:.10g}",
            escape(step["what"]),
            f"<pre>{escape(output)}</pre>" if output else "",
            link,
        ]
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return "\n".join(rows)
