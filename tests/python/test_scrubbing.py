"""What is a secret by its name or by its form is known to logs and errors alike; what people need to read stays."""

from __future__ import annotations

import importlib
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gw2mon.generators.python import generate
from gw2mon.generators.python.scrubbing import scrubbing_module
from gw2mon.model import Logs
from tests.python import guide
from tests.python.test_errors import SENTRY
from tests.python.test_logs_secrets import HARMLESS_KEYS, PLAIN, SECRET_KEYS, TEXTS

LOGS = Logs("loki", None, redact=("Guild-Key",), keep=("token_name",))
SERVICE = guide.service()._replace(logs=LOGS, sentry=SENTRY)
MORE_SECRET_KEYS = (
    *("passphrase", "ssh_key", "license-key", "connect.sid", "webhook_url", "mot_de_passe", "mdp", "basicAuth"),
    *("X-Hub-Signature-256", "sessionToken", "session.id", "authorisation", "guild_key", "GUILD-KEY", "refreshTokens"),
    *("k" * 500 + "_password", "totp", "AccountKey", "b'session'", "os.environ.DB_PASSWORD"),
)
MORE_HARMLESS_KEYS = (
    *("passwordless", "tokenizer", "tokens_used_total", "maxTokens", "tokens_per_second", "cost_per_token_type"),
    *("password_file", "session_count", "session_idle", "secretary", "sidekick", "author", "authority", "authored"),
    *("primary_key", "cache_key", "public_key", "token_bucket", "password_policy", "tokens.py", "token_name"),
)
TEXTS_OF_LIFE = [
    # What libraries say.
    'HTTP Request: GET https://api.guildwars2.com/v2/account?access_token=planted&lang=en "HTTP/1.1 200 OK"',
    "GET /oauth/callback?code=planted&state=planted HTTP/1.1", "https://app.example.org/done#id=planted&x=planted",
    "1 validation error for Login\n  Bad [type=int_parsing, input_value='planted', input_type=str]",
    "[{'type': 'missing', 'loc': ('body', 'x'), 'msg': 'Field required', 'input': 'planted'}]",
    "(sqlite3.IntegrityError) UNIQUE failed\n[SQL: INSERT INTO t VALUES (?)]\n[parameters: ('planted', ['planted'])]",
    "[generated in 0.00015s] ('planted', 3)", "[cached since 0.1s ago] {'name': 'planted'}",
    "duplicate key\nDETAIL:  Key (email)=(planted@example.org) already exists.",
    "DETAIL:  Failing row contains (1, planted, null).", "Duplicate entry 'planted' for key 'users.email'",
    'invalid input syntax for type integer: "planted"',
    "https://x/#token: 'planted'", "a\\n--auth planted", "\\token=planted",
    "private_key: -----BEGIN PRIVATE KEY-----\nplanted",
    # What people say.
    "token planted7f3a9c expires", "the api key planted-7f3a9c1d was refused", "password is planted12345",
    "session planted-7f3a9c ended",
    "mysql -h db --password planted -u app", "['mysql', '--password', 'planted', '-h']", "tool --api-key=planted",
    # Forms in forms.
    '{"a": "{\\"b\\": \\"{\\\\\\"password\\\\\\": \\\\\\"planted\\\\\\"}\\"}"}',
    '{"token": "planted \\"x\\" planted"}',
    "session={'user': {'id': 'planted'}, 'b': ['planted']}", "password=decode('planted a planted')",
    "next=https%3A%2F%2Fx%2F%3Ftoken%3Dplanted", "%7B%22password%22%3A%22planted%22%7D", "a%253Fpassword%253Dplanted",
    "postgresql%3A%2F%2Fapp%3Aplanted%40db", 'Cookie: a="planted x"; b=planted', "set-cookie:x=planted; y=planted",
    'os.environ["DB_PASSWORD"] = "planted"', 'password = """planted planted"""', "password: str = 'planted'",
    "password: |\n  planted\n", "passwd      : planted", "x-auth-token: Token planted",
    'name="password"\r\n\r\nplanted\r\n--x', '<input name="password" value="planted">',
    "<Password a='b'>planted</Password>",
    "AUTHORIZATION: BASIC cGxhbnRlZA=planted", "BEARER planted12", "Gw\u00e9n mot_de_passe=planted",
    # Forms of keys.
    "my key 4F1D2A3B-0000-1111-2222-33334444555566667777-8888-9999-AAAA-BBBBCCCCDDDD",
    "ghp_plantedplantedplanted12", "https://discord.com/api/webhooks/123/planted-x_y", "sk-proj-planted1234567",
    "https://hooks.slack.com/services/T0/B0/planted", "https://x.org/auth/reset-password/planted1234567890",
]  # fmt: skip
PLAIN_OF_LIFE = [
    "author: alice, passwordless=yes, session_count=3, monkey=banana, tokenizer: bpe", "2 sessions: token bucket full",
    "tokens_prompt=12 token_type: prompt, max_tokens=100", 'gw2_ai_tokens_used_total{model="mistral"} 5',
    "a session of 3 minutes", "Session 12 ended", "auth player1234 failed",
    "https://x:8080/users/a@b.org?page=2&sort=name#".rstrip("#"), "Loaded 7 builds for gpt-4o-mini on 2026-11-26",
    'File "/app/auth.py", line 3, in login', "password_policy: strict", "state=open code=200 key=value",
    "Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)", "Bearer of bad news", "compass: north",
    "keyboard=qwerty the token gpt was used", "POSTGRES_PASSWORD_FILE=/run/secrets/pw", "/api/reset/12",
]  # fmt: skip


def loaded(folder, name, service):
    """Import the module of a service from a package of its own."""
    package = folder / name
    package.mkdir()
    (package / "scrubbing.py").write_text(scrubbing_module(service), encoding="ascii")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        module = importlib.import_module(f"{name}.scrubbing")
    for imported in (name, f"{name}.scrubbing"):
        del sys.modules[imported]
    return module


@pytest.fixture(scope="module")
def scrubbing(tmp_path_factory):
    return loaded(tmp_path_factory.mktemp("scrubbing"), "of_both", SERVICE)


def test_names_tell_secrets(scrubbing):
    hidden = [name for name in SECRET_KEYS if name != "token_name"] + [*MORE_SECRET_KEYS]
    assert [name for name in hidden if not scrubbing.is_secret(name)] == []
    assert [name for name in (*HARMLESS_KEYS, *MORE_HARMLESS_KEYS) if scrubbing.is_secret(name)] == []


@pytest.mark.parametrize("text", [*TEXTS, *TEXTS_OF_LIFE])
def test_no_secret_stays_in_a_text_and_cleaning_twice_changes_nothing(scrubbing, text):
    cleaned = scrubbing.clean(text)
    assert "[Filtered]" in cleaned
    assert "planted" not in cleaned
    assert "CCCC" not in cleaned
    assert scrubbing.clean(cleaned) == cleaned


@pytest.mark.parametrize("text", [*PLAIN, *PLAIN_OF_LIFE])
def test_a_text_without_secrets_stays_as_it_is(scrubbing, text):
    assert scrubbing.clean(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("https://x/?page=2&token=a&sort=b", "https://x/?page=2&token=[Filtered]&sort=b"),
        ("User(name='x', password='a b', n=1)", "User(name='x', password=[Filtered], n=1)"),
        ('{"msg": "no", "token": "a", "n": 1}', '{"msg": "no", "token": [Filtered], "n": 1}'),
        ("[SQL: SELECT]\n[parameters: (1,)]\n(Background)", "[SQL: SELECT]\n[parameters: [Filtered]]\n(Background)"),
        ("ValueError: password=a\n\nDuring", "ValueError: password=[Filtered]\n\nDuring"),
        ("Authorization: Digest a=b, c=d\r\nHost: x", "Authorization: [Filtered]\r\nHost: x"),
        ("cookies={'a': {'b': 1}, 'c': 2} n=3", "cookies=[Filtered] n=3"),
        ("redis://:a@r/0 is down", "redis://[Filtered]@r/0 is down"),
        ("guild-key=a guild_keys=b", "guild-key=[Filtered] guild_keys=b"),
    ],
)  # fmt: skip
def test_only_the_secret_goes(scrubbing, text, cleaned):
    assert scrubbing.clean(text) == cleaned


@pytest.mark.parametrize(
    ("template", "speaks"),
    [
        ("token %s expires", True), ("password %s refused", True), ("login %(password)s", True), ("API key %s", True),
        ("x" * 300 + " secret %s", True), ("Used %d tokens", False), ("tokens_prompt=%d", False), ("author %s", False),
        ("Auth failed for user %s", False), ("session of %d minutes", False), ("Loaded %s", False),
        ("token_name %s", False), ("guild-key %s", True), ("passwordless login of %s", False),
    ],
)  # fmt: skip
def test_of_some_messages_one_knows_that_a_secret_is_put_into_them(scrubbing, template, speaks):
    assert scrubbing.speaks_of_secret(template) is speaks


def test_a_list_tells_the_name_of_what_comes_next_in_a_pair_and_after_an_option(scrubbing):
    assert scrubbing.is_value(b"Cookie", in_pair=True)
    assert scrubbing.is_value("--password", in_pair=False)
    assert not scrubbing.is_value("password", in_pair=False)
    assert not scrubbing.is_value("--password=x", in_pair=False)
    assert not scrubbing.is_value("password=x", in_pair=True)
    assert not scrubbing.is_value(None, in_pair=True)


def test_what_is_remembered_has_an_end(scrubbing):
    for number in range(10_000):
        scrubbing.is_secret(f"name {number}")
        scrubbing.clean(f"text {number}")
        scrubbing.speaks_of_secret(f"template {number}")
    scrubbing.is_secret("x" * 10_000)
    scrubbing.clean("x" * 10_000)
    known = scrubbing.is_secret.__self__
    assert max(len(known), len(scrubbing._harmless)) <= 4_096
    assert max(map(len, [*known, *scrubbing._harmless])) <= scrubbing.LONGEST_NAME


def test_a_text_is_cut_before_it_is_searched_so_that_none_takes_long(scrubbing):
    assert scrubbing.clean("a:" * 100_000).endswith("a: [191808 characters cut]")
    assert len(scrubbing.clean("://a:" * 100_000)) < scrubbing.LONGEST_TEXT + 50
    text = f"{'x' * (scrubbing.LONGEST_TEXT - 30)} https://user:hunter2hunter2hunter2@example.org"
    assert "hunter2" not in scrubbing.clean(text)
    assert "hunter2" not in scrubbing.clean(f"{'x' * (scrubbing.LONGEST_TEXT - 20)} password=hunter2")


def test_what_can_be_written_is_left_of_a_text_with_half_a_character(scrubbing):
    assert scrubbing.clean("a\ud800b") == "a?b"


def test_who_neither_logs_nor_reports_needs_no_module():
    def names(service):
        return {artifact.path.rpartition("/")[2] for artifact in generate(service)}

    assert "scrubbing.py" not in names(guide.service())
    assert "scrubbing.py" in names(guide.service()._replace(logs=LOGS))
    assert "scrubbing.py" in names(guide.service()._replace(sentry=SENTRY))


def test_errors_honour_what_the_spec_says_of_logs(tmp_path):
    alone = loaded(tmp_path, "of_errors", guide.service()._replace(sentry=SENTRY))
    both = loaded(tmp_path, "of_all", SERVICE)
    assert (alone.is_secret("guild_key"), alone.is_secret("token_name")) == (False, True)
    assert (both.is_secret("guild_key"), both.is_secret("token_name")) == (True, False)


NAMES = (
    "password",
    "DB_PASSWORD",
    "X-Api-Key",
    "access_token",
    "Authorization",
    "cookie",
    "auth",
    "session",
    "refreshToken",
)
SHAPES = (
    "{0}={1}", "{0}: {1}", "{0} : {1}", "{0} => {1}", '"{0}": "{1}"', "'{0}': '{1}'", "('{0}', b'{1}')",
    "{0}='{1} {1}'", '{{"{0}":"{1}"}}', '{0}={{"a":["{1}"]}}', "?{0}={1}&x=1", "--{0} {1}", "--{0}={1}", "{0}%3D{1}",
    "{0}=f('{1}')", '\\"{0}\\": \\"{1}\\"', '{0}: str = "{1}"', 'd["{0}"] = "{1}"', "<{0}>{1}</{0}>",
)  # fmt: skip
BEFORE = (
    "", "ValueError: ", "x=1, ", "{'a': 1}, ", "[", "(", "https://x/?a=1&", "https://x/#", "INFO:app:", "\n", "\\",
    "\\n", "it's ", 'say "', "tokens_prompt=5 ", "session_count=3, ", "author: x; ", "name=", "'", '"', "`", "<a>",
    "%20", "Gw\u00e9n ",
)  # fmt: skip
AFTER = ("", ",", " and so on", ")", "}", "'", '"', "\n", "; x=1", "&y=2", "\\n")


@settings(max_examples=500, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(BEFORE), max_size=3), st.sampled_from(SHAPES), st.sampled_from(NAMES),
    st.lists(st.sampled_from(AFTER), max_size=2),
)  # fmt: skip
def test_neighbours_hide_no_secret(scrubbing, before, shape, name, after):
    assert "hunter2" not in scrubbing.clean("".join([*before, shape.format(name, "hunter2"), *after]))
