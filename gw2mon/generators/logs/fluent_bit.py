"""fluent-bit.yml: from the files of the application to CloudWatch, for hosts whose Docker must not do it itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import names
from gw2mon.images import FLUENT_BIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gw2mon.model import Service

_DAY = 86_400_000


def config(services: Sequence[Service]) -> dict[str, Any]:
    """An input and an output for each service."""
    return {
        "service": {"log_level": "warn", "flush": 5},
        "parsers": [{"name": "lines", "format": "json", "time_key": "timestamp", "time_keep": True,
                     "time_format": "%Y-%m-%dT%H:%M:%S.%LZ"}],
        "pipeline": {
            "inputs": [_input(service) for service in services],
            "outputs": [output for service in services for output in _outputs(service)],
        },
    }  # fmt: skip


def _input(service: Service) -> dict[str, Any]:
    return {
        "name": "tail",
        "tag": service.name,
        "path": names.log_files(service.name),
        "parser": "lines",
        # Where it stopped reading outlives the container.
        "db": f"{FLUENT_BIT.data}/{service.name}.db",
        "skip_long_lines": True,
        # A line may have 131,072 characters.
        "buffer_max_size": "1M",
        "mem_buf_limit": "16M",
    }


def _outputs(service: Service) -> list[dict[str, Any]]:
    logs = service.logs
    if logs is None:
        return []
    return [{
        "name": "cloudwatch_logs",
        "match": service.name,
        "region": logs.region,
        "log_group_name": logs.group,
        "log_stream_prefix": f"{service.name}-",
        "auto_create_group": True,
        "log_retention_days": (logs.retention or 0) // _DAY,
    }]  # fmt: skip
