"""One thread that nests runs of interpreters with their own GIL: each has its own current loop."""

from __future__ import annotations

import sys

import loopscope
from loopscope import Promise, async_function, queue_microtask, set_timeout

try:
    import _interpreters as interpreters  # CPython 3.13
except ImportError:
    import _xxsubinterpreters as interpreters  # CPython 3.12

SOURCE = """
import sys
sys.path[:0] = {path!r}
from loopscope import Promise, async_function, queue_microtask, record, run, set_timeout
from loopscope import _core

assert _core.current_loop() is None, "the outer interpreter's loop"
try:
    queue_microtask(print)
except RuntimeError:
    pass
else:
    raise AssertionError("no run of this interpreter is under way")

@async_function
async def add(a, b):
    await Promise.resolve()
    return await a + b

def program():
    set_timeout(int, 1)
    return add(Promise.resolve(1), 2)

assert run(program) == 3
source = "from loopscope.js import *\\nx = [1]\\nsetTimeout(console.log, 5, 'x')"
recording = record(source, lines=True)
assert recording.output == ["x"], recording
"""

order = []


@async_function
async def outer(interpreter):
    for number in range(3):
        await Promise.resolve()
        queue_microtask(lambda number=number: order.append(f"microtask {number}"))
        error = interpreters.run_string(interpreter, SOURCE.format(path=sys.path))
        assert error is None, error
        order.append(f"inner {number}")
        await Promise.resolve()
    set_timeout(order.append, 1, "timer")


for lines in (False, True):
    order.clear()
    interpreter = interpreters.create()
    with loopscope.Runtime(clock="virtual", trace=lines) as runtime:
        runtime.run(lambda interpreter=interpreter: outer(interpreter))
    interpreters.destroy(interpreter)
    expected = [text for number in range(3) for text in (f"inner {number}", f"microtask {number}")]
    assert order == [*expected, "timer"], order
print("done")
