"""The child process: `python -m benchmarks.worker CASE PEER N WARM_UP REPEATS`.

It runs one case for one peer, and prints the values as one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from .watch import Body, Watch, measure


def main() -> None:
    case, peer = sys.argv[1:3]
    numbers = [int(argument) for argument in sys.argv[3:]]
    module = import_module(f"benchmarks.cases.{case}")
    print(json.dumps(PEERS[peer](module, *numbers)))


def on_loopscope(module: ModuleType, *numbers: int) -> Any:
    return _run_loopscope(module.on_loopscope, *numbers)


def on_loopscope_script(module: ModuleType, *numbers: int) -> Any:
    """Run the very source of the case as a script: through the step over its syntax tree."""
    from pathlib import Path

    from loopscope.script import load

    assert module.__file__ is not None
    script = load(Path(module.__file__))
    namespace = script.namespace()
    exec(script.code, namespace)
    return _run_loopscope(namespace["on_loopscope"], *numbers)


def on_loopscope_traced(module: ModuleType, n: int, warm_up: int, repeats: int) -> Any:
    """Keep a record of the run; adds how many events there were for each of the n operations."""
    from loopscope import Runtime

    with Runtime(trace=True, frames=False, trace_limit=100_000_000) as runtime:
        values = _run_loopscope(module.on_loopscope, n, warm_up, repeats, run=runtime.run)
        values["events"] = [len(runtime.trace()) / (warm_up + n * repeats)]
    return values


def _run_loopscope(body: Body, *numbers: int, run: Callable[..., Any] | None = None) -> Any:
    import loopscope

    return (run or loopscope.run)(lambda: loopscope.async_function(measure)(body, *numbers))


def on_asyncio(module: ModuleType, *numbers: int) -> Any:
    return _run_asyncio(module.on_asyncio, asyncio.new_event_loop, *numbers)


def on_uvloop(module: ModuleType, *numbers: int) -> Any:
    import uvloop

    return _run_asyncio(module.on_asyncio, uvloop.new_event_loop, *numbers)


def on_rloop(module: ModuleType, *numbers: int) -> Any:
    import rloop

    return _run_asyncio(module.on_asyncio, rloop.new_event_loop, *numbers)


def _run_asyncio(body: Body, loop_factory: Any, *numbers: int) -> Any:
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(measure(body, *numbers))


def in_c(module: ModuleType, n: int, warm_up: int, repeats: int) -> Any:
    """No event loop at all: what the calls alone cost."""
    watch = Watch(n)
    for _ in range(repeats):
        module.in_c(n, watch)
    return watch.values


PEERS: dict[str, Callable[..., Any]] = {
    "loopscope": on_loopscope,
    "script": on_loopscope_script,
    "traced": on_loopscope_traced,
    "asyncio": on_asyncio,
    "uvloop": on_uvloop,
    "rloop": on_rloop,
    "C": in_c,
}

if __name__ == "__main__":
    main()
