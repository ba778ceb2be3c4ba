"""Programs that nearly everybody scrapes, told by the names of jobs and hosts and by their ports.

Of some there is a catalogue. Of the others at least the beginnings of the names are known that they expose: a job of
theirs hides nothing that somebody else could be asked for. Programs that pass on what others send may expose anything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from gw2mon.parts import record

if TYPE_CHECKING:
    from collections.abc import Collection

    from gw2mon.model import Job


class Program(NamedTuple):
    """A program that is scraped."""

    words: str
    """What jobs and hosts of it are called, in any of these ways."""
    prefixes: str
    """How the names begin that it exposes."""
    ports: tuple[str, ...] = ()
    catalogs: tuple[str, ...] = ()
    relays: bool = False
    """Whether it passes on metrics of others, so that it may expose any."""


PROGRAMS = (
    Program("node nodeexporter", "node", ("9100",), ("node",)),
    Program("prometheus", "prometheus prompb net_conntrack", ("9090",), ("prometheus", "go", "process")),
    Program("alertmanager", "alertmanager", ("9093",), ("alertmanager", "go", "process")),
    Program("blackbox blackboxexporter", "probe blackbox", ("9115",), ("blackbox",)),
    Program("postgres postgresql pg postgresexporter", "pg postgres pgbouncer", ("9187",)),
    Program("pgbouncer", "pgbouncer", ("9127",)),
    Program("mysql mysqld mariadb mysqldexporter", "mysql", ("9104",)),
    Program("mongodb mongo", "mongodb", ("9216",)),
    Program("redis redisexporter", "redis", ("9121",)),
    Program("memcached", "memcached", ("9150",)),
    Program("rabbitmq", "rabbitmq erlang telemetry", ("15692", "9419")),
    Program("kafka kafkaexporter", "kafka", ("9308",)),
    Program("elasticsearch elastic", "elasticsearch", ("9114",)),
    Program("nginx nginxexporter", "nginx", ("9113",)),
    Program("haproxy", "haproxy", ("8404", "9101")),
    Program("traefik", "traefik"),
    Program("caddy", "caddy"),
    Program("apache httpd", "apache", ("9117",)),
    Program("cadvisor", "container machine cadvisor"),
    Program("kubelet", "kubelet kubernetes storage rest_client volume workqueue apiserver container machine"),
    Program("kube ksm kubestatemetrics", "kube"),
    Program("apiserver kubernetes-apiservers", "apiserver etcd kubernetes rest_client workqueue aggregator grpc"),
    Program("etcd", "etcd grpc", ("2379", "2381")),
    Program("coredns", "coredns", ("9153",)),
    Program("grafana", "grafana"),
    Program("loki", "loki cortex logql"),
    Program("promtail", "promtail", ("9080",)),
    Program("tempo", "tempo traces"),
    Program("jaeger", "jaeger"),
    Program("minio", "minio"),
    Program("vault", "vault"),
    Program("consul", "consul", ("9107",)),
    Program("process processexporter", "namedprocess", ("9256",)),
    Program("windows wmi", "windows wmi", ("9182",)),
    Program("dcgm gpu nvidia", "DCGM nvidia", ("9400", "9835")),
    Program("celery celeryexporter flower", "celery flower", ("9808",)),
    Program("pushgateway", "pushgateway push", ("9091",), relays=True),
    Program("otel otelcol opentelemetry collector", "otelcol", ("8889",), relays=True),
    Program("statsd statsdexporter", "statsd", ("9102",), relays=True),
    Program("graphite", "graphite", ("9108",), relays=True),
    Program("telegraf", "telegraf", ("9273",), relays=True),
    Program("collectd", "collectd", ("9103",), relays=True),
    Program("influxdb", "influxdb", ("9122",), relays=True),
    Program("json jsonexporter", "json", ("7979",), relays=True),
    Program("sql sqlexporter", "sql", ("9399",), relays=True),
    Program("snmp snmpexporter", "snmp", ("9116",), relays=True),
    Program("jmx jmxexporter", "jmx jvm", (), relays=True),
    Program("federate federation", "", (), relays=True),
)
_SURROUNDINGS = frozenset({
    "exporter", "exporters", "server", "metrics", "monitoring", "stack", "state", "local", "prod", "production",
    "staging", "dev", "test", "main", "primary", "replica", "cluster", "default", "svc", "db", "database", "host",
    "hosts", "itself", "self", "service", "prom", "localhost", "internal", "docker", "com", "org", "net", "example",
    "contrib",
})  # fmt: skip
"""Words beside that of a program that do not make another of it."""
_AMBIGUOUS = frozenset({"9090", "2379", "8404", "9080", "8889"})
"""Ports that all kinds of programs listen on."""
_ADDRESS = re.compile(r"[\d.]+|\[.*\]|localhost")
_ITSELF = ("go", "process", "promhttp", "python")
"""How the names begin of what exporters show of themselves."""
_FEDERATION = "/federate"

Certainty = Literal["sure", "likely"]


class Recognised(NamedTuple):
    """What a job scrapes."""

    program: Program
    certainty: Certainty
    """What only the port tells is likely: it may be an application as well."""


def recognised(job: Job) -> Recognised | None:
    """The program of which a job scrapes the targets; None for applications, and for jobs that tell nothing."""
    if job.path == _FEDERATION:
        return Recognised(PROGRAMS[-1], "sure")
    if job.probe is not None:
        return Recognised(next(program for program in PROGRAMS if program.catalogs == ("blackbox",)), "sure")
    places = [_place(target) for target in job.targets]
    hosts = {_called(host) for host, _ in places}
    if len(hosts) == 1 and (found := hosts.pop()):
        return Recognised(found, "sure")
    named = _called(job.name)
    ports = {port for _, port in places}
    if named is not None:
        fits = not ports or not named.ports or ports <= {*named.ports}
        return Recognised(named, "sure" if fits else "likely")
    listening = [program for program in PROGRAMS if ports and ports <= {*program.ports} - _AMBIGUOUS]
    if len(listening) == 1 and all(_is_machine(host) for host, _ in places):
        return Recognised(listening[0], "likely")
    return None


def _place(target: str) -> tuple[str, str]:
    host, _, port = re.sub(r"^\w+://", "", target).partition("/")[0].rpartition(":")
    return host, port


def _called(name: str) -> Program | None:
    """The program after which something is named, and nothing else is."""
    if _ADDRESS.fullmatch(name):
        return None
    words = [word for word in re.split(r"[^a-z]+", name.lower()) if word]
    telling = {word for word in words if word not in _SURROUNDINGS}
    found = [program for program in PROGRAMS if telling & {*program.words.split()}]
    return found[0] if len(found) == 1 and telling <= {*found[0].words.split()} else None


def _is_machine(host: str) -> bool:
    """Whether a host is a machine, on which anything may listen, and no service with a name of its own."""
    return _ADDRESS.fullmatch(host) is not None or "." in host or any(sign.isdigit() for sign in host)


def own_beginnings(program: Program) -> str:
    """A pattern of the names that a program exposes, those that every program has aside."""
    return f"(?:{'|'.join(program.prefixes.split()) or '(?!)'})_"


def beginnings(programs: Collection[Program]) -> str:
    """A pattern of the names that programs expose; "" for no programs."""
    prefixes = dict.fromkeys(prefix for program in programs for prefix in program.prefixes.split())
    return f"(?:{'|'.join((*prefixes, *_ITSELF))})_" if prefixes else ""


def unlike_programs(others: Collection[str]) -> str:
    """A pattern of names that begin like those of no program, nor in other ways that are known."""
    prefixes = {prefix for program in PROGRAMS for prefix in program.prefixes.split()} | {*_ITSELF, *others}
    return f"(?!(?:{'|'.join(sorted(map(re.escape, prefixes)))})_)"


def receives(data: object) -> str:
    """How a compose file lets metrics in that no job scrapes, in words; "" where it does not."""
    for service in record(record(data).get("services")).values():
        words = str(record(service).get("command", "")) + str(record(service).get("entrypoint", ""))
        for flag, told in _RECEIVING.items():
            if flag in words:
                return told
    return ""


_RECEIVING = {
    "web.enable-remote-write-receiver": "lets others write to Prometheus",
    "remote-write-receiver": "lets others write to Prometheus",
    "web.enable-otlp-receiver": "lets others write to Prometheus",
    "otlp-write-receiver": "lets others write to Prometheus",
    "collector.textfile.directory": "has the node exporter show what others write to files",
}
