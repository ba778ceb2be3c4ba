"""Templates in annotations and labels: Prometheus renders them at the worst moment, so they are read here first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.checks.labels import OF_INSTALLATIONS
from gw2mon.checks.rendered import rendered, told
from gw2mon.gotemplate.functions import FOREIGN, FUNCTIONS, INSTEAD, VARIABLES
from gw2mon.inference import infer
from gw2mon.inference.values import ABSENT
from gw2mon.loader import did_you_mean, nearest_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from gw2mon.checks.rendered import Rendered
    from gw2mon.finding import Finding
    from gw2mon.gotemplate import LabelRead, TemplateError
    from gw2mon.model import Service, Stack
    from gw2mon.world import World

_PLAIN_BRACES = 'write {{ $labels.name }} or {{ $value }}; for plain braces write {{ "{{" }}'
_FOREIGN = re.compile(
    r"\$\{\s*(?:labels|value|externalLabels)\b[^}]*\}|\$(?:labels\.\w+|externalLabels\.\w+|value\b)"
    r"|\$\{?__\w+\}?|\[\[[^\]]*\]\]|%\(\w+\)s|(?<!\{)\{\s*\$?(?:labels\.\w+|value)\s*\}"
)
"""How Grafana, shells and Python write what changes; Prometheus shows all of it as it stands."""


def broken_template(service: Service, world: World, _stack: Stack) -> Iterator[Finding]:
    """GW405: a template that Prometheus refuses, or that fails when the alert fires, or that it shows unrendered."""
    for text in rendered(service):
        yield from refused(text, world)
        yield from _failing(text)
        yield from _foreign(text)


def label_missing(service: Service, world: World, stack: Stack) -> Iterator[Finding]:
    """GW404: a template that reads a label which the alert cannot have, and so shows nothing."""
    external = {name for name, _ in stack.external_labels}
    for text in rendered(service):
        for read in text.reading.labels if text.reading else ():
            if read.external and read.name not in external:
                advice = did_you_mean(read.name, external, "external labels")
                message = f" shows external label {read.name}, which Prometheus does not have"
                yield told(text, "GW404", "error", message, read.span, advice)
            elif not read.external and (service.name or read.name not in OF_INSTALLATIONS):
                # Rules that others wrote, without a spec, are for many installations.
                yield from _label(text, read, world)


def _label(text: Rendered, read: LabelRead, world: World) -> Iterator[Finding]:
    found = infer(text.rule.expr, world)
    if found.empty is not None or found.labels.of(read.name) != ABSENT:
        return
    possible = found.labels.possible
    own = {name for name, _ in text.rule.labels} | {"alertname"}
    if read.name in own:
        message = f" shows label {read.name}, which the rule adds only after its texts are written"
        advice = f"templates see the labels of the expression: {', '.join(sorted(possible)) or 'it has none'}"
    else:
        message = f" shows label {read.name}, which the alert does not have"
        advice = did_you_mean(read.name, possible, "labels")
    yield told(text, "GW404", "error", message, read.span, advice)


def refused(text: Rendered, world: World) -> Iterator[Finding]:
    """What promtool refuses, too: Prometheus then loads none of the rules of the file."""
    if text.error is not None:
        problem = text.error.problem
        labels = infer(text.rule.expr, world).labels.possible if text.error.name else frozenset[str]()
        advice = _advice(text.error, labels)
        yield told(text, "GW405", "error", f": {problem.message}", problem.span, advice)


def _failing(text: Rendered) -> Iterator[Finding]:
    """What only shows when the alert fires."""
    if text.reading is None:
        return
    for problem in text.reading.problems:
        yield told(text, "GW405", "error", f": {problem.message}", problem.span, problem.advice)
    for query, span in text.reading.queries:
        error = _unreadable(query)
        if error is not None:
            yield told(text, "GW405", "error", f": its query is no PromQL: {error}", span, "")
    if text.key.startswith("label "):
        for use in text.reading.uses:
            message = " holds $value, so each change is a new alert"
            yield told(text, "GW405", "error", message, use.span, "put the value into an annotation")


def _unreadable(query: str) -> str | None:
    try:
        q.parse(query.replace('\\"', '"').replace("\\\\", "\\"))
    except q.PromQLError as error:
        return error.message
    return None


def _foreign(text: Rendered) -> Iterator[Finding]:
    for piece, start in text.plain:
        for match in _FOREIGN.finditer(piece):
            name = re.search(r"labels\.\w+|externalLabels\.\w+|value", match.group())
            advice = f"write {{{{ ${name.group()} }}}}" if name else "a rule knows {{ $labels.name }} and {{ $value }}"
            span = (start + match.start(), start + match.end())
            yield told(text, "GW405", "warning", f" shows {match.group()} as it stands", span, advice)


def _advice(error: TemplateError, labels: Collection[str]) -> str:
    """What to write instead of what is not known."""
    name = error.name.removeprefix("$")
    if not name:
        return "" if "braces" not in error.problem.message else _PLAIN_BRACES
    if name in labels:
        return f"write {{{{ $labels.{name} }}}}"
    if f"${name}" in VARIABLES and not error.name.startswith("$"):
        return f"write ${name}"
    if error.name.startswith("$"):
        return did_you_mean(error.name, [known for known in VARIABLES if known != "$"], "variables")
    if name in INSTEAD:
        return f"{FOREIGN.get(name, 'another system')} has it; here it is {INSTEAD[name]}"
    if name in FOREIGN:
        return f"it is of {FOREIGN[name]}"
    usable = [known for known, signature in FUNCTIONS.items() if not signature.since]
    close = nearest_name(name, labels)
    return f"did you mean $labels.{close}?" if close else did_you_mean(name, usable, "functions")
