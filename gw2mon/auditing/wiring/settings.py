"""`.env` files: passwords that everybody tries first, secrets in plain text, variables that nobody sets."""

from __future__ import annotations

import json
import re
from posixpath import dirname, normpath
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.auditing.linting import Linted
from gw2mon.compose_lint.secrets import is_easy, is_secret
from gw2mon.compose_lint.values import variables_of
from gw2mon.finding import Finding, Position

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.auditing.estate import Compose, Estate, File

OPEN, UNSET = "GW661", "GW662"
_LINE = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_EXAMPLE = re.compile(r"example|sample|template|dist|tpl|default|test|ci", re.IGNORECASE)
_OF_SHELLS = frozenset({"HOME", "PWD", "USER", "UID", "GID", "HOSTNAME", "PATH", "SHELL", "TZ"})
_SHOWN = 6


class Setting(NamedTuple):
    """A line of a `.env` file."""

    name: str
    value: str
    place: Position


def settings(estate: Estate) -> Iterator[Linted]:
    """What is wrong with `.env` files, and with what compose files expect of them."""
    for file in estate.environments:
        if not _EXAMPLE.search(file.path.rpartition("/")[2]):
            yield from _secrets(file)
    for compose in estate.composes:
        yield from _unset(compose, estate)


def settings_of(file: File) -> list[Setting]:
    """What a file sets."""
    found = []
    for match in _LINE.finditer(file.text):
        value = match[2]
        quoted = value[:1] in ("'", '"') and value[-1:] == value[:1] and len(value) > 1
        plain = value[1:-1] if quoted else re.sub(r"\s+#.*", "", value)
        place = Position(file.path, file.text.count("\n", 0, match.start(1)) + 1, match.start(1) - match.start() + 1)
        found.append(Setting(match[1], plain, place))
    return found


def _secrets(file: File) -> Iterator[Linted]:
    held = [setting for setting in settings_of(file) if is_secret(setting.name, setting.value)]
    easy = [setting for setting in held if is_easy(setting.value)]
    for setting in easy:
        said = f"the value of {setting.name} is one of those that everybody tries first"
        advice = "whoever reaches the program is let in: choose a random one"
        yield Linted(Finding(OPEN, "warning", said, setting.place, advice), "lets someone in")
    others = [setting for setting in held if setting not in easy]
    if others:
        names = ", ".join(setting.name for setting in others[:_SHOWN])
        said = f"it holds secrets in plain text: {names}{' and more' if len(others) > _SHOWN else ''}"
        advice = (
            "whoever reads a repository with this file in it is let in: keep it out of git, or use secrets of Compose"
        )
        yield Linted(Finding(OPEN, "warning", said, others[0].place, advice), "style")


def _unset(compose: Compose, estate: Estate) -> Iterator[Linted]:
    """Variables without a default that no `.env` file beside the compose file sets, where there is one."""
    folder = dirname(normpath(compose.path))
    beside = [file for file in estate.environments if dirname(normpath(file.path)) == folder]
    if not any(re.fullmatch(r"\.env(\..*)?", file.path.rpartition("/")[2]) for file in beside):
        return
    known = {setting.name for file in beside for setting in settings_of(file)}
    wanted = variables_of(json.dumps(compose.node.value, default=str))
    for name in sorted(wanted - known - _OF_SHELLS):
        at = re.search(rf"\$\{{?{name}\b", estate.texts[compose.path])
        before = estate.texts[compose.path][: at.start()] if at else ""
        place = Position(compose.path, before.count("\n") + 1, len(before) - before.rfind("\n") if at else 1)
        said = f"no .env beside it sets {name}"
        advice = "unless the shell does, Compose puts nothing in its place: set it, or give it a default"
        yield Linted(Finding(UNSET, "warning", said, place, advice), "does not start")
