"""The twin of harness.js: `@test(title)` runs the function in a task of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loopscope.js import Promise, console, setImmediate, setTimeout

tests: list[tuple[str, Callable[[], Any]]] = []


def test(title: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    def add(body: Callable[[], Any]) -> Callable[[], Any]:
        tests.append((title, body))
        if len(tests) == 1:
            setImmediate(next_one)
        return body

    return add


def next_one() -> None:
    title, body = tests.pop(0)
    console.log(f"# {title}")
    body()
    if tests:
        setTimeout(next_one, 15)


def ticks(count: int) -> None:
    chain = Promise.resolve()
    for i in range(1, count + 1):
        chain = chain.then(lambda _, i=i: console.log(f"t{i}"))


log = console.log


def show(name: str) -> Callable[[Any], None]:
    return lambda value: console.log(name, value)
