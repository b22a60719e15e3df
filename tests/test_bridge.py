"""The bridge on which JavaScript's own suites run: what crosses it, and that it hides nothing.

test262 itself is no part of a test run (`./dev test262 CHECKOUT` takes a clone of it); these
scripts of our own see that the bridge asks the C code for everything, in both its ways.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fuzz.judge import node

TESTS = Path(__file__).parent

SCRIPTS = {
    path.stem: path.read_text("utf-8") for path in (TESTS / "conformance/scripts").glob("*.js")
}
"""Each prints what Node prints for it."""
OBSERVED = {"replaced"}
"""Those that replace methods of Promise, which only observe() shows to C."""

# What the realm's print does, and its host.
PRINT = "globalThis.print = (...values) => console.log(values.map(String).join(' '));\n"

RUN = """
import json, sys
sys.path.insert(0, sys.argv[1])
import loopscope
from conformance import bridge

scripts, needing = json.load(sys.stdin)
results = {}
for observed in (False, True):
    if observed:
        bridge.observe()
    for name, script in scripts.items():
        if name in needing and not observed:
            continue
        def main():
            realm = bridge.Realm()
            for event in ("unhandledRejection", "rejectionHandled"):
                loopscope.process.on(event, lambda: None)
            realm.evaluate(
                "{ const one = print;"
                " globalThis.print = (...all) => { one(all.map(String).join(' ')); } }"
            )
            realm.evaluate(script)
        loopscope.run(main, clock="virtual")
        realm = bridge.Realm.current
        results[f"{name}/{observed}"] = realm.output, realm.crossings
        realm.close()
print(json.dumps(results))
"""


@pytest.fixture(scope="module")
def printed() -> dict[str, tuple[list[str], int]]:
    # In a process of its own, as observe() is for ever.
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(TESTS)],
        input=json.dumps([SCRIPTS, [*OBSERVED]]),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    results: dict[str, tuple[list[str], int]] = json.loads(done.stdout)
    return results


@pytest.mark.node
@pytest.mark.parametrize("name", SCRIPTS)
def test_it_prints_what_node_prints(
    name: str, printed: dict[str, tuple[list[str], int]], tmp_path: Path
) -> None:
    file = tmp_path / "script.js"
    file.write_text(
        PRINT + "process.on('unhandledRejection', () => {});\n" + SCRIPTS[name], "utf-8"
    )
    expected = subprocess.run(
        [node(), file], capture_output=True, text=True, encoding="utf-8", check=True
    ).stdout.splitlines()
    assert expected
    for observed in (True,) if name in OBSERVED else (False, True):
        output, crossings = printed[f"{name}/{observed}"]
        assert output == expected
        assert crossings > 0, "the C code was never asked"
