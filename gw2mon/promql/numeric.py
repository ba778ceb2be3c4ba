"""Number literals: which texts are numbers, and what they are worth."""

from __future__ import annotations

import re

from gw2mon.promql.durations import parse_duration
from gw2mon.promql.errors import PromQLError

# Compiled when first used: nearly all numbers are plain digits.
_NUMBER = (
    r"0[xX]_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*"
    r"|(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?"
    r"|[iI][nN][fF]|[nN][aA][nN]"
)
_OCTAL = r"0[0-7_]+"


def is_number(text: str) -> bool:
    """Whether a text without sign is a number literal (a duration such as `5m` is not)."""
    return (text.isascii() and text.isdigit()) or re.fullmatch(_NUMBER, text, re.ASCII) is not None


def number_value(text: str) -> float:
    """The value of a number literal, or of a duration in seconds; NaN for a Grafana variable.

    A leading zero means octal, as in Go: `017` is 15, and `08`, which is not octal, is 8.
    Raises PromQLError, without a place, if the text is no number or too large for 64 bits.
    """
    sign = -1.0 if text.startswith("-") else 1.0
    digits = text.lstrip("+-")
    if digits.startswith("$"):
        return float("nan")
    if not is_number(digits):
        return sign * parse_duration(digits) / 1000
    if digits[:2] in ("0x", "0X"):
        return sign * int(digits, 16)
    if digits.startswith("0") and re.fullmatch(_OCTAL, digits):
        return sign * int(digits, 8)
    value = float(digits)
    if value == float("inf") and digits.lower() != "inf":
        raise PromQLError(f'error parsing number: "{text}": value out of range')
    return sign * value
