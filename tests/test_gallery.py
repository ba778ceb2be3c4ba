"""The gallery's own promises: the same everywhere, and a past in which something happens. Pictures are for people."""

import itertools
import json
import re
from pathlib import Path

import pytest

from gallery import answers, history, rules, story
from gw2mon.world import world_of
from tests.grafana import making

GALLERY = Path(__file__).parents[1] / "gallery"
TOLD = story.told()


def samples(*names):
    """Series to its values over the last day."""
    model = making.model(making.GUIDE)
    found = {}
    for sample in history.samples(TOLD, world_of(model.services[0], model.stack), set(names), ()):
        found.setdefault(sample.series, {})[sample.time] = sample.value
    return found


@pytest.fixture(scope="module")
def requests():
    return samples("http_requests_total")


def test_every_version_of_its_node_project_is_exact_and_its_lock_names_no_host():
    package = json.loads((GALLERY / "package.json").read_text())
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert [name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    lock = (GALLERY / "package-lock.json").read_text()
    assert "resolved" not in lock
    locked = json.loads(lock)["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in versions} == versions
    assert [name for name, entry in locked.items() if name and "integrity" not in entry] == []


def test_the_same_past_is_told_every_time(requests):
    assert samples("http_requests_total") == requests


def test_counters_only_rise_except_when_a_deployment_starts_them_anew(requests):
    started = [each.at for each in TOLD.deployments if each.at > TOLD.recent]
    for values in requests.values():
        falls = [after for before, after in itertools.pairwise(values) if values[after] < values[before]]
        assert len(falls) <= len(started)
        assert all(any(0 <= fall - start < 60 for start in started) for fall in falls)


def test_buckets_hold_all_that_the_buckets_below_them_hold():
    found = samples("http_request_duration_seconds_bucket")
    at = TOLD.end
    by_line = {}
    for series, values in found.items():
        if "_bucket{" in series:
            bound = re.search(r'le="([^"]+)"', series)[1]
            by_line.setdefault(series.replace(f'le="{bound}",', ""), {})[float(bound)] = values[at]
    for buckets in by_line.values():
        counts = [count for _, count in sorted(buckets.items())]
        assert counts == sorted(counts)
        assert counts[-1] > 0


def test_errors_happen_and_an_incident_makes_them_many(requests):
    def errors(begin, end):
        return sum(values[end] - values[begin] for series, values in requests.items() if 'status="5xx"' in series)

    step = story.FINE
    incident = TOLD.incidents[0]
    middle = round((incident.begin + incident.end) / 2 - TOLD.end) // step * step + TOLD.end
    assert errors(middle - 600, middle) > 10 * errors(TOLD.end - 600, TOLD.end) > 0


def test_a_collapsed_row_is_opened_and_what_is_below_it_makes_room():
    def panel(kind, y, height, *inside):
        return {"type": kind, "gridPos": {"x": 0, "y": y, "w": 24, "h": height}, "panels": list(inside)}

    first = panel("row", 0, 1, panel("stat", 1, 4))
    second = panel("row", 1, 1, panel("stat", 2, 4))
    placed = [(each["type"], each["gridPos"]["y"]) for each in answers.opened([first, second])]
    assert placed == [("row", 0), ("stat", 1), ("row", 5), ("stat", 6)]


def test_variables_are_filled_in_as_grafana_does():
    expr = 'rate(x{job=~"$job"}[$__rate_interval]) / ${scale}'
    assert answers.filled(expr, 21600, 30, {"job": ".+", "scale": "2"}) == 'rate(x{job=~".+"}[60s]) / 2'


def test_a_record_is_made_before_what_reads_it():
    reader = {"record": "b:y:sum", "expr": "sum(a:x:sum)"}
    source = {"record": "a:x:sum", "expr": "sum(x)"}
    assert list(rules.layers([reader, source])) == [[source], [reader]]
    with pytest.raises(SystemExit, match="read one another"):
        list(rules.layers([{"record": "a:x", "expr": "b:x"}, {"record": "b:x", "expr": "a:x"}]))
