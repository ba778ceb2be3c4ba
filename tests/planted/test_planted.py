"""The linters find what people get wrong by hand, and nothing in what is right.

The defects were written from the facts about Grafana, Compose and the images, before anybody looked at the linters.
"""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gw2mon import compose_lint, dashboard_lint
from gw2mon.generators import alertmanager, blackbox, compose, grafana
from gw2mon.generators.grafana import lint_dashboards
from gw2mon.generators.prometheus import config, rules
from tests.compose.test_compose import PROBING, STACKS
from tests.grafana import making, test_lint
from tests.planted import reading
from tests.planted.compose import COMPOSE
from tests.planted.dashboard_frames import text_panel
from tests.planted.dashboard_queries import log_panel
from tests.planted.dashboards import DASHBOARDS
from tests.planted.foreign import STACKS as FOREIGN
from tests.spec_editing import SHOP, STOCK, model_of

LEAST = 0.95
"""Share of each family that must be found."""


FAMILIES = {**DASHBOARDS, **COMPOSE}


@pytest.mark.parametrize("family", FAMILIES)
def test_defects_are_found(family):
    escaped = [
        f"{defect.name}: {defect.why_it_hurts}" for defect in FAMILIES[family] if not reading.told(family, defect.name)
    ]
    assert 1 - len(escaped) / len(FAMILIES[family]) >= LEAST, "\n".join(escaped)


def test_no_two_families_or_defects_share_a_name():
    assert len(FAMILIES) == len(DASHBOARDS) + len(COMPOSE)
    for family in FAMILIES.values():
        assert len({defect.name for defect in family}) == len(family)


def test_there_are_as_many_defects_as_promised():
    assert sum(map(len, DASHBOARDS.values())) >= 250
    assert sum(map(len, COMPOSE.values())) >= 150


@pytest.mark.parametrize("name", reading.committed())
def test_nothing_is_found_in_a_committed_dashboard(name):
    assert dashboard_lint.lint(reading.committed()[name], test_lint.WINDOWS) == []


@pytest.mark.parametrize("drafts", [(making.GUIDE,), (making.FORMS, STOCK), (SHOP,)], ids=["guide", "forms", "shop"])
def test_nothing_is_found_in_the_dashboards_of_a_model(drafts):
    assert list(lint_dashboards(making.model(*drafts))) == []


def test_nothing_is_found_in_the_committed_stack():
    assert linted(reading.stack()) == []


def test_nothing_is_found_in_a_stack_that_joins_the_network_of_its_services():
    assert linted(made((PROBING,))) == []


@pytest.mark.parametrize("name", sorted(set(STACKS) - {"guide"}))
def test_the_one_remark_about_a_stack_is_that_somebody_must_join_its_network(name):
    assert {problem.code for problem in linted(made(STACKS[name]))} <= {"unknown-host"}


def linted(stack):
    return compose_lint.lint(stack.compose, stack.files)


def made(drafts):
    """All that a container sees; the tests of rules are for promtool, and take longest."""
    model = model_of(*drafts)
    seen = (config.generate(model), *rules.generate(model))
    others = (made for part in (alertmanager, blackbox, compose, grafana) for made in part.generate(model))
    return reading.stack_of({artifact.path: artifact.text for artifact in (*seen, *others)})


@pytest.mark.parametrize("carrier", [text_panel("Read *this*."),
                                     log_panel('sum(rate({service_name="shop"} |= "error" [$__auto]))')])  # fmt: skip
def test_what_carries_a_defect_is_right_by_itself(carrier):
    dashboard = reading.fresh(reading.committed()["overview.json"])
    carrier(dashboard)
    assert dashboard_lint.lint(dashboard) == []


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_stack_that_works_has_no_error(name):
    found = compose_lint.lint(*FOREIGN[name])
    assert [problem for problem in found if compose_lint.severity(problem) == "error"] == []


def test_the_stack_of_a_tutorial_is_warned_of_what_everybody_knows():
    found = {problem.code for problem in compose_lint.lint(*FOREIGN["tutorial"])}
    assert {"unpinned-image", "open-port", "default-password", "lost-data", "single-file", "unlimited"} <= found


def test_without_the_files_nothing_is_said_of_them():
    codes = {problem.code for problem in compose_lint.lint(reading.stack().compose)}
    assert codes == set()


def test_every_code_of_the_dashboard_linter_has_a_defect():
    mutants = {code for code, _ in test_lint.MUTANTS}
    assert named(dashboard_lint.RULES) - codes_told(DASHBOARDS) - mutants == set()


def test_every_code_of_the_compose_linter_has_a_defect():
    assert named(compose_lint.RULES) - codes_told(COMPOSE) == set()
    assert named(compose_lint.RULES) >= compose_lint.ERRORS


def codes_told(families):
    return {code for family, defects in families.items() for one in defects for code in reading.told(family, one.name)}


def named(rules):
    """The codes that the docstrings of rules name."""
    firsts = ((rule.__doc__ or "").split(": ")[0] for rule in rules)
    return {word.strip(",:.") for first in firsts for word in first.split()}


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
)


def places(data, path=()):
    """Every place in data, the deepest too."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


SMALL = ("prometheus/prometheus.yml", "alertmanager/alertmanager.yml", "grafana/provisioning/datasources/gw2mon.yml",
         "grafana/provisioning/dashboards/gw2mon.yml", "prometheus/rules/stack.yml")  # fmt: skip
STACK = {"compose": reading.stack().compose, "files": {name: reading.stack().files[name] for name in SMALL}}
PLACES = sorted(places(STACK), key=str)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(PLACES), VALUES)
def test_no_strange_shape_stops_the_compose_linter(place, value):
    broken = inner = reading.fresh(STACK)
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    files = broken["files"] if isinstance(broken["files"], dict) else {}
    assert isinstance(compose_lint.lint(broken["compose"], files), list)


HARDLY = [
    "", "[]", "x: 1", "services: [a]", "services: {a: }", "services: {a: {image: 3}}",
    "services: {a: {image: x, ports: 80}}", "services: {a: {image: x, volumes: {b: c}}}",
    "services: {a: {extends: a}}", "services: {a: {extends: {service: b}}, b: {extends: a}}",
    "services: {a: {image: x, environment: [3, null, {a: b}], depends_on: {b: 1}}}",
]  # fmt: skip


@pytest.mark.parametrize("text", HARDLY)
def test_what_is_hardly_a_compose_file_is_a_problem_and_no_crash(text):
    assert compose_lint.lint(yaml.safe_load(text), {})
