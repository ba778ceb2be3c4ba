"""`make stack`: the generated stack without containers comes up on loopback, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
import yaml

from gw2mon.generators import generate
from tests import tools
from tests.compose.test_compose import GUIDE
from tests.live.stack import answers, free_addresses, get, wait_until
from tests.spec_editing import model_of
from tests.tools import CHECKOUT

SERVICES = ("PROMETHEUS", "ALERTMANAGER", "NODE_EXPORTER")


@contextmanager
def started(folder, program):
    """The script while it runs, all that it said before it waits, and where each service listens."""
    places = dict(zip(SERVICES, free_addresses(len(SERVICES)), strict=True))
    ports = {f"{service}_PORT": place.rpartition(":")[2] for service, place in places.items()}
    path = os.pathsep.join([str(program.path.parent), os.environ["PATH"]])
    environment = {**os.environ, **ports, "PATH": path, "TMPDIR": str(folder), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, str(CHECKOUT / "tools/stack.py"), str(folder / "generated")]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        said = []
        assert process.stdout
        for line in process.stdout:
            said.append(line)
            if line.startswith("Ctrl-C"):
                break
        yield process, "".join(said), places
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


@pytest.fixture
def output(tmp_path):
    """The guide's stack as it lies in a checkout, with one of its secrets."""
    for artifact in generate(model_of(GUIDE)):
        place = tmp_path / "generated" / artifact.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(artifact.text)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/smtp_password").write_text("sesame")
    return tmp_path


@pytest.mark.live
@pytest.mark.usefixtures("the_others_are_there")
def test_the_stack_comes_up_without_containers_and_leaves_nothing(output, prometheus):
    with started(output, prometheus) as (process, said, places):
        assert "secrets/slack_webhook_url is missing" in said
        assert "smtp_password is missing" not in said
        assert "grafana is not started" in said
        for place in places.values():
            assert f"http://{place}\n" in said

        api = f"http://{places['PROMETHEUS']}/api/v1"
        groups = get(f"{api}/rules")["data"]["groups"]
        assert any(group["name"] == "gw2optimizer-alerts" for group in groups)
        wait_until("targets are found", 10, lambda: len(get(f"{api}/targets")["data"]["activeTargets"]) == 4)
        instances = {target["labels"]["instance"] for target in get(f"{api}/targets")["data"]["activeTargets"]}
        assert instances == {"localhost:9090", "alertmanager:9093", "host.docker.internal:8000", "node-exporter:9100"}
        told = get(f"http://{places['ALERTMANAGER']}/api/v2/status")["config"]["original"]
        assert str(output / "secrets/smtp_password") in told

        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    assert sorted(path.name for path in output.iterdir()) == ["generated", "secrets"]
    assert [place for place in places.values() if listens(place)] == []


@pytest.fixture
def the_others_are_there():
    for name in ("alertmanager", "node_exporter"):
        if complaint := tools.missing(name):
            pytest.fail(complaint, pytrace=False)


def listens(place):
    try:
        return answers(f"http://{place}/")
    except OSError:
        return False


def test_without_generated_files_it_says_what_to_do(tmp_path):
    command = [sys.executable, str(CHECKOUT / "tools/stack.py"), str(tmp_path)]
    told = subprocess.run(command, check=False, capture_output=True, text=True)
    assert told.returncode == 2
    assert "run `make generate` first" in told.stderr


def test_a_program_that_cannot_start_is_told_with_its_log_and_all_else_is_stopped(output, tmp_path):
    broken = output / "generated/prometheus/prometheus.yml"
    broken.write_text(yaml.safe_dump({**yaml.safe_load(broken.read_text()), "rule_files": ["rules/["]}))
    places = dict(zip(SERVICES, free_addresses(len(SERVICES)), strict=True))
    ports = {f"{service}_PORT": place.rpartition(":")[2] for service, place in places.items()}
    told = subprocess.run(
        [sys.executable, str(CHECKOUT / "tools/stack.py"), str(output / "generated")],
        check=False, capture_output=True, text=True, env={**os.environ, **ports, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert told.returncode == 1
    assert "prometheus does not start" in told.stderr
    assert "rules/[" in told.stderr
    assert [place for place in places.values() if listens(place)] == []
