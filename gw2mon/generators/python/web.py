"""The module of request metrics: a middleware, and the endpoint that is scraped.

Names, labels, buckets and help are those of the catalogue, so that whoever used the instrumentator changes one line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.generators.python.layout import Code, comment, literal, numbers, prose, tuple_of
from gw2mon.generators.python.rendering import render
from gw2mon.names import identifier, python_path
from gw2mon.yamltext import header

if TYPE_CHECKING:
    from gw2mon.model import FastApi, Service

_CREATED = {"grouped": ("2xx", "5xx"), "exact": ("200", "500", "502", "503", "504")}
"""What each route starts with, at 0: the failures that alerts count, and the successes that dilute them."""


def measures_requests(service: Service) -> bool:
    """Whether the application is one whose requests can be measured."""
    return service.python.fastapi is not None


def web_module(service: Service) -> str:
    """Return the source of the module of request metrics of a service.

    Raises:
        ValueError: where the service has no such application.
    """
    fastapi = service.python.fastapi
    if fastapi is None:
        raise ValueError(f"{service.name} has no FastAPI application")
    multi = service.python.workers == "multi"
    # A check has refused exemplars of several workers; the client would drop them.
    exemplars = fastapi.exemplars and not multi
    return render(
        "web.py.j2",
        {
            "header": [comment(line) for line in header(python_path(service.name, "web"), service.spec)],
            "service": prose(service.name),
            "slot": literal(f"gw2mon_http_{identifier(service.name)}"),
            "multi": multi,
            "grouped": fastapi.status == "grouped",
            "in_progress": fastapi.in_progress,
            "exemplars": exemplars,
            **_constants(fastapi),
            **_pieces(fastapi, multi=multi, exemplars=exemplars),
        },
    )


def _constants(fastapi: FastApi) -> dict[str, Code]:
    texts = {
        "excluded": ("_EXCLUDED", fastapi.exclude),
        "methods": ("_METHODS", fastapi.methods),
        "routes": ("_ROUTES", fastapi.routes),
    }
    return {
        **{key: tuple_of(f"{name} = (", [literal(value) for value in values]) for key, (name, values) in texts.items()},
        "limit": Code(f"_LIMIT = {fastapi.limit}"),
        "buckets": numbers("_BUCKETS = (", fastapi.buckets),
        "highr_buckets": numbers("_HIGHR_BUCKETS = (", fastapi.highr_buckets),
        "token_file": Code(f"_TOKEN_FILE = {literal(fastapi.token_file)}" if fastapi.token_file else ""),
    }


def _pieces(fastapi: FastApi, *, multi: bool, exemplars: bool) -> dict[str, Code]:
    """What differs in the middle of a line."""
    parameters = ["registry: CollectorRegistry = REGISTRY"]
    arguments = ["registry"]
    if fastapi.token_file:
        parameters.append("token_file: str = _TOKEN_FILE")
        arguments.append("token_file")
    recorded = ["self", "series: _Series", "duration: float", "received: int", "sent: int"]
    trace = ["trace: dict[str, str] | None"] if exemplars else []
    given = ["trace or _trace()"] if exemplars else []
    slots = ["bounds", "counts", *(["exemplars"] if exemplars else []), "total"]
    return {
        "imports": Code("\n".join(_imports(fastapi, multi=multi, exemplars=exemplars))),
        "watched": Code("status, headers, trace" if exemplars else "status, headers"),
        "created": tuple_of("(", [literal(status) for status in _CREATED[fastapi.status]]),
        "endpoint_parameters": Code(", ".join(parameters)),
        "endpoint_arguments": Code(", ".join(arguments)),
        "record": Code(", ".join([*recorded, *trace])),
        "recorded": Code(", ".join(["series", "duration", "received", "sent", *given])),
        "slots": Code(", ".join(map(literal, slots))),
    }


def _imports(fastapi: FastApi, *, multi: bool, exemplars: bool) -> list[Code]:
    """What comes from the client: its metrics where workers share them, else only what a scrape is made of."""
    gauge = ["Gauge"] if fastapi.in_progress else []
    if multi:
        names = ["REGISTRY", "CollectorRegistry", "Counter", *gauge, "Histogram", "Summary"]
        return [
            Code(f"from prometheus_client import {', '.join(names)}"),
            Code("from prometheus_client.exposition import choose_encoder"),
            Code("from prometheus_client.metrics import MetricWrapperBase"),
        ]
    families = [f"{name}MetricFamily" for name in ("Counter", *gauge, "Histogram", "Summary")]
    return [
        Code("from prometheus_client import REGISTRY, CollectorRegistry"),
        Code(f"from prometheus_client.core import {', '.join(families)}"),
        Code("from prometheus_client.exposition import choose_encoder"),
        Code("from prometheus_client.registry import Collector"),
        *([Code("from prometheus_client.samples import Exemplar")] if exemplars else []),
        Code("from prometheus_client.utils import floatToGoString"),
    ]
