"""The plot, by its structure: what is drawn where, not which pixels."""

from __future__ import annotations

import builtins
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import loopscope
import pytest
from loopscope.tracing.history import history
from loopscope.view.alt import describe

matplotlib = pytest.importorskip("matplotlib")

from loopscope.view.figure import TraceFigure  # noqa: E402
from loopscope.view.palette import OKABE_ITO, fit, ink_on, text_width  # noqa: E402
from loopscope.view.plot import plot  # noqa: E402
from loopscope.view.printed import place_lines  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.patches import Rectangle  # noqa: E402

ROOT = Path(__file__).parent.parent
PROGRAMS = Path(__file__).parent / "programs"
DOCUMENTS = sorted(PROGRAMS.glob("[0-9][0-9]-*.py"))


@pytest.fixture(scope="module")
def job_queue() -> loopscope.Recording:
    return loopscope.record(PROGRAMS / "14-job-queue.py")


def artists(figure: Figure, prefix: str) -> list[Any]:
    """Return what is drawn under the group ids that begin like this, from left to right."""
    (ax,) = figure.axes
    found = [artist for artist in ax.get_children() if str(artist.get_gid()).startswith(prefix)]
    return sorted(found, key=left_of)


def left_of(artist: Any) -> float:
    if isinstance(artist, Rectangle):
        return float(artist.get_x())
    if hasattr(artist, "get_xdata"):
        return float(artist.get_xdata()[0])
    return float(artist.get_position()[0]) if hasattr(artist, "get_position") else 0.0


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def box(artist: Any, figure: Figure) -> Any:
    assert isinstance(figure.canvas, FigureCanvasAgg)
    return artist.get_window_extent(figure.canvas.get_renderer())


# ---- what the picture of the job queue says


def test_what_ran_inside_which_task(job_queue: loopscope.Recording) -> None:
    figure = job_queue.plot()
    assert isinstance(figure, TraceFigure)
    grounds = artists(figure, "task:")
    runs = artists(figure, "run:")
    assert len(grounds) == 3
    assert len(runs) == 4
    inside = [
        next(
            number
            for number, ground in enumerate(grounds, 1)
            if ground.get_x() <= run.get_x()
            and run.get_x() + run.get_width() <= ground.get_x() + ground.get_width()
        )
        for run in runs
    ]
    assert inside == [1, 1, 2, 3]  # the script and "hi"; then a timer each
    assert "Task 1: script · 0 ms" in texts(figure)
    assert "Task 3: timer #2 · 10 ms" in texts(figure)


def test_waiting_is_hollow_and_running_is_filled(job_queue: loopscope.Recording) -> None:
    figure = job_queue.plot()
    past = history(job_queue.trace)
    (job,) = (run for run in past.runs.values() if run.lane == "microtask")
    (wait,) = artists(figure, f"wait:{job.item.id}:")
    (run,) = artists(figure, f"run:{job.item.id}:")
    assert matplotlib.colors.to_hex(wait.get_facecolor()) == "#ffffff"
    assert matplotlib.colors.to_hex(run.get_facecolor()).upper() in OKABE_ITO
    assert wait.get_edgecolor() == run.get_facecolor()
    assert wait.get_x() + wait.get_width() == pytest.approx(run.get_x())
    assert wait.get_y() == run.get_y()


def test_an_item_keeps_its_colour(job_queue: loopscope.Recording) -> None:
    figure = job_queue.plot()
    past = history(job_queue.trace)
    timer = next(item for item in past.items.values() if item.kind == "timer")
    edges = {
        matplotlib.colors.to_hex(bar.get_edgecolor())
        for prefix in ("wait", "run")
        for bar in artists(figure, f"{prefix}:{timer.id}:")
    }
    assert len(edges) == 1


def test_lanes_stand_below_each_other(job_queue: loopscope.Recording) -> None:
    figure = job_queue.plot()
    names = ["Host", "Tasks", "Microtasks", "Call stack", "Output"]
    heights = [
        next(text.get_position()[1] for text in figure.axes[0].texts if text.get_text() == name)
        for name in names
    ]
    assert heights == sorted(heights)
    assert figure.axes[0].yaxis_inverted()


def test_frames_are_nested(job_queue: loopscope.Recording) -> None:
    figure = job_queue.plot()
    frames = artists(figure, "frame:")
    assert len(frames) == 8
    for outer, inner in zip(frames[::2], frames[1::2], strict=True):
        assert outer.get_x() < inner.get_x()
        assert inner.get_x() + inner.get_width() < outer.get_x() + outer.get_width()
        assert inner.get_y() < outer.get_y()  # the stack grows upward


def test_a_short_call_is_as_long_as_its_name() -> None:
    source = """
from loopscope.js import *
def loopThroughMillionsOfItems():
    block(500)
console.log(1)
loopThroughMillionsOfItems()
console.log(3)
"""
    figure = loopscope.record(source).plot()
    FigureCanvasAgg(figure).draw()
    names = ["console.log", "loopThroughMillionsOfItems", "console.log"]
    texts = [text for text in figure.axes[0].texts if text.get_text() in names]
    bars = [box(bar, figure) for bar in artists(figure, "frame:")]
    assert len(texts) == 3
    for text in texts:
        at = box(text, figure)
        assert any(bar.x0 < at.x0 and at.x1 < bar.x1 and bar.y0 < at.y0 < bar.y1 for bar in bars)


def test_no_title_is_cut_at_the_end_of_a_row() -> None:
    for number in ("20-promise-chain", "21-catch-continues", "23-promise-all"):
        path = next(PROGRAMS.glob(f"{number[:2]}-*.py"))
        texts = [text.get_text() for text in loopscope.record(path).plot().axes[0].texts]
        assert not [text for text in texts if text.endswith("…")], path


def test_labels_can_be_read_where_lines_and_labels_meet() -> None:
    figure = loopscope.record(PROGRAMS / "28-parallel-sequential-race.py").plot()
    FigureCanvasAgg(figure).draw()
    lines = [box(line, figure) for line in artists(figure, "checkpoint:")]
    shown = [(text, box(text, figure)) for text in figure.axes[0].texts]
    crossing = [
        text
        for text, shape in shown
        if any(at.x0 > shape.x0 and at.x0 < shape.x1 and at.y0 < shape.y0 < at.y1 for at in lines)
    ]
    beside = [text for text in crossing if text.get_text() in ("console.log", "start")]
    assert beside
    assert all(text.get_path_effects() for text in beside)  # the line is kept off their letters
    checkpoints = [shape for text, shape in shown if text.get_text() == "checkpoint"]
    passes = [shape for text, shape in shown if text.get_text().endswith("\npass")]
    assert checkpoints
    assert passes
    assert not any(shape.overlaps(other) for shape in checkpoints for other in passes)


def test_no_outline_is_cut_off_at_the_edges() -> None:
    figure = loopscope.record(ROOT / "docs/images/job-queue.py").plot()
    FigureCanvasAgg(figure).draw()
    (ax,) = figure.axes
    inside = ax.get_window_extent()
    for patch in ax.patches:
        if isinstance(patch, Rectangle) and patch.get_edgecolor()[3] > 0:
            half = patch.get_linewidth() / 72 * figure.dpi / 2
            assert box(patch, figure).x0 - half >= inside.x0
            assert box(patch, figure).x1 + half <= inside.x1


def test_causes_and_checkpoints_are_drawn(job_queue: loopscope.Recording) -> None:
    figure = job_queue.plot()
    assert len(artists(figure, "checkpoint:")) == 1
    # Script to two timers and a microtask; each timer from the host to the task queue.
    assert len(artists(figure, "cause:")) == 5


def test_what_was_printed_stands_at_its_step(job_queue: loopscope.Recording) -> None:
    figure = job_queue.plot()
    printed = artists(figure, "output:")
    assert [text.get_text().replace("\n", " ") for text in printed] == job_queue.output
    assert [text.get_gid() for text in printed] == [
        f"output:{event.seq}" for event in job_queue.trace if event.kind == "output"
    ]


@pytest.mark.parametrize("program", DOCUMENTS, ids=lambda path: path.stem)
def test_no_printed_texts_overlap(program: Path) -> None:
    figure = loopscope.record(program).plot()
    FigureCanvasAgg(figure).draw()
    boxes = [box(text, figure) for text in artists(figure, "output:")]
    for index, one in enumerate(boxes):
        assert one.x0 >= 0
        assert one.x1 <= figure.bbox.width
        for other in boxes[index + 1 :]:
            assert not one.overlaps(other)


@pytest.mark.parametrize("program", DOCUMENTS, ids=lambda path: path.stem)
def test_every_picture_has_a_bar_for_each_run(program: Path) -> None:
    recording = loopscope.record(program)
    figure = recording.plot()
    past = history(recording.trace)
    folded = bool(artists(figure, "fold:"))
    drawn = {artist.get_gid() for artist in artists(figure, "run:")}
    expected = {f"run:{run.item.id}:{run.start}" for run in past.runs.values()}
    assert drawn == expected or (folded and drawn < expected)
    assert figure.get_size_inches()[0] <= 11
    assert figure.get_size_inches()[1] < 30


# ---- long runs


def test_recursion_and_repetition_fold() -> None:
    starving = loopscope.record(PROGRAMS / "15-starvation.py")
    figure = starving.plot()
    assert len(starving.trace) > 4000
    assert len(artists(figure, "fold:")) == 1
    assert any("995 more" in text for text in texts(figure))
    assert "1000 microtasks done" in texts(figure)
    assert figure.get_size_inches()[1] < 8


@pytest.mark.parametrize(("count", "height"), [(4, 6), (40, 12), (400, 25), (4000, 45)])
def test_a_run_of_any_length_stays_a_picture(count: int, height: float) -> None:
    """Nothing in it repeats, so all that can be left out of it is its middle."""

    def program() -> None:
        def link(left: int, value: int) -> None:
            names = [f"f{value % 7}{value % 11}", f"g{value % 13}"]
            for name in names[value % 2 :]:
                scope: dict[str, Any] = {"go": link}
                exec(f"def {name}(): go({left - 1}, {value * 31 % 1009})", scope)
                if left > 0 and value % 3:
                    loopscope.queue_microtask(scope[name])
                elif left > 0:
                    loopscope.set_timeout(scope[name], value % 5)
                break
            loopscope.console.log(value)

        link(count // 10, 17)

    recording = loopscope.record(program)
    figure = recording.plot()
    assert figure.get_size_inches()[1] < height
    assert len(figure.axes[0].get_children()) < 5000
    left_out = [text for text in texts(figure) if "not drawn" in text.replace("\n", " ")]
    assert bool(left_out) == (count == 4000)


def test_a_crowd_of_timers_shares_one_level() -> None:
    """Three hundred hairlines say nothing: four bars are drawn, and how many more wait."""
    recording = loopscope.record(
        "from loopscope.js import *\n"
        "for number in range(300):\n"
        "    setTimeout(console.log, number * 37 % 101, number)\n"
    )
    figure = recording.plot()
    (crowd,) = artists(figure, "crowd")
    assert "up to 296 more wait" in texts(figure)
    waits = [bar for bar in artists(figure, "wait:") if bar.get_y() < crowd.get_datalim(
        figure.axes[0].transData).y0]  # fmt: skip
    assert len({bar.get_y() for bar in waits}) == 4
    heights = {bar.get_height() for bar in waits}
    assert min(heights) > 0.7
    # It is as high as the share of them that wait at a time: none at its ends.
    (outline,) = crowd.get_paths()
    lows = outline.vertices[:, 1]
    assert lows.max() - lows.min() == pytest.approx(max(heights))


def test_what_runs_out_of_a_crowd_is_drawn() -> None:
    def program() -> None:
        for number in range(20):
            names: dict[str, Any] = {}
            exec(f"def f{number}(): pass", names)
            loopscope.queue_microtask(names[f"f{number}"])

    recording = loopscope.record(program)
    figure = recording.plot()
    assert any("more wait" in text for text in texts(figure))
    past = history(recording.trace)
    drawn = {artist.get_gid() for artist in artists(figure, "run:")}
    assert drawn == {f"run:{run.item.id}:{run.start}" for run in past.runs.values()}


def test_a_loop_in_one_task_folds() -> None:
    recording = loopscope.record(
        "from loopscope.js import *\n"
        "def one(number):\n"
        "    setTimeout(console.log, number % 5, number)\n"
        "for number in range(60):\n"
        "    one(number)\n"
        "    console.log(number)\n"
    )
    figure = recording.plot()
    folds = [text.replace("\n", " ") for text in texts(figure) if "more like" in text]
    assert folds == ["⋯ 57 more like these, which print 57 lines"] * 2
    assert figure.get_size_inches()[1] < 9


def test_no_label_stands_behind_a_fold() -> None:
    figure = loopscope.record(PROGRAMS / "04-overflow.py").plot()
    FigureCanvasAgg(figure).draw()
    folds = [box(fold, figure) for fold in artists(figure, "fold:")]
    assert len(folds) == 2
    shown = [text for text in figure.axes[0].texts if text.get_zorder() < 6]
    assert "foo" in [text.get_text() for text in shown]
    assert any("more calls" in text.get_text() for text in shown)
    assert not any(fold.overlaps(box(text, figure)) for fold in folds for text in shown)


def test_a_short_run_is_a_narrow_picture() -> None:
    figure = loopscope.record(PROGRAMS / "01-call-stack-greet.py").plot()
    assert 4 < figure.get_size_inches()[0] < 6
    assert "caused" not in texts(figure)  # nothing waited: the legend has what occurs
    figure = loopscope.record("from loopscope.js import *\nqueueMicrotask(lambda: None)\n").plot()
    FigureCanvasAgg(figure).draw()
    assert "caused" in texts(figure)
    right = max(box(text, figure).x1 for text in figure.axes[0].texts)
    assert right <= figure.bbox.width


def test_a_part_of_a_run(job_queue: loopscope.Recording) -> None:
    start = next(event.seq for event in job_queue.trace if event.kind == "checkpoint-end")
    figure = job_queue.plot(start=start)
    first, _ = artists(figure, "output:")
    assert first.get_text().startswith("one is")
    with pytest.raises(ValueError, match="there is nothing to draw"):
        job_queue.plot(start=5, stop=5)


# ---- the time


def test_over_the_time_the_slowest_and_the_sum_are_seen() -> None:
    recording = loopscope.record(PROGRAMS / "28-parallel-sequential-race.py")
    figure = recording.plot(x="time")
    bars = artists(figure, "wait:")
    assert len(bars) == 9
    unit = bars[0].get_width() / 30  # timer #1: 30 ms
    widths = sorted(round(bar.get_width() / unit) for bar in bars)
    assert widths == [10, 10, 10, 20, 20, 20, 30, 30, 30]
    assert "120" in texts(figure)


def test_over_the_time_a_late_timer_is_hatched() -> None:
    recording = loopscope.record(
        "from loopscope.js import *\n"
        "from loopscope import block\n"
        "setTimeout(lambda: console.log('late'), 10)\n"
        "block(50)\n"
    )
    figure = recording.plot(x="time")
    (late,) = artists(figure, "late:")
    (wait,) = artists(figure, "wait:")
    assert late.get_hatch()
    assert late.get_width() == pytest.approx(4 * wait.get_width())
    (run, _) = artists(figure, "run:")
    assert run.get_width() == pytest.approx(5 * wait.get_width())


# ---- the prediction


def test_the_first_wrong_prediction_is_ringed(job_queue: loopscope.Recording) -> None:
    output = job_queue.output
    wrong = [output[0], output[2], output[1], output[3]]
    figure = job_queue.plot(prediction=wrong)
    predicted = [text.get_text().replace("\n", " ") for text in artists(figure, "predicted:")]
    assert predicted == wrong
    assert "Predicted" in texts(figure)
    thick = [
        patch for patch in figure.axes[0].patches if patch.get_linewidth() == pytest.approx(2.2)
    ]
    assert len(thick) == 2  # what came, and what was expected
    figure = job_queue.plot(prediction=output)
    assert all(patch.get_linewidth() < 2 for patch in figure.axes[0].patches)


# ---- where it is shown


def test_it_draws_on_given_axes(job_queue: loopscope.Recording) -> None:
    figure = Figure(figsize=(6, 3))
    ax = figure.add_subplot()
    assert job_queue.plot(ax=ax) is ax
    assert isinstance(ax, Axes)
    assert len(artists(figure, "run:")) == 4


def test_alt_text_tells_what_is_seen(job_queue: loopscope.Recording, tmp_path: Path) -> None:
    figure = job_queue.plot()
    assert figure.alt_text == describe(job_queue)
    assert figure.alt_text == (
        "Event loop diagram: 3 tasks. "
        "Task 1, script printed “three is a crowd”; then 1 microtask: then · line 5 printed “hi”. "
        "Task 2, timer #1 printed “one is the loneliest number”. "
        "Task 3, timer #2 printed “two can be as bad as one”. "
        "Printed, in this order: “three is a crowd”, “hi”, “one is the loneliest number”, "
        "“two can be as bad as one”."
    )
    for name in ("picture.png", "picture.svg"):
        figure.savefig(tmp_path / name)
        assert "three is a crowd" in (tmp_path / name).read_bytes().decode("utf-8", "ignore")
    assert 'id="run:' in (tmp_path / "picture.svg").read_text(encoding="utf-8")


def test_a_notebook_shows_it_once_with_its_alt_text(job_queue: loopscope.Recording) -> None:
    figure = job_queue.plot()
    data, metadata = figure._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == figure.alt_text == data["text/plain"]
    json.dumps(metadata)
    assert (
        "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()
    )


def test_dollars_in_what_is_printed_are_no_formulas() -> None:
    recording = loopscope.record("from loopscope.js import *\nconsole.log('$5 and $6_a^')\n")
    figure = recording.plot()
    FigureCanvasAgg(figure).draw()  # a formula that is none would raise
    (text,) = artists(figure, "output:")
    assert text.get_text() == r"\$5 and \$6_a^"


def test_wrong_arguments_are_refused(job_queue: loopscope.Recording) -> None:
    with pytest.raises(ValueError, match='must be "step" or "time", not \'steps\''):
        plot(job_queue, x="steps")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match='needs x="step"'):
        plot(job_queue, x="time", prediction=["a"])


@pytest.fixture
def _no_matplotlib(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    original = builtins.__import__

    def refuse(name: str, *arguments: Any) -> Any:
        if name.partition(".")[0] == "matplotlib":
            raise ImportError("No module named 'matplotlib'", name=name)
        return original(name, *arguments)

    for module in ("figure", "steps", "times", "canvas"):
        monkeypatch.delitem(sys.modules, f"loopscope.view.{module}", raising=False)
    monkeypatch.setattr(builtins, "__import__", refuse)
    yield
    monkeypatch.undo()


@pytest.mark.usefixtures("_no_matplotlib")
def test_without_matplotlib_it_says_what_to_install(job_queue: loopscope.Recording) -> None:
    with pytest.raises(ImportError, match=r"pip install 'loopscope\[plot\]'"):
        plot(job_queue)


# ---- small parts


def test_texts_are_shortened_to_their_room() -> None:
    assert fit("short", 10, 7) == "short"
    room = text_width("a rather lo", 7)
    shortened = fit("a rather long name", room, 7)
    assert shortened.endswith("…")
    assert text_width(shortened, 7) <= room
    assert fit("wide", 0.01, 7) == ""


def luminance(colour: str) -> float:
    linear = []
    for part in matplotlib.colors.to_rgb(colour):
        linear.append(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_ink_can_be_read_on_every_colour() -> None:
    for colour in (*OKABE_ITO, "#4d4d4d"):
        ink = ink_on(colour)
        light, dark = sorted((luminance(colour), luminance(ink)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (colour, ink)  # WCAG 2.2, 1.4.3


def test_lines_that_are_printed_together_are_stacked() -> None:
    placed = place_lines([(1.0, "one", None), (1.2, "two", None), (9.0, "three", None)], 20, 0.3)
    assert placed[1].top >= placed[0].bottom
    assert placed[2].top == 0
    (at_the_edge,) = place_lines([(19.9, "a long line at the end", None)], 20, 0.3)
    assert at_the_edge.left + at_the_edge.width <= 20
