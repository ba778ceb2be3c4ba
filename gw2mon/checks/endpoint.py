"""What serves the metrics of an application, and who scrapes it: both must agree, and both must be able to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.model import Job, Service, Stack
    from gw2mon.world import World


def scrape_without_token(service: Service, _world: World, _stack: Stack) -> Iterator[Finding]:
    """GW241: the endpoint asks for a token, and a job that scrapes it brings none."""
    for job in _scrapes(service):
        if _token_file(service) and not _brings_token(job):
            yield Finding(
                "GW241",
                "error",
                f"job {job.name} brings no token, and python.token-file makes the application refuse it",
                job.origin,
                "write authorization: {credentials-file: …}; it names the same token, where Prometheus finds it",
            )


def token_nobody_asks_for(service: Service, _world: World, _stack: Stack) -> Iterator[Finding]:
    """GW242: a job brings a token to an endpoint that answers anybody."""
    for job in _scrapes(service):
        if _brings_token(job) and not _token_file(service):
            yield Finding(
                "GW242",
                "warning",
                f"job {job.name} brings a token, and the generated endpoint answers without one",
                job.origin,
                "name the file of the token, as the application finds it, in python.token-file",
            )


def exemplars_lost(service: Service, _world: World, _stack: Stack) -> Iterator[Finding]:
    """GW243: several workers cannot export exemplars: the client drops them without a word."""
    fastapi = service.python.fastapi
    if fastapi is not None and fastapi.exemplars and service.python.workers == "multi":
        yield Finding(
            "GW243",
            "error",
            "exemplars are lost between several workers",
            next((metric.origin for metric in service.metrics if metric.group == fastapi.group), service.origin),
            "leave out exemplars, or run one worker in each container: runtime: {workers: single}",
        )


def _scrapes(service: Service) -> Iterator[Job]:
    """The jobs that ask the application itself for its metrics."""
    fastapi = service.python.fastapi
    return (job for job in service.jobs if fastapi is not None and fastapi.group in job.exposes and job.probe is None)


def _token_file(service: Service) -> str:
    return service.python.fastapi.token_file if service.python.fastapi else ""


def _brings_token(job: Job) -> bool:
    return job.authorization is not None and job.authorization[0].lower() == "bearer"
