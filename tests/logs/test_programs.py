"""Log shipping, judged by the programs: Alloy's parser, Compose's loader, and a Loki that runs."""

import json
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests

from gw2mon import names
from gw2mon.images import ALLOY, LOKI
from tests.live.stack import answers, free_addresses, get, wait_until
from tests.logs.choices import CHOICES, built, every_choice, run, texts
from tests.logs.test_generated import linked, queries_of_panels

pytestmark = pytest.mark.prove

APPLICATION = """\
services:
  shop:
    extends: {file: generated/docker-compose.application.yml, service: shop}
    image: registry.example.org/shop:1.4.2
    environment: {ENVIRONMENT: production}
    ports: ["127.0.0.1:8000:8000"]
"""


def written(folder: Path, choice: str) -> Path:
    """All files of a choice, as they lie in a checkout."""
    for path, text in texts(choice).items():
        place = folder / "generated" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return folder / "generated"


@pytest.mark.parametrize("choice", [choice for choice in CHOICES if names.ALLOY_CONFIG in texts(choice)])
def test_alloy_reads_its_configuration_and_would_write_it_the_same(choice, tmp_path):
    file = written(tmp_path, choice) / names.ALLOY_CONFIG
    told = run("alloy-syntax", file)
    assert (told.returncode, told.stdout) == (0, file.read_text()), told.stderr
    file.write_text(file.read_text().replace('"', "'", 1))
    assert run("alloy-syntax", file).returncode == 1


@every_choice
def test_compose_takes_the_stack(choice, tmp_path):
    told = run("compose-load", written(tmp_path, choice) / names.COMPOSE)
    assert told.returncode == 0, told.stderr
    assert set(json.loads(told.stdout)["services"]) >= {"prometheus", "grafana"}


def test_compose_refuses_a_limit_that_is_said_in_two_ways(tmp_path):
    """What the linter says of it is true."""
    file = written(tmp_path, "none") / names.COMPOSE
    file.write_text(
        file.read_text()
        .replace("          pids: 256\n", "", 1)
        .replace("    user:", "    pids_limit: 256\n    user:", 1)
    )
    assert "pids_limit" in run("compose-load", file).stderr


@pytest.mark.parametrize("choice", [choice for choice in CHOICES if names.COMPOSE_APPLICATION in texts(choice)])
def test_the_application_extends_the_fragment(choice, tmp_path):
    written(tmp_path, choice)
    (tmp_path / "docker-compose.yml").write_text(APPLICATION)
    told = run("compose-load", tmp_path / "docker-compose.yml")
    assert told.returncode == 0, told.stderr
    service = json.loads(told.stdout)["services"]["shop"]
    assert service["environment"]["ENVIRONMENT"] == "production"
    assert service["logging"]["driver"] == ("awslogs" if choice == "cloudwatch" else "json-file")
    for mount in service.get("volumes", ()):
        assert mount["source"] == str(tmp_path / "logs/shop")


@pytest.mark.parametrize("choice", [choice for choice in CHOICES if names.LOKI_CONFIG in texts(choice)])
def test_loki_takes_its_configuration_and_refuses_what_it_does_not_know(choice, tmp_path):
    file = written(tmp_path, choice) / names.LOKI_CONFIG
    told = run("loki", "-verify-config", f"--config.file={file}")
    assert told.returncode == 0, told.stderr
    file.write_text(file.read_text().replace("delete_request_store", "delete_requests_store"))
    assert run("loki", "-verify-config", f"--config.file={file}").returncode != 0


@contextmanager
def loki(folder: Path, choice: str):
    """The Loki of a choice, with its data and its ports elsewhere; gives its URL."""
    config = texts(choice)[names.LOKI_CONFIG]
    http, grpc = (address.rpartition(":")[2] for address in free_addresses(2))
    assert config.count("http_listen_port: 3100") == 1
    listening = {
        "http_listen_address": "127.0.0.1", "http_listen_port": http,
        "grpc_listen_address": "127.0.0.1", "grpc_listen_port": grpc,
    }  # fmt: skip
    lines = "\n  ".join(f"{name}: {value}" for name, value in listening.items())
    config = config.replace("http_listen_port: 3100", lines).replace(" /loki", f" {folder}/data")
    (folder / "loki.yml").write_text(config)
    with (folder / "loki.log").open("wb") as log:
        process = subprocess.Popen(
            [built("loki"), f"--config.file={folder}/loki.yml"],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            cwd=folder,
        )
    try:
        url = f"http://127.0.0.1:{http}"
        # A ring of one waits a while before it trusts itself.
        wait_until("Loki is ready", 60, lambda: process.poll() is None and is_there(f"{url}/ready"))
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def is_there(url):
    try:
        return answers(url)
    except OSError:
        return False


def push(url, labels, line, metadata):
    """What Alloy sends for one line."""
    stream = {"stream": labels, "values": [[str(time.time_ns()), line, metadata]]}
    answer = requests.post(f"{url}/loki/api/v1/push", json={"streams": [stream]}, timeout=10)
    assert answer.status_code == 204, answer.text


def found(url, query):
    answer = get(f"{url}/loki/api/v1/query_range?{urlencode({'query': query, 'since': '1h'})}")
    return sorted(value[1] for stream in answer["data"]["result"] for value in stream["values"])


def test_a_running_loki_answers_the_panel_and_the_link_and_is_healthy_to_who_asks(tmp_path):
    with loki(tmp_path, "loki") as url:
        common = {"service_name": "shop", "env": "production"}
        push(url, {**common, "level": "info"}, '{"event": "built"}', {"request_id": "r1"})
        push(url, {**common, "level": "error"}, '{"event": "failed"}', {"request_id": "r1"})
        push(url, {**common, "service_name": "stock", "level": "error"}, '{"event": "empty"}', {"request_id": "x"})
        push(url, {"service_name": "shop"}, "plain text of another program", {})

        (panel,) = queries_of_panels("loki")
        wait_until("the line is there", 10, lambda: found(url, panel))
        assert found(url, panel) == ['{"event": "failed"}']
        assert found(url, dict(linked("loki"))["request_id"]) == ['{"event": "empty"}']
        assert "plain text of another program" in found(url, '{service_name="shop"}')

        port = url.rpartition(":")[2]
        asked = [word.replace(str(LOKI.port), port) for word in LOKI.check]
        assert subprocess.run([built("loki"), *asked[1:]], check=False, timeout=20).returncode == 0
        # Alloy's way to ask, of whoever answers as it would.
        script = ALLOY.check[-1].replace(str(ALLOY.port), port).replace(ALLOY.health, LOKI.health)
        assert subprocess.run(["bash", "-c", script], check=False, timeout=20).returncode == 0
        missing = script.replace(LOKI.health, "/nowhere")
        assert subprocess.run(["bash", "-c", missing], check=False, timeout=20).returncode != 0
