"""What only some releases read."""

import pytest

from gw2mon import promql as q


@pytest.mark.parametrize(
    ("text", "place", "feature"),
    [
        ("1 + limitk(1, x)", (4, 16), "limitk() is new in Prometheus 2.54"),
        ("holt_winters(x[1h], 0.5, 0.5)", (0, 29), "holt_winters() is gone in Prometheus 3.0"),
        ('x + {"my.metric"}', (4, 17), 'the quoted metric name "my.metric" is new in Prometheus 3.0'),
        ('x{"la.bel"="y"}', (2, 14), 'the quoted label name "la.bel" is new in Prometheus 3.0'),
        ("x > 5m", (4, 6), 'a duration as a number, "5m", is new in Prometheus 2.54'),
        ("x > 1_000", (4, 9), 'the underscore in "1_000" is new in Prometheus 2.54'),
        ("x[1h + step()]", (0, 14), "the computed duration 1h + step() is new in Prometheus 3.14"),
        ("x @ 1_000", (0, 9), 'the underscore in "1_000" is new in Prometheus 2.54'),
        ("a </ 1", (0, 6), 'operator "</" is new in Prometheus 3.11'),
    ],
)
def test_a_feature_is_named_with_its_place_and_its_release(text, place, feature):
    assert (place, feature) in q.outside_intersection(q.parse(text))


@pytest.mark.parametrize("text", ["x[300]", "x[5m:60]", "x offset 300", "x offset 0s", "x[2*5m]", '{"up"}', "x @ 5m"])
def test_what_the_tree_forgets_is_seen_in_the_source(text):
    tree = q.parse(text)
    assert q.outside_intersection(tree) == ()
    assert q.outside_intersection(tree, text)
    assert q.outside_intersection(tree, q.to_text(tree)) == ()


def test_a_grafana_variable_is_no_feature_of_prometheus():
    text = "rate($metric[$__rate_interval] offset $shift) > $threshold"
    assert q.outside_intersection(q.parse(text, variables=True), text) == ()


def test_strings_among_arguments_are_no_quoted_names():
    text = 'label_replace(sum by (a) (x{b="c", d="e"}), "f", "g", "h", "i")'
    assert q.outside_intersection(q.parse(text), text) == ()
