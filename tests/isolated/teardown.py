"""A program's objects in a cycle with the module, collected together when an interpreter ends."""

from __future__ import annotations

import sys

try:
    import _interpreters as interpreters  # CPython 3.13
except ImportError:
    import _xxsubinterpreters as interpreters  # CPython 3.12 and before

SOURCE = """
import sys
sys.path[:0] = {path!r}
import loopscope
from loopscope import Promise, async_function, set_immediate, set_timeout

@async_function
async def waits():
    await Promise(lambda: None)

@async_function
async def generate():
    yield 1

everything = []

def program():
    kept = []
    everything.append(kept)
    kept.append(Promise(lambda: None).then(program))
    kept.append(Promise.reject(5).catch(lambda: kept and None))
    kept.append(set_timeout(program, 50).unref())
    kept.append(set_immediate(print).unref())
    kept.append(waits())
    kept.append(generate())
    kept.append(kept[-1].next())
    kept.append(Promise.all(kept))

loopscope.run(program)
runtime = loopscope.Runtime()
runtime.run(program)
everything.append(runtime)
sys.modules["loopscope"].kept = everything
sys.modules["loopscope._core"].kept = everything
"""

for _ in range(3):
    interpreter = interpreters.create()
    error = interpreters.run_string(interpreter, SOURCE.format(path=sys.path))
    assert error is None, error
    interpreters.destroy(interpreter)
print("done")
