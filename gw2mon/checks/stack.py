"""The stack that is composed: what in it cannot be reached, or is forgotten too early."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.finding import Finding
from gw2mon.images import IMAGES, PROBE_MODULES
from gw2mon.promql import format_duration
from gw2mon.wiring import images_of, is_composed, jobs_of, joined_networks, notification_secrets, probes_here

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.finding import Position
    from gw2mon.model import Model

_ITSELF = ("localhost", "127.0.0.1", "::1", "[::1]")


def retention_below_window(model: Model) -> Iterator[Finding]:
    """GW621: samples are gone before the window of an SLO ends, and what was spent of its budget with them."""
    kept = model.stack.retention
    windows = [(slo.window, slo.name) for service in model.services for slo in service.slos if slo.window > kept]
    if windows:
        window, name = max(windows)
        yield Finding(
            "GW621",
            "error",
            f"samples are kept for {format_duration(kept)}, but SLO {name} looks back {format_duration(window)}",
            model.stack.origin,
            "raise stack.retention, or leave it out: it then follows the longest window",
        )


def address_nobody_offers(model: Model) -> Iterator[Finding]:
    """GW622: an address with the name of one of the stack's services, at which that service does not listen."""
    if not is_composed(model):
        return
    offered = {image.address for image in images_of(model)}
    # In a network of another project there may be a service of the same name.
    listening = {image.service: image for image in IMAGES if image in images_of(model) or not joined_networks(model)}
    for address, origin in _addresses(model):
        image = listening.get(address.rpartition(":")[0])
        if image is not None and address not in offered:
            ours = image.address in offered
            yield Finding(
                "GW622",
                "error",
                f"nobody listens at {address}",
                origin,
                f"{image.service} listens at {image.address}" if ours else f"the stack has no {image.service}",
            )


def unknown_probe_module(model: Model) -> Iterator[Finding]:
    """GW623: a module that neither the image of the blackbox exporter nor the spec has."""
    known = {**PROBE_MODULES, **dict(model.stack.probe_modules)}
    for job in jobs_of(model):
        if job.probe is not None and probes_here(job) and is_composed(model) and job.probe.module not in known:
            yield Finding(
                "GW623",
                "warning",
                f"the blackbox exporter may not know module {job.probe.module}",
                job.origin,
                f"declare it in stack.probe-modules; known are {', '.join(known)}",
            )


def target_in_own_container(model: Model) -> Iterator[Finding]:
    """GW624: in a container localhost is the container, where the application is not."""
    if not is_composed(model):
        return
    for job in (job for service in model.services for job in service.jobs if job.probe is None):
        for target in job.targets:
            if target.rpartition(":")[0] in _ITSELF and target not in ("localhost:9090", "127.0.0.1:9090"):
                yield Finding(
                    "GW624",
                    "warning",
                    f"target {target} is the container of Prometheus itself",
                    job.origin,
                    f"for a program on the machine write host.docker.internal:{target.rpartition(':')[2]}",
                )


def relative_secret(model: Model) -> Iterator[Finding]:
    """GW625: a secret without an absolute path has no place in a container where it could be mounted."""
    if not is_composed(model):
        return
    origin = model.stack.notify.origin if model.stack.notify else None
    paths = [(path, origin) for path in notification_secrets(model)]
    paths += [(job.authorization[1], job.origin) for job in jobs_of(model) if job.authorization]
    for path, place in paths:
        if not path.startswith("/"):
            advice = f"write /run/secrets/{path.rpartition('/')[2]}; the compose file mounts it there"
            yield Finding("GW625", "error", f"secret file {path} is no absolute path", place, advice)


def _addresses(model: Model) -> Iterator[tuple[str, Position | None]]:
    """Each host:port of the spec that Prometheus must reach, and where it is written."""
    for address in model.stack.alertmanagers:
        yield address, model.stack.origin
    for job in (job for service in model.services for job in service.jobs):
        for address in (job.probe.through,) if job.probe else job.targets:
            yield address, job.origin
