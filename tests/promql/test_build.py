"""Building expressions from Python."""

from decimal import Decimal

import pytest

from gw2mon import promql as q

MINUTE = 60_000
requests = q.selector("http_requests_total", [q.label_matches("code", "5..")], job="api")


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (requests, 'http_requests_total{code=~"5..", job="api"}'),
        (q.selector(None, [q.label_is_not("a", ""), q.label_matches_not("b", "x")]), '{a!="", b!~"x"}'),
        (q.selector("up", [q.one_of("job", ["a"])]), 'up{job="a"}'),
        (q.selector("up", [q.one_of("job", ["a.b", "c|d"])]), r'up{job=~"a\\.b|c\\|d"}'),
        (q.selector("up", [q.none_of("job", ["a"])]), 'up{job!="a"}'),
        (q.selector("up", [q.none_of("job", ["a", "b"])]), 'up{job!~"a|b"}'),
        (q.rate(q.selector("x"), 5 * MINUTE), "rate(x[5m])"),
        (q.increase(q.selector("x"), 60 * MINUTE), "increase(x[1h])"),
        (q.over_time("max", q.selector("x"), MINUTE), "max_over_time(x[1m])"),
        (q.over_time("sum", q.sum_(q.selector("x")), 60 * MINUTE, MINUTE), "sum_over_time(sum(x)[1h:1m])"),
        (q.over_time("min", q.gt(q.selector("x"), 1), MINUTE), "min_over_time((x > 1)[1m:])"),
        (q.offset(q.selector("x"), MINUTE), "x offset 1m"),
        (q.offset(q.window(q.selector("x"), MINUTE), -MINUTE), "x[1m] offset -1m"),
        (q.window(q.offset(q.selector("x"), MINUTE), MINUTE), "x offset 1m[1m:]"),
        (q.sum_by(["a", "b"], q.selector("x")), "sum by (a, b) (x)"),
        (q.sum_without(["a"], q.selector("x")), "sum without (a) (x)"),
        (q.sum_by([], q.selector("x")), "sum by () (x)"),
        (q.aggregate("topk", q.selector("x"), param=3), "topk(3, x)"),
        (q.aggregate("quantile", q.selector("x"), by=["a"], param=Decimal("0.9")), "quantile by (a) (0.9, x)"),
        (q.histogram_quantile(Decimal("0.99"), q.selector("x")), "histogram_quantile(0.99, x)"),
        (q.predict_linear(q.selector("x"), 60 * MINUTE, 86_400), "predict_linear(x[1h], 86400)"),
        (q.sub(q.time(), q.selector("x")), "time() - x"),
        (q.or_(q.selector("a"), q.vector(0)), "a or vector(0)"),
        (q.or_(q.selector("a"), q.selector("b"), q.selector("c")), "a or b or c"),
        (q.and_(q.selector("a"), q.selector("b"), on=["x"]), "a and on (x) b"),
        (q.unless(q.selector("a"), q.selector("b"), ignoring=["x"]), "a unless ignoring (x) b"),
        (q.div(q.selector("a"), q.selector("b"), on=["x"], group_left=[]), "a / on (x) group_left () b"),
        (q.mul(q.selector("a"), q.selector("b"), on=["x"], group_right=["v"]), "a * on (x) group_right (v) b"),
        (q.mul(q.add(1, q.selector("a")), 100), "(1 + a) * 100"),
        (q.compare(q.selector("a"), ">", 1, return_bool=True), "a > bool 1"),
        (q.eq(q.selector("a"), 0), "a == 0"),
        (q.ne(q.selector("a"), q.paren(q.selector("b"))), "a != (b)"),
        (q.and_(q.ge(q.selector("a"), 1), q.le(q.selector("b"), 2)), "a >= 1 and b <= 2"),
        (q.lt(q.selector("a"), q.scalar(q.selector("b"))), "a < scalar(b)"),
        (q.absent(q.selector("up", job="x")), 'absent(up{job="x"})'),
        (q.call("label_join", q.selector("a"), q.string("d"), q.string("")), 'label_join(a, "d", "")'),
    ],
)
def test_what_is_built_is_written_as_people_write_it(expr, text):
    assert q.to_text(expr) == text
    q.parse(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("0.001"), "0.001"),
        (Decimal("14.40"), "14.4"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-9"), "0.000000001"),
        (Decimal(100), "100"),
        (Decimal(1) - Decimal("0.999"), "0.001"),
        (Decimal("Infinity"), "Inf"),
        (7, "7"),
        (-7, "-7"),
        ("1e3", "1e3"),
    ],
)
def test_a_number_has_no_digit_more_or_less(value, text):
    assert q.number(value).text == text
