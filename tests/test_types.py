"""What a type checker says of ordinary programs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "package"
PROGRAM = """
from typing import assert_type
from loopscope import Promise, async_function, set_timeout

def after(ms: float, value: str) -> Promise[str]:
    return Promise(lambda resolve: set_timeout(resolve, ms, value))

@async_function
async def main() -> str:
    tea, toast = await Promise.all([after(3, "tea"), after(2, "toast")])
    assert_type(tea, str)
    assert_type(await Promise.race([after(1, "x")]), str)
    assert_type(await Promise.any([after(1, "x")]), str)
    assert_type(await Promise.all([1, 2]), list[int])
    await Promise.allSettled([after(1, "x")])
    await Promise.all_settled([after(1, "x")])
    return f"{tea} and {toast}"

assert_type(main(), Promise[str])
"""


@pytest.mark.slow
def test_promises_have_types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    api = pytest.importorskip("mypy.api")
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    monkeypatch.setenv("MYPYPATH", os.fspath(PACKAGE))
    monkeypatch.chdir(tmp_path)
    told, _, code = api.run(["--strict", "--cache-dir", str(tmp_path / "cache"), str(program)])
    assert code == 0, told
