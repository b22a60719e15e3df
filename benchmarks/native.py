"""Compiles a small C module of this folder, under build/, when it is first asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

BUILD = Path(__file__).parent.parent / "build" / "benchmarks"


def load(name: str) -> ModuleType:
    """Import `name`.c, compiled with the interpreter's own compiler and flags."""
    compile_module(name)
    if str(BUILD) not in sys.path:
        sys.path.insert(0, str(BUILD))
    return import_module(f"_{name}")


def compile_module(name: str) -> None:
    from setuptools import Distribution, Extension

    source = Path(__file__).with_name(f"{name}.c")
    command = Distribution({"ext_modules": [Extension(f"_{name}", [str(source)])]}).get_command_obj(
        "build_ext"
    )
    command.build_lib = str(BUILD)
    command.build_temp = str(BUILD / "temp")
    command.ensure_finalized()
    command.run()
