"""World: the package's Python modules, loaded anew on top of a machine of the model.

A program that imports `loopscope.js` in a world gets the names of that world. So do the modules of
the package, which import the C module; they are executed once more for each world, from the code
that is cached anyway. Modules that are about values only are shared with the real package.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.util
from functools import partial
from importlib.machinery import SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

from .core import make_core
from .machine import Machine

__all__ = ["World"]

PACKAGE = "loopscope"
_SHARED = frozenset(
    f"{PACKAGE}.{name}"
    for name in (
        "_version",
        "errors",
        "null",
        # Of the console, what knows neither promises nor the loop, and imports none that does.
        *(
            f"console.{part}"
            for part in (
                "_widths",
                "callables",
                "dates",
                "entries",
                "layout",
                "numbers",
                "objects",
                "options",
                "shape",
                "text",
            )
        ),
    )
)


class World:
    """The modules of one machine. `builtins`: for the globals of whatever runs in it."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._core = make_core(machine)
        self._modules: dict[str, ModuleType] = {f"{PACKAGE}._core": self._core}
        self.builtins: dict[str, Any] = {
            **vars(builtins),
            "__import__": self._import,
            "print": self._print,
        }
        self.load(PACKAGE)
        machine.emit = self.load(f"{PACKAGE}.process").host_event

    def load(self, name: str) -> Any:
        """Return a module of the package as this world has it."""
        if name in self._modules:
            return self._modules[name]
        shared = name in _SHARED or name.startswith(f"{PACKAGE}.learn")
        module = importlib.import_module(name) if shared else self._execute(name)
        self._modules[name] = module
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(self.load(parent), child, module)
        return module

    def _execute(self, name: str) -> ModuleType:
        spec, code = _code_of(name)
        module = ModuleType(name)
        module.__spec__ = spec
        module.__package__ = spec.parent
        if spec.submodule_search_locations is not None:
            module.__path__ = spec.submodule_search_locations
        module.__dict__["__builtins__"] = self.builtins
        self._modules[name] = module
        if name == PACKAGE:
            module.__dict__["_core"] = self._core  # `from . import _core` looks here first
        exec(code, module.__dict__)
        if name == f"{PACKAGE}.console.describe":
            # The console knows promises by the C class, which this world does without.
            module.__dict__["promise_state"] = self._promise_state
        if name == f"{PACKAGE}.events":
            self._watch_dispatch(module.__dict__["EventTarget"])
        return module

    def _watch_dispatch(self, target: Any) -> None:
        """Have the machine dispatch events: a wrong one does it later."""
        dispatch = target.dispatch_event

        def dispatch_event(this: Any, event: Any) -> Any:
            return self.machine.dispatch(partial(dispatch, this, event))

        target.dispatch_event = target.dispatchEvent = dispatch_event

    def _promise_state(self, value: object) -> tuple[str, Any] | None:
        if not isinstance(value, self._core.Promise):
            return None
        state: tuple[str, Any] = self._core.promise_state(value)
        return state

    def _import(
        self,
        name: str,
        globals: dict[str, Any] | None = None,
        locals: Any = None,
        fromlist: tuple[str, ...] | None = (),
        level: int = 0,
    ) -> Any:
        full = name
        if level:
            package = (globals or {}).get("__package__") or ""
            full = importlib.util.resolve_name("." * level + name, package)
        if full != PACKAGE and not full.startswith(f"{PACKAGE}."):
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        module = self.load(full)
        for wanted in fromlist or ():
            if wanted != "*" and not hasattr(module, wanted):
                self._load_submodule(full, wanted)
        return module if fromlist else self.load(PACKAGE)

    def _load_submodule(self, package: str, name: str) -> None:
        if importlib.util.find_spec(f"{package}.{name}") is not None:
            self.load(f"{package}.{name}")

    def _print(
        self,
        *values: object,
        sep: str | None = " ",
        end: str | None = "\n",
        file: Any = None,
        flush: bool = False,
    ) -> None:
        if file is not None:
            print(*values, sep=sep, end=end, file=file, flush=flush)
            return
        text = (" " if sep is None else sep).join(map(str, values))
        self.machine.write("stdout", text + ("\n" if end is None else end))


_codes: dict[str, tuple[Any, CodeType]] = {}


def _code_of(name: str) -> tuple[Any, CodeType]:
    """Return the spec and the code of a module of the package; the code never changes in a run."""
    if name not in _codes:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        # A loader that gives no code is pytest's, which rewrites the assertions of plugins.
        plain = SourceFileLoader(name, spec.origin)
        code = getattr(spec.loader, "get_code", plain.get_code)(name)
        assert isinstance(code, CodeType)
        _codes[name] = spec, code
    return _codes[name]
