"""The metrics of a small shop, as many tutorials write them."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("http_requests_total", "Requests answered", ["method", "handler", "status"])
DURATION = Histogram("http_request_duration_seconds", "Time to answer", ["handler"], buckets=(0.1, 0.5, 1))
CONNECTIONS = Gauge("shop_db_connections", "Connections to the database in use")


def answered(method: str, handler: str, status: int, seconds: float) -> None:
    """Count a request and how long it took."""
    REQUESTS.labels(method, handler, str(status)).inc()
    DURATION.labels(handler).observe(seconds)
