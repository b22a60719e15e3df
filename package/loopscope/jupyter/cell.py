"""A notebook's cell as a script, which shares the notebook's variables."""

from __future__ import annotations

from typing import Any

from .. import js
from ..script import Script, load

__all__ = ["CellScript"]


class CellScript(Script):
    """A script whose globals are those of the notebook, as an ordinary cell's are.

    So it reads the notebook's variables, what it assigns is there in later cells, and a function of
    one cell sees what another one has assigned since. The names of `loopscope.js` are there too; a
    variable of the notebook that has the name of one of them stays what it is.
    """

    __slots__ = ("_names", "added")

    added: set[str]
    """The names that were put among the notebook's for it to run."""

    def __init__(self, source: str, name: str, names: dict[str, Any]) -> None:
        script = load(source, name)
        super().__init__(script.code, script.source, script.filename, script.path)
        self._names = names
        self.added = set()

    def namespace(self) -> dict[str, Any]:
        """Return the notebook's own globals, with the names that a script needs."""
        given = {name: getattr(js, name) for name in js.__all__}
        reserved = {name: each for name, each in super().namespace().items() if "." in name}
        self.added = {name for name in given if name not in self._names} | {*reserved}
        self._names.update({**given, **self._names, **reserved})
        return self._names
