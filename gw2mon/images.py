"""The container images that a stack may run: one table, so that one edit moves a pin everywhere.

What is said of an image was read in its Dockerfile: whom it runs as, where it keeps its data, which programs it holds
that can ask it for its health. Many published stacks probe with a program that their image lacks; such a container is
never healthy, and whatever waits for it never starts.
"""

from __future__ import annotations

from typing import NamedTuple


class Image(NamedTuple):
    """A pinned image, and what must be known to run it as a service of the stack."""

    service: str
    """Name of its service, which is the host name under which the others reach it."""
    name: str
    tag: str
    digest: str
    """Of the index for all platforms, so that the same pin holds on every machine."""
    user: str
    """uid:gid, in numbers: Kubernetes and file owners know no names."""
    port: int
    health: str
    """Path that answers 200 when it is ready."""
    programs: frozenset[str]
    """Programs in the image with which a health check can ask."""
    memory: str
    cpus: str
    config: str = ""
    """Folder from which it reads its configuration."""
    data: str = ""
    """Folder that must outlive the container."""
    is_published: bool = False
    """Whether people look at it, so that its port is published on the loopback interface."""

    @property
    def pinned(self) -> str:
        """Name, tag for people, digest for machines."""
        return f"{self.name}:{self.tag}@{self.digest}"

    @property
    def address(self) -> str:
        """host:port for the other services."""
        return f"{self.service}:{self.port}"


_BUSYBOX = frozenset({"sh", "wget", "nc"})
_NOBODY = "65534:65534"

PROMETHEUS = Image(
    "prometheus",
    "prom/prometheus",
    "v3.14.0",
    "sha256:5ce7540c3c00ef4ab0c9d2c995c6a5b9c421f44b4a115d97a2c7af3b1c21cbb0",
    _NOBODY,
    9090,
    "/-/ready",
    _BUSYBOX,
    memory="1g",
    cpus="1.0",
    config="/etc/prometheus",
    data="/prometheus",
    is_published=True,
)
ALERTMANAGER = Image(
    "alertmanager",
    "prom/alertmanager",
    "v0.34.0",
    "sha256:690c7b525f4367aa91f73e2f91c632206d32e97c6384bdbf2fb7a861b420340d",
    _NOBODY,
    9093,
    "/-/ready",
    _BUSYBOX,
    memory="256m",
    cpus="0.5",
    config="/etc/alertmanager",
    data="/alertmanager",
    is_published=True,
)
GRAFANA = Image(
    "grafana",
    "grafana/grafana",
    "13.2.0",
    "sha256:3fd54ae1214669f8355f065ec9f6445d5279a3d77095ab048ca045685272429b",
    "472:0",
    3000,
    "/api/health",
    frozenset({"sh", "bash", "wget", "curl"}),
    memory="512m",
    cpus="1.0",
    config="/etc/grafana",
    data="/var/lib/grafana",
    is_published=True,
)
NODE_EXPORTER = Image(
    "node-exporter",
    "prom/node-exporter",
    "v1.12.1",
    "sha256:1b4e4438faca4dd7e001dd445d161a4a2091b0fededa84093b3a8dfeae1f1be0",
    _NOBODY,
    9100,
    "/",
    _BUSYBOX,
    memory="128m",
    cpus="0.5",
)
BLACKBOX_EXPORTER = Image(
    "blackbox-exporter",
    "prom/blackbox-exporter",
    "v0.28.0",
    "sha256:e753ff9f3fc458d02cca5eddab5a77e1c175eee484a8925ac7d524f04366c2fc",
    _NOBODY,
    9115,
    "/-/healthy",
    _BUSYBOX,
    memory="128m",
    cpus="0.5",
    config="/etc/blackbox_exporter",
)

IMAGES = (PROMETHEUS, ALERTMANAGER, GRAFANA, NODE_EXPORTER, BLACKBOX_EXPORTER)
"""In the order in which a reader of the compose file meets them."""

PROBE_MODULES: dict[str, dict[str, object]] = {
    "http_2xx": {"prober": "http", "http": {"preferred_ip_protocol": "ip4"}},
    "http_post_2xx": {"prober": "http", "http": {"method": "POST"}},
    "tcp_connect": {"prober": "tcp"},
    "grpc": {"prober": "grpc", "grpc": {"tls": True, "preferred_ip_protocol": "ip4"}},
    "icmp": {"prober": "icmp"},
}
"""What the image's own configuration has of general use: a configuration of ours takes its place, and repeats these."""
