"""What `gw2mon explain` says of an alert, an SLO, a generated file: all from the Model that they are made from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import names
from gw2mon.loader import nearest_name
from gw2mon.model import AlertingRule, EventsSli, LatencySli, ProbeSli, QuerySli, Share
from gw2mon.pages import all_codes
from gw2mon.promql import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from decimal import Decimal

    from gw2mon.artifacts import Artifact
    from gw2mon.model import Events, LabelFilter, Model, Slo

    Lines = Iterator[tuple[str, str]]
    """What is told, in the left column, and what is said of it."""

_COLUMN = 12
_WAYS = {"above": ">", "below": "<", "exactly": "=="}


class _File(NamedTuple):
    """A kind of generated file."""

    pattern: str
    what: str
    use: str


FILES = (
    _File(
        r"prometheus/prometheus\.yml",
        "what Prometheus scrapes, which rules it loads, and where it sends alerts",
        "prometheus --config.file=prometheus/prometheus.yml; after a change send it SIGHUP",
    ),
    _File(
        r"prometheus/rules/.*",
        "recording and alerting rules",
        "loaded by prometheus.yml; an existing Prometheus names it under rule_files",
    ),
    _File(
        r"prometheus/tests/.*",
        "unit tests: for each alert, inputs for which it must fire, and for which it must not",
        "promtool test rules prometheus/tests/*/*.yml; Prometheus itself never reads it",
    ),
    _File(
        r"alertmanager/alertmanager\.yml",
        "receivers, routes and inhibitions",
        "alertmanager --config.file=alertmanager/alertmanager.yml; after a change send it SIGHUP",
    ),
    _File(
        r"alertmanager/templates/.*", "how notifications are worded", "loaded by alertmanager.yml in the folder above"
    ),
    _File(
        r"alertmanager/routing-tests\.yml",
        "each alert, and the receiver that it must reach",
        "a table to read in review; its header shows how amtool tries one",
    ),
    _File(
        r"grafana/dashboards/.*",
        "a dashboard",
        "read by Grafana from the folder that provisioning names; edits made in Grafana are lost",
    ),
    _File(
        r"grafana/provisioning/datasources/.*",
        "the data sources that dashboards ask",
        "mounted at /etc/grafana/provisioning/datasources",
    ),
    _File(
        r"grafana/provisioning/dashboards/.*",
        "where Grafana finds the dashboards",
        "mounted at /etc/grafana/provisioning/dashboards",
    ),
    _File(
        r"python/.*\.py",
        "typed objects and functions by which the application records its metrics",
        "copied into the application, or put on its PYTHONPATH; needs prometheus_client and nothing else",
    ),
    _File(
        r"blackbox/.*",
        "the modules by which the blackbox exporter probes",
        "blackbox_exporter --config.file=blackbox/blackbox.yml",
    ),
    _File(
        r"(compose/.*|docker-compose.*\.yml)",
        "the whole stack in containers",
        "docker compose -f docker-compose.monitoring.yml up -d",
    ),
    _File(r".*", "part of the generated stack", "see docs/outputs.md"),
)


def part_of(what: str, model: Model, artifacts: Sequence[Artifact]) -> str:
    """What is to say of `alert:NAME`, `slo:NAME` or the path of an artefact; "" if there is no such thing."""
    kind, _, name = what.partition(":")
    if kind == "alert":
        return "\n".join(
            _table(_title(rule, owner), _alert(rule, owner, model))
            for owner, rule in _alerts(model)
            if rule.alert == name
        )
    if kind == "slo":
        slos = [(service.name, slo) for service in model.services for slo in service.slos if slo.name == name]
        return "\n".join(_table(f"SLO {slo.name} of {service}", _slo(slo)) for service, slo in slos)
    artifact = next((item for item in artifacts if f"/{what}".endswith(f"/{item.path}")), None)
    return _table(artifact.path, _file(artifact, model)) if artifact else ""


def nearest(what: str, model: Model | None, artifacts: Sequence[Artifact]) -> str:
    """What a person probably meant, or ""."""
    kind, colon, name = what.partition(":")
    alerts = [rule.alert for _, rule in _alerts(model)] if model else []
    slos = [slo.name for service in model.services for slo in service.slos] if model else []
    by_kind = {"alert": alerts, "slo": slos}
    if colon and kind in by_kind:
        close = nearest_name(name, by_kind[kind])
        return f"{kind}:{close}" if close else ""
    titles = {**{alert: f"alert:{alert}" for alert in alerts}, **{slo: f"slo:{slo}" for slo in slos}}
    others = [*all_codes(), *all_codes().values(), *(artifact.path for artifact in artifacts)]
    close = nearest_name(what, [*titles, *others])
    return titles.get(close, close)


def _table(title: str, lines: Lines) -> str:
    rows = [title]
    for label, text in lines:
        first, *rest = text.split("\n")
        rows.append(f"  {label:<{_COLUMN}}{first}".rstrip())
        rows += [f"  {'':<{_COLUMN}}{line}".rstrip() for line in rest]
    return "\n".join(rows) + "\n"


# --- alerts ----------------------------------------------------------------------------------------------------------


def _alerts(model: Model) -> Iterator[tuple[str, AlertingRule]]:
    """Every alerting rule with the owner of its rule file."""
    owned = [(service.name, service.groups) for service in model.services]
    for owner, groups in (*owned, (names.STACK, model.stack.groups)):
        yield from ((owner, rule) for group in groups for rule in group.rules if isinstance(rule, AlertingRule))


def _title(rule: AlertingRule, owner: str) -> str:
    return f"alert {rule.alert} of {owner}, {rule.severity}"


def _alert(rule: AlertingRule, owner: str, model: Model) -> Lines:
    from gw2mon.promql import pretty

    yield "fires when", _condition(rule)
    yield "expression", pretty(rule.expr, width=90)
    if rule.origin:
        yield "written at", str(rule.origin)
    yield "generated", names.rules_path(owner)
    yield "tells", _told(rule, model)
    yield "says", dict(rule.annotations).get("summary", "")
    if runbook := dict(rule.annotations).get("runbook_url"):
        yield "runbook", runbook
    yield "proofs", _proofs(rule, owner, model)


def _condition(rule: AlertingRule) -> str:
    """The condition in words."""
    from gw2mon.compiler.wording import subject

    if rule.condition is None:
        return "its expression has a result; it comes by default"
    measured = subject(rule.condition)
    words = next((word for word, op in _WAYS.items() if rule.threshold and rule.threshold.op == op), "")
    bound = f" is {words} {rule.threshold.text}" if rule.threshold else ""
    enough = getattr(rule.condition, "at_least", 0)
    counted = f"\nof at least {enough} events in that time" if enough else ""
    lasting = f", for {format_duration(rule.hold)}" if rule.hold else ""
    return f"{'the ' if isinstance(rule.condition, Share) else ''}{measured}{bound}{lasting}{counted}"


def _told(rule: AlertingRule, model: Model) -> str:
    from gw2mon.generators.alertmanager.routing import receivers_of

    if model.stack.notify is None:
        return "nobody: no spec has notify"
    told = receivers_of(model.stack.notify, {"alertname": rule.alert, **dict(rule.labels)})
    return ", ".join(told) or "nobody: it only shows that alerts arrive"


def _proofs(rule: AlertingRule, owner: str, model: Model) -> str:
    from gw2mon.proofs import proofs

    proof = next(each for each in proofs(model, owner) if each.rule == rule)
    if not proof.scenarios:
        return f"none: it {proof.gap}"
    path = names.rule_tests_path(owner, format_duration(proof.scenarios[0].interval))
    return "\n".join((*(scenario.name for scenario in proof.scenarios), f"in {path}"))


# --- SLOs ------------------------------------------------------------------------------------------------------------


def _slo(slo: Slo) -> Lines:
    window = format_duration(slo.window)
    yield "promises", f"{_percent(slo.objective)} over {window}"
    if slo.description:
        yield "means", slo.description
    yield "counts", _counted(slo)
    share = _percent(1 - slo.objective)
    minutes = (1 - slo.objective) * slo.window / 60_000
    yield "budget", f"{share} may be bad: as much as {_minutes(minutes)} of only bad ones in {window}"
    if slo.by:
        yield "kept apart", f"by {', '.join(slo.by)}"
    if slo.origin:
        yield "written at", str(slo.origin)


def _counted(slo: Slo) -> str:
    match slo.sli:
        case EventsSli(events):
            return f"{events.metric}; {_split(events)}"
        case LatencySli(latency, under, only, bad):
            failures = f", unless{_filters(bad)}" if bad else ""
            counted = f"{latency.metric}{_filters((*latency.only, *only))}"
            return f"{counted}; good is what takes less than {_seconds(under)}{failures}"
        case ProbeSli(probe):
            return f"{probe.metric}{_filters(probe.only)}; good is 1"
        case QuerySli():
            return "good and bad events in PromQL"
        case _:
            return "a share of bad events in PromQL, averaged over time"


def _split(events: Events) -> str:
    only = f"only {_filters(events.only).strip()}, " if events.only else ""
    return f"{only}{events.split_is} is{_filters(events.split)}"


def _filters(filters: Sequence[LabelFilter]) -> str:
    return " " + ", ".join(f"{each.label} {each.op} {' or '.join(each.values)}" for each in filters) if filters else ""


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"


def _seconds(value: Decimal) -> str:
    return format_duration(int(value * 1000))


def _minutes(minutes: Decimal) -> str:
    return f"{round(minutes, 1).normalize():f} minutes"


# --- files -----------------------------------------------------------------------------------------------------------


def _file(artifact: Artifact, model: Model) -> Lines:
    kind = next(file for file in FILES if re.fullmatch(file.pattern, artifact.path))
    specs: Mapping[str, str] = {service.name: service.spec for service in model.services}
    yield "is", kind.what
    yield "use", kind.use
    yield "made by", f"the generator {names.generator_of(artifact.path)}"
    yield "from", specs.get(artifact.owner, model.stack.spec)
    if artifact.owner == names.STACK:
        yield (
            "",
            "and what concerns all services" + (f" in {', '.join(sorted(specs.values()))}" if len(specs) > 1 else ""),
        )
    yield "change it", "change the spec and run `gw2mon generate`; a file edited by hand is never overwritten silently"
