"""prometheus.yml: what Prometheus refuses, whom it asks, whom it tells, and which rules it reads."""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any

from gw2mon import promql as q
from gw2mon.compose_lint.inside import config_of, config_path, matching
from gw2mon.compose_lint.networks import fault
from gw2mon.compose_lint.values import text_of
from gw2mon.parts import Part, Problem, record, sequence, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.compose_lint.reading import Service, Stack

_TOP = frozenset(
    "global alerting rule_files scrape_configs scrape_config_files remote_write remote_read storage tracing "  # noqa: SIM905
    "runtime otlp".split()
)
_GLOBAL = frozenset(
    "scrape_interval scrape_timeout evaluation_interval rule_query_offset external_labels query_log_file "  # noqa: SIM905
    "scrape_failure_log_file body_size_limit sample_limit label_limit label_name_length_limit "
    "label_value_length_limit target_limit keep_dropped_targets metric_name_validation_scheme "
    "metric_name_escaping_scheme scrape_protocols convert_classic_histograms_to_nhcb always_scrape_classic_histograms "
    "scrape_native_histograms extra_scrape_metrics scrape_classic_histograms".split()
)
_TIMES = ("scrape_interval", "scrape_timeout", "evaluation_interval")
_DEFAULTS = {"scrape_interval": "1m", "scrape_timeout": "10s"}


def configs(stack: Stack) -> Iterator[tuple[Service, Part]]:
    """Each Prometheus whose configuration is here, and the configuration; its path begins with the file."""
    for service in stack.of("prometheus"):
        file, data = config_of(stack, service)
        if file:
            yield service, Part(f"{file}:", record(data))


def keys(stack: Stack) -> Iterator[Problem]:
    """bad-prometheus-config: Prometheus does not start."""
    for _, config in configs(stack):
        yield from refusals(config)


def refusals(config: Part) -> Iterator[Problem]:
    """What Prometheus refuses in a configuration."""
    code = "bad-prometheus-config"
    for part, known in ((config, _TOP), (config.record("global"), _GLOBAL)):
        for key in part.data:
            if key not in known:
                yield part.problem(code, f"Prometheus knows no key {key} here", str(key))
    yield from (_no_duration(part, key) for part in _timed(config) for key in _TIMES if _is_wrong(part, key))
    names = [text_of(job.data.get("job_name")) for job in config.records("scrape_configs")]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield config.problem(code, f"two jobs are called {name}", "scrape_configs")
    for part in _timed(config):
        interval, timeout = (_time(config, part, key) for key in ("scrape_interval", "scrape_timeout"))
        if interval is not None and timeout is not None and timeout > interval and "scrape_timeout" in part.data:
            yield part.problem(code, "the timeout is longer than the interval", "scrape_timeout")


def _timed(config: Part) -> list[Part]:
    return [config.record("global"), *config.records("scrape_configs")]


def _is_wrong(part: Part, key: str) -> bool:
    return key in part.data and milliseconds(part.data[key]) is None


def _no_duration(part: Part, key: str) -> Problem:
    return part.problem("bad-prometheus-config", f"{part.data[key]} is no duration such as 15s", key)


def _time(config: Part, part: Part, key: str) -> int | None:
    return milliseconds(part.data.get(key, config.record("global").data.get(key, _DEFAULTS[key])))


def milliseconds(value: Any) -> int | None:  # noqa: ANN401 - a scalar of a configuration
    """A duration of a configuration; None for what is none."""
    try:
        return q.parse_duration(text_of(value))
    except (q.PromQLError, ValueError):
        return None


def longest_interval(config: Part) -> int:
    """The longest time between two scrapes of a job, in milliseconds."""
    found = [_time(config, job, "scrape_interval") or 0 for job in config.records("scrape_configs")]
    return max(found, default=0)


def targets(stack: Stack) -> Iterator[Problem]:
    """unreachable, unknown-host, no-way-to-host, asks-itself, bad-target: a job that is always down."""
    for service, config in configs(stack):
        for part, address in _asked(config):
            said = malformed(address)
            if said:
                yield part.problem("bad-target", said, "targets")
            found = fault(stack, service, address) if "/" not in address else None
            if found:
                yield part.problem(found[0], found[1], "targets")


def malformed(address: str) -> str:
    """What is wrong with the form of an address; empty where nothing is."""
    if "/" in address:
        return f"{address} is no host:port"
    return "" if ":" in address else f"{address} has no port, and is asked at 80"


def _asked(config: Part) -> Iterator[tuple[Part, str]]:
    for job in config.records("scrape_configs"):
        # Where labels are rewritten, a target may be what a prober asks for, and no address.
        if "relabel_configs" not in job.data:
            yield from (
                (static, one) for static in job.records("static_configs") for one in texts(static.data.get("targets"))
            )
    for manager in config.records("alerting", "alertmanagers"):
        for static in manager.records("static_configs"):
            yield from ((static, one) for one in texts(static.data.get("targets")))


def alerting(stack: Stack) -> Iterator[Problem]:
    """nobody-told: an Alertmanager runs, and Prometheus does not know it."""
    if any(True for _ in stack.of("alertmanager")):
        for _, config in configs(stack):
            if not sequence(config.record("alerting").data.get("alertmanagers")):
                yield config.problem("nobody-told", "it names no Alertmanager: alerts reach nobody", "alerting")


def rule_files(stack: Stack) -> Iterator[Problem]:
    """no-rules, unread-rules: alerts that never fire, because nobody reads them."""
    read: set[str] = set()
    is_open = False
    for service, config in configs(stack):
        for number, pattern in enumerate(texts(config.data.get("rule_files"))):
            found = _rules(stack, service, pattern)
            is_open = is_open or found is None
            read.update(found or ())
            if found == []:
                yield config.problem(
                    "no-rules", f"there is no {pattern} where Prometheus looks", f"rule_files[{number}]"
                )
    if any(True for _ in configs(stack)) and not is_open:
        for file in sorted(set(_rules_there_are(stack)) - read):
            yield Problem("unread-rules", file, "no rule_files of a Prometheus names it")


def _rules(stack: Stack, service: Service, pattern: str) -> list[str] | None:
    return matching(stack, service, normpath(join(dirname(config_path(service)), pattern)))


def _rules_there_are(stack: Stack) -> Iterator[str]:
    for file, data in stack.files.items():
        groups = sequence(record(data).get("groups"))
        if groups and all(isinstance(record(group).get("rules"), list) for group in groups):
            yield file


def longest_window(stack: Stack, service: Service) -> int:
    """How far the rules of a Prometheus look back, in milliseconds."""
    file, data = config_of(stack, service)
    patterns = texts(record(data).get("rule_files")) if file else []
    files = {one for pattern in patterns for one in _rules(stack, service, pattern) or ()}
    groups = (group for one in files for group in Part(one, record(stack.files[one])).records("groups"))
    expressions = (text_of(rule.data.get("expr")) for group in groups for rule in group.records("rules"))
    return max((_reach(text) for text in expressions), default=0)


def _reach(text: str) -> int:
    if not re.search(r"\[|offset", text):
        return 0
    try:
        nodes = list(q.walk(q.parse(text)))
    except q.PromQLError:
        return 0
    ranges = [node.range for node in nodes if isinstance(node, q.MatrixSelector | q.Subquery)]
    return max((length for length in ranges if isinstance(length, int)), default=0)
