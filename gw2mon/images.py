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
    """Of the index for all platforms, so that the same pin holds on every machine; empty where it is not known."""
    user: str
    """uid:gid, in numbers: Kubernetes and file owners know no names."""
    port: int
    health: str
    """Path that answers 200 when it is ready; empty where nothing does."""
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
    asked_by: tuple[str, ...] = ()
    """The command that asks for its health, of an image without wget."""

    @property
    def pinned(self) -> str:
        """Name, tag for people, digest for machines."""
        return f"{self.name}:{self.tag}" + (f"@{self.digest}" if self.digest else "")

    @property
    def address(self) -> str:
        """host:port for the other services."""
        return f"{self.service}:{self.port}"

    @property
    def check(self) -> tuple[str, ...]:
        """The command that asks for its health; empty where the image has nothing to ask with."""
        # 127.0.0.1 because in some images localhost is ::1 first, where nothing listens.
        url = f"http://127.0.0.1:{self.port}{self.health}"
        return self.asked_by or (("wget", "-q", "-O", "/dev/null", url) if "wget" in self.programs else ())


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

LOKI = Image(
    "loki",
    "grafana/loki",
    "3.7.6",
    "sha256:efd47c67f9bac88ca29bcf8cb997d9ab29d1848bd0aff579282295542a745952",
    "10001:10001",
    3100,
    "/ready",
    frozenset({"loki"}),
    memory="1g",
    cpus="1.0",
    config="/etc/loki",
    data="/loki",
    asked_by=("/usr/bin/loki", "-health", "-health.url=http://127.0.0.1:3100/ready"),
)
ALLOY = Image(
    "alloy",
    "grafana/alloy",
    "v1.21.2",
    "",
    # A user of the image, although it starts as root unless told otherwise.
    "473:473",
    12345,
    "/-/ready",
    frozenset({"sh", "bash", "head", "grep"}),
    memory="512m",
    cpus="0.5",
    config="/etc/alloy",
    data="/var/lib/alloy/data",
    asked_by=(
        "bash",
        "-c",
        r"exec 3<>/dev/tcp/127.0.0.1/12345; printf 'GET /-/ready HTTP/1.0\r\n\r\n' >&3; head -1 <&3 | grep -q ' 200'",
    ),
)
DOCKER_PROXY = Image(
    "docker-proxy",
    "wollomatic/socket-proxy",
    "1.12.3",
    "",
    # The socket belongs to root and to a group whose number every machine chooses for itself.
    "0:0",
    2375,
    "",
    frozenset({"healthcheck"}),
    memory="64m",
    cpus="0.25",
    asked_by=("./healthcheck",),
)
ELASTICSEARCH = Image(
    "elasticsearch",
    "docker.elastic.co/elasticsearch/elasticsearch",
    "9.4.4",
    "",
    "1000:0",
    9200,
    "/",
    frozenset({"sh", "bash", "curl"}),
    memory="2g",
    cpus="1.0",
    data="/usr/share/elasticsearch/data",
    # Without --fail: it answers 401, and a password has no place in a health check.
    asked_by=("curl", "-s", "-o", "/dev/null", "http://127.0.0.1:9200/"),
)
KIBANA = Image(
    "kibana",
    "docker.elastic.co/kibana/kibana",
    "9.4.4",
    "",
    "1000:0",
    5601,
    "/api/status",
    frozenset({"sh", "bash", "curl"}),
    memory="1g",
    cpus="1.0",
    config="/etc/kibana",
    data="/usr/share/kibana/data",
    is_published=True,
    asked_by=("curl", "-s", "-f", "-o", "/dev/null", "http://127.0.0.1:5601/api/status"),
)
FILEBEAT = Image(
    "filebeat",
    "docker.elastic.co/beats/filebeat",
    "9.4.4",
    "",
    "1000:0",
    5066,
    "/",
    frozenset({"sh", "bash", "curl"}),
    memory="256m",
    cpus="0.5",
    config="/etc/filebeat",
    data="/usr/share/filebeat/data",
    asked_by=("curl", "-s", "-f", "-o", "/dev/null", "http://127.0.0.1:5066/"),
)
FLUENT_BIT = Image(
    "fluent-bit",
    "fluent/fluent-bit",
    "4.2.8",
    "",
    # A new volume belongs to root, because the image has no folder there from which to take another owner.
    "0:0",
    2020,
    "",
    # Nothing in it can ask for its health.
    frozenset(),
    memory="128m",
    cpus="0.5",
    config="/fluent-bit/gw2mon",
    data="/fluent-bit/state",
)

IMAGES = (
    PROMETHEUS,
    ALERTMANAGER,
    GRAFANA,
    NODE_EXPORTER,
    BLACKBOX_EXPORTER,
    LOKI,
    ALLOY,
    DOCKER_PROXY,
    ELASTICSEARCH,
    KIBANA,
    FILEBEAT,
    FLUENT_BIT,
)
"""In the order in which a reader of the compose file meets them."""

PROBE_MODULES: dict[str, dict[str, object]] = {
    "http_2xx": {"prober": "http", "http": {"preferred_ip_protocol": "ip4"}},
    "http_post_2xx": {"prober": "http", "http": {"method": "POST"}},
    "tcp_connect": {"prober": "tcp"},
    "grpc": {"prober": "grpc", "grpc": {"tls": True, "preferred_ip_protocol": "ip4"}},
    "icmp": {"prober": "icmp"},
}
"""What the image's own configuration has of general use: a configuration of ours takes its place, and repeats these."""
