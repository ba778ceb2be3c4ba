"""What the functions of metrics.py promise, with any interpreter and any release of prometheus_client.

    python metrics_story.py FOLDER

FOLDER holds the generated package `gw2optimizer`. It asserts, and prints nothing.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
from contextlib import suppress
from enum import StrEnum
from math import inf, nan
from pathlib import Path
from threading import Thread

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest

sys.path.insert(0, sys.argv[1])
from gw2optimizer import metrics

UNKNOWN = "gw2mon_unknown_label_values_total"
QUERIES = "gw2_db_query_duration_seconds_count"


class Mode(StrEnum):
    """A game mode, as an application declares it."""

    PVP = "PvP"


def value(name, registry=REGISTRY, **labels):
    return registry.get_sample_value(name, labels)


def functions_and_the_info():
    metrics.track_ai_request("mistral", "compose_team", 0.7, tokens_prompt=12, tokens_completion=0)
    metrics.track_ai_request("mistral", "compose_team", nan, "error", tokens_prompt=-1, tokens_completion=inf)
    assert value("gw2_ai_requests_total", model="mistral", operation="compose_team", status="success") == 1
    assert value("gw2_ai_requests_total", model="mistral", operation="compose_team", status="error") == 1
    assert value("gw2_ai_request_duration_seconds_sum", model="mistral", operation="compose_team") == 0.7
    assert value("gw2_ai_request_duration_seconds_bucket", model="mistral", operation="compose_team", le="0.5") == 0
    assert value("gw2_ai_request_duration_seconds_bucket", model="mistral", operation="compose_team", le="1.0") == 1
    assert value("gw2_ai_tokens_used_total", model="mistral", token_type="prompt") == 12
    metrics.initialize_app_info("1.4.2", "production")
    assert value("gw2_app_info", version="1.4.2", environment="production") == 1


def members_of_enumerations_are_their_values():
    for mode in (Mode.PVP, "PvP", Mode.PVP):
        metrics.track_build_created("Guardian", mode)
    assert value("gw2_builds_created_total", profession="Guardian", game_mode="PvP") == 3


def undeclared_values_are_one_series_and_counted():
    before = len(generate_latest().splitlines())
    for number in range(100):
        metrics.track_cache_operation("get", f"odd {number}")
        metrics.track_external_api("gw2api", f"/v2/builds/{number}", 0.1)
        metrics.track_team_created("WvW", number)
    assert value("gw2_cache_operations_total", operation="get", result="other") == 100
    assert value(UNKNOWN, metric="gw2_cache_operations_total", label="result") == 100
    labels = {"service": "gw2api", "endpoint": "/v2/builds/{id}"}
    assert value("gw2_external_api_requests_total", status="success", **labels) == 100
    assert value("gw2_teams_created_total", game_mode="WvW", size="more") == 49
    assert len(generate_latest().splitlines()) == before + 2  # the value, and when it came about


def strict_mode_raises():
    os.environ["GW2MON_STRICT"] = "1"
    said = ""
    try:
        metrics.track_cache_operation("get", "odd")
    except ValueError as mistake:
        said = str(mistake)
    del os.environ["GW2MON_STRICT"]
    assert "'odd' is not one of" in said


def timers_tell_how_it_ended():
    @metrics.time_ai_request("ollama", "optimize_build")
    async def slow():
        await asyncio.sleep(0.02)
        raise TimeoutError

    @metrics.time_db_query("select", "builds")
    def quick():
        return 7

    assert isinstance(asyncio.run(gathered(slow)), TimeoutError)
    assert value("gw2_ai_requests_total", model="ollama", operation="optimize_build", status="timeout") == 1
    assert value("gw2_ai_request_duration_seconds_sum", model="ollama", operation="optimize_build") >= 0.02
    assert quick() == 7
    with suppress(TimeoutError), metrics.time_db_query("select", "builds"):
        raise TimeoutError
    assert value(QUERIES, operation="select", table="builds") == 2
    assert value("gw2_db_errors_total", operation="select", error_type="TimeoutError") == 1


async def gathered(function):
    return (await asyncio.gather(function(), return_exceptions=True))[0]


def gauges_are_absent_until_somebody_measured():
    assert value("gw2_users_active") is value("gw2_db_up") is None
    metrics.users_active.set(3)
    metrics.bind_db_up(list)
    assert (value("gw2_users_active"), value("gw2_db_up")) == (3, 0)
    metrics.bind_db_up(lambda: True)
    metrics.bind_cache_size_bytes(lambda: 12)
    assert (value("gw2_db_up"), value("gw2_cache_size_bytes")) == (1, 12)


def two_registries_know_nothing_of_each_other():
    one, other = CollectorRegistry(), CollectorRegistry()
    metrics.Metrics(one).track_db_query("update", "teams", 0.1)
    metrics.Metrics(other)
    counts = [value(QUERIES, registry, operation="update", table="teams") for registry in (one, other, REGISTRY)]
    assert counts == [1, 0, 0], counts


def sixteen_threads_lose_nothing():
    def work(number):
        for _ in range(500):
            metrics.track_db_query("insert", f"table {number % 4}", 0.01)

    threads = [Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = [value(QUERIES, operation="insert", table=f"table {number}") for number in range(4)]
    assert counts == [2000] * 4, counts


def a_series_that_was_removed_comes_back_at_0():
    metrics.db_query_duration.clear()
    metrics.reset()
    assert value(QUERIES, operation="select", table="builds") == 0


def a_reload_keeps_what_was_counted_unless_the_file_has_changed():
    # Last, for it replaces all metrics.
    metrics.track_cache_operation("set", "hit")
    importlib.reload(metrics)
    metrics.track_cache_operation("set", "hit")
    assert value("gw2_cache_operations_total", operation="set", result="hit") == 2
    source = Path(metrics.__file__)
    text = source.read_text()
    try:
        source.write_text(f"{text}\n# changed\n")
        importlib.reload(metrics)
        metrics.track_cache_operation("set", "hit")
        assert value("gw2_cache_operations_total", operation="set", result="hit") == 1
    finally:
        source.write_text(text)


if __name__ == "__main__":
    gauges_are_absent_until_somebody_measured()
    functions_and_the_info()
    members_of_enumerations_are_their_values()
    undeclared_values_are_one_series_and_counted()
    strict_mode_raises()
    timers_tell_how_it_ended()
    two_registries_know_nothing_of_each_other()
    sixteen_threads_lose_nothing()
    a_series_that_was_removed_comes_back_at_0()
    a_reload_keeps_what_was_counted_unless_the_file_has_changed()
