"""The prediction gate's module in a browser, without a notebook: a stub stands for the kernel."""

from __future__ import annotations

import json
from pathlib import Path

import loopscope
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import chromium
from loopscope.jupyter.running import Ran
from loopscope.jupyter.shown import ShownGate
from loopscope.learn.gate import Gate
from loopscope.view.gate import PredictionGate

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHOTS = Path("build/screenshots")
PROGRAM = """\
console.log('1')
setTimeout(lambda: console.log('2'), 0)
Promise.resolve().then(lambda: console.log('3'))
console.log('4')
"""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>gate</title>
<style>body {{ color-scheme: light dark; margin: 12px;
color: light-dark(#111, #eee); background: light-dark(#fff, #111); }}
{css}</style></head><body><main><h1>A notebook</h1><div id="here"></div></main>
<script type="module">
const source = URL.createObjectURL(new Blob([{esm}], {{ type: "text/javascript" }}));
const {{ default: widget }} = await import(source);
const traits = {{ tiles: {tiles}, state: {state} }}, listeners = new Set();
window.sent = [];
const model = {{
  get: (name) => traits[name],
  on: (event, listen) => listeners.add(listen),
  off: (event, listen) => listeners.delete(listen),
  send: (message) => sent.push(message),
}};
window.answer = (state) => {{ traits.state = state; [...listeners].forEach((tell) => tell()); }};
window.show = () => {{
  const el = document.createElement("div");
  document.getElementById("here").append(el);
  return widget.render({{ model, el }});
}};
window.hide = show();
document.body.dataset.ready = "true";
</script></body></html>"""


def gate(source=PROGRAM, **options):
    recording = loopscope.record("from loopscope.js import *\n" + source)
    return Gate(recording, source, **options)


def state_of(one):
    return ShownGate(None, one, Ran(one.recording, ""), None, Path())._state()


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def open_page(browser, tmp_path):
    contexts, complaints = [], []

    def open_(one, *, width=900, scheme="light"):
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            offline=True,
            reduced_motion="reduce",
            color_scheme=scheme,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        text = PAGE.format(
            css=PredictionGate._css,
            esm=json.dumps(PredictionGate._esm),
            tiles=json.dumps(one.tiles),
            state=json.dumps(state_of(one)),
        )
        path = tmp_path / "gate.html"
        path.write_text(text.replace("</body>", "<!-- -->\n</body>"), encoding="utf-8")
        page.goto(path.as_uri())
        page.wait_for_selector("[data-ready] .ls-gate")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def sent(page):
    return page.evaluate("sent")


def texts(page, panel):
    return page.locator(f".ls-{panel} button.ls-tile").all_inner_texts()


def pick(page, text):
    page.locator(".ls-pool button.ls-tile", has_text=text).click()


def spoken(page):
    return page.locator("[role=status]").first.inner_text()


def has_focus(page):
    return page.evaluate("document.activeElement.innerText")


def test_tiles_are_clicked_into_an_order_moved_and_taken_out(open_page):
    one = gate(given=["5"])
    page = open_page(one)
    assert texts(page, "pool") == one.tiles
    commit = page.get_by_role("button", name="Commit")
    commit.click(force=True)
    assert sent(page) == []  # nothing is predicted yet
    for text in ["1", "2", "5", "3"]:
        pick(page, text)
    assert texts(page, "order") == ["1", "2", "5", "3"]
    assert sorted(texts(page, "pool")) == ["4"]
    page.get_by_role("button", name="take out: 5").click()
    page.get_by_role("button", name="move up: 3").click()
    assert texts(page, "order") == ["1", "3", "2"]
    page.get_by_role("button", name="move down: 1").click()
    page.locator(".ls-pool [data-tile]", has_text="4").first.drag_to(
        page.locator(".ls-order .ls-item").nth(1), target_position={"x": 20, "y": 2}
    )
    assert texts(page, "order") == ["3", "4", "1", "2"]
    page.get_by_text("rather sure").click()
    commit.click()
    [message] = sent(page)
    assert (message["kind"], message["confidence"]) == ("commit", 2)
    assert [one.tiles[index] for index in message["tiles"]] == ["3", "4", "1", "2"]


def test_a_walk_with_the_keyboard_alone(open_page):
    one = gate(given=[])
    page = open_page(one)
    press = page.keyboard.press
    press("Tab")
    assert has_focus(page) == one.tiles[0]
    press("ArrowDown")
    assert has_focus(page) == one.tiles[1]
    press("Enter")
    assert spoken(page) == f"{one.tiles[1]} is line 1 of your prediction"
    assert has_focus(page) == one.tiles[2]
    press("Space")
    press("ArrowUp")
    assert has_focus(page) == one.tiles[0]
    press("Enter")
    order = [one.tiles[1], one.tiles[2], one.tiles[0]]
    assert texts(page, "order") == order
    press("Tab")  # to the prediction
    assert has_focus(page) == order[0]
    press("Space")
    assert "is held" in spoken(page)
    assert page.locator('[aria-pressed="true"]').inner_text() == order[0]
    press("ArrowDown")
    press("ArrowDown")
    press("ArrowDown")  # it is the last one already
    assert spoken(page) == f"{order[0]} is line 3 of 3"
    press("Escape")
    assert "is let go" in spoken(page)
    assert texts(page, "order") == [order[1], order[2], order[0]]
    press("Delete")
    assert spoken(page) == f"{order[0]} is taken out"
    assert has_focus(page) == order[2]
    press("Tab")
    assert has_focus(page) == "Commit"
    press("Enter")
    [message] = sent(page)
    assert [one.tiles[index] for index in message["tiles"]] == [order[1], order[2]]
    assert message["confidence"] is None

    one.commit([order[1], order[2]])
    page.evaluate("state => answer(state)", state_of(one))
    told = page.locator(".ls-told")
    assert told.evaluate("node => node === document.activeElement")
    assert spoken(page).startswith(one.told[0].text)
    assert page.locator(".ls-asked").is_hidden()
    press("Tab")
    for _ in range(4):
        if has_focus(page) == "Predict again":
            break
        press("Tab")
    press("Enter")
    assert sent(page)[-1] == {"kind": "again"}
    one.close()
    page.evaluate("state => answer(state)", state_of(one))
    assert texts(page, "pool") == one.tiles
    assert texts(page, "order") == []


def test_the_page_knows_no_answer_before_the_kernel_gives_it(open_page):
    one = gate(given=[])
    page = open_page(one)
    content = page.content()
    printed = one.recording.output
    for joint in ("", " ", ",", ", ", '","', '", "', "\\n", "\n"):
        assert joint.join(printed) not in content
    assert texts(page, "pool") != printed


def test_two_displays_do_not_disturb_each_other(open_page):
    one = gate(given=[])
    page = open_page(one)
    page.evaluate("void show()")
    first, second = page.locator(".ls-gate").all()
    first.locator("button.ls-tile").first.click()
    first.get_by_text("rather sure").click()
    second.get_by_text("a guess").click()
    assert first.locator(".ls-order button.ls-tile").count() == 1
    assert second.locator(".ls-order button.ls-tile").count() == 0
    assert first.locator("input:checked").get_attribute("value") == "2"
    assert second.locator("input:checked").get_attribute("value") == "1"
    # What is committed in one is open in both; a display that is gone listens no more.
    page.evaluate("hide()")
    one.commit(["1", "4", "3", "2"])
    page.evaluate("state => answer(state)", state_of(one))
    assert (
        second.locator(".ls-headline").inner_text().endswith("Right: all 4 lines, in this order.")
    )
    assert first.locator(".ls-headline").count() == 0


def test_equal_lines_and_strange_ones(open_page):
    one = gate("console.log('<b>&')\nconsole.log('  x')\nconsole.log('')\nconsole.log('<b>&')\n")
    page = open_page(one)
    assert sorted(texts(page, "pool")) == ["  x", "(an empty line)", "<b>&", "<b>&"]
    page.locator(".ls-pool button.ls-tile", has_text="<b>&").first.click()
    page.locator(".ls-pool button.ls-tile", has_text="<b>&").first.click()
    assert texts(page, "order") == ["<b>&", "<b>&"]
    assert page.locator(".ls-gate b").count() == 0
    assert page.locator(".ls-pool button.ls-tile").count() == 2


def test_a_kernel_that_is_silent_is_said_to_be(open_page):
    page = open_page(gate())
    page.clock.install()
    page.get_by_role("button", name="reveal without a prediction").click()
    page.clock.fast_forward(7000)
    assert "The kernel has not answered" in spoken(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [900, 380])
def test_nothing_is_wrong_for_those_who_cannot_see_it(open_page, scheme, width):
    SHOTS.mkdir(parents=True, exist_ok=True)
    one = gate(given=["never"], tries=2)
    page = open_page(one, width=width, scheme=scheme)
    pick(page, "1")
    pick(page, "never")

    def look(name):
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        page.screenshot(path=SHOTS / f"gate-{name}-{scheme}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    look("before")
    for name, predicted in (("hint", ["1", "2"]), ("wrong", ["1", "4", "2", "3"])):
        one.commit(predicted, 3)
        page.evaluate("state => answer(state)", state_of(one))
        if name == "wrong":
            page.locator(".ls-other summary").click()
        look(name)
    marks = page.locator(".ls-yours .ls-place").all_inner_texts()
    assert marks == ["✓", "✓", "✗", "·"]
    right = gate()
    right.commit(["1", "4", "3", "2"])
    page.evaluate("state => answer(state)", state_of(right))
    look("right")
