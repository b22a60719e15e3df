"""Strings as JavaScript measures and quotes them.

A JavaScript string is a sequence of UTF-16 units, a Python one of code points. Lengths that Node
compares with its limits are counted in units here; everything else stays Python.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right

from ._widths import WIDE, ZERO

__all__ = [
    "cut_units",
    "display_width",
    "join_surrogates",
    "quote",
    "replace_lone_surrogates",
    "strip_colors",
    "unit_length",
]

_SURROGATE = re.compile("[\ud800-\udfff]")
_COLOR = re.compile(r"\x1b\[\d\d?m")
# What a terminal acts on instead of showing: OSC strings (titles, links) up to their
# terminator, and CSI sequences (colours, cursor) with their parameters and final byte.
_CONTROL_SEQUENCE = re.compile(
    "[\x1b\x9b][\\[\\]()#;?]*"
    "(?:(?:[-a-zA-Z0-9/#&.:=?%@~_]*(?:;[-a-zA-Z0-9/#&.:=?%@~_]*)*(?:\x07|\x1b\\\\|\x9c))"
    "|(?:(?:[0-9]{1,4}(?:;[0-9]{0,4})*)?[0-9A-PR-TZcf-nq-uy=><~]))"
)

_NAMED_ESCAPES = {
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    "'": "\\'",
    "\\": "\\\\",
}
_UNPRINTABLE = "\\x00-\\x1f\\\\\\x7f-\\x9f\ud800-\udfff"
_ESCAPED = re.compile(f"[{_UNPRINTABLE}]")
_ESCAPED_IN_SINGLE_QUOTES = re.compile(f"[{_UNPRINTABLE}']")


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    code = ord(char)
    return _NAMED_ESCAPES.get(char) or (f"\\x{code:02X}" if code < 0xA0 else f"\\u{code:x}")


def quote(text: str) -> str:
    """Quote a string as Node does: single quotes, unless another kind saves escapes."""
    if not text.isascii():
        text = join_surrogates(text)
    if "'" in text:
        if '"' not in text:
            return f'"{_ESCAPED.sub(_escape, text)}"'
        if "`" not in text and "${" not in text:
            return f"`{_ESCAPED.sub(_escape, text)}`"
    return f"'{_ESCAPED_IN_SINGLE_QUOTES.sub(_escape, text)}'"


def escape_key(text: str) -> str:
    """Escape a key that is printed between brackets, without quotes of its own."""
    return _ESCAPED_IN_SINGLE_QUOTES.sub(_escape, text)


def join_surrogates(text: str) -> str:
    """Join surrogate pairs into the characters that they are in JavaScript."""
    if _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def replace_lone_surrogates(text: str) -> str:
    """Make a string writable: a stream turns what is no character into U+FFFD."""
    if text.isascii() or _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def unit_length(text: str) -> int:
    """Count UTF-16 units: JavaScript's `text.length`."""
    if text.isascii():
        return len(text)
    return len(text) + sum(char > "\uffff" for char in text)


def cut_units(text: str, units: int) -> str:
    """Give the first UTF-16 units of a string; a pair cut in two leaves its first half."""
    if text.isascii():
        return text[:units]
    return text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode(
        "utf-16-le", "surrogatepass"
    )


def strip_colors(text: str) -> str:
    """Remove the colours that the inspector put in."""
    return _COLOR.sub("", text)


def display_width(text: str, *, strip: bool = True) -> int:
    """Count the terminal columns of a string, as Node's `getStringWidth` counts them.

    With `strip`, control sequences take no room.
    """
    if strip and ("\x1b" in text or "\x9b" in text):
        text = _CONTROL_SEQUENCE.sub("", text)
    if text.isascii() and text.isprintable():
        return len(text)
    # Decomposed letters count as the composed ones that a terminal shows.
    return sum(map(_columns, map(ord, unicodedata.normalize("NFC", join_surrogates(text)))))


def _columns(code: int) -> int:
    if 0x20 <= code < 0x7F:
        return 1
    if _within(ZERO, code):
        return 0
    return 2 if _within(WIDE, code) else 1


def _within(edges: tuple[int, ...], code: int) -> bool:
    # Edges alternate (first of a range, first after it): inside one, the count so far is odd.
    return bisect_right(edges, code) % 2 == 1
