"""Titles of the bars that both plots have."""

from __future__ import annotations

from ..tracing.items import Item

__all__ = ["host_title"]


def host_title(item: Item, *, named: bool = False) -> str:
    """Return what the host was asked for: how long, and in which line; `named`: by which name."""
    name = f" {item.name}" if named and item.name else ""
    place = f" · line {item.line}" if item.line else ""
    return f"{item.title}{name} · {item.delay:,} ms{place}"
