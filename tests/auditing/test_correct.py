"""Never crying wolf: correct rules, in the styles of well-known collections, have no errors whatever else is known."""

import re
from collections import Counter
from pathlib import Path

import pytest

from gw2mon.auditing import audit
from gw2mon.auditing.reading import read
from tests.auditing.worlds import DISCOVERED, STATIC, seven_of_ten

CORRECT = Path(__file__).parent / "correct"
FILES = [(f"rules/{path.name}", path.read_bytes()) for path in sorted(CORRECT.glob("*.yml"))]
ESTATE, UNREAD = read(FILES)
RULES = [rule for file in ESTATE.rules for group in file.groups for rule in group.rules]
SHOWN = seven_of_ten(ESTATE.rules)
WORLDS = {
    "rules alone": ([], []),
    "discovery": ([("prometheus.yml", DISCOVERED)], []),
    "static targets": ([("prometheus.yml", STATIC)], []),
    "rules alone, seven of ten metrics": ([], [SHOWN]),
    "discovery, seven of ten metrics": ([("prometheus.yml", DISCOVERED)], [SHOWN]),
    "static targets, seven of ten metrics": ([("prometheus.yml", STATIC)], [SHOWN]),
}


@pytest.fixture(scope="module", params=WORLDS)
def found(request):
    beside, expositions = WORLDS[request.param]
    return audit([*beside, *FILES], expositions)


def test_no_correct_rule_has_an_error(found):
    assert [item.finding for item in found.told if item.finding.severity == "error"] == []


def test_few_correct_rules_are_suspected(found):
    """Metrics that nobody has shown aside: of those every rule is told that asks for one."""
    suspected = {
        item.finding.position
        for item in found.told
        if item.finding.position.file.startswith("rules/") and item.finding.code not in ("GW201", "GW632")
    }
    assert len(suspected) < len(RULES) / 10, sorted(suspected)


def test_the_rules_are_many_and_of_distinct_shapes():
    shapes = {re.sub(r"[\w:]*[a-z]\w*(?=[\[{ )])|\d+|\"[^\"]*\"", "x", str(rule.expr)) for rule in RULES}
    assert UNREAD == ()
    assert len(RULES) >= 200
    assert len(shapes) >= 150
    asked = Counter(word for rule in RULES for word in set(re.findall(r"\w+", str(rule.expr))))
    used = (
        "predict_linear absent absent_over_time changes resets group_left group_right label_replace label_join unless "
        "and or on ignoring offset count_values topk quantile_over_time deriv delta clamp_min histogram_quantile bool "
        "scalar vector time day_of_week hour ALERTS without stddev_over_time last_over_time"
    )
    assert [word for word in used.split() if not asked[word]] == []


def test_prometheus_accepts_the_rules(promtool):
    for path in sorted(CORRECT.glob("*.yml")):
        assert promtool.run("check", "rules", path).returncode == 0
