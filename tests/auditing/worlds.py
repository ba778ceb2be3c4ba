"""Surroundings in which correct rules are audited: what is scraped, and what of the metrics somebody has shown."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from gw2mon import exposition
from gw2mon import promql as q

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gw2mon.auditing.estate import Rules
    from gw2mon.exposition import Exposition

DISCOVERED = b"""\
global: {scrape_interval: 30s, evaluation_interval: 30s, external_labels: {cluster: prod-1}}
rule_files: [/etc/prometheus/rules/*.yml]
scrape_configs:
  - job_name: kubernetes-pods
    kubernetes_sd_configs: [{role: pod}]
    relabel_configs:
      - {source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape], action: keep, regex: "true"}
      - {action: labelmap, regex: __meta_kubernetes_pod_label_(.+)}
      - {source_labels: [__meta_kubernetes_namespace], target_label: namespace}
      - {source_labels: [__meta_kubernetes_pod_name], target_label: pod}
  - job_name: kubelet
    kubernetes_sd_configs: [{role: node}]
    scheme: https
    metric_relabel_configs: [{source_labels: [__name__], regex: container_tasks_state, action: drop}]
  - job_name: node
    file_sd_configs: [{files: [targets/*.json]}]
alerting: {alertmanagers: [{static_configs: [{targets: ["alertmanager:9093"]}]}]}
"""
STATIC = b"""\
global: {scrape_interval: 15s, evaluation_interval: 15s}
rule_files: [rules/*.yml]
scrape_configs:
  - {job_name: prometheus, static_configs: [{targets: ["localhost:9090"]}]}
  - {job_name: alertmanager, static_configs: [{targets: ["alertmanager:9093"]}]}
  - {job_name: node, static_configs: [{targets: ["web-1:9100", "web-2:9100"]}]}
  - {job_name: postgres, static_configs: [{targets: ["postgres-exporter:9187"]}]}
  - {job_name: redis, static_configs: [{targets: ["redis-exporter:9121"]}]}
  - {job_name: shop, static_configs: [{targets: ["shop:8000"], labels: {env: production}}]}
  - {job_name: billing, static_configs: [{targets: ["billing:8000"]}]}
  - {job_name: kube-state-metrics, static_configs: [{targets: ["ksm:8080"]}]}
  - {job_name: kubelet, static_configs: [{targets: ["kubelet:10250"]}]}
  - {job_name: etcd, static_configs: [{targets: ["etcd-1:2379", "etcd-2:2379", "etcd-3:2379"]}]}
  - {job_name: apiserver, static_configs: [{targets: ["apiserver:443"]}]}
  - job_name: blackbox
    metrics_path: /probe
    params: {module: [http_2xx]}
    static_configs: [{targets: ["https://shop.example.org"]}]
    relabel_configs:
      - {source_labels: [__address__], target_label: __param_target}
      - {source_labels: [__param_target], target_label: instance}
      - {target_label: __address__, replacement: "blackbox:9115"}
"""
KNOWN_OF_TEN = 7
_OF_PROMETHEUS = ("up", "scrape_", "ALERTS")
_GROWING = ("rate", "irate", "increase", "resets")
_BOUNDS = ("0.1", "0.5", "1.0", "10.0", "1000.0", "604800.0", "+Inf")
_LABELS = {
    "kube_pod_container_resource_": "namespace pod uid container node resource unit",
    "kube_pod_container_status_waiting_reason": "namespace pod uid container reason",
    "kube_pod_container_": "namespace pod uid container",
    "kube_pod_status_phase": "namespace pod uid phase",
    "kube_pod_info": "namespace pod uid node host_ip pod_ip created_by_kind created_by_name",
    "kube_pod_owner": "namespace pod uid owner_kind owner_name owner_is_controller",
    "kube_replicaset_owner": "namespace replicaset owner_kind owner_name owner_is_controller",
    "kube_deployment_": "namespace deployment",
    "kube_statefulset_status_current_revision": "namespace statefulset revision",
    "kube_statefulset_status_update_revision": "namespace statefulset revision",
    "kube_statefulset_": "namespace statefulset",
    "kube_daemonset_": "namespace daemonset",
    "kube_job_": "namespace job_name",
    "kube_horizontalpodautoscaler_": "namespace horizontalpodautoscaler",
    "kube_node_status_condition": "node condition status",
    "kube_node_spec_": "node",
    "kube_node_status_": "node resource unit",
    "kube_resourcequota": "namespace resourcequota resource type",
    "kube_persistentvolumeclaim_labels": "namespace persistentvolumeclaim label_excluded_from_alerts",
    "kube_persistentvolumeclaim_": "namespace persistentvolumeclaim access_mode",
    "kubelet_volume_stats_": "namespace persistentvolumeclaim metrics_path",
    "kubelet_": "node metrics_path",
    "kubernetes_build_info": "git_version git_commit major minor platform",
    "container_": "container id image name namespace pod node metrics_path",
    "rest_client_": "code host method namespace",
    "apiserver_request_total": "code component group resource scope subresource verb version",
    "apiserver_request_": "code component group resource scope subresource verb version",
    "apiserver_client_": "namespace service endpoint",
    "aggregator_": "name namespace",
    "pg_settings_": "server",
    "pg_stat_activity_": "datname server state",
    "pg_stat_user_tables_": "datname relname schemaname server",
    "pg_stat_database_": "datid datname namespace server",
    "pg_stat_replication_": "application_name client_addr server state",
    "pg_stat_statements_": "datname queryid user server",
    "pg_locks_": "datname mode server",
    "pg_database_": "datname server",
    "pg_replication_slots_": "slot_name server",
    "pg_": "server",
    "postgresql_errors_total": "type",
    "redis_commands_": "cmd",
    "redis_instance_info": "role redis_version redis_mode os",
    "http_requests_total": "handler method status",
    "http_request_duration_seconds": "handler method",
    "job_queue_": "queue",
    "queue_": "queue",
    "circuit_breaker_": "upstream state",
    "db_pool_connections": "pool state",
    "db_pool_": "pool",
    "backup_": "host",
    "app_build_info": "version",
    "shard_": "shard",
    "is_leader": "cluster",
    "disk_failing": "disk",
    "errors_total": "service",
    "service_owner_info": "service team",
    "node_hwmon_temp_celsius": "chip sensor",
    "node_hwmon_chip_names": "chip chip_name",
    "node_md_disks_required": "device",
    "node_md_disks": "device state",
    "node_filesystem_": "device device_error fstype mountpoint",
    "node_network_": "device",
    "node_disk_": "device",
    "node_systemd_unit_state": "name state type",
    "node_bonding_": "master",
    "node_cpu_seconds_total": "cpu mode",
    "node_uname_info": "release nodename machine sysname version domainname",
    "prometheus_notifications_alertmanagers_discovered": "",
    "prometheus_notifications_queue_capacity": "",
    "prometheus_notifications_": "alertmanager",
    "prometheus_rule_": "rule_group",
    "prometheus_remote_storage_highest_timestamp_in_seconds": "",
    "prometheus_remote_storage_": "remote_name url",
    "prometheus_tsdb_head_samples_appended_total": "type",
    "prometheus_target_metadata_cache_entries": "scrape_job",
    "prometheus_engine_query_duration_seconds": "slice quantile",
    "prometheus_sd_": "mechanism config",
    "alertmanager_notifications_failed_total": "integration reason",
    "alertmanager_notifications_": "integration",
    "alertmanager_cluster_": "peer",
    "alertmanager_silences": "state",
    "probe_http_duration_seconds": "phase",
}
"""What exporters write beside each sample, by how the name of a metric begins; nothing where none of these fits."""


def seven_of_ten(rules: Iterable[Rules]) -> Exposition:
    """What targets answer: most of the metrics that rules ask for, and always the same ones."""
    expressions = [rule.expr for file in rules for group in file.groups for rule in group.rules]
    asked: dict[str, dict[str, str]] = {}
    for selector in (selector for expr in expressions for selector in q.selectors(expr)):
        equal = {item.name: item.value for item in selector.matchers if item.op == "="}
        asked.setdefault(selector.name or "", {}).update(equal)
    growing = {name for expr in expressions for name in _counted(expr)}
    return exposition.read("".join(_lines(asked, growing)))


def _counted(expr: q.Expr) -> Iterator[str]:
    for node in q.walk(expr):
        if isinstance(node, q.Call) and node.function in _GROWING:
            yield from (selector.name or "" for selector in q.selectors(node))


def _lines(asked: dict[str, dict[str, str]], growing: set[str]) -> Iterator[str]:
    for name, values in sorted(asked.items()):
        base = name.removesuffix("_bucket")
        if not name or ":" in name or name.startswith(_OF_PROMETHEUS) or crc32(base.encode()) % 10 >= KNOWN_OF_TEN:
            continue
        own = next((labels for start, labels in _LABELS.items() if name.startswith(start)), "")
        labels = {label: values.get(label) or "x" for label in own.split()}
        if base != name:
            yield f"# TYPE {base} histogram\n"
            yield from (_line(f"{base}_bucket", {**labels, "le": bound}) for bound in _BOUNDS)
            yield _line(f"{base}_sum", labels) + _line(f"{base}_count", labels)
        elif not name.endswith(("_sum", "_count")):
            yield f"# TYPE {name} {'counter' if name in growing or name.endswith('_total') else 'gauge'}\n"
            yield _line(name, labels)


def _line(name: str, labels: dict[str, str]) -> str:
    written = ",".join(f'{label}="{value}"' for label, value in labels.items())
    return f"{name}{{{written}}} 1\n"
