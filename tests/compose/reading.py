"""Specs to the files of a stack, and an independent reading of how they hang together."""

from __future__ import annotations

import re
import string
from itertools import chain
from posixpath import normpath
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from gw2mon.generators import generate
from gw2mon.images import IMAGES
from tests.spec_editing import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

COMPOSE = "docker-compose.monitoring.yml"
PROGRAMS = {image.name: image.programs for image in IMAGES}
PORTS = {image.name: image.port for image in IMAGES}
DIGESTS = {image.name: image.digest for image in IMAGES}
UNASKED = {image.name for image in IMAGES if not image.programs}
"""Images in which nothing can ask for health."""


class Files(NamedTuple):
    """What is generated: the compose file as data, and the text of every file."""

    compose: dict[str, Any]
    texts: dict[str, str]

    @property
    def services(self) -> dict[str, Any]:
        return dict(self.compose["services"])

    def data(self, path: str) -> Any:
        return yaml.safe_load(self.texts[path])


def generated(*drafts) -> Files:
    return files_of(model_of(*drafts))


def files_of(model) -> Files:
    texts = {artifact.path: artifact.text for artifact in generate(model)}
    return Files(interpolated(yaml.safe_load(texts[COMPOSE])), texts)


def interpolated(value: Any) -> Any:
    """What Compose reads: $$ is a dollar, $NAME and ${NAME} are variables (none is set), a bare dollar is refused."""
    if isinstance(value, dict):
        return {key: interpolated(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [interpolated(inner) for inner in value]
    return string.Template(value).substitute({}) if isinstance(value, str) else value


def faults(files: Files) -> list[str]:
    """All that would keep the stack from working, told by service."""
    checks = (_health, _waiting, _protection, _ports, _secrets, _networks)
    by_service = (
        f"{name}: {fault}"
        for name, service in files.services.items()
        for fault in chain.from_iterable(check(files, service) for check in checks)
    )
    mounts = (f"{name}: {fault}" for name, service in files.services.items() for fault in _mounts(files, name, service))
    return [*by_service, *mounts, *_addresses(files)]


def _image(service: dict[str, Any]) -> str:
    return str(service["image"]).partition(":")[0]


def _health(_files: Files, service: dict[str, Any]) -> Iterator[str]:
    test = service.get("healthcheck", {}).get("test")
    if not test:
        if _image(service) not in UNASKED:
            yield "no health check"
    elif test[1].rpartition("/")[2] not in PROGRAMS[_image(service)]:
        yield f"health check with {test[1]}, which the image lacks"
    elif "127.0.0.1" in test[-1] and not re.search(rf"127.0.0.1[:/]{PORTS[_image(service)]}\b", test[-1]):
        yield f"health check at {test[-1]}, where nothing listens"


def _waiting(files: Files, service: dict[str, Any]) -> Iterator[str]:
    for name, condition in service.get("depends_on", {}).items():
        if name not in files.services:
            yield f"waits for {name}, which is no service"
        elif condition["condition"] == "service_healthy" and "healthcheck" not in files.services[name]:
            yield f"waits for the health of {name}, which nobody checks"


def _protection(_files: Files, service: dict[str, Any]) -> Iterator[str]:
    image = service["image"]
    if (DIGESTS[_image(service)] and "@sha256:" not in image) or not re.search(r":v?\d+\.\d+\.\d+(@|$)", image):
        yield f"image {image} is not pinned"
    if not service["user"].replace(":", "").isdigit():
        yield f"user {service['user']} is no number"
    if not service.get("read_only") or service.get("cap_drop") != ["ALL"] or service.get("privileged"):
        yield "may write to its root, or has capabilities"
    if "no-new-privileges:true" not in service.get("security_opt", ()):
        yield "may gain privileges"
    if service["deploy"]["resources"]["limits"].keys() != {"memory", "cpus", "pids"}:
        yield "has no limits"
    if service["logging"]["options"].keys() != {"max-size", "max-file"}:
        yield "logs without end"


def _ports(_files: Files, service: dict[str, Any]) -> Iterator[str]:
    for published in service.get("ports", ()):
        host, _, inside = published.split(":")
        if host != "127.0.0.1":
            yield f"port {published} is open to the world"
        if int(inside) != PORTS[_image(service)]:
            yield f"port {published} leads nowhere"


def _mounts(files: Files, name: str, service: dict[str, Any]) -> Iterator[str]:
    targets = []
    for source, target, options in mounts_of(service):
        targets.append(target)
        if source.startswith(".") and options != ["ro"]:
            yield f"may write to {source}"
        if source.startswith("./") and not any(path.startswith(f"{normpath(source)}/") for path in files.texts):
            yield f"mounts {source}, where no file is"
        elif not source.startswith((".", "/")) and source not in files.compose.get("volumes", {}):
            yield f"volume {source} is not declared"
    for argument in service.get("command", ()):
        yield from _argument(files, service, argument, targets)
    if name == "node-exporter" and "--path.rootfs=/host" not in service["command"]:
        yield "measures its own container"
    for place in service.get("tmpfs", ()):
        if any(place.startswith(target) for target in targets):
            yield f"forgets {place}"


def _argument(files: Files, service: dict[str, Any], argument: str, targets: list[str]) -> Iterator[str]:
    flag, _, value = argument.partition("=")
    if flag == "--config.file":
        host = on_host(service, value)
        if host not in files.texts:
            yield f"reads {value}, which is {host or 'not mounted'}"
    elif flag in ("--storage.tsdb.path", "--storage.path") and value not in targets:
        yield f"keeps {value} in the container"


def mounts_of(service: dict[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """Source, target and options of each mount, whichever way it is written."""
    for mount in service.get("volumes", ()):
        if isinstance(mount, dict):
            yield mount["source"], mount["target"], ["ro"] if mount.get("read_only") else []
        else:
            source, target, *options = mount.split(":")
            yield source, target, options


def on_host(service: dict[str, Any], path: str) -> str | None:
    """The generated file that a container sees at a path."""
    for source, target, _ in mounts_of(service):
        if source.startswith("./") and path.startswith(f"{target}/"):
            return normpath(f"{source}/{path.removeprefix(target)}")
    return None


def _secrets(files: Files, service: dict[str, Any]) -> Iterator[str]:
    for entry in service.get("secrets", ()):
        name = entry if isinstance(entry, str) else entry["source"]
        file = files.compose.get("secrets", {}).get(name, {}).get("file", "")
        if not file:
            yield f"secret {name} is not declared"
        elif not file.startswith("../"):
            yield f"secret {name} lies in the output"
    mounted = {entry if isinstance(entry, str) else entry["target"] for entry in service.get("secrets", ())}
    mounted |= {f"/run/secrets/{name}" for name in mounted if not name.startswith("/")}
    for path in _files_named(files, service):
        if path not in mounted:
            yield f"secret file {path} is not mounted"
    for key in service.get("environment", {}):
        if "PASSWORD" in key and not key.endswith("_FILE"):
            yield f"{key} is in the environment"


def _files_named(files: Files, service: dict[str, Any]) -> Iterator[str]:
    """Secret files that the configuration or the environment of a service names."""
    for key, value in service.get("environment", {}).items():
        if key.endswith("_FILE"):
            yield value
    for argument in service.get("command", ()):
        host = on_host(service, argument.partition("=")[2])
        if argument.startswith("--config.file=") and host in files.texts:
            yield from _secret_files(files.data(host))


def _secret_files(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(key, str) and key.endswith("_file") and isinstance(inner, str):
                yield inner
            yield from _secret_files(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _secret_files(inner)


def _networks(files: Files, service: dict[str, Any]) -> Iterator[str]:
    for network in service["networks"]:
        if network not in files.compose["networks"]:
            yield f"network {network} is not declared"
    # Nobody but the collector may reach the proxy before Docker's socket.
    if service["networks"] != ["docker-api"] and "monitoring" not in service["networks"]:
        yield "is alone"


def _addresses(files: Files) -> Iterator[str]:
    """What the configurations look for under the name of a service, on a port where it does not listen."""
    offered = {f"{name}:{PORTS[_image(service)]}" for name, service in files.services.items()} | {"localhost:9090"}
    for what, address in _looked_for(files):
        host = address.rpartition(":")[0]
        if host == "host.docker.internal":
            if "host.docker.internal:host-gateway" not in files.services.get("prometheus", {}).get("extra_hosts", ()):
                yield f"{what} {address}: no way to the host"
        elif (host in {image.service for image in IMAGES} or host == "localhost") and address not in offered:
            yield f"{what} {address}: nobody is there"


def _looked_for(files: Files) -> Iterator[tuple[str, str]]:
    if "prometheus/prometheus.yml" in files.texts:
        config = files.data("prometheus/prometheus.yml")
        for job in config["scrape_configs"]:
            for static in job.get("static_configs", ()):
                yield from (("target", target) for target in static["targets"] if "://" not in target)
            yield from (
                ("exporter", rule["replacement"])
                for rule in job.get("relabel_configs", ())
                if rule.get("target_label") == "__address__"
            )
        for manager in config.get("alerting", {}).get("alertmanagers", ()):
            yield from (
                ("alertmanager", target) for static in manager["static_configs"] for target in static["targets"]
            )
        for path in config.get("rule_files", ()):
            if on_host(files.services.get("prometheus", {}), f"/etc/prometheus/{path}") not in files.texts:
                yield "rule file", f"localhost:{path}"
    if "grafana/provisioning/datasources/gw2mon.yml" in files.texts:
        for source in files.data("grafana/provisioning/datasources/gw2mon.yml")["datasources"]:
            yield "data source", source["url"].removeprefix("http://")
