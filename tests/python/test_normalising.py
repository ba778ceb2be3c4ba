"""Values that nobody could list: paths with numbers in them become templates, numbers become ranges."""

from __future__ import annotations

import enum
import inspect
from decimal import Decimal
from http import HTTPStatus

import pytest
from prometheus_client import CollectorRegistry

from gw2mon.generators.python import metrics_module
from gw2mon.model import Function, Label, LabelValues, Replacement
from tests.python import guide
from tests.python.conftest import forget, load

RULES = (Replacement(r"/v2/builds/\d+", "/v2/builds/{id}"), Replacement("/v2/.*", "/v2/{any}"))
ENDPOINT = LabelValues(("/v2/builds", "/v2/builds/{id}", "/v2/{any}"), 5, closed=False, replace=RULES)
PROFESSION = LabelValues(
    ("guardian", "warrior"), replace=(Replacement("(?:[A-Z][a-z]*|dragonhunter)", "guardian"), Replacement("w", "bear"))
)
SIZE = LabelValues(("5", "10", "50", "more"), ranges=(Decimal(5), Decimal(10), Decimal(50)))


def normalised(metric):
    """The metric with labels that are put in order."""
    values = {"endpoint": ENDPOINT, "size": SIZE, "profession": PROFESSION}
    return metric._replace(labels=tuple(Label(name, values.get(name, old)) for name, old in metric.labels))


CREATED = (
    Function(
        "track_team_created", "",
        (guide.label("game_mode", guide.GAME_MODE), guide.label("size", SIZE, "5")),
        (guide.record("increment", "gw2_teams_created_total", "game_mode size"),),
    ),
    Function(
        "track_team_planned", "",
        (guide.label("game_mode", guide.GAME_MODE), guide.label("size", SIZE, optional=True)),
        (guide.record("increment", "gw2_teams_created_total", "game_mode size", None, ("size",)),),
    ),
    Function(
        "track_build_created", "",
        (guide.label("profession", PROFESSION), guide.label("game_mode", guide.GAME_MODE)),
        (guide.record("increment", "gw2_builds_created_total", "profession game_mode"),),
    ),
)  # fmt: skip


def with_endpoint(function):
    return function._replace(
        arguments=tuple(
            argument._replace(values=ENDPOINT) if argument.name == "endpoint" else argument
            for argument in function.arguments
        )
    )


@pytest.fixture(scope="module")
def source():
    functions = (*map(with_endpoint, guide.FUNCTIONS), *CREATED)
    return metrics_module(
        guide.service(guide.module(metrics=tuple(map(normalised, guide.METRICS)), functions=functions))
    )


@pytest.fixture(scope="module")
def ordered(tmp_path_factory, source):
    path = tmp_path_factory.mktemp("normalised") / "metrics.py"
    path.write_text(source)
    found = load(path)
    forget()
    return found


@pytest.fixture
def metrics(ordered):
    return ordered.Metrics(CollectorRegistry())


def called(metrics, endpoint):
    labels = {"service": "gw2api", "endpoint": endpoint, "status": "200"}
    return metrics.registry.get_sample_value("gw2_external_api_requests_total", labels)


def teams(metrics, size):
    labels = {"game_mode": "WvW", "size": size}
    return metrics.registry.get_sample_value("gw2_teams_created_total", labels)


def unknown(metrics, metric, label):
    labels = {"metric": metric, "label": label}
    return metrics.registry.get_sample_value("gw2mon_unknown_label_values_total", labels)


def test_a_path_with_a_number_becomes_its_template_and_the_first_rule_that_matches_counts(metrics):
    for path in ("/v2/builds/1", "/v2/builds/22", "/v2/builds/22", "/v2/builds/2x", "/v2/items", "/v2/builds"):
        metrics.track_external_api("gw2api", path, 0.1, "200")
    found = {path: called(metrics, path) for path in ENDPOINT.values}
    assert found == {"/v2/builds": 1, "/v2/builds/{id}": 3, "/v2/{any}": 2}
    assert unknown(metrics, "gw2_external_api_requests_total", "endpoint") == 0


def test_the_whole_value_must_match_and_what_does_not_counts_for_the_limit(metrics):
    for number in range(4):
        metrics.track_external_api("gw2api", f"x/v2/builds/{number}", 0.1, "200")
    assert [called(metrics, f"x/v2/builds/{number}") for number in range(4)] == [1, 1, None, None]
    assert unknown(metrics, "gw2_external_api_requests_total", "endpoint") == 2


def test_what_rules_make_of_a_value_of_a_closed_label_is_one_of_the_list(metrics):
    for profession in ("Ranger", "dragonhunter", "guardian", "w", "?"):
        metrics.track_build_created(profession, "WvW")
    labels = {"profession": "guardian", "game_mode": "WvW"}
    assert metrics.registry.get_sample_value("gw2_builds_created_total", labels) == 3
    assert unknown(metrics, "gw2_builds_created_total", "profession") == 2


@pytest.mark.parametrize(
    ("size", "value"),
    [(5, "5"), (5.01, "10"), (-3, "5"), (0, "5"), (10, "10"), (Decimal(11), "50"), (50, "50"), (51, "more"),
     (10**100, "more"), ("7", "10"), (float("inf"), "more")],
)  # fmt: skip
def test_a_number_becomes_the_least_bound_that_holds_it(metrics, size, value):
    for _ in range(2):
        metrics.track_team_created("WvW", size)
    assert teams(metrics, value) == 2


@pytest.mark.parametrize("size", [float("nan"), "many", None, [5]])
def test_what_is_no_number_is_in_no_range(metrics, size):
    metrics.track_team_created("WvW", size)
    assert unknown(metrics, "gw2_teams_created_total", "size") == (0 if size == [5] else 1)
    assert sum(teams(metrics, value) for value in SIZE.values) == 0


def test_an_argument_in_ranges_is_a_number_and_0_is_one(ordered, metrics):
    created = inspect.signature(ordered.Metrics.track_team_created).parameters["size"]
    assert (created.annotation, created.default) == ("float", 5)
    metrics.track_team_planned("WvW")
    metrics.track_team_planned("WvW", 0)
    assert teams(metrics, "5") == 1


def test_all_ranges_start_at_zero(metrics):
    assert [teams(metrics, value) for value in SIZE.values] == [0, 0, 0, 0]


@pytest.fixture
def admitted(ordered, monkeypatch):
    """Every value that had to be looked at because no call had passed it before."""
    seen = []
    admit = ordered._Label.admit

    def watched(label, value):
        seen.append(value)
        return admit(label, value)

    monkeypatch.setattr(ordered._Label, "admit", watched)
    return seen


class Size(enum.IntEnum):
    FULL = 50


@pytest.mark.parametrize("size", [7, 7000, Size.FULL, "7"])
def test_a_value_that_was_put_in_order_once_is_found_at_once(metrics, admitted, size):
    for _ in range(3):
        metrics.track_team_created("WvW", size)
    assert admitted.count(size) == 1


def test_a_code_given_as_a_number_is_found_at_once(metrics, admitted):
    for status in (404, 404, HTTPStatus.NOT_FOUND, HTTPStatus.NOT_FOUND):
        metrics.track_external_api("gw2api", "/v2/builds", 0.1, status)
    assert admitted.count(404) == 1


def test_what_became_other_is_looked_at_and_counted_each_time(metrics, admitted):
    for _ in range(3):
        metrics.track_team_created("WvW", "many")
    assert admitted.count("many") == 3
    assert unknown(metrics, "gw2_teams_created_total", "size") == 3


def test_ten_thousand_paths_fill_neither_the_scrape_nor_the_memory(metrics):
    for number in range(10_000):
        metrics.track_external_api("gw2api", f"/v2/builds/{number}", 0.1, "200")
    assert called(metrics, "/v2/builds/{id}") == 10_000
    assert len(metrics._track_external_api) <= 1_100
    metrics.reset()
    assert len(metrics._track_external_api) == 0


def test_a_text_of_any_length_takes_neither_time_nor_memory(metrics, admitted):
    long = "/v2/builds/" + "1" * 1_000_000
    for _ in range(2):
        metrics.track_external_api("gw2api", long, 0.1, "200")
    assert admitted.count(long) == 2
    assert called(metrics, "other") == 2
    assert all(len(str(key)) < 1000 for key in metrics._track_external_api)
