"""What `gw2mon init` reads of a service: the same as Prometheus' own client reads, and no more trouble than that."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics_parser

from gw2mon.exposition import read
from tests.tools import CHECKOUT

RECORDED = sorted(
    [*(CHECKOUT / "tests/scaffold/expositions").glob("*.prom"), *(CHECKOUT / "tests/catalogs/recorded").glob("*.prom")]
)
SAME = {"unknown": "untyped", "info": "gauge"}


def by_the_client(text):
    parse = openmetrics_parser if "# EOF" in text else parser
    return list(parse.text_string_to_metric_families(text))


def points(samples, text):
    # The client renames a counter of the older format that does not end in _total; Prometheus does not.
    written = {line.partition(" ")[0].partition("{")[0] for line in text.splitlines()}
    return sorted(
        (
            each.name if each.name in written else each.name.removesuffix("_total"),
            sorted(each.labels.items()),
            float(each.value),
        )
        for each in samples
    )


def samples_of(families):
    return [sample for family in families for sample in family.samples]


def types_of(families):
    return sorted(SAME.get(family.type, family.type) for family in families if family.samples)


@pytest.mark.parametrize("path", RECORDED, ids=[path.stem for path in RECORDED])
def test_a_recording_reads_as_the_official_client_reads_it(path):
    text = path.read_text()
    ours, theirs = read(text), by_the_client(text)
    assert ours.unreadable == 0
    assert points(samples_of(ours.families), text) == points(samples_of(theirs), text)
    assert types_of(ours.families) == types_of(theirs)


def test_a_counter_bears_the_name_that_promql_uses_in_both_formats():
    old = "# TYPE shop_orders_total counter\nshop_orders_total 3\n"
    new = (
        "# HELP shop_orders Orders.\n# TYPE shop_orders counter\nshop_orders_total 3\nshop_orders_created 1e9\n# EOF\n"
    )
    assert [(family.name, family.type) for family in read(old).families] == [("shop_orders_total", "counter")]
    assert [(family.name, family.help) for family in read(new).families] == [("shop_orders_total", "Orders.")]


def test_a_gauge_and_a_counter_may_be_announced_under_one_name():
    text = "# TYPE alloc_bytes gauge\nalloc_bytes 1\n# TYPE alloc_bytes counter\nalloc_bytes_total 9\n# EOF\n"
    found = [(family.name, family.type, len(family.samples)) for family in read(text).families]
    assert found == [("alloc_bytes", "gauge", 1), ("alloc_bytes_total", "counter", 1)]


def test_labels_may_hold_everything_that_is_escaped():
    text = r'x{path="C:\\temp\n\"quoted\", {braces}"} 1' + "\n"
    (family,) = read(text).families
    assert family.samples[0].labels == {"path": 'C:\\temp\n"quoted", {braces}'}


def test_a_name_of_prometheus_3_stands_in_quotes():
    (family,) = read('{"http.server.duration", "http.route"="/a"} 2\n').families
    assert (family.name, dict(family.samples[0].labels)) == ("http.server.duration", {"http.route": "/a"})


def test_timestamps_and_exemplars_are_nothing_to_us():
    (family,) = read('x_bucket{le="1"} 2 1700000000000 # {trace_id="a b"} 0.5 1.7e9\n').families
    assert family.samples[0].value == 2


def test_a_gauge_that_is_always_1_and_says_info_is_info():
    (family,) = read('# TYPE shop_build_info gauge\nshop_build_info{version="1"} 1\n').families
    assert family.type == "info"


def test_infinite_and_missing_values_are_read():
    values = [family.samples[0].value for family in read("a +Inf\nb -Inf\nc NaN\n").families]
    assert values[:2] == [Decimal("Infinity"), Decimal("-Infinity")]
    assert values[2].is_nan()


@pytest.mark.parametrize("line", ["<html>", "x", "x{", 'x{a="1} 2', "x{a=1} 2", "x one", "{} 1", 'x{a="1"'])
def test_a_line_that_is_no_sample_is_counted_and_left_out(line):
    found = read(f"{line}\nok 1\n")
    assert found.unreadable == 1
    assert [family.name for family in found.families] == ["ok"]


@given(st.text(alphabet=st.sampled_from('ab_{}="\\, #\n1.eTYPEHL+Inf'), max_size=60))
def test_nothing_that_an_endpoint_answers_raises(text):
    read(text)


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(max_size=20), max_size=4))
def test_every_label_value_survives_the_way_through_the_format(labels):
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    labels = {key: value for key, value in labels.items() if not key.startswith("__")}
    if not labels:
        return
    registry = CollectorRegistry()
    Gauge("told", "", list(labels), registry=registry).labels(**labels).set(1)
    (family,) = read(generate_latest(registry).decode()).families
    assert family.samples[0].labels == labels
