"""Numbers as JavaScript writes them (ECMA-262 6.1.6.1.20, Number::toString).

Both languages print the shortest digits that read back as the same double, so `repr` finds the
digits; what differs is where they place the point and the exponent.
"""

from __future__ import annotations

import math

__all__ = ["MAX_NUMBER", "bigint_text", "format_number", "is_bigint", "number_text", "to_fixed"]

MAX_NUMBER = 2**53
"""Beyond this magnitude a Python int is a BigInt: a double could no longer hold it exactly."""


def is_bigint(value: int) -> bool:
    """Tell whether an int prints as a BigInt."""
    return not -MAX_NUMBER <= value <= MAX_NUMBER


def bigint_text(value: int) -> str:
    """Give all decimal digits of an int, also beyond `sys.get_int_max_str_digits()`."""
    try:
        return int.__repr__(value)
    except ValueError:
        # CPython refuses to print very long ints in one go: print the halves.
        sign = "-" if value < 0 else ""
        value = abs(int(value))
        half = int(value.bit_length() * math.log10(2)) // 2
        high, low = divmod(value, 10**half)
        return f"{sign}{bigint_text(high)}{bigint_text(low).rjust(half, '0')}"


def number_text(value: float) -> str:
    """Give what JavaScript's `String(value)` gives for a Number (so -0 is `0`)."""
    if isinstance(value, int):
        return bigint_text(value)
    if value != value:
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    text = float.__repr__(value)
    if "e" not in text:
        text = text.removesuffix(".0")
        return "0" if text == "-0" else text
    return _place_point(text)


def _place_point(text: str) -> str:
    mantissa, _, exponent = text.partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).rstrip("0")
    point = len(whole) + int(exponent)  # the specification's n: digits before the point
    if len(digits) <= point <= 21:
        return sign + digits.ljust(point, "0")
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{point - 1:+d}"


def format_number(value: float) -> str:
    """Give what the console prints for a number: `-0` keeps its sign, a BigInt gets its `n`."""
    if isinstance(value, int):
        text = bigint_text(value)
        return f"{text}n" if is_bigint(value) else text
    if value == 0 and math.copysign(1.0, value) < 0:
        return "-0"
    return number_text(value)


def to_fixed(value: float, digits: int) -> str:
    """Give `value.toFixed(digits)` of a number that is not negative: exact ties round up.

    ECMA-262 21.1.3.3; Python's own formatting rounds ties to even.
    """
    top, bottom = value.as_integer_ratio()
    scaled = (2 * top * 10**digits + bottom) // (2 * bottom)
    whole, fraction = divmod(scaled, 10**digits)
    return f"{whole}.{fraction:0{digits}d}"
