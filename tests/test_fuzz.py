"""Random programs print in Python what they print under Node; see docs/how-to/fuzz.md.

Some hundred in each run of the suite: some that are the same each time, and some that nobody has
seen. A failure's message has the program's seed, and the program made as small as it gets.
"""

from __future__ import annotations

import ast
import inspect
import os
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import loopscope
import pytest
from fuzz import javascript, judge, mutants, python, tree
from fuzz.check import is_well_formed
from fuzz.generator import generate
from fuzz.report import explain, save
from fuzz.session import Session
from fuzz.shrink import shrink

TESTS = Path(__file__).parent
FOUND = TESTS / "fuzz" / "found"
PART = 50  # programs in one test, so that workers can share them
PARTS = 5  # twice: 250 programs that are the same each time, 250 that nobody has seen
ENOUGH = 400  # candidates that are tried for a smaller program: a minute

on_linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"),
    reason="the judge's clock (tests/fuzz/clock.c) is for Linux",
)


def assert_no_divergence(seeds: range) -> None:
    session = Session(seeds, jobs=2)
    for result in session:
        if result.verdict.diverges:
            session.stop()
            pytest.fail(report(result.seed))
    assert session.done == len(seeds)
    # Of a few programs one may be bad luck.
    assert session.unstable <= max(1, 0.02 * session.done), "Node is unsure: is its clock steady?"


def report(seed: int) -> str:
    tries = iter(range(ENOUGH))

    def shows(candidate: tree.Program) -> bool:
        return next(tries, None) is not None and judge.compare(candidate).diverges

    program = shrink(generate(seed), shows)
    verdict = judge.compare(program)
    save(program, verdict, judge.BUILD)
    return f"./dev fuzz --count 1 --seed {seed} shows it again\n{explain(program, verdict)}"


@on_linux
@pytest.mark.node
@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_the_programs_of_each_run(part: int) -> None:
    assert_no_divergence(range(part * PART, (part + 1) * PART))


@on_linux
@pytest.mark.node
@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_programs_that_nobody_has_seen(part: int) -> None:
    first = random.SystemRandom().randrange(10**6, 10**9)
    assert_no_divergence(range(first, first + PART))


@on_linux
@pytest.mark.node
@pytest.mark.slow
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (".finally_(", ".then("),  # costs less, and gives another value
        ("setImmediate(", "queueMicrotask("),
        ("block(", "abs("),
    ],
)
def test_a_wrong_runtime_is_found(right: str, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write = python.write
    monkeypatch.setattr(python, "write", lambda program: write(program).replace(right, wrong))
    session = Session(range(200), jobs=2)
    for result in session:
        if result.verdict.diverges:
            session.stop()
            return
    pytest.fail("200 programs did not tell it from the right one")


@on_linux
@pytest.mark.node
@pytest.mark.slow
def test_the_judges_clock_changes_nothing_but_waiting() -> None:
    programs = sorted([*TESTS.glob("programs/[0-9]*.js"), *TESTS.glob("programs/[0-9]*.mjs")])
    assert len(programs) > 150
    judge.clock()
    with ThreadPoolExecutor(2) as pool:
        for program, ran in zip(programs, pool.map(judge.run_node, programs), strict=True):
            code = program.with_suffix(".rc")
            assert ran.output == program.with_suffix(".out").read_text("utf-8"), program.name
            assert ran.exit_code == (int(code.read_text()) if code.exists() else 0), program.name


# Twins of which Node is sure on a steady clock only; the others stand in tests/programs.
@on_linux
@pytest.mark.node
@pytest.mark.parametrize("program", sorted(FOUND.glob("*.js")), ids=lambda program: program.stem)
def test_what_only_a_steady_clock_can_tell(program: Path) -> None:
    assert loopscope.record(program.with_suffix(".py")).stdout == judge.run_node(program).output


# ---- the tools ----


@pytest.mark.parametrize("mutant", mutants.MUTANTS, ids=lambda mutant: mutant.name)
def test_each_mutant_has_its_place_in_the_c_code(mutant: mutants.Mutant) -> None:
    assert (TESTS.parent / "csrc" / mutant.file).read_text("utf-8").count(mutant.right) == 1
    assert mutant.right != mutant.wrong


@pytest.mark.parametrize("seed", range(0, 1000, 25))
def test_a_seed_gives_one_program_that_both_languages_can_say(seed: int) -> None:
    program = generate(seed)
    assert program == generate(seed)
    assert is_well_formed(program)
    code = compile(python.write(program), "program", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    assert bool(code.co_flags & inspect.CO_COROUTINE) == program.is_module


def test_programs_have_something_of_everything() -> None:
    kinds = {type(part) for seed in range(300) for part in generate(seed).walk()}
    abstract = (tree.Node, tree.Expression, tree.Statement)
    named = [kind for kind in vars(tree).values() if isinstance(kind, type)]
    parts = {kind for kind in named if issubclass(kind, tree.Node) and kind not in abstract}
    assert len(parts) > 40
    assert kinds == parts


def test_shrinking_leaves_what_is_needed() -> None:
    def shows(program: tree.Program) -> bool:
        parts = [*program.walk()]
        return any(isinstance(part, tree.Finally) for part in parts) and any(
            isinstance(part, tree.Timer) and part.delay >= 3 for part in parts
        )

    program = next(program for program in map(generate, range(1000)) if shows(program))
    sizes: list[int] = []
    smallest = shrink(program, shows, sizes.append)
    assert shows(smallest)
    assert is_well_formed(smallest)
    assert sizes[-1] == tree.size(smallest) < tree.size(program)
    assert tree.size(smallest) <= 8
    assert ".finally(undefined)" in javascript.write(smallest)
    assert "}, 3)" in javascript.write(smallest)


@pytest.mark.parametrize(
    "statement",
    [
        tree.Log("a", (tree.Local("v1"),)),
        tree.Leave("break"),
        tree.Return(tree.Value()),
        tree.Yield("v1", "a", tree.Value()),
        tree.Settle("res1", tree.Value()),
        tree.Do(tree.Call("f1", tree.Value())),
        tree.Put("g1", tree.Value(5)),
        tree.Exit(1),
        tree.Microtask(tree.Callback((), tree.Block((tree.Await("v1", "a", tree.Value()),)))),
        tree.Try(tree.Block(), "v1", None, None),
    ],
    ids=lambda statement: type(statement).__name__,
)
def test_what_cannot_be_said_is_refused(statement: tree.Statement) -> None:
    assert not is_well_formed(tree.Program((), tree.Block((statement,))))


def test_a_run_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "from loopscope.js import *\ndef f(): queueMicrotask(f)\nf()"
    monkeypatch.setattr(python, "write", lambda program: source)
    monkeypatch.setattr(judge, "SECONDS", 0.2)
    assert judge.run_python(tree.Program((), tree.Block())) == judge.HANGS


def test_without_a_node_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "LOOPSCOPE_NODE", "/nowhere/node")
    with pytest.raises(judge.Unavailable, match="LOOPSCOPE_NODE"):
        judge.node.__wrapped__()
