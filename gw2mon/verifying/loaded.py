"""The committed rules beside those that Prometheus evaluates: missing, left over, different, failing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gw2mon import names
from gw2mon import promql as q
from gw2mon.finding import Finding
from gw2mon.generators import is_wanted, outputs_of
from gw2mon.generators.prometheus.rules import rule_files, slo_rule_files
from gw2mon.model import AlertingRule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from gw2mon.finding import Position
    from gw2mon.generators.prometheus.rules import RuleFile
    from gw2mon.model import Model, Rule, RuleGroup
    from gw2mon.verifying.answers import LoadedGroup, LoadedRule

_SHOWN = 300
"""Characters of an error of Prometheus that are repeated."""
_RELOAD = "copy the rule files of generated/ there, list them in prometheus.yml, and reload Prometheus"


class _Committed(NamedTuple):
    """A rule as the specs want it, in the terms of the API."""

    kind: str
    name: str
    query: str
    labels: frozenset[tuple[str, str]]
    annotations: frozenset[tuple[str, str]]
    hold: float
    keep_firing: float
    origin: Position | None


def rule_differences(model: Model, loaded: Sequence[LoadedGroup], owners: Collection[str]) -> Iterator[Finding]:
    """How the loaded rules of some owners, services or the stack, differ from those that the specs make."""
    outputs = outputs_of(model)
    files = [file for file in (*rule_files(model), *slo_rule_files(model))
             if file.owner in owners and is_wanted(file.path, outputs[file.owner])]  # fmt: skip
    by_name = {group.name: group for group in loaded}
    committed = [group for file in files for group in file.groups if group.rules]
    if committed and not any(group.name in by_name for group in committed):
        rules = sum(len(group.rules) for group in committed)
        place = committed[0].origin or committed[0].rules[0].origin
        yield Finding("GW652", "error", f"none of the {rules} rules of the specs is loaded", place, _RELOAD)
        return
    for group in committed:
        yield from _of_group(group, by_name.get(group.name), model)
    yield from _left_over(files, loaded, {group.name for group in committed}, model)


def _of_group(group: RuleGroup, loaded: LoadedGroup | None, model: Model) -> Iterator[Finding]:
    if loaded is None:
        count = f"{len(group.rules)} rule{'' if len(group.rules) == 1 else 's'}"
        place = group.origin or group.rules[0].origin
        yield Finding("GW652", "error", f"group {group.name} with {count} is not loaded", place, _RELOAD)
        return
    pace = (group.interval if group.interval is not None else model.stack.evaluation) / 1000
    if loaded.interval and loaded.interval != pace:
        message = f"group {group.name} is evaluated every {loaded.interval:g}s, not every {pace:g}s"
        yield Finding("GW654", "warning", message, group.origin or group.rules[0].origin, _RELOAD)
    wanted, rest = [_committed(rule) for rule in group.rules], list(loaded.rules)
    # What is equal goes first: of two rules of one name the right ones then stay together.
    for rule in [rule for rule in wanted if not _take(rule, rest)]:
        yield _paired(rule, rest, group.name) or Finding(
            "GW652", "error", f"{_called(rule)} is not loaded", rule.origin, _RELOAD
        )
    for left in rest:
        yield _stale(left, group.name, group.origin or group.rules[0].origin)
    for rule_loaded in loaded.rules:
        if rule_loaded.health == "err":
            yield _failing(rule_loaded, wanted)


def _committed(rule: Rule) -> _Committed:
    query, labels = _normal(rule.expr), frozenset(rule.labels)
    if isinstance(rule, AlertingRule):
        annotations = frozenset(rule.annotations)
        seconds = rule.hold / 1000, rule.keep_firing / 1000
        return _Committed("alerting", rule.alert, query, labels, annotations, *seconds, rule.origin)
    return _Committed("recording", rule.record, query, labels, frozenset(), 0.0, 0.0, rule.origin)


def _take(rule: _Committed, rest: list[LoadedRule]) -> bool:
    """Take the equal rule out of those that are left, if there is one."""
    for number, one in enumerate(rest):
        if one.kind == rule.kind and one.name == rule.name and not _differing(rule, one):
            del rest[number]
            return True
    return False


def _paired(rule: _Committed, rest: list[LoadedRule], group: str) -> Finding | None:
    """Take the rule that is likest out of those that are left, and tell how it differs; None where none is like it."""
    alike = [one for one in rest if one.kind == rule.kind and one.name == rule.name]
    if not alike:
        return None
    nearest = min(alike, key=lambda one: len(_differing(rule, one)))
    rest.remove(nearest)
    parts = " and ".join(_differing(rule, nearest))
    message = f"{_called(rule)} is loaded into group {group} with another {parts}"
    return Finding("GW654", "error", message, rule.origin, _RELOAD)


def _differing(rule: _Committed, loaded: LoadedRule) -> list[str]:
    """What differs, in words."""
    told = {
        "expression": rule.query == _normal_text(loaded.query),
        "for": rule.hold == loaded.hold,
        "keep_firing_for": rule.keep_firing == loaded.keep_firing,
        "set of labels": rule.labels == frozenset(loaded.labels),
        "text": rule.annotations == frozenset(loaded.annotations),
    }
    return [what for what, same in told.items() if not same]


def _normal(expr: q.Expr) -> str:
    """An expression as text in which only the meaning counts: Prometheus may print matchers in another order."""

    def ordered(node: q.Expr) -> q.Expr:
        if isinstance(node, q.VectorSelector):
            return node._replace(matchers=tuple(sorted(item._replace(span=q.NO_SPAN) for item in node.matchers)))
        return node

    return q.to_text(q.transform(expr, ordered))


def _normal_text(text: str) -> str:
    try:
        return _normal(q.parse(text))
    except q.PromQLError:
        return text  # of a newer Prometheus, and certainly none of ours


def _left_over(
    files: Sequence[RuleFile], loaded: Sequence[LoadedGroup], committed: Collection[str], model: Model
) -> Iterator[Finding]:
    """GW653: groups that are loaded from a file of ours, and that no spec has any more."""
    for file in files:
        tail = file.path.removeprefix("prometheus/")
        for group in loaded:
            if group.name not in committed and f"/{group.file}".endswith(f"/{tail}"):
                place = model.stack.origin if file.owner == names.STACK else file.groups[0].origin
                message = f"group {group.name} is loaded from {tail}, and no spec has it"
                yield Finding("GW653", "warning", message, place or file.rules[0].origin, _RELOAD)


def _stale(rule: LoadedRule, group: str, place: Position | None) -> Finding:
    kind = "alert" if rule.kind == "alerting" else "record"
    return Finding(
        "GW653", "warning", f"{kind} {rule.name} is loaded in group {group}, and no spec has it", place, _RELOAD
    )


def _failing(rule: LoadedRule, wanted: Sequence[_Committed]) -> Finding:
    """GW655: a rule that Prometheus cannot evaluate."""
    place = next((one.origin for one in wanted if one.name == rule.name), None)
    message = f"Prometheus cannot evaluate {rule.name}: {one_line(rule.error)}"
    return Finding("GW655", "error", message, place, "as long as it fails it neither fires nor records")


def _called(rule: _Committed) -> str:
    return f"{'alert' if rule.kind == 'alerting' else 'record'} {rule.name}"


def one_line(text: str) -> str:
    """An error of Prometheus as part of a message."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[:_SHOWN]}…"
