"""Rule files: recording and alerting rules, one file per owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, assert_never

from gw2mon import names, promql
from gw2mon.generators import outputs_of
from gw2mon.model import AlertingRule, RecordingRule
from gw2mon.yamltext import Part, artifact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.artifacts import Artifact
    from gw2mon.model import Model, Rule, RuleGroup


class RuleFile(NamedTuple):
    """The rules of one owner: a service, or the stack."""

    owner: str
    spec: str
    path: str
    groups: tuple[RuleGroup, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Its rules, in the order in which they are evaluated."""
        return tuple(rule for group in self.groups for rule in group.rules)


def rule_files(model: Model) -> tuple[RuleFile, ...]:
    """The rule files of a stack, those of SLOs aside; an owner without rules has none."""
    files = (
        RuleFile(names.STACK, model.stack.spec, names.rules_path(names.STACK), model.stack.groups),
        *(RuleFile(service.name, service.spec, names.rules_path(service.name), service.groups)
          for service in model.services),
    )  # fmt: skip
    return tuple(file for file in files if file.rules)


def slo_rule_files(model: Model) -> tuple[RuleFile, ...]:
    """The rule files of SLOs, for the services that have some."""
    return tuple(
        RuleFile(service.name, service.spec, names.slo_rules_path(service.name), service.slo_groups)
        for service in model.services
        if service.slo_groups
    )


def to_be_tested(model: Model, files: tuple[RuleFile, ...]) -> tuple[RuleFile, ...]:
    """The rule files whose owners ask for tests: those of many SLOs take longer to make than all else."""
    outputs = outputs_of(model)
    return tuple(file for file in files if names.may_be_wanted(names.RULE_TESTS, outputs[file.owner]))


def generate(model: Model) -> Iterator[Artifact]:
    """The rule file of each owner that has rules."""
    for file in (*rule_files(model), *slo_rule_files(model)):
        groups = [Part(_group(group), group.origin) for group in file.groups]
        yield artifact(file.path, file.owner, file.spec, {"groups": groups})


def _group(group: RuleGroup) -> dict[str, Any]:
    interval = {} if group.interval is None else {"interval": promql.format_duration(group.interval)}
    return {"name": group.name, **interval, "rules": [Part(_rule(rule), rule.origin) for rule in group.rules]}


def _rule(rule: Rule) -> dict[str, Any]:
    match rule:
        case RecordingRule():
            labels = {"labels": dict(rule.labels)} if rule.labels else {}
            return {"record": rule.record, "expr": promql.pretty(rule.expr), **labels}
        case AlertingRule():
            return {
                "alert": rule.alert,
                "expr": promql.pretty(rule.expr),
                **({"for": promql.format_duration(rule.hold)} if rule.hold else {}),
                **({"keep_firing_for": promql.format_duration(rule.keep_firing)} if rule.keep_firing else {}),
                "labels": dict(rule.labels),
                "annotations": dict(rule.annotations),
            }
        case _:
            assert_never(rule)
