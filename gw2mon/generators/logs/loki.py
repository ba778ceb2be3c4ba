"""loki.yml: one Loki with its data on a volume, which forgets lines when their time is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon.images import LOKI
from gw2mon.yamltext import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gw2mon.model import Service

_HOUR = 3_600_000

_SCHEMA = (
    "Deleting by age needs periods of 24h, structured metadata needs v13. Never change a line of it: add one below."
)
_ALONE = "Nobody can log in, so its port is not published: what asks it is in the same network."
_COMPACTOR = "What deletes; without it nothing is ever deleted, whatever the period."
_SHORTER = "Services that keep less."


def config(services: Sequence[Service]) -> dict[str, Any]:
    """The configuration that keeps the lines of each service as long as its spec says."""
    longest = max(_retention(service) for service in services)
    shorter = [
        {"selector": f'{{service_name="{service.name}"}}', "priority": 1, "period": _hours(_retention(service))}
        for service in services
        if _retention(service) < longest
    ]
    limits: dict[str, Any] = {
        "retention_period": _hours(longest),
        **({"retention_stream": Part(shorter, comment=_SHORTER)} if shorter else {}),
        "allow_structured_metadata": True,
        "reject_old_samples": True,
        "reject_old_samples_max_age": _hours(min(longest, 168 * _HOUR)),
    }
    return {
        "auth_enabled": Part(value=False, comment=_ALONE),
        "server": {"http_listen_port": LOKI.port, "log_level": "warn"},
        "common": {
            "instance_addr": "127.0.0.1",
            "path_prefix": LOKI.data,
            "replication_factor": 1,
            "ring": {"kvstore": {"store": "inmemory"}},
            "storage": {
                "filesystem": {"chunks_directory": f"{LOKI.data}/chunks", "rules_directory": f"{LOKI.data}/rules"}
            },
        },
        "schema_config": Part({"configs": [_period()]}, comment=_SCHEMA),
        "compactor": Part(
            {
                "working_directory": f"{LOKI.data}/retention",
                "retention_enabled": True,
                "delete_request_store": "filesystem",
            },
            comment=_COMPACTOR,
        ),
        "limits_config": limits,
        "analytics": {"reporting_enabled": False},
    }


def _period() -> dict[str, Any]:
    index = {"prefix": "index_", "period": "24h"}
    return {"from": "2024-01-01", "store": "tsdb", "object_store": "filesystem", "schema": "v13", "index": index}


def _retention(service: Service) -> int:
    return (service.logs.retention if service.logs else None) or 0


def _hours(milliseconds: int) -> str:
    return f"{milliseconds // _HOUR}h"
