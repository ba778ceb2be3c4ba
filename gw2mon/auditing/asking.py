"""The checks of specs, asked about rules and panels of others: the same functions, on Models made of their files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon import promql as q
from gw2mon.checks import conditions, formats, lookback, templates
from gw2mon.checks.queries import mistakes_in
from gw2mon.checks.rendered import rendered
from gw2mon.checks.sources import Source
from gw2mon.checks.written import about
from gw2mon.finding import Finding
from gw2mon.jsonplaces import position
from gw2mon.model import AlertingRule, Model, PythonModule, Raw, RecordingRule, Service

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gw2mon.auditing.estate import Board, Rules
    from gw2mon.auditing.knowledge import Knowledge
    from gw2mon.finding import Position

_NOT_ASKED = frozenset({"GW303"})
"""What only matters where services are generated side by side."""
_OF_ONE_VERSION = "GW302"
"""Nobody says which Prometheus there is; so it may well be one that understands."""
_OF_VALUES = frozenset({"GW401", "GW402"})
_NONE = PythonModule((), (), (), None, "single")


class Judged(NamedTuple):
    """An alert, and everything that is wrong with when it fires."""

    alert: AlertingRule
    findings: tuple[Finding, ...]


def judged_alerts(rules: Iterable[Rules], known: Knowledge) -> Iterator[Judged]:
    """Each alert with what is wrong with its expression."""
    for file in rules:
        service = _service(file)
        for rule in service.alerts:
            if isinstance(rule.condition, Raw):
                source = Source(rule.alert, "alert", rule.condition.text, rule.expr, rule.condition.origin, (rule,))
                yield Judged(rule, _mistakes(source, service, known))


def recorded(rules: Iterable[Rules], known: Knowledge) -> Iterator[Finding]:
    """What is wrong with recording rules."""
    for file in rules:
        service = _service(file)
        for rule in (rule for group in file.groups for rule in group.rules):
            if isinstance(rule, RecordingRule):
                yield from _mistakes(_of_record(rule), service, known)


def texts_and_times(rules: Iterable[Rules], known: Knowledge) -> Iterator[Finding]:
    """What is wrong with the annotations of alerts, with how long they wait, and with how far they look back."""
    for file in rules:
        service = _service(file)
        yield from templates.broken_template(service, known.world, known.stack)
        yield from templates.label_missing(service, known.world, known.stack)
        yield from formats.wrong_format(service, known.world, known.stack)
        yield from conditions.hold_below_evaluation(service, known.world, known.stack)
        for finding in lookback.looks_back_too_far(Model((service,), known.stack)):
            yield finding._replace(
                help="keep samples longer, with --storage.tsdb.retention.time, or look back less far"
            )


def refusals(file: Rules, known: Knowledge) -> Iterator[Finding]:
    """Why Prometheus loads no rule of a file: what is no rule, and templates that it cannot read."""
    yield from file.refusals
    for text in rendered(_service(file)):
        yield from templates.refused(text, known.world)


def queries_of(board: Board, text: str, known: Knowledge) -> Iterator[tuple[Finding, str]]:
    """What is wrong with the queries of a dashboard, of which this is the text, and the panel of each."""
    service = _service(None)
    for query in board.queries:
        source = Source(f"panel {query.panel}", "panel", query.text, query.expr, None)
        for finding in _mistakes(source, service, known):
            yield finding._replace(position=position(board.path, text, board.place(query.part))), query.panel
    for part, why in board.unreadable:
        place = position(board.path, text, board.place(part))
        yield Finding("GW301", "error", f"this is no PromQL: {why}", place, "the panel shows an error"), ""


def _mistakes(source: Source, service: Service, known: Knowledge) -> tuple[Finding, ...]:
    found = mistakes_in(about(source, service, known.world, known.stack))
    return tuple(_asked(finding, source, known) for finding in found if finding.code not in _NOT_ASKED)


def _asked(finding: Finding, source: Source, known: Knowledge) -> Finding:
    """A finding as it holds where nobody has written a spec."""
    if finding.code == _OF_ONE_VERSION:
        return finding._replace(severity="warning")
    idle = _idle(source, known) if finding.code in _OF_VALUES else []
    if not idle:
        return finding
    advice, _, query = finding.help.partition("\n")
    advice = f"nothing in the source that was read ever sets {' or '.join(idle)}: set it there, or delete the alert"
    return finding._replace(help=f"{advice}\n{query}")


def _idle(source: Source, known: Knowledge) -> list[str]:
    """The metrics that an expression reads and nothing moves."""
    series = (known.world.series.get(node.name or "") for node in q.selectors(source.expr))
    return list(dict.fromkeys(each.metric.name for each in series if each is not None and each.metric.idle))


def _of_record(rule: RecordingRule) -> Source:
    # Its text is not kept; printed again, places in it can be shown.
    text = q.to_text(rule.expr)
    return Source(f"record {rule.record}", "record", text, q.parse(text), rule.origin)


def _service(file: Rules | None) -> Service:
    origin: Position | None = None
    return Service(
        "", "", file.path if file else "", (), (), (), (), _NONE, file.groups if file else (), (), (), (), "", origin
    )
