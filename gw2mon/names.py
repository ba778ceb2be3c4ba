"""Every generated name: records, alerts, paths, receivers. No other module invents one."""

from __future__ import annotations

import posixpath
import re

STACK = "stack"
"""Owner of the files that all services share; no service may have this name."""

UNKNOWN_LABEL_VALUES = "gw2mon_unknown_label_values_total"
"""The Python module's own counter of label values that it replaced by OTHER."""

OTHER = "other"
"""What stands for a label value that is not declared, or beyond the limit of an open label."""

MORE = "more"
"""The label value of numbers above the last of its ranges."""

WATCHDOG = "Watchdog"
TARGET_DOWN = "TargetDown"

NOBODY = "nobody"
"""Alertmanager receiver without integrations: where the Watchdog goes while nobody listens to it."""

PROMETHEUS_CONFIG = "prometheus/prometheus.yml"
ALERTMANAGER_CONFIG = "alertmanager/alertmanager.yml"
ALERTMANAGER_TEMPLATES = "alertmanager/templates/gw2mon.tmpl"
ROUTING_TESTS = "alertmanager/routing-tests.yml"
BLACKBOX_CONFIG = "blackbox/blackbox.yml"

LOKI_CONFIG = "logs/loki/loki.yml"
ALLOY_CONFIG = "logs/alloy/config.alloy"
FILEBEAT_CONFIG = "logs/filebeat/filebeat.yml"
KIBANA_CONFIG = "logs/kibana/kibana.yml"
LOGS_RETENTION = "logs/elasticsearch/retention.json"
FLUENT_BIT_CONFIG = "logs/fluent-bit/fluent-bit.yml"

LOGS_ON_HOST = "../logs"
"""Where applications leave their lines, seen from the output: outside, so that no run of gw2mon ever touches them."""

LOGS_FOLDER = "/var/log/gw2mon"
"""The same in a container: one folder for each service where they are collected, its own alone in the application's."""

WORKERS_FOLDER = "/run/prometheus"
"""Where the workers of an application share what they count, in its container."""

COMPOSE = "docker-compose.monitoring.yml"
"""At the root of the output, so that the folders that it mounts lie beside it."""

COMPOSE_APPLICATION = "docker-compose.application.yml"
"""What the containers of the application extend."""

_AT_ROOT = {COMPOSE: "compose", COMPOSE_APPLICATION: "compose"}

HOST_GATEWAY = "host.docker.internal"
"""How a container calls the machine that it runs on."""

SECRETS = "../secrets"
"""Where the files of secrets lie, seen from the output: outside, so that no run of gw2mon ever touches them."""

ADMIN_PASSWORD = "/run/secrets/grafana_admin_password"  # noqa: S105 - where it lies, not what it is

ELASTIC_PASSWORD = "/run/secrets/elastic_password"  # noqa: S105 - where it lies, not what it is
KIBANA_SECRETS = "/run/secrets/kibana_secrets.yml"
FILEBEAT_SECRETS = "/run/secrets/filebeat_secrets.yml"
AWS_CREDENTIALS = "/run/secrets/aws_credentials"

NETWORK = "monitoring"
"""The network of the stack's own services."""

ELASTIC_SETTINGS = "elasticsearch_config"
"""Volume with Elasticsearch's own settings, among which it keeps its keys."""

DOCKER_NETWORK = "docker-api"
"""The network in which nobody but the collector of logs reaches the proxy before Docker's socket."""

OVERVIEW = "overview"
"""The dashboard that every service has; a spec that declares one of this name replaces it."""

DATA_SOURCE = "gw2mon-prometheus"
"""Uid of the Grafana data source that dashboards begin with."""

LOGS_DATA_SOURCE = "loki"
"""Uid of the Grafana data source of logs."""

DATA_SOURCES_CONFIG = "grafana/provisioning/datasources/gw2mon.yml"
DASHBOARDS_CONFIG = "grafana/provisioning/dashboards/gw2mon.yml"

_UID_LENGTH = 40
"""Longest uid that Grafana takes."""


def spec_name(file: str) -> str:
    """How outputs name a spec: without its folder, which is another one for everybody who generates."""
    return file.replace("\\", "/").rpartition("/")[2]


GENERATORS = ("alertmanager", "blackbox", "compose", "grafana", "logs", "prometheus", "python")
"""The folders that generators fill, and compose, whose file lies at the root."""


def generator_of(path: str) -> str:
    """The generator of an artefact: the first folder of its path, or whoever writes that file of the root."""
    return _AT_ROOT.get(path, path.partition("/")[0])


def is_wanted(path: str, outputs: tuple[str, ...]) -> bool:
    """Whether a path is asked for by generator or prefix, which ends at a slash; without outputs everything is."""
    return not outputs or generator_of(path) in outputs or any(f"{path}/".startswith(f"{one}/") for one in outputs)


def may_be_wanted(folder: str, outputs: tuple[str, ...]) -> bool:
    """Whether a path below a folder can be asked for, so that making what lies there is no waste."""
    return is_wanted(folder, outputs) or any(one.startswith(f"{folder}/") for one in outputs)


def log_file(service: str) -> str:
    """Where the application of a service writes its lines, in its container."""
    return f"{LOGS_FOLDER}/{service}.jsonl"


def log_files(service: str) -> str:
    """All files of a service, where they are collected."""
    return f"{LOGS_FOLDER}/{service}/*.jsonl"


def volume(service: str) -> str:
    """Volume with the data of a service."""
    return f"{service}_data"


def secret_file(path: str) -> str:
    """Where the file of a secret lies below the folder of secrets; `path` is the absolute one in the container."""
    return posixpath.normpath(path).removeprefix("/run/secrets/").lstrip("/")


def secret(path: str) -> str:
    """Name of a secret in the compose file; a path with characters that no name may have is told apart by its hash."""
    file = secret_file(path)
    name = re.sub(r"[^A-Za-z0-9._-]", "-", file)
    return name if name == file else f"{name}-{_sha256(path)[:8]}"


def rules_path(owner: str) -> str:
    """Rule file of a service, or of the stack."""
    return f"prometheus/rules/{owner}.yml"


RULE_TESTS = "prometheus/tests"
"""Where all unit tests of rules lie."""


def rule_tests_path(owner: str, interval: str) -> str:
    """Promtool unit tests of that rule file: those whose samples are this far apart, such as 30s."""
    return f"{RULE_TESTS}/{owner}/{interval}.yml"


def python_path(service: str, module: str, suffix: str = ".py") -> str:
    """A module of the Python package of a service, or another file there."""
    return f"python/{identifier(service)}/{module}{suffix}"


def identifier(text: str) -> str:
    """The text with everything that cannot stand in a metric or Python name replaced by an underscore."""
    return re.sub(r"[^A-Za-z0-9_]", "_", text)


def timer(function: str) -> str:
    """The timer beside a generated function: track_ai_request, time_ai_request."""
    verb, _, rest = function.partition("_")
    is_recording = verb in ("track", "record", "observe", "count", "measure", "report") and rest
    return f"time_{rest if is_recording else function}"


def share_record(service: str, events: str, of: str, window: str) -> str:
    """Record of the share of bad or good events, in Prometheus' form level:metric:operations."""
    return f"{identifier(service)}:{identifier(events)}_{of}:ratio_rate{window}"


def quantile_digits(quantile: str) -> str:
    """The digits by which people call a quantile: 0.95 is 95, 0.999 is 999, 0.5 is 50."""
    return quantile.removeprefix("0.").ljust(2, "0")


def slo_id(service: str, slo: str) -> str:
    """Identity of an SLO across services: the label slo_id of all its series and alerts."""
    return f"{service}-{slo}"


def slo_group(identity: str) -> str:
    """Rule group of one SLO."""
    return f"slo-{identity}"


def slo_rules_path(service: str) -> str:
    """Rule file of the SLOs of a service, apart so that tests of other rules need not evaluate them."""
    return f"prometheus/rules/slos/{service}.yml"


def slo_tests_path(service: str, layer: str) -> str:
    """Promtool unit tests of that rule file; a layer is what they prove."""
    return f"{RULE_TESTS}/{service}/slos-{layer}.yml"


def slo_total(window: str) -> str:
    """Record of all events of an SLO, as a rate over its shortest window."""
    return f"slo:sli_total:rate{window}"


def slo_errors(window: str) -> str:
    """Record of its bad events."""
    return f"slo:sli_errors:rate{window}"


def slo_error_ratio(window: str) -> str:
    """Record of the share of bad events over a window."""
    return f"slo:sli_error:ratio_rate{window}"


SLO_OBJECTIVE = "slo:objective:ratio"
SLO_BUDGET = "slo:error_budget:ratio"
SLO_PERIOD = "slo:time_period:days"
SLO_BURN = "slo:current_burn_rate:ratio"
SLO_PERIOD_BURN = "slo:period_burn_rate:ratio"
SLO_REMAINING = "slo:period_error_budget_remaining:ratio"
SLO_COVERAGE = "slo:period_coverage:ratio"
"""How much of the period has data."""
SLO_INFO = "slo_info"

BUDGET_BURN = "SLOErrorBudgetBurn"
BUDGET_EXHAUSTED = "SLOErrorBudgetExhausted"
ALL_FAILING = "SLOAllFailing"
DATA_MISSING = "SLODataMissing"

SLO_DASHBOARD = "slos"
"""The dashboard of a service's SLOs; a spec that declares one of this name replaces it."""


def rule_group(owner: str, subject: str) -> str:
    """Name of a rule group, unique across services."""
    return f"{owner}-{subject}"


def combined_receiver(names: tuple[str, ...]) -> str:
    """Alertmanager receiver that notifies several receivers of the spec at once."""
    return "-and-".join(names)


DASHBOARDS = "grafana/dashboards"
"""Where all dashboards lie."""


def dashboard_path(service: str, dashboard: str) -> str:
    """The JSON of a dashboard."""
    return f"{DASHBOARDS}/{service}/{dashboard}.json"


def dashboard_uid(service: str, dashboard: str) -> str:
    """Uid of a dashboard, under which links find it; a long name is cut and told apart by its hash."""
    name = f"gw2mon-{service}-{dashboard}"
    if len(name) <= _UID_LENGTH:
        return name
    return f"{name[: _UID_LENGTH - 9]}-{_sha256(name)[:8]}"


def panel_id(uid: str, section: str, key: str) -> int:
    """Number of a panel, from what it is about: inserting another panel changes no link to this one."""
    return int(_sha256(f"{uid}/{section}/{key}"), 16) % 2_000_000_000 + 1


def _sha256(text: str) -> str:
    from hashlib import sha256  # 8 ms of start-up that most commands can do without

    return sha256(text.encode("utf-8")).hexdigest()
