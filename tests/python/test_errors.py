"""Errors reach Sentry once, with what helps to understand them and without what nobody may know."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections import namedtuple
from decimal import Decimal
from pathlib import Path

import pytest

from gw2mon.generators.python import generate
from gw2mon.generators.python.errors import errors_module
from gw2mon.generators.python.scrubbing import scrubbing_module
from gw2mon.model import Logs, Sentry
from tests.python import guide
from tests.python.errors_story import JWT, LITERAL, PLANTED

SENTRY = Sentry("SENTRY_DSN", "ENVIRONMENT", Decimal("0.1"))
SERVICE = guide.service()._replace(sentry=SENTRY)
STORY = Path(__file__).with_name("errors_story.py")


def package(folder, service=SERVICE, **changes):
    """Write the modules that a service's errors need; `changes` break them on purpose."""
    home = folder / "gw2optimizer"
    home.mkdir()
    for artifact in generate(service):
        name = Path(artifact.path).name
        if name in {"errors.py", "logs.py", "scrubbing.py"}:
            text = artifact.text
            for old, new in changes.get(name.removesuffix(".py"), ()):
                assert old in text
                text = text.replace(old, new)
            (home / name).write_text(text)
    return folder


def story(folder):
    """Return what is wrong with what arrived at Sentry, and with what logs.py wrote meanwhile."""
    done = subprocess.run(
        [sys.executable, "-W", "error", str(STORY), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode in {0, 1}, done.stderr
    assert done.stdout, done.stderr
    *lines, told = done.stdout.splitlines()
    secrets = (*PLANTED.values(), LITERAL, JWT.split(".")[2])
    return json.loads(told)["faults"] + [
        f"{one} was written: {line}" for line in lines for one in secrets if one in line
    ]


@pytest.fixture(scope="module")
def errors(tmp_path_factory):
    home = tmp_path_factory.mktemp("errors") / "errors_alone"
    home.mkdir()
    (home / "errors.py").write_text(errors_module(SERVICE))
    (home / "scrubbing.py").write_text(scrubbing_module(SERVICE))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(home.parent)
        yield importlib.import_module("errors_alone.errors")
        del sys.modules["errors_alone.errors"], sys.modules["errors_alone.scrubbing"], sys.modules["errors_alone"]


@pytest.mark.live
@pytest.mark.parametrize("logs", [None, Logs("none", None)], ids=["alone", "with logs"])
def test_no_planted_secret_is_sent_and_every_exception_arrives_once(tmp_path, logs):
    assert story(package(tmp_path, SERVICE._replace(logs=logs))) == []


BREAKS = {
    "sends events as they are": (
        "errors",
        ("        return _scrubbed_event(event)\n    # Whatever", "        return event\n    # Whatever"),
        "planted-userinfo-7f3a9c was sent",
    ),
    "forgets what it reported": ("errors", ("at is not None and", "at is not None and False and"), "2 events say"),
    "traces everything": ("errors", ("if any(path ==", "if False and any(path =="), "/health was traced"),
    "forgets the block": ("errors", ("_add_facts(event, vars", "print(event, vars"), "block broke told of"),
    "does not listen": ("errors", ("listen: bool = True", "listen: bool = False"), "0 events say 'library broke'"),
    "writes what is put into a message": (
        "logs",
        ("is_silent = record.args and", "is_silent = False and"),
        "planted-stdlib-crumb-7f3a9c was written",
    ),
    "forgets the request": ("logs", ('set_tag("request_id"', 'set_tag("request"'), "it cannot be found in the log"),
    "writes texts as they are": (
        "scrubbing",
        ("_without_values(text))", "text)"),
        "planted-dict-in-text-7f3a9c was written",
    ),
}


@pytest.mark.prove
@pytest.mark.parametrize("name", BREAKS)
def test_the_story_notices_a_module_that(tmp_path, name):
    module, change, fault = BREAKS[name]
    service = SERVICE if module == "errors" else SERVICE._replace(logs=Logs("none", None))
    assert any(fault in found for found in story(package(tmp_path, service, **{module: [change]})))


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Authorization: Bearer abcdef123456", "Authorization: [Filtered]"),
        ("got Bearer abcdef123456 from nginx", "got Bearer [Filtered] from nginx"),
        ("Basic dXNlcjpodW50ZXIy refused", "Basic [Filtered] refused"),
        ("GET /login?password=hunter2&page=2", "GET /login?password=[Filtered]&page=2"),
        ("https://api.example.org/x?id=1&key=abc#frag", "https://api.example.org/x?id=[Filtered]&key=[Filtered]#[Filtered]"),
        ("https://example.org/x?abc", "https://example.org/x?[Filtered]"),
        ("postgresql://app:p@ss/w0rd@db:5432/app is down", "postgresql://[Filtered]@db:5432/app is down"),
        ("redis://:hunter2@cache:6379/0", "redis://[Filtered]@cache:6379/0"),
        ("{'password': 'a b c', 'x': 1}", "{'password': [Filtered], 'x': 1}"),
        ('{"accessToken":"abc","x":1}', '{"accessToken":[Filtered],"x":1}'),
        ("(b'x-api-key', b'abc')", "(b'x-api-key', [Filtered])"),
        ('token: str = "abc"', "token: str = [Filtered]"),
        ("token=abc", "token=[Filtered]"),
        ("x=token=abc", "x=token=[Filtered]"),
        ("SECRET_KEY=ab(c,d", "SECRET_KEY=[Filtered]"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", "[Filtered]"),
        ("key AKIAABCDEFGHIJKLMNOP used", "key [Filtered] used"),
        ("duplicate\nDETAIL:  Key (email)=(a@b.org) already exists.", "duplicate\nDETAIL:  Key (email)=[Filtered]"),
        ("[type=x, input_value='hunter2', input_type=str]", "[type=x, input_value=[Filtered], input_type=str]"),
        ("[SQL: SELECT 1]\n[parameters: ('a', [1])]", "[SQL: SELECT 1]\n[parameters: [Filtered]]"),
    ],
)  # fmt: skip
def test_a_secret_in_a_text_is_not_sent(errors, text, sent):
    assert errors._text(text) == sent
    assert errors._text(sent) == sent


@pytest.mark.parametrize(
    "text",
    [
        "author: alice, authority: none",
        "tokens_prompt=12 token_type: prompt, max_tokens=100",
        "Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)",
        "Bearer of bad news",
        "the president said: compassion, a session of 3 minutes",
        "select id from builds where profession = 'Guardian'",
        "gw2optimizer@1.4.2",
        "File 'app/tokens.py', line 3",
    ],
)
def test_a_text_without_secrets_is_sent_as_it_is(errors, text):
    assert errors._text(text) == text


def test_a_text_is_cut_before_it_is_searched_so_that_none_takes_long(errors):
    sent = errors._text("://a:" * 100_000)
    assert len(sent) < errors.LONGEST_TEXT + 50
    text = f"{'x' * (errors.LONGEST_TEXT - 30)} https://user:hunter2hunter2hunter2@example.org"
    assert errors._text(text).endswith("https://[Filtered]@")


def test_of_a_request_only_its_address_and_a_few_headers_are_sent(errors):
    request = {
        "method": "POST", "url": "http://me:pw@example.org/x", "query_string": "a=1&b", "data": {"password": "x"},
        "cookies": {"a": "b"}, "env": {"REMOTE_ADDR": "10.0.0.1"},
        "headers": {"Host": "example.org", "X-Forwarded-For": "10.0.0.1", "X-Request-Id": "request-1"},
    }  # fmt: skip
    assert errors._scrubbed_event({"request": request, "user": {"id": 1, "email": "a@b.org"}}) == {
        "request": {
            "method": "POST", "url": "http://[Filtered]@example.org/x", "query_string": "a=[Filtered]&[Filtered]",
            "headers": {"Host": "example.org", "X-Forwarded-For": "[Filtered]", "X-Request-Id": "request-1"},
        },
        "user": {"id": 1},
    }  # fmt: skip


def test_structures_are_sent_without_what_their_names_or_neighbours_tell_to_be_secrets(errors):
    fields = {
        "headers of a call": [["X-API-KEY", "hunter2"], ["accept", "*/*"]],
        "argv": ["mysql", "--password", "hunter2", "-h", "db"],
        "errors": [{"loc": ["body", "password"], "msg": "too short", "input": "hunter2"}],
        "https://me:hunter2@x/": 1,
        "db.params": ["hunter2"],
        "nested": [{"a": {"api_key": "hunter2", "tokens_prompt": 7}}],
    }
    assert errors._scrubbed_fields(fields) == {
        "headers of a call": [["X-API-KEY", "[Filtered]"], ["accept", "*/*"]],
        "argv": ["mysql", "--password", "[Filtered]", "-h", "db"],
        "errors": [{"loc": ["body", "password"], "msg": "too short", "input": "[Filtered]"}],
        "https://[Filtered]@x/": 1,
        "db.params": "[Filtered]",
        "nested": [{"a": {"api_key": "[Filtered]", "tokens_prompt": 7}}],
    }


def test_the_fields_of_a_named_tuple_keep_their_names(errors):
    account = namedtuple("Account", "user password")("alice", "hunter2")  # noqa: PYI024
    endless = {"account": account}
    endless["endless"] = [endless]
    named = errors._named({"account": account, "list": [(account,)], "endless": endless, "n": 1})
    assert (named["account"], named["n"]) == ({"user": "alice", "password": "hunter2"}, 1)
    assert named["list"] == [[{"user": "alice", "password": "hunter2"}]]


def test_lines_of_source_about_secrets_lose_their_literals(errors):
    frame = {"vars": {"a": 1}, "context_line": "login(password=decode('hunter2'), 3)", "pre_context": ["name = 'x'"]}
    assert errors._scrubbed_fields(frame) == {
        "context_line": "login(password=[Filtered] 3)",
        "pre_context": ["name = 'x'"],
    }
    assert "hunter2" not in errors._code("    decode('hunter2')  # the password")


def test_an_event_that_cannot_be_scrubbed_is_sent_without_its_details(errors, monkeypatch):
    def refuse(_):
        raise RecursionError

    monkeypatch.setattr(errors, "_scrubbed", refuse)
    error = ValueError("hunter2")
    event = {"event_id": "1", "level": "error", "exception": {"values": [{"type": "ValueError", "value": "hunter2"}]}}
    sent = errors._before_send(event, {"exc_info": (ValueError, error, None)})
    assert (sent["event_id"], sent["exception"]["values"][0]["type"]) == ("1", "ValueError")
    assert "hunter2" not in json.dumps(sent)
    assert errors._before_send_transaction({"transaction": "hunter2"}, {}) is None
    span = {"name": "hunter2", "attributes": {"url.full": "hunter2"}, "span_id": "1"}
    assert errors._before_send_span(span, {}) == {"name": "[Filtered]", "attributes": {}, "span_id": "1"}


def test_an_exception_that_is_raised_for_ever_is_reported_once_a_minute(errors, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(errors.time, "monotonic", lambda: now[0])
    hint = {"exc_info": (ValueError, ValueError("again"), None)}
    sent = []
    for passed in (0, 1, 30, 61, 62):
        now[0] = 1000.0 + passed
        if errors._before_send({"level": "error"}, hint):
            sent.append(passed)
    assert sent == [0, 61]


@pytest.mark.parametrize(
    ("path", "parent", "share"),
    [
        ("/builds", None, 0.1),
        ("/builds", True, 1.0),
        ("/builds", False, 0.0),
        ("/health", True, 0.0),
        ("/metrics", None, 0.0),
        ("/api/v1/health/", None, 0.0),
        ("/xhealth", None, 0.1),
    ],
)
def test_requests_are_traced_as_whoever_calls_decided_and_never_those_of_probes(errors, path, parent, share):
    sampler = errors._sampler(0.1)
    assert sampler({"asgi_scope": {"path": path}, "parent_sampled": parent}) == share


def test_what_is_no_request_is_traced_at_the_rate(errors):
    assert errors._sampler(0.25)({"transaction_context": {"op": "task"}, "parent_sampled": None}) == 0.25


def test_a_query_outside_of_any_request_names_no_trace(errors):
    assert errors._sampler(1.0)({"transaction_context": {"op": "db", "name": "SELECT 'hunter2'"}}) == 0.0


@pytest.mark.parametrize(
    ("given", "environment", "release"),
    [
        ("1.4.2", {"SENTRY_RELEASE": "other@1"}, "gw2optimizer@1.4.2"),
        ("mine@1.4.2", {}, "mine@1.4.2"),
        (None, {"SENTRY_RELEASE": "other@1", "GIT_SHA": "cbbce31"}, "other@1"),
        (None, {"GIT_SHA": "cbbce31"}, "gw2optimizer@cbbce31"),
        (None, {}, None),
    ],
)
def test_the_release_is_the_name_of_the_service_and_its_version(errors, monkeypatch, given, environment, release):
    for name in ("SENTRY_RELEASE", "GIT_SHA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert errors._release(given) == release


@pytest.mark.parametrize("dsn", [None, "", "  "])
def test_without_a_dsn_nothing_is_reported(errors, monkeypatch, dsn):
    monkeypatch.delenv("SENTRY_DSN", raising=False)
    if dsn is not None:
        monkeypatch.setenv("SENTRY_DSN", dsn)
    assert not errors.init_errors("1.4.2")


def test_without_sentry_everything_may_be_called(errors):
    errors.set_user(1, "alice")
    errors.set_tag("game_mode", "WvW")
    errors.set_context("build", {"profession": "Guardian"})
    with pytest.raises(ZeroDivisionError), errors.error_context(build={"profession": "Guardian"}):
        _ = 1 / 0
    event = {"event": "failed"}
    assert errors.log_processor(None, "error", event) is event


@pytest.mark.parametrize(
    "dsn", ["hunter2", "https://sentry.io/1", "https://hunter2@sentry.io/x", "https://hunter2@[/1"]
)
def test_a_dsn_that_is_none_is_told_without_showing_it(errors, monkeypatch, caplog, dsn):
    monkeypatch.setenv("SENTRY_DSN", dsn)
    assert not errors.init_errors()
    assert caplog.messages == ["SENTRY_DSN is set, but not to a DSN: errors are not reported"]


def test_a_missing_package_is_told(errors, monkeypatch, caplog):
    monkeypatch.setenv("SENTRY_DSN", "https://public@sentry.io/1")
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    assert not errors.init_errors()
    assert "the package sentry-sdk is missing" in caplog.text


@pytest.mark.parametrize("option", ["before_send", "send_default_pii", "data_collection", "traces_sampler"])
def test_options_that_keep_secrets_in_cannot_be_given(errors, option):
    with pytest.raises(TypeError, match=f"init_errors decides about {option} itself"):
        errors._options({option: True}, listen=True)


def test_other_options_are_passed_on(errors):
    options = errors._options({"ignore_errors": ["KeyError"], "trace_propagation_targets": ["api"]}, listen=False)
    assert (options["ignore_errors"], options["trace_propagation_targets"]) == (["KeyError"], ["api"])


@pytest.fixture(scope="module")
def variants(tmp_path_factory):
    folder = tmp_path_factory.mktemp("errors_variants")
    services = {
        "guide": SERVICE,
        "logged": SERVICE._replace(logs=Logs("none", None)),
        "bare": guide.service(guide.module(fastapi=None))._replace(sentry=Sentry("A", "B", Decimal(0))),
        "odd": guide.service(
            guide.module(fastapi=guide.HTTP._replace(exclude=tuple(f"/a/very/long/path/{n}" for n in range(9)))),
            name="caf\u00e9 \"'\\",
        )._replace(sentry=Sentry("DSN\"'\\\n", "\u2603", Decimal("0.125"))),
    }
    for name, service in services.items():
        package = folder / name
        package.mkdir()
        (package / "__init__.py").write_text('"""The package of a service."""\n')
        (package / "errors.py").write_text(errors_module(service), encoding="ascii")
        (package / "scrubbing.py").write_text(scrubbing_module(service), encoding="ascii")
    return folder


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "--isolated", "--line-length=120", "--select=E,F,I,UP,B,ANN,D,SIM,RUF,N",
         "--config", 'lint.pydocstyle.convention="google"', "."],
        ["ruff", "format", "--isolated", "--line-length=120", "--check", "--diff", "."],
        ["mypy", "--strict", "--python-version=3.11", "--follow-imports=skip", "--cache-dir=skipped", "."],
        # With the SDK's own types, which take long to read.
        pytest.param(["mypy", "--strict", "--python-version=3.11", "."], marks=pytest.mark.prove),
    ],
    ids=["style", "layout", "types", "types of the SDK"],
)  # fmt: skip
def test_linters_find_nothing(variants, command):
    done = subprocess.run([sys.executable, "-m", *command], cwd=variants, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_who_reports_no_errors_gets_no_module():
    assert not [artifact for artifact in generate(guide.service()) if artifact.path.endswith("errors.py")]
    with pytest.raises(ValueError, match="reports no errors"):
        errors_module(guide.service())
