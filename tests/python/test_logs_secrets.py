"""Secrets that people log without knowing appear in no line; what merely looks like one stays."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import threading
import warnings
from collections import ChainMap
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType, SimpleNamespace
from typing import NamedTuple

import pytest
from httpx import URL
from starlette.datastructures import Headers

from tests.python.test_logs import imported, logs, packages, process, written
from tests.spec_editing import SHOP, model_of, report

__all__ = ["imported", "logs", "packages", "process", "written"]

SECRET_KEYS = (
    *(
        "password",
        "user_password",
        "PASSWORD",
        "passwd",
        "pwd",
        "passphrase",
        "secret",
        "client_secret",
        "token",
        "jwt",
    ),
    *("access_token", "accessToken", "refresh_tokens", "csrf_token", "token_name", "X-Api-Key", "api_key", "apikey"),
    *(
        "authorization",
        "Proxy-Authorization",
        "auth",
        "otp",
        "cookie",
        "set-cookie",
        "cookies",
        "session",
        "session_id",
    ),
    *("sessionid", "SENTRY_DSN", "dsn", "credentials", "private_key", "aws_secret_access_key"),
)
HARMLESS_KEYS = (
    *("token_type", "tokens_prompt", "tokens_completion", "prompt_tokens", "completion_tokens", "total_tokens"),
    *("max_tokens", "tokens", "token_count", "sessions_active", "session_count", "author", "oauth_provider", "monkey"),
    *("keyboard", "compass", "bypass", "passenger", "key", "path", "user_id"),
)
TEXTS = [
    "GET /login?next=%2F&password=planted&x=1#end", "https://x/?a=1&client_secret=planted;token=planted",
    "Authorization: Bearer planted.a-b_c", "authorization: Digest username=planted, response=planted", "Bearer planted",
    "Cookie: a=planted; b=planted\nHost: x", "Set-Cookie: x=planted; Path=/", "Basic cGxhbnRlZA=planted",
    "{'password': 'planted', 'n': 1}", '{"api_key": "planted with a blank", "n": 1}', '{\\"token\\": \\"planted\\"}',
    "[(b'set-cookie', b'planted'), (b'authorization', b'Bearer planted')]", "('token', 'planted')",
    "User(name='x', password='planted')", "password='it\\'s planted' x", "secret => planted", "x-api-key: planted",
    "cookies={'a': 'planted', 'b': 1}", 'session_count: "password=planted"', "token_usage={'password': 'planted'}",
    "postgresql+asyncpg://app:planted@db:5432/x", "redis://:planted@r/0", "amqp://app:pl/planted@mq/x",
    "SENTRY_DSN=https://planted@o1.ingest.sentry.io/1", "eyJhbGciOiJIUzI1NiJ9.planted.planted",
    "-----BEGIN RSA PRIVATE KEY-----\nplanted\n-----END RSA PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nplanted",
    "headers=Headers({'authorization': 'Bearer planted', 'cookie': 'session=planted'})",
    "request <Request('GET', 'https://u:planted@x/?token=planted')>",
]  # fmt: skip
PLAIN = [
    "User logged in", "Time: 12:30", "basic authentication failed", "tokens_prompt=5 max_tokens: 7", "key=value",
    "https://x:8080/a?email=player1@example.org", "Composed a team in 5.2 s", "Gw\u00e9n, \u6771\u4eac",
]  # fmt: skip


def test_the_spec_says_which_keys_are_secrets_and_which_are_none():
    section = "logs: {ship-to: none, redact: [guild-key, Mumble], keep: [token_name]}"
    (service,) = model_of(
        SHOP.edited("stack: {platform: compose}", f"{section}\nstack: {{platform: compose}}")
    ).services
    assert (service.logs.redact, service.logs.keep) == (("guild-key", "Mumble"), ("token_name",))


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("{redact: ['a b']}", "a b is no key of a log line; letters, digits and _ . - can stand in it"),
        ("{keep: ['']}", "is no key of a log line"),
        ("{keep: [mood], redact: [mumble, mood]}", "mood cannot be both hidden and shown"),
    ],
)
def test_a_key_that_cannot_be_is_a_finding(section, message):
    draft = SHOP.edited("stack: {platform: compose}", f"logs: {section}\nstack: {{platform: compose}}")
    assert message in report(draft)


@pytest.mark.parametrize("text", TEXTS)
def test_a_secret_in_a_text_is_in_no_part_of_a_line(logs, written, text):
    logs.logger.info(text, field=text, deep={"a": [{"b": text}]}, raw=text.encode(), pairs=[(text, text)], **{text: 1})
    try:
        raise RuntimeError(text)  # noqa: TRY301
    except RuntimeError as error:
        error.add_note(text)
        logs.logger.exception("Failed", error=error, stack_info=True)
    lines = written()
    # Keys that a caller makes from data are theirs; all that is a value is ours.
    del lines[0][text]
    assert "planted" not in json.dumps(lines)


@pytest.mark.parametrize("text", PLAIN)
def test_a_text_without_secrets_stays_as_it_is(logs, written, text):
    logs.logger.info(text)
    assert written()[0]["event"] == text


def test_keys_tell_secrets_at_any_depth(logs, written):
    fields = dict.fromkeys(SECRET_KEYS, "planted") | dict.fromkeys(HARMLESS_KEYS, "kept")
    logs.logger.info("Native", **fields, deep=[{"x": fields, "y": ({b"z": 1, "token": {"a": "planted"}},)}])
    (line,) = written()
    assert [key for key in SECRET_KEYS if line[key] != "[Filtered]" or line["deep"][0]["x"][key] != "[Filtered]"] == []
    assert [key for key in HARMLESS_KEYS if line[key] != "kept" or line["deep"][0]["x"][key] != "kept"] == []
    assert "planted" not in json.dumps(line)


def test_the_spec_adds_keys_and_takes_some_out(imported, written):
    logs = imported("ecs")
    logs.configure_logging()
    logs.logger.info(
        "guild-key=planted Mumble: planted", guild_key="planted", token_name="kept", nested={"GUILD-KEY": 1}
    )
    (line,) = written()
    assert (line["message"], line["token_name"]) == ("guild-key=[Filtered] Mumble: [Filtered]", "kept")
    assert (line["guild_key"], line["nested"]) == ("[Filtered]", {"GUILD-KEY": "[Filtered]"})


class Pair(NamedTuple):
    user: str
    token: str


@dataclass
class Access:
    api_key: str
    inner: object = None


STRUCTURES = {
    "nested": {"a": [{"b": ({"Authorization": "planted"},)}]},
    "too deep": {"1": {"2": {"3": {"4": {"5": {"6": {"7": {"8": {"9": {"password": "planted"}}}}}}}}}},
    "named tuples": [Pair("u", "planted"), {"x": Pair("u", "planted")}],
    "dataclasses": [Access("planted"), {"x": Access("p-planted", Access("planted"))}],
    "bytes": [b'{"password":"planted"}', {b"Cookie": b"planted"}, bytearray(b"token=planted"), memoryview(b"planted")],
    "headers": [("X-API-KEY", "planted"), (b"cookie", b"planted"), ["set-cookie", "planted"]],
    "arguments": ["mysql", "--password", "planted", "-h", "--token=planted"],
    "mappings": [MappingProxyType({"token": "planted"}), ChainMap({"token": "planted"}), {"token": "x"}.items()],
    "objects": [SimpleNamespace(token="planted"), partial(print, password="planted"), {"password=planted"}],
    "json in json": json.dumps({"a": json.dumps({"b": json.dumps({"password": 'planted "x" planted'})})}),
    "address": URL("https://u:planted@x/?token=planted#planted"),
    "headers of a request": Headers({"X-Api-Key": "planted", "Cookie": "planted"}),
    "validation": [{"type": "x", "loc": ("body", "password"), "msg": "m", "input": "planted"}],
    "errors": [ValueError("password=planted"), ValueError("password", "planted"), KeyError({"token": "planted"})],
    "cut": f"{'x' * 8_180} password=planted",
    "long keys": {"k" * 300 + "_password": "planted"},
}  # fmt: skip


@pytest.mark.parametrize("value", STRUCTURES.values(), ids=STRUCTURES)
@pytest.mark.parametrize("environment", ["production", "development"])
def test_a_secret_in_a_structure_is_in_no_line(logs, capsys, environment, value):
    logs.configure_logging(environment)
    logs.logger.bind(bound=value).info("Structure", field=value)
    logging.getLogger("library").warning("Structure", extra={"field": value})
    logs.logger.info(value)
    written = capsys.readouterr().out
    assert written.count("Structure") == 2
    assert "planted" not in written


MESSAGES = [
    ("token %s expires", "planted"), ("login of %(user)s, %(password)s", {"user": "u", "password": "planted"}),
    ("api key %d", "planted"), ("password", "planted"), ("secret %s %s", "planted"),
    ("x" * 300 + " cookie %s", "planted"),
    ("headers %s", [("Authorization", "planted")]), ("body %s", {"password": "planted"}), ("%d", ("token", "planted")),
]  # fmt: skip


@pytest.mark.parametrize("message", MESSAGES, ids=[template[-30:] for template, *_ in MESSAGES])
def test_what_is_put_into_a_message_that_speaks_of_a_secret_is_in_no_line(logs, process, capsys, message):
    # That of pytest would raise where values do not fit, and it is not what is tested.
    process.setattr(logging.getLogger(), "handlers", [logs.LineHandler()])
    for log in (logs.logger, logging.getLogger("library")):
        log.warning(*message)
        log.error(*message)
        log.log(logging.INFO, *message)
        log.exception(*message)  # noqa: LOG004 - what libraries do all the same
        log.fatal(*message)
    asyncio.run(logs.logger.ainfo(*message))
    asyncio.run(logs.logger.alog(logging.INFO, *message))
    asyncio.run(logs.logger.aexception(*message))
    written = capsys.readouterr().out
    assert len(written.splitlines()) == 13
    assert "planted" not in written


def test_messages_with_harmless_values_are_filled(logs, written):
    logs.logger.info("Loaded %d builds of %s", 7, "player1")
    logs.logger.info("Used %(tokens)d tokens", {"tokens": 12})
    logs.logger.warning("100 %", 1)
    logging.getLogger("library").info("Used %d tokens of %s", 12, "mistral")
    logs.logger.log(logging.ERROR, "Loaded %s", "it")
    assert [line["event"] for line in written()] == [
        "Loaded 7 builds of player1", "Used 12 tokens", "100 % [1]", "Used 12 tokens of mistral", "Loaded it"
    ]  # fmt: skip


def test_exceptions_in_all_their_parts_show_no_secret(logs, capsys):
    try:
        try:
            raise ExceptionGroup("token=planted", [ValueError("password=planted"), KeyError({"cookie": "planted"})])  # noqa: TRY301
        except ExceptionGroup as cause:
            cause.add_note("Bearer planted")
            raise RuntimeError("https://u:planted@x/") from cause
    except RuntimeError as error:
        caught = error
    for environment in ("production", "development"):
        logs.configure_logging(environment)
        logs.logger.error("Failed", exc_info=caught, auth="planted")
        logging.getLogger("library").error("%s", caught, exc_info=caught, extra={"body": {"password": "planted"}})
        sys.excepthook(RuntimeError, caught, None)
        sys.unraisablehook(
            SimpleNamespace(
                exc_type=ValueError, exc_value=caught.__cause__, exc_traceback=None, err_msg="token=planted",
                object=Access("planted"),
            )
        )  # fmt: skip
        threading.excepthook(
            SimpleNamespace(
                exc_type=ValueError, exc_value=caught, exc_traceback=None, thread=SimpleNamespace(name="token=planted")
            )
        )
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("password=planted is old", stacklevel=1)
    written = capsys.readouterr().out
    assert written.count("Uncaught exception in a thread") == written.count("is old") // 2 == 2
    assert "planted" not in written.replace('warnings.warn("password=planted', "")


def test_texts_without_end_cost_no_more_than_a_line_may_hold(logs, process, written):
    searched = []
    clean = logs.clean
    process.setattr(logs, "clean", lambda text: searched.append(min(len(text), 8_192)) or clean(text))
    logs.logger.info("Posted", body=[{"a": "://a:" * 10_000}] * 2_000, **{f"key_{n}": "a=" * 5_000 for n in range(99)})
    assert sum(searched) < 200_000
    assert written()[0]["event"] == "Posted"
