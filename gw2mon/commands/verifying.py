"""`gw2mon verify`: asks an application, an endpoint or a Prometheus, and hands what it says to the comparisons."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gw2mon import files, project
from gw2mon.exposition import SIZE_LIMIT, read
from gw2mon.external import Completed, today
from gw2mon.external import run as run_program
from gw2mon.files import FileError
from gw2mon.finding import Finding, Position
from gw2mon.project import Scope
from gw2mon.suppressions import still_told
from gw2mon.verifying import Asked, Motion, differences, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gw2mon.loader import Source
    from gw2mon.model import Job, Model
    from gw2mon.model import Service as Declared

_WRONG_ARGUMENT = "GW912"
_APP = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_APP_SECONDS = 60.0
"""For an application to be imported, started, asked and stopped."""
_CREDENTIALS = re.compile(r"//[^/@\s]*@")
_ERROR_LENGTH = 300
_OUTPUT = "generated"
"""Where the files of other services would lie, whose specs were not given."""


class Service(NamedTuple):
    """Which service is compared with what; "" is what nobody asks for."""

    name: str
    job: str
    app: str
    factory: bool
    app_dir: str
    metrics: str
    moved: bool
    before: str


class Asking(NamedTuple):
    """Everything that a person wants compared with the specs."""

    service: Service
    prometheus: str
    token_file: Path | None


class Verified(NamedTuple):
    """What was found, in which comparison, and whether everybody answered who was asked."""

    findings: Sequence[Finding]
    compared: str
    answered: bool


class Refused(NamedTuple):
    """Nothing came back that could be compared; the finding says why."""

    finding: Finding


def run(
    model: Model, findings: Sequence[Finding], sources: Sequence[Source], asking: Asking, *, everything: bool
) -> Verified:
    """Compare the specs with an application, an exposition, a Prometheus: with each that is named.

    `everything` says that no spec was left out, so that what services share can be compared, too.

    Raises:
        FileError: when an argument makes no sense, or a file cannot be read.
    """
    owners = _owners(model, asking, everything=everything)
    _check(asking)
    wrong = [finding for finding in project.certain(findings, owners) if finding.severity == "error"]
    if wrong:
        # What is wrong in itself is no measure of anything else.
        return Verified(wrong, "nothing compared, for the specs have errors", answered=True)
    found: list[Finding] = []
    compared: list[str] = []
    answered = True
    if asking.service.app or asking.service.metrics:
        told = _exposed(model, asking.service)
        found += [told.finding] if isinstance(told, Refused) else told
        compared.append(asking.service.app or asking.service.metrics)
        answered = not isinstance(told, Refused)
    if asking.prometheus:
        from gw2mon.commands import asking_prometheus

        verified = asking_prometheus.run(model, owners.owners, asking.prometheus, asking.token_file)
        found += verified.findings
        compared.append(asking.prometheus)
        answered = answered and verified.answered
    return Verified(still_told(found, sources, today()), " and ".join(map(_without_credentials, compared)), answered)


def _check(asking: Asking) -> None:
    """Refuse what cannot be meant."""
    service = asking.service
    if not (service.app or service.metrics or asking.prometheus):
        advice = "name what the specs are compared with: --app, --metrics or --prometheus"
        raise FileError("there is nothing to verify", advice, code=_WRONG_ARGUMENT)
    if service.app and service.metrics:
        raise FileError("--app and --metrics are the same service twice", "choose one of them", code=_WRONG_ARGUMENT)
    if (service.moved or service.before) and not (service.app or service.metrics):
        advice = "name the metrics as they are now, with --metrics"
        raise FileError("--moved and --before look at what a service exposes", advice, code=_WRONG_ARGUMENT)


def _owners(model: Model, asking: Asking, *, everything: bool) -> Scope:
    """Whose rules and jobs are compared: one service's, or all that is known whole."""
    if asking.service.name:
        return Scope(frozenset((_service(model, asking.service).name,)), frozenset())
    return project.responsibility(model, files.existing_owners(Path(_OUTPUT)), everything=everything)


def _without_credentials(text: str) -> str:
    return _CREDENTIALS.sub("//…@", text)


def _exposed(model: Model, request: Service) -> list[Finding] | Refused:
    """Compare a service with what its application or endpoint shows."""
    service = _service(model, request)
    job = _job(service, request)
    shown = _of_app(request, job) if request.app else _of_metrics(request.metrics)
    if isinstance(shown, Refused):
        return shown
    return list(differences(service, model.stack, job.name, shown, _motion(request)))


def _service(model: Model, request: Service) -> Declared:
    named = [service for service in model.services if request.name in ("", service.name)]
    if len(named) == 1:
        return named[0]
    listed = ", ".join(service.name for service in model.services)
    if not named:
        raise FileError(f"there is no service {request.name}", f"there is {listed}", code=_WRONG_ARGUMENT)
    raise FileError(
        "the specs are about several services", f"say which: --service, one of {listed}", code=_WRONG_ARGUMENT
    )


def _job(service: Declared, request: Service) -> Job:
    """The scrape job that sees what is asked: as named, by its target, or that of the application's own metrics."""
    jobs = [job for job in service.jobs if job.probe is None]
    listed = ", ".join(job.name for job in jobs) or "none"
    if request.job:
        named = next((job for job in jobs if job.name == request.job), None)
        if named is None:
            raise FileError(f"{service.name} has no job {request.job}", f"there is {listed}", code=_WRONG_ARGUMENT)
        return named
    from gw2mon.verifying.families import is_own

    at = [job for job in jobs if any(f"//{target}/" in f"{request.metrics}/" for target in job.targets)]
    own = {metric.group for metric in service.metrics if is_own(metric)}
    exposing = [job for job in jobs if own & set(job.exposes)]
    if not (at or exposing or jobs):
        raise FileError(f"{service.name} has no scrape job", "add one under scrape:", code=_WRONG_ARGUMENT)
    return (at or exposing or jobs)[0]


def _motion(request: Service) -> Motion | None:
    if request.before:
        text = files.read_source(request.before, SIZE_LIMIT).decode("utf-8", errors="replace")
        return Motion(read(text), request.before)
    return Motion(None, "") if request.moved else None


def _of_metrics(metrics: str) -> Asked | Refused:
    from gw2mon.fetch import Failed, fetch, is_url

    if not is_url(metrics):
        text = files.read_source(metrics, SIZE_LIMIT).decode("utf-8", errors="replace")
        return _asked(text, metrics, lines_of(text))
    answer = fetch(metrics)
    if isinstance(answer, Failed):
        return _refused(answer.message, answer.help)
    return _asked(answer, metrics, {})


def _asked(text: str, source: str, lines: Mapping[str, int], media: str | None = None) -> Asked | Refused:
    found = read(text)
    if not any(family.samples for family in found.families):
        return _refused(f"{source} holds no metrics", "is it the page that Prometheus scrapes, such as /metrics?")
    return Asked(found, source, lines, media)


def _refused(message: str, advice: str, place: Position | None = None) -> Refused:
    return Refused(Finding("GW648", "error", message, place, advice))


def _of_app(request: Service, job: Job) -> Asked | Refused:
    """Run the application in a process of its own, and read what that tells of it."""
    target = request.app.removesuffix("()")
    if not _APP.fullmatch(target):
        advice = "write it like uvicorn does: --app app.main:app"
        raise FileError(f"{request.app} names no application", advice, code=_WRONG_ARGUMENT)
    factory = ["--factory"] if request.factory or target != request.app else []
    command = [sys.executable, "-m", "gw2mon.commands.asgi", target, job.path, request.app_dir, *factory]
    done = run_program(command, timeout=_APP_SECONDS)
    if not isinstance(done, Completed):
        late = done.reason == "timeout"
        what = f"did not start and answer within {_APP_SECONDS:g} seconds" if late else f"cannot be run: {done.message}"
        return _refused(f"{request.app} {what}", "does it wait for a database or another service when it starts?")
    outcome = _outcome(done.stdout)
    if "text" in outcome:
        return _asked(str(outcome["text"]), request.app, {}, str(outcome.get("media", "")))
    return _told(outcome, request, job)


def _outcome(stdout: str) -> dict[str, object]:
    """What the child process tells, in the last line that is marked; an application may print whatever it wants."""
    from gw2mon.commands.asgi import MARK

    for line in reversed(stdout.split("\n")):
        if line.startswith(MARK):
            try:
                outcome = json.loads(line.removeprefix(MARK))
            except ValueError:
                continue
            if isinstance(outcome, dict):
                return outcome
    return {}


def _told(outcome: Mapping[str, object], request: Service, job: Job) -> Refused:
    """Why an application could not be asked, for people."""
    if "status" in outcome:
        advice = (
            f"Prometheus asks there, as job {job.name} says: serve the metrics at {job.path}, or change the job's path"
        )
        return _refused(f"{request.app} answers {outcome['status']} to GET {job.path}", advice)
    if "error" not in outcome:
        return _refused(f"{request.app} ended its process", "run it by hand: does it stay alive?")
    error = _without_credentials(str(outcome["error"]))[:_ERROR_LENGTH]
    if "absent" in outcome:
        advice = "run gw2mon where uvicorn is run, or name that folder with --app-dir"
        return _refused(f"there is no module {outcome['absent']} for {request.app}", advice)
    file, line = outcome.get("file"), outcome.get("line")
    place = Position(file, line, 1) if isinstance(file, str) and isinstance(line, int) else None
    return _refused(f"{request.app} does not start: {error}", "\n".join(_ways_to_start(error)), place)


def _ways_to_start(error: str) -> Iterator[str]:
    if error.startswith("ModuleNotFoundError"):
        yield "install gw2mon into the environment of the application, and run it from there"
    elif error.startswith("TypeError"):
        yield "is it an ASGI application? a function that makes one needs --factory, and others --metrics"
    else:
        yield "it needs the environment in which it usually starts; a running one can be asked with --metrics URL"
