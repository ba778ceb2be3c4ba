"""Secrets that people log without knowing appear in no line; what merely looks like one stays."""

from __future__ import annotations

import json

import pytest

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
    assert [key for key in SECRET_KEYS if line[key] != "[redacted]" or line["deep"][0]["x"][key] != "[redacted]"] == []
    assert [key for key in HARMLESS_KEYS if line[key] != "kept" or line["deep"][0]["x"][key] != "kept"] == []
    assert "planted" not in json.dumps(line)


def test_the_spec_adds_keys_and_takes_some_out(imported, written):
    logs = imported("ecs")
    logs.configure_logging()
    logs.logger.info(
        "guild-key=planted Mumble: planted", guild_key="planted", token_name="kept", nested={"GUILD-KEY": 1}
    )
    (line,) = written()
    assert (line["message"], line["token_name"]) == ("guild-key=[redacted] Mumble: [redacted]", "kept")
    assert (line["guild_key"], line["nested"]) == ("[redacted]", {"GUILD-KEY": "[redacted]"})
