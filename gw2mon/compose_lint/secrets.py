"""Secrets and logins: in files, given to who reads them, and nobody let in without one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gw2mon.compose_lint.inside import SECRETS, config_of, is_within, see
from gw2mon.compose_lint.values import is_unknown
from gw2mon.parts import Problem, record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.compose_lint.reading import Service, Stack

_NAME = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY|PRIVATE_KEY|CREDENTIAL|DSN", re.IGNORECASE)
_ELSEWHERE = re.compile(r"_(FILE|PATH|NAME|ID|URL|TTL|LENGTH|EXPIRY|ENABLED|HEADER)$", re.IGNORECASE)
_HARMLESS = re.compile(r"|true|false|yes|no|none|\d+|/.*", re.IGNORECASE)
_WITH_PASSWORD = re.compile(r"\w+://[^\s/:@]*:[^\s/@$]+@")
_PASSWORD = "GF_SECURITY_ADMIN_PASSWORD"  # noqa: S105 - the name of a variable
_EASY = frozenset(
    "admin password passwd grafana prometheus changeme change-me change_me changeit secret prom-operator foobar root "  # noqa: SIM905
    "postgres redis test example 12345 123456 admin123 password123 letmein".split()
)
_LITERAL = frozenset(
    "password auth_password auth_secret smtp_auth_password api_url slack_api_url routing_key service_key credentials "  # noqa: SIM905
    "bearer_token client_secret bot_token telegram_bot_token webhook_url api_key opsgenie_api_key victorops_api_key "
    "user_key app_token".split()
)
_LEFT_OPEN = re.compile(r"^\$|\$\{|<[\w .-]+>")
"""What is to be filled in by somebody or by something."""
_YES = ("true", "1", "yes", "on")


def environment(stack: Stack) -> Iterator[Problem]:
    """secret-in-environment: in every `docker inspect`, and in the file that is committed."""
    for service in stack.services:
        for name, value in service.environment.items():
            plain = value or ""
            if name != _PASSWORD and is_secret(name, plain) and not is_unknown(plain):
                yield service.part.problem("secret-in-environment", f"the value of {name} stands here", "environment")


def is_secret(name: str, value: str) -> bool:
    """Whether the value of a variable is a password or the like, told by its name, or an address that holds one."""
    if _WITH_PASSWORD.match(value):
        return True
    return bool(_NAME.search(name)) and not _ELSEWHERE.search(name) and not _HARMLESS.fullmatch(value)


def is_easy(value: str) -> bool:
    """Whether it is one of the passwords that everybody tries first."""
    return value.lower() in _EASY


def logins(stack: Stack) -> Iterator[Problem]:
    """default-password, secret-in-environment, open-grafana: who may come in."""
    for service in stack.of("grafana"):
        password = service.environment.get(_PASSWORD)
        if password and is_easy(password):
            yield service.part.problem("default-password", f"{password} is what everybody tries first", "environment")
        elif password and not is_unknown(password):
            yield service.part.problem("secret-in-environment", f"the value of {_PASSWORD} stands here", "environment")
        elif not _has_password(service):
            yield service.part.problem(
                "default-password", "nobody sets the password of admin: it is admin", "environment"
            )
        for name, said in (
            ("GF_AUTH_ANONYMOUS_ENABLED", "everybody may read"),
            ("GF_USERS_ALLOW_SIGN_UP", "everybody may register"),
        ):
            if (service.environment.get(name) or "").lower() in _YES:
                yield service.part.problem("open-grafana", f"{name}: {said}", "environment")


def _has_password(service: Service) -> bool:
    others = (_PASSWORD, f"{_PASSWORD}__FILE", "GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION", "GF_AUTH_DISABLE_LOGIN")
    has_file = any(
        mount.target.startswith("/etc/grafana/grafana.ini") or mount.target == "/etc/grafana"
        for mount in service.mounts
    )
    return (
        service.is_partial
        or has_file
        or "env_file" in service.part.data
        or any(name in service.environment for name in others)
    )


def sources(stack: Stack) -> Iterator[Problem]:
    """secret-without-source: Compose refuses the file."""
    for name, secret in stack.declared("secrets").items():
        if not {"file", "environment", "external", "content"} & set(record(secret)):
            yield Problem("secret-without-source", f"secrets.{name}", "it comes from no file and no variable")


def given(stack: Stack) -> Iterator[Problem]:
    """secret-not-given: a file that a program reads and does not see."""
    for service in stack.services:
        paths = [value for name, value in service.environment.items() if name.endswith("_FILE") and value]
        _, config = config_of(stack, service)
        for path in (*paths, *(path for path in _files_in(config))):
            if is_within(path, SECRETS) and see(stack, service, path).state in ("image", "missing"):
                yield service.part.problem("secret-not-given", f"it reads {path}, and is not given it", "secrets")


def _files_in(value: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a configuration
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str) and str(key).endswith("_file"):
                yield inner
            yield from _files_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _files_in(inner)


def literals(stack: Stack) -> Iterator[Problem]:
    """secret-in-file: a configuration is read by many, and kept for ever."""
    for service in stack.services:
        file, config = config_of(stack, service)
        for key, place in literals_in(config):
            said = f"the value of {key} stands in {file}; use {key}_file"
            yield Problem("secret-in-file", f"{file}:{place}", said)


def literals_in(value: Any, place: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any part of a configuration
    """The keys that hold a secret, and where each stands: receivers[0].slack_configs[0].api_url."""
    if isinstance(value, dict):
        for key, inner in value.items():
            below = f"{place}.{key}".lstrip(".")
            if key in _LITERAL and isinstance(inner, str) and inner and not _LEFT_OPEN.search(inner):
                yield str(key), below
            yield from literals_in(inner, below)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from literals_in(inner, f"{place}[{number}]")
