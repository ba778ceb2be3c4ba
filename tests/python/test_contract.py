"""The generated module takes the place of the one written by hand: same names, same signatures, same metrics."""

from __future__ import annotations

import ast
import inspect

import prometheus_client
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from tests.python import guide
from tests.python.handwritten import Handwritten

FUNCTIONS = ("track_ai_request", "track_db_query", "track_cache_operation", "track_external_api", "initialize_app_info")


def exported(registry, *, zeros=True):
    """Every series and its value; series at 0 add nothing to a sum, and creation times differ by nature."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in registry.collect()
        for sample in family.samples
        if not sample.name.endswith("_created")
        and not sample.name.startswith("gw2mon_")
        and (zeros or sample.value != 0)
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_signatures_are_those_of_the_guide(module, name):
    written = inspect.signature(getattr(Handwritten(), name))
    generated = inspect.signature(getattr(module, name))
    assert [(p.name, p.kind, p.default) for p in generated.parameters.values()] == [
        (p.name, p.kind, p.default) for p in written.parameters.values()
    ]


@pytest.mark.parametrize("metric", guide.METRICS, ids=lambda metric: metric.name)
def test_objects_are_those_of_the_client_and_describe_the_declared_metric(module, metric):
    found = getattr(module, metric.object)
    assert isinstance(found, getattr(prometheus_client, metric.type.capitalize()))
    (family,) = found.describe()
    suffix = {"counter": "_total", "info": "_info"}.get(metric.type, "")
    assert (family.name + suffix, family.documentation) == (metric.name, metric.help)


def test_labels_may_be_given_by_position(module):
    module.builds_created_total.labels("Guardian", "WvW").inc()
    module.ai_requests_total.labels("mistral", "compose_team", "error").inc()
    assert module.builds_created_total.labels(profession="Guardian", game_mode="WvW")._value.get() == 1
    assert module.ai_requests_total.labels(model="mistral", operation="compose_team", status="error")._value.get() == 1


def test_declared_histograms_have_the_declared_buckets(cls):
    registry = CollectorRegistry()
    cls(registry)
    found: dict[str, dict[float, None]] = {}
    for family in registry.collect():
        for sample in family.samples:
            if sample.name.endswith("_bucket"):
                found.setdefault(family.name, {})[float(sample.labels["le"])] = None
    declared = {m.name: [*map(float, m.buckets), float("inf")] for m in guide.METRICS if m.buckets}
    declared.pop("gw2_external_api_duration_seconds")  # its endpoints are not known beforehand
    assert {name: list(bounds) for name, bounds in found.items()} == declared


def test_everything_public_is_listed(module, source):
    assigned = {
        target.id
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name) and not target.id.startswith("_")
    }
    timers = {"TimedAiRequest", "TimedDbQuery", "TimedExternalApi"}
    assert assigned - {"P", "R", "S", "default"} | {"Metrics"} | timers == set(module.__all__)
    assert len(module.__all__) == len(set(module.__all__))


def test_closed_labels_are_literal_types_and_open_ones_are_text(cls):
    annotations = cls.track_ai_request.__annotations__
    assert annotations["model"] == "AiModel"
    assert annotations["operation"] == "str"
    assert annotations["tokens_prompt"] == "int | None"


MODELS = st.sampled_from(guide.AI_MODEL.values)
DURATIONS = st.floats(0, 100) | st.integers(0, 5)
TOKENS = st.none() | st.integers(0, 10_000)
API_STATUSES = st.sampled_from(guide.API_STATUS.values) | st.integers(400, 403)
CALLS = st.one_of(
    st.tuples(
        st.just("track_ai_request"), MODELS, st.sampled_from(["compose_team", "optimize_build", "rank", "é"]),
        DURATIONS, st.sampled_from(guide.AI_STATUS.values), TOKENS, TOKENS,
    ),
    st.tuples(
        st.just("track_db_query"), st.sampled_from(guide.DB_OPERATION.values), st.sampled_from(["builds", "games"]),
        DURATIONS, st.sampled_from([None, "", "IntegrityError", "Timeout"]),
    ),
    st.tuples(
        st.just("track_cache_operation"), st.sampled_from(guide.CACHE_OPERATION.values),
        st.sampled_from(guide.CACHE_RESULT.values),
    ),
    st.tuples(
        st.just("track_external_api"), st.sampled_from(["gw2api", "discord"]),
        st.sampled_from(["/v2/builds", "/v2/a b"]), DURATIONS, API_STATUSES,
    ),
    st.tuples(st.just("initialize_app_info"), st.just("1.0"), st.sampled_from(["production", "test"])),
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(CALLS, max_size=30), st.booleans())
def test_the_same_calls_give_the_same_scrape(cls, calls, by_keyword):
    generated, written = cls(CollectorRegistry()), Handwritten()
    for name, *arguments in calls:
        parameters = list(inspect.signature(getattr(written, name)).parameters)
        for metrics in (generated, written):
            if by_keyword:
                getattr(metrics, name)(**dict(zip(parameters, arguments, strict=True)))
            else:
                getattr(metrics, name)(*arguments)
    # An info that nobody set says nothing, and neither does a gauge: the generated module leaves both out.
    expected = exported(written.registry, zeros=False)
    if not any(name == "initialize_app_info" for name, *_ in calls):
        expected.pop(("gw2_app_info",))
    assert exported(generated.registry, zeros=False) == expected


def test_a_zero_of_tokens_is_recorded_and_an_empty_error_is_none(module):
    module.track_ai_request("ollama", "rank", 1.5, tokens_prompt=0)
    module.track_db_query("select", "builds", 0.1, "")
    assert module.ai_tokens_used.labels("ollama", "prompt")._value.get() == 0
    assert sum(sample.value for sample in module.db_errors_total.collect()[0].samples if "_total" in sample.name) == 0


def test_counters_and_histograms_start_at_zero_for_every_declared_value(module):
    found = exported(module.default.registry)
    assert (
        found["gw2_ai_requests_total", ("model", "ollama"), ("operation", "compose_team"), ("status", "timeout")] == 0
    )
    assert found["gw2_db_query_duration_seconds_count", ("operation", "delete"), ("table", "users")] == 0
    assert found["gw2_teams_created_total", ("game_mode", "PvP"), ("size", "50")] == 0
    assert sum(name == "gw2_ai_requests_total" for name, *_ in found) == 2 * 2 * 3
