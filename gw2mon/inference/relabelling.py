"""What relabel_configs do to the labels of targets and of samples, as far as it can be told from their text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.inference.labels import NAME, Labels, with_label
from gw2mon.inference.values import ABSENT, PRESENT, closed, narrowed, openly, or_absent, satisfies, union

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from gw2mon.inference.values import Values

_EVERYTHING = "(.*)"


def of_target(labels: Labels, rules: Iterable[Mapping[str, object]], declared: Collection[str]) -> Labels:
    """The labels of a target after `relabel_configs`; those that a spec declares are as it says."""
    for rule in rules:
        action = _action(rule)
        if action in ("keep", "drop", "keepequal", "dropequal"):
            continue
        labels = _labels_changed(labels, rule, action, declared)
    return labels


def of_samples(labels: Labels, rules: Iterable[Mapping[str, object]]) -> Labels | None:
    """The labels of a series after `metric_relabel_configs`; None if it is always dropped."""
    for rule in rules:
        action = _action(rule)
        if action in ("keep", "drop"):
            source = _single_source(rule)
            if source is None:
                continue
            left = narrowed(labels.of(source), "=~" if action == "keep" else "!~", _pattern(rule))
            if left.is_nothing:
                return None
            labels = with_label(labels, source, left)
        else:
            labels = _labels_changed(labels, rule, action, ())
    return labels


def renames(rules: Iterable[Mapping[str, object]]) -> bool:
    """Whether some rule may give series another name."""
    changing = (rule for rule in rules if _action(rule) not in ("keep", "drop", "labeldrop", "labelkeep"))
    return any(_action(rule) == "labelmap" or _target(rule) == NAME or "$" in _target(rule) for rule in changing)


def _action(rule: Mapping[str, object]) -> str:
    return str(rule.get("action", "replace")).lower()


def _target(rule: Mapping[str, object]) -> str:
    return str(rule.get("target_label", ""))


def _pattern(rule: Mapping[str, object]) -> str:
    return str(rule.get("regex", _EVERYTHING))


def _single_source(rule: Mapping[str, object]) -> str | None:
    sources = rule.get("source_labels")
    return str(sources[0]) if isinstance(sources, (list, tuple)) and len(sources) == 1 else None


def _labels_changed(labels: Labels, rule: Mapping[str, object], action: str, declared: Collection[str]) -> Labels:
    match action:
        case "labelmap":
            return _all_open(labels, declared)
        case "labeldrop" | "labelkeep":
            return _filtered(labels, _pattern(rule), keep=action == "labelkeep")
    target = _target(rule)
    if "$" in target:
        return _all_open(labels, declared)
    if target.startswith("__") or target in declared:
        return labels
    return with_label(labels, target, _replaced(labels.of(target), rule, action))


def _replaced(before: Values, rule: Mapping[str, object], action: str) -> Values:
    """The values of a label that a rule may set: any, or the one that is written."""
    text = str(rule.get("replacement", "$1"))
    if action != "replace" or "$" in text:
        # A rule that does not match leaves the label alone, and an empty result removes it.
        return or_absent(union(before, PRESENT))
    after = closed((text,)) if text else ABSENT
    return after if _pattern(rule) == _EVERYTHING else union(before, after)


def _all_open(labels: Labels, declared: Collection[str]) -> Labels:
    """Any label may have come from elsewhere."""
    values = {name: found if name in declared else openly(found) for name, found in labels.values.items()}
    return Labels(values, open=True)


def _filtered(labels: Labels, pattern: str, *, keep: bool) -> Labels:
    def fate(name: str, values: Values) -> Values:
        may_match = satisfies(name, "=~", pattern)
        must_match = not satisfies(name, "!~", pattern)
        gone = not may_match if keep else must_match
        stays = must_match if keep else not may_match
        return ABSENT if gone else values if stays else or_absent(values)

    return Labels({name: fate(name, values) for name, values in labels.values.items()}, labels.open)
