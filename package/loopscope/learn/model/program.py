"""Programs, and what a machine makes of them."""

from __future__ import annotations

import ast
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ...script import Script, load
from .budget import LINES, Budget, Spent
from .calling import exception_of
from .machine import Machine
from .world import World

__all__ = ["Outcome", "Program", "load_program", "run_on"]


LOADERS: Final = 3
"""Functions of Node's loader that wait for a module, one for another."""


@dataclass(frozen=True)
class Program:
    """A script, or a function of one: `entry` is its name; "" is the script itself."""

    script: Script
    entry: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a program did on a machine."""

    output: list[str]
    """The printed lines, of stdout and stderr together."""
    error: BaseException | None
    """What ended it, if that was an uncaught error."""
    exit_code: int
    ended: bool
    """False if it was stopped, having used up its steps."""


def load_program(source: Path | str, entry: str = "") -> Program:
    """Read a program: a path of a script or its text. `entry`: the function in it to run.

    Raises OSError if it cannot be read, and SyntaxError.
    """
    return Program(load(source), entry)


def run_on(
    machine: type[Machine], program: Program, *, lines: int = LINES, **given: Any
) -> Outcome:
    """Run a program on a new machine. `lines`: how many it may execute before it is stopped."""
    program = _as_read_by(machine, program)
    budget = Budget(program.script.filename, lines)
    made = machine(spend=budget.spend, **given)
    world = World(made)
    namespace = namespace_in(world, program.script)
    ended = True
    try:
        with budget:
            _run(made, program, namespace)
    except Spent:
        ended = False
    lines_printed = "".join(made.printed).split("\n")
    return Outcome(
        output=lines_printed if lines_printed[-1] else lines_printed[:-1],
        error=made.error,
        exit_code=made.exit_code or 0,
        ended=ended,
    )


def entry_of(namespace: dict[str, Any], name: str) -> Any:
    """Return a function of a script that has run; an exercise is the function under it."""
    entry = namespace[name]
    return getattr(entry, "program", entry)


def _as_read_by(machine: type[Machine], program: Program) -> Program:
    """Return the program as a machine's believer reads it: few read another one."""
    if machine.reader is None:
        return program
    tree = ast.parse(program.script.source)
    read = ast.fix_missing_locations(machine.reader(tree).visit(tree))
    return Program(load(ast.unparse(read)), program.entry)


def namespace_in(world: World, script: Script) -> dict[str, Any]:
    """Make the globals of a script in a world."""
    make: Any = world.load("loopscope.script").Script
    namespace: dict[str, Any] = make(
        script.code, script.source, script.filename, script.path
    ).namespace()
    namespace["__builtins__"] = world.builtins
    return namespace


def _run(machine: Machine, program: Program, namespace: dict[str, Any]) -> None:
    settled: list[bool] = []

    def main() -> None:
        result = eval(program.script.code, namespace)
        if program.entry:
            result = entry_of(namespace, program.entry)()
        if isinstance(result, Coroutine):
            promise = machine.start_coroutine(result)
            for _ in range(LOADERS):
                promise = promise.then()
            promise.then(lambda: settled.append(True), fail)

    def fail(reason: Any) -> None:
        settled.append(True)
        machine.report(exception_of(reason), "unhandledRejection")

    machine.run_main(main, is_module=program.script.is_module)
    if program.script.is_module and not settled and machine.exit_code is None:
        machine.exit_code = 13
