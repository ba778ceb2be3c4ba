"""The parameters under which the catalogue of FastAPI equals what an instrumented application exposes."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gw2mon import catalogs
from gw2mon.names import OTHER
from gw2mon.scaffold.amounts import amounts, bounds_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gw2mon.exposition import Family

_REQUESTS = "http_requests_total"
_DURATION = "http_request_duration_seconds"
_FINE = "http_request_duration_highr_seconds"
_LABELS = frozenset(("handler", "method", "status"))
_SHOWN_ROUTES = 6
"""Routes that are named in a first spec; they must only be named where an alert or a panel is about one."""


def parameters_of(families: Mapping[str, Family]) -> dict[str, Any] | None:
    """The parameters that differ from their defaults, or None where this is not the instrumentator's work."""
    requests, duration = families.get(_REQUESTS), families.get(_DURATION)
    if requests is None or duration is None or not _is_instrumentator(requests, duration):
        return None
    found = {
        **_exclude(requests),
        **_status(requests),
        **({} if "http_requests_in_progress" in families else {"in-progress": False}),
        **_buckets("buckets", duration),
        **(_buckets("highr-buckets", families[_FINE]) if _FINE in families else {}),
    }
    return {**found, **_methods(requests), **_routes(requests)}


def _is_instrumentator(requests: Family, duration: Family) -> bool:
    labels = {label for sample in requests.samples for label in sample.labels}
    timed = {label for sample in duration.samples for label in sample.labels} - {"le"}
    return duration.type == "histogram" and labels <= _LABELS and timed <= {"handler", "method"}


def _values(family: Family, label: str) -> list[str]:
    return sorted({value for sample in family.samples if (value := sample.labels.get(label))})


def _exclude(requests: Family) -> dict[str, Any]:
    """What is counted is not excluded."""
    default = _default("exclude")
    kept = [path for path in default if path not in _values(requests, "handler")]
    return {} if kept == list(default) else {"exclude": kept}


def _status(requests: Family) -> dict[str, Any]:
    exact = any(re.fullmatch(r"\d{3}", value) for value in _values(requests, "status"))
    return {"status": "exact"} if exact else {}


def _buckets(parameter: str, family: Family) -> dict[str, Any]:
    bounds = bounds_of(family)
    return {} if bounds in ((), _default(parameter)) else {parameter: amounts(bounds, "seconds")}


def _methods(requests: Family) -> dict[str, Any]:
    default, seen = _default("methods"), _values(requests, "method")
    more = [value for value in seen if value not in (*default, OTHER)]
    return {"methods": [*default, *more]} if more else {}


def _routes(requests: Family) -> dict[str, Any]:
    limit = _default("limit")
    routes = [value for value in _values(requests, "handler") if value != "none"]
    shown = {"routes": routes[:_SHOWN_ROUTES]} if routes else {}
    return {**shown, "limit": int(Decimal(len(routes) * 2).quantize(Decimal("1e2")))} if len(routes) >= limit else shown


def _default(parameter: str) -> Any:  # noqa: ANN401 - each parameter has its own type
    return catalogs.complete_parameters("fastapi", {})[parameter]
