"""Images, and how their health is asked for: with programs that they have, at addresses that answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon.compose_lint.facts import MOVING_TAGS, RETIRED, RUNNERS
from gw2mon.compose_lint.ports import port_of
from gw2mon.compose_lint.values import is_duration, is_unknown, text_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.compose_lint.reading import Service, Stack
    from gw2mon.parts import Problem

_ADDRESS = re.compile(
    r"(?:https?://)?(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0):(\d+)(/[^\s'\"|&;?#]*)?|/dev/tcp/[^/\s]+/(\d+)"
)
_TIMES = ("interval", "timeout", "start_period", "start_interval")


def images(stack: Stack) -> Iterator[Problem]:
    """unpinned-image, no-such-tag, bad-digest, retired-image: what is pulled, and whether it can be."""
    for service in stack.services:
        base, at, digest = service.image.partition("@")
        head, colon, tail = base.rpartition(":")
        name, tag = (head, tail) if colon and "/" not in tail else (base, "")
        if not base or is_unknown(service.image):
            continue
        if at and not re.fullmatch(r"sha256:[0-9a-f]{64}", digest):
            yield service.part.problem("bad-digest", f"{digest} is no digest", "image")
        elif not at and "build" not in service.part.data and (not tag or tag in MOVING_TAGS):
            yield service.part.problem("unpinned-image", f"{base} is another one at each pull", "image")
        if service.program is not None and re.fullmatch(r"v?\d+\.\d+\.\d+.*", tag):
            yield from _tag(service, tag)
        if name in RETIRED:
            yield service.part.problem("retired-image", RETIRED[name], "image")


def _tag(service: Service, tag: str) -> Iterator[Problem]:
    has_v = service.program is not None and service.program.tag_has_v
    if tag.startswith("v") != has_v:
        right = f"v{tag}" if has_v else tag.removeprefix("v")
        yield service.part.problem("no-such-tag", f"there is no tag {tag}; {right} is one", "image")


def checks(stack: Stack) -> Iterator[Problem]:
    """no-health-check, bad-health-check: a check that Compose refuses, or that can never succeed."""
    for service in stack.services:
        check = service.part.record("healthcheck")
        if not check.data:
            if service.program is not None and not service.is_partial and not _is_bare(service):
                yield service.part.problem("no-health-check", "a hung program looks well", "healthcheck")
            continue
        for key in _TIMES:
            if key in check.data and not is_duration(check.data[key]):
                yield check.problem("bad-health-check", f"{check.data[key]} is no duration such as 15s", key)
        retries = text_of(check.data.get("retries", 1))
        if not retries.isdigit() and not is_unknown(retries):
            yield check.problem("bad-health-check", "retries are a number", "retries")
        said = _fault(service)
        if said:
            yield check.problem("bad-health-check", said, "test")


def _fault(service: Service) -> str:
    """Why a check never succeeds; empty where it may."""
    test = service.part.record("healthcheck").data.get("test")
    words = ["CMD-SHELL", test] if isinstance(test, str) else words_of(test)
    if not words or words[0] == "NONE":
        return ""
    if words[0] not in ("CMD", "CMD-SHELL"):
        return "a list begins with CMD, CMD-SHELL or NONE"
    if service.program is None:
        return ""
    missing = [word for word in _started(words) if word not in service.program.image.programs]
    if _is_bare(service):
        return f"a distroless image has no {_started(words)[0]}" if _started(words) else ""
    if missing:
        return f"the image has no {missing[0]}; it has {', '.join(sorted(service.program.image.programs))}"
    return _unanswered(service, " ".join(words[1:]))


def _is_bare(service: Service) -> bool:
    return "-distroless" in service.image


def _started(words: list[str]) -> list[str]:
    """The programs that a check starts, as far as they are of the few that ask for health."""
    if words[0] == "CMD":
        first = words[1].rpartition("/")[2] if len(words) > 1 else ""
        script = " ".join(words[2:]) if first in RUNNERS else ""
        return [first, *_in_shell(script)] if first in (*RUNNERS, "wget", "curl", "nc", "python", "python3") else []
    return ["sh", *_in_shell(" ".join(words[1:]))]


def _in_shell(script: str) -> list[str]:
    return re.findall(r"(?:^|[|&;(]\s*|!\s*)(?:/usr/bin/|/bin/)?(wget|curl|nc|bash|python3?)\b", script.strip())


def _unanswered(service: Service, text: str) -> str:
    port, program = port_of(service), service.program
    for asked, path, raw in _ADDRESS.findall(text):
        if port is not None and int(asked or raw) != port:
            return f"it listens at {port}, and not at {asked or raw}"
        if program is not None and path and not _answers(program.paths, path):
            return f"nothing answers at {path}; {program.image.health} does"
    return ""


def _answers(known: str, path: str) -> bool:
    return any(path == one or (one != "/" and path.startswith(f"{one.rstrip('/')}/")) for one in known.split())
