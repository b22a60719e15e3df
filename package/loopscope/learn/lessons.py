"""The lessons: where they are, how they are copied out, and how JupyterLab opens them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn

from .collection import require_folder

__all__ = ["Copied", "copy_lessons", "folder_of_lessons", "open_lab"]

_PACKAGE: Final = Path(__file__).parents[1]
_PATTERNS: Final = ("README.md", "*.ipynb", "*.json", "exercises/*.py")


@dataclass
class Copied:
    """What copying has done: the names of the files, relative to the folder."""

    new: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    """They were there already, as they are shipped."""
    kept: list[str] = field(default_factory=list)
    """They were there and differ: a learner has changed them, or they are of another version."""
    saved: dict[str, str] = field(default_factory=dict)
    """Those that differed and were put back; the name of the learner's is the value."""

    def told(self, folder: Path) -> Iterator[str]:
        """Give the lines that tell a learner of it. `folder`: where the files are."""
        if self.new:
            lessons = [name for name in self.new if name.endswith(".ipynb")]
            first = f"; begin with {lessons[0]}" if lessons else ""
            yield f"Copied to {folder}: {_named(self.new)}{first}"
        if self.same and not self.new:
            yield f"In {folder} already, unchanged: {_named(self.same)}"
        for name, yours in self.saved.items():
            yield f"{folder / name} is as it was; yours is {folder / yours}"
        if self.kept:
            yield "These differ from those of this loopscope, and were left as they are:"
            yield from (f"    {folder / name}" for name in self.kept)
            yield "With --reset they are put back; yours are kept beside them under other names."


def folder_of_lessons() -> Path:
    """Return where the lessons are: in the package, or in the work tree that it is run from.

    Raises FileNotFoundError if the package has been installed without them.
    """
    for folder in (_PACKAGE / "lessons", _PACKAGE.parents[1] / "notebooks"):
        if any(folder.glob("*.ipynb")):
            return folder
    raise FileNotFoundError("the lessons are missing from this installation of loopscope")


def copy_lessons(folder: Path, *, reset: bool = False) -> Copied:
    """Copy the lessons into a folder; what is there and differs is kept.

    `reset`: what differs is put back as it was, and the learner's is kept under another name.
    Raises OSError if the folder cannot be written to.
    """
    require_folder(folder)
    source = folder_of_lessons()
    done = Copied()
    for path in sorted(one for pattern in _PATTERNS for one in source.glob(pattern)):
        name = path.relative_to(source).as_posix()
        target = folder / name
        if target.exists():
            if target.read_bytes() == path.read_bytes():
                done.same.append(name)
                continue
            if not reset:
                done.kept.append(name)
                continue
            yours = _free_name(target)
            target.rename(yours)
            done.saved[name] = yours.relative_to(folder).as_posix()
        else:
            done.new.append(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return done


def _named(names: list[str]) -> str:
    lessons = sum(name.endswith(".ipynb") for name in names)
    return f"{lessons} lessons" if lessons > 1 else ", ".join(names)


def _free_name(path: Path) -> Path:
    """Return a name for a learner's file that nothing has yet: "01-title.mine.ipynb"."""
    number = 1
    while True:
        more = "" if number == 1 else f"-{number}"
        name = path.with_name(f"{path.stem}.mine{more}{path.suffix}")
        if not name.exists():
            return name
        number += 1


def open_lab(folder: Path, *, browser: bool = True) -> NoReturn:
    """Become JupyterLab, on a folder. `browser`: whether it opens one, too.

    Raises ModuleNotFoundError if it is not installed in this Python.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise ModuleNotFoundError(
            "JupyterLab, which opens the lessons, is not installed in this Python. Install it:\n"
            f"    {sys.executable} -m pip install 'loopscope[notebook]'",
            name="jupyterlab",
        )
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder.resolve()}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # in a container; Jupyter asks root to say so
    if not browser:
        command.append("--no-browser")
    sys.stdout.flush()
    os.execv(sys.executable, command)
