"""Receivers of an alertmanager.yml: whom they tell, with every secret in a file of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gw2mon.documents import Node, Report, items
from gw2mon.importing.monitoring import ledger as lost
from gw2mon.loader import looks_secret
from gw2mon.parts import record
from gw2mon.scaffold import slug_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gw2mon.importing.monitoring.ledger import Ledger

_SUFFIX = "_configs"
_LEFT = {
    "pagerduty": ("routing_key", "routing_key_file", "service_key", "service_key_file"),
    "slack": ("api_url", "api_url_file", "channel"),
    "email": ("to", "from", "smarthost", "auth_username", "auth_password", "auth_password_file", "require_tls"),
    "webhook": ("url", "http_config"),
}
"""Keys that the language has a place for; the others are reported."""
_EITHER_WAY = frozenset({"send_resolved"})
_SECRETS = "/run/secrets"


class Receivers(NamedTuple):
    """Receivers of the spec, their comments, and which of them each original one became."""

    entries: dict[str, dict[str, Any]]
    notes: dict[str, list[str]]
    of: dict[str, list[str]]


class _Asked(NamedTuple):
    receiver: str
    config: Node
    common: Mapping[str, Any]
    """`global` of the file."""
    ledger: Ledger
    notes: list[str]

    def text(self, *keys: str) -> str:
        """The first of some keys that says something: of the integration, then of the whole file."""
        return next((str(value) for key in keys if (value := self.config.child(key).value) not in (None, "")), "")

    def secret(self, what: str, inline: str, file: str, *, shared: bool = False) -> str:
        """The file of a secret: the one that is named, or one that a person must make."""
        if file:
            return file
        name = what if shared else f"{slug_of(self.receiver).replace('-', '_')}_{what}"
        path = f"{_SECRETS}/{name}"
        place = self.config.position
        if inline:
            self.notes.append(f"CHANGE: put the secret that stands at {lost.spelt(place)} into {path}.")
            self.ledger.lose(lost.SECRET, place, f"a secret of receiver {self.receiver} belongs into {path}")
        else:
            self.notes.append(f"CHANGE: {path} must hold it; it stood nowhere.")
        return path


def receivers_of(node: Node, ledger: Ledger) -> Receivers:
    """All receivers; an integration that the language has no word for is reported."""
    found = Receivers({}, {}, {})
    common = record(node.child("global").value)
    for item in items(node.child("receivers"), Report([])):
        name = str(item.child("name").value or "")
        found.of[name] = []
        for kind, config in _integrations(item):
            _add(found, kind, _Asked(name, config, common, ledger, [f"From {lost.spelt(config.position)}."]))
    return found


def _integrations(item: Node) -> Iterator[tuple[str, Node]]:
    for key in record(item.value):
        if key.endswith(_SUFFIX):
            for config in items(item.child(key), Report([])):
                yield key.removesuffix(_SUFFIX), config


def _add(found: Receivers, kind: str, asked: _Asked) -> None:
    read = _READERS.get(kind)
    entry = read(asked) if read else None
    if entry is None:
        said = f"{kind} of receiver {asked.receiver} is not carried over"
        asked.ledger.miss(lost.ROUTE, asked.config.position, said, "a spec tells PagerDuty, Slack, mail and webhooks")
        return
    strange = [key for key in record(asked.config.value) if key not in _LEFT[kind] and key not in _EITHER_WAY]
    if strange:
        are = "is" if len(strange) == 1 else "are"
        said = f"{', '.join(strange)} of receiver {asked.receiver} {are} not carried over"
        asked.ledger.lose(lost.ROUTE, asked.config.position, said, "notifications have texts of their own")
    if asked.config.child("send_resolved").value is False:
        said = f"receiver {asked.receiver} is told of ends, too"
        asked.ledger.lose(lost.ROUTE, asked.config.child("send_resolved").position, said)
    slugs = found.of[asked.receiver]
    slug = next((slug for slug in slugs if kind not in found.entries[slug]), None)
    if slug is None:
        slug = _free(slug_of(asked.receiver), found.entries)
        slugs.append(slug)
    found.entries.setdefault(slug, {})[kind] = entry
    found.notes.setdefault(slug, []).extend(note for note in asked.notes if note not in found.notes.get(slug, ()))


def _free(slug: str, taken: Mapping[str, object]) -> str:
    numbered = (f"{slug[:60]}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (slug, *numbered) if name not in taken)


def _pagerduty(asked: _Asked) -> dict[str, Any] | None:
    inline, file = asked.text("routing_key", "service_key"), asked.text("routing_key_file", "service_key_file")
    return {"routing-key-file": asked.secret("pagerduty_key", inline, file)}


def _slack(asked: _Asked) -> dict[str, Any] | None:
    inline, file = asked.text("api_url"), asked.text("api_url_file")
    shared = not inline and not file
    inline = inline or str(asked.common.get("slack_api_url") or "")
    file = file or str(asked.common.get("slack_api_url_file") or "") if shared else file
    channel = asked.text("channel")
    if not channel:
        asked.notes.append("CHANGE: the channel was not named.")
    path = asked.secret("slack_webhook_url", inline, file, shared=shared)
    return {"channel": channel or "#alerts", "api-url-file": path}


def _email(asked: _Asked) -> dict[str, Any] | None:
    def either(key: str) -> str:
        return asked.text(key) or str(asked.common.get(f"smtp_{key}") or "")

    entry: dict[str, Any] = {"to": either("to"), "from": either("from"), "smarthost": either("smarthost")}
    if not all(entry.values()):
        return None
    if user := either("auth_username"):
        entry["auth-username"] = user
    inline, file = either("auth_password"), either("auth_password_file")
    if inline or file:
        shared = not asked.text("auth_password", "auth_password_file")
        entry["auth-password-file"] = asked.secret("smtp_password", inline, file, shared=shared)
    if "False" in (asked.text("require_tls"), str(asked.common.get("smtp_require_tls"))):
        entry["require-tls"] = False
    return entry


def _webhook(asked: _Asked) -> dict[str, Any] | None:
    url = asked.text("url")
    if not url or looks_secret("url", url) or any(looks_secret("token", part) for part in url.split("/")):
        return None  # the language has no file for an address
    entry = {"url": url}
    credentials = record(asked.config.child("http_config").value)
    given = record(credentials.get("authorization"))
    inline = str(given.get("credentials") or credentials.get("bearer_token") or "")
    file = str(given.get("credentials_file") or credentials.get("bearer_token_file") or "")
    if inline or file:
        entry["credentials-file"] = asked.secret("webhook_token", inline, file)
    for key in credentials:
        if key not in ("authorization", "bearer_token", "bearer_token_file"):
            said = f"http_config.{key} of receiver {asked.receiver} is not carried over"
            asked.ledger.lose(lost.ROUTE, asked.config.child("http_config").position, said)
    return entry


_READERS: dict[str, Callable[[_Asked], dict[str, Any] | None]] = {
    "pagerduty": _pagerduty, "slack": _slack, "email": _email, "webhook": _webhook,
}  # fmt: skip
