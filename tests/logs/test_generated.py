"""Log shipping: what is generated for each choice, as far as it can be judged without the programs themselves."""

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
import yaml

from gw2mon import names
from gw2mon.compose_lint import lint
from gw2mon.generators import generate
from gw2mon.generators.logs.alloy_text import Attribute, Block, Reference, text_of
from tests.compose.reading import Files, faults, interpolated
from tests.grafana.judges import ask
from tests.logs.choices import CHOICES, data, every_choice, parsed, shop, texts
from tests.spec_editing import SMALLEST, model_of, report

GOLDEN = Path(__file__).parent / "golden"
SHOWN = ("logs/", names.COMPOSE_APPLICATION)


@every_choice
def test_to_the_byte(choice, update_golden):
    found = {path: text for path, text in texts(choice).items() if path.startswith(SHOWN)}
    whole = "".join(f"=== {path}\n{text}" for path, text in found.items())
    place = GOLDEN / f"{choice}.txt"
    if update_golden:
        place.parent.mkdir(exist_ok=True)
        place.write_text(whole)
    assert whole == place.read_text()


@every_choice
def test_everything_in_the_stack_finds_what_it_needs(choice):
    compose = interpolated(data(choice, names.COMPOSE))
    assert faults(Files(compose, texts(choice))) == []


@every_choice
def test_the_linter_of_compose_files_finds_nothing(choice):
    # Nothing mounts the tests of rules to be read, and they are long.
    read = (path for path in texts(choice) if not path.startswith(names.RULE_TESTS))
    files = {path: parsed(path, texts(choice)[path]) for path in read}
    said = {problem.message for problem in lint(files[names.COMPOSE], files)}
    # The applications themselves run elsewhere.
    assert said <= {"shop is no service", "stock is no service"}


def test_the_schema_of_compose_accepts_every_file(tmp_path):
    for choice in CHOICES:
        for path in (names.COMPOSE, names.COMPOSE_APPLICATION):
            if path in texts(choice):
                (tmp_path / f"{choice}-{path}").write_text(texts(choice)[path])
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", *tmp_path.iterdir()]
    told = subprocess.run(command, check=False, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout


def test_each_choice_runs_what_it_needs_and_nothing_else():
    usual = {"prometheus", "alertmanager", "grafana", "node-exporter"}
    ran = {choice: set(data(choice, names.COMPOSE)["services"]) - usual for choice in CHOICES}
    elk = {"elasticsearch", "kibana", "filebeat"}
    assert ran == {
        "loki": {"loki", "alloy"},
        "loki-docker": {"loki", "alloy", "docker-proxy"},
        "elk": elk,
        "cloudwatch": set(),
        "cloudwatch-files": {"fluent-bit"},
        "none": set(),
        "mixed": {"loki", "alloy", "docker-proxy"},
        "different": {"loki", "alloy", *elk},
    }


def test_only_a_spec_that_asks_for_it_gets_the_socket_and_then_a_proxy_that_only_answers_questions():
    mounting = {choice for choice in CHOICES if "docker.sock" in texts(choice)[names.COMPOSE]}
    assert mounting == {"loki-docker", "mixed"}
    services = interpolated(data("loki-docker", names.COMPOSE))["services"]
    assert [name for name, service in services.items() if "docker.sock" in str(service)] == ["docker-proxy"]
    in_reach = [name for name, service in services.items() if "docker-api" in service["networks"]]
    assert in_reach == ["alloy", "docker-proxy"]
    (pattern,) = (
        word.partition("=")[2] for word in services["docker-proxy"]["command"] if word.startswith("-allowGET")
    )
    asked = (
        "/_ping",
        "/v1.51/containers/json",
        "/v1.51/containers/4f1c/json",
        "/v1.51/containers/4f1c/logs",
        "/v1.51/networks",
    )
    refused = ("/v1.51/containers/4f1c/archive", "/v1.51/secrets", "/v1.51/containers/4f1c/exec", "/v1.51/images/json")
    assert all(re.fullmatch(pattern, path) for path in asked)
    assert not any(re.fullmatch(pattern, path) for path in refused)


def test_no_file_holds_a_password():
    for choice in CHOICES:
        for path, text in texts(choice).items():
            if path.startswith(SHOWN):
                assert not re.search(r"(?i)(password|token|api_key|secret)\s*[:=]", text), (choice, path)


# --- Loki ------------------------------------------------------------------------------------------------------------


def test_lines_are_kept_as_long_as_the_spec_of_their_service_says():
    limits = data("mixed", names.LOKI_CONFIG)["limits_config"]
    assert limits["retention_period"] == "2160h"
    assert limits["retention_stream"] == [{"selector": '{service_name="stock"}', "priority": 1, "period": "168h"}]
    assert data("loki", names.LOKI_CONFIG)["limits_config"]["retention_period"] == "720h"


def test_what_deletes_by_age_needs_is_there():
    config = data("loki", names.LOKI_CONFIG)
    (period,) = config["schema_config"]["configs"]
    assert (period["schema"], period["index"]["period"]) == ("v13", "24h")
    assert config["compactor"]["retention_enabled"] is True
    assert config["compactor"]["delete_request_store"] == "filesystem"


def test_three_labels_make_a_stream_and_what_has_many_values_is_metadata():
    alloy = texts("loki")[names.ALLOY_CONFIG]
    labels = re.search(r"stage\.labels \{\n\t\tvalues = \{(.*?)\}", alloy, re.DOTALL)
    metadata = re.search(r"stage\.structured_metadata \{\n\t\tvalues = \{(.*?)\}", alloy, re.DOTALL)
    assert re.findall(r"(\w+) +=", labels[1]) == ["level", "env"]
    assert {"request_id", "trace_id", "route"} <= set(re.findall(r"(\w+) +=", metadata[1]))


@pytest.mark.parametrize(
    ("text", "written"),
    [('a"b', r'"a\"b"'), ("a\\d", r'"a\\d"'), ("a\nb", r'"a\nb"'), ("é€", r'"\u00e9\u20ac"'), ("🙂", r'"\U0001f642"')],
)
def test_no_text_leaves_its_quotes(text, written):
    block = Block("a.b", "c", (Attribute("d", text), Attribute("e", {"f g": Reference("x.y")})))
    assert text_of([block]) == f'a.b "c" {{\n\td = {written}\n\te = {{\n\t\t"f g" = x.y,\n\t}}\n}}\n'


# --- what people look at ---------------------------------------------------------------------------------------------


def queries_of_panels(choice):
    dashboards = (json.loads(text) for path, text in texts(choice).items() if path.startswith(names.DASHBOARDS))
    panels = [panel for dashboard in dashboards for panel in dashboard["panels"]]
    return [target["expr"] for panel in panels if panel["type"] == "logs" for target in panel["targets"]]


def linked(choice):
    """What each link beside a line asks, for a value of x."""
    (loki,) = (one for one in data(choice, names.DATA_SOURCES_CONFIG)["datasources"] if one["type"] == "loki")
    for field in loki["jsonData"]["derivedFields"]:
        url = field["url"].replace("$$", "$").replace("${__value.raw}", "x")
        (panes,) = parse_qs(urlparse(url).query, strict_parsing=True)["panes"]
        (pane,) = json.loads(panes).values()
        yield field["name"], pane["queries"][0]["expr"]


def test_who_ships_to_loki_has_a_panel_and_a_data_source_and_nobody_else_has():
    for choice in CHOICES:
        has_loki = choice in ("loki", "loki-docker", "mixed", "different")
        kinds = {one["type"] for one in data(choice, names.DATA_SOURCES_CONFIG)["datasources"]}
        assert (bool(queries_of_panels(choice)), "loki" in kinds) == (has_loki, has_loki)
    asked = set(queries_of_panels("mixed"))
    assert asked == {f'{{service_name="{name}", level=~"warning|error|critical"}}' for name in ("shop", "stock")}


def test_grafana_s_own_parser_reads_every_query_of_logs_and_stumbles_over_a_broken_one():
    queries = [*queries_of_panels("mixed"), *(query for _, query in linked("mixed"))]
    assert dict(linked("mixed"))["request_id"] == '{service_name=~".+"} | request_id="x"'
    *good, bad = ask("logql.mjs", [*queries, '{service_name="shop"'])
    assert good == [[]] * len(queries)
    assert bad


# --- the application -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("choice", ["loki", "elk", "cloudwatch-files"])
def test_the_application_writes_where_the_collector_reads(choice):
    service = data(choice, names.COMPOSE_APPLICATION)["services"]["shop"]
    (mount,) = service["volumes"]
    collector = {"loki": "alloy", "elk": "filebeat", "cloudwatch-files": "fluent-bit"}[choice]
    (read,) = (one for one in data(choice, names.COMPOSE)["services"][collector]["volumes"] if isinstance(one, dict))
    written = service["environment"]["LOG_FILE"].replace(mount["target"], mount["source"])
    seen = written.replace(read["source"], read["target"])
    configuration = {
        "alloy": names.ALLOY_CONFIG, "filebeat": names.FILEBEAT_CONFIG, "fluent-bit": names.FLUENT_BIT_CONFIG
    }[collector]  # fmt: skip
    assert read["read_only"] is True
    assert re.sub(r"/[^/]+\.jsonl$", "/*.jsonl", seen) in texts(choice)[configuration]


def test_docker_never_waits_for_aws():
    logging = data("cloudwatch", names.COMPOSE_APPLICATION)["services"]["shop"]["logging"]
    assert logging["driver"] == "awslogs"
    assert logging["options"]["mode"] == "non-blocking"
    assert logging["options"]["awslogs-group"] == "/shops/backend"
    assert not any("multiline" in option or "datetime" in option for option in logging["options"])


def test_several_workers_find_a_folder_in_memory():
    spec = SMALLEST._replace(text=f"{SMALLEST.text}\nruntime: {{workers: multi}}\n")
    found = {artifact.path: artifact.text for artifact in generate(model_of(spec))}
    (service,) = yaml.safe_load(found[names.COMPOSE_APPLICATION])["services"].values()
    assert service["tmpfs"] == [f"{service['environment']['PROMETHEUS_MULTIPROC_DIR']}:size=64m"]


def test_without_anything_to_say_there_is_no_fragment():
    assert names.COMPOSE_APPLICATION not in texts("none")


# --- mistakes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("logs", "said"),
    [
        ("{ship-to: cloudwatch}", "CloudWatch needs a region, such as region: eu-west-1"),
        ("{ship-to: cloudwatch, region: Frankfurt}", "Frankfurt is no region of AWS"),
        ("{ship-to: cloudwatch, region: eu-west-3, group: my logs}", "my logs cannot be the name of a log group"),
        ("{ship-to: cloudwatch, region: eu-west-3, retention: 31d}", "for 31 days; the nearest that it can is 30d"),
        ("{ship-to: cloudwatch, region: eu-west-3, collect: docker}", "write driver or files"),
        ("{ship-to: loki, retention: 36h}", "logs are kept for whole days; write a retention such as 30d"),
        ("{ship-to: loki, retention: 10m}", "logs are kept for whole days"),
        ("{ship-to: loki, region: eu-west-3}", "only CloudWatch has a region and a group"),
        ("{ship-to: loki, collect: driver}", "logs for loki cannot be collected by driver; write files or docker"),
        ("{ship-to: elk, collect: docker}", "logs for elk cannot be collected by docker; write files"),
        ("{retention: 30d}", "nothing is shipped"),
    ],
)
def test_what_does_not_go_together_is_told_where_it_stands(logs, said):
    told = report(shop(f"logs: {logs}"))
    assert "GW108" in told
    assert said in told
