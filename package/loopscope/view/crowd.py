"""Crowds of the plot over the steps: how many bars there are at a time, where they would hatch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .canvas import Canvas

__all__ = ["draw_crowd", "widest_free"]

_SIZE = 7.2  # points


def draw_crowd(
    canvas: Canvas,
    spans: Sequence[tuple[float, float]],
    low: float,
    height: float,
    walls: Sequence[tuple[float, float]],
    noun: str,
) -> None:
    """Draw how many of the spans there are at a time, on top of each other, from `low` up."""
    changes = Counter[float]()
    for left, right in spans:
        changes[left] += 1
        changes[right] -= 1
    most, count = 0, 0
    steps = []
    for x, change in sorted(changes.items()):
        steps.append((x, count))
        count += change
        most = max(most, count)
        steps.append((x, count))
    if not most:
        return
    canvas.area([(x, low - height * count / most) for x, count in steps], low, gid="crowd")
    left, right = widest_free(steps[0][0], steps[-1][0], walls)
    text = canvas.fit(f"up to {most:,} {noun}", right - left - 0.2, _SIZE)
    canvas.text((left + right) / 2, low - height / 2, text, size=_SIZE, ha="center", halo=True)


def widest_free(
    left: float, right: float, walls: Sequence[tuple[float, float]]
) -> tuple[float, float]:
    """Return the widest part of a span that no fold covers."""
    free = []
    for begin, end in walls:
        if begin < right and end > left:
            free.append((left, begin))
            left = end
    return max([*free, (left, right)], key=lambda span: span[1] - span[0])
