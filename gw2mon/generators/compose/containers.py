"""What every container of the stack has in common: its image, its limits, how it is asked for its health."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gw2mon.images import Image

_MOST_PROCESSES = 256
LOGGING = {"driver": "json-file", "options": {"max-size": "10m", "max-file": "3"}}


def container(image: Image, settings: Mapping[str, Any]) -> dict[str, Any]:
    """A service: the image, what it alone needs, and the protection that all of them have."""
    networks = settings.get("networks", [names.NETWORK])
    return {
        "image": image.pinned,
        "user": image.user,
        **{key: value for key, value in settings.items() if key != "networks"},
        **({"ports": [f"127.0.0.1:{image.port}:{image.port}"]} if image.is_published else {}),
        **({"healthcheck": _health_check(image)} if image.check else {}),
        "networks": networks,
        "restart": "unless-stopped",
        "read_only": True,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        # Among the others: Compose refuses pids_limit beside limits that say nothing of it.
        "deploy": {"resources": {"limits": {"memory": image.memory, "cpus": image.cpus, "pids": _MOST_PROCESSES}}},
        "logging": LOGGING,
    }


def bind(source: str, target: str, *, read_only: bool) -> dict[str, Any]:
    """A folder outside the output, which a person makes: of its own accord Docker would make it for root alone."""
    return {
        "type": "bind",
        "source": source,
        "target": target,
        **({"read_only": True} if read_only else {}),
        "bind": {"create_host_path": False},
    }


def mounted(image: Image, folder: str, below: str = "") -> str:
    """A folder of the output where the image looks for its configuration.

    A folder and never a file: gw2mon replaces files by renaming, and a mounted file would stay the old one for ever.
    """
    return f"./{folder}:{image.config}{below}:ro"


def kept(image: Image) -> str:
    """The volume with what must outlive the container."""
    return f"{names.volume(image.service)}:{image.data}"


def _health_check(image: Image) -> dict[str, Any]:
    return {
        "test": ["CMD", *image.check],
        "interval": "15s",
        "timeout": "5s",
        "retries": 5,
        # Prometheus replays its log and Grafana migrates its database before they answer.
        "start_period": "60s",
    }
