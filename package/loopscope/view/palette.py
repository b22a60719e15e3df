"""The colours, the type and the marks of the pictures; readable without colour, too."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from unicodedata import category

from ..tracing.items import Item

__all__ = [
    "EDGE",
    "GREY",
    "INK",
    "MARKS",
    "PALE",
    "colour_of",
    "drawable",
    "fit",
    "ink_on",
    "order_of",
    "text_width",
]

INK = "#1a1a1a"
GREY = "#6b6b6b"
PALE = ("#f4f4f4", "#e9edf1")
"""The grounds of odd and of even tasks."""

SCRIPT = "#4d4d4d"
# Okabe and Ito's palette; its yellow and black do not show as outlines and as ink on white.
OKABE_ITO = ("#E69F00", "#56B4E9", "#009E73", "#D55E00", "#CC79A7", "#0072B2")

EDGE = 0.02
"""Inches: half of the widest line around a box; nearer to the edge it would be cut off."""

_HINTING = 1.06  # letters on a grid of pixels come out wider than their outlines

MARKS = {
    "timer": "o",
    "immediate": "s",
    "tick": "^",
    "microtask": "D",
    "posted": "p",
    "operation": "h",
}
"""Matplotlib's markers for the kinds of items."""


def colour_of(item: Item, order: dict[int, int]) -> str:
    """Return the colour that an item keeps wherever it goes. `order`: items by appearance."""
    if item.kind == "script":
        return SCRIPT
    return OKABE_ITO[order[item.id] % len(OKABE_ITO)]


def order_of(items: Iterable[Item]) -> dict[int, int]:
    """Return the places, by appearance, of the items that have a colour of their own."""
    own = (item for item in items if item.kind != "script")
    return {item.id: at for at, item in enumerate(sorted(own, key=lambda item: item.made))}


def ink_on(colour: str) -> str:
    """Return black or white, whichever can be read better on a colour (WCAG 2.2, 1.4.3)."""
    bright = _luminance(colour) + 0.05
    return INK if bright / (_luminance(INK) + 0.05) >= 1.05 / bright else "#ffffff"


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def drawable(text: str) -> str:
    """Return a text without what no font can draw: control characters and lone surrogates."""
    if text.isprintable():
        return text
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if category(each) in ("Cc", "Cs") and each != "\n" else each
        for each in text.expandtabs(4)
    )


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Return the width of the longest line of a text, in inches. `size`: in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    properties = FontProperties(size=size, weight=weight)
    widths = (
        text_to_path.get_text_width_height_descent(line, properties, ismath=False)[0]
        for line in drawable(text).split("\n")
    )
    return float(max(widths)) / 72 * _HINTING


def fit(text: str, room: float, size: float) -> str:
    """Return a text, shortened if it is wider than `room` inches; "" if nothing of it fits."""
    if text_width(text, size) <= room:
        return text
    for length in range(len(text) - 1, 2, -1):
        short = text[:length].rstrip() + "…"
        if text_width(short, size) <= room:
            return short
    return ""
