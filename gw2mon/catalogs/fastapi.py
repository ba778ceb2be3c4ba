"""What the parameters of the fastapi catalogue change about its metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon.model import Label, LabelValues
from gw2mon.names import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gw2mon.model import Metric

_CODES = (
    "200", "201", "202", "204", "206", "301", "302", "303", "304", "307", "308",
    "400", "401", "403", "404", "405", "409", "410", "413", "415", "422", "429", "500", "501", "502", "503", "504",
)  # fmt: skip
_CODE_LIMIT = 63
"""The status codes that are registered; an application may send others, and seldom does."""


def shape(metrics: Iterable[Metric], settled: Mapping[str, Any]) -> tuple[Metric, ...]:
    """Give the metrics the labels and bounds that the parameters ask for, and leave out what they switch off."""
    changed = _labels(settled)
    bounds = {
        "http_request_duration_seconds": settled["buckets"],
        "http_request_duration_highr_seconds": settled["highr-buckets"],
    }
    return tuple(
        metric._replace(
            labels=tuple(changed.get(label.name, label) for label in metric.labels),
            buckets=bounds.get(metric.name, ()),
            multiprocess="livesum" if metric.type == "gauge" else "",
        )
        for metric in metrics
        if settled["in-progress"] or metric.name != "http_requests_in_progress"
    )


def _labels(settled: Mapping[str, Any]) -> dict[str, Label]:
    # Requests that match no route are counted under the handler "none".
    handlers = tuple(dict.fromkeys((*settled["routes"], "none")))
    methods = tuple(dict.fromkeys((*settled["methods"], OTHER)))
    changed = {
        "handler": LabelValues(handlers, max(settled["limit"], len(handlers)), closed=False),
        # Our middleware counts what a client invents as "other"; the instrumentator counts each under its own name.
        "method": LabelValues(methods, len(methods), closed=False),
    }
    if settled["status"] == "exact":
        changed["status"] = LabelValues(_CODES, _CODE_LIMIT, closed=False)
    return {name: Label(name, values) for name, values in changed.items()}
