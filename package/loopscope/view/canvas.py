"""The canvas: boxes, texts and curves in units of the plot, on one set of matplotlib's axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.patheffects import withStroke

from .palette import GREY, INK, drawable, fit, text_width

__all__ = ["Canvas", "View"]

_BAR = 0.27  # inches: bars of that height have full-size letters


class View(Protocol):
    """Something that can be drawn on a canvas of its own width and height, in units."""

    width: float
    height: float

    def draw(self, canvas: Canvas) -> None:
        """Draw it."""


class Canvas:
    """Axes whose x is in units from the left, and whose y is in bars from the top."""

    def __init__(
        self, ax: Axes, inches_wide: float, inches_high: float, width: float, height: float
    ) -> None:
        self.ax = ax
        self.unit = inches_wide / width
        """Inches in a unit of x."""
        self.scale = min(1.0, inches_high / height / _BAR)
        """Of the letters and lines: less than 1 where `ax` is small."""
        self.width = width
        ax.set_xlim(0, width)
        ax.set_ylim(height, 0)
        ax.set_axis_off()

    def draw(self, view: View) -> None:
        """Draw a view."""
        view.draw(self)

    def measure(self, text: str, size: float = 7.5, weight: str = "normal") -> float:
        """Return the width of a text in units."""
        return text_width(text, size * self.scale, weight) / self.unit

    def fit(self, text: str, room: float, size: float = 7.5) -> str:
        """Return a text, shortened if it is wider than `room` units; "" if nothing fits."""
        return fit(text, room * self.unit, size * self.scale)

    def box(
        self,
        left: float,
        right: float,
        top: float,
        height: float,
        *,
        face: str = "none",
        edge: str = "none",
        line: float = 1.2,
        style: str = "-",
        hatch: str | None = None,
        gid: str | None = None,
        z: float = 2,
    ) -> None:
        """Draw a rectangle; one without any width is drawn a little wide."""
        right = max(right, left + 0.06 / self.unit)
        patch = Rectangle(
            (left, top),
            right - left,
            height,
            facecolor=face,
            edgecolor=edge,
            linewidth=line * self.scale,
            linestyle=style,
            hatch=hatch,
            zorder=z,
            gid=gid,
        )
        self.ax.add_patch(patch)

    def area(
        self, points: Sequence[tuple[float, float]], low: float, gid: str | None = None
    ) -> None:
        """Draw what is between a line and `low`: how many there are of something over the steps."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        self.ax.fill_between(
            xs, ys, low, facecolor="#ffffff", edgecolor=GREY, linewidth=self.scale, gid=gid,
            zorder=2.5,
        )  # fmt: skip

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 7.5,
        colour: str = INK,
        weight: str = "normal",
        style: str = "normal",
        ha: str = "left",
        va: str = "center",
        gid: str | None = None,
        halo: bool = False,
        z: float = 5,
    ) -> None:
        """Write a text, as far as it can be drawn; dollar signs are dollar signs.

        `halo`: keep the lines that it crosses off its letters.
        """
        glow = [withStroke(linewidth=2.2 * self.scale, foreground="#ffffff")] if halo else None
        self.ax.text(
            x,
            y,
            drawable(text).replace("$", r"\$"),
            fontsize=size * self.scale,
            color=colour,
            fontweight=weight,
            fontstyle=style,
            ha=ha,
            va=va,
            gid=gid,
            zorder=z,
            path_effects=glow,
            linespacing=1.1,
            clip_on=False,
        )

    def line(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        *,
        colour: str = GREY,
        style: str = "-",
        width: float = 0.8,
        gid: str | None = None,
        z: float = 1.5,
    ) -> None:
        """Draw a straight line."""
        self.ax.plot(
            [x0, x1],
            [y0, y1],
            color=colour,
            linestyle=style,
            linewidth=width * self.scale,
            gid=gid,
            zorder=z,
            solid_capstyle="butt",
        )

    def curve(
        self, x0: float, y0: float, x1: float, y1: float, colour: str, gid: str | None = None
    ) -> None:
        """Draw a thin curve with a small arrowhead, from a cause to its effect."""
        arrow = FancyArrowPatch(
            (x0, y0),
            (x1, y1),
            arrowstyle="-|>",
            mutation_scale=6 * self.scale,
            connectionstyle=f"arc3,rad={0.35 if y1 > y0 else -0.35}",
            shrinkA=0,
            shrinkB=0,
            linewidth=0.9 * self.scale,
            color=colour,
            zorder=4,
            gid=gid,
        )
        self.ax.add_patch(arrow)

    def mark(
        self,
        x: float,
        y: float,
        marker: str,
        colour: str,
        *,
        size: float = 4.5,
        face: str | None = None,
        gid: str | None = None,
        z: float = 5,
    ) -> None:
        """Draw one of matplotlib's markers."""
        self.ax.plot(
            [x],
            [y],
            marker=marker,
            markersize=size * self.scale,
            markerfacecolor=face or colour,
            markeredgecolor=colour,
            markeredgewidth=0.9 * self.scale,
            linestyle="none",
            zorder=z,
            gid=gid,
            clip_on=False,
        )
