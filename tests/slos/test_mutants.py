"""The quick layers are worth their time only if they fail when a rule is wrong: whichever rule, however little."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from gw2mon.generators.prometheus import rules
from gw2mon.model import AlertingRule
from tests.slos.mutating import Mutant, mutants
from tests.slos.promising import QUICK, model, promising, written

pytestmark = pytest.mark.prove

PROMISES = {
    "records of events": "x: {of: requests, objective: 99.9%, window: 7d}",
    "alerts of events": "x: {of: requests, objective: 99.9%, window: 7d}",
    "good events": "x: {of: orders, objective: 99%, window: 7d}",
    "groups": "x: {of: requests, objective: 99.9%, window: 7d, by: [region]}",
    "latency": "x: {of: durations, under: 1s, objective: 95%, window: 7d}",
    "latency and failures": "x: {of: durations, under: 200ms, bad: {status: [5xx]}, objective: 95%, window: 7d}",
    "probe": "x: {probe: shop_ready, objective: 99%, window: 7d}",
}
"""Over a week: the rules of a month differ in numbers only, and promtool could not load a month full of data."""

_BOTH_NAME_THE_JOB = (
    r"job dropped from shop_request_duration_seconds_(count|bucket)",
    "both sides of `and` name the job, so what one lets through the other holds back",
)
_BUCKETS_COME_WITH_THEIR_COUNT = (
    r"twice the window in shop_request_duration_seconds_bucket",
    "a bucket that had samples before the window and none in it has no count in it either",
)
LEFT = {
    "good events": ((r"clamp dropped", "good events are some of all events in the same counter, and never more"),),
    "latency": (_BOTH_NAME_THE_JOB, _BUCKETS_COME_WITH_THEIR_COUNT),
    "latency and failures": (_BOTH_NAME_THE_JOB, _BUCKETS_COME_WITH_THEIR_COUNT),
    "probe": (
        (r"clamp dropped", "a probe is never more than 1"),
        (r"> 0 dropped", "samples that are there are never none"),
    ),
}  # fmt: skip
"""What no quick test notices, and why."""


def mutated_rules(promise, rules):
    """All rules of events; of the others those that differ from kind to kind: first the raw ones, last missing data."""
    names = [getattr(rule, "record", "") for rule in rules]
    numbered = list(enumerate(rules))
    first_alert, first_long = names.index(""), names.index("slo:sli_error:ratio_rate2h")
    parts = {"records of events": numbered[:first_alert], "alerts of events": numbered[first_alert:]}
    return parts.get(promise, [*numbered[:first_long], numbered[-1]])


def survivors(promise, folder, promtool):
    spec = promising(PROMISES[promise])
    service = model(spec).services[0]

    def survives(numbered):
        number, mutant = numbered
        (group,) = service.slo_groups
        mutated = (*group.rules[: mutant.number], mutant.rule, *group.rules[mutant.number + 1 :])
        changed = service._replace(slo_groups=(group._replace(rules=mutated),))
        here = folder / str(number)
        tests = written(model(spec), here)
        for artifact in rules.generate(model(spec)._replace(services=(changed,))):
            (here / artifact.path).write_text(artifact.text, encoding="utf-8")
        order = ("alerts", "windows", "records") if isinstance(mutant.rule, AlertingRule) else QUICK
        return all(promtool.run("test", "rules", tests[layer]).returncode == 0 for layer in order)

    same = Mutant(0, service.slo_groups[0].rules[0], "none")
    assert survives(("same", same)), "the tests fail for the rules as they are"
    found = list(mutants(mutated_rules(promise, service.slo_groups[0].rules)))
    with ThreadPoolExecutor(2) as pool:
        lived = list(pool.map(survives, enumerate(found)))
    return len(found), [str(mutant) for mutant, alive in zip(found, lived, strict=True) if alive]


@pytest.mark.parametrize("promise", PROMISES)
def test_the_quick_tests_notice_every_mistake_in_a_rule(promise, promtools, tmp_path):
    tried, found = survivors(promise, tmp_path, promtools[0])
    assert tried > 30
    excuses = [pattern for pattern, _ in LEFT.get(promise, ())]
    assert [mistake for mistake in found if not any(re.search(pattern, mistake) for pattern in excuses)] == []
    assert [pattern for pattern in excuses if not any(re.search(pattern, mistake) for mistake in found)] == []
