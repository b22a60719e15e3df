"""The pytest plugin, as those who write and solve exercises meet it."""

from __future__ import annotations

import sys
from textwrap import dedent

import loopscope
import pytest
from loopscope.learn.hints import judge
from loopscope.learn.model import load_program
from loopscope.learn.order import first_difference, in_any_order, legal_orders

pytest_plugins = "pytester"

HEAD = "from loopscope.js import *\nfrom loopscope.learn.exercise import predict\n"
ANSWER = ("A", "D", "C", "B")
BODY = """
def program():
    console.log("A")
    setTimeout(lambda: console.log("B"), 0)
    Promise.resolve().then(lambda: console.log("C"))
    console.log("D")
"""


@pytest.fixture(autouse=True)
def light(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the plugins of others out of the inner pytest: nbmake takes five seconds to import."""
    others = ("nbmake", "anyio", "hypothesispytest")
    monkeypatch.setenv("PYTEST_ADDOPTS", " ".join(f"-p no:{one}" for one in others))


def write(pytester: pytest.Pytester, *lines: str, body: str = BODY) -> None:
    decorator = f"@predict({', '.join(map(repr, lines))})"
    pytester.makepyfile(test_it=HEAD + decorator + body)


def message(result: pytest.RunResult) -> str:
    text = str(result.stdout)
    return text[text.index("program ____") : text.index("short test summary")]


def test_a_right_prediction_passes(pytester: pytest.Pytester) -> None:
    write(pytester, *ANSWER)
    pytester.runpytest().assert_outcomes(passed=1)


def test_a_wrong_one_fails_with_its_message_first_and_no_traceback(
    pytester: pytest.Pytester,
) -> None:
    write(pytester, "A", "D", "B", "C")
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    lines = message(result).splitlines()
    assert (
        lines[1] == "Right so far: 2 of 4 lines. You put “B” third, but another line comes there."
    )
    assert lines[2] == "(hint 1 of 4)"
    assert "Traceback" not in str(result.stdout)
    assert "def program" not in str(result.stdout)


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_each_level_tells_more_and_only_the_last_one_the_order(
    pytester: pytest.Pytester, level: int
) -> None:
    write(pytester, "A", "D", "B", "C")
    text = message(pytester.runpytest(f"--loopscope-hint={level}"))
    assert ("Which of them goes first?" in text) == (level >= 2)
    assert ("then · line 7" in text) == (level >= 2)
    assert ("The rule “" in text) == (level >= 3)
    assert ("script" in text and "not a task" in text.replace("\n", " ")) == (level >= 3)
    assert ("A · D · C · B" in text) == (level == 4)
    assert ("in the stepper." in text) == (level == 4)


def test_the_level_may_stand_in_the_environment(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOOPSCOPE_HINT", "4")
    write(pytester, "A", "D", "B", "C")
    assert "A · D · C · B" in message(pytester.runpytest())


def test_nothing_is_cut(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    body = "\ndef program():\n" + "".join(f"    console.log('line {k}')\n" for k in range(60))
    write(pytester, "line 1", body=body)
    text = message(pytester.runpytest("--loopscope-hint=4"))
    assert "line 58 · line 59" in text
    assert "truncated" not in text


def test_no_prediction_is_no_wrong_one(pytester: pytest.Pytester) -> None:
    write(pytester)
    text = message(pytester.runpytest("--loopscope-hint=4"))
    assert "No prediction yet: the program prints 4 lines." in text
    assert "A · D" not in text


def test_exercises_speak_javascript(pytester: pytest.Pytester) -> None:
    body = """
async def program():
    console.log("a")
    await 5
    console.log("b")
"""
    write(pytester, "a", "b", body=body)
    # That this process has imported what a learner's has not is nothing to warn of.
    quiet = "ignore::pytest.PytestAssertRewriteWarning"
    pytester.runpytest("-W", "error", "-W", quiet).assert_outcomes(passed=1)


def test_a_script_is_predicted(pytester: pytest.Pytester) -> None:
    pytester.makefile(".py", program="from loopscope.js import *\nconsole.log(await 7)\n")
    pytester.makepyfile(
        test_it="from loopscope.learn.exercise import predict_script\n"
        "good = predict_script('program.py', 7)\nbad = predict_script('program.py', 8)\n"
    )
    pytester.runpytest().assert_outcomes(passed=1, failed=1)


def test_a_program_that_never_ends_fails(pytester: pytest.Pytester) -> None:
    write(pytester, "A", body="\ndef program():\n    while True:\n        pass\n")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*stopped after * steps*"])


def test_an_error_of_the_program_is_no_crash(pytester: pytest.Pytester) -> None:
    write(pytester, "A", "B", body="\ndef program():\n    console.log('A')\n    raise ValueError\n")
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    assert "the program prints nothing more" in message(result)


RELATIONS = """
from loopscope.js import *
from loopscope.learn.exercise import relations

@relations(
    must=[("script", "10")], {may}=[("10", "9, set later")], cannot=[("9, set later", "script")]
)
def program():
    setTimeout(lambda: console.log("10"), 10)
    block(0.5)
    setTimeout(lambda: console.log("9, set later"), 9)
    console.log("script")
"""


def test_pairs_of_lines_are_compared_with_all_legal_orders(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=RELATIONS.replace("{may}", "may"))
    pytester.runpytest().assert_outcomes(passed=1)


def test_a_wrong_pair_fails(pytester: pytest.Pytester) -> None:
    wrong = RELATIONS.replace('must=[("script", "10")], {may}=[', 'must=[("script", "10"), ')
    pytester.makepyfile(test_it=wrong)
    text = message(pytester.runpytest("--loopscope-hint=4"))
    assert "2 of 3 are right." in text
    assert "“10” must come before “9, set later”: that is not so." in text
    assert "\nIt may.\n" in text


def test_fixtures_and_assert_order(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it=dedent(
            """
            from loopscope.learn.asserting import assert_order
            from loopscope.learn.order import in_any_order

            SCRIPT = '''
            from loopscope.js import *
            setTimeout(lambda: console.log(2))
            console.log(1)
            '''.replace("    ", "")

            def test_right(record):
                assert_order(record(SCRIPT), ["1", "2"])
                assert_order(record(SCRIPT), [in_any_order("2", "1")])

            def test_wrong(record):
                assert_order(record(SCRIPT), ["2", "1"])

            def test_lines():
                assert_order(["a", "c"], ["a", in_any_order("b", "d")])

            def test_loop(loop):
                assert loop.run(lambda: 5) == 5
            """
        )
    )
    result = pytester.runpytest_subprocess("--loopscope-hint=3")
    result.assert_outcomes(passed=2, failed=2)
    text = str(result.stdout)
    assert "You put “2” first, but another line comes there." in text
    assert "setTimeout with 0 runs its function right there" in text.replace("\n", " ")
    assert "Line 2 is “c”: that is not expected there." in text
    assert "def test_wrong" not in text


def test_it_works_with_xdist(pytester: pytest.Pytester) -> None:
    write(pytester, "A", "D", "B", "C")
    result = pytester.runpytest_subprocess("-n2", "--loopscope-hint=2")
    result.assert_outcomes(failed=1)
    assert "Which of them goes first?" in message(result)


def test_it_does_nothing_unless_it_is_used(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="def program():\n    pass\n\ndef test_it():\n    pass\n")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_its_import_is_light(pytester: pytest.Pytester) -> None:
    code = (
        "import sys, loopscope.learn.plugin\n"
        "heavy = {'loopscope.runtime', 'loopscope.learn.machines', 'loopscope.learn.model', "
        "'matplotlib', 'rich', 'hypothesis', 'IPython'}\n"
        "sys.exit(str(heavy & {*sys.modules}) if heavy & {*sys.modules} else 0)\n"
    )
    assert pytester.run(sys.executable, "-c", code).ret == 0


# ---- orders


def test_in_any_order() -> None:
    expected = ["a", in_any_order("b", ["c", "d"]), "e"]
    for middle in ("bcd", "cbd", "cdb"):
        assert first_difference([*"a", *middle, *"e"], expected) is None
    assert first_difference([*"adcbe"], expected) == 1
    assert first_difference([*"abdce"], expected) == 2
    assert first_difference([*"abcd"], expected) == 4
    assert first_difference([*"abc"], expected) == 3
    assert first_difference([*"abcdef"], expected) == 5


def test_an_order_that_another_computer_gives_is_right_too() -> None:
    source = (
        "from loopscope.js import *\n"
        "setTimeout(lambda: console.log('10'), 10)\nblock(0.5)\n"
        "setTimeout(lambda: console.log('9'), 9)\n"
    )
    program = load_program(source)
    assert legal_orders(program) == {("10", "9"), ("9", "10")}
    recording = loopscope.record(source)
    for order in (["10", "9"], ["9", "10"]):
        assert judge(recording, order, 1, program).is_right
    assert not judge(recording, ["9", "9"], 1, program).is_right
