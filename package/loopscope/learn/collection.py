"""The exercises of the package: where they are, how they are copied, solved and read."""

from __future__ import annotations

import ast
import importlib.util
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from pathlib import Path
from traceback import walk_tb
from typing import Final

from .exercise import Exercise

__all__ = [
    "FOLDER",
    "Entry",
    "copy_all",
    "entries",
    "load_file",
    "read_prediction",
    "replace_prediction",
    "require_folder",
    "solve",
    "tell_error",
]

FOLDER: Final = Path(__file__).parent / "exercises"


@dataclass(frozen=True)
class Entry:
    """One file with exercises."""

    path: Path

    @property
    def name(self) -> str:
        """Its name: "101_kitchen"."""
        return self.path.stem.removeprefix("test_")

    @property
    def group(self) -> str:
        """The name of its folder."""
        return self.path.parent.name

    @property
    def title(self) -> str:
        """The first line of its docstring."""
        text = ast.get_docstring(ast.parse(self.path.read_text(encoding="utf-8"))) or self.name
        return text.splitlines()[0].rstrip(".")


def entries(folder: Path = FOLDER) -> list[Entry]:
    """Return the exercises of a folder and of the folders in it, in their order."""
    return [Entry(path) for path in sorted(folder.rglob("test_*.py"))]


def copy_all(folder: Path) -> list[Path]:
    """Copy the exercises into a folder, those that are not there yet; returns the new files."""
    require_folder(folder)
    copied = []
    for entry in entries():
        path = folder / entry.group / entry.path.name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(entry.path, path)
            copied.append(path)
    return copied


def require_folder(folder: Path) -> None:
    """Raise NotADirectoryError if there can be no such folder, as a file is in the way."""
    for one in (folder, *folder.parents):
        if one.exists() and not one.is_dir():
            raise NotADirectoryError(f"{one} is a file; a folder is needed")


def load_file(path: Path) -> list[Exercise]:
    """Execute a file and return its exercises. Raises whatever the file raises, and SyntaxError."""
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    name = f"_loopscope_exercise_{path.stem}"
    loader = SourceFileLoader(name, str(path))
    spec = importlib.util.spec_from_loader(name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return [one for one in vars(module).values() if isinstance(one, Exercise)]


def tell_error(error: Exception, path: Path) -> str:
    """Say what a file raised, or why it cannot be read, and in which of its lines."""
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}. Python cannot read the file like this."
    text = f"{type(error).__name__}: {error}"
    places = [
        (frame.f_code.co_name, line)
        for frame, line in walk_tb(error.__traceback__)
        if frame.f_code.co_filename == str(path)
    ]
    if not places:
        return text
    within, line = places[-1]
    text = f"line {line}: {text}"
    if isinstance(error, NameError) and within == "<module>":
        text += '. Put each line that you predict in quotes: predict("one", "two")'
    return text


def _predictions(source: str) -> Iterator[tuple[str, ast.Call]]:
    """Give the name of each function that `predict` decorates, and the call of `predict`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for call in node.decorator_list:
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "predict":
                    yield node.name, call


def read_prediction(source: str, name: str) -> list[str]:
    """Return the lines that a file predicts for a function, without executing it.

    LookupError if nothing is predicted for it; ValueError if the lines are no literals;
    SyntaxError.
    """
    for function, call in _predictions(source):
        if function == name:
            return [str(ast.literal_eval(argument)) for argument in call.args]
    raise LookupError(f"nothing is predicted for {name}()")


def solve(path: Path) -> str:
    """Return the text of an exercise with the right prediction, which running it has told."""
    orders = {one.name: one.run().output for one in load_file(path)}
    return replace_prediction(path.read_text(encoding="utf-8"), orders)


def replace_prediction(source: str, lines: Mapping[str, Sequence[str]]) -> str:
    """Return the text of an exercise with other predictions: lines by the functions' names."""
    text = source.encode()
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for name, call in sorted(_predictions(source), key=lambda pair: -pair[1].lineno):
        assert call.end_lineno is not None
        assert call.end_col_offset is not None
        begin = starts[call.lineno - 1] + call.col_offset
        end = starts[call.end_lineno - 1] + call.end_col_offset
        prediction = f"predict({', '.join(map(repr, lines.get(name, ())))})"
        text = text[:begin] + prediction.encode() + text[end:]
    return text.decode()
