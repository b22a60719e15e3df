"""Wrong readings: machines whose believer reads the text of a program otherwise than it runs."""

from __future__ import annotations

import ast

from .machines import WrongMachine
from .model.machine import Reader

__all__ = ["CallsAreDeferred", "DefinitionsRun"]


class _CallReader(Reader):
    """Reads the plain calls of the program's own functions differently: `f()` as a statement."""

    def __init__(self, tree: ast.Module) -> None:
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        self.own = {node.name for node in functions if not node.decorator_list}
        self.called = {self.called_by(node) for node in ast.walk(tree)} - {""}

    def called_by(self, node: ast.AST) -> str:
        """Return which function of the program a statement calls, if it does nothing else."""
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            if isinstance(function, ast.Name) and function.id in self.own:
                return function.id
        return ""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:  # noqa: N802
        self.generic_visit(node)
        node.body = self.read(node.body) or [ast.Pass()]
        return node

    def visit_Module(self, node: ast.Module) -> ast.AST:  # noqa: N802
        self.generic_visit(node)
        node.body = self.read(node.body)
        return node

    def read(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Return the statements of a function as a believer reads them."""
        raise NotImplementedError


class _DeferCalls(_CallReader):
    """Moves such calls to the end of the function that makes them."""

    def read(self, body: list[ast.stmt]) -> list[ast.stmt]:
        calls = [one for one in body if self.called_by(one)]
        return [one for one in body if one not in calls] + calls


class _RunDefinitions(_CallReader):
    """Calls each function where it is defined, and not where it is called."""

    def __init__(self, tree: ast.Module) -> None:
        super().__init__(tree)
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        self.run = self.called & {one.name for one in functions if not one.args.args}

    def read(self, body: list[ast.stmt]) -> list[ast.stmt]:
        read: list[ast.stmt] = []
        for one in body:
            if isinstance(one, ast.FunctionDef) and one.name in self.run:
                call = ast.Call(ast.Name(one.name, ast.Load()), [], [])
                read += [one, ast.Expr(call)]
            elif self.called_by(one) not in self.run:
                read.append(one)
        return read


class CallsAreDeferred(WrongMachine):
    """M24: a function that is called runs when its caller has ended."""

    reader = _DeferCalls


class DefinitionsRun(WrongMachine):
    """M25: functions run in the order in which they are written."""

    reader = _RunDefinitions
