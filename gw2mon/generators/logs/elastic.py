"""The Elastic stack: Filebeat reads the files of the application, whose lines are ECS already, and adds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import names
from gw2mon.images import ELASTICSEARCH, FILEBEAT, KIBANA
from gw2mon.yamltext import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gw2mon.model import Service

_DAY = 86_400_000
_SECRETS = "Its API key is in {path}, which is read as a second configuration."
_STREAM = "A data stream of Elasticsearch: its own template for logs-*-* knows the fields of ECS."
_OWN_TEMPLATE = "Filebeat's own templates are for its own indices."
_BROKEN = "A line that is no JSON is kept as it is, with error.message beside it."


def filebeat(services: Sequence[Service]) -> dict[str, Any]:
    """filebeat.yml: an input for each service, a data stream for each service."""
    data_stream = "logs-%{[data_stream.dataset]}-default"
    return {
        "filebeat.inputs": [Part(_input(service)) for service in services],
        "output.elasticsearch": Part(
            {
                "hosts": [f"http://{ELASTICSEARCH.address}"],
                "index": Part(data_stream, comment=_STREAM),
            },
            comment=_SECRETS.format(path=names.FILEBEAT_SECRETS),
        ),
        "setup.template.enabled": Part(value=False, comment=_OWN_TEMPLATE),
        "setup.ilm.enabled": False,
        "http": {"enabled": True, "host": "127.0.0.1", "port": FILEBEAT.port},
        "logging.level": "warning",
    }


def _input(service: Service) -> dict[str, Any]:
    parsed = {"target": "", "overwrite_keys": True, "add_error_key": True, "expand_keys": True}
    return {
        "type": "filestream",
        "id": service.name,
        "paths": [names.log_files(service.name)],
        "parsers": Part([{"ndjson": parsed}], comment=_BROKEN),
        "fields_under_root": True,
        "fields": {
            "data_stream.type": "logs",
            "data_stream.dataset": service.name.replace("-", "_"),
            "data_stream.namespace": "default",
        },
    }


def kibana() -> dict[str, Any]:
    """kibana.yml, without its token."""
    return {
        "server.host": "0.0.0.0",  # noqa: S104 - of its container; the port is published on the loopback interface
        "server.publicBaseUrl": f"http://127.0.0.1:{KIBANA.port}",
        "elasticsearch.hosts": Part(
            [f"http://{ELASTICSEARCH.address}"],
            comment=_SECRETS.format(path=names.KIBANA_SECRETS).replace("API key", "token"),
        ),
        "telemetry.enabled": False,
    }


def retention(services: Sequence[Service]) -> dict[str, Any]:
    """The component template logs@custom: how long Elasticsearch keeps what stands in streams logs-*-*."""
    longest = max((service.logs.retention if service.logs else None) or 0 for service in services)
    return {
        "template": {
            "settings": {"index.lifecycle.prefer_ilm": False, "index.number_of_replicas": 0},
            "lifecycle": {"data_retention": f"{longest // _DAY}d"},
        }
    }
