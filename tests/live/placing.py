"""The reference spec moved to this machine: its targets, its receivers and its secrets, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import yaml

from gw2mon import names, project
from gw2mon.generators import generate
from gw2mon.loader import load
from tests.live.scaling import scaled
from tests.live.sinks import DEADMAN, PAGERDUTY, SLACK
from tests.tools import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gw2mon.model import Job, Model
    from tests.live.sinks import Sinks

SPEC = CHECKOUT / "specs/gw2optimizer.yaml"


class Addresses(NamedTuple):
    """host:port of every program."""

    app: str
    node: str
    prometheus: str
    alertmanager: str


class Login(NamedTuple):
    """Who may send mail, and the keys of the vendors: each lies in a file of its own."""

    mail_user: str = "alerts"
    mail_password: str = "sesame"
    routing_key: str = "a-routing-key"


def compiled(folder: Path, addresses: Addresses, sinks: Sinks, workers: str = "single") -> Model:
    """The Model of the reference spec, moved here and scaled; whatever gw2mon finds wrong with it fails the test."""
    text = moved(SPEC.read_text(encoding="utf-8"), folder / "secrets", addresses, sinks)
    text += f"runtime: {{workers: {workers}}}\n"
    (folder / "spec.yaml").write_text(text, encoding="utf-8")
    loaded = load(text.encode(), "spec.yaml")
    assert loaded.source is not None, loaded.findings
    model, findings = project.analyse([loaded.source])
    errors = [finding for finding in (*loaded.findings, *findings) if finding.severity == "error"]
    assert not errors, errors
    return scaled(_watching_itself_at(addresses.prometheus, model))


def written(folder: Path, model: Model, sinks: Sinks, login: Login) -> Path:
    """Every file of the stack, as `gw2mon generate` writes it, with the secrets beside it."""
    generated = folder / "generated"
    for path, text in _files(model, sinks):
        place = generated / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    secrets = folder / "secrets"
    secrets.mkdir()
    (secrets / "pagerduty").write_text(f"{login.routing_key}\n", encoding="utf-8")
    (secrets / "slack").write_text(f"{sinks.url(SLACK)}\n", encoding="utf-8")
    (secrets / "mail").write_text(login.mail_password, encoding="utf-8")
    return generated


def moved(text: str, secrets: Path, addresses: Addresses, sinks: Sinks) -> str:
    """The spec with its addresses replaced; a dead man's switch is added, to see that alerting works at all."""
    # The proofs of the spec name its targets too.
    spec = yaml.safe_load(text.replace("node-exporter:9100", addresses.node))
    spec["scrape"]["gw2optimizer"]["targets"] = [addresses.app]
    # A day is a minute or two here, too short for what SLOs look back on; promtool proves their alerts.
    for slo in spec["slos"].values():
        slo["alerting"] = {"page": False, "ticket": False, "exhausted": False, "no-data": "none"}
    spec["stack"]["alertmanagers"] = [addresses.alertmanager]
    notify = spec["notify"]
    receivers = notify["receivers"]
    receivers["oncall"]["pagerduty"]["routing-key-file"] = str(secrets / "pagerduty")
    receivers["chat"]["slack"]["api-url-file"] = str(secrets / "slack")
    receivers["mail"]["email"] |= {
        "smarthost": sinks.smarthost,
        "auth-password-file": str(secrets / "mail"),
        "require-tls": False,
    }
    receivers["deadman"] = {"webhook": {"url": sinks.url(DEADMAN)}}
    notify["watchdog"] = "deadman"
    return yaml.safe_dump(spec, sort_keys=False, allow_unicode=True)


def _watching_itself_at(address: str, model: Model) -> Model:
    def own(job: Job) -> Job:
        return job._replace(targets=(address,)) if job.name == "prometheus" else job

    return model._replace(stack=model.stack._replace(jobs=tuple(own(job) for job in model.stack.jobs)))


def _files(model: Model, sinks: Sinks) -> Iterator[tuple[str, str]]:
    for artifact in generate(model):
        is_config = artifact.path == names.ALERTMANAGER_CONFIG
        yield artifact.path, with_pagerduty_at(sinks.url(PAGERDUTY), artifact.text) if is_config else artifact.text


def with_pagerduty_at(url: str, config: str) -> str:
    """alertmanager.yml with another place for PagerDuty: the only one of its addresses that no spec can name."""
    return yaml.safe_dump({"global": {"pagerduty_url": url}, **yaml.safe_load(config)}, sort_keys=False)


def without_rules(config: str) -> str:
    """prometheus.yml of a Prometheus that only scrapes."""
    return yaml.safe_dump({**yaml.safe_load(config), "rule_files": []}, sort_keys=False)
