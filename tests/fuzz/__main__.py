"""`python -m tests.fuzz`: random programs until one of them diverges; see docs/how-to/fuzz.md."""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from . import judge, tree
from .generator import generate
from .judge import Unavailable
from .report import explain, save
from .session import Session
from .shrink import shrink

UNSTABLE_AT_MOST = 0.02
FOUND = judge.ROOT / "tests" / "conformance" / "results" / "fuzz.json"


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**9)
    screen = Console(stderr=True)
    screen.print(f"{options.count} programs from seed {seed}: --seed {seed} repeats them")
    session = Session(range(seed, seed + options.count), jobs=options.jobs)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=screen) as progress:
        task = progress.add_task("programs", total=options.count)
        found: tree.Program | None = None
        for result in session:
            progress.advance(task)
            if not screen.is_terminal and session.done % 500 == 0:
                screen.print(f"{session.done} programs; Node was unsure of {session.unstable}")
            if result.verdict.diverges:
                screen.print(f"the program of seed {result.seed} diverges; making it smaller")
                found = generate(result.seed)
                session.stop()
                break
    if found is not None:
        smallest = _smallest(found, screen)
        verdict = judge.compare(smallest)
        print(explain(smallest, verdict))
        print(f"written to {save(smallest, verdict, judge.BUILD)}.*")
        return 1
    if options.keep:
        _keep(session, seed)
    screen.print(f"{session.done} programs, no divergence; Node was unsure of {session.unstable}")
    if session.unstable > UNSTABLE_AT_MOST * session.done:
        screen.print("that is too many: the judge's clock does not hold still")
        return 1
    return 0


def _keep(session: Session, seed: int) -> None:
    """Write it down for docs/conformance.md."""
    today = datetime.now(UTC).date().isoformat()
    found = {
        "programs": session.done,
        "seed": seed,
        "date": today,
        "divergences": 0,
        "unsure": session.unstable,
    }
    FOUND.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


def _smallest(program: tree.Program, screen: Console) -> tree.Program:
    with screen.status("") as status:

        def shows(candidate: tree.Program) -> bool:
            return judge.compare(candidate).diverges

        def progress(size: int) -> None:
            status.update(f"making it smaller: {size} of {tree.size(program)} parts are left")

        return shrink(program, shows, progress)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./dev fuzz",
        description="Run random programs under Node and in Python, until their orders differ.",
    )
    parser.add_argument("--count", type=int, default=20_000, help="how many programs (20000)")
    parser.add_argument("--seed", type=int, help="of the first program (random)")
    parser.add_argument("--jobs", type=int, default=2, help="how many Nodes at once (2)")
    parser.add_argument(
        "--keep", action="store_true", help="keep the count for docs/conformance.md"
    )
    return parser


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Unavailable as reason:
        sys.exit(f"fuzz: {reason}")
