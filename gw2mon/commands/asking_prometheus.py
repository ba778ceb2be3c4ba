"""`gw2mon verify --prometheus`: a few GET requests, and what they tell beside the specs. Nothing is ever changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from gw2mon import files, names
from gw2mon.fetch import Failed, fetch, is_url
from gw2mon.files import FileError
from gw2mon.finding import Finding
from gw2mon.verifying import (
    answers,
    missing_series,
    questions,
    rule_differences,
    setting_differences,
    target_differences,
)
from gw2mon.verifying.present import NUMBER, queries, selectors_of
from gw2mon.verifying.running import silent_jobs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from gw2mon.model import Model
    from gw2mon.promql import VectorSelector
    from gw2mon.verifying.answers import Target

_WRONG_ARGUMENT = "GW912"
_TOKEN = re.compile(r"[!-~]+")
_TOKEN_BYTES = 64 * 1024
_UNAUTHORISED = (401, 403)


class Server(NamedTuple):
    """A Prometheus: its address, and the token with which it is asked."""

    url: str
    token: str


class Verified(NamedTuple):
    """What was found, and whether the server could be asked at all."""

    findings: list[Finding]
    answered: bool


def run(model: Model, owners: Collection[str], url: str, token_file: Path | None) -> Verified:
    """Compare the specs of some owners, services or the stack, with what a Prometheus has loaded and stored.

    Raises:
        FileError: when the file of the token cannot be used.
    """
    server = server_at(url, token_file)
    build = ask(server, "status/buildinfo")
    if isinstance(build, Finding):
        return Verified([build], answered=False)
    of_owners = model._replace(services=tuple(service for service in model.services if service.name in owners))
    return Verified(list(_found(of_owners, owners, server, answers.text_of(build, "version"))), answered=True)


def server_at(url: str, token_file: Path | None) -> Server:
    """The server at an address.

    Raises:
        FileError: when it is no address, or the file of the token cannot be used.
    """
    if not is_url(url):
        raise FileError(f"{url} is no http address", "write it like http://localhost:9090", code=_WRONG_ARGUMENT)
    return Server(url.rstrip("/"), _token(token_file) if token_file else "")


def _token(path: Path) -> str:
    """The token of a file. It is never shown, whatever is wrong with it."""
    token = files.read_source(path, _TOKEN_BYTES).decode("utf-8", errors="replace").strip()
    if not _TOKEN.fullmatch(token):
        raise FileError(f"{path} holds no token", "it must hold the token and nothing else", code=_WRONG_ARGUMENT)
    return token


def _found(model: Model, owners: Collection[str], server: Server, version: str) -> Iterator[Finding]:
    rules = ask(server, "rules")
    if isinstance(rules, Finding):
        yield rules
    else:
        yield from rule_differences(model, answers.groups_of(rules), owners)
    targets = ask(server, "targets?state=active")
    if isinstance(targets, Finding):
        yield targets
        scraped: tuple[Target, ...] = ()
    else:
        scraped = answers.targets_of(targets)
        yield from target_differences(_jobs(model, owners), model.stack, scraped)
    yield from _of_settings(model, server, version)
    silent = silent_jobs(_jobs(model, model_owners(model)), scraped) if scraped else frozenset()
    yield from _of_series(model, owners, server, silent)


def model_owners(model: Model) -> frozenset[str]:
    """Every owner: the services and the stack."""
    return frozenset((names.STACK, *(service.name for service in model.services)))


def _jobs(model: Model, owners: Collection[str]) -> list[Any]:
    shared = model.stack.jobs if names.STACK in owners else ()
    return [*shared, *(job for service in model.services for job in service.jobs)]


def _of_settings(model: Model, server: Server, version: str) -> Iterator[Finding]:
    runtime, senders = ask(server, "status/runtimeinfo"), ask(server, "alertmanagers")
    yield from (answer for answer in (runtime, senders) if isinstance(answer, Finding))
    retention = "" if isinstance(runtime, Finding) else answers.text_of(runtime, "storageRetention")
    active = None if isinstance(senders, Finding) else answers.alertmanagers_of(senders)
    yield from setting_differences(model, retention, active, version)


def _of_series(model: Model, owners: Collection[str], server: Server, silent: Collection[str]) -> Iterator[Finding]:
    asked = questions(model, owners)
    selectors = selectors_of(asked)
    found: set[VectorSelector] = set()
    for query in queries(selectors):
        data = ask(server, f"query?{urlencode({'query': query})}")
        if isinstance(data, Finding):
            yield data
            return
        found.update(selectors[number] for number, _ in answers.numbered(data, NUMBER) if number < len(selectors))
    yield from missing_series(asked, found, silent)


def ask(server: Server, path: str) -> Any | Finding:  # noqa: ANN401 - JSON is anything
    """The data of an answer, or what is wrong with the answer."""
    url = f"{server.url}/api/v1/{path}"
    answer = fetch(url, token=server.token)
    if isinstance(answer, Failed):
        shown = answer.message.replace(url, f"{server.url}/api/v1/{path.partition('?')[0]}")
        return Finding("GW651", "error", shown, None, _way_toask(answer))
    data = answers.data_of(answer)
    if data is None:
        message = f"{server.url}/api/v1/{path.partition('?')[0]} answers what no Prometheus would"
        return Finding("GW651", "error", message, None, "name the address of Prometheus, such as http://localhost:9090")
    return data


def _way_toask(failed: Failed) -> str:
    if failed.status in _UNAUTHORISED:
        return "save a token that may read it, and name the file with --token-file"
    if failed.status or not failed.help:
        return "name the address of Prometheus, such as http://localhost:9090"
    return str(failed.help)
