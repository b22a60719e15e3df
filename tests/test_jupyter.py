"""`%%loop`: in a shell of this process, and in a notebook that a client runs."""

from __future__ import annotations

import _thread
import atexit
import sys
import threading
import time

import loopscope.jupyter
import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from loopscope import Recording
from nbclient import NotebookClient


@pytest.fixture(name="shell")
def shell_with_magics(monkeypatch, tmp_path):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    made = InteractiveShell.instance()
    made.run_line_magic("load_ext", "loopscope")
    yield made
    loopscope.jupyter.unload(made)  # the magics hold what was run last
    made.reset(new_session=False)
    made.atexit_operations()
    atexit.unregister(made.atexit_operations)
    InteractiveShell.clear_instance()
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        sys.__dict__.pop(name, None)  # what a cell has raised, with all that its frames hold


def run(shell, source):
    """Run a cell; returns its result, and what it wrote to stdout and stderr."""
    with capture_output() as written:
        result = shell.run_cell(source, store_history=True)
    return result, written.stdout, written.stderr


def test_runs_the_cell_as_a_program(shell):
    result, out, _ = run(
        shell,
        "%%loop\n"
        "setTimeout(lambda: console.log('timer'), 3_600_000)\n"
        "async def later():\n"
        "    await None\n"
        "    console.log('later')\n"
        "later()\n"
        "print('now')\n"
        "await None\n"
        "console.log('end')\n",
    )
    assert result.success
    assert out.startswith("now\nlater\nend\ntimer\n")
    assert isinstance(result.result, Recording)
    assert result.result.source.splitlines()[0] == "# %%loop"
    printed = [event.line for event in result.result.trace if event.kind == "output"]
    assert printed == [7, 5, 9, 2]  # as the notebook numbers the cell's lines
    assert result.result.output == ["now", "later", "end", "timer"]
    assert "Recording of program: " in out
    assert shell.user_ns["_"] is result.result


def test_prints_as_it_happens(shell, monkeypatch):
    times = []

    class Screen:
        def write(self, text):
            if "tick" in text:
                times.append(time.monotonic())
            return len(text)

        def flush(self):
            pass

    monkeypatch.setattr(sys, "stdout", Screen())
    shell.run_cell(
        "%%loop --real\nconsole.log('tick'); setTimeout(lambda: console.log('tick'), 150)\nNone;"
    )
    assert times[1] - times[0] > 0.1


def test_shares_the_variables_of_the_notebook(shell):
    run(shell, "given = [1]\ndef plain(): return shared\n")
    _, out, _ = run(
        shell, "%%loop\ngiven.append(2)\nshared = len(given)\nconsole.log(given)\nNone;"
    )
    assert "[ 1, 2 ]" in out
    result, _, _ = run(shell, "given, shared, plain()")
    assert result.result == ([1, 2], 2, 2)
    # A function of one program sees what a later cell has assigned, and is an async one still.
    run(shell, "%%loop\nasync def ask():\n    await None\n    return shared\nNone;")
    run(shell, "shared = 'new'")
    _, out, _ = run(shell, "%%loop\nconsole.log(await ask())\nNone;")
    assert out.startswith("new\n")


def test_the_notebooks_own_names_win_and_are_listed_alone(shell):
    run(shell, "Event = 'mine'")
    _, out, _ = run(shell, "%%loop\nconsole.log(Event)\nanswer = 42\nNone;")
    assert out.startswith("mine\n")
    _, out, _ = run(shell, "%who")
    assert out.split() == ["Event", "answer"]


def test_each_cell_has_a_runtime_of_its_own(shell):
    first, _, _ = run(shell, "%%loop\nsetInterval(lambda: process.exit(3), 5)\n")
    assert first.result.exit_code == 3
    second, _, _ = run(shell, "%%loop\nconsole.log(performance.now() < 5, process.exitCode)\n")
    assert second.result.output == ["true undefined"]


def test_options(shell):
    source = "\nsetTimeout(lambda: None, 30)\n"
    assert run(shell, f"%%loop{source}")[0].result.clock == "virtual"
    assert run(shell, f"%%loop --real{source}")[0].result.clock == "real"
    assert run(shell, f"%%loop --clock=real{source}")[0].result.clock == "real"
    assert run(shell, f"%%loop --host browser{source}")[0].result.host == "browser"
    result = run(shell, f"%%loop --events 5{source}")[0].result
    assert (len(result.trace), result.trace.truncated) == (5, True)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ("--rael", "unrecognized arguments: --rael"),
        ("--clock fast", "invalid choice: 'fast'"),
        ("--limit 0", "it must be a number of seconds above 0, not 0"),
        ("--limit nan", "it must be a number of seconds above 0, not nan"),
        ("--events none", "invalid number value: 'none'"),
        ("--events 0", "it must be 1 or more, not 0"),
        ("'", "No closing quotation"),
    ],
)
def test_options_that_make_no_sense(shell, options, complaint):
    result, _, err = run(shell, f"%%loop {options}\nconsole.log(1)\n")
    assert not result.success
    assert complaint in err
    assert "Traceback" not in err


def test_an_uncaught_error_is_shown_with_the_learners_lines_alone(shell):
    result, _, err = run(
        shell, "%%loop\ndef broken():\n    raise ValueError('no')\nsetTimeout(broken)\n"
    )
    number = shell.displayhook.prompt_count
    assert err.splitlines() == [
        "Traceback (most recent call last):",
        f'  File "Cell In[{number}]", line 3, in broken',
        "    raise ValueError('no')",
        "ValueError: no",
    ]
    assert isinstance(result.result.error, ValueError)
    # Its lines are still known when other cells have run.
    run(shell, "%%loop\nNone\n")
    _, _, err = run(shell, "%%loop\nbroken()\n")
    assert f'  File "Cell In[{number}]", line 3, in broken\n    raise ValueError' in err


def test_a_syntax_error_points_into_the_cell(shell):
    result, out, err = run(shell, "%%loop\nok = 1\nx = (\n")
    assert not result.success
    shown = (out + err).splitlines()
    assert shown[:2] == [f'  File "Cell In[{shell.displayhook.prompt_count}]", line 3', "    x = ("]
    assert shown[-1] == "SyntaxError: '(' was never closed"
    assert "ok" not in shell.user_ns


@pytest.mark.parametrize(
    "source",
    [
        "setInterval(lambda: None, 10)",
        "setTimeout(lambda: None, 1e9)",
        "def again(): process.nextTick(again)\nagain()",
        "async def spin():\n    while True: await None\nspin()",
        "while True: pass",
    ],
    ids=["interval", "asleep", "ticks", "microtasks", "script"],
)
def test_what_never_ends_is_stopped_and_shown(shell, source):
    clock = "real" if "1e9" in source else "virtual"
    began = time.monotonic()
    result, _, err = run(
        shell,
        f"%%loop --limit 0.3 --steps 9999999 --events 500 --clock {clock}\n"
        f"console.log('begun')\n{source}\n",
    )
    assert time.monotonic() - began < 20
    assert result.success
    assert result.result.output == ["begun"]
    assert 5 < len(result.result.trace) <= 500
    assert err.startswith("Stopped: the program was stopped, as it had not ended after 0.3 s.")
    assert "%%loop --limit 3 lets it go on longer" in err
    assert result.result.trace.truncated or result.result.trace[-1].rule == "run-stopped"


def test_an_interrupt_ends_the_cell_without_a_traceback(shell):
    timer = threading.Timer(0.3, _thread.interrupt_main)
    timer.start()
    result, out, err = run(shell, "%%loop --real\nsetTimeout(lambda: None, 60_000)\n")
    timer.join()
    assert not result.success
    assert (out + err).strip() == "KeyboardInterrupt: the program was stopped"


def test_steps_are_limited_before_they_flood_the_notebook(shell):
    source = "setInterval(lambda: console.log('hello'), 10)"
    result, out, err = run(shell, f"%%loop --steps 50\n{source}\n")
    assert result.result.output == ["hello"] * 50
    assert out.startswith("hello\n" * 50)
    assert "it had not ended after 50 tasks and microtasks." in err
    assert "%%loop --steps 500 lets it go on longer" in err


def test_help_tells_of_the_options(shell):
    help_ = shell.find_cell_magic("loop").__doc__
    assert "Run the cell as a program" in help_
    assert "--limit SECONDS" in help_


def test_unloading(shell):
    shell.run_line_magic("unload_ext", "loopscope")
    assert shell.find_cell_magic("loop") is None


# ---- a notebook ----


@pytest.fixture
def execute():
    """Run cells as a notebook; returns the outputs of each."""

    def execute_(*cells):
        made = [nbformat.v4.new_code_cell(cell) for cell in cells]
        notebook = nbformat.v4.new_notebook(cells=made)
        NotebookClient(notebook, timeout=60, kernel_name="python3", allow_errors=True).execute()
        return [cell.outputs for cell in notebook.cells]

    return execute_


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # what clients and kernels themselves warn of
def test_a_notebook_shows_the_stepper_the_picture_and_the_text(execute):
    _, (stream, result, picture, words), (again,), (error,) = execute(
        "%load_ext loopscope",
        "%%loop\nsetTimeout(lambda: console.log('one'))\nconsole.log('two')",
        "_.output",
        "%%loop\nx = (",
    )
    assert stream.text == "two\none\n"
    assert set(result.data) == {"application/vnd.jupyter.widget-view+json", "text/plain"}
    assert set(picture.data) == {"image/png", "text/plain"}
    assert picture.metadata["image/png"]["alt"].startswith("Event loop diagram: 2 tasks.")
    assert words.data["text/plain"] == picture.metadata["image/png"]["alt"]
    assert result.data["text/plain"].startswith("Recording of program: ")
    assert again.data["text/plain"] == "['two', 'one']"
    assert error.output_type == "error"
    assert error.traceback == [
        '  File "Cell In[4]", line 2',
        "    x = (",
        "        ^",
        "SyntaxError: '(' was never closed",
    ]


@pytest.mark.parametrize("verb", ["load", "unload"])
def test_the_extension_wants_a_shell(verb):
    with pytest.raises(TypeError, match=f"{verb}: argument 'shell' must be IPython's shell"):
        getattr(loopscope.jupyter, verb)(None)
