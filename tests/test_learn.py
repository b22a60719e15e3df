"""check, which tells how far a prediction is right without telling the rest, and moment."""

from __future__ import annotations

import doctest
from itertools import permutations
from pathlib import Path
from typing import Any

import loopscope
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopscope.learn import check, moment
from loopscope.learn.predict import why_right

PROGRAM = """from loopscope.js import *
setTimeout(lambda: console.log('yellow'), 10)
setTimeout(lambda: console.log('green'), 0)
Promise.resolve().then(lambda: console.log('pink'))
console.log('blue')
console.log('black')
"""
ORDER = ["blue", "black", "pink", "green", "yellow"]


@pytest.fixture(scope="module")
def recording() -> loopscope.Recording:
    made = loopscope.record(PROGRAM)
    assert made.output == ORDER
    return made


def test_right(recording: loopscope.Recording) -> None:
    comparison = check(recording, ORDER)
    assert comparison
    assert (comparison.right, comparison.total, comparison.is_right) == (5, 5, True)
    assert str(comparison) == "Right: all 5 lines, in this order."


def test_one_line() -> None:
    assert str(check(loopscope.record("print('only')"), ["only"])) == (
        "Right: it prints this line, and no other."
    )


def test_what_is_no_text_is_compared_as_text() -> None:
    assert check(loopscope.record("for n in (1, 2.5): print(n)"), (1, 2.5))
    assert check(loopscope.record("print('A  ')"), [" A"])


@pytest.mark.parametrize("hint", [1, 2, 3])
def test_every_order(recording: loopscope.Recording, hint: int) -> None:
    for prediction in permutations(ORDER):
        comparison = check(recording, prediction, hint)
        right = next((k for k in range(5) if prediction[k] != ORDER[k]), 5)
        assert comparison.right == right
        assert comparison.is_right == (right == 5)
        if right < 5:
            text = comparison.text
            assert f"You put “{prediction[right]}” " in text
            assert not [
                line for line in ORDER[right:] if line in text and line != prediction[right]
            ]


@given(prediction=st.lists(st.sampled_from([*ORDER, "never"]), max_size=7), hint=st.integers(1, 3))
def test_no_hint_but_the_last_tells_a_line_that_was_not_predicted(
    recording: loopscope.Recording, prediction: list[str], hint: int
) -> None:
    comparison = check(recording, prediction, hint)
    assert comparison.is_right == (prediction == ORDER)
    told = [line for line in ORDER if line in comparison.text]
    assert set(told) <= set(prediction)


def test_nothing_predicted_is_not_wrong_but_asked_for(recording: loopscope.Recording) -> None:
    for hint in (1, 2, 3):
        comparison = check(recording, [], hint)
        assert not comparison
        assert comparison.text.startswith("No prediction yet.")
        assert "Hint" not in comparison.text


def test_a_part(recording: loopscope.Recording) -> None:
    assert "Right so far: 2 of 5 lines. The program prints more." in str(
        check(recording, ORDER[:2])
    )


def test_too_much(recording: loopscope.Recording) -> None:
    comparison = check(recording, [*ORDER, "white"], 3)
    assert "“white” sixth, but the program prints nothing more" in str(comparison)
    assert not comparison


def test_a_line_that_is_spelled_otherwise(recording: loopscope.Recording) -> None:
    assert "no line of the output reads exactly so" in str(check(recording, ["Blue"]))


def test_second_hint_is_the_state_when_the_loop_chose(recording: loopscope.Recording) -> None:
    text = str(check(recording, ["blue", "black", "green"], 2))
    assert "At that moment (t = 0 ms) the call stack is empty." in text
    assert "    microtasks: then · line 4\n" in text
    assert "timer #1 (line 2, due at 10 ms), timer #2 (line 3, due at 1 ms)" in text
    assert "Which of them goes first?" in text
    assert "rule" not in text


CHAIN = """from loopscope.js import *
Promise.resolve().then(lambda: console.log('one')).then(lambda: console.log('two'))
setTimeout(lambda: console.log('tick'), 1)
setInterval(lambda: (console.log('tock'), process.exit()), 2)
"""


@pytest.mark.parametrize(
    ("prediction", "question"),
    [
        (["two"], "What prints “two” is not among them yet. What has to happen before it is?"),
        (["tick"], "Which of them goes first?"),
        (["one", "tick"], "Which of them goes first?"),
        (["one", "two", "tock"], "Which of them goes first?"),
        (["one", "two", "tick", "two"], "Nothing else waits. What does it do first?"),
    ],
)
def test_second_hint_asks_about_the_line_that_was_predicted(
    prediction: list[str], question: str
) -> None:
    assert question in str(check(loopscope.record(CHAIN), prediction, 2)).replace("\n", " ")


def test_second_hint_does_not_ask_which_of_one() -> None:
    chain = "Promise.resolve().then(lambda: print(1)).then(lambda: print(2))"
    program = f"from loopscope.js import *\n{chain}"
    text = str(check(loopscope.record(program), [2, 1], 2)).replace("\n", " ")
    assert "Which of them" not in text
    assert "That does not print “2”. What has to happen before what prints it can wait?" in text


def test_a_right_order_is_explained_by_the_step_that_decides(
    recording: loopscope.Recording,
) -> None:
    assert why_right(recording, 2, "green") == (
        "Why “pink” comes third, and not “green”: The stack is empty, and it has been in the "
        "microtask queue the longest; “timer #2” is with the host until 1 ms, and then has to wait "
        "for its turn."
    )
    assert why_right(recording, None) == (
        "Why “pink” comes third: The stack is empty, and it has been in the microtask queue the "
        "longest."
    )


def test_second_hint_within_a_task_is_the_stack(recording: loopscope.Recording) -> None:
    text = str(check(recording, ["blue", "pink"], 2))
    assert "the call stack is not empty: script is still running." in text


@pytest.mark.parametrize(
    ("prediction", "rule"),
    [
        (["pink"], "a task runs to its end"),
        (["blue", "black", "green"], "first in, first out"),
        (["blue", "black", "pink", "yellow"], "a due timer becomes a task"),
    ],
)
def test_third_hint_is_the_rule(
    recording: loopscope.Recording, prediction: list[str], rule: str
) -> None:
    text = str(check(recording, prediction, 3))
    assert f"The rule “{rule}”: " in text
    assert "https://" in text
    assert "step" not in text
    assert max(len(line) for line in text.splitlines() if not line.startswith(("    ", "h"))) <= 90
    assert "(Hint 3 of 4." in text


@pytest.mark.parametrize(
    ("predicted", "needed"),
    [
        ("black", "“black” is printed farther on in the script, which runs line by line."),
        ("pink", "For “pink” to come there, the script would have had to end first."),
        ("blue black green", "For “green” to come there, there would have had to be no micro"),
        (
            "blue black pink yellow",
            "timer #1 would have had to be due earlier: it is due at 10 ms, and timer #2 at 1 ms.",
        ),
    ],
)
def test_third_hint_says_what_would_have_had_to_be_so(
    recording: loopscope.Recording, predicted: str, needed: str
) -> None:
    paragraphs = check(recording, predicted.split(), hint=3).paragraphs
    assert any(needed in one for one in paragraphs), paragraphs


CALLS_AND_QUEUES = """from loopscope.js import *
def inner():
    console.log('inner')
    (lambda: console.log('of inner'))()
def outer():
    inner()
    console.log('outer')
queueMicrotask(lambda: (console.log('m1'), queueMicrotask(lambda: console.log('m3'))))
queueMicrotask(lambda: console.log('m2'))
outer()
"""


@pytest.mark.parametrize(
    ("predicted", "needed"),
    [
        ("outer", "“outer” is printed by outer, which waits until inner has returned."),
        ("of inner", "“of inner” is printed in a call of the λ of line 4 that has not been made"),
        (
            "inner/of inner/outer/m2",
            "queueMicrotask · line 9 would have had to be queued before queueMicrotask · line 8.",
        ),
        (
            "inner/of inner/outer/m3",
            "queueMicrotask · line 8 would have had to run before: it queues what prints that",
        ),
    ],
)
def test_what_it_takes_for_calls_and_queues(predicted: str, needed: str) -> None:
    recording = loopscope.record(CALLS_AND_QUEUES)
    assert recording.output == ["inner", "of inner", "outer", "m1", "m2", "m3"]
    paragraphs = check(recording, predicted.split("/"), hint=3).paragraphs
    assert any(needed in one for one in paragraphs), paragraphs


def test_last_hint_is_the_order_and_the_step(recording: loopscope.Recording) -> None:
    text = str(check(recording, ["blue", "black", "green"], 4))
    assert "The order: blue · black · pink · green · yellow" in text
    step = moment(recording, "pink").step
    assert f"See step {step} in the stepper." in text
    assert "pink" in str(recording.explain(step))
    assert "Hint" not in text


def test_ticks_are_told_of() -> None:
    recording = loopscope.record(
        "from loopscope.js import *\n"
        "queueMicrotask(lambda: console.log('m'))\n"
        "process.nextTick(lambda: console.log('t'))\n"
    )
    text = str(check(recording, ["m"], 3))
    assert "    ticks: nextTick · line 3\n    microtasks: queueMicrotask · line 2\n" in text
    assert "ticks come before microtasks" in text


def test_without_a_whole_trace_the_hints_stop_at_the_first() -> None:
    recording = loopscope.record(PROGRAM, trace_limit=8)
    assert recording.trace.truncated
    text = str(check(recording, ["blue", "black", "green"], 3))
    assert text == str(check(recording, ["blue", "black", "green"], 1)).replace(
        "(Hint 1 of 4. For the next one: hint=2)", "(Hint 3 of 4. For the next one: hint=4)"
    )


@pytest.mark.parametrize("prediction", ["blue", b"blue", 3, None])
def test_a_prediction_is_a_list(recording: loopscope.Recording, prediction: Any) -> None:
    with pytest.raises(TypeError, match="prediction must be a list of lines"):
        check(recording, prediction)


@pytest.mark.parametrize("hint", [0, 5, "two"])
def test_hints_are_numbered(recording: loopscope.Recording, hint: Any) -> None:
    with pytest.raises(ValueError, match="hint must be 1, 2, 3 or 4"):
        check(recording, ORDER, hint)


def test_moment(recording: loopscope.Recording) -> None:
    black = moment(recording, "black")
    assert str(black) == (
        f"While “black” is printed (step {black.step}, t = 0 ms):\n"
        "running     script\n"
        "call stack  script → console.log\n"
        "microtasks  then · line 4\n"
        "tasks       (empty)\n"
        "host        timer #1 (line 2, due at 10 ms), timer #2 (line 3, due at 1 ms)"
    )
    yellow = moment(recording, "yellow")
    assert (yellow.time, yellow.task, yellow.host) == (10, "timer #1", [])


def test_moment_of_one_of_several() -> None:
    recording = loopscope.record(
        "from loopscope.js import *\n"
        "for ms in (5, 7): setTimeout(lambda: console.log('tick'), ms)\n"
        "console.log('two\\nlines')\n"
    )
    assert [moment(recording, "tick", n).time for n in (1, 2)] == [5, 7]
    assert moment(recording, "two").step == moment(recording, "lines").step
    with pytest.raises(LookupError, match=r"'tick' was printed 2 times.*occurrence 3"):
        moment(recording, "tick", 3)
    with pytest.raises(LookupError, match=r"the output is \['two'"):
        moment(recording, "tock")


def test_moment_shows_suspended_functions_and_ticks_where_there_are_any() -> None:
    recording = loopscope.record(
        "from loopscope.js import *\n"
        "async def wait():\n"
        "    await null\n"
        "wait()\n"
        "process.nextTick(lambda: None)\n"
        "console.log('now')\n"
    )
    text = str(moment(recording, "now"))
    assert "suspended   wait" in text
    assert "ticks       nextTick · line 5" in text


def test_the_tutorial_page_shows_what_happens() -> None:
    page = Path(__file__).parent.parent / "docs" / "tutorial" / "lessons.md"
    text = page.read_text(encoding="utf-8").replace("\n```\n", "\n\n```\n")  # ends the last example
    example = doctest.DocTestParser().get_doctest(text, {}, page.stem, str(page), 0)
    assert len(example.examples) == 5
    results = doctest.DocTestRunner().run(example)
    assert (results.attempted, results.failed) == (5, 0)


def test_a_picture_takes_the_predictions_that_check_takes() -> None:
    numbers = loopscope.record("print(1); print(2)")
    assert numbers.plot(prediction=[2, 1]).alt_text == numbers.plot(prediction=["2", "1"]).alt_text
    # Nobody is shown a mistake who has not predicted yet.
    assert drawn(numbers.plot(prediction=[])) == drawn(numbers.plot())
    assert drawn(numbers.plot(prediction=[2, 1])) != drawn(numbers.plot())


def drawn(figure: Any) -> list[str]:
    """What is in a picture: the kind of each mark, and each text."""
    return [
        f"{type(mark).__name__} {getattr(mark, 'get_text', str)()}" for mark in figure.findobj()
    ]
