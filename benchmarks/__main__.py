"""`python -m benchmarks`: measure, print the tables, and with --write put them into the docs."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from .measure import CASES, FULL, QUICK, measure
from .report import report, write

ROOT = Path(__file__).parent.parent
DOCUMENTS = (ROOT / "README.md", ROOT / "docs" / "performance.md")
EVERYTHING = (*CASES, "startup")


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, in 3 rounds")
    parser.add_argument("--rounds", type=int, help="how often everything is measured")
    parser.add_argument(
        "--only",
        nargs="+",
        metavar="CASE",
        choices=EVERYTHING,
        default=EVERYTHING,
        help=f"measure these alone: {', '.join(EVERYTHING)}",
    )
    parser.add_argument(
        "--write", action="store_true", help="put the tables into README.md and docs/performance.md"
    )
    options = parser.parse_args()
    effort = QUICK if options.quick else FULL
    if options.rounds is not None:
        if options.rounds < 1:
            parser.error("--rounds must be at least 1")
        effort = replace(effort, rounds=options.rounds)
    if options.write and (options.quick or {*options.only} != {*EVERYTHING}):
        parser.error("--write goes with a full run only")
    text = report(measure(options.only, effort), effort)
    print(text)
    if options.write:
        try:
            write(text, DOCUMENTS)
        except (OSError, ValueError) as error:
            sys.exit(f"not written: {error}")


if __name__ == "__main__":
    main()
