# ruff: noqa: INP001 - a script, not a package
"""A spec of many SLOs, like those of a gateway: two promises for each of its routes, errors and latency."""

from __future__ import annotations

_HEAD = """\
version: 1
service: gateway
team: platform
outputs: [prometheus/rules]
scrape:
  gateway: {{targets: ["gateway:8000"], exposes: [own]}}
metrics:
  own:
    requests_total:
      type: counter
      help: Requests by route
      labels: {{route: {{closed: [{routes}]}}, status: {{closed: [2xx, 4xx, 5xx]}}}}
    request_duration_seconds:
      type: histogram
      help: Duration of requests
      labels: {{route: {{closed: [{routes}]}}}}
      buckets: [50ms, 100ms, 300ms, 1s, 3s]
"""

_EVENTS = "  requests-{route}: {{count: requests_total, only: {{route: [{route}]}}, bad: {{status: [5xx]}}}}\n"
_LATENCY = "  duration-{route}: {{histogram: request_duration_seconds, only: {{route: [{route}]}}}}\n"
_ERRORS_SLO = """\
  errors-{route}: {{of: requests-{route}, objective: 99.9%, window: 30d, description: Requests to {route} succeed.}}
"""
_LATENCY_SLO = """\
  latency-{route}: {{of: duration-{route}, under: 300ms, objective: 99%, window: 30d, description: "{route} is fast."}}
"""


def spec_of(slos: int) -> str:
    """The text of a spec with so many SLOs, an even number."""
    routes = [f"r{number:03}" for number in range(slos // 2)]
    sections = (
        ("events", (_EVENTS,)),
        ("latencies", (_LATENCY,)),
        ("slos", (_ERRORS_SLO, _LATENCY_SLO)),
    )
    listed = (
        f"{section}:\n" + "".join(line.format(route=route) for route in routes for line in lines)
        for section, lines in sections
    )
    return _HEAD.format(routes=", ".join(routes)) + "".join(listed)
