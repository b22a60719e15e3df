"""Runs the Promises/A+ compliance suite on the bridge: its files as npm gives them.

    ./dev aplus [FOLDER]

FOLDER is a node_modules with promises-aplus-tests; `./dev` installs it under build/. Promises, and
the microtasks on which their reactions run, are loopscope's; so is the clock behind setTimeout.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import loopscope

from .bridge import Realm

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ROOT / "build" / "aplus" / "node_modules"
HOST = Path(__file__).with_name("aplus.js")


class Missing(RuntimeError):  # noqa: N818
    """The suite is not installed."""


@dataclass(frozen=True)
class Report:
    """What came of the suite's tests: the name of each, and why it failed (None: it passed)."""

    version: str
    results: dict[str, str | None]

    @property
    def failures(self) -> dict[str, str]:
        return {name: reason for name, reason in self.results.items() if reason is not None}


def run(
    folder: Path = INSTALLED, clock: Literal["real", "virtual"] = "virtual", only: str = ""
) -> Report:
    """Run the suite; `only`: those of its files whose name begins so."""
    package = folder / "promises-aplus-tests"
    if not package.exists():
        raise Missing(f"the Promises/A+ suite is not in {folder}: `./dev aplus` installs it")
    version = json.loads((package / "package.json").read_text("utf-8"))["version"]
    files = sorted((package / "lib" / "tests").glob(f"{only}*.js"))
    results: list[tuple[str, str | None]] = []

    def main() -> None:
        for event in ("unhandledRejection", "rejectionHandled"):
            loopscope.process.on(event, lambda: None)
        realm = Realm()
        realm.offer("_read", lambda path: Path(path).read_text("utf-8"))
        realm.offer("_finish", lambda text: results.extend(json.loads(text)))
        realm.evaluate(f"var _host = ({HOST.read_text('utf-8')})(_read, {json.dumps(str(folder))})")
        for file in files:
            realm.evaluate(f"_host.load({json.dumps(str(file))})")
        realm.evaluate("_host.run(_finish)")

    try:
        loopscope.run(main, clock=clock)
    finally:
        Realm.current.close()
    # Names are not unique, as the suite makes its tests by combination.
    numbered = {f"{number}. {name}": why for number, (name, why) in enumerate(results, 1)}
    return Report(version, numbered)


def main(arguments: list[str]) -> int:
    report = run(*map(Path, arguments))
    for name, reason in report.failures.items():
        print(f"{name}\n    {reason}")
    passed = len(report.results) - len(report.failures)
    print(f"Promises/A+ {report.version}: {passed} of {len(report.results)} tests pass")
    return 1 if report.failures or not report.results else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Missing as missing:
        sys.exit(f"aplus: {missing}")
