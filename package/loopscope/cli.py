"""The command line: `loopscope run program.py`, like `node program.js`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import ModuleType

from ._version import __version__
from .limits import STEPS, TIME, Limits
from .options import add_run_options
from .tracefile import number, seconds, trace_file

__all__ = ["main"]

_INTERRUPTED = 130  # 128 + SIGINT, as a shell reports it


# What belongs to learning is loaded when it is asked for; `run` should start at once.
_LEARNING = {
    "lessons": "copy the lessons to a folder, and open them in JupyterLab",
    "learn": "predict the order of programs, one exercise after another",
    "exercises": "list, check or solve exercises",
    "grade": "grade exercises: points, attempts, hints and beliefs",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. `arguments`: without the program's name."""
    given = sys.argv[1:] if arguments is None else [*arguments]
    if given and given[0] in _LEARNING:
        from .learn.cli import main as learn

        return learn(given)
    parser = _parser()
    options, unknown = parser.parse_known_args(given)
    if options.command is None:
        parser.print_help(sys.stderr)
        return 2
    # What the command does not know belongs to the program, if it stands behind its name.
    for word in unknown:
        if given.index(word) < given.index(options.program):
            parser.error(f"unknown option {word}; see loopscope run --help")
    if options.lines and not options.trace:
        parser.error("--lines needs --trace FILE, where they are shown; see loopscope run --help")
    if options.trace_for and not options.trace:
        parser.error("--trace-for needs --trace FILE: where is the recording to go?")
    if options.trace_for and options.watch_order:
        parser.error("--trace-for and --watch-order do not go together")
    if options.trace_for and options.lines:
        parser.error("--trace-for and --lines do not go together")
    if (options.trace_after or options.trace_signal) and not options.trace_for:
        parser.error("--trace-after and --trace-signal need --trace-for SECONDS")
    return _run(options, [*options.arguments, *unknown])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="loopscope",
        description="The JavaScript concurrency model as a real runtime for Python.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"loopscope {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command")
    run = commands.add_parser(
        "run",
        help="run a script, like `node program.js`",
        description="Run a script to its end. Every `async def` in it is an async function, and "
        "`await` is allowed at the top level. The exit code is Node's: 1 after an uncaught error, "
        "13 if a top-level await never settles, 130 after Ctrl-C.",
        allow_abbrev=False,
    )
    run.add_argument("program", help="the file to run")
    run.add_argument(
        "arguments",
        nargs="*",
        help="the program's own arguments: process.argv[2:]; put -- before those that this command "
        "would take for its own",
    )
    add_run_options(run, clock="real")
    run.add_argument(
        "--trace",
        type=trace_file,
        action="append",
        default=[],
        metavar="FILE",
        help="record the run to a file; its ending says as what: .html: to step through it in a "
        "browser; .svg, .png: a picture; .json: every event (Trace.load reads it); "
        ".perfetto.json: for https://ui.perfetto.dev. May be given several times",
    )
    run.add_argument(
        "--lines",
        action="store_true",
        help="with --trace: record each line, and what variables hold before it",
    )
    run.add_argument(
        "--trace-for",
        type=seconds,
        metavar="SECONDS",
        help="for a program that runs on: record that long, by its clock, write the files while it "
        "goes on, and slow it down no more",
    )
    run.add_argument(
        "--trace-after",
        type=seconds,
        default=0.0,
        metavar="SECONDS",
        help="with --trace-for: begin to record so long after the start",
    )
    run.add_argument(
        "--trace-signal",
        action="store_true",
        help="with --trace-for: begin to record whenever the signal SIGUSR1 comes "
        "(from another terminal: kill -USR1 PID)",
    )
    run.add_argument(
        "--time-limit",
        type=seconds,
        metavar="SECONDS",
        help="with --trace or --watch-order: stop a program that has not ended after so long, and "
        f"keep what is recorded (default: {TIME / 1000:g}; 0: no limit)",
    )
    run.add_argument(
        "--step-limit",
        type=number,
        metavar="NUMBER",
        help="the same for a program that has run that many tasks, ticks and microtasks "
        f"(default: {STEPS:,}; 0: no limit)",
    )
    run.add_argument(
        "--watch-order",
        action="store_true",
        help="show what is printed as a table: when, in which task, by what, at which line",
    )
    for verb, help_ in _LEARNING.items():
        commands.add_parser(verb, help=help_)
    return parser


def _run(options: argparse.Namespace, arguments: list[str]) -> int:
    from .runtime import Runtime

    program = Path(options.program)
    runs: AbstractContextManager[object]
    # The script is the program now: what it asks of sys and __main__ must be its own.
    sys.argv = [options.program, *arguments]
    sys.modules["__main__"] = ModuleType("__main__")
    if options.trace_for:
        from .traced import TracedWhile

        runs = TracedWhile(options)
    elif options.trace or options.watch_order:
        return _run_traced(options, program, arguments)
    else:
        runs = nullcontext()
    with Runtime(host=options.host, clock=options.clock, argv=arguments) as runtime:
        try:
            with runs:
                runtime.run(program)
        except (OSError, UnicodeError) as error:
            if runtime.error is None:
                print(f"loopscope: cannot run {options.program}: {error}", file=sys.stderr)
                return 1
            _print_error(error)
        except KeyboardInterrupt:
            return _INTERRUPTED
        except SystemExit:
            raise
        except BaseException as error:
            _print_error(error)
            return runtime.exit_code or 1
        return runtime.exit_code


def _run_traced(options: argparse.Namespace, program: Path, arguments: list[str]) -> int:
    from .errors import LimitReached
    from .traced import run_traced, write_trace

    try:
        recording = run_traced(
            program,
            watch=options.watch_order,
            lines=options.lines,
            clock=options.clock,
            host=options.host,
            argv=arguments,
            limits=_limits(options),
        )
    except (OSError, UnicodeError) as error:
        print(f"loopscope: cannot run {options.program}: {error}", file=sys.stderr)
        return 1
    except SyntaxError as error:
        _print_error(error)
        return 1
    if isinstance(recording.error, LimitReached):
        print(f"loopscope: {recording.error}", file=sys.stderr)
    elif recording.error is not None and not isinstance(recording.error, KeyboardInterrupt):
        _print_error(recording.error)
    # What was recorded before an error or Ctrl-C is what one wants to see.
    is_written = write_trace(recording, options.trace)
    return recording.exit_code or int(not is_written)


def _limits(options: argparse.Namespace) -> Limits:
    time = TIME if options.time_limit is None else options.time_limit * 1000 or None
    steps = STEPS if options.step_limit is None else options.step_limit or None
    return Limits(time, steps, _advise)


def _advise(kind: str, more: float) -> str:
    value = f"{more / 1000:g}" if kind == "time" else f"{more:.0f}"
    return f"--{kind}-limit {value} lets it go on longer, --{kind}-limit 0 without limit"


def _print_error(error: BaseException) -> None:
    from .tracebacks import format_error

    sys.stdout.flush()
    sys.stderr.write(format_error(error))
