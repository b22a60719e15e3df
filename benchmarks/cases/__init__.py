"""The cases. Each has a Python file and a JavaScript file that does the same under Node.

`on_loopscope(n, watch)`, `on_asyncio(n, watch)` (asyncio, uvloop, rloop) and `in_c(n, watch)` are
run where they exist. Constants that the runner reads: `TITLE`; `SIZES`, what n is, if not 1e6
alone; `AS_SCRIPT`, to run `on_loopscope` as part of a script too; `TRACED`, with a record of the
run; `FRESH`, to measure the first run of a process.

They count with `repeat(None, n)`, as timeit does: making a million ints is not what is measured.
"""
