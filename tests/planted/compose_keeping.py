"""Defects of what a container may do and keep: mounts, and protection."""

# ruff: noqa: FBT003 - values of data
# ruff: noqa: S108 - paths inside of containers

from tests.planted.planting import Planted
from tests.planted.stacks import all_of, flags, mounts, service, top, without

MOUNTS = (
    Planted(
        "folder that is not there",
        "Docker makes an empty one, owned by root",
        mounts("prometheus", remove=("./prometheus",), add=["./prom:/etc/prometheus:ro"]),
    ),
    Planted(
        "file that is not there",
        "Docker makes a folder of its name",
        mounts("grafana", add=["./grafana/grafana.ini:/etc/grafana/grafana.ini:ro"]),
    ),
    Planted(
        "configuration can be written",
        "whoever breaks in can change it",
        mounts("prometheus", remove=("./prometheus",), add=["./prometheus:/etc/prometheus"]),
    ),
    Planted(
        "written, long",
        "whoever breaks in can change it",
        mounts(
            "alertmanager",
            remove=("./alertmanager",),
            add=[{"type": "bind", "source": "./alertmanager", "target": "/etc/alertmanager"}],
        ),
    ),
    Planted(
        "mounted beside the place",
        "no configuration",
        mounts("prometheus", remove=("./prometheus",), add=["./prometheus:/etc/prom:ro"]),
    ),
    Planted(
        "single file",
        "an editor replaces it, and a reload reads the old one",
        mounts(
            "prometheus",
            remove=("./prometheus",),
            add=[
                "./prometheus/prometheus.yml:/etc/prometheus/prometheus.yml:ro",
                "./prometheus/rules:/etc/prometheus/rules:ro",
            ],
        ),
    ),
    Planted(
        "rules not mounted",
        "no alert ever",
        mounts(
            "prometheus",
            remove=("./prometheus",),
            add=["./prometheus/prometheus.yml:/etc/prometheus/prometheus.yml:ro"],
        ),
    ),
    Planted("dashboards not mounted", "an empty Grafana", mounts("grafana", remove=("./grafana/dashboards",))),
    Planted(
        "dashboards at another path",
        "an empty Grafana",
        mounts("grafana", remove=("./grafana/dashboards",), add=["./grafana/dashboards:/var/dashboards:ro"]),
    ),
    Planted(
        "provisioning not mounted",
        "no data source, no dashboard",
        mounts("grafana", remove=("./grafana/provisioning",)),
    ),
    Planted(
        "Docker socket", "root on the host", mounts("prometheus", add=["/var/run/docker.sock:/var/run/docker.sock:ro"])
    ),
    Planted(
        "Docker socket behind a proxy that passes on orders",
        "root on the host",
        top(
            "services.proxy",
            {
                "image": "wollomatic/socket-proxy:1.12.3",
                "command": ["-allowGET=.*", "-allowPOST=.*"],
                "volumes": ["/var/run/docker.sock:/var/run/docker.sock:ro"],
            },
        ),
    ),
    Planted(
        "root of the host can be written", "root on the host", service("node-exporter", "volumes", ["/:/host:rslave"])
    ),
    Planted("root of the host for Grafana", "every secret of the host", mounts("grafana", add=["/:/host:ro"])),
    Planted("no volume for samples", "lost at each update", mounts("prometheus", remove=("prometheus_data",))),
    Planted(
        "no volume for silences",
        "silences and what was sent are lost",
        mounts("alertmanager", remove=("alertmanager_data",)),
    ),
    Planted("no volume for Grafana", "users and what they made are lost", mounts("grafana", remove=("grafana_data",))),
    Planted(
        "samples in memory",
        "lost at each restart",
        all_of(
            mounts("prometheus", remove=("prometheus_data",)), service("prometheus", "tmpfs", ["/tmp", "/prometheus"])
        ),
    ),
    Planted(
        "write-ahead log in memory",
        "three hours are lost at each restart",
        service("prometheus", "tmpfs", ["/tmp:size=64m", "/prometheus/wal"]),
    ),
    Planted(
        "volume beside the data",
        "lost at each update",
        flags("prometheus", remove=("--storage.tsdb.path",), add=["--storage.tsdb.path=/data"]),
    ),
    Planted(
        "volume that is not declared",
        "compose refuses",
        mounts("prometheus", remove=("prometheus_data",), add=["prom_data:/prometheus"]),
    ),
    Planted(
        "path without its ./",
        "taken for a volume's name: compose refuses",
        mounts("prometheus", remove=("./prometheus",), add=["prometheus:/etc/prometheus:ro"]),
    ),
    Planted(
        "unknown mode",
        "compose refuses",
        mounts("prometheus", remove=("./prometheus",), add=["./prometheus:/etc/prometheus:readonly"]),
    ),
    Planted(
        "two mounts at one path", "compose refuses", mounts("prometheus", add=["./alertmanager:/etc/prometheus:ro"])
    ),
    Planted(
        "one volume for two databases",
        "they write into each other's files",
        mounts("alertmanager", remove=("alertmanager_data",), add=["prometheus_data:/alertmanager"]),
    ),
)

HARDENING = (
    Planted("privileged", "root on the host", service("node-exporter", "privileged", True)),
    Planted("root", "whoever breaks in is root", service("prometheus", "user", "root")),
    Planted("root in numbers", "whoever breaks in is root", service("grafana", "user", "0:0")),
    Planted("a user who cannot write the volume", "does not start", service("prometheus", "user", "1000:1000")),
    Planted("no limits", "one query takes the machine's memory", without("prometheus", "deploy")),
    Planted(
        "no limit of memory",
        "one query takes the machine's memory",
        without("grafana", "deploy.resources.limits.memory"),
    ),
    Planted("a limit said in two ways", "compose refuses", service("loki", "pids_limit", 512)),
    Planted(
        "limit in unknown units", "compose refuses", service("prometheus", "deploy.resources.limits.memory", "1 gig")
    ),
    Planted("no restart", "down after the host's restart", without("prometheus", "restart")),
    Planted("never restarted", "down after a crash", service("alertmanager", "restart", "no")),
    Planted("unknown restart", "compose refuses", service("alertmanager", "restart", "unless_stopped")),
    Planted("logs without end", "they fill the disk", without("grafana", "logging")),
    Planted("logs without size", "they fill the disk", without("grafana", "logging.options")),
    Planted("all capabilities", "root on the host", service("node-exporter", "cap_add", ["ALL"])),
    Planted("administrator of the system", "root on the host", service("node-exporter", "cap_add", ["SYS_ADMIN"])),
    Planted("capabilities kept", "more than it needs", without("prometheus", "cap_drop")),
    Planted("may gain privileges", "a setuid program makes it root", without("grafana", "security_opt")),
    Planted(
        "no filter of system calls", "more than it needs", service("prometheus", "security_opt", ["seccomp:unconfined"])
    ),
    Planted("root can be written", "whoever breaks in leaves programs", without("alertmanager", "read_only")),
    Planted(
        "two on one database",
        "the second finds a lock",
        all_of(without("prometheus", "ports"), service("prometheus", "deploy.replicas", 2)),
    ),
)
