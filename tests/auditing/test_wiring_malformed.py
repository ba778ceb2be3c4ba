"""Whatever stands in a file, the wiring and the linters say something or nothing, and never fail."""

import json
import random

import pytest
import yaml

from tests.auditing import test_wiring_alertmanager as alertmanager
from tests.auditing import test_wiring_grafana as grafana
from tests.auditing import test_wiring_loading as loading
from tests.auditing import test_wiring_settings as settings
from tests.auditing.estates import linting, wiring

ESTATE = {
    **grafana.stack(
        grafana.board(source="Prometheus", templating={"list": [{"name": "x", "type": "query", "sort": 1}]})
    ),
    "prometheus/prometheus.yml": loading.TELLING,
    "prometheus/rules/shop.yml": loading.RULES,
    "alertmanager.yml": alertmanager.RIGHT,
    "templates/shop.tmpl": alertmanager.TEMPLATE,
    "compose.override.yml": loading.EXPORTERS,
    ".env": settings.ENVIRONMENT,
    "docs/runbook.md": settings.PAGE,
    "links.yml": settings.rules("https://example.org/docs/runbook.md#nowhere"),
}
ODD = (None, True, 0, -1.5, "", "{{", "=~(", "*[", "$X", [], {}, [None], [[]], {"name": []}, [{"name": {}}], ["a", "a"])
KEYS = (1, None, True, "matchers", "datasource")


def places(value, above=()):
    yield from ((above, key) for key in (value if isinstance(value, dict) else range(len(value))))
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, dict | list):
            yield from places(inner, (*above, key))


def spoilt(data, dice):
    """The same with something odd in the place of one part, or under an odd key."""
    above, key = dice.choice(sorted(places(data), key=repr))
    holder = data
    for step in above:
        holder = holder[step]
    if isinstance(holder, dict) and dice.random() < 0.2:
        holder[dice.choice(KEYS)] = holder.pop(key)
    else:
        holder[key] = dice.choice(ODD)
    return data


@pytest.mark.parametrize("seed", range(3))
def test_no_check_fails_for_what_is_odd(seed):
    dice = random.Random(seed)  # noqa: S311 - the same on every machine
    for _ in range(15):
        files = dict(ESTATE)
        for name in dice.sample([name for name in files if name.endswith((".yml", ".json"))], 3):
            data = spoilt(yaml.load(files[name], yaml.CSafeLoader), dice)
            files[name] = json.dumps(data) if name.endswith(".json") else yaml.dump(data, Dumper=yaml.CSafeDumper)
        assert isinstance(wiring(files) + linting(files), list)
