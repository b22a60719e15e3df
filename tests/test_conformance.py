"""docs/conformance.md and the badges say what the results and the tests say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from conformance import results, suite262

ROOT = Path(__file__).parent.parent


def test_the_page_and_the_badges_are_up_to_date() -> None:
    command = [sys.executable, "tools/conformance.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_no_suite_has_a_failure() -> None:
    suite = results.load("test262")
    assert suite["failed"] == []
    assert {*suite["inexpressible"]} <= {*suite262.INEXPRESSIBLE}
    assert sum(group["tests"] for group in suite["groups"].values()) >= 621
    assert results.load("fuzz")["divergences"] == 0
    assert (ROOT / "README.md").read_text("utf-8").count("docs/badges/") == 3
