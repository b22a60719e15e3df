"""Interpreters with their own GIL, at once and again: each imports the module and runs programs."""

from __future__ import annotations

import threading

try:
    import _interpreters as interpreters  # CPython 3.13
except ImportError:
    import _xxsubinterpreters as interpreters  # CPython 3.12

SOURCE = """
import sys
sys.path[:0] = {path!r}
from loopscope import Promise, async_function, record, run, set_timeout

@async_function
async def add(a, b):
    await Promise.resolve()
    return await a + b

for _ in range(20):
    assert run(lambda: add(Promise.resolve(1), 2)) == 3
    recording = record("from loopscope.js import *\\nsetTimeout(console.log, 5, 'x')")
    assert recording.output == ["x"], recording
"""


def work(source):
    for _ in range(3):
        interpreter = interpreters.create()
        try:
            error = interpreters.run_string(interpreter, source)
            assert error is None, error
        finally:
            interpreters.destroy(interpreter)


def main():
    import sys

    source = SOURCE.format(path=sys.path)
    errors = []

    def body():
        try:
            work(source)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=body) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in errors:
        raise error
    print("done")


if __name__ == "__main__":
    main()
