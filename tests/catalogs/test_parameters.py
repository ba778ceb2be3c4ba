"""Parameters that a spec gives to a catalogue: what is accepted, what is refused, and what an editor is told."""

from decimal import Decimal

import pytest

from gw2mon import catalogs

REFUSED = [
    ({"status": "classes"}, "status: expected one of grouped, exact, got classes"),
    ({"in-progress": "yes"}, "in-progress: expected true or false, got yes"),
    ({"limit": 0}, "limit: expected a whole number above 0, got 0"),
    ({"limit": True}, "limit: expected a whole number above 0, got True"),
    ({"exclude": "/metrics"}, "exclude: expected a list of texts, got /metrics"),
    ({"exclude": ["/a", "/a"]}, "exclude: one of the texts stands twice"),
    ({"buckets": []}, "buckets: expected a list of durations, such as [100ms, 500ms, 1s]; got []"),
    ({"buckets": [Decimal("0.1")]}, "buckets: expected durations, such as 200ms, got 0.1"),
    ({"buckets": ["1s", "100ms"]}, "buckets: the bounds are not in ascending order, each once"),
    ({"bucket": ["1s"]}, "catalogue fastapi has no parameter bucket"),
]


@pytest.mark.parametrize(("given", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_a_wrong_parameter_is_explained_and_counts_as_not_given(given, message):
    assert catalogs.check_parameters("fastapi", given) == ((*given, message),)
    assert catalogs.instantiate("fastapi", "http", given) == catalogs.instantiate("fastapi", "http", {})


def test_an_unreadable_duration_is_explained_in_the_words_of_the_language():
    [(name, message)] = catalogs.check_parameters("fastapi", {"buckets": ["100msec"]})

    assert name == "buckets"
    assert "unknown unit msec" in message


def test_several_mistakes_are_told_in_the_order_of_the_spec():
    found = catalogs.check_parameters("fastapi", {"limit": 0, "status": "x", "nothing": 1})

    assert [name for name, _ in found] == ["limit", "status", "nothing"]


def test_what_is_not_given_has_its_default():
    settled = catalogs.complete_parameters("fastapi", {"exclude": ["/live"]})

    assert settled["exclude"] == ("/live",)
    assert settled["status"] == "grouped"
    assert settled["buckets"] == (Decimal("0.1"), Decimal("0.5"), Decimal(1))


def test_a_catalogue_without_parameters_refuses_any():
    found = catalogs.check_parameters("process", {"limit": 3})

    assert found == (("limit", "catalogue process has no parameter limit"),)


@pytest.mark.parametrize("name", ["alertmanager", "blackbox", "node", "prometheus"])
def test_the_runtime_of_a_go_program_can_be_added_or_left_out(name):
    without = {metric.name for metric in catalogs.instantiate(name, "it", {"runtime": False})}
    with_it = {metric.name for metric in catalogs.instantiate(name, "it", {"runtime": True})}

    assert with_it - without == {metric.name for metric in catalogs.load("go").metrics}


@pytest.mark.parametrize("name", catalogs.CATALOGS)
def test_every_parameter_has_a_schema_that_says_what_it_is_for(name):
    for parameter in catalogs.parameters(name):
        schema = parameter.schema
        assert "enum" in schema or "type" in schema
        assert schema["description"] == parameter.help
