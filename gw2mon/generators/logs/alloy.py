"""config.alloy: how the lines of each service are collected, what is read in them, and where they go.

Three labels make a stream: service, environment, level. What has more values than a person can name, such as a request
id, becomes structured metadata: it can be asked for and costs no stream. A line that is no JSON passes as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import names
from gw2mon.generators.logs.alloy_text import Attribute, Block, Reference, text_of
from gw2mon.images import DOCKER_PROXY, LOKI

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.model import Service

_METADATA = ("request_id", "trace_id", "span_id", "route", "logger")
_PROCESSED = Reference("loki.process.application.receiver")
_DOCKER = f"tcp://{DOCKER_PROXY.address}"
_OF_CONTAINER = "__meta_docker_container_label_"


def config(services: Sequence[Service]) -> str:
    """The components for services that ship to Loki."""
    return text_of((Block("logging", "", (Attribute("level", "warn"),)), *_sources(services), _process(), _write()))


def _sources(services: Sequence[Service]) -> Iterator[Block]:
    files = [service.name for service in services if service.logs and service.logs.collect == "files"]
    if files:
        yield from _files(files)
    if len(files) < len(services):
        yield from _containers()


def _files(services: Sequence[str]) -> Iterator[Block]:
    targets = [{"__path__": names.log_files(name), "service_name": name} for name in services]
    yield Block("local.file_match", "application", (Attribute("path_targets", targets),))
    yield Block(
        "loki.source.file",
        "application",
        (
            Attribute("targets", Reference("local.file_match.application.targets")),
            Attribute("forward_to", [_PROCESSED]),
        ),
    )


def _containers() -> Iterator[Block]:
    chosen = Block("filter", "", (Attribute("name", "label"), Attribute("values", ["gw2mon.logs=true"])))
    yield Block("discovery.docker", "application", (Attribute("host", _DOCKER), chosen))
    yield Block(
        "discovery.relabel",
        "application",
        (
            Attribute("targets", Reference("discovery.docker.application.targets")),
            _named_after("com_docker_compose_service"),
            _named_after("gw2mon_service"),
        ),
    )
    yield Block(
        "loki.source.docker",
        "application",
        (
            Attribute("host", _DOCKER),
            Attribute("targets", Reference("discovery.relabel.application.output")),
            Attribute("forward_to", [_PROCESSED]),
        ),
    )


def _named_after(label: str) -> Block:
    """A rule that takes the name of the service from a label of its container, where it has one."""
    return Block(
        "rule",
        "",
        (
            Attribute("source_labels", [_OF_CONTAINER + label]),
            Attribute("regex", "(.+)"),
            Attribute("target_label", "service_name"),
        ),
    )


def _process() -> Block:
    keys = ("level", "timestamp", "environment", *_METADATA)
    stages = (
        Block("stage.json", "", (Attribute("expressions", {key: key for key in keys}),)),
        Block("stage.timestamp", "", (Attribute("source", "timestamp"), Attribute("format", "RFC3339Nano"))),
        Block("stage.labels", "", (Attribute("values", {"level": "level", "env": "environment"}),)),
        Block("stage.structured_metadata", "", (Attribute("values", {key: key for key in _METADATA}),)),
        Block("stage.label_drop", "", (Attribute("values", ["filename"]),)),
    )
    return Block(
        "loki.process", "application", (Attribute("forward_to", [Reference("loki.write.loki.receiver")]), *stages)
    )


def _write() -> Block:
    endpoint = Block("endpoint", "", (Attribute("url", f"http://{LOKI.address}/loki/api/v1/push"),))
    return Block("loki.write", "loki", (endpoint,))
