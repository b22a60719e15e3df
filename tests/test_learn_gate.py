"""The prediction gate without a notebook: tiles, what opens it, and the learner's file."""

from __future__ import annotations

import json
import os
import threading
from itertools import permutations
from pathlib import Path

import loopscope
import pytest
from loopscope.learn import answers
from loopscope.learn.answers import Kept, keep, last_of, read
from loopscope.learn.gate import Gate, digest
from loopscope.learn.tiles import distractors, shuffled

JOBS = """\
console.log('1')
setTimeout(lambda: console.log('2'), 0)
Promise.resolve().then(lambda: console.log('3'))
console.log('4')
"""


def gate(source: str, **options: object) -> Gate:
    recording = loopscope.record("from loopscope.js import *\n" + source)
    return Gate(recording, source, **options)  # type: ignore[arg-type]


# ---- tiles ----


def test_tiles_are_the_lines_and_others_in_an_order_that_tells_nothing() -> None:
    for printed in permutations("abcd"):
        tiles = shuffled(printed, ["x"], "salt")
        assert sorted(tiles) == ["a", "b", "c", "d", "x"]
        assert [text for text in tiles if text != "x"] != [*printed]
    # Whatever the program prints first, the tiles lie in the same order, but for the one exception.
    assert len({tuple(shuffled(printed, ["x"], "salt")) for printed in permutations("abcd")}) == 2
    assert shuffled("abcd", [], "salt") == shuffled("abcd", [], "salt")
    assert len({tuple(shuffled("abcdef", [], str(salt))) for salt in range(20)}) > 15


def test_equal_lines_are_equal_tiles() -> None:
    assert sorted(shuffled(["a", "b", "a"], [], "")) == ["a", "a", "b"]
    assert shuffled(["a", "a"], [], "") == ["a", "a"]
    assert shuffled(["a"], [], "") == ["a"]
    assert shuffled([], ["x"], "") == ["x"]


def test_what_is_never_printed_is_found_in_the_program_and_on_wrong_machines() -> None:
    written = "if 0:\n    console.log('never', 1)\nprint('once')\nconsole.log('%d', 3)\n"
    assert distractors(written, ["once"], None) == ["never 1"]
    many = "".join(f"if 0: console.log('{k}')\n" for k in range(9))
    assert distractors(many, [], None) == ["0", "1"]
    balance = gate(
        "balance = 100\n"
        "async def withdraw(amount):\n"
        "    global balance\n"
        "    before = balance\n"
        "    await Promise(lambda resolve: setTimeout(resolve, 10))\n"
        "    balance = before - amount\n"
        "Promise.all([withdraw(30), withdraw(50)]).then(lambda: console.log('left', balance))\n"
    )
    assert balance.recording.output == ["left 50"]
    assert "left 20" in balance.tiles  # of a machine whose await blocks


def test_an_authors_distractors_take_the_place_of_those() -> None:
    source = JOBS + "if 0: console.log('never')\n"
    assert sorted(gate(source).tiles) == ["1", "2", "3", "4", "never"]
    assert sorted(gate(source, given=["5", "4", "5"]).tiles) == ["1", "2", "3", "4", "5"]
    assert sorted(gate(source, given=[]).tiles) == ["1", "2", "3", "4"]


# ---- the gate ----


def test_it_opens_with_a_prediction_and_names_the_belief() -> None:
    one = gate(JOBS)
    assert not one.is_open
    assert (one.told, one.start, one.overlay) == ([], 0, None)
    verdict = one.commit(["1", "4", "2", "3"], 3)
    assert one.is_open
    assert (verdict.is_right, verdict.right, verdict.total) == (False, 2, 4)
    assert verdict.beliefs == ("M17", "M15")
    told = {about for about, _ in one.told}
    assert told == {"headline", "sure", "moment", "rule", "belief", "other"}
    belief = next(text for about, text in one.told if about == "belief")
    assert "a timer that is due is taken before the microtasks" in belief
    assert one.overlay == ["1", "4", "2", "3"]
    # The stepper opens when the two wait for each other, and neither has run.
    state = one.recording.state(one.start)
    assert (len(state.microtasks), len(state.host), len(state.output)) == (1, 1, 2)
    assert state.running == ()


def test_a_right_one_is_right() -> None:
    one = gate(JOBS)
    assert one.commit(["1", "4", "3", "2"], 3).is_right
    assert [about for about, _ in one.told] == ["headline", "rule"]
    assert one.told[1].text.startswith("Why “4” comes second, and not “")
    assert (one.start, one.overlay) == (0, ["1", "4", "3", "2"])


def test_it_takes_every_right_arrangement_of_equal_lines() -> None:
    source = "".join(f"console.log('{letter}')\n" for letter in "ABA")
    tiles = gate(source).tiles
    right = 0
    for places in permutations(range(3)):
        right += gate(source).commit([tiles[at] for at in places]).is_right
    assert right == 2  # the two tiles "A" may change places


def test_any_legal_order_is_right() -> None:
    late = "setTimeout(lambda: console.log('ten'), 10)\nblock(0.5)\n"
    late += "setTimeout(lambda: console.log('nine'), 9)\n"
    first, other = gate(late), gate(late)
    printed = first.recording.output
    assert first.commit(printed).is_right
    assert other.commit(printed[::-1]).is_right
    assert "too, is legal" in other.told[0].text
    assert other.overlay is None  # the picture is that of a run in another order, no mistake
    assert other.start == 0


def test_tries_climb_the_hints_and_keep_it_closed() -> None:
    one = gate(JOBS, tries=3)
    wrong = ["1", "2", "3", "4"]
    one.commit(wrong)
    assert {about for about, _ in one.told} == {"headline"}
    assert not one.is_open
    one.commit(wrong)
    assert {about for about, _ in one.told} == {"headline", "moment"}
    assert not one.is_open
    one.commit(wrong)
    assert one.is_open
    assert "rule" in {about for about, _ in one.told}
    early = gate(JOBS, tries=3)
    assert early.commit(["1", "4", "3", "2"]).is_right
    assert early.is_open


def test_revealing_and_beginning_anew() -> None:
    one = gate(JOBS)
    one.reveal()
    assert one.is_open
    assert (one.told, one.overlay, one.start) == ([], None, 0)
    with pytest.raises(ValueError, match="open already"):
        one.commit(["1"])
    one.close()
    assert not one.is_open
    assert one.commit(["1", "4", "3", "2"]).is_right


def test_what_is_no_prediction_is_refused() -> None:
    one = gate(JOBS)
    with pytest.raises(ValueError, match="nothing is predicted"):
        one.commit([])
    for confidence in (0, 4, "3"):
        with pytest.raises(ValueError, match="confidence must be"):
            one.commit(["1"], confidence)  # type: ignore[arg-type]
    assert (one.attempts, one.is_open) == (0, False)
    assert "prints nothing" in gate("pass").unfit
    assert "prints 30 lines" in gate("for k in range(30): console.log(k)").unfit
    assert one.unfit == ""


def test_a_program_that_the_model_cannot_follow_is_not_diagnosed() -> None:
    # It prints something else each time it is run.
    source = "import itertools\nconsole.log('once')\nimport os\nos.environ['LOOPSCOPE_ONCE'] += '.'"
    source += "\nconsole.log(len(os.environ['LOOPSCOPE_ONCE']))\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOPSCOPE_ONCE", "")
        one = gate(source)
        ran = len(os.environ["LOOPSCOPE_ONCE"])
        assert one.commit(["1", "once"]).beliefs == ()
        patch.setenv("LOOPSCOPE_ONCE", "")
        gate(source, once=True)
        assert os.environ["LOOPSCOPE_ONCE"] == "."
    assert ran > 1


def test_a_program_is_known_again_but_not_if_it_is_changed() -> None:
    assert digest(JOBS) == digest("\n# a comment\n" + JOBS.replace("'", '"'))
    assert digest(JOBS) != digest(JOBS.replace("0)", "1)"))
    assert digest("await x")


# ---- the learner's file ----


def kept(**changes: object) -> Kept:
    facts: dict[str, object] = {
        "name": "jobs",
        "program": "abc",
        "predicted": ["1", "ä"],
        "confidence": 2,
        "revealed": False,
        "attempt": 1,
        "opened": True,
        "right": 1,
        "total": 4,
        "is_right": False,
        "beliefs": ["M17"],
        **changes,
    }
    return Kept(**facts)  # type: ignore[arg-type]


def test_answers_are_plain_lines(tmp_path: Path) -> None:
    keep(kept(), tmp_path)
    keep(kept(predicted=["4"], opened=False), tmp_path)
    first, second = (tmp_path / answers.FILE).read_text(encoding="utf-8").splitlines()
    document = json.loads(first)
    assert document["format"] == "loopscope.prediction/1"
    assert document["predicted"] == ["1", "ä"]
    assert document["at"].endswith("+00:00")
    assert json.loads(second)["opened"] is False
    assert [one.predicted for one in read(tmp_path)] == [["1", "ä"], ["4"]]
    found = last_of("abc", tmp_path)
    assert found is not None
    assert found.predicted == ["1", "ä"]  # the one that opened it
    assert last_of("other", tmp_path) is None
    assert last_of("abc", tmp_path / "nowhere") is None


def test_a_spoilt_line_spoils_no_other(tmp_path: Path) -> None:
    keep(kept(predicted=["a"]), tmp_path)
    path = tmp_path / answers.FILE
    with path.open("a", encoding="utf-8") as file:
        file.write('[1]\n{"format": "loopscope.prediction/9"}\n{"format": "loopsc')
    keep(kept(predicted=["b"]), tmp_path)
    assert [one.predicted for one in read(tmp_path)] == [["a"], ["b"]]


def test_notebooks_may_write_at_the_same_time(tmp_path: Path) -> None:
    def write(name: str) -> None:
        for _ in range(50):
            keep(kept(name=name, predicted=["x" * 2000]), tmp_path)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([*read(tmp_path)]) == 200
