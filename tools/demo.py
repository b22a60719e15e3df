"""Run the documents' programs, and show each one's order beside the order that Node printed.

usage: python tools/demo.py

The programs are the numbered twins 01 to 99 of tests/programs. Writes build/demo/index.html, with
the picture of one run as job-queue.svg and job-queue.png. Exits with 1 when an order differs.
"""

from __future__ import annotations

import html
import os
import sys
from itertools import zip_longest
from pathlib import Path

import loopscope
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "tests" / "programs"
PICTURED = PROGRAMS / "14-job-queue.py"
TARGET = ROOT / "build" / "demo"

PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>loopscope: the job queue</title>
<style>
  body {{ max-width: 70rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 sans-serif }}
  pre {{ padding: 1rem; overflow-x: auto; font-size: .8rem }}
  pre {{ border: 1px solid #8884; border-radius: .4rem }}
  .sources {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); }}
  .sources {{ gap: 0 1rem }}
  img {{ width: 100%; background: #fff }}
</style>
<h1>Why “hi” comes before “one”</h1>
<div class="sources">
  <section><h2>JavaScript</h2><pre>{javascript}</pre></section>
  <section><h2>Python, on loopscope</h2><pre>{python}</pre></section>
  <section><h2>Node 20 printed</h2><pre>{node}</pre></section>
  <section><h2>loopscope printed</h2><pre>{ours}</pre></section>
</div>
<h2>The order in which it ran</h2>
<img src="job-queue.svg" alt="The lanes of the run: host, tasks, microtasks, call stack, output">
</html>
"""


def recorded_by_node(program: Path) -> list[str]:
    """Return the lines that Node printed for the JavaScript twin."""
    return program.with_suffix(".out").read_text(encoding="utf-8").splitlines()


def printed_by(recording: loopscope.Recording) -> list[str]:
    """Return the lines of a run; one console.log may print several."""
    return "\n".join(recording.output).splitlines()


def beside(program: Path, ours: list[str], node: list[str]) -> Table:
    """Draw both orders side by side; the first line that differs is marked."""
    mark = "[green]✓[/]" if ours == node else "[red]✗[/]"
    title = f"{mark} {program.stem}"
    table = Table(title=title, title_justify="left", expand=True, show_edge=False)
    table.add_column("loopscope", ratio=1)
    table.add_column("Node 20", ratio=1)
    same = True
    for left, right in zip_longest(ours, node):
        same = same and left == right
        cells = [Text(line or "") for line in (left, right)]  # as it is: no markup
        table.add_row(*cells, style=None if same else "red")
    return table


def run_programs(programs: list[Path]) -> list[Path]:
    """Run and show each program; return those whose order differs from Node's."""
    different = []
    console = Console(highlight=False)
    console.width = min(console.width, 100)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as progress:
        for program in progress.track(programs, description="the documents' programs"):
            recording = loopscope.record(program)
            ours, node = printed_by(recording), recorded_by_node(program)
            progress.console.print(beside(program, ours, node), "")
            if recording.error is not None:
                progress.console.print(Text(f"  it ended with {recording.error!r}", "red"), "")
            if ours != node:
                different.append(program)
    return different


def write_page() -> Path:
    """Write the picture of one run, and a page that shows it with its program; return the page."""
    os.environ.setdefault("MPLBACKEND", "Agg")  # a picture in a file needs no window
    TARGET.mkdir(parents=True, exist_ok=True)
    recording = loopscope.record(PICTURED)
    figure = recording.plot().figure
    for suffix in ("svg", "png"):
        figure.savefig(TARGET / f"job-queue.{suffix}", bbox_inches="tight", dpi=150)
    texts = {
        "javascript": PICTURED.with_suffix(".js").read_text(encoding="utf-8"),
        "python": PICTURED.read_text(encoding="utf-8"),
        "node": "\n".join(recorded_by_node(PICTURED)),
        "ours": "\n".join(recording.output),
    }
    page = TARGET / "index.html"
    filled = PAGE.format(**{name: html.escape(text) for name, text in texts.items()})
    page.write_text(filled, encoding="utf-8")
    return page


def main() -> int:
    """Run everything; return the exit code."""
    programs = sorted(PROGRAMS.glob("[0-9][0-9]-*.py"))
    if not programs:
        print(f"demo: there is no program in {PROGRAMS}", file=sys.stderr)
        return 1
    different = run_programs(programs)
    page = write_page()
    right = len(programs) - len(different)
    print(f"{right} of {len(programs)} programs print what Node printed, in Node's order")
    for program in different:
        print(f"  ✗ {program.relative_to(ROOT)}")
    print(f"the picture of the job queue: {page.relative_to(ROOT)}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
