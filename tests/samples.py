"""Programs and measures that several rooms are tested with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loopscope import Promise, run

# Two names for one object, and a call that comes later.
CART = """from loopscope.js import *
class Cart:
    def __init__(self):
        self.items = []
def add(cart, name):
    cart.items.append(name)
    return cart
mine = Cart()
yours = mine
setTimeout(add, 5, yours, 'tea')
add(mine, 'cake')
"""


LINKS = 12
"""More than any reaction has to wait for."""


def ticks_of(make: Callable[[], Any]) -> int:
    """Count the links of a chain of reactions that run before a reaction of the made promise."""
    seen = []

    def program() -> None:
        link, count = Promise.resolve(), [0]

        def tick() -> None:
            count[0] += 1

        for _ in range(LINKS):
            link = link.then(tick)

        def reaction() -> None:
            seen.append(count[0])

        make().then(reaction, reaction)

    run(program, clock="virtual")
    [ticks] = seen
    return ticks
