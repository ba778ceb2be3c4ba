"""A spec is read whole: every mistake in it is told at once, at its place, and nothing makes the reader fail."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gw2mon import finding, loader
from tests.spec_editing import SHOP, SMALLEST, Draft, report
from tests.tools import CHECKOUT


def loaded(text):
    return loader.load(text.encode(), "shop.yaml")


def test_a_spec_of_three_lines_is_enough():
    assert report(SMALLEST) == ""


def test_all_mistakes_are_told_at_once():
    spec = (
        SHOP.edited("severity: warning, to", "sevrity: warning, to")
        .edited("window: 30d}\n  payment", "windw: 30d}\n  payment")
        .edited("objective: 95%", "objective: 95")
        .edited("team: checkout\n", "")
    )
    assert [line for line in report(spec).splitlines() if line.startswith("shop.yaml")] == [
        "shop.yaml:2:1 GW104 key team is missing",
        "shop.yaml:81:3 GW104 key window is missing in slos.orders-succeed",
        "shop.yaml:81:48 GW103 unknown key windw",
        "shop.yaml:82:64 GW106 objective: a share is written with %: 95%",
        "shop.yaml:125:8 GW103 unknown key sevrity",
    ]


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("", "nothing"),
        ("# to do\n", "nothing"),
        ("- service: shop\n", "a list"),
        ("shop\n", "a single value"),
        ("7\n", "a single value"),
    ],
)
def test_a_file_that_is_no_spec_is_told_how_one_begins(text, held):
    (only,) = loaded(text).findings
    assert finding.render_text([only]).removeprefix(str(only.position)) == (
        f" GW112 a spec is a record that begins with version: 1; this file holds {held}\n"
        "  help: start with version: 1, service: NAME and team: NAME\n"
    )
    assert only.position is not None
    assert only.position.file == "shop.yaml"


def test_after_yaml_that_cannot_be_read_nothing_else_is_said():
    assert [found.code for found in loaded("version: 1\nalerts: [\n").findings] == ["GW101"]
    assert [found.code for found in loaded("version: 1\n? [a]\n: b\n").findings] == ["GW112"]


def test_what_a_form_needs_and_what_means_nothing_beside_it_is_told():
    two_forms = SHOP.edited("{stale: shop", "{value: shop_queue_length, stale: shop")
    assert "has exactly one of bad-share-of, good-share-of, quantile" in report(two_forms)
    assert "value and stale are given" in report(two_forms)
    assert "an alert with quantile needs over" in report(SHOP.edited("payment-time, over: 5m, ", "payment-time, "))
    assert "ahead means nothing for an alert with stale; it goes with forecast" in report(
        SHOP.edited("above: {critical: 26h}", "above: {critical: 26h}, ahead: 4h")
    )


@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_spec_from_any_editor_is_the_same_spec(mark, newline):
    text = (mark + SHOP.text.rstrip("\n")).replace("\n", newline)
    source = loaded(text).source
    original = loaded(SHOP.text).source
    assert source is not None
    assert original is not None
    assert source.spec == original.spec


SECRETS = {
    "a Slack hook": "https://hooks.slack.com/services/T00000000/B00000000/canarycanarycanarycanary",
    "a Slack token": "xoxb-123456789012-canarycanary",
    "a password in a URL": "https://shop:canarycanary@prometheus.example.org",
    "a private key": "-----BEGIN RSA PRIVATE KEY----- canarycanary",
    "a bearer token": "Bearer canarycanarycanary",
    "a JSON web token": "eyJcanarycanary.eyJcanarycanary.canary",
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
@pytest.mark.parametrize(
    "old", ["Orders placed", '"shop:8000"', "30s", "checkout", "orders-succeed", "1\nservice", "platform", "/health"]
)
def test_a_secret_is_refused_wherever_it_stands_and_never_shown(old, secret):
    before, _, after = SHOP.text.partition(old)
    rest = "\nservice" if old.startswith("1") else ""
    said = finding.render_text(loaded(f'{before}"{secret}"{rest}{after}').findings)
    assert "holds a secret\n  help: put it into a file, name the file in the spec, and replace the secret" in said
    assert "canary" not in said


@pytest.mark.parametrize(
    "receiver",
    [
        "pagerduty: {routing-key: 0123456789abcdef0123456789abcdef}",
        "pagerduty: {routing_key: [0x1234567890abcdef1234567890abcdef]}",
        "webhook: {url: x, token: canary0123456789}",
        "slack: {channel: c, api-url: canary0123456789canary}",
    ],
)
def test_a_key_that_speaks_of_a_secret_must_not_hold_one(receiver):
    said = report(SHOP.edited("pagerduty: {routing-key-file: /run/secrets/pagerduty}", receiver))
    assert "GW113" in said
    assert "0123456789" not in said
    assert "1234567890" not in said


def test_a_file_that_holds_a_secret_may_be_named():
    assert report(SHOP.edited("/run/secrets/pagerduty", "/run/secrets/pagerduty_routing_key_0123456789")) == ""


def test_a_spec_of_a_hundred_thousand_metrics_is_refused_quickly():
    metrics = "".join(f"    shop_n{number}_total: {{type: counter, help: N}}\n" for number in range(100_000))
    started = time.process_time()
    said = report(Draft("shop.yaml", f"{SMALLEST.text}metrics:\n  many:\n{metrics}"))
    assert time.process_time() - started < 1
    assert "GW110 more than 50,000 values, aliases counted at every use" in said


# --- whatever is thrown at it ----------------------------------------------------------------------------------------

REFERENCE = (CHECKOUT / "specs" / "gw2optimizer.yaml").read_text().splitlines(keepends=True)
SCALARS = st.sampled_from(
    ["", "~", "true", "0", "-1", "1e9999", "99%", "9" * 90, "5m", "-5m", "{}", "[]", "{a: b}", "[a]", "on", "010", "''",
     "x", "é", "{{ $value }}", '"{{"', "sum(", "*x", "&x y", "!!int 3", "2026-11-24", ".inf", "../..", "null",
     '"\\u2028"', "|"]
)  # fmt: skip


@st.composite
def mutated(draw, lines=tuple(REFERENCE)):
    """A spec in which someone deleted, doubled, moved or renamed a line, or changed what it says."""
    changed = list(lines)
    for _ in range(draw(st.integers(1, 4))):
        number = draw(st.integers(0, len(changed) - 1))
        line = changed[number]
        key, colon, value = line.partition(": ")
        change = draw(st.sampled_from(["delete", "double", "indent", "dedent", "rename", "value", "cut", "move"]))
        changed[number : number + 1] = {
            "delete": [],
            "double": [line, line],
            "indent": [f"  {line}"],
            "dedent": [line.removeprefix("  ")],
            "rename": [f"{key}x{colon}{value}"],
            "value": [f"{key}{colon}{draw(SCALARS)}\n"] if colon else [line],
            "cut": [line[: draw(st.integers(0, len(line)))]],
            "move": [draw(st.sampled_from(changed)), line],
        }[change]
    return "".join(changed)


def judged(data):
    started = time.process_time()
    result = loader.load(data, "shop.yaml")
    assert time.process_time() - started < 1
    assert (result.source is None) == bool(result.findings)
    for found in result.findings:
        assert found.position is not None
        assert found.message


PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail(data):
    judged(data)


@settings(PATIENT, max_examples=60)
@given(mutated())
def test_no_mutilation_of_a_real_spec_makes_it_fail(text):
    judged(text.encode())


@given(
    st.lists(st.sampled_from([*SHOP.text.split(), "\n", "\n  ", ": ", "- ", "{", "}", "[", "]"]), max_size=60).map(
        " ".join
    )
)
def test_no_shuffle_of_the_words_of_a_spec_makes_it_fail(text):
    judged(text.encode())
