"""Go's template language as Prometheus speaks it in annotations and labels of alerts: read, with places, not executed.

    >>> tree = parse("{{ $value | humanize }} messages")
    >>> read(tree).uses[0].through
    ('humanize',)

`parse` refuses what promtool refuses. `read` finds what would fail only at the moment the alert fires, and what a text
shows of labels and value.
"""

from __future__ import annotations

from gw2mon.gotemplate.errors import Problem, Span, TemplateError
from gw2mon.gotemplate.functions import FOREIGN, FUNCTIONS
from gw2mon.gotemplate.parser import ALERTMANAGER, parse
from gw2mon.gotemplate.reading import LabelRead, Reading, Use, read
from gw2mon.gotemplate.walking import defined, invoked, texts

__all__ = (
    "ALERTMANAGER", "FOREIGN", "FUNCTIONS", "LabelRead", "Problem", "Reading", "Span", "TemplateError", "Use",
    "defined", "invoked", "parse", "read", "texts",
)  # fmt: skip
