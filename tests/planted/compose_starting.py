"""Defects for which a container does not start, is not healthy, or cannot be reached."""

from tests.planted.planting import Planted
from tests.planted.stacks import all_of, flags, get, misspelt, probe, service, slo, top, without

EVERY_PORT = ["9100:9100"]

IMAGES = (
    Planted("no tag", "another version at each pull", service("prometheus", "image", "prom/prometheus")),
    Planted("latest", "another version at each pull", service("grafana", "image", "grafana/grafana:latest")),
    Planted("main", "the build of the day", service("node-exporter", "image", "prom/node-exporter:main")),
    Planted("tag without its v", "no such tag", service("prometheus", "image", "prom/prometheus:3.14.0")),
    Planted("tag with a v too many", "no such tag", service("grafana", "image", "grafana/grafana:v13.2.0")),
    Planted("broken digest", "cannot be pulled", service("prometheus", "image", "prom/prometheus:v3.14.0@sha256:5ce7")),
    Planted("neither image nor build", "compose refuses", without("grafana", "image")),
    Planted("image as a list", "compose refuses", service("grafana", "image", ["grafana/grafana:13.2.0"])),
    Planted(
        "end of life",
        "gets no fixes",
        top("services.promtail", {"image": "grafana/promtail:3.5.0", "restart": "unless-stopped"}),
    ),
)

HEALTH = (
    Planted("none", "a hung Prometheus looks well", without("prometheus", "healthcheck")),
    Planted(
        "curl where there is none",
        "never healthy",
        probe("prometheus", "CMD", "curl", "-f", "http://127.0.0.1:9090/-/ready"),
    ),
    Planted(
        "bash where there is none",
        "never healthy",
        probe("alertmanager", "CMD", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9093"),
    ),
    Planted(
        "curl in a shell",
        "never healthy",
        probe("node-exporter", "CMD-SHELL", "curl -f http://127.0.0.1:9100/ || exit 1"),
    ),
    Planted("wrong port", "never healthy", probe("grafana", *get("http://127.0.0.1:3001/api/health"))),
    Planted("path that is not there", "never healthy", probe("prometheus", *get("http://127.0.0.1:9090/healthz"))),
    Planted("path of Prometheus in Grafana", "never healthy", probe("grafana", *get("http://127.0.0.1:3000/-/ready"))),
    Planted("list without CMD", "compose refuses", probe("prometheus", "wget", "-q", "http://127.0.0.1:9090/-/ready")),
    Planted(
        "no probe in distroless", "never healthy", service("prometheus", "image", "prom/prometheus:v3.14.0-distroless")
    ),
    Planted(
        "switched off but waited for", "Grafana never starts", service("prometheus", "healthcheck", {"disable": True})
    ),
    Planted("NONE but waited for", "Grafana never starts", service("prometheus", "healthcheck.test", ["NONE"])),
    Planted("wget in Loki", "Alloy never starts", probe("loki", *get("http://127.0.0.1:3100/ready"))),
    Planted("curl in Alloy", "never healthy", probe("alloy", "CMD", "curl", "-f", "http://127.0.0.1:12345/-/ready")),
    Planted("interval without a unit", "compose refuses", service("prometheus", "healthcheck.interval", "15")),
    Planted("misspelt key", "compose refuses", misspelt("prometheus", "healthcheck", "healtcheck")),
    Planted("retries in words", "compose refuses", service("prometheus", "healthcheck.retries", "many")),
)

PORTS = (
    Planted("open to the world", "Docker bypasses the firewall", service("prometheus", "ports", ["9090:9090"])),
    Planted(
        "open to the world, said", "Docker bypasses the firewall", service("grafana", "ports", ["0.0.0.0:3000:3000"])
    ),
    Planted(
        "open to the world over IPv6",
        "Docker bypasses the firewall",
        service("alertmanager", "ports", ["[::]:9093:9093"]),
    ),
    Planted(
        "open to the world, long",
        "Docker bypasses the firewall",
        service("prometheus", "ports", [{"target": 9090, "published": "9090", "protocol": "tcp"}]),
    ),
    Planted("some port, open to the world", "Docker bypasses the firewall", service("alertmanager", "ports", ["9093"])),
    Planted(
        "exporter open to the world", "tells everybody about the machine", service("node-exporter", "ports", EVERY_PORT)
    ),
    Planted("nobody listens there", "connection refused", service("prometheus", "ports", ["127.0.0.1:9090:9091"])),
    Planted(
        "one port for two services",
        "the second does not start",
        service("alertmanager", "ports", ["127.0.0.1:9090:9093"]),
    ),
    Planted("no such port", "compose refuses", service("grafana", "ports", ["127.0.0.1:93000:3000"])),
    Planted("port in words", "compose refuses", service("grafana", "ports", ["127.0.0.1:http:3000"])),
    Planted(
        "network of the host",
        "every port is open to the world",
        all_of(without("prometheus", "networks", "ports"), service("prometheus", "network_mode", "host")),
    ),
    Planted(
        "network of the host and ports",
        "the ports are discarded",
        all_of(without("grafana", "networks"), service("grafana", "network_mode", "host")),
    ),
)

COMMANDS = (
    Planted(
        "configuration at another path",
        "does not start",
        flags("prometheus", remove=("--config.file",), add=["--config.file=/etc/prometheus/prom.yml"]),
    ),
    Planted(
        "configuration outside every mount",
        "does not start",
        flags("alertmanager", remove=("--config.file",), add=["--config.file=/config/alertmanager.yml"]),
    ),
    Planted(
        "configuration not named",
        "the image's own flags are gone with them: does not start",
        flags("prometheus", remove=("--config.file",)),
    ),
    Planted(
        "flag of version 1", "does not start", flags("prometheus", add=["-config.file=/etc/prometheus/prometheus.yml"])
    ),
    Planted(
        "flag that was removed",
        "does not start",
        flags("prometheus", remove=("--storage.tsdb.retention",), add=["--storage.tsdb.retention=35d"]),
    ),
    Planted("misspelt flag", "does not start", flags("prometheus", add=["--web.enable-lifecyle"])),
    Planted(
        "flag of another program", "does not start", flags("alertmanager", add=["--storage.tsdb.retention.time=35d"])
    ),
    Planted(
        "flag and value in one item",
        "does not start",
        flags("prometheus", remove=("--config.file",), add=["--config.file /etc/prometheus/prometheus.yml"]),
    ),
    Planted(
        "retention shorter than a window",
        "a spent budget looks full",
        all_of(
            slo("30d"),
            flags("prometheus", remove=("--storage.tsdb.retention",), add=["--storage.tsdb.retention.time=15d"]),
        ),
    ),
    Planted(
        "retention not said",
        "15 days: a spent budget looks full",
        all_of(slo("30d"), flags("prometheus", remove=("--storage.tsdb.retention",))),
    ),
    Planted(
        "retention in words",
        "does not start",
        flags("prometheus", remove=("--storage.tsdb.retention",), add=["--storage.tsdb.retention.time=35days"]),
    ),
    Planted("admin API", "anybody deletes samples", flags("prometheus", add=["--web.enable-admin-api"])),
    Planted(
        "lifecycle API open to the world",
        "anybody stops Prometheus",
        all_of(service("prometheus", "ports", ["9090:9090"]), flags("prometheus", add=["--web.enable-lifecycle"])),
    ),
    Planted(
        "password in a flag",
        "seen by every user of the machine",
        flags(
            "prometheus",
            remove=("--web.external-url",),
            add=["--web.external-url=http://admin:kelp-otter@prometheus.example.org"],
        ),
    ),
    Planted(
        "measures the container's disks", "a full disk is not seen", flags("node-exporter", remove=("--path.rootfs",))
    ),
    Planted(
        "root path beside the mount",
        "no file system is seen",
        flags("node-exporter", remove=("--path.rootfs",), add=["--path.rootfs=/rootfs"]),
    ),
    Planted("root not mounted", "no file system is seen", without("node-exporter", "volumes")),
    Planted("processes of the container only", "uses of the host are not seen", without("node-exporter", "pid")),
)

STRUCTURE = (
    Planted("waits for nobody", "compose refuses", service("grafana", "depends_on", ["prom"])),
    Planted("waits in a circle", "compose refuses", service("prometheus", "depends_on", ["grafana"])),
    Planted("unknown condition", "compose refuses", service("grafana", "depends_on.prometheus.condition", "healthy")),
    Planted("waits for what stays off", "compose refuses", service("prometheus", "profiles", ["extra"])),
    Planted("misspelt key", "compose refuses", misspelt("grafana", "environment", "enviroment")),
    Planted("volume for volumes", "compose refuses", misspelt("prometheus", "volumes", "volume")),
    Planted(
        "misspelt section", "compose refuses", lambda stack: stack.compose.update(service=stack.compose["services"])
    ),
    Planted("no services", "nothing to start", top("services", {})),
    Planted("service is text", "compose refuses", top("services.grafana", "grafana/grafana:13.2.0")),
)
