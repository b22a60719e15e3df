"""Compiles c_loop.c, under build/, when it is first asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_suffix(".c")
BUILD = Path(__file__).parent.parent / "build" / "benchmarks"


def load() -> Callable[[Callable[[], Any], int], None]:
    """Return `call_in_c(function, n)`, compiled with the interpreter's own compiler and flags."""
    from setuptools import Distribution, Extension

    command = Distribution({"ext_modules": [Extension("_c_loop", [str(SOURCE)])]}).get_command_obj(
        "build_ext"
    )
    command.build_lib = str(BUILD)
    command.build_temp = str(BUILD / "temp")
    command.ensure_finalized()
    command.run()
    sys.path.insert(0, str(BUILD))
    call_in_c: Callable[[Callable[[], Any], int], None] = import_module("_c_loop").call_in_c
    return call_in_c
