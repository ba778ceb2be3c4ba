"""What is planted into: the committed output, and every output that other tests make."""

import functools
import json
import pickle

import yaml

from gw2mon import compose_lint, dashboard_lint
from tests.planted.compose import COMPOSE
from tests.planted.dashboards import DASHBOARDS
from tests.planted.stacks import Stack
from tests.tools import CHECKOUT

GENERATED = CHECKOUT / "generated"
COMPOSE_FILE = "docker-compose.monitoring.yml"
OVERVIEW = GENERATED / "grafana/dashboards/gw2optimizer/overview.json"


@functools.cache
def committed():
    """Every committed dashboard by its file, and the golden ones."""
    found = [*(GENERATED / "grafana/dashboards").rglob("*.json"), *(CHECKOUT / "tests/grafana/golden").glob("*.json")]
    return {path.name: json.loads(path.read_text()) for path in sorted(found)}


def stack_of(texts):
    """The compose file and the files beside it; the last are data where they are YAML or JSON."""
    files = {name: _data(name, text) for name, text in texts.items()}
    return Stack(files.pop(COMPOSE_FILE), files)


def _data(name, text):
    if name.endswith(".json"):
        return json.loads(text)
    is_for_a_container = name.endswith(".yml") and not name.startswith("prometheus/tests/")
    return yaml.safe_load(text) if is_for_a_container else text


@functools.cache
def stack():
    """The committed stack."""
    paths = (path for path in GENERATED.rglob("*") if path.is_file())
    return stack_of({str(path.relative_to(GENERATED)): path.read_text() for path in paths})


def fresh(base):
    """A copy that a defect may be planted into; much faster than a deep copy."""
    return pickle.loads(pickle.dumps(base))  # noqa: S301 - what was pickled a moment ago


def planted(base, defect):
    """A copy with the defect."""
    copied = fresh(base)
    defect.plant(copied)
    assert copied != base or json.dumps(copied) != json.dumps(base), f"{defect.name} changes nothing"
    return copied


@functools.cache
def told(family, name):
    """The codes that the linters give for a defect."""
    if family in DASHBOARDS:
        defect = next(one for one in DASHBOARDS[family] if one.name == name)
        base = json.loads(OVERVIEW.read_text())
        return frozenset(problem.code for problem in dashboard_lint.lint(planted(base, defect)))
    defect = next(one for one in COMPOSE[family] if one.name == name)
    broken = planted(stack(), defect)
    return frozenset(problem.code for problem in compose_lint.lint(broken.compose, broken.files))
