"""The services that collect and keep logs: what each of them needs besides what all containers have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gw2mon import names
from gw2mon.generators.compose.containers import bind, kept, mounted
from gw2mon.generators.compose.secrets import mounts
from gw2mon.images import ALLOY, DOCKER_PROXY, ELASTICSEARCH, FILEBEAT, FLUENT_BIT, KIBANA, LOKI
from gw2mon.wiring import shipped
from gw2mon.yamltext import Part

if TYPE_CHECKING:
    from collections.abc import Callable

    from gw2mon.images import Image
    from gw2mon.model import Model

_SCRATCH = ["/tmp:size=64m"]  # noqa: S108 - a file system of the container's own
_SOCKET = "/var/run/docker.sock"
_VERSION = r"(/v1\.[0-9]+)?"

_LINES = "Where the application leaves its lines. Make it first, readable for user {user}: mkdir -p {folder}"
_PROXY = """\
Whoever has Docker's socket is root on this machine, so nobody gets it but this proxy, which passes on the few
questions that the collector asks, and no order. The spec asked for it: logs: {collect: docker}."""
_AS_ROOT = "The socket is root's. It has no capability, and nothing in its image but itself."
_STRICT = """\
Elasticsearch refuses a file that others may read: chown 1000, mode 0400. Its first start takes it over."""
_KEYS = "At its first start it makes a keystore beside its settings, so these must be writable, and stay."
_PLAIN = "In the network of the stack alone; nothing of it is published."


def _loki(_model: Model, _running: tuple[Image, ...]) -> dict[str, Any]:
    return {
        "command": [f"--config.file={LOKI.config}/loki.yml"],
        "volumes": [mounted(LOKI, "logs/loki"), kept(LOKI)],
        "tmpfs": _SCRATCH,
        # What is only in memory is written when it ends.
        "stop_grace_period": "1m",
    }


def _alloy(model: Model, running: tuple[Image, ...]) -> dict[str, Any]:
    command = [
        "run",
        f"--storage.path={ALLOY.data}",
        f"--server.http.listen-addr=0.0.0.0:{ALLOY.port}",
        "--disable-reporting",
        f"{ALLOY.config}/config.alloy",
    ]
    waits = {LOKI.service: {"condition": "service_healthy"}} if LOKI in running else {}
    if DOCKER_PROXY in running:
        waits[DOCKER_PROXY.service] = {"condition": "service_started"}
    folder = [_lines(ALLOY)] if shipped(model, "loki", "files") else []
    return {
        "command": command,
        **({"depends_on": waits} if waits else {}),
        "volumes": [mounted(ALLOY, "logs/alloy"), kept(ALLOY), *folder],
        "tmpfs": _SCRATCH,
        "networks": [names.NETWORK, *([names.DOCKER_NETWORK] if DOCKER_PROXY in running else [])],
    }


def _docker_proxy(_model: Model, _running: tuple[Image, ...]) -> dict[str, Any]:
    asked = rf"{_VERSION}/(_ping|version|networks|containers/json|containers/[a-zA-Z0-9_.-]+/(json|logs))"
    command = [
        "-listenip=0.0.0.0",
        f"-allowfrom={ALLOY.service}",
        f"-allowHEAD={_VERSION}/_ping",
        f"-allowGET={asked}",
        "-allowhealthcheck",
    ]
    return {
        "command": Part(command, comment=_PROXY),
        "volumes": Part([f"{_SOCKET}:{_SOCKET}:ro"], comment=_AS_ROOT),
        "networks": [names.DOCKER_NETWORK],
    }


def _elasticsearch(model: Model, _running: tuple[Image, ...]) -> dict[str, Any]:
    home = "/usr/share/elasticsearch"
    environment = {
        "discovery.type": "single-node",
        "xpack.security.enabled": "true",
        "xpack.security.http.ssl.enabled": Part("false", comment=_PLAIN),
        "ELASTIC_PASSWORD_FILE": Part(names.ELASTIC_PASSWORD, comment=_STRICT),
        "ES_JAVA_OPTS": "-Xms1g -Xmx1g",
    }
    return {
        "environment": environment,
        "volumes": [kept(ELASTICSEARCH), Part(f"{names.ELASTIC_SETTINGS}:{home}/config", comment=_KEYS)],
        # It loads libraries that it unpacks there.
        "tmpfs": ["/tmp:size=256m,exec", f"{home}/logs:size=64m"],  # noqa: S108
        **mounts(model, ELASTICSEARCH),
        "ulimits": {"nofile": 65535},
        "stop_grace_period": "1m",
    }


def _kibana(model: Model, _running: tuple[Image, ...]) -> dict[str, Any]:
    return {
        "command": [
            "/usr/local/bin/kibana-docker",
            f"--config={KIBANA.config}/kibana.yml",
            f"--config={names.KIBANA_SECRETS}",
        ],
        **_waiting(),
        "volumes": [mounted(KIBANA, "logs/kibana"), kept(KIBANA)],
        "tmpfs": _SCRATCH,
        **mounts(model, KIBANA),
    }


def _filebeat(model: Model, _running: tuple[Image, ...]) -> dict[str, Any]:
    files = (f"{FILEBEAT.config}/filebeat.yml", names.FILEBEAT_SECRETS)
    return {
        # Its own check of who owns a configuration fails on mounted files.
        "command": ["-e", "--strict.perms=false", *(word for file in files for word in ("-c", file))],
        **_waiting(),
        "volumes": [mounted(FILEBEAT, "logs/filebeat"), kept(FILEBEAT), _lines(FILEBEAT)],
        "tmpfs": [*_SCRATCH, "/usr/share/filebeat/logs:size=16m"],
        **mounts(model, FILEBEAT),
    }


def _fluent_bit(model: Model, _running: tuple[Image, ...]) -> dict[str, Any]:
    return {
        "environment": {"AWS_SHARED_CREDENTIALS_FILE": names.AWS_CREDENTIALS},
        "command": ["/fluent-bit/bin/fluent-bit", "-c", f"{FLUENT_BIT.config}/fluent-bit.yml"],
        "volumes": [mounted(FLUENT_BIT, "logs/fluent-bit"), kept(FLUENT_BIT), _lines(FLUENT_BIT)],
        "tmpfs": _SCRATCH,
        **mounts(model, FLUENT_BIT),
    }


SETTINGS: dict[str, Callable[[Model, tuple[Image, ...]], dict[str, Any]]] = {
    LOKI.service: _loki,
    ALLOY.service: _alloy,
    DOCKER_PROXY.service: _docker_proxy,
    ELASTICSEARCH.service: _elasticsearch,
    KIBANA.service: _kibana,
    FILEBEAT.service: _filebeat,
    FLUENT_BIT.service: _fluent_bit,
}


def _lines(image: Image) -> Part:
    comment = _LINES.format(user=image.user.partition(":")[0], folder=names.LOGS_ON_HOST)
    return Part(bind(names.LOGS_ON_HOST, names.LOGS_FOLDER, read_only=True), comment=comment)


def _waiting() -> dict[str, Any]:
    return {"depends_on": {ELASTICSEARCH.service: {"condition": "service_healthy"}}}
