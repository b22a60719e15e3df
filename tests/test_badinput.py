"""Arbitrary arguments for everything public: only documented exceptions, and no name left out."""

from __future__ import annotations

import inspect
import pkgutil
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import loopscope
import pytest
from apart import ISOLATED, run_isolated

CSRC = Path(__file__).parents[1] / "csrc"
OF_C = re.compile(r'^\s+\.name = "loopscope\.(?:_core\.)?(\w+)"', re.MULTILINE)
# Never given to a program: what a combinator knows, and the type of Promise, which setattr shows.
NOT_GIVEN = {"Combinator", "PromiseMeta"}

sys.path.insert(0, str(ISOLATED))
from tables import INTERNAL, MODULES, public_names, takes_long  # noqa: E402


@pytest.fixture(scope="module")
def called():
    """The names of what was called: the short form of `./dev badinput`."""
    printed = run_isolated("badinput.py", "--share", "200", "--examples", "15", "--list")
    names = re.findall(r"^called (?:(?:get|set|del|new) )?(\S+)", printed, re.MULTILINE)
    return set(names)


def test_arbitrary_arguments(called):
    assert len(called) > 700


def test_each_module_is_called_or_said_to_be_internal():
    found = {""}
    for module in pkgutil.walk_packages(loopscope.__path__):
        if module.name not in ("lessons", "_core"):
            found.add(module.name)
            if module.ispkg:
                path = Path(loopscope.__path__[0], module.name)
                found |= {f"{module.name}.{each.name}" for each in pkgutil.walk_packages([path])}
    internal = tuple(name for names in INTERNAL.values() for name in names)
    missing = {
        name
        for name in found - set(MODULES)
        if name not in internal
        and not name.startswith(tuple(each for each in internal if each.endswith(".")))
        and name.split(".")[0] not in internal
    }
    assert not missing, f"tests/isolated/tables.py says nothing of {sorted(missing)}"


@pytest.mark.parametrize("name", MODULES)
def test_each_public_name_is_called(called, name):
    module = import_module(f"loopscope.{name}".strip("."))
    missing = []
    for attribute in public_names(module):
        value = getattr(module, attribute)
        if callable(value) and f"{name}.{attribute}" not in called:
            missing.append(f"{name}.{attribute}")
        if inspect.isclass(value) and value.__module__.startswith("loopscope"):
            missing += members_not_called(value, called)
    assert not [each for each in missing if not takes_long(each)]


def members_not_called(cls, called):
    """List the methods and properties of a class that no name in `called` stands for."""
    ends = {name.rpartition(".")[2] for name in called if f".{cls.__name__}." in f".{name}"}
    for name, value in vars(cls).items():
        is_member = callable(value) or hasattr(value, "__get__")
        if is_member and not name.startswith("_") and name not in ends:
            yield f"{cls.__name__}.{name}"


def test_each_type_of_c_is_called(called):
    types = {name for path in CSRC.glob("*.c") for name in OF_C.findall(path.read_text("utf-8"))}
    assert len(types) > 15
    reached = {part for name in called for part in name.split(".")}
    assert types - reached == NOT_GIVEN


FAULT = """
import sys
sys.path.insert(0, {folder!r})
import badinput, hostile
from loopscope.emitter import EventEmitter
right = EventEmitter.listener_count
def wrong(self, event, listener=None):
    return {{}}[event] if type(event) is hostile.Str else right(self, event, listener)
EventEmitter.listener_count = wrong
sys.argv[1:] = ["--only", "Process.listener_count", "--share", "1"]
badinput.main()
"""


def test_a_fault_for_one_kind_of_argument_is_found():
    program = FAULT.format(folder=str(ISOLATED))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 1
    assert "listener_count on process raised KeyError" in done.stdout, done.stdout + done.stderr
