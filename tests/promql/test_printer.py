"""Writing: one canonical line, and a layout for people."""

import pytest

from gw2mon import promql as q


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("sum(a)by(x,y)", "sum by (x, y) (a)"),
        ("a+on(x)group_left b", "a + on (x) group_left () b"),
        ("up{a='x',b=`y`,}", 'up{a="x", b="y"}'),
        ("up{}", "up"),
        ("rate(x[300s])", "rate(x[5m])"),
        ("rate(x[90m] offset 7d)", "rate(x[1h30m] offset 1w)"),
        ("rate(x[8d])", "rate(x[8d])"),
        ("rate(x[300])", "rate(x[5m])"),
        ("x @ 5 offset 1h", "x offset 1h @ 5"),
        ("1>BOOL 2", "1 > bool 2"),
        ("( a )", "(a)"),
        ('{"up"}', "up"),
        ("x[1h:]", "x[1h:]"),
    ],
)
def test_an_expression_has_one_form(written, canonical):
    assert q.to_text(q.parse(written)) == canonical


A, B, C = (q.VectorSelector(name) for name in "abc")
ONE, MINUS_ONE = q.NumberLiteral("1"), q.NumberLiteral("-1")


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (q.Binary("*", q.Binary("+", A, B), C), "(a + b) * c"),
        (q.Binary("+", q.Binary("*", A, B), C), "a * b + c"),
        (q.Binary("-", A, q.Binary("-", B, C)), "a - (b - c)"),
        (q.Binary("-", q.Binary("-", A, B), C), "a - b - c"),
        (q.Binary("^", q.Binary("^", A, B), C), "(a ^ b) ^ c"),
        (q.Binary("^", A, q.Binary("^", B, C)), "a ^ b ^ c"),
        (q.Binary("^", q.Unary("-", A), B), "(-a) ^ b"),
        (q.Binary("^", MINUS_ONE, B), "(-1) ^ b"),
        (q.Binary("^", A, q.Unary("-", B)), "a ^ -b"),
        (q.Unary("-", q.Binary("+", A, B)), "-(a + b)"),
        (q.Unary("-", q.Binary("^", A, B)), "-a ^ b"),
        (q.Unary("-", q.Unary("-", A)), "--a"),
        (q.Unary("-", ONE), "-(1)"),
        (q.Binary("-", ONE, MINUS_ONE), "1 - -1"),
        (q.Binary("and", q.Binary("or", A, B), C), "(a or b) and c"),
        (q.Subquery(q.Binary("/", A, B), 3_600_000, 60_000), "(a / b)[1h:1m]"),
        (q.Subquery(q.Unary("-", A), 3_600_000), "(-a)[1h:]"),
    ],
)
def test_a_built_tree_gets_the_parentheses_that_it_needs_and_no_others(tree, text):
    assert q.to_text(tree) == text


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("plain", '"plain"'),
        ('say "hi"', r'"say \"hi\""'),
        ("back\\slash", r'"back\\slash"'),
        ("line\nbreak", r'"line\nbreak"'),
        ("tab\t", r'"tab\t"'),
        ("\x00\x7f", r'"\u0000\u007f"'),
        ("ünï ✓", '"ünï ✓"'),
        ("\u2028\ufeff", r'"\u2028\ufeff"'),
        ('api"}[1m])) or vector(9) or sum(rate(up{a="b', r'"api\"}[1m])) or vector(9) or sum(rate(up{a=\"b"'),
    ],
)
def test_a_string_is_quoted_so_that_nothing_breaks_out(value, literal):
    assert q.quote(value) == literal
    assert q.parse(literal) == q.StringLiteral(value)


def test_half_a_character_cannot_be_written():
    with pytest.raises(ValueError, match="half of a character"):
        q.to_text(q.StringLiteral("\ud800"))


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("up", "up"),
        ("a:b", "a:b"),
        ("sum", "sum"),
        ("bool", '{"bool"}'),
        ("Inf", '{"Inf"}'),
        ("my.metric", '{"my.metric"}'),
    ],
)
def test_a_metric_name_is_quoted_only_where_it_must_be(name, written):
    assert q.to_text(q.VectorSelector(name)) == written
    assert q.parse(written) == q.VectorSelector(name)


def test_what_fits_stays_on_one_line():
    assert q.pretty(q.parse("sum(rate(x[5m]))/sum(rate(y[5m]))")) == "sum(rate(x[5m])) / sum(rate(y[5m]))"


def test_what_does_not_fit_is_broken_at_its_outermost_operators():
    text = """
sum(rate(requests_total{code=~"5.."}[5m])) > 0
and on (job) histogram_quantile(
  0.99,
  sum by (le, job) (rate(request_seconds_bucket[5m]))
) > 0.5
""".strip()
    assert q.pretty(q.parse(text), width=75) == text


def test_a_selector_is_never_broken():
    text = 'up{job="a_long_name", instance="another_long_name"}'
    assert q.pretty(q.parse(text), width=10) == text
