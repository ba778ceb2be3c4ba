"""What is known of programs whose images a compose file may run, besides what `gw2mon.images` says of them.

Flags are those that the programs print with --help, of Prometheus 2.42 and 3.16, Alertmanager 0.34, and their
exporters; collectors of the node exporter are told by their prefix.
"""

from __future__ import annotations

from typing import NamedTuple

from gw2mon import images


class Program(NamedTuple):
    """A program, and what it does where nobody says otherwise."""

    image: images.Image
    flags: str
    paths: str
    """Beginnings of the paths at which it answers."""
    config: str = ""
    """Its configuration where the image's own command stands, which a command of the compose file replaces."""
    config_of_its_own: str = ""
    """Its configuration where neither says one."""
    data_flag: str = ""
    retired_flags: str = ""
    tag_has_v: bool = True

    @property
    def config_flag(self) -> str:
        """The flag that names the configuration."""
        return "--config.file" if self.config else ""


_WEB = (
    "web.listen-address web.config.file web.external-url web.route-prefix web.systemd-socket log.level log.format "
    "help help-long version config.file "
)

PROGRAMS = (
    Program(
        images.PROMETHEUS,
        _WEB + "config.auto-reload config.auto-reload-interval config.auto-reload-trigger auto-gomaxprocs "
        "auto-gomemlimit auto-gomemlimit.ratio auto-gomemlimit.refresh-interval web.read-timeout web.max-connections "
        "web.max-notifications-subscribers web.user-assets web.enable-lifecycle web.enable-admin-api "
        "web.enable-remote-write-receiver web.remote-write-receiver.accepted-protobuf-messages "
        "web.enable-otlp-receiver web.console.templates web.console.libraries web.page-title web.cors.origin "
        "web.search.max-limit storage.tsdb.path storage.tsdb.retention.time storage.tsdb.retention.size "
        "storage.tsdb.no-lockfile storage.tsdb.head-chunks-write-queue-size storage.tsdb.delay-compact-file.path "
        "storage.tsdb.min-block-duration storage.tsdb.max-block-duration storage.tsdb.max-block-chunk-segment-size "
        "storage.tsdb.wal-segment-size storage.tsdb.wal-compression storage.tsdb.wal-compression-type "
        "storage.tsdb.samples-per-chunk storage.tsdb.enable-overlapping-compaction "
        "storage.tsdb.allow-overlapping-blocks "
        "storage.tsdb.retention storage.tsdb.use-lockfile storage.agent.use-lockfile web.local-assets "
        "storage.agent.path storage.agent.wal-compression storage.agent.wal-compression-type "
        "storage.agent.wal-segment-size storage.agent.wal-truncate-frequency storage.agent.retention.min-time "
        "storage.agent.retention.max-time storage.agent.no-lockfile storage.agent.checkpoint-from-in-memory-series "
        "storage.agent.checkpoint-batch-size storage.remote.flush-deadline storage.remote.read-sample-limit "
        "storage.remote.read-concurrent-limit storage.remote.read-max-bytes-in-frame rules.alert.for-outage-tolerance "
        "rules.alert.for-grace-period rules.alert.resend-delay rules.max-concurrent-evals "
        "alertmanager.notification-queue-capacity alertmanager.notification-batch-size "
        "alertmanager.drain-notification-queue-on-shutdown scrape.adjust-timestamps scrape.timestamp-tolerance "
        "scrape.discovery-reload-interval scrape.name-escaping-scheme query.lookback-delta query.timeout "
        "query.max-concurrency query.max-samples enable-feature agent",
        "/-/ready /-/healthy /metrics /api/ /graph /query /targets /alerts /rules /status /config /flags /",
        "/etc/prometheus/prometheus.yml",
        "/prometheus/prometheus.yml",
        "--storage.tsdb.path",
        "storage.tsdb.retention storage.tsdb.allow-overlapping-blocks storage.tsdb.use-lockfile "
        "storage.agent.use-lockfile alertmanager.timeout web.local-assets",
    ),
    Program(
        images.ALERTMANAGER,
        _WEB + "storage.path data.retention data.maintenance-interval silences.max-silences "
        "silences.max-silence-size-bytes log.silences alerts.gc-interval alerts.per-alertname-limit "
        "dispatch.maintenance-interval dispatch.start-delay web.cors.origin web.get-concurrency web.timeout "
        "auto-gomaxprocs auto-gomemlimit auto-gomemlimit.ratio cluster.listen-address cluster.advertise-address "
        "cluster.peer-name cluster.peer cluster.peer-timeout cluster.peers-resolve-timeout cluster.gossip-interval "
        "cluster.pushpull-interval cluster.tcp-timeout cluster.probe-timeout cluster.probe-interval "
        "cluster.settle-timeout cluster.reconnect-interval cluster.reconnect-timeout cluster.tls-config "
        "cluster.allow-insecure-public-advertise-address-discovery cluster.label enable-feature",
        "/-/ready /-/healthy /metrics /api/ /",
        "/etc/alertmanager/alertmanager.yml",
        "/alertmanager/alertmanager.yml",
        "--storage.path",
    ),
    Program(images.GRAFANA, "", "/api/ /healthz /login /metrics /robots.txt /public/ /", tag_has_v=False),
    Program(
        images.NODE_EXPORTER,
        _WEB + "path.procfs path.sysfs path.rootfs path.udev.data web.telemetry-path web.disable-exporter-metrics "
        "web.max-requests runtime.gomaxprocs collector.",
        "/metrics /",
    ),
    Program(
        images.BLACKBOX_EXPORTER,
        _WEB + "config.check history.limit timeout-offset config.enable-auto-reload log.prober",
        "/-/healthy /metrics /probe /config /logs /",
        "/etc/blackbox_exporter/config.yml",
        "/blackbox.yml",
    ),
    Program(images.LOKI, "", "/ready /metrics /config /services /loki/ /ring /", tag_has_v=False),
    Program(images.ALLOY, "", "/-/ready /-/healthy /metrics /api/ /graph /component/ /"),
)

_OTHER_NAMES = {
    "quay.io/prometheus/prometheus": "prom/prometheus",
    "quay.io/prometheus/alertmanager": "prom/alertmanager",
    "quay.io/prometheus/node-exporter": "prom/node-exporter",
    "quay.io/prometheus/blackbox-exporter": "prom/blackbox-exporter",
    "grafana/grafana-oss": "grafana/grafana",
    "grafana/grafana-enterprise": "grafana/grafana",
}
RETIRED = {
    "grafana/promtail": "it reached its end of life in March 2026; use grafana/alloy",
    "grafana/agent": "it reached its end of life in November 2025; use grafana/alloy",
}
MOVING_TAGS = ("latest", "main", "master", "edge", "nightly", "dev")
RUNNERS = ("sh", "ash", "bash")
"""Shells that a health check may start."""
SOCKET_PROXIES = ("wollomatic/socket-proxy",)
"""Images that stand before Docker's socket, and pass on what their command allows."""
CHANGING = ("POST", "PUT", "PATCH", "DELETE")
"""Methods of requests that change something."""


def program_of(name: str) -> Program | None:
    """The program of an image by its name without tag and digest; None for one of which nothing is known."""
    short = name.removeprefix("docker.io/").removeprefix("index.docker.io/")
    short = _OTHER_NAMES.get(short, short)
    return next((program for program in PROGRAMS if program.image.name == short), None)


SERVICE_KEYS = frozenset(
    "annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command configs container_name "  # noqa: SIM905
    "cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec "
    "depends_on deploy develop device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint env_file "
    "environment expose extends external_links extra_hosts gpus group_add healthcheck hostname image init ipc "
    "isolation label_file labels links logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit "
    "models network_mode networks oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_start "
    "pre_stop privileged profiles provider pull_policy pull_refresh_after read_only restart runtime scale secrets "
    "security_opt shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits "
    "use_api_socket user userns_mode uts volumes volumes_from working_dir".split()
)
TOP_KEYS = frozenset("version name services networks volumes secrets configs include models".split())  # noqa: SIM905
