"""Runs the Promise tests of test262 (ECMA-262's own suite) on the bridge.

    ./dev test262 CHECKOUT

CHECKOUT is a clone of github.com/tc39/test262, with a work tree or bare. Which tests apply is for
Node 20 to say: each runs there first (classify.js). Those that hold there run here, unmodified, in
sloppy and in strict mode, once with each look-up made and once with the runtime's short cuts; see
bridge.py.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import loopscope
import quickjs
from fuzz.judge import node
from rich.console import Console
from rich.progress import track

from . import bridge, results
from .bridge import Realm

FOLDER = "test/built-ins/Promise"
HARNESS = ("assert.js", "sta.js", "doneprintHandle.js")

NEWER = {
    "await-dictionary": "Promise.allKeyed and allSettledKeyed: a proposal",
    "promise-try": "Promise.try: ECMA-262 2025, newer than Node 20",
    "promise-with-resolvers": "Promise.withResolvers: ECMA-262 2024, newer than Node 20",
    "cross-realm": "needs a second realm: there is one Promise in Python",
}
OURS = {"promise-try", "promise-with-resolvers"}
"""What Node 20 has not, but loopscope has."""

_LIST = "the result is a Python list, and nobody can give lists a `then`"
INEXPRESSIBLE = {
    f"{FOLDER}/{combinator}/{test}.js": _LIST
    for combinator in ("all", "allSettled")
    for test in ("resolve-poisoned-then", "resolve-thenable")
}
"""What the C code cannot do since Python cannot say it, and why."""


@dataclass(frozen=True)
class Test:
    """A test file, and what its front matter says of it."""

    file: str
    source: str
    includes: tuple[str, ...]
    features: tuple[str, ...]
    flags: tuple[str, ...]

    @property
    def is_async(self) -> bool:
        return "async" in self.flags

    @property
    def modes(self) -> tuple[str, ...]:
        if "onlyStrict" in self.flags:
            return ("strict",)
        return ("sloppy",) if {"noStrict", "raw"} & {*self.flags} else ("sloppy", "strict")

    @classmethod
    def read(cls, root: Path, path: Path) -> Test:
        source = path.read_text("utf-8")
        front = re.search(r"/\*---(.*?)---\*/", source, re.DOTALL)
        assert front is not None, path

        def names(key: str) -> tuple[str, ...]:
            inline = re.search(rf"^{key}:\s*\[(.*?)\]", front[1], re.MULTILINE | re.DOTALL)
            block = re.search(rf"^{key}:\s*\n((?:\s+- .*\n?)+)", front[1], re.MULTILINE)
            text = inline[1] if inline else block[1].replace("\n", ",") if block else ""
            return tuple(name for part in text.split(",") if (name := part.strip(" \n-")))

        path_in_suite = path.relative_to(root).as_posix()
        return cls(path_in_suite, source, names("includes"), names("features"), names("flags"))


class Suite:
    """A checkout of the suite, unpacked where nothing else is."""

    def __init__(self, checkout: Path, folder: Path) -> None:
        git = ["git", "-C", str(checkout)]
        self.commit = _output([*git, "rev-parse", "HEAD"]).decode().strip()
        archive = _output([*git, "archive", self.commit, "harness", FOLDER])
        with tarfile.open(fileobj=BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")
        self.root = folder
        self.tests = [Test.read(folder, path) for path in sorted((folder / FOLDER).rglob("*.js"))]
        self._harness: dict[str, str] = {}

    def harness(self, name: str) -> str:
        if name not in self._harness:
            self._harness[name] = (self.root / "harness" / name).read_text("utf-8")
        return self._harness[name]

    def ask_node(self) -> dict[str, str | None]:
        """Why each test does not hold in Node; None for those that do."""
        asked = [
            {"file": t.file, "includes": t.includes, "async": t.is_async, "modes": t.modes}
            for t in self.tests
        ]
        command = [node(), str(Path(__file__).with_name("classify.js")), str(self.root)]
        answer = subprocess.run(
            command, input=json.dumps(asked), text=True, stdout=subprocess.PIPE, check=True
        )
        found: dict[str, str | None] = json.loads(answer.stdout)
        return found


@dataclass(frozen=True)
class Outcome:
    """What came of a test: why it failed, or None; how often it called into Python."""

    failure: str | None
    crossings: int


def run(suite: Suite, test: Test) -> Outcome:
    """Run a test in each of its modes, until it fails."""
    crossings = 0
    for mode in test.modes:
        failure, crossed = _run_once(suite, test, mode)
        crossings += crossed
        if failure is not None:
            return Outcome(f"{mode}: {failure}", crossings)
    return Outcome(None, crossings)


def _run_once(suite: Suite, test: Test, mode: str) -> tuple[str | None, int]:
    thrown: list[str] = []

    def main() -> None:
        realm = Realm()
        for event in ("unhandledRejection", "rejectionHandled"):
            loopscope.process.on(event, lambda: None)
        strict = '"use strict";\n' if mode == "strict" else ""
        try:
            for name in (*HARNESS, *test.includes):
                realm.evaluate(suite.harness(name))
            realm.evaluate(strict + test.source)
        except quickjs.JSException as error:
            thrown.append(str(error).strip())

    try:
        loopscope.run(main, clock="virtual")
    except (Exception, KeyboardInterrupt) as error:
        return f"uncaught: {error!r}", 0
    finally:
        realm = Realm.current
        realm.close()
    if not thrown and test.is_async and realm.output != ["Test262:AsyncTestComplete"]:
        thrown += realm.output or ["did not finish"]
    return "; ".join(thrown) or None, realm.crossings


# ---- the report ----


def examine(checkout: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Run all; gives what results.py keeps of it, and why the failing tests failed."""
    with tempfile.TemporaryDirectory(prefix="test262-") as folder:
        suite = Suite(checkout, Path(folder))
        refused = suite.ask_node()
        left_out = {test.file: why for test in suite.tests if (why := excluded(test, refused))}
        applying = [test for test in suite.tests if test.file not in left_out]
        newer = [test for test in suite.tests if {*test.features} & OURS]
        # The short cuts first: once observe() was called there are none in this process.
        short = [
            test.file for test in _progress(applying, "with short cuts") if not _fails(suite, test)
        ]
        bridge.observe()
        outcomes = {test.file: run(suite, test) for test in _progress(applying, "look-ups made")}
        ahead = [test.file for test in _progress(newer, "newer") if not _fails(suite, test)]

    inexpressible = {name: why for name, why in INEXPRESSIBLE.items() if outcomes[name].failure}
    failures = {
        name: outcome.failure
        for name, outcome in outcomes.items()
        if outcome.failure is not None and name not in inexpressible
    }
    groups: dict[str, dict[str, int]] = {}
    for name, outcome in outcomes.items():
        group = groups.setdefault(_group(name), dict.fromkeys(COLUMNS, 0))
        group["tests"] += 1
        group["passed"] += outcome.failure is None
        group["alone"] += outcome.failure is None and outcome.crossings == 0
        group["short"] += name in short
    return {
        "commit": suite.commit,
        "files": len(suite.tests),
        "node": _output([node(), "--version"]).decode().strip(),
        "excluded": dict(Counter(left_out.values()).most_common()),
        "groups": groups,
        "inexpressible": inexpressible,
        "newer": {"tests": len(newer), "passed": len(ahead)},
        "failed": sorted(failures),
    }, failures


COLUMNS = ("tests", "passed", "alone", "short")


def excluded(test: Test, refused: dict[str, str | None]) -> str | None:
    """Why a test does not apply to Node 20; None if it does."""
    for feature, reason in NEWER.items():
        if feature in test.features:
            return reason
    why = refused[test.file]
    return None if why is None else f"fails in Node 20: {why}"


def _fails(suite: Suite, test: Test) -> bool:
    return run(suite, test).failure is not None


def _group(name: str) -> str:
    folder = name.removeprefix(FOLDER + "/").rpartition("/")[0]
    return folder or "constructor"


def _progress(tests: Sequence[Test], what: str) -> Iterator[Test]:
    yield from track(tests, what, console=Console(stderr=True))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./dev test262", description=__doc__.split("\n\n")[0])
    parser.add_argument("checkout", type=Path, help="a clone of github.com/tc39/test262")
    options = parser.parse_args(arguments)
    found, failures = examine(options.checkout)
    for name, reason in failures.items():
        print(f"{name}\n    {reason}")
    groups = found["groups"].values()
    total = {column: sum(group[column] for group in groups) for column in COLUMNS}
    print(
        f"test262 {found['commit'][:8]}: of {found['files']} Promise tests {total['tests']} apply"
        f" to Node 20; {total['passed']} pass, Python cannot say {len(found['inexpressible'])},"
        f" {len(failures)} fail"
    )
    results.save("test262", found)
    print(
        f"written to {results.file('test262')}: `python tools/conformance.py` tells it to the docs"
    )
    return 1 if failures else 0


def _output(command: Sequence[str]) -> bytes:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


if __name__ == "__main__":
    sys.exit(main())
