# ruff: noqa: INP001 - scripts, not a package
"""What the rules of an SLO cost a real Prometheus, and how soon they page, beside the same SLO in the form of Sloth."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from bench import history, server, sloth

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gw2mon.promql import Expr

SPEC = """\
version: 1
service: shop
team: shop
scrape:
  {job}: {{targets: ["shop:8000"], exposes: [own]}}
metrics:
  own:
    requests_total:
      type: counter
      help: Requests
      labels: {{handler: {{closed: [{handlers}]}}, status: {{closed: [2xx, 5xx]}}}}
events:
  requests: {{count: requests_total, bad: {{status: [5xx]}}}}
slos:
  {name}: {{of: requests, objective: 99.9%, window: 30d, by: [{by}]}}
"""

_RUNS = 5
_STEP = 60_000


class Rules(NamedTuple):
    """The rules of one SLO in one form, in their order."""

    records: tuple[tuple[str, Expr, Mapping[str, str]], ...]
    alerts: Mapping[str, Expr]
    """By how urgent they are; several of one kind are kept apart by number."""

    @property
    def expressions(self) -> list[Expr]:
        """All that one evaluation evaluates."""
        return [*(expr for _, expr, _ in self.records), *self.alerts.values()]


def report(*, quick: bool) -> Iterator[str]:
    """Two tables, line by line."""
    size = history.SMALL if quick else history.FULL
    with server.running(history.folder(size, tuple(_read()), server.make_blocks)) as address:
        yield (
            f"One SLO over {size.series} series, a sample each {history.SCRAPE} s: one evaluation of all its rules in "
            f"Prometheus {server.version()}"
        )
        yield f"{'':<24} {'samples':>11} {'Sloth':>11} {'ratio':>6} {'time':>10} {'Sloth':>10} {'ratio':>6}"
        for by in ("", "handler"):
            yield _cost_row(address, by, 1 if quick else _RUNS)
        yield ""
        yield "Minute of the first page after an incident begins, by its share of errors"
        yield f"{'':<24}" + "".join(f"{share:>7.0%}" for share in history.INCIDENTS)
        for name, form in (("gw2mon", ours), ("Sloth", theirs)):
            minutes = (_first_page(address, form(history.job_of(share))) for share in history.INCIDENTS)
            yield f"{name:<24}" + "".join(f"{minute:>7}" for minute in minutes)


def _cost_row(address: str, by: str, runs: int) -> str:
    (samples, seconds), (their_samples, their_seconds) = (
        _evaluated(address, form("shop", by).expressions, runs) for form in (ours, theirs)
    )
    what = f"by {by}, {history.HANDLERS} of them" if by else "all in one"
    return (
        f"{what:<24} {samples:>11,} {their_samples:>11,} {their_samples / samples:>6.1f} "
        f"{seconds * 1000:>7.1f} ms {their_seconds * 1000:>7.1f} ms {their_seconds / seconds:>6.1f}"
    )


def _evaluated(address: str, expressions: Sequence[Expr], runs: int) -> server.Cost:
    """Samples and median seconds of one evaluation of all expressions."""
    from gw2mon import promql as q

    texts = [q.to_text(expr) for expr in expressions]
    rounds = [[server.cost(address, text, history.END) for text in texts] for _ in range(runs)]
    return server.Cost(
        sum(cost.samples for cost in rounds[0]), median(sum(cost.seconds for cost in costs) for costs in rounds)
    )


def ours(job: str, by: str = "") -> Rules:
    """The rules that gw2mon generates."""
    from gw2mon import loader
    from gw2mon.compiler import compile_specs
    from gw2mon.model import RecordingRule

    handlers = ", ".join(f"h{number}" for number in range(history.HANDLERS))
    source = loader.load(SPEC.format(job=job, by=by, handlers=handlers, name=_name(by)).encode(), "shop.yaml").source
    if source is None:
        raise ValueError("the spec of the benchmark has mistakes")
    (group,) = compile_specs([source]).model.services[0].slo_groups
    records = tuple(
        (rule.record, rule.expr, dict(rule.labels)) for rule in group.rules if isinstance(rule, RecordingRule)
    )
    alerts = [rule for rule in group.rules if not isinstance(rule, RecordingRule)]
    return Rules(records, {f"{dict(rule.labels)['slo_severity']} {rule.alert}": rule.expr for rule in alerts})


def theirs(job: str, by: str = "") -> Rules:
    """The same SLO in the form of Sloth."""
    from gw2mon import promql as q

    rules = sloth.rules(_name(by), job, by)
    return Rules(
        tuple((rule.name, q.parse(rule.expr), rule.labels) for rule in rules if rule.labels),
        {rule.name: q.parse(rule.expr) for rule in rules if not rule.labels},
    )


def _name(by: str) -> str:
    return f"requests-by-{by}" if by else "requests"


def _read() -> Iterator[history.Recorded]:
    """The records of both forms, grouped and not, each series once; ranges are read of those about five minutes."""
    seen = set()
    for form in (ours, theirs):
        for by in ("", "handler"):
            for name, _, labels in form("shop", by).records:
                is_kept_apart = by and ("sli" in name or "burn" in name or "remaining" in name or "coverage" in name)
                groups = [{by: f"h{number}"} for number in range(history.HANDLERS)] if is_kept_apart else [{}]
                for group in groups:
                    found = (name, tuple({**labels, **group}.items()))
                    if found not in seen:
                        seen.add(found)
                        yield name, {**labels, **group}, name.endswith("rate5m")


def _first_page(address: str, rules: Rules) -> int:
    """Whole minutes from the begin of the incident until some page fires; what is recorded is computed on the way."""
    from gw2mon import promql as q

    records = {name: expr for name, expr, _ in rules.records}
    pages = [q.to_text(inlined(expr, records)) for name, expr in rules.alerts.items() if name.startswith("page")]
    begin = history.BEGIN - history.BEGIN % history.MINUTE
    found = [time for page in pages for time in server.times(address, page, begin, history.END)]
    return -((history.BEGIN - min(found)) // history.MINUTE)


def inlined(expr: Expr, records: Mapping[str, Expr]) -> Expr:
    """The expression with what its records record, each minute, in their place."""
    from gw2mon import promql as q
    from gw2mon.promql.ast import with_children

    match expr:
        case q.VectorSelector(str(name)) if name in records:
            return q.paren(inlined(records[name], records))
        case q.MatrixSelector(q.VectorSelector(str(name)), over) if name in records:
            return q.Subquery(q.paren(inlined(records[name], records)), over, _STEP)
        case _:
            return with_children(expr, tuple(inlined(child, records) for child in q.children(expr)))
