"""Whole dashboards of old: places, data sources, variables, annotations, links, and that nothing else changes."""

import copy
import json

import pytest

from gw2mon.dashboard_lint import lint
from gw2mon.generators.grafana import canonical
from gw2mon.upgrading import NoDashboardError, upgrade
from tests.tools import CHECKOUT
from tests.upgrading import samples

MODERN = {path.stem: json.loads(path.read_text())
          for path in sorted((CHECKOUT / "generated/grafana/dashboards").rglob("*.json"))}  # fmt: skip
OF_STYLE = frozenset({
    "panel-title-description-rule", "panel-units-rule", "target-counter-agg-rule", "target-instance-rule",
    "target-job-rule", "target-rate-interval-rule", "template-datasource-rule", "template-instance-rule",
    "template-job-rule", "twin-panel", "uneditable-dashboard", "unused-variable",
})  # fmt: skip
"""What the linter says of the old dashboards themselves, and no upgrade may change."""
every_sample = pytest.mark.parametrize("old", samples.EVERY.values(), ids=samples.EVERY)


def queries(value):
    """Every query, wherever it stands."""
    if isinstance(value, dict):
        own = [value["expr"]] if isinstance(value.get("expr"), str) else []
        return [*own, *(query for inner in value.values() for query in queries(inner))]
    return [query for inner in value for query in queries(inner)] if isinstance(value, list) else []


def places(dashboard):
    return [(panel["title"], *(panel["gridPos"][key] for key in "xywh")) for panel in dashboard["panels"]]


def messages(old, kind):
    return [note.message for note in upgrade(old).notes if note.kind == kind]


# --- nothing changes that is of today, and nothing else of what is old -----------------------------------------------


@pytest.mark.parametrize("name", MODERN)
def test_a_dashboard_of_today_stays_as_it_is(name):
    assert upgrade(MODERN[name]) == (MODERN[name], ())


@pytest.mark.parametrize("name", MODERN)
def test_a_dashboard_of_today_that_says_it_is_older_becomes_itself_again(name):
    found = upgrade({**MODERN[name], "schemaVersion": 30})
    assert found.data == MODERN[name]
    assert [note.message for note in found.notes] == ["schema 30 becomes 42"]


@every_sample
def test_an_upgraded_dashboard_needs_no_upgrade(old):
    once = upgrade(old).data
    assert upgrade(once) == (once, ())


@every_sample
def test_the_old_dashboard_is_not_touched_and_the_bytes_are_always_the_same(old):
    before = copy.deepcopy(old)
    assert canonical.dump(upgrade(old).data) == canonical.dump(upgrade(json.loads(json.dumps(old))).data)
    assert old == before


@every_sample
def test_queries_stay_as_they_are(old):
    assert sorted(queries(upgrade(old).data)) == sorted(queries(old))


@every_sample
def test_the_linter_finds_nothing_but_what_was_there_before(old):
    assert [problem for problem in lint(upgrade(old).data) if problem.code not in OF_STYLE] == []


# --- places


def test_rows_become_headings_and_panels_stand_on_the_grid():
    found = upgrade(samples.GRAFANA_4).data
    assert places(found) == [
        ("Traffic", 0, 0, 24, 1),
        ("Requests", 0, 1, 16, 8),
        ("Instances up", 16, 1, 8, 8),
        ("Disk used", 0, 9, 8, 8),
        ("Notes", 0, 17, 24, 1),
    ]
    assert [row["collapsed"] for row in found["panels"] if row["type"] == "row"] == [False, True]
    assert places(found["panels"][-1]) == [("Read this", 0, 18, 24, 3)]


def test_rows_without_titles_leave_no_headings():
    rows = [{"panels": [{**samples.NOTE, "id": number, "span": 6}]} for number in (1, 2)]
    found = upgrade({"title": "Bare", "schemaVersion": 12, "rows": rows}).data
    assert [place[1:] for place in places(found)] == [(0, 0, 12, 3), (0, 3, 12, 3)]


def test_panels_of_one_place_and_of_one_id_are_told_apart():
    found = upgrade(samples.EXPORTED)
    assert places(found.data) == [("Up", 0, 0, 24, 8), ("Up again", 0, 8, 24, 8)]
    assert [panel["id"] for panel in found.data["panels"]] == [1, 2]
    assert '"Up again" moves down: another stood in its place' in [note.message for note in found.notes]


def test_panels_are_listed_in_the_order_in_which_they_are_read():
    found = upgrade(samples.GRAFANA_6).data
    assert [panel["title"] for panel in found["panels"]] == ["All", "Errors", "Memory", "More"]


# --- data sources ----------------------------------------------------------------------------------------------------

CHOSEN = {"type": "prometheus", "uid": "${datasource}"}


def test_a_name_becomes_a_variable_that_chooses_it():
    found = upgrade(samples.GRAFANA_4).data
    variable = found["templating"]["list"][0]
    assert (variable["name"], variable["type"], variable["query"]) == ("datasource", "datasource", "prometheus")
    assert variable["current"] == {"text": "Prometheus", "value": "Prometheus"}
    assert found["panels"][1]["datasource"] == CHOSEN
    assert [target["datasource"] for target in found["panels"][1]["targets"]] == [CHOSEN, CHOSEN]
    assert found["templating"]["list"][1]["datasource"] == CHOSEN
    assert found["annotations"]["list"][1]["datasource"] == CHOSEN


def test_two_names_become_two_variables_unless_it_is_said_which_prometheus_it_is():
    panel = {"type": "graph", "title": "G", "targets": [{"expr": "up", "refId": "A"}]}
    old = samples.board({**panel, "datasource": "Main"}, {**panel, "datasource": "Old one"}, panel)
    found = upgrade(old).data
    assert [each["name"] for each in found["templating"]["list"]] == [
        "datasource", "datasource_old_one", "datasource_default",
    ]  # fmt: skip
    assert [panel["datasource"]["uid"] for panel in found["panels"]] == [
        "${datasource}", "${datasource_old_one}", "${datasource_default}",
    ]  # fmt: skip
    known = upgrade(old, "main-prometheus").data
    assert [each["current"]["value"] for each in known["templating"]["list"]] == ["main-prometheus"]
    assert {panel["datasource"]["uid"] for panel in known["panels"]} == {"${datasource}"}


def test_a_variable_that_chose_the_data_source_still_does():
    found = upgrade(samples.GRAFANA_6).data
    assert found["panels"][1]["datasource"] == {"type": "prometheus", "uid": "${source}"}
    assert [each["name"] for each in found["templating"]["list"]] == ["source"]


def test_inputs_of_an_export_become_a_variable():
    found = upgrade(samples.EXPORTED).data
    assert "__inputs" not in found
    assert [(each["name"], each["query"]) for each in found["templating"]["list"]] == [("datasource", "prometheus")]
    assert found["panels"][0]["datasource"] == CHOSEN


def test_a_variable_that_nobody_declared_is_declared_under_its_name():
    targets = [{"expr": "up", "refId": "A"}]
    old = samples.board({"type": "graph", "title": "G", "datasource": "$cluster_prometheus", "targets": targets})
    found = upgrade(old).data
    (variable,) = found["templating"]["list"]
    assert (variable["name"], variable["current"]["value"]) == ("cluster_prometheus", "default")
    assert found["panels"][0]["datasource"]["uid"] == "${cluster_prometheus}"


def test_mixed_queries_keep_their_own_sources():
    targets = [{"expr": "up", "refId": "A", "datasource": "P"}, {"target": "a.b", "refId": "B", "datasource": "G"}]
    old = samples.board({"type": "graph", "title": "G", "datasource": "-- Mixed --", "targets": targets})
    (panel,) = upgrade(old).data["panels"]
    assert panel["datasource"] == {"type": "datasource", "uid": "-- Mixed --"}
    assert [target["datasource"] for target in panel["targets"]] == [CHOSEN, {"type": "graphite", "uid": "${graphite}"}]


# --- beside the panels -----------------------------------------------------------------------------------------------


def test_the_head_of_a_dashboard():
    found = upgrade(samples.GRAFANA_4).data
    assert {key: found[key] for key in ("uid", "id", "schemaVersion", "graphTooltip", "refresh", "version",
                                        "tags")} == {
        "uid": "shop", "id": None, "schemaVersion": 42, "graphTooltip": 1, "refresh": "30s", "version": 7,
        "tags": ["shop"],
    }  # fmt: skip
    assert found["time"] == {"from": "now-3h", "to": "now"}
    assert found["timepicker"] == {"refresh_intervals": ["10s", "30s", "1m"]}
    assert {"rows", "style", "hideControls", "sharedCrosshair", "gnetId"}.isdisjoint(found)


def test_an_envelope_is_taken_off_and_its_folder_told():
    found = upgrade(samples.ENVELOPE)
    assert found.data == {**upgrade(samples.GRAFANA_4).data, "uid": "shop-1"}
    assert 'the folder "Services" is not part of a dashboard' in messages(samples.ENVELOPE, "lost")
    assert all(note.path.startswith(("dashboard", "meta")) for note in found.notes)
    wrapped = {"apiVersion": "dashboard.grafana.app/v1", "kind": "Dashboard", "metadata": {}, "spec": samples.GRAFANA_4}
    assert upgrade(wrapped).data == upgrade(samples.GRAFANA_4).data


def test_variables_follow_the_time_and_have_a_selection():
    _, job, zone = upgrade(samples.GRAFANA_4).data["templating"]["list"]
    assert job["query"]["query"] == job["definition"] == "label_values(up, job)"
    assert (job["refresh"], job["current"]) == (2, {"text": ["All"], "value": ["$__all"]})
    assert zone["current"] == {"text": "b", "value": "b"}
    assert "the variable job follows the time that is shown" in messages(samples.GRAFANA_4, "changed")


def test_a_variable_with_a_format_of_old_loses_it():
    variable = {
        "type": "query",
        "name": "job",
        "query": "label_values(job)",
        "allFormat": "regex values",
        "refresh": True,
    }
    old = samples.board(templating={"list": [variable]})
    assert messages(old, "lost") == ["the variable job loses allFormat"]


def test_annotations_ask_where_grafana_looks():
    own, restarts = upgrade(samples.GRAFANA_4).data["annotations"]["list"]
    assert own["builtIn"] == 1
    assert restarts == {
        "datasource": CHOSEN, "enable": True, "iconColor": "rgba(255, 96, 96, 1)", "name": "Restarts", "tagKeys": "job",
        "target": {"expr": "changes(process_start_time_seconds[1m]) > 0", "interval": "30s", "refId": "Anno"},
        "titleFormat": "restart",
    }  # fmt: skip
    deploys = upgrade(samples.GRAFANA_6).data["annotations"]["list"][1]
    assert deploys["target"] == {"limit": 50, "matchAny": False, "tags": ["deploy"], "type": "tags"}


def test_an_annotation_with_an_empty_target_keeps_its_query():
    entry = {"name": "Deploys", "datasource": "P", "enable": True, "expr": "changes(build_info[1m])", "target": {}}
    found = upgrade(samples.board(annotations={"list": [entry]})).data["annotations"]["list"][1]
    assert found["target"]["expr"] == "changes(build_info[1m])"


def test_a_choice_of_data_sources_without_a_selection_takes_the_default():
    variable = {"type": "datasource", "name": "logs", "query": "loki", "refresh": 1}
    (found,) = upgrade(samples.board(templating={"list": [variable]})).data["templating"]["list"]
    assert found["current"] == {"text": "default", "value": "default"}


def test_links_name_an_address_and_no_longer_a_dashboard():
    errors = upgrade(samples.GRAFANA_6).data["panels"][1]
    assert errors["links"][0]["url"] == "/dashboard/db/shop-details?var-zone=a&$__url_time_range"
    assert 'the link names the dashboard "Shop Details"' in messages(samples.GRAFANA_6, "look")
    others = upgrade(samples.GRAFANA_4).data["links"][0]
    assert (others["type"], others["tags"], others["asDropdown"]) == ("dashboards", ["shop"], True)


def test_a_rate_over_the_interval_is_told_and_left():
    assert messages(samples.GRAFANA_4, "look") == [
        "a rate over $__interval has gaps when one looks closely; it is left as it is"
    ]


# --- what is broken --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data", [None, [], "x", 5, {}, {"title": "x"}, {"dashboard": [1]}, {"elements": {}, "layout": {}},
             {"apiVersion": "dashboard.grafana.app/v2", "spec": {"panels": []}}],
)  # fmt: skip
def test_what_is_no_classic_dashboard_is_said_to_be_none(data):
    with pytest.raises(NoDashboardError):
        upgrade(data)


WRONG = (None, 5, "x", [], {}, [5], True, -1.5, [[]], [{}], {"a": 5}, "", 1e300, "${x}")


def ways(value, way=()):
    yield way
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from ways(inner, (*way, key))


def put(value, way, wrong):
    """A copy in which something else stands at one place; only what lies on the way is copied."""
    if not way:
        return wrong
    found = value.copy()
    found[way[0]] = put(value[way[0]], way[1:], wrong)
    return found


@pytest.mark.parametrize("name", ["Grafana 4", "Grafana 6", "tables"])
def test_whatever_is_broken_somewhere_the_rest_is_carried_over(name):
    old = samples.EVERY[name]
    deep = [way for way in ways(old) if len(way) > 1]
    broken = [put(old, way, WRONG[number % len(WRONG)]) for number, way in enumerate(deep[::2])]
    for data in broken:
        once = upgrade(data).data
        assert upgrade(once).notes == ()


@pytest.mark.parametrize(
    ("key", "value"), [("description", True), ("maxDataPoints", True), ("transparent", "yes"), ("repeat", 5)]
)
def test_a_value_of_another_type_is_left_out_and_told(key, value):
    old = samples.board({"type": "text", "title": "T", "mode": "markdown", "content": "x", key: value})
    assert key not in upgrade(old).data["panels"][0]
    assert any(key in message for message in messages(old, "lost"))


def test_what_is_no_list_and_what_is_no_record_is_told():
    old = samples.board({"type": "graph", "title": "G", "targets": "up"}, templating=[], tags="a")
    assert messages(old, "lost") == [
        "targets is a list in every dashboard, and here it is not",
        "templating is a record in every dashboard, and here it is not",
        "tags is a list in every dashboard, and here it is not",
    ]
