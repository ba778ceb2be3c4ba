"""Prometheus metrics for the orders API."""
from prometheus_client import Counter, Gauge, Histogram, Info, Summary

NAMESPACE = "orders"

# --- business ---------------------------------------------------------------
orders_created = Counter("orders_created_total", "Orders created", ["channel", "payment"])
orders_failed = Counter("orders_failed", "Orders that failed", ["reason"])
ORDER_VALUE = Histogram(
    f"{NAMESPACE}_order_value_euros",
    "Value of orders",
    buckets=[5, 10, 25, 50, 100, 250],
)

# --- infrastructure ---------------------------------------------------------
# nothing sets this one any more since the pool moved to asyncpg
db_connections = Gauge("orders_db_connections_active", "Active DB connections")
cache_requests = Counter("orders_cache_requests_total", "Cache requests", ["result"])
cache_hit_rate = Gauge("orders_cache_hit_rate", "Cache hit rate")
queue_depth = Gauge("orders_queue_depth", "Jobs waiting", ["queue"])
# declared in the first sprint, never used
payments_refunded = Counter("orders_payments_refunded_total", "Refunds", ["provider"])
DB_LATENCY = Histogram(
    "orders_db_query_duration_seconds", "DB query duration", ["operation"],
    buckets=(0.005, 0.01, 0.05, 0.1, 0.5, 1.0),
)
llm_latency = Summary("orders_llm_latency_seconds", "Latency of the LLM", ["model"])
build = Info("orders_build", "Build")
