"""The texts of alerts that Prometheus renders, each once, with what is found in it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import gotemplate
from gw2mon import promql as q
from gw2mon.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.finding import Severity
    from gw2mon.gotemplate import Reading, Span, TemplateError
    from gw2mon.model import AlertingRule, Service


class Rendered(NamedTuple):
    """An annotation or a label of an alert."""

    rule: AlertingRule
    key: str
    """summary, description, runbook_url, or `label NAME`."""
    text: str
    plain: tuple[tuple[str, int], ...]
    """The pieces that are shown as they stand, and where each begins."""
    reading: Reading | None
    """None where it cannot be read."""
    error: TemplateError | None

    @property
    def named(self) -> str:
        """How it is called in a finding."""
        return f"{self.key} of {self.rule.alert}"


def rendered(service: Service) -> Iterator[Rendered]:
    """The texts of the alerts that a person declared; those of two severities once."""
    seen = set()
    for rule in service.alerts:
        if rule.condition is None:
            continue
        for key, text in (*rule.annotations, *((f"label {name}", value) for name, value in rule.labels)):
            if (rule.alert, key, text) not in seen:
                seen.add((rule.alert, key, text))
                yield _read(rule, key, text)


def _read(rule: AlertingRule, key: str, text: str) -> Rendered:
    if "{{" not in text:
        return Rendered(rule, key, text, ((text, 0),), None, None)
    return Rendered(rule, key, text, *_reading(text))


@lru_cache(maxsize=4096)
def _reading(text: str) -> tuple[tuple[tuple[str, int], ...], Reading | None, TemplateError | None]:
    """What is found in a text, which several checks ask for."""
    try:
        tree = gotemplate.parse(text)
    except gotemplate.TemplateError as error:
        return (), None, error
    return tuple((piece.text, piece.span[0]) for piece in gotemplate.texts(tree)), gotemplate.read(tree), None


def told(at: Rendered, code: str, severity: Severity, message: str, span: Span, advice: str) -> Finding:
    """A finding at the text, with a mark under the part that is at fault."""
    position = dict(at.rule.written).get(at.key, at.rule.origin)
    excerpt = q.excerpt(at.text, span)
    return Finding(code, severity, f"{at.named}{message}", position, f"{advice}\n{excerpt}" if advice else excerpt)
