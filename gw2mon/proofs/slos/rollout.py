"""A new version rolls out whose histogram has a bucket that older pods lack: what they count cannot be judged."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from gw2mon import slo
from gw2mon.model import LatencySli
from gw2mon.proofs.build import selector_text
from gw2mon.proofs.inputs import labels_of
from gw2mon.proofs.scenario import Series, grows
from gw2mon.proofs.slos.case import Part
from gw2mon.proofs.slos.claim import BASE, RAW_UP_TO, ratio
from gw2mon.proofs.slos.edges import LEAST
from gw2mon.proofs.slos.tally import valued
from gw2mon.world import bound_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from gw2mon.proofs.slos.case import Value
    from gw2mon.proofs.slos.flows import Measured

_ENDS = {"first": 12, "second": 37}
"""Minute in which a pod ends: within the last hour only, and within the last half hour too."""
_SOON, _LATE = 40, 60
"""Minutes at which records are read: three after a pod has ended, and an hour after the beginning."""
_EACH = 600


def rollout_parts(measured: Sequence[Measured]) -> Iterator[Part]:
    """Both directions: old pods are not read as slow, and the slow requests of pods that are gone are not forgotten.

    Then a target whose good events are counted before all events are, as some clients do: no negative share.
    """
    latencies = [each for each in measured if isinstance(each.claim.slo.sli, LatencySli) and not _is_of_one_pod(each)]
    stories = {
        "a version with a new bucket rolls out, all is fast: nothing reads as slow": (_EACH, Fraction(0)),
        "a version with a new bucket rolls out, half of it slow: that is seen, also of pods that are gone":
            (_EACH // 2, Fraction(1, 2)),
        "good events are counted before all events are: the share is 0, and not less": (_EACH + 60, Fraction(0)),
    }  # fmt: skip
    for name, (fast, share) in stories.items():
        for each in latencies:
            yield Part(name, tuple(_pods(each, latencies, fast)), tuple(_shares(each, share)))


def _shares(each: Measured, share: Fraction) -> Iterator[Value]:
    labels = _labels(each)
    group = {label: labels.get(label, "") for label in each.claim.slo.by}
    yield valued(each, ratio(BASE), _SOON * slo.MINUTE, group, share)
    for window in each.claim.raw_windows:
        if LEAST <= window <= RAW_UP_TO:
            yield valued(each, ratio(window), _LATE * slo.MINUTE, group, share)


def _is_of_one_pod(each: Measured) -> bool:
    filtered = (item.label for item in each.measure.total.filters)
    return "instance" in (*each.claim.slo.by, *filtered)


def _labels(each: Measured) -> dict[str, str]:
    part = each.measure.part
    return labels_of(each.claim.world, part.metric, part.filters)


def _pods(each: Measured, latencies: Sequence[Measured], fast: int) -> Iterator[Series]:
    """An old pod without the bucket, two that have it and end, one that has it and goes on."""
    metric = each.measure.part.metric
    found = {other.measure.part.under for other in latencies if other.measure.part.metric.name == metric.name}
    bounds = sorted(bound for bound in found if bound is not None)
    for pod in ("old", *_ENDS, "running"):
        labels = {**_labels(each), "instance": f"{pod}-{_labels(each).get('instance', '')}"}
        yield Series(selector_text(f"{metric.name}_count", labels), _counted(pod, _EACH))
        for le in ("+Inf", *(_spelt(bound, pod) for bound in bounds if pod != "old")):
            series = selector_text(f"{metric.name}_bucket", {**labels, "le": le})
            yield Series(series, _counted(pod, _EACH if le == "+Inf" else fast))


def _spelt(bound: Decimal, pod: str) -> str:
    """Whole seconds are written in two ways."""
    text = bound_text(bound)
    return text.removesuffix(".0") if pod in _ENDS else text


def _counted(pod: str, growth: int) -> str:
    if pod in _ENDS:
        return f"{grows((growth, _ENDS[pod] + 1))} stale"
    return grows((growth, _LATE + 1))
