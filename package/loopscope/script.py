"""Scripts: programs that read like JavaScript, through one documented step over their syntax tree.

A script is a file or a source text that is run as `node file.js` runs its file. Python differs from
JavaScript where `async def` and `await` are concerned; the step makes up for it, and for nothing
else. It rewrites

======================================  ==================================================
`async def f(): ...`                    its innermost decorator is `async_function`
`await x`                               awaits `Promise.resolve(x)`, as JavaScript's `await`
`async for t in x: ...`                 iterates over `for_await(x)`; when the loop is left
                                        early, the iterator's `return_()` is awaited
                                        (ECMA-262 7.4.13 AsyncIteratorClose)
`[e async for t in x]`, `{...}`         the same
`(e async for t in x)`, `(await e ...)` an async generator, as an `async def` with `yield` is one
======================================  ==================================================

`await` is allowed at the top level; a script that uses it is a module and runs in Node's order of
ES modules, any other in that of CommonJS. Positions, docstrings, `__future__` imports and syntax
errors are the learner's own. The names that the rewritten code refers to are no identifiers (they
contain a dot), so no program can name, shadow or replace them by accident.
"""

from __future__ import annotations

import ast
import linecache
from collections.abc import Callable
from importlib.util import decode_source
from pathlib import Path
from types import CodeType
from typing import Any, Final

from ._core import async_function, for_await, js_await
from .iteration import Scope, collect_dict, collect_list, collect_set, stream

__all__ = ["SOURCE_NAME", "Script", "load"]

SOURCE_NAME: Final = "<script>"
"""The file name of a script that was given as source text."""

_CO_COROUTINE = 0x80  # inspect.CO_COROUTINE, without importing inspect

_AWAIT = "_loopscope.await"
_ASYNC_FUNCTION = "_loopscope.async_function"
_LOOP = "_loopscope.loop"
_SCOPE = "_loopscope.scope"
_LIST = "_loopscope.list"
_SET = "_loopscope.set"
_DICT = "_loopscope.dict"
_STREAM = "_loopscope.stream"
# Variables that the rewritten code itself binds.
_LOOP_NAME = "_loopscope.this_loop"
_SCOPE_NAME = "_loopscope.this_scope"
_FIRST_NAME = "_loopscope.first"

_RESERVED: Final[dict[str, Callable[..., Any]]] = {
    _AWAIT: js_await,
    _ASYNC_FUNCTION: async_function,
    _LOOP: for_await,
    _SCOPE: Scope,
    _LIST: collect_list,
    _SET: collect_set,
    _DICT: collect_dict,
    _STREAM: stream,
}


class Script:
    """A compiled script: `code`, its `source`, its `filename`, and the `path` it was read from."""

    __slots__ = ("code", "filename", "path", "source")

    def __init__(self, code: CodeType, source: str, filename: str, path: Path | None) -> None:
        self.code = code
        self.source = source
        self.filename = filename
        self.path = path

    @property
    def is_module(self) -> bool:
        """Whether it uses top-level await, and so runs in Node's order of ES modules."""
        return bool(self.code.co_flags & _CO_COROUTINE)

    def own_names(self) -> tuple[str, ...]:
        """Return the globals that the script itself assigns; what it only imports is not its own.

        A function's `global x` counts; names that are made at run time alone do not.
        """
        import symtable

        top = symtable.symtable(self.source, self.filename, "exec")
        names = {symbol.get_name(): None for symbol in top.get_symbols() if symbol.is_assigned()}
        inner = [*top.get_children()]
        while inner:
            table = inner.pop()
            inner += table.get_children()
            for symbol in table.get_symbols():
                if symbol.is_declared_global() and symbol.is_assigned():
                    names[symbol.get_name()] = None
        return tuple(name for name in names if not name.startswith("__"))

    def namespace(self) -> dict[str, Any]:
        """Make the globals for one run: those of a `__main__` module, and the reserved names."""
        names: dict[str, Any] = {
            "__name__": "__main__",
            "__doc__": None,
            "__package__": None,
            "__loader__": None,
            "__spec__": None,
            "__builtins__": __builtins__,
        }
        if self.path is not None:
            names["__file__"] = self.filename
        names.update(_RESERVED)
        return names


def load(program: Path | str, name: str = SOURCE_NAME) -> Script:
    """Compile a script: a path to a file, or a str that is the source itself, to be called `name`.

    Raises OSError if the file cannot be read, and SyntaxError, pointing to the script's own line.
    """
    if isinstance(program, str):
        # For tracebacks; with no modification time, the entry is never checked against a file.
        lines = program.splitlines(keepends=True)
        linecache.cache[name] = (len(program), None, lines, name)
        return Script(_compile(program, name), program, name, None)
    filename = str(program.absolute())
    source = program.read_bytes()
    code = _compile(source, filename)  # bytes: the file's own coding declaration counts
    return Script(code, decode_source(source), filename, program)


def _compile(source: str | bytes, filename: str) -> CodeType:
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        # The script as it was written first: errors must speak of it, not of what is made of it.
        compile(source, filename, "exec", flags, dont_inherit=True)
        tree = _parse(source, filename, flags | ast.PyCF_ONLY_AST)
    except ValueError as error:  # null bytes, before CPython 3.12
        raise SyntaxError(str(error), (filename, 1, 1, None)) from None
    _rewrite(tree)
    code = compile(tree, filename, "exec", flags, dont_inherit=True)
    assert isinstance(code, CodeType)
    return code


def _parse(source: str | bytes, filename: str, flags: int) -> ast.Module:
    # CPython 3.11 counts the depth of the trees of all threads in one place: those that parse at
    # the same time get "AST constructor recursion depth mismatch" now and then (its gh-106905).
    for last in (False,) * 20 + (True,):
        try:
            tree = compile(source, filename, "exec", flags, dont_inherit=True)
            break
        except SystemError:
            if last:
                raise
    assert isinstance(tree, ast.Module)
    return tree


# ---- the step over the syntax tree that the module's docstring describes ----


def _rewrite(tree: ast.Module) -> None:
    """Take the step over a whole tree, in place, from the leaves up.

    It does not recurse, as ast.NodeTransformer does: a tree may be deeper than Python's stack.
    """
    nodes: list[ast.AST] = [tree]
    for node in nodes:  # grows as it goes: parents come before their children
        nodes += ast.iter_child_nodes(node)
    for node in reversed(nodes):
        for name, value in ast.iter_fields(node):
            if isinstance(value, list):
                value[:] = [_rewritten(item) for item in value]
            elif isinstance(value, ast.AST):
                setattr(node, name, _rewritten(value))


def _rewritten(node: Any) -> Any:
    """Return what stands for a node, or another value of a field; all within it is rewritten."""
    match node:
        case ast.AsyncFunctionDef():
            node.decorator_list.append(_name(_ASYNC_FUNCTION, node))
        case ast.Await():
            node.value = _call(_AWAIT, node.value)
        case ast.AsyncFor():
            return _closing(node)
        case ast.ListComp(elt=element) if any(map(_is_async, node.generators)):
            return _collected(node, _LIST, element)
        case ast.SetComp(elt=element) if any(map(_is_async, node.generators)):
            return _collected(node, _SET, element)
        case ast.DictComp(key=key, value=value) if any(map(_is_async, node.generators)):
            pair = ast.copy_location(ast.Tuple(elts=[key, value], ctx=ast.Load()), key)
            return _collected(node, _DICT, pair)
        case ast.GeneratorExp() if _is_async_generator(node):
            return _call(_STREAM, _scoped(node.elt, node.generators, node))
    return node


def _closing(node: ast.AsyncFor) -> ast.AsyncWith:
    """Make the loop that closes its iterator, since all that leaves it early passes the `with`.

    async with for_await(ITER) as loop:
        async for TARGET in loop: BODY
        else: ORELSE
    """
    item = ast.withitem(
        context_expr=_call(_LOOP, node.iter),
        optional_vars=_name(_LOOP_NAME, node.iter, ast.Store()),
    )
    node.iter = _name(_LOOP_NAME, node.iter)
    return ast.copy_location(ast.AsyncWith(items=[item], body=[node]), node)


def _collected(
    node: ast.ListComp | ast.SetComp | ast.DictComp, collect: str, element: ast.expr
) -> ast.Await:
    call = _call(collect, _scoped(element, node.generators, node))
    return ast.copy_location(ast.Await(value=call), node)


def _is_async(clause: ast.comprehension) -> bool:
    return bool(clause.is_async)


def _scoped(
    element: ast.expr, clauses: list[ast.comprehension], place: ast.expr
) -> ast.GeneratorExp:
    """Make the generator expression that runs an async comprehension.

    (ELEMENT for scope, first in Scope(ITER) async for TARGET in scope.loop(first, 0) ...)

    The scope closes the loops that are open when an exception leaves. The first iterable stays the
    first, since Python evaluates that one alone outside of the comprehension.
    """
    first, *_ = clauses
    opening = ast.comprehension(
        target=ast.copy_location(
            ast.Tuple(
                elts=[
                    _name(_SCOPE_NAME, first.iter, ast.Store()),
                    _name(_FIRST_NAME, first.iter, ast.Store()),
                ],
                ctx=ast.Store(),
            ),
            first.iter,
        ),
        iter=_call(_SCOPE, first.iter),
        ifs=[],
        is_async=0,
    )
    first.iter = _name(_FIRST_NAME, first.iter)
    for depth, clause in enumerate(filter(_is_async, clauses)):
        loop = ast.Attribute(value=_name(_SCOPE_NAME, clause.iter), attr="loop", ctx=ast.Load())
        call = ast.Call(func=loop, args=[clause.iter, ast.Constant(depth)], keywords=[])
        for node in (loop, call, call.args[1]):
            ast.copy_location(node, clause.iter)
        clause.iter = call
    generator = ast.GeneratorExp(elt=element, generators=[opening, *clauses])
    return ast.copy_location(generator, place)


def _is_async_generator(node: ast.GeneratorExp) -> bool:
    """Tell whether a (rewritten) generator expression is asynchronous: it loops or awaits."""
    if any(map(_is_async, node.generators)):
        return True
    # The first iterable belongs to the scope around it.
    inside: list[ast.AST] = [node.elt]
    for index, clause in enumerate(node.generators):
        inside += [*clause.ifs, *([clause.iter] if index else [])]
    return any(map(_awaits, inside))


def _awaits(node: ast.AST) -> bool:
    """Tell whether an expression awaits in its own scope: in the scopes within, others await."""
    nodes = [node]
    for each in nodes:  # grows as it goes
        match each:
            case ast.Await():
                return True
            case ast.Lambda():
                nodes += [*each.args.defaults, *filter(None, each.args.kw_defaults)]
            case ast.GeneratorExp():
                nodes.append(each.generators[0].iter)
            case _:
                nodes += ast.iter_child_nodes(each)
    return False


def _name(name: str, place: ast.AST, context: ast.expr_context | None = None) -> ast.Name:
    return ast.copy_location(ast.Name(id=name, ctx=context or ast.Load()), place)


def _call(function: str, argument: ast.expr) -> ast.Call:
    call = ast.Call(func=_name(function, argument), args=[argument], keywords=[])
    return ast.copy_location(call, argument)
