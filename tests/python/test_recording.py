"""What the functions do with values that nobody declared, with nonsense, and under load."""

from __future__ import annotations

import enum
import logging
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest


@pytest.fixture
def metrics(cls):
    return cls(CollectorRegistry())


def value(metrics, name, **labels):
    return metrics.registry.get_sample_value(name, labels)


def unknown(metrics, metric, label):
    return value(metrics, "gw2mon_unknown_label_values_total", metric=metric, label=label)


def test_an_undeclared_value_of_a_closed_label_becomes_other_and_is_counted(metrics):
    assert unknown(metrics, "gw2_cache_operations_total", "result") == 0
    for _ in range(3):
        metrics.track_cache_operation("get", "maybe")
    assert value(metrics, "gw2_cache_operations_total", operation="get", result="other") == 3
    assert unknown(metrics, "gw2_cache_operations_total", "result") == 3


def test_a_value_that_fills_several_metrics_is_counted_once(metrics):
    metrics.track_ai_request("gpt", "compose_team", 1.0)
    assert value(metrics, "gw2_ai_request_duration_seconds_count", model="other", operation="compose_team") == 1
    assert unknown(metrics, "gw2_ai_requests_total", "model") == 1


def test_an_open_label_takes_new_values_up_to_its_limit(metrics):
    for number in range(10):
        metrics.track_ai_request("ollama", f"new{number}", 1.0)
    assert value(metrics, "gw2_ai_requests_total", model="ollama", operation="new7", status="success") == 1
    assert value(metrics, "gw2_ai_requests_total", model="ollama", operation="other", status="success") == 2
    assert unknown(metrics, "gw2_ai_requests_total", "operation") == 2


def test_an_argument_takes_the_same_values_in_all_metrics_that_it_fills(metrics):
    for number in range(25):
        metrics.track_external_api("gw2api", f"/v{number}", 1.0, "timeout")
    for name in ("gw2_external_api_requests_total", "gw2_external_api_duration_seconds_count"):
        endpoints = {
            sample.labels["endpoint"]
            for family in metrics.registry.collect()
            for sample in family.samples
            if sample.name == name
        }
        assert endpoints == {f"/v{number}" for number in range(20)} | {"other"}


@settings(deadline=None, max_examples=20)
@given(st.lists(st.text(max_size=4) | st.integers() | st.none(), min_size=40, max_size=80))
def test_no_stream_of_values_makes_more_series_or_keys_than_the_limit_allows(cls, values):
    metrics = cls(CollectorRegistry())
    for text in values:
        metrics.track_db_query(text, text, 0.1, text)
    for children in (metrics._track_db_query, metrics._track_db_query_error):
        assert len(children) <= 5
        # A new value that is a number has a key as it was given and one as it is shown.
        assert all(len(tables) <= 2 * 20 + 1 for tables in children.values())
    generate_latest(metrics.registry)


def test_strict_mode_names_the_values_there_are(metrics, monkeypatch):
    monkeypatch.setenv("GW2MON_STRICT", "1")
    with pytest.raises(ValueError, match=r"gw2_cache_operations_total label result: 'maybe' .*'error', 'hit', 'miss'"):
        metrics.track_cache_operation("get", "maybe")
    with pytest.raises(TypeError):
        metrics.track_db_query("select", "builds", None)
    metrics.track_ai_request("mistral", "brand new", 1.0)
    assert unknown(metrics, "gw2_cache_operations_total", "result") == 0


class Plain(enum.Enum):
    HIT = "hit"


class Text(str, enum.Enum):  # noqa: UP042 - the older form is the one that prints its class
    HIT = "hit"


class New(enum.StrEnum):
    HIT = "hit"


@pytest.mark.parametrize("member", [Plain.HIT, Text.HIT, New.HIT])
@pytest.mark.parametrize("seen", [True, False])
def test_members_of_enumerations_are_recorded_by_value(metrics, member, seen):
    if seen:
        metrics.track_cache_operation("get", "hit")
    metrics.track_cache_operation("get", member)
    assert value(metrics, "gw2_cache_operations_total", operation="get", result="hit") == 1 + seen


class Hostile:
    def __str__(self):
        raise RuntimeError

    __bool__ = __hash__ = __repr__ = __lt__ = __le__ = __str__


GARBAGE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.text(), st.binary(max_size=3),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=1), st.none(), max_size=1),
    st.builds(Hostile), st.builds(object), st.text(st.characters(categories=["Cs"]), max_size=2),
)  # fmt: skip


@settings(deadline=None, max_examples=100)
@given(st.lists(GARBAGE, min_size=6, max_size=6))
def test_no_function_raises_and_no_scrape_fails_whatever_is_passed(cls, arguments):
    logging.disable(logging.CRITICAL)
    metrics = cls(CollectorRegistry())
    try:
        metrics.track_ai_request(*arguments)
        metrics.track_db_query(*arguments[:4])
        metrics.track_cache_operation(*arguments[:2])
        metrics.track_external_api(*arguments[:4])
        metrics.initialize_app_info(*arguments[:2])
        generate_latest(metrics.registry)
    finally:
        logging.disable(logging.NOTSET)
    for family in metrics.registry.collect():
        for sample in family.samples:
            assert 0 <= sample.value < float("inf"), sample


@pytest.mark.parametrize("amount", [-1, -0.5, float("nan"), float("inf"), float("-inf")])
def test_an_impossible_amount_is_left_out_and_the_rest_is_recorded(metrics, amount):
    metrics.track_ai_request("mistral", "compose_team", amount, tokens_prompt=amount, tokens_completion=7)
    assert value(metrics, "gw2_ai_requests_total", model="mistral", operation="compose_team", status="success") == 1
    assert value(metrics, "gw2_ai_request_duration_seconds_count", model="mistral", operation="compose_team") == 0
    assert value(metrics, "gw2_ai_tokens_used_total", model="mistral", token_type="prompt") == 0
    assert value(metrics, "gw2_ai_tokens_used_total", model="mistral", token_type="completion") == 7


def test_the_first_mistake_of_a_function_is_logged_and_no_other(metrics, caplog, monkeypatch):
    monkeypatch.setitem(type(metrics).track_db_query.__globals__, "_REPORTED", set())
    for _ in range(5):
        metrics.track_db_query("select", "builds", "slow")
    (line,) = caplog.messages
    assert line.startswith("track_db_query could not record everything: TypeError(")


def test_threads_lose_nothing(metrics):
    start = threading.Barrier(16)

    def work():
        start.wait()
        for number in range(5_000):
            metrics.track_cache_operation("get", "hit" if number % 2 else "miss")

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert value(metrics, "gw2_cache_operations_total", operation="get", result="hit") == 40_000
    assert value(metrics, "gw2_cache_operations_total", operation="get", result="miss") == 40_000


def test_threads_that_bring_new_values_keep_the_limit(metrics):
    start = threading.Barrier(8)

    def work(offset):
        start.wait()
        for number in range(200):
            metrics.track_external_api("gw2api", f"/{offset}/{number}", 1.0, "200")

    threads = [threading.Thread(target=work, args=(offset,)) for offset in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    samples = [s for s in metrics.external_api_requests_total.collect()[0].samples if s.name.endswith("_total")]
    assert sum(sample.value for sample in samples) == 1600
    assert len(samples) == 21


def test_after_clear_reset_lets_the_functions_find_the_new_series(metrics):
    metrics.track_cache_operation("get", "hit")
    metrics.cache_operations_total.clear()
    metrics.track_cache_operation("get", "hit")
    assert value(metrics, "gw2_cache_operations_total", operation="get", result="hit") is None
    metrics.reset()
    assert value(metrics, "gw2_cache_operations_total", operation="get", result="hit") == 0
    metrics.track_cache_operation("get", "hit")
    assert value(metrics, "gw2_cache_operations_total", operation="get", result="hit") == 1


def test_reset_gives_an_open_label_its_room_again(metrics):
    for number in range(12):
        metrics.track_ai_request("ollama", f"old{number}", 1.0)
    metrics.ai_requests_total.clear()
    metrics.reset()
    metrics.track_ai_request("ollama", "new", 1.0)
    assert value(metrics, "gw2_ai_requests_total", model="ollama", operation="new", status="success") == 1


def test_ten_thousand_values_stay_within_the_limits_and_every_reject_is_counted(metrics):
    for number in range(10_000):
        metrics.track_external_api(f"service{number}", f"/{number}", 0.1, f"status{number}")
    samples = [s for s in metrics.external_api_requests_total.collect()[0].samples if s.name.endswith("_total")]
    assert sum(sample.value for sample in samples) == 10_000
    for label, limit, known in (("service", 5, 1), ("endpoint", 20, 0), ("status", 20, 6)):
        found = {sample.labels[label] for sample in samples} - {"other"}
        assert len(found) <= limit
        assert unknown(metrics, "gw2_external_api_requests_total", label) == 10_000 - (limit - known)


@pytest.mark.parametrize("tokens", [None, -1, float("nan"), float("inf")])
def test_tokens_that_are_none_or_impossible_are_left_out(metrics, tokens):
    metrics.track_ai_request("mistral", "compose_team", 1.0, tokens_prompt=tokens, tokens_completion=0)
    assert value(metrics, "gw2_ai_tokens_used_total", model="mistral", token_type="prompt") == 0
    assert value(metrics, "gw2_ai_requests_total", model="mistral", operation="compose_team", status="success") == 1
