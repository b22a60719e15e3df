"""The step over a script's syntax tree; the expected orders are what Node 20 printed."""

from __future__ import annotations

import ast
import sys
import threading
import traceback
from pathlib import Path
from textwrap import dedent

import pytest
from loopscope import record, run
from loopscope.script import SOURCE_NAME, load

HEAD = "from loopscope.js import *\n"


def printed(source: str) -> list[str]:
    recording = record(HEAD + dedent(source))
    if recording.error is not None:
        raise recording.error
    return recording.output


# ---- async def


def test_async_functions_start_at_once_and_give_promises():
    assert printed("""
        async def f():
            console.log('in f')
            await None
            return 'value'
        console.log(f())
        f().then(console.log)
        console.log('end')
    """) == ["in f", "Promise { <pending> }", "in f", "end", "value"]


def test_every_kind_of_async_def():
    assert printed("""
        def outer(decorate):
            @decorate
            async def inner():
                return 'nested'
            return inner
        class C:
            async def method(self):
                return await self.own() + await self.of_class() + await type(self).static()
            @property
            async def own_property(self):
                return 'property'
            async def own(self):
                return 'own '
            @classmethod
            async def of_class(cls):
                return cls.__name__
            @staticmethod
            async def static():
                return ' static'
            async def __private(self):
                return await Promise.resolve('private')
            def call_private(self):
                return self.__private()
        c = C()
        for promise in (c.method(), c.own_property, c.call_private(), outer(lambda f: f)()):
            promise.then(console.log)
    """) == ["property", "nested", "private", "own C static"]


def test_the_decorator_is_idempotent_and_the_innermost():
    assert printed("""
        from loopscope import async_function
        order = []
        def above(function):
            order.append(type(function).__name__)
            return function
        @async_function
        async def twice():
            return 2
        @above
        async def once():
            return 1
        console.log(order)
        twice().then(console.log)
    """) == ["[ 'AsyncFunction' ]", "2"]


def test_names_cannot_be_shadowed():
    assert printed("""
        async_function = js_await = for_await = Promise = None
        del async_function, js_await, for_await
        async def f(async_function, js_await, for_await):
            async for x in [await 1, 2]:
                console.log(x)
        f(0, 0, 0)
    """) == ["1", "2"]


def test_docstrings_future_imports_and_positions_are_kept():
    source = dedent('''
        """The docstring."""
        from __future__ import annotations
        async def f(x: Undefined) -> AlsoUndefined:
            """Of f."""
            async for y in x: pass
        import builtins
        line = f.__wrapped__.__code__.co_firstlineno
        builtins._seen = [__doc__, f.__doc__, f.__annotations__, f.__name__, line]
    ''').lstrip()
    import builtins

    record(source)
    assert builtins._seen == [
        "The docstring.", "Of f.", {"x": "Undefined", "return": "AlsoUndefined"}, "f", 3,
    ]  # fmt: skip
    del builtins._seen


def test_our_own_future_imports_do_not_leak_into_scripts():
    assert printed("""
        def f(x: int): pass
        console.log(f.__annotations__['x'] is int)
    """) == ["true"]


# ---- await


def test_await_takes_any_value():
    assert printed("""
        class Thenable:
            def then(self, resolve):
                resolve('thenable')
        async def plain():
            return 'async function'
        async def main():
            for value in (5, None, 'text', Thenable(), plain(), Promise.resolve('promise')):
                console.log(await value)
            try:
                await Promise.reject('reason')
            except Thrown as thrown:
                console.log('caught', thrown.value)
        main()
    """) == ["5", "undefined", "text", "thenable", "async function", "promise", "caught reason"]


def test_await_in_every_place():
    assert printed("""
        async def value(x): return x
        async def main(a=3):
            console.log(f'{await value(1)} {(await value(2)):>3}', await (await value(value(3))))
            console.log([await value(n) for n in range(3)])
            console.log({await value(n): await value(-n) for n in (1,)})
            console.log(await value(True) and await value('and'), (lambda x: x)(await value(4)))
            match await value((1, 2)):
                case (x, y) if await value(x < y):
                    console.log(x, y)
            assert await value(True), await value('never')
            (walrus := await value('w'))
            console.log(walrus, *(await value([1, 2])), **(await value({})))
        main()
    """) == ["1   2 3", "[ 0, 1, 2 ]", "Map(1) { 1 => -1 }", "and 4", "1 2", "w 1 2"]


def test_one_await_of_a_settled_promise_costs_one_tick():
    assert printed("""
        async def f():
            for n in range(3):
                await Promise.resolve()
                console.log('f', n)
        def link(n):
            return lambda: console.log('t', n)
        f()
        Promise.resolve().then(link(0)).then(link(1)).then(link(2))
    """) == ["f 0", "t 0", "f 1", "t 1", "f 2", "t 2"]


# ---- top level


def test_without_top_level_await_the_order_is_that_of_common_js():
    script = """
        process.nextTick(lambda: console.log('tick'))
        Promise.resolve().then(lambda: console.log('micro'))
        console.log('main')
    """
    assert printed(script) == ["main", "tick", "micro"]
    assert not load(dedent(script)).is_module


@pytest.mark.parametrize(
    "line",
    [
        "await None",
        "async for x in []: pass",
        "[x async for x in []]",
        "(x async for x in [])",  # CPython's own verdict
        "if False: await None",
        "async with None: pass",
    ],
)
def test_what_makes_a_script_a_module(line):
    assert load(line).is_module


@pytest.mark.parametrize(
    "line", ["async def f(): await None", "lambda: (x async for x in y)", "async def f(): yield 1"]
)
def test_what_does_not(line):
    assert not load(line).is_module


def test_with_top_level_await_the_order_is_that_of_modules():
    assert printed("""
        process.nextTick(lambda: console.log('tick'))
        Promise.resolve().then(lambda: console.log('micro'))
        console.log('main')
        await None
        console.log('after')
    """) == ["main", "micro", "after", "tick"]


def test_a_rejected_top_level_await_is_uncaught():
    recording = record(HEAD + "setTimeout(console.log, 5, 'never')\nawait Promise.reject('no')\n")
    assert recording.output == []
    assert recording.exit_code == 1
    assert recording.error.value == "no"


def test_an_unsettled_top_level_await():
    recording = record(HEAD + "\nx = [await Promise(lambda: None)]\n")
    assert recording.exit_code == 13
    assert recording.stderr == (
        f"Warning: Detected unsettled top-level await at {SOURCE_NAME}:3\n"
        "x = [await Promise(lambda: None)]\n     ^\n\n\n"
    )


def test_the_globals_are_those_of_a_main_module(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(
        HEAD + "console.log(__name__, __file__, __doc__, [n for n in dir() if n.isidentifier() "
        "and not n.startswith('__') and n not in __import__('loopscope.js').js.__all__])\n"
    )
    assert record(path).output == [f"__main__ {path} undefined []"]
    assert "__file__" not in load("pass").namespace()


# ---- for await


def iteration(body: str, close: str) -> list[str]:
    """Node 20's answers: research program fa.mjs, whose loop and iterator this is."""
    return printed(f"""
        class Iterator:
            n = 0
            def next(self):
                self.n += 1
                console.log('next', self.n)
                return Promise.resolve({{'value': self.n, 'done': self.n > 3}})
        {close}
        class Iterable:
            def __aiter__(self): return Iterator()
        def link(n): return lambda: console.log('t%d' % n)
        p = Promise.resolve()
        for n in range(1, 5):
            p = p.then(link(n))
        async def loop():
            async for v in Iterable():
                {body}
            return 'fell'
        async def main():
            try:
                console.log('result', await loop())
            except Exception as error:
                console.log('caught', str(error))
        main()
    """)


RESOLVES = "Iterator.return_ = lambda self: (console.log('return()'), Promise.resolve({}))[1]"
REJECTS = (
    "Iterator.return_ = lambda self: (console.log('return()'), "
    "Promise.reject(ValueError('ret rej')))[1]"
)
THROWS = "Iterator.return_ = lambda self: (console.log('return()'), [].pop())[1]"
NUMBER = "Iterator.return_ = lambda self: (console.log('return()'), 5)[1]"
ABSENT = "pass"
BODY_ERROR = "raise ValueError('body')"

CLOSING = {
    "break, resolves": ("break", RESOLVES, ["return()", "t2", "t3", "result fell", "t4"]),
    "return, resolves": ("return v", RESOLVES, ["return()", "t2", "t3", "result 1", "t4"]),
    "throw, resolves": (BODY_ERROR, RESOLVES, ["return()", "t2", "t3", "caught body", "t4"]),
    "break, absent": ("break", ABSENT, ["t2", "result fell", "t3", "t4"]),
    "break, rejects": ("break", REJECTS, ["return()", "t2", "t3", "caught ret rej", "t4"]),
    "throw, rejects": (BODY_ERROR, REJECTS, ["return()", "t2", "t3", "caught body", "t4"]),
    "throw, throws": (BODY_ERROR, THROWS, ["return()", "t2", "caught body", "t3", "t4"]),
    "break, throws": (
        "break", THROWS, ["return()", "t2", "caught pop from empty list", "t3", "t4"],
    ),
    "throw, number": (BODY_ERROR, NUMBER, ["return()", "t2", "t3", "caught body", "t4"]),
}  # fmt: skip


@pytest.mark.parametrize(("body", "close", "after"), CLOSING.values(), ids=CLOSING)
def test_leaving_for_await_early(body, close, after):
    assert iteration(body, close) == ["next 1", "t1", *after]


def test_return_must_give_an_object():
    lines = iteration("break", NUMBER)
    assert [line for line in lines if line.startswith("caught")] != []
    assert lines[:5] == ["next 1", "t1", "return()", "t2", "t3"]


def test_a_loop_that_ends_or_fails_by_itself_is_not_closed():
    assert printed("""
        class Iterator:
            n = 0
            def __init__(self, fails): self.fails = fails
            def __aiter__(self): return self
            def next(self):
                self.n += 1
                if self.fails and self.n == 2:
                    return Promise.reject(ValueError('next'))
                return {'value': self.n, 'done': self.n > 2}
            def return_(self):
                console.log('closed')
        async def main():
            async for x in Iterator(False):
                console.log(x)
            else:
                console.log('else')
            try:
                async for x in Iterator(True):
                    console.log(x)
                else:
                    console.log('never')
            except ValueError as error:
                console.log('caught', str(error))
        main()
    """) == ["1", "2", "else", "1", "caught next"]


def test_an_async_generator_that_is_left_runs_its_finally():
    assert printed("""
        async def numbers():
            n = 0
            try:
                while True:
                    yield n
                    n += 1
            finally:
                await None
                console.log('finally')
        async def main():
            async for n in numbers():
                async for m in numbers():
                    if m == 1:
                        break
                else:
                    console.log('never')
                if n == 0:
                    continue
                console.log('left', n, m)
                break
            else:
                console.log('never')
            console.log('end')
        main()
    """) == ["finally", "finally", "left 1 1", "finally", "end"]


def test_return_of_a_generator_closes_the_loop_that_it_is_in():
    assert printed("""
        async def inner():
            try:
                yield 1
                yield 2
            finally:
                console.log('inner finally')
        async def outer():
            async for x in inner():
                yield x
            console.log('never')
        async def main():
            g = outer()
            console.log(await g.next())
            console.log(await g.return_('r'))
            console.log(await g.next())
        main()
    """) == [
        "{ value: 1, done: false }",
        "inner finally",
        "{ value: 'r', done: true }",
        "{ value: undefined, done: true }",
    ]


def test_for_await_over_sync_iterables():
    assert printed("""
        def ticks(n):
            return lambda: console.log('t%d' % n)
        p = Promise.resolve()
        for n in range(1, 8):
            p = p.then(ticks(n))
        async def over_list():
            later = Promise(lambda resolve: queueMicrotask(lambda: resolve('c')))
            async for v in [Promise.resolve('a'), 'b', later]:
                console.log(v)
        def generator():
            try:
                yield Promise.reject('bad')
                yield 1
            finally:
                console.log('sync iterator finally')
        kept = generator()
        async def over_generator():
            try:
                async for v in kept:
                    console.log(v)
            except Thrown as e:
                console.log('caught', e.value)
        over_list()
        over_generator()
    """)[:13] == [
        "t1", "t2", "a", "caught bad", "t3", "t4", "b", "t5", "t6", "c", "t7",
    ]  # fmt: skip


# ---- comprehensions


def test_comprehensions_loop_like_statements():
    assert printed("""
        async def numbers(n):
            for i in range(n):
                yield i
        async def main():
            xs = [Promise.resolve(1), 2]
            console.log([x async for x in xs], {x async for x in xs})
            console.log({str(x): x * 2 async for x in xs})
            yes = Promise.resolve(True)
            console.log([(a, b) for a in 'ab' async for b in numbers(2) if b if await yes])
            console.log([[y async for y in numbers(x)] async for x in numbers(3)])
            console.log([await x async for x in numbers(2)], [w := x async for x in numbers(2)], w)
            console.log([x async for x in numbers(3) if [y async for y in numbers(x)]])
        main()
    """) == [
        "[ 1, 2 ] Set(2) { 1, 2 }",
        "{ '1': 2, '2': 4 }",
        "[ [ 'a', 1 ], [ 'b', 1 ] ]",
        "[ [], [ 0 ], [ 0, 1 ] ]",
        "[ 0, 1 ] [ 0, 1 ] 1",
        "[ 1, 2 ]",
    ]


def test_a_comprehension_in_a_class_sees_the_class_for_its_first_iterable():
    assert printed("""
        class C:
            items = [1, 2]
            doubled = (x * 2 async for x in items)
        async def main():
            console.log([x async for x in C.doubled])
        main()
    """) == ["[ 2, 4 ]"]


def test_an_exception_closes_the_loops_of_a_comprehension_innermost_first():
    assert printed("""
        async def source(name):
            try:
                yield 0
                yield 1
            finally:
                await None
                console.log('closed', name)
        def fail(x):
            return 1 // x
        async def main():
            for build in (
                lambda: listed(), lambda: hashed(),
            ):
                try:
                    await build()
                except Exception as error:
                    console.log(type(error).__name__)
        async def listed():
            return [fail(b) async for a in source('outer') async for b in source('inner')]
        async def hashed():
            return {[a] async for a in source('set')}
        main()
    """) == ["closed inner", "closed outer", "ZeroDivisionError", "closed set", "TypeError"]


def test_async_generator_expressions_are_async_generators():
    assert printed("""
        async def numbers():
            try:
                yield 1
                yield 2
            finally:
                console.log('closed')
        async def main():
            g = (x * 10 async for x in numbers())
            console.log(await g.next(), await g.return_('r'), await g.next())
            console.log([y async for y in (await Promise.resolve(x) for x in (3, 4))])
            async for z in (x async for x in numbers()):
                console.log(z)
                break
            lazy = (console.log('never') async for x in numbers())
        main()
    """) == [
        "closed",
        "{ value: 10, done: false } { value: 'r', done: true } { value: undefined, done: true }",
        "[ 3, 4 ]",
        "1",
        "closed",
    ]


# ---- errors


@pytest.mark.parametrize(
    ("source", "line", "text"),
    [
        ("x = 1\ndef f(:\n", 2, "def f(:\n"),
        ("def f():\n    await x\n", 2, None),
        ("\nasync def f():\n    yield 1\n    return 2\n", 4, None),
        ("def f():\n    return [x async for x in y]\n", 2, None),
        ("\n\ndef f():\n    async for x in y: pass\n", 4, None),
    ],
)
def test_syntax_errors_are_the_learners_own(tmp_path, source, line, text):
    path = tmp_path / "wrong.py"
    path.write_text(source)
    with pytest.raises(SyntaxError) as raised:
        load(path)
    assert (raised.value.filename, raised.value.lineno) == (str(path), line)
    with pytest.raises(SyntaxError) as expected:
        compile(source, str(path), "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    assert raised.value.msg == expected.value.msg
    if text is not None:
        assert raised.value.text == text


def test_null_bytes_are_a_syntax_error():
    with pytest.raises(SyntaxError, match="null bytes"):
        load("x\0")


def test_tracebacks_show_the_lines_of_a_source_text():
    source = HEAD + dedent("""
        async def f():
            await None
            return 1 / zero
        zero = 0
        f()
    """)
    error = record(source).error
    frame = traceback.extract_tb(error.__traceback__)[-1]
    assert (frame.filename, frame.lineno, frame.name) == (SOURCE_NAME, 5, "f")
    assert frame.line == "return 1 / zero"


def test_lines_of_rewritten_loops_are_kept():
    source = dedent("""
        async def f():
            async for x in [1]:
                if x:
                    raise ValueError
        f()
    """)
    error = record(source).error
    assert traceback.extract_tb(error.__traceback__)[-1].lineno == 5
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == SOURCE_NAME]
    assert [frame.lineno for frame in frames] == [5]


def test_a_file_keeps_its_own_coding_and_is_read_again(tmp_path):
    path = tmp_path / "latin.py"
    path.write_bytes(
        "# -*- coding: latin-1 -*-\nfrom loopscope.js import *\nconsole.log('é')".encode("latin-1")
    )
    assert record(path).output == ["é"]
    assert load(path).source.endswith("console.log('é')")
    path.write_text("from loopscope.js import *\nconsole.log('changed')\nmissing()\n")
    error = record(path).error
    assert traceback.extract_tb(error.__traceback__)[-1].line == "missing()"


def test_scripts_import_their_neighbours(tmp_path):
    (tmp_path / "neighbour_of_script.py").write_text("value = 5\n")
    (tmp_path / "main.py").write_text(
        HEAD + "import neighbour_of_script\nconsole.log(neighbour_of_script.value)\n"
    )
    assert record(tmp_path / "main.py").output == ["5"]


def test_deep_expressions_are_no_problem():
    chain = "Promise.resolve(0)" + ".then(lambda n: n + 1)" * 400
    assert printed(f"async def f(): await None\n{chain}.then(console.log)") == ["400"]


def test_scripts_may_be_compiled_in_threads_at_once():
    source = "async def f():\n    await (1)\n" * 60 + "x = [1, [2, [3, (4, 5)]]]\n" * 100
    limit, interval, made = sys.getrecursionlimit(), sys.getswitchinterval(), []
    sys.setswitchinterval(1e-6)
    try:
        threads = [
            threading.Thread(target=lambda: made.extend(load(source) for _ in range(5)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert len(made) == 20
    assert sys.getrecursionlimit() == limit


def test_a_str_is_always_source_and_a_path_always_a_file():
    with pytest.raises(NameError):
        run("nothing_of_that_name")
    with pytest.raises(FileNotFoundError):
        run(Path("nothing_of_that_name"))
