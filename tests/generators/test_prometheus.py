"""prometheus.yml, rule files and unit tests, read by people and by every promtool there is."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from gw2mon import names
from gw2mon.artifacts import origin
from gw2mon.finding import Position
from gw2mon.generators import prometheus
from gw2mon.model import Model
from tests.generators import sample

FILES = {artifact.path: artifact for artifact in prometheus.generate(sample.MODEL)}


@pytest.fixture
def written(tmp_path):
    """The generated files on disk, with the secret that promtool looks for beside them."""
    token = tmp_path / "token"
    token.write_text("secret")
    for artifact in FILES.values():
        target = tmp_path / artifact.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(artifact.text.replace("/run/secrets/token", str(token)))
    return tmp_path


def config(model=sample.MODEL):
    return yaml.safe_load(prometheus.config.generate(model).text)


def scrape_config(name):
    return next(item for item in config()["scrape_configs"] if item["job_name"] == name)


def test_prometheus_accepts_its_configuration(written, promtool):
    # Debian builds its promtool without Kubernetes: there the same job is found by HTTP.
    path = written / names.PROMETHEUS_CONFIG
    path.write_text(path.read_text().replace("kubernetes_sd_configs:\n      - role: pod",
                                             'http_sd_configs:\n      - url: "http://example.org/"'))  # fmt: skip
    ran = promtool.run("check", "config", "--lint=all", "--lint-fatal", path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "2 rule files found" in ran.stdout


@pytest.mark.parametrize("owner", ["stack", "gw2optimizer"])
def test_prometheus_accepts_the_rules(owner, written, promtool):
    ran = promtool.run("check", "rules", "--lint=all", "--lint-fatal", written / names.rules_path(owner))
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_unit_tests_pass(written, promtool):
    # Days are simulated once, by the newest promtool; see test_days.
    paths = [written / path for path in FILES if "/tests/" in path and "15m" not in path]
    ran = promtool.run("test", "rules", *paths)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "WARNING" not in ran.stdout + ran.stderr


@pytest.mark.prove
def test_days(written, promtool):
    ran = promtool.run("test", "rules", written / names.rule_tests_path("gw2optimizer", "15m"))
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_rule_file_of_the_configuration_is_generated():
    listed = config()["rule_files"]
    assert [f"prometheus/{path}" for path in listed] == [names.rules_path("stack"), names.rules_path("gw2optimizer")]
    assert {f"prometheus/{path}" for path in listed} <= set(FILES)


def test_rules_that_are_not_wanted_are_not_loaded():
    model = Model((sample.service(outputs=("python",)),), sample.stack())
    assert config(model)["rule_files"] == ["rules/stack.yml"]


def test_external_labels_are_not_expanded_from_the_environment():
    assert config()["global"]["external_labels"] == {"cluster": "prod", "money": "$$HOME"}


def test_a_plain_job_is_plain():
    assert scrape_config("gw2optimizer") == {
        "job_name": "gw2optimizer", "static_configs": [{"targets": ["backend:8000"]}],
    }  # fmt: skip


def test_fixed_labels_stand_with_the_targets():
    assert scrape_config("node")["static_configs"] == [{"targets": ["n:9100"], "labels": {"zone": "a$b"}}]


def test_a_probed_target_is_a_parameter_and_the_instance():
    probed = scrape_config("site")
    assert (probed["metrics_path"], probed["params"]) == ("/probe", {"module": ["http_2xx"]})
    assert probed["relabel_configs"][1:] == [
        {"source_labels": ["__param_target"], "target_label": "instance"},
        {"target_label": "__address__", "replacement": "blackbox:9115"},
    ]


def test_discovered_targets_get_their_fixed_labels_by_relabelling():
    found = scrape_config("pods")
    assert found["kubernetes_sd_configs"] == [{"role": "pod"}]
    assert found["relabel_configs"] == [
        {"source_labels": ["__meta_kubernetes_pod_name"], "target_label": "pod"},
        {"target_label": "tier", "replacement": "web"},
    ]
    assert found["authorization"] == {"type": "Bearer", "credentials_file": "/run/secrets/token"}
    assert found["honor_labels"] is True


def test_a_rule_reads_as_a_person_would_write_it():
    text = FILES[names.rules_path("gw2optimizer")].text
    assert (
        """\
      - alert: HighErrorRate
        expr: gw2optimizer:requests_bad:ratio_rate5m > 0.05
        for: 5m
        labels:
          service: gw2optimizer
          team: backend
          severity: critical
          signal: requests
"""
        in text
    )


def test_every_rule_leads_back_to_its_line_in_the_spec():
    artifact = FILES[names.rules_path("gw2optimizer")]
    lines = artifact.text.splitlines()
    numbers = [number for number, line in enumerate(lines, 1) if "alert: HighErrorRate" in line]
    written = [Position(sample.SPEC, line, 5) for line in (40, 41)]
    assert [origin(artifact, number) for number in numbers] == written


def test_an_owner_without_rules_has_no_files():
    model = Model((sample.service(groups=()),), sample.stack(groups=()))
    assert [artifact.path for artifact in prometheus.generate(model)] == [names.PROMETHEUS_CONFIG]
    assert "rule_files" not in config(model)


def test_keep_firing_for_and_group_intervals_are_written():
    group = sample.service().groups[0]
    rule = sample.ALERTS[0]._replace(keep_firing=10 * sample.MINUTE)
    record = sample.RECORDS[0]._replace(labels=(("a", "b"),))
    changed = sample.service(groups=(group._replace(interval=30_000, rules=(record, rule)),))
    (made,) = prometheus.rules.generate(Model((changed,), sample.stack(groups=())))
    (written_group,) = yaml.safe_load(made.text)["groups"]
    assert written_group["interval"] == "30s"
    assert written_group["rules"][0]["labels"] == {"a": "b"}
    assert written_group["rules"][1]["keep_firing_for"] == "10m"


def test_unit_tests_lie_beside_their_rules():
    for path, artifact in FILES.items():
        if "/tests/" in path:
            (rules,) = yaml.safe_load(artifact.text)["rule_files"]
            assert str((Path("/") / path).parent.joinpath(rules).resolve()) == f"/{names.rules_path(artifact.owner)}"
