"""What this package raises, and how it says where."""

from __future__ import annotations

Span = tuple[int, int]
"""Start and end of a piece of source text, in characters, the end not included."""

NO_SPAN: Span = (0, 0)
"""The span of whatever was built and never read from a text."""


class PromQLError(ValueError):
    """A text that Prometheus would refuse, with the place where it goes wrong.

    Raised by `parse` for syntax and type errors, for broken regular expressions, and for text that
    is longer or nested deeper than anything a person or a generator writes.
    """

    def __init__(self, message: str, span: Span = NO_SPAN, help: str = "") -> None:  # noqa: A002 - the word of findings
        super().__init__(f"{message}; {help}" if help else message)
        self.message = message
        self.span = span
        self.help = help
        """What to write instead, where that is known."""

    def shifted(self, start: int) -> PromQLError:
        """The same error with its span counted from `start` characters further left."""
        return PromQLError(self.message, (self.span[0] + start, self.span[1] + start), self.help)


class RegexError(ValueError):
    """A pattern that RE2 refuses; the text is Go's message, with a hint where one helps."""


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of a character offset: what `promtool` prints before its errors."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def excerpt(text: str, span: Span) -> str:
    """The line of a query that a span lies in, with a marker under it."""
    start = text.rfind("\n", 0, span[0]) + 1
    line = text[start:].split("\n", 1)[0]
    width = max(1, min(span[1], start + len(line)) - span[0])
    return f"{line}\n{' ' * (span[0] - start)}{'^' * width}"
