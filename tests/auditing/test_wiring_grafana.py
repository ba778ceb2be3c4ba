"""Grafana's provisioning: dashboards that it takes from files, and the data sources that they ask."""

import json

import pytest

from tests.auditing.estates import linting, wiring

COMPOSE = """\
services:
  grafana:
    image: grafana/grafana:12.0.0
    volumes:
      - ./grafana/provisioning:/etc/grafana/provisioning:ro
      - ./grafana/dashboards:/var/lib/grafana/dashboards:ro
      - data:/var/lib/grafana
  prometheus:
    image: prom/prometheus:v3.5.0
volumes: {data: }
"""
SOURCES = """\
apiVersion: 1
datasources:
  - name: Prometheus
    type: prometheus
    url: http://prometheus:9090
    isDefault: true
"""
PROVIDERS = """\
apiVersion: 1
providers:
  - name: files
    type: file
    folder: Shop
    options: {path: /var/lib/grafana/dashboards}
"""
MADE_OF_THE_NAME = "PBFA97CFB590B2093"
"""The uid that Grafana gives a data source called Prometheus which says none."""
SOURCES_AT = "grafana/provisioning/datasources/all.yml"
BOARD = "grafana/dashboards/shop.json"


def board(title="Shop", uid="shop", source=None, **more):
    panel = {"title": "Load", "type": "timeseries", "datasource": source, "targets": [{"expr": "up", "refId": "A"}]}
    return {"title": title, "uid": uid, "panels": [panel], **more}


def stack(*boards, compose=COMPOSE, sources=SOURCES, providers=PROVIDERS, **others):
    names = (BOARD, "grafana/dashboards/more.json")
    found = {
        "compose.yml": compose,
        SOURCES_AT: sources,
        "grafana/provisioning/dashboards/all.yml": providers,
        **others,
    }
    texts = {name: json.dumps(data, indent=1) for name, data in zip(names, boards, strict=False)}
    return {path: text for path, text in {**found, **texts}.items() if text}


@pytest.mark.parametrize("source", [
    None, "Prometheus", "default", {"type": "prometheus", "uid": MADE_OF_THE_NAME},
    {"type": "prometheus", "uid": "${source}"},
    {"type": "datasource", "uid": "grafana"}, "-- Mixed --", {"type": "prometheus", "uid": "Prometheus"},
])  # fmt: skip
def test_a_dashboard_that_asks_what_is_there_has_no_findings(source):
    assert wiring(stack(board(source=source))) == []


def test_a_data_source_that_is_not_provisioned_is_told_once_at_its_place():
    found = wiring(stack(board(source={"type": "prometheus", "uid": "prometeus"})))
    assert found == [f"{BOARD}:8 GW734 warning no data source prometeus is provisioned | shows nothing"]


def test_without_provisioned_sources_nobody_knows_which_there_are():
    assert wiring(stack(board(source="Thanos"), sources="")) == []


def test_a_default_that_nobody_is_is_told():
    sources = SOURCES.replace("    isDefault: true\n", "")
    assert wiring(stack(board(), sources=sources)) == [
        (
            f"{BOARD}:5 GW734 warning the panel asks the default data source, and none that is provisioned is the"
            " default | shows nothing"
        )
    ]
    assert wiring(stack(board(source="Prometheus"), sources=sources)) == []


def test_two_defaults_keep_grafana_from_starting():
    sources = SOURCES + SOURCES.split("datasources:\n")[1].replace("Prometheus", "Thanos")
    assert wiring(stack(board(), sources=sources)) == [
        f"{SOURCES_AT}:10 GW733 error Thanos is the default data source, and Prometheus is as well | shows nothing"
    ]
    assert wiring(stack(board(), sources=sources.replace("Thanos\n", "Thanos\n    orgId: 2\n"))) == []


def test_a_kind_of_data_source_in_other_letters_is_told_once():
    files = stack(board(), sources=SOURCES.replace("type: prometheus", "type: Prometheus"))
    assert wiring(files) == [
        f"{SOURCES_AT}:4 GW734 error Grafana has no kind of data source Prometheus; prometheus is one | shows nothing"
    ]
    assert [line for line in linting(files) if "GW631" in line and "bad-data-source" in line] == []


def test_an_address_in_the_container_of_grafana_is_told():
    files = stack(board(), sources=SOURCES.replace("prometheus:9090", "localhost:9090"))
    assert [line for line in linting(files) if "GW631" in line and "localhost" in line] == [
        f"{SOURCES_AT}:5 GW631 warning localhost is the container of grafana [asks-itself] | shows nothing"
    ]
    built = COMPOSE.replace("image: grafana/grafana:12.0.0", "build: ./grafana")
    files = stack(board(), compose=built, sources=SOURCES.replace("prometheus:9090", "localhost:9090"))
    assert wiring(files) == [
        f"{SOURCES_AT}:5 GW734 warning localhost leads back to the container of Grafana | shows nothing"
    ]


def test_the_envelope_of_the_http_api_is_refused_where_a_provider_loads_it():
    envelope = {"dashboard": board(), "overwrite": True}
    assert wiring(stack(envelope)) == [
        (
            f"{BOARD}:2 GW733 error the dashboard lies inside of the envelope of the HTTP API, and Grafana finds no"
            " title | shows nothing"
        )
    ]
    assert wiring({"export.json": json.dumps(envelope), SOURCES_AT: SOURCES}) == []


def test_placeholders_of_an_export_are_told_where_a_provider_loads_it():
    shared = board(source={"type": "prometheus", "uid": "${DS_PROMETHEUS}"}, __inputs=[{"name": "DS_PROMETHEUS"}])
    assert wiring(stack(shared)) == [
        (
            f"{BOARD}:8 GW734 error ${{DS_PROMETHEUS}} is filled in when somebody imports the dashboard, and not"
            " when it is provisioned | shows nothing"
        )
    ]
    assert wiring({"export.json": json.dumps(shared)}) == []
    chosen = {**shared, "templating": {"list": [{"name": "DS_PROMETHEUS", "type": "datasource"}]}}
    assert wiring(stack(chosen)) == []


@pytest.mark.parametrize(("second", "said"), [
    (board(title="More"), "GW733 warning shop.json has the uid shop as well"),
    (board(uid="more"), "GW733 warning shop.json is called Shop as well, in the same folder"),
])  # fmt: skip
def test_two_dashboards_that_grafana_cannot_tell_apart_are_told(second, said):
    (line,) = wiring(stack(board(), second))
    assert line.startswith("grafana/dashboards/more.json:")
    assert said in line


def test_two_dashboards_of_one_title_may_lie_in_two_folders():
    files = stack(board(), providers=PROVIDERS.replace("dashboards}", "dashboards, foldersFromFilesStructure: true}"))
    files["grafana/dashboards/more/shop.json"] = json.dumps(board(uid="more"))
    assert wiring(files) == []


def test_a_dashboard_that_no_provider_loads_is_told():
    files = stack(board(), **{"old/shop.json": json.dumps(board(title="Old", uid="old"))})
    assert wiring(files) == [
        "old/shop.json:1 GW733 warning no provider of Grafana loads the dashboard Old | shows nothing"
    ]
    assert wiring({**files, "compose.yml": "services: {web: {image: 'x:1'}}\n"}) == []


def test_a_provider_of_an_empty_folder_is_told():
    files = stack(**{"grafana/dashboards/README.md": "none yet"})
    assert wiring(files) == [
        (
            "grafana/provisioning/dashboards/all.yml:6 GW733 warning in the folder that Grafana sees at"
            " /var/lib/grafana/dashboards there is no dashboard | shows nothing"
        )
    ]


def test_a_provider_without_a_compose_file_is_followed_by_the_names_of_folders():
    files = stack({"dashboard": board()}, compose="")
    (line,) = wiring(files)
    assert "GW733 warning the dashboard lies inside of the envelope" in line


def test_a_library_panel_is_told_where_nothing_brings_it_along():
    data = board()
    data["panels"][0]["libraryPanel"] = {"uid": "abc", "name": "Load"}
    assert wiring(stack(data)) == [
        f"{BOARD}:15 GW734 warning Load is a library panel, which no file brings along | shows nothing"
    ]
    assert wiring(stack({**data, "__elements": {"abc": {}}})) == []


def test_a_number_of_another_grafana_is_a_matter_of_style():
    assert wiring(stack(board(id=7))) == [
        f"{BOARD}:17 GW733 warning id is the number of another Grafana, and does not count here | style"
    ]
    assert wiring(stack(board(id=None))) == []
