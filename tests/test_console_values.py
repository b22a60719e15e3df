"""Five thousand random values print as Node's util.inspect prints them.

console/values.py writes each in both languages. Half of them are the same in each run, half are
new; a failure names the seed and shows the shortest value that differs.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from console.live_node import Node
from console.values import PRELUDE, Pair, Values, names
from loopscope.console import Console, containers, inspect

BATCH = 250  # values for which Node is asked at once
FIXED, FRESH = 10, 10  # batches


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with Node() as process:
        yield process


def expected(node: Node, pairs: list[Pair]) -> list[str]:
    """What Node prints for each."""
    statements = "\n".join(f"console.log({pair.js});" for pair in pairs)
    return [text for _, text in node.run(PRELUDE + statements)]


def printed(pair: Pair) -> str:
    """What we print."""
    written: list[str] = []
    Console(lambda stream, text: written.append(text)).log(eval(pair.py, names()))
    return "".join(written)


def assert_same(node: Node, seed: int) -> None:
    values = Values(seed)
    pairs = [values.next() for _ in range(BATCH)]
    wrong = [
        (pair, theirs, ours)
        for pair, theirs in zip(pairs, expected(node, pairs), strict=True)
        if (ours := printed(pair)) != theirs
    ]
    if wrong:
        pair, theirs, ours = min(wrong, key=lambda found: len(found[0].py))
        pytest.fail(
            f"{len(wrong)} of the {BATCH} values of seed {seed}; the shortest:\n"
            f"{pair.js}\n{pair.py}\n-- Node\n{theirs}\n-- loopscope\n{ours}"
        )


def assert_same_for(node: Node, seeds: range) -> None:
    for seed in seeds:
        assert_same(node, seed)


@pytest.mark.node
@pytest.mark.parametrize("seed", range(FIXED))
def test_the_values_of_each_run(node: Node, seed: int) -> None:
    assert_same(node, seed)


@pytest.mark.node
def test_values_that_nobody_has_seen(node: Node) -> None:
    start = random.SystemRandom().randrange(10**9)
    assert_same_for(node, range(start, start + FRESH))


def test_there_is_something_of_everything() -> None:
    values = Values(1)
    text = " ".join(values.next().js for _ in range(2000))
    for part in ("new Map", "new Set", "Buffer", "new Dog", "error(", "knot(", "ring(", "new Date"):
        assert part in text
    assert Values(7).next() == Values(7).next()


@pytest.mark.node
@pytest.mark.parametrize(
    ("module", "name", "wrong"),
    [
        (containers, "_BUFFER_BYTES", 49),
        (inspect, "_IDENTIFIER", re.compile("[a-zA-Z][a-zA-Z0-9]*")),
    ],
)
def test_a_console_that_is_slightly_wrong_is_found(
    module: Any, name: str, wrong: Any, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, wrong)
    with pytest.raises(pytest.fail.Exception, match="-- Node"):
        assert_same_for(node, range(FIXED))
