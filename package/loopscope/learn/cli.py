"""The verbs of the command line that are about learning: lessons, learn, exercises, grade."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Run one of the verbs; returns the exit code. `arguments`: the verb, and what follows it."""
    options = _parser().parse_args(arguments)
    try:
        code = _run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # who reads the output has read enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _run(options: argparse.Namespace) -> int:
    if options.verb == "lessons":
        return _lessons(options)
    if options.verb == "learn":
        return _learn(options)
    if options.verb == "grade":
        return _grade(options)
    return _exercises(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="loopscope", allow_abbrev=False)
    verbs = parser.add_subparsers(dest="verb", required=True)
    lessons = verbs.add_parser(
        "lessons",
        description="Copy the lessons, which are notebooks, to a folder, and open them in "
        "JupyterLab. What is in the folder already and differs is kept.",
    )
    _add_folder(lessons, "lessons")
    lessons.add_argument(
        "--no-open", action="store_true", help="only copy them; JupyterLab is not started"
    )
    lessons.add_argument(
        "--reset",
        action="store_true",
        help="put lessons back that differ from those of loopscope; yours are kept beside them",
    )
    lessons.add_argument(
        "--no-browser",
        action="store_true",
        help="start JupyterLab, but no browser: it prints the address to open",
    )

    learn = verbs.add_parser(
        "learn",
        description="Copy the exercises to a folder, and judge each when you save its file. Your "
        "progress is kept there, in loopscope-progress.json.",
    )
    _add_folder(learn, "exercises")
    learn.add_argument(
        "--plain", action="store_true", help="no colours, no boxes, and no browser is opened"
    )
    learn.add_argument(
        "--poll",
        action="store_true",
        help="look for saved files now and then, where the system does not report them (network "
        "drives, Windows folders under WSL)",
    )

    exercises = verbs.add_parser("exercises", description="List, check or solve exercises.")
    actions = exercises.add_subparsers(dest="action", required=True, metavar="action")
    actions.add_parser("list", help="list the exercises that come with loopscope")
    check = actions.add_parser(
        "check",
        help="check that exercises ask something and give nothing away",
        description="Each must start failing and be solvable, have one order at any pace and on "
        "both clocks, tell no answer in a hint, and tell at least two wrong beliefs.",
    )
    check.add_argument("paths", nargs="*", type=Path, help="files or folders (default: all)")
    check.add_argument("--quick", action="store_true", help="leave the real clock out")
    solution = actions.add_parser("solution", help="run an exercise, and print it solved")
    solution.add_argument("path", type=Path, help="its file")

    grade = verbs.add_parser(
        "grade",
        description="Grade a learner's folder, or a folder of such folders. Predictions are read, "
        "not executed; they are judged against the programs as they were given. Files on a "
        "learner's computer are not tamper-proof: attempts and hints are counted as those say.",
    )
    grade.add_argument("folder", type=Path, help="of one learner, or of a class")
    grade.add_argument(
        "--format",
        choices=("json", "csv", "junit"),
        default="json",
        help="how the grades are written (default: %(default)s)",
    )
    grade.add_argument(
        "--exercises", type=Path, default=None, metavar="DIR", help="your own, as you gave them"
    )
    grade.add_argument(
        "--partial", action="store_true", help="count the right part of a wrong order"
    )
    grade.add_argument(
        "--seconds", type=float, default=10.0, help="for one exercise (default: %(default)g)"
    )
    return parser


def _add_folder(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path(f"loopscope-{what}"),
        help=f"where the {what} are, or will be (default: %(default)s)",
    )


def _lessons(options: argparse.Namespace) -> int:
    from .lessons import copy_lessons, open_lab

    try:
        copied = copy_lessons(options.folder, reset=options.reset)
    except OSError as error:
        return _refuse("lessons", error)
    for line in copied.told(options.folder):
        print(line)
    if options.no_open:
        return 0
    try:
        open_lab(options.folder, browser=not options.no_browser)
    except ModuleNotFoundError as error:
        return _refuse("lessons", error)


def _learn(options: argparse.Namespace) -> int:
    from .trainer import train

    try:
        return train(options.folder, plain=options.plain, poll=options.poll)
    except (OSError, ValueError) as error:
        return _refuse("learn", error)


def _grade(options: argparse.Namespace) -> int:
    from . import grading
    from .collection import FOLDER

    write = {
        "json": grading.write_json,
        "csv": grading.write_csv,
        "junit": grading.write_junit,
    }[options.format]
    try:
        submissions = grading.grade(
            options.folder,
            exercises=options.exercises or FOLDER,
            partial=options.partial,
            seconds=options.seconds,
        )
    except OSError as error:
        return _refuse("grade", error)
    sys.stdout.write(write(submissions))
    return 0


def _exercises(options: argparse.Namespace) -> int:
    from .collection import entries

    if options.action == "list":
        for entry in entries():
            print(f"{entry.group:<18} {entry.name:<28} {entry.title}")
        return 0
    try:
        if options.action == "solution":
            text = _solution(options.path)
            sys.stdout.write(text)
            return 0
        return _check(options)
    except BrokenPipeError:
        raise
    except (OSError, SyntaxError, ValueError) as error:
        return _refuse("exercises", error)


def _solution(path: Path) -> str:
    from .collection import solve

    try:
        return solve(path)
    except (OSError, SyntaxError):
        raise
    except Exception as error:  # of the file's own code
        raise ValueError(f"{path} cannot be run: {type(error).__name__}: {error}") from error


def _check(options: argparse.Namespace) -> int:
    from .checks import check_file
    from .collection import FOLDER, entries

    paths: list[Path] = []
    for given in options.paths or [FOLDER]:
        paths += [given] if given.is_file() else [entry.path for entry in entries(given)]
    if not paths:
        return _refuse("exercises check", FileNotFoundError("there are no exercises there"))
    failed = 0
    for path in paths:
        report = check_file(path, real_clock=not options.quick)
        failed += bool(report.problems)
        mark = "FAILED" if report.problems else "ok"
        print(f"{mark:<6} {path.stem.removeprefix('test_'):<28} {' '.join(report.beliefs)}")
        for problem in report.problems:
            print(f"       {problem}")
    print(f"{len(paths) - failed} of {len(paths)} are sound")
    return 1 if failed else 0


def _refuse(verb: str, error: Exception) -> int:
    print(f"loopscope {verb}: {error}", file=sys.stderr)
    return 1
