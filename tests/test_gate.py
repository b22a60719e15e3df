"""`%%predict` in a shell of this process, and in notebooks that a client runs."""

from __future__ import annotations

import json
import os

import nbformat
import pytest
from loopscope import Recording
from loopscope.jupyter import predict, reveal
from loopscope.learn.answers import FILE, read
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from test_jupyter import run, shell_with_magics

PROGRAM = """\
console.log('1')
setTimeout(lambda: console.log('2'), 0)
Promise.resolve().then(lambda: console.log('3'))
console.log('4')
"""
RIGHT = ["1", "4", "3", "2"]


__all__ = ["shell_with_magics"]  # the fixture "shell"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder of the learner's own."""
    monkeypatch.chdir(tmp_path)
    for name in ("LOOPSCOPE_PREDICTIONS", "LOOPSCOPE_REVEAL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def shown(lines):
    return [line.strip() for line in lines.splitlines() if line.startswith("    ")]


def test_nothing_is_shown_before_a_prediction(shell, folder):
    result, out, err = run(shell, f"%%predict --as jobs\n{PROGRAM}")
    assert result.success
    assert err == ""
    tiles = shown(out)
    assert sorted(tiles) == ["1", "2", "3", "4"]
    assert tiles != RIGHT
    assert "locked until you predict" in out
    assert not (folder / FILE).exists()
    for use in ("jobs.plot()", "jobs.output", "len(jobs.trace)", "jobs._repr_mimebundle_()"):
        result, out, err = run(shell, use)
        assert not result.success
        assert (out + err).startswith("jobs is locked: commit your prediction")
        assert "Traceback" not in out + err
    result, out, _ = run(shell, "jobs")
    assert "locked until you have predicted" in out
    assert "4" not in out


def test_a_prediction_opens_it(shell, folder):
    run(shell, f"%%predict --as jobs\n{PROGRAM}")
    result, out, _ = run(shell, "%predict 1 4 2 3 --confidence 3")
    assert result.success
    assert out.startswith("Right so far: 2 of 4 lines. You put “2” third")
    assert "a timer that is due is taken before the microtasks" in out.replace("\n", " ")
    assert "\n1\n4\n3\n2\n" in out
    assert isinstance(shell.user_ns["jobs"], Recording)
    assert run(shell, "jobs.output")[0].result == RIGHT
    [answer] = read(folder)
    assert (answer.name, answer.predicted, answer.confidence) == ("jobs", ["1", "4", "2", "3"], 3)
    assert (answer.right, answer.total, answer.beliefs) == (2, 4, ["M17", "M15"])
    _, out, err = run(shell, "%predict 1 4 3 2")
    assert "open already" in out + err


def test_an_answer_survives_the_cells_next_run_and_not_its_change(shell, folder):
    run(shell, f"%%predict --as jobs\n{PROGRAM}")
    run(shell, "%predict 1 4 3 2")
    _, out, _ = run(shell, f"%%predict --as jobs\n# a comment\n{PROGRAM}")
    assert "You predicted this program before" in out
    assert "Right: all 4 lines" in out
    assert isinstance(shell.user_ns["jobs"], Recording)
    _, out, _ = run(shell, f"%%predict --as jobs\n{PROGRAM}console.log(5)\n")
    assert "before" not in out.replace("before:", "")
    assert not isinstance(shell.user_ns["jobs"], Recording)
    assert len([*read(folder)]) == 1


def test_functions_for_those_who_have_no_tiles(shell):
    run(shell, f"%%predict --as jobs\n{PROGRAM}console.log('{{ $x: 1 }}')\n")
    predict("1", "4", "{ $x: 1 }", "3", "2", confidence=1)
    assert shell.user_ns["jobs"].output == ["1", "4", "{ $x: 1 }", "3", "2"]
    run(shell, "%%predict --as other\nconsole.log('--reveal')\nconsole.log(8)\n")
    reveal()
    assert shell.user_ns["other"].output == ["--reveal", "8"]


def test_functions_need_a_shell():
    with pytest.raises(RuntimeError, match="for notebooks"):
        predict("1")


def test_tries_keep_it_locked(shell, folder):
    run(shell, f"%%predict --tries 2 --as jobs\n{PROGRAM}")
    _, out, _ = run(shell, "%predict 1 2 3 4")
    assert (
        out.strip()
        == "Right so far: 1 of 4 lines. You put “2” second, but another line comes there."
    )
    assert not isinstance(shell.user_ns["jobs"], Recording)
    run(shell, "%predict 1 4 3 2")
    assert isinstance(shell.user_ns["jobs"], Recording)
    assert [(one.attempt, one.opened) for one in read(folder)] == [(1, False), (2, True)]


def test_distractors_of_the_author(shell):
    _, out, _ = run(shell, f'%%predict --distractors "five, or {{six}}" 4 7\n{PROGRAM}')
    assert sorted(shown(out)) == ["1", "2", "3", "4", "7", "five, or {six}"]


def test_distractors_out_of_the_learners_sight(shell, folder):
    (folder / "loopscope-tiles.json").write_text('{"jobs": ["8", "4"]}', encoding="utf-8")
    _, out, _ = run(shell, f"%%predict --as jobs\n{PROGRAM}")
    assert sorted(shown(out)) == ["1", "2", "3", "4", "8"]
    _, out, _ = run(shell, f"%%predict --as others\n{PROGRAM}")
    assert sorted(shown(out)) == ["1", "2", "3", "4"]
    for text in ("[", "[]", '{"jobs": 5}'):
        (folder / "loopscope-tiles.json").write_text(text, encoding="utf-8")
        assert run(shell, f"%%predict --as jobs\n{PROGRAM}")[0].success


def test_errors_are_part_of_what_opens(shell):
    _, out, err = run(shell, "%%predict\nconsole.log(1)\nconsole.log(2)\n1 / 0\n")
    assert "ZeroDivisionError" not in out + err
    _, out, err = run(shell, "%predict 1 2")
    assert "ZeroDivisionError: division by zero" in out
    result, out, err = run(shell, "%%predict\nx = (\n")
    assert not result.success
    assert "'(' was never closed" in out + err


def test_what_cannot_be_asked_is_shown_at_once(shell):
    result, out, err = run(shell, "%%predict --as none\nx = 1\n")
    assert result.success
    assert "Nothing to predict: the program prints nothing." in err
    assert isinstance(shell.user_ns["none"], Recording)
    _, out, err = run(shell, "%%predict\nfor k in range(30): console.log(k)\n")
    assert "Nothing to predict: the program prints 30 lines" in err
    assert "\n29\n" in out


def test_loop_names_its_recording_too(shell):
    run(shell, "%%loop --as first\n_ = 5\nconsole.log(_)\n")
    assert shell.user_ns["first"].output == ["5"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("%%loop --as 1x\nx", "it must be a name, not '1x'"),
        ("%%loop --as for\nx", "it must be a name, not 'for'"),
        ("%%loop --tries 2\nx", "unrecognized arguments: --tries 2"),
        ("%%predict --tries 10\nx", "it must be 9 or less, not 10"),
        ("%%predict --fast\nx", "%%predict: unrecognized arguments: --fast"),
        ("%predict 1", "run a %%predict cell first"),
        ("%predict --confidence 7", "invalid choice"),
    ],
)
def test_options_that_make_no_sense(shell, line, complaint):
    result, out, err = run(shell, line)
    assert not result.success
    assert complaint in out + err
    assert "Traceback" not in out + err


def test_help_and_unloading(shell):
    assert "--distractors" in shell.find_cell_magic("predict").__doc__
    assert "--tries" not in shell.find_cell_magic("loop").__doc__
    shell.run_line_magic("unload_ext", "loopscope")
    assert shell.find_cell_magic("predict") is None
    assert shell.find_line_magic("predict") is None


def test_predictions_of_a_test(shell, folder, monkeypatch):
    fixture = folder / "predictions.json"
    fixture.write_text(json.dumps({"jobs": ["1", "4", "2", 3]}), encoding="utf-8")
    monkeypatch.setenv("LOOPSCOPE_PREDICTIONS", str(fixture))
    _, out, _ = run(shell, f"%%predict --as jobs\n{PROGRAM}")
    assert "Right so far: 2 of 4 lines." in out
    assert isinstance(shell.user_ns["jobs"], Recording)
    assert not (folder / FILE).exists()  # they are not the learner's
    run(shell, f"%%predict --as others\n{PROGRAM}")
    assert not isinstance(shell.user_ns["others"], Recording)
    monkeypatch.setenv("LOOPSCOPE_REVEAL", "1")
    run(shell, f"%%predict --as others\n{PROGRAM}")
    assert isinstance(shell.user_ns["others"], Recording)
    fixture.write_text("[", encoding="utf-8")
    _, out, err = run(shell, f"%%predict --as jobs\n{PROGRAM}")
    assert "does not hold predictions" in out + err


def test_a_folder_that_cannot_be_written_is_said(shell, folder):
    (folder / FILE).mkdir()
    run(shell, f"%%predict --as jobs\n{PROGRAM}")
    with pytest.warns(UserWarning, match="your answer could not be kept"):
        shell.run_line_magic("predict", "1 4 3 2")
    assert isinstance(shell.user_ns["jobs"], Recording)


# ---- a notebook ----


@pytest.fixture
def execute(folder):
    """Run cells as a notebook in the learner's folder; returns the outputs of each."""

    def execute_(*cells, **variables):
        made = [nbformat.v4.new_code_cell(cell) for cell in ("%load_ext loopscope", *cells)]
        notebook = nbformat.v4.new_notebook(cells=made)
        client = NotebookClient(
            notebook,
            timeout=60,
            kernel_name="python3",
            resources={"metadata": {"path": str(folder)}},
        )
        client.execute(env={**os.environ, **variables})
        return [cell.outputs for cell in notebook.cells[1:]]

    return execute_


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # what clients and kernels themselves warn of
def test_a_notebook_is_locked_until_it_is_predicted(execute, folder):
    cells = f"%%predict --as jobs\n{PROGRAM}", "jobs.output"
    with pytest.raises(CellExecutionError, match="jobs is locked"):
        execute(*cells)

    # The cell that is locked gets its outputs when a later one predicts.
    (tiles, printed, picture, steps), _, (result,) = execute(
        cells[0], "from loopscope.jupyter import predict\npredict(1, 4, 2, 3)", cells[1]
    )
    assert set(tiles.data) == {"application/vnd.jupyter.widget-view+json", "text/plain"}
    assert printed.data == {"text/plain": "1\n4\n3\n2"}
    assert set(picture.data) >= {"image/png", "text/plain"}
    assert picture.metadata["image/png"]["alt"]
    assert set(steps.data) == {"application/vnd.jupyter.widget-view+json", "text/plain"}
    assert result.data["text/plain"] == "['1', '4', '3', '2']"

    (folder / FILE).unlink()
    fixture = folder / "predictions.json"
    fixture.write_text(json.dumps({"jobs": RIGHT}), encoding="utf-8")
    outputs = execute(*cells, LOOPSCOPE_PREDICTIONS=str(fixture))
    assert outputs[0][1].data == {"text/plain": "1\n4\n3\n2"}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_kernel_sends_no_answer_before_a_prediction(folder):
    """Whatever the kernel has sent when the cell has run, the order is not in it."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(cwd=str(folder))
    sent = []
    try:
        for cell in ("%load_ext loopscope", f"%%predict --as jobs\n{PROGRAM}"):
            client.execute_interactive(cell, output_hook=sent.append, timeout=60)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    models = [message["content"] for message in sent if message["msg_type"] == "comm_open"]
    states = [content["data"]["state"] for content in models]
    [gate] = [state for state in states if "tiles" in state]
    assert sorted(gate["tiles"]) == sorted(RIGHT)
    assert gate["tiles"] != RIGHT
    assert gate["state"] == {
        "open": False,
        "revealed": False,
        "predicted": [],
        "confidence": None,
        "good": None,
        "right": None,
        "told": [],
        "left": 1,
        "attempts": 0,
        "note": "",
    }
    assert not any("film" in state for state in states)
    rest = json.dumps(
        [message["content"] for message in sent if message["msg_type"] != "comm_open"]
    )
    assert "image/png" not in rest
    assert r"1\n4\n3\n2" not in rest
