"""Python source that exposes metrics besides those that can be read: collectors, and libraries that bring their own."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from gw2mon.auditing.reading.sources import called, dotted, named
from gw2mon.auditing.reading.vocabulary import COLLECTOR, FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.auditing.reading.definitions import Source
    from gw2mon.auditing.reading.sources import Module

_LIBRARIES = (
    "aioprometheus", "asgi_prometheus", "dramatiq.middleware.prometheus", "django_prometheus", "fastapi_prometheus",
    "flask_prometheus_metrics", "litestar.contrib.prometheus", "litestar.plugins.prometheus",
    "opentelemetry.exporter", "opentelemetry.metrics", "opentelemetry.sdk.metrics", "prometheus_flask_exporter",
    "prometheus_flask_instrumentator", "py_grpc_prometheus", "quart_prometheus", "ray.util.metrics",
    "sanic_prometheus", "starlette_exporter", "starlette_prometheus", "starlette_prom", "tornado_prometheus",
    "vllm",
)  # fmt: skip
_TRACES = "opentelemetry.exporter.otlp.proto"
"""Where traces leave, and not only metrics."""
_MULTIPROCESS = ("MultiProcessCollector", "PROMETHEUS_MULTIPROC_DIR", "prometheus_multiproc_dir")


def hidden_metrics(sources: Sequence[Source]) -> Iterator[str]:
    """In words, what exposes metrics of which source does not tell the names."""
    yield from dict.fromkeys(
        f"{library} exposes metrics of its own" for source in sources for library in _libraries(source.module)
    )
    for source in sources:
        if _collects_unseen(source):
            yield f"a collector in {source.module.path} exposes metrics of its own"


def is_multiprocess(sources: Sequence[Source]) -> bool:
    """Whether several workers share their metrics, so that gauges get a label for each."""
    return any(
        named(node) in _MULTIPROCESS or (isinstance(node, ast.Constant) and node.value in _MULTIPROCESS)
        for source in sources
        for node in source.module.nodes
    )


def _libraries(module: Module) -> Iterator[str]:
    for node in module.nodes:
        match node:
            case ast.Import(names=names):
                imported = [item.name for item in names]
            case ast.ImportFrom(module=str(source), names=names, level=0):
                imported = [source, *(f"{source}.{item.name}" for item in names)]
            case ast.Constant(str() as text) if text.startswith("django_prometheus"):  # as Django's settings name it
                imported = [text]
            case _:
                continue
        for name in imported:
            if not name.startswith(_TRACES):
                yield from (library for library in _LIBRARIES if f"{name}.".startswith(f"{library}."))


def _collects_unseen(source: Source) -> bool:
    """Whether a module has a collector, and does not write out the families that it makes."""
    nodes = source.module.nodes
    collects = any(
        (isinstance(node, ast.ClassDef) and source.words.get(node.name) == COLLECTOR)
        or (isinstance(node, ast.Call) and called(node) == "register" and _is_registry(node.func))
        for node in nodes
    )
    # Names of families that cannot be read are told of one by one.
    return collects and not any(
        isinstance(node, ast.Call) and source.words.get(dotted(node.func)) in FAMILIES for node in nodes
    )


def _is_registry(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and "registry" in named(function.value).lower()
