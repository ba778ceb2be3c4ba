"""Questions about the regular expressions of label matchers.

Prometheus anchors them on both sides, and compiles them with RE2: see `gw2mon.promql.re2`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon.promql.errors import RegexError

if TYPE_CHECKING:
    from gw2mon.promql.re2 import Translation

# Compiled when first used, by `re` itself: most commands never come here.
_SPECIAL = r"[\\.+*?()|\[\]{}^$]"
_ESCAPED = r"\\(.)"
_LITERALS = r"(?:[^\\.+*?()\[\]{}^$]|\\(?=[!-~])[^\w])*"
_ALTERNATIVE = r"(?s)(?:^|\|)((?:[^\\|]|\\.)*)"
_ONE_GROUP = r"(?s)\((?:\?:)?(.*)\)"


def _translate(pattern: str) -> Translation:
    from gw2mon.promql.re2 import translate  # its own patterns cost more to compile than the rest of the package

    return translate(pattern)


def regex_error(pattern: str) -> str | None:
    """Why RE2 refuses a pattern, in Go's words with a hint where one helps; None if it accepts it."""
    try:
        _translate(pattern)
    except RegexError as error:
        return str(error)
    return None


def regex_escape(text: str) -> str:
    """A pattern that matches exactly this text."""
    return re.sub(_SPECIAL, r"\\\g<0>", text)


def regex_matches(pattern: str, text: str) -> bool | None:
    """Whether a matcher with this pattern would match the whole text.

    None when that cannot be told, which is so for a match that rests on a Unicode class.
    Raises RegexError for a pattern that RE2 refuses.
    """
    translation = _translate(pattern)
    matched = re.fullmatch(translation.pattern, text) is not None
    return matched if translation.exact else None


def matches_empty(pattern: str) -> bool:
    """Whether a pattern matches the empty text, which is also what an absent label is.

    Raises RegexError for a pattern that RE2 refuses.
    """
    return re.fullmatch(_translate(pattern).pattern, "") is not None


def literal_alternatives(pattern: str) -> tuple[str, ...] | None:
    r"""The texts that a pattern of plain alternatives matches: `a|b\.c` gives `a` and `b.c`.

    None for a pattern that can match anything else. One pair of parentheses around all is allowed.
    """
    group = re.fullmatch(_ONE_GROUP, pattern)
    inside = group[1] if group else pattern
    if re.fullmatch(_LITERALS, inside) is None:
        return None
    return tuple(re.sub(_ESCAPED, r"\1", part) for part in re.findall(_ALTERNATIVE, inside))
