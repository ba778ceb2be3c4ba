"""The metrics and functions of the guide's application, as the compiler would hand them over."""

from __future__ import annotations

from decimal import Decimal

from gw2mon.model import (
    Argument,
    FastApi,
    Function,
    Label,
    LabelSource,
    LabelValues,
    Metric,
    PythonModule,
    Record,
    RetiredObject,
    Service,
)
from gw2mon.names import UNKNOWN_LABEL_VALUES


def closed(*values):
    return LabelValues(values)


def known(*values, limit=30):
    return LabelValues(values, limit, closed=False)


AI_MODEL = closed("mistral", "ollama")
AI_OPERATION = known("compose_team", "optimize_build", limit=10)
AI_STATUS = closed("success", "error", "timeout")
DB_OPERATION = closed("select", "insert", "update", "delete")
DB_TABLE = known("builds", "teams", "users", limit=20)
DB_ERROR = known("IntegrityError", "OperationalError", limit=20)
CACHE_OPERATION = closed("get", "set", "delete")
CACHE_RESULT = closed("hit", "miss", "error")
API_SERVICE = known("gw2api", limit=5)
API_ENDPOINT = known(limit=20)
API_STATUS = known("success", "200", "404", "429", "500", "timeout", limit=20)
PROFESSION = known("Guardian", "Warrior", "Engineer", limit=12)
GAME_MODE = closed("WvW", "PvE", "PvP")
TEAM_SIZE = known("5", "10", "50", limit=10)


def bounds(text):
    return tuple(Decimal(bound) for bound in text.split())


def metric(name, kind, text, group, labels=(), buckets="", **more):
    return Metric(
        name,
        kind,
        text,
        tuple(Label(label, values) for label, values in labels),
        "bool" if name.endswith("_up") else "",
        buckets=bounds(buckets),
        group=group,
        **{"object": name.removeprefix("gw2_").removesuffix("_seconds"), **more},
    )


METRICS = (
    metric("gw2_ai_requests_total", "counter", "Total number of AI/LLM requests", "ai",
           [("model", AI_MODEL), ("operation", AI_OPERATION), ("status", AI_STATUS)]),
    metric("gw2_ai_request_duration_seconds", "histogram", "AI/LLM request duration in seconds", "ai",
           [("model", AI_MODEL), ("operation", AI_OPERATION)], "0.1 0.5 1 2 5 10 30 60"),
    metric("gw2_ai_tokens_used_total", "counter", "Total number of tokens used by AI models", "ai",
           [("model", AI_MODEL), ("token_type", closed("prompt", "completion"))], object="ai_tokens_used"),
    metric("gw2_ai_feedback_total", "counter", "Total AI feedback submissions", "ai",
           [("result", closed("ok", "fallback", "error"))]),
    metric("gw2_ai_training_triggers_total", "counter", "Total ML training triggers", "ai",
           [("result", closed("scheduled", "disabled", "error"))]),
    metric("gw2_db_query_duration_seconds", "histogram", "Database query duration in seconds", "db",
           [("operation", DB_OPERATION), ("table", DB_TABLE)], "0.001 0.005 0.01 0.05 0.1 0.5 1 5"),
    metric("gw2_db_connections_active", "gauge", "Number of active database connections", "db"),
    metric("gw2_db_errors_total", "counter", "Total database errors", "db",
           [("operation", DB_OPERATION), ("error_type", DB_ERROR)]),
    metric("gw2_db_up", "gauge", "Whether the database answers (1) or not (0)", "db"),
    metric("gw2_cache_operations_total", "counter", "Total cache operations", "cache",
           [("operation", CACHE_OPERATION), ("result", CACHE_RESULT)]),
    metric("gw2_cache_size_bytes", "gauge", "Current cache size in bytes", "cache"),
    metric("gw2_external_api_requests_total", "counter", "Total external API requests", "external",
           [("service", API_SERVICE), ("endpoint", API_ENDPOINT), ("status", API_STATUS)]),
    metric("gw2_external_api_duration_seconds", "histogram", "External API request duration in seconds", "external",
           [("service", API_SERVICE), ("endpoint", API_ENDPOINT)], "0.1 0.5 1 2 5 10 30"),
    metric("gw2_builds_created_total", "counter", "Total builds created", "business",
           [("profession", PROFESSION), ("game_mode", GAME_MODE)]),
    metric("gw2_teams_created_total", "counter", "Total teams created", "business",
           [("game_mode", GAME_MODE), ("size", TEAM_SIZE)]),
    metric("gw2_users_active", "gauge", "Number of active users (last 24h)", "business"),
    metric("gw2_app_info", "info", "GW2Optimizer application information", "app",
           [("version", known(limit=5)), ("environment", known("production", "development", limit=5))]),
)  # fmt: skip


def label(name, values, default=None, of=None, *, optional=False):
    return Argument(name, of or name, values, "", default, optional)


def amount(name, unit="seconds", *, optional=False):
    return Argument(name, None, None, unit, None, optional)


def record(action, name, sources, amount=None, needs=()):
    """`sources` are label names, `label=argument` or `label:constant`."""
    found = []
    for source in sources.split():
        text, _, constant = source.partition(":")
        target, _, argument = text.partition("=")
        found.append(LabelSource(target, None if constant else argument or target, constant or None))
    return Record(action, name, amount, tuple(found), needs)


FUNCTIONS = (
    Function(
        "track_ai_request",
        "Count an AI request, its duration and its tokens",
        (label("model", AI_MODEL), label("operation", AI_OPERATION), amount("duration"),
         label("status", AI_STATUS, "success"),
         amount("tokens_prompt", "count", optional=True), amount("tokens_completion", "count", optional=True)),
        (record("increment", "gw2_ai_requests_total", "model operation status"),
         record("observe", "gw2_ai_request_duration_seconds", "model operation", "duration"),
         record("increment", "gw2_ai_tokens_used_total", "model token_type:prompt", "tokens_prompt",
                ("tokens_prompt",)),
         record("increment", "gw2_ai_tokens_used_total", "model token_type:completion", "tokens_completion",
                ("tokens_completion",))),
    ),
    Function(
        "track_db_query",
        "Observe a database query, and count its error if there was one",
        (label("operation", DB_OPERATION), label("table", DB_TABLE), amount("duration"),
         label("error", DB_ERROR, of="error_type", optional=True)),
        (record("observe", "gw2_db_query_duration_seconds", "operation table", "duration"),
         record("increment", "gw2_db_errors_total", "operation error_type=error", None, ("error",))),
    ),
    Function(
        "track_cache_operation",
        "Count a cache operation",
        (label("operation", CACHE_OPERATION), label("result", CACHE_RESULT)),
        (record("increment", "gw2_cache_operations_total", "operation result"),),
    ),
    Function(
        "track_external_api",
        "Count a request to an external API, and its duration",
        (label("service", API_SERVICE), label("endpoint", API_ENDPOINT), amount("duration"),
         label("status", API_STATUS, "success")),
        (record("increment", "gw2_external_api_requests_total", "service endpoint status"),
         record("observe", "gw2_external_api_duration_seconds", "service endpoint", "duration")),
    ),
    Function(
        "initialize_app_info",
        "Tell which version runs in which environment",
        (label("version", known(limit=5)), label("environment", known("production", "development", limit=5))),
        (record("info", "gw2_app_info", "version environment"),),
    ),
)  # fmt: skip

RETIRED = (
    RetiredObject("cache_hit_rate", "gauge", (), "Prometheus computes the rate from gw2_cache_operations_total"),
)

HTTP = FastApi(
    "http",
    ("/metrics", "/health"),
    "grouped",
    in_progress=True,
    buckets=tuple(map(Decimal, ["0.1", "0.2", "0.5", "1", "2", "5"])),
    highr_buckets=tuple(map(Decimal, ["0.01", "0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10"])),
    methods=("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
    routes=("none",),
    limit=100,
)

UNKNOWN = Metric(
    UNKNOWN_LABEL_VALUES, "counter", "Label values that were not declared and became 'other'.",
    (Label("metric", closed(*(item.name for item in METRICS if item.labels))), Label("label", closed("model"))), "",
)  # fmt: skip


def module(**changes):
    return PythonModule(METRICS, FUNCTIONS, RETIRED, HTTP, "single", UNKNOWN)._replace(**changes)


def service(python=None, name="gw2optimizer", spec="specs/gw2optimizer.yaml"):
    python = module() if python is None else python
    return Service(name, "backend", spec, (), python.metrics, (), (), python, (), (), (), ())
