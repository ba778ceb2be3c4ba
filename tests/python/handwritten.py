"""The module that a developer writes by hand after the guide, on a registry of one's choice."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info


class Handwritten:
    def __init__(self):
        registry = self.registry = CollectorRegistry()
        self.ai_requests_total = Counter(
            "gw2_ai_requests_total",
            "Total number of AI/LLM requests",
            ["model", "operation", "status"],
            registry=registry,
        )
        self.ai_request_duration = Histogram(
            "gw2_ai_request_duration_seconds",
            "AI/LLM request duration in seconds",
            ["model", "operation"],
            buckets=[0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0],
            registry=registry,
        )
        self.ai_tokens_used = Counter(
            "gw2_ai_tokens_used_total",
            "Total number of tokens used by AI models",
            ["model", "token_type"],
            registry=registry,
        )
        self.ai_feedback_total = Counter(
            "gw2_ai_feedback_total", "Total AI feedback submissions", ["result"], registry=registry
        )
        self.db_query_duration = Histogram(
            "gw2_db_query_duration_seconds",
            "Database query duration in seconds",
            ["operation", "table"],
            buckets=[0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0],
            registry=registry,
        )
        self.db_errors_total = Counter(
            "gw2_db_errors_total", "Total database errors", ["operation", "error_type"], registry=registry
        )
        self.cache_operations_total = Counter(
            "gw2_cache_operations_total", "Total cache operations", ["operation", "result"], registry=registry
        )
        self.external_api_requests_total = Counter(
            "gw2_external_api_requests_total",
            "Total external API requests",
            ["service", "endpoint", "status"],
            registry=registry,
        )
        self.external_api_duration = Histogram(
            "gw2_external_api_duration_seconds",
            "External API request duration in seconds",
            ["service", "endpoint"],
            buckets=[0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0],
            registry=registry,
        )
        self.builds_created_total = Counter(
            "gw2_builds_created_total", "Total builds created", ["profession", "game_mode"], registry=registry
        )
        self.teams_created_total = Counter(
            "gw2_teams_created_total", "Total teams created", ["game_mode", "size"], registry=registry
        )
        self.users_active = Gauge("gw2_users_active", "Number of active users (last 24h)", registry=registry)
        self.app_info = Info("gw2_app", "GW2Optimizer application information", registry=registry)

    def track_ai_request(
        self, model, operation, duration, status="success", tokens_prompt=None, tokens_completion=None
    ):
        self.ai_requests_total.labels(model=model, operation=operation, status=status).inc()
        self.ai_request_duration.labels(model=model, operation=operation).observe(duration)
        if tokens_prompt is not None:
            self.ai_tokens_used.labels(model=model, token_type="prompt").inc(tokens_prompt)
        if tokens_completion is not None:
            self.ai_tokens_used.labels(model=model, token_type="completion").inc(tokens_completion)

    def track_db_query(self, operation, table, duration, error=None):
        self.db_query_duration.labels(operation=operation, table=table).observe(duration)
        if error:
            self.db_errors_total.labels(operation=operation, error_type=error).inc()

    def track_cache_operation(self, operation, result):
        self.cache_operations_total.labels(operation=operation, result=result).inc()

    def track_external_api(self, service, endpoint, duration, status="success"):
        self.external_api_requests_total.labels(service=service, endpoint=endpoint, status=status).inc()
        self.external_api_duration.labels(service=service, endpoint=endpoint).observe(duration)

    def track_build_created(self, profession, game_mode):
        self.builds_created_total.labels(profession=profession, game_mode=game_mode).inc()

    def track_team_created(self, game_mode, size):
        self.teams_created_total.labels(game_mode=game_mode, size=size).inc()

    def initialize_app_info(self, version, environment):
        self.app_info.info({"version": version, "environment": environment})
