"""The tables, in Markdown."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from .goals import GOALS, trace_event
from .measure import CASES, Effort, Figure, Figures, Key, load
from .peers import PEERS, machine, versions

START, END = "<!-- bench:start -->", "<!-- bench:end -->"


def goals_table(figures: Figures) -> str:
    """Each goal with its figure, and whether it was met."""
    rows = []
    for goal in GOALS:
        value = goal.value(figures)
        if value is None:
            continue
        met = "yes" if goal.is_met(value) else "**no**"
        what = f"{goal.what}: {goal.than}" if goal.than else goal.what
        figure = f"{_digits(value)}{goal.unit}"
        rows.append([what, figure, f"{goal.sign} {goal.bound:g}{goal.unit}", met])
    return table(["loopscope", "measured", "goal", "met"], rows)


def figures_table(figures: Figures) -> str:
    """Every figure, for everybody."""
    columns = [peer for peer in PEERS if peer.name != "traced"]
    rows = []
    for what, keys in _rows(figures):
        by_peer = {key.peer: figures[key] for key in keys}
        rows.append([what, *(_cell(by_peer.get(peer.name)) for peer in columns)])
    return table(["ns", *(peer.title for peer in columns)], rows)


def _rows(figures: Figures) -> Iterator[tuple[str, list[Key]]]:
    for name in CASES:
        groups: dict[tuple[str, int], list[Key]] = {}
        for key in figures:
            if key.case == name and name != "trace":
                groups.setdefault((key.metric, key.n), []).append(key)
        title = load(name).TITLE
        several_sizes = len({n for _, n in groups}) > 1
        for metric, n in sorted(groups, key=lambda group: (group[0] != "time", group[0], group[1])):
            what = (
                title.replace(", n pending", f", {_power(n)} pending") if several_sizes else title
            )
            note = "" if metric == "time" else f": {metric}"
            yield what + note, groups[metric, n]


def notes(figures: Figures, effort: Effort) -> str:
    """How it was measured, and what has no place in a table."""
    lines = [
        f"{machine()}, {date.today():%d %B %Y}. {versions()}.{_busy()}",
        f"Nanoseconds for one of {_power(1_000_000 // effort.divisor)} operations (bytes where it "
        f"says so): the least of {effort.rounds} rounds, and how far the median round lies above "
        "it. Each figure of a round is a process of its own; the peers take turns. Garbage "
        "collectors are on. The C loop only calls the function.",
    ]
    startup = {
        (key.peer, key.metric): figure for key, figure in figures.items() if key.case == "startup"
    }
    if startup:
        commands = {"loopscope": "loopscope run", "python": "python", "node": "node"}
        times = ", ".join(
            f"{startup[peer, 'empty program'].least:.0f} ms with `{command}`"
            for peer, command in commands.items()
            if (peer, "empty program") in startup
        )
        lines.append(
            f"An empty program takes {times}; `import loopscope` takes "
            f"{startup['loopscope', 'import'].least:.1f} ms."
        )
    event = trace_event(figures)
    if event is not None:
        lines.append(
            f"With the trace on (no frames), each event adds {event:.0f} ns; all other figures are "
            "with the trace compiled in and off."
        )
    lines += [f"{peer.title}: {peer.missing}." for peer in PEERS if peer.missing]
    return "\n\n".join(lines)


def _busy() -> str:
    """Own up to company: one process of ours runs at a time, all other load is noise."""
    load = os.getloadavg()[1]
    return f" The machine was busy with other work: load {load:.1f}." if load > 1.5 else ""


def report(figures: Figures, effort: Effort) -> str:
    parts = (goals_table(figures), figures_table(figures), notes(figures, effort))
    return "\n\n".join(part for part in parts if part)


def write(text: str, paths: Iterable[Path]) -> None:
    """Put the report between the markers of each file; ValueError if one has none."""
    for path in paths:
        old = path.read_text(encoding="utf-8")
        pattern = rf"{re.escape(START)}.*?{re.escape(END)}"
        new, count = re.subn(pattern, lambda _: f"{START}\n{text}\n{END}", old, flags=re.DOTALL)
        if count != 1:
            raise ValueError(
                f"{path} must have the lines {START} and {END} once, not {count} times"
            )
        path.write_text(new, encoding="utf-8")


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return "–"
    return f"{_digits(figure.least)} +{figure.spread:.0%}"


def _digits(value: float) -> str:
    """Three significant digits, and never an exponent."""
    return f"{value:,.0f}" if value >= 99.95 else f"{value:.3g}"


def _power(n: int) -> str:
    return f"1e{len(str(n)) - 1}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, rule, *rows))
