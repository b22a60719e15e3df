"""A divergence for people: both programs, what they printed, and files for tests/programs."""

from __future__ import annotations

from difflib import ndiff
from pathlib import Path

from . import javascript, judge, python, tree


def explain(program: tree.Program, verdict: judge.Verdict) -> str:
    """The program in both languages, and where their outputs part."""
    node, ours = verdict.node, verdict.python
    difference = [
        line for line in ndiff(node.output.splitlines(), ours.output.splitlines()) if line[0] != "?"
    ]
    return "\n".join(
        [
            "",
            "---- JavaScript",
            javascript.write(program),
            "---- Python",
            python.write(program),
            f"---- Node (-) exits with {node.exit_code}, Python (+) with {ours.exit_code}",
            *difference,
            "",
        ]
    )


def save(program: tree.Program, verdict: judge.Verdict, folder: Path) -> Path:
    """Write the twins as tests/programs has them; gives their path without its ending."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / "diverges"
    for old in folder.glob("diverges.*"):
        old.unlink()
    script = stem.with_suffix(".mjs" if program.is_module else ".js")
    script.write_text(javascript.write(program), encoding="utf-8")
    stem.with_suffix(".py").write_text(python.write(program), encoding="utf-8")
    stem.with_suffix(".out").write_text(verdict.node.output, encoding="utf-8")
    if verdict.node.exit_code:
        stem.with_suffix(".rc").write_text(f"{verdict.node.exit_code}\n", encoding="utf-8")
    return stem
