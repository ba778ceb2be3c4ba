"""What is wrong with a template, and where."""

from __future__ import annotations

from typing import NamedTuple

Span = tuple[int, int]
"""Begin and end in the text of the template."""


class Problem(NamedTuple):
    """One mistake: a clause without a full stop, its place, and what to write instead."""

    message: str
    span: Span
    advice: str = ""


class TemplateError(Exception):
    """The text is no template: Prometheus refuses the whole rule file."""

    def __init__(self, message: str, span: Span, name: str = "") -> None:
        """Say what is wrong; `name` is the unknown function or variable, where that is the reason."""
        super().__init__(message)
        self.problem = Problem(message, span)
        self.name = name
