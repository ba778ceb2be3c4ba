"""Asking and changing the selectors of an expression."""

from gw2mon import promql as q

JOB = q.label_is("job", "api")


def test_every_selector_gets_the_matcher():
    expr = q.parse('sum(rate(a[5m])) / sum(rate(b{c="d"}[5m] offset 1d))')
    assert q.to_text(q.with_matchers(expr, [JOB])) == (
        'sum(rate(a{job="api"}[5m])) / sum(rate(b{c="d", job="api"}[5m] offset 1d))'
    )


def test_a_selector_that_speaks_of_the_label_is_left_alone():
    expr = q.parse('up{job=~"x|y"} + up{job!="z"}')
    assert q.with_matchers(expr, [JOB]) is expr


def test_the_predicate_chooses_the_selectors():
    expr = q.parse("a + b")
    assert q.to_text(q.with_matchers(expr, [JOB], lambda node: node.name == "b")) == 'a + b{job="api"}'


def test_the_metrics_are_listed_once_in_their_order():
    expr = q.parse('b + a + b{x="y"} + {__name__="c"} + {__name__=~"d.*"} + max_over_time(e[1h:])')
    assert q.metric_names(expr) == ("b", "a", "c", "e")


def test_selectors_are_found_everywhere():
    expr = q.parse("topk(scalar(k), sum(rate(a[5m]))) unless on (x) absent(b)")
    assert [node.name for node in q.selectors(expr)] == ["k", "a", "b"]
