"""Every generated name: records, alerts, paths, receivers. No other module invents one."""

from __future__ import annotations

import re

STACK = "stack"
"""Owner of the files that all services share; no service may have this name."""

UNKNOWN_LABEL_VALUES = "gw2mon_unknown_label_values_total"
"""The Python module's own counter of label values that it replaced by OTHER."""

OTHER = "other"
"""What stands for a label value that is not declared, or beyond the limit of an open label."""

WATCHDOG = "Watchdog"

NOBODY = "nobody"
"""Alertmanager receiver without integrations: where the Watchdog goes while nobody listens to it."""

PROMETHEUS_CONFIG = "prometheus/prometheus.yml"
ALERTMANAGER_CONFIG = "alertmanager/alertmanager.yml"
ALERTMANAGER_TEMPLATES = "alertmanager/templates/gw2mon.tmpl"
ROUTING_TESTS = "alertmanager/routing-tests.yml"


def rules_path(owner: str) -> str:
    """Rule file of a service, or of the stack."""
    return f"prometheus/rules/{owner}.yml"


def rule_tests_path(owner: str, interval: str) -> str:
    """Promtool unit tests of that rule file: those whose samples are this far apart, such as 30s."""
    return f"prometheus/tests/{owner}/{interval}.yml"


def python_path(service: str, module: str) -> str:
    """A module of the Python package of a service."""
    return f"python/{identifier(service)}/{module}.py"


def identifier(text: str) -> str:
    """The text with everything that cannot stand in a metric or Python name replaced by an underscore."""
    return re.sub(r"[^A-Za-z0-9_]", "_", text)


def share_record(service: str, events: str, of: str, window: str) -> str:
    """Record of the share of bad or good events, in Prometheus' form level:metric:operations."""
    return f"{identifier(service)}:{identifier(events)}_{of}:ratio_rate{window}"


def quantile_record(service: str, latency: str, quantile: str, window: str) -> str:
    """Record of a quantile: gw2optimizer:response_time:p95_rate5m."""
    return f"{identifier(service)}:{identifier(latency)}:p{quantile_digits(quantile)}_rate{window}"


def quantile_digits(quantile: str) -> str:
    """The digits by which people call a quantile: 0.95 is 95, 0.999 is 999, 0.5 is 50."""
    return quantile.removeprefix("0.").ljust(2, "0")


def rule_group(owner: str, subject: str) -> str:
    """Name of a rule group, unique across services."""
    return f"{owner}-{subject}"


def combined_receiver(names: tuple[str, ...]) -> str:
    """Alertmanager receiver that notifies several receivers of the spec at once."""
    return "-and-".join(names)
