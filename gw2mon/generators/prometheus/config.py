"""prometheus.yml: what is scraped, which rules are evaluated, and where alerts go.

Only what Prometheus 2.42 and 3 both accept. Rule files are listed by name, because a pattern that matches nothing is no
error to Prometheus: it would run without a single rule and say nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import names
from gw2mon.generators import is_wanted, outputs_of
from gw2mon.generators.prometheus.rules import rule_files, slo_rule_files
from gw2mon.promql import format_duration
from gw2mon.yamltext import Part, artifact

if TYPE_CHECKING:
    from gw2mon.artifacts import Artifact
    from gw2mon.model import Job, Model, Probe, Stack

_FOLDER = "prometheus/"


def generate(model: Model) -> Artifact:
    """The configuration of the one Prometheus that all services share."""
    stack = model.stack
    jobs = (*stack.jobs, *(job for service in model.services for job in service.jobs))
    sections = {
        "global": _global(stack),
        "alerting": _alerting(stack),
        # Parts, because lists of them are written one to a line: so branches of two teams merge.
        "rule_files": [Part(path) for path in _rule_files(model)],
        "scrape_configs": [Part(_scrape_config(job), job.origin) for job in jobs],
    }
    return artifact(
        names.PROMETHEUS_CONFIG, names.STACK, stack.spec, {key: value for key, value in sections.items() if value}
    )


def _global(stack: Stack) -> dict[str, Any]:
    # Prometheus expands $NAME in external labels from its environment; a doubled dollar stands for itself.
    labels = {name: value.replace("$", "$$") for name, value in stack.external_labels}
    return {
        "scrape_interval": format_duration(stack.interval),
        "scrape_timeout": format_duration(stack.timeout),
        "evaluation_interval": format_duration(stack.evaluation),
        **({"external_labels": Part(labels, comment="Added when alerts and samples leave; not on stored series.")}
           if labels else {}),
    }  # fmt: skip


def _alerting(stack: Stack) -> dict[str, Any]:
    if not stack.alertmanagers:
        return {}
    return {"alertmanagers": [{"static_configs": [{"targets": stack.alertmanagers}]}]}


def _rule_files(model: Model) -> list[str]:
    """Rule files by name, relative to this file; an owner that does not want its rules written has none to load."""
    outputs = outputs_of(model)
    files = (*rule_files(model), *slo_rule_files(model))
    return [file.path.removeprefix(_FOLDER) for file in files if is_wanted(file.path, outputs[file.owner])]


def _scrape_config(job: Job) -> dict[str, Any]:
    fields = {
        "job_name": job.name,
        "scrape_interval": _duration(job.interval),
        "scrape_timeout": _duration(job.timeout),
        "honor_labels": job.honor_labels,
        "scheme": "" if job.scheme == "http" else job.scheme,
        "metrics_path": _path(job),
        "params": _params(job),
        "authorization": _authorization(job),
        **_targets(job),
        "relabel_configs": [*job.relabel, *_fixed_labels(job), *(_probed(job.probe) if job.probe else ())],
        "metric_relabel_configs": job.metric_relabel,
    }
    return {key: value for key, value in fields.items() if value}


def _duration(milliseconds: int | None) -> str:
    return "" if milliseconds is None else format_duration(milliseconds)


def _path(job: Job) -> str:
    if job.probe is not None and job.path == "/metrics":
        return "/probe"
    return "" if job.path == "/metrics" else job.path


def _params(job: Job) -> dict[str, tuple[str, ...]]:
    return {**dict(job.params), **({"module": (job.probe.module,)} if job.probe else {})}


def _authorization(job: Job) -> dict[str, str]:
    if job.authorization is None:
        return {}
    scheme, file = job.authorization
    return {"type": scheme, "credentials_file": file}


def _targets(job: Job) -> dict[str, Any]:
    static = [{"targets": job.targets, **({"labels": dict(job.fixed)} if job.fixed else {})}] if job.targets else []
    return {**job.discovery, **({"static_configs": static} if static else {})}


def _fixed_labels(job: Job) -> list[dict[str, str]]:
    """Labels of discovered targets, which have no list of static labels to stand in."""
    if not job.discovery:
        return []
    # The replacement may refer to a group of a regular expression by $1; a doubled dollar stands for itself.
    return [{"target_label": name, "replacement": value.replace("$", "$$")} for name, value in job.fixed]


def _probed(probe: Probe) -> list[Any]:
    """The exporter is scraped, but the target is what the series are about."""
    return [
        Part({"source_labels": ["__address__"], "target_label": "__param_target"},
             comment="The target becomes a parameter and the instance; what is scraped is the exporter."),
        {"source_labels": ["__param_target"], "target_label": "instance"},
        {"target_label": "__address__", "replacement": probe.through.replace("$", "$$")},
    ]  # fmt: skip
