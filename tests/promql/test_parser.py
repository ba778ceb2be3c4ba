"""Reading: which tree a text becomes, and what is too much."""

import math
import sys

import pytest

from gw2mon import promql as q
from gw2mon.promql.errors import excerpt


def number(text):
    return q.NumberLiteral(text)


def test_multiplication_binds_tighter_than_addition():
    assert q.parse("1 + 2 * 3") == q.Binary("+", number("1"), q.Binary("*", number("2"), number("3")))


def test_subtraction_associates_to_the_left_and_power_to_the_right():
    one, two, three = number("1"), number("2"), number("3")
    assert q.parse("1 - 2 - 3") == q.Binary("-", q.Binary("-", one, two), three)
    assert q.parse("1 ^ 2 ^ 3") == q.Binary("^", one, q.Binary("^", two, three))


def test_a_sign_binds_more_loosely_than_power():
    assert q.parse("-a ^ 2") == q.Unary("-", q.Binary("^", q.VectorSelector("a"), number("2")))
    assert q.parse("-1 ^ 2") == q.Unary("-", q.Binary("^", number("1"), number("2")))


def test_a_sign_before_a_number_belongs_to_the_number():
    assert q.parse("-1") == number("-1")
    assert q.parse("- -1") == number("1")
    assert q.parse("2 ^ -1") == q.Binary("^", number("2"), number("-1"))


def test_set_operators_bind_most_loosely():
    tree = q.parse("a > 1 and b or c")
    assert isinstance(tree, q.Binary)
    assert tree.op == "or"
    assert q.to_text(tree.lhs) == "a > 1 and b"


def test_offset_belongs_to_the_selector_right_before_it():
    tree = q.parse("a + rate(b[5m] offset 1h)")
    selector = q.selectors(tree)[1]
    assert selector == q.VectorSelector("b", offset=3_600_000)


def test_a_percent_factor_is_read_from_the_left():
    assert q.parse("100 * a / b") == q.parse("(100 * a) / b")._replace(lhs=q.parse("100 * a"))


def test_keywords_are_the_same_in_any_case():
    assert q.parse("SUM BY (x) (a) AND ON (y) b") == q.parse("sum by (x) (a) and on (y) b")
    assert q.parse("a OFFSET 5m > BOOL 1") == q.parse("a offset 5m > bool 1")


def test_grouping_may_stand_before_or_after_the_argument():
    assert q.parse("sum(a) by (x)") == q.parse("sum by (x) (a)")


def test_no_grouping_and_grouping_by_nothing_are_kept_apart():
    assert q.parse("sum by () (a)") != q.parse("sum(a)")


def test_comments_and_line_breaks_are_blanks():
    text = "# share of errors\nsum(a) # bad\r\n\t/ sum(b)  # all"
    assert q.parse(text) == q.parse("sum(a) / sum(b)")


def test_all_three_quotes_make_the_same_string():
    assert q.parse(r'x{a="b\\d"}') == q.parse(r"x{a='b\\d'}") == q.parse(r"x{a=`b\d`}")


def test_escapes_of_bytes_are_joined_to_characters():
    assert q.parse(r'"\xc3\xa9 \303\251 \u00e9 \U000000e9"') == q.StringLiteral("é é é é")


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e3", 1000), ("0x1F", 31), ("017", 15), ("08", 8), (".5", 0.5), ("5.", 5), ("1_000", 1000), ("5m", 300)],
)
def test_a_number_is_worth_what_prometheus_says(text, value):
    assert q.parse(text).value == value
    assert q.parse(f"-{text}").value == -value


def test_a_number_keeps_all_its_digits():
    assert q.to_text(q.parse("0.1000 + 9007199254740993")) == "0.1000 + 9007199254740993"


def test_computed_durations_are_computed_where_they_can_be():
    assert q.parse("x[2 * 5m + 1s]") == q.parse("x[10m1s]")
    assert q.parse("x offset -(1d + 1h)") == q.parse("x offset -25h")
    assert q.parse("x[1h:min_of(1m, 30s)]") == q.parse("x[1h:30s]")
    assert q.parse("x[(10 ^ 2) % 7 / +2 * 1s]") == q.parse("x[1s]")
    assert q.parse("x[10m - -max_of(1m, 2m)]") == q.parse("x[12m]")
    assert q.parse("x[1h - step()]").range == q.Variable("1h - step()")


def test_quoted_names_are_plain_names_where_they_can_be():
    assert q.parse('{"up", "job"="x"}') == q.parse('up{job="x"}')
    assert q.parse('sum by ("job") (x)') == q.parse("sum by (job) (x)")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1 + 2", "scalar"),
        ("time() > bool 1", "scalar"),
        ("-(1)", "scalar"),
        ("1 + a", "instant vector"),
        ("scalar(a) + 1", "scalar"),
        ("a[5m]", "range vector"),
        ("a[5m:]", "range vector"),
        ('"a"', "string"),
        ("((sum(a)))", "instant vector"),
    ],
)
def test_an_expression_has_the_type_that_prometheus_gives_it(text, kind):
    assert q.type_of(q.parse(text)) == kind


# Where things are.


@pytest.mark.parametrize(
    ("text", "part", "kind"),
    [
        ("1 + rate(x[5m])", "rate(x[5m])", q.Call),
        ("1 + rate(x[5m])", "x[5m]", q.MatrixSelector),
        ("1 + rate( x{a='b'} [5m])", "x{a='b'}", q.VectorSelector),
        ("a + b * c offset 5m", "b * c offset 5m", q.Binary),
        ("1 + sum(a) by (b)  # end", "sum(a) by (b)", q.Aggregation),
        ("max_over_time( (a)[5m:1m] offset 1h )", "(a)[5m:1m] offset 1h", q.Subquery),
        ("2 - -a", "-a", q.Unary),
        ("é + '\u00fc'", "'ü'", q.StringLiteral),
    ],
)
def test_every_node_knows_its_place_in_the_text(text, part, kind):
    if text.startswith("é"):
        text = "label_join(a, 'ß', 'ü')"
    tree = q.parse(text)
    assert part in [text[slice(*node.span)] for node in q.walk(tree) if isinstance(node, kind)]


def test_a_matcher_knows_its_place_too():
    text = 'up{job="api", code =~ "5.."}'
    tree = q.parse(text)
    assert [text[slice(*matcher.span)] for matcher in tree.matchers] == ['job="api"', 'code =~ "5.."']


def test_an_error_on_a_later_line_is_placed_there():
    text = 'sum(a)\n  / sum(b{c="d"\n}'
    with pytest.raises(q.PromQLError) as caught:
        q.parse(text)
    assert q.line_and_column(text, caught.value.span[0]) == (2, 8)


def test_an_excerpt_shows_where_in_the_line():
    text = "sum(a)\n  / ratte(b)"
    with pytest.raises(q.PromQLError) as caught:
        q.parse(text)
    assert excerpt(text, caught.value.span) == "  / ratte(b)\n    ^^^^^"


def test_the_help_is_apart_from_the_message():
    with pytest.raises(q.PromQLError) as caught:
        q.parse("ratte(x[5m])")
    assert caught.value.message == 'unknown function with name "ratte"'
    assert caught.value.help == 'did you mean "rate"?'


# Grafana.


@pytest.mark.parametrize(
    "text",
    [
        "rate(x[$__rate_interval])",
        "rate(x[${__rate_interval}])",
        "increase(x[$__range])",
        "max_over_time(rate(x[5m])[$__range:$__interval])",
        "max_over_time(x[${window:raw}:1m])",
        "x > $threshold",
        "x > -$threshold",
        "topk($count, x)",
        "x offset $shift",
        "x offset -$shift",
        "x @ $when",
        'x{job=~"$job"}',
        'x{job=~"${job:regex}", code="$code"}',
        'x{job=~"($job|other)"}',
        'rate($metric{job="a"}[5m])',
        "rate(${metric}[5m])",
        "sum by ($grouping, job) (x)",
        "rate(x[$__range + 5m])",
    ],
)
def test_a_grafana_variable_is_kept_as_it_was_written(text):
    tree = q.parse(text, variables=True)
    assert q.to_text(tree) == text
    assert q.parse(q.to_text(tree), variables=True) == tree


def test_a_variable_is_no_duration_that_anyone_knows():
    assert q.parse("x[$__range]", variables=True).range == q.Variable("$__range")
    assert q.parse("x[$__range]", variables=True) != q.parse("x[5m]")


def test_a_variable_does_not_excuse_a_broken_pattern():
    with pytest.raises(q.PromQLError, match="missing closing"):
        q.parse('x{job=~"($job"}', variables=True)


@pytest.mark.parametrize("text", ["x[$__range]", "x > $t", "$x", "sum by ($g) (x)", "x offset $o", "$"])
def test_outside_dashboards_a_dollar_is_a_mistake_that_explains_itself(text):
    with pytest.raises(q.PromQLError, match="Grafana variables are only allowed in dashboards"):
        q.parse(text)


def test_a_number_that_grafana_fills_in_has_no_value():
    assert math.isnan(q.parse("$threshold", variables=True).value)


# Too much.


@pytest.mark.parametrize(
    "window", ["1s" + "+1s" * 3_000, "(" * 3_000 + "1" + ")" * 3_000, "2 ^ 9999", "-1 ^ 0.5", "1e300 * 1e300"]
)
def test_an_absurd_window_is_a_mistake_and_no_crash(window):
    with pytest.raises(q.PromQLError):
        q.parse(f"x[{window}]")


@pytest.mark.parametrize("wrap", ["sum({})", "abs({})", "({})", "-({})", "max_over_time(({})[5m:])"])
def test_the_deepest_expression_needs_half_of_pythons_stack_at_most(wrap):
    text = "x"
    while True:
        try:
            q.parse(wrap.format(text))
        except q.PromQLError:
            break
        text = wrap.format(text)
    assert frames_of(lambda: q.parse(text)) < sys.getrecursionlimit() * 0.6


def frames_of(work):
    """How many frames deep a call goes below this one."""
    deepest, depth = 0, 0

    def trace(_frame, event, _arg):
        nonlocal deepest, depth
        depth += {"call": 1, "return": -1}.get(event, 0)
        deepest = max(deepest, depth)

    sys.setprofile(trace)
    try:
        work()
    finally:
        sys.setprofile(None)
    return deepest


@pytest.mark.parametrize(
    "text", ["(" * 20_000, "(" * 20_000 + "1" + ")" * 20_000, "-" * 20_000 + "1", "sum(" * 20_000, "2^" * 20_000 + "2"]
)
def test_too_deep_a_nesting_is_a_mistake_and_no_crash(text):
    with pytest.raises(q.PromQLError, match="nested more than 100 levels deep"):
        q.parse(text)


def test_too_deep_a_pattern_is_a_mistake_and_no_crash():
    with pytest.raises(q.PromQLError, match="nests too deeply"):
        q.parse('x{a=~"' + "(" * 5_000 + ")" * 5_000 + '"}')


def test_too_long_a_text_is_a_mistake():
    with pytest.raises(q.PromQLError, match="more than 1000000"):
        q.parse("a+" * 500_000 + "a")


def test_half_a_character_is_a_mistake():
    with pytest.raises(q.PromQLError, match="half of a character"):
        q.parse('x{a="\ud800"}')


def test_nesting_that_people_write_is_no_problem():
    assert q.parse("(" * 60 + "1" + ")" * 60)


def test_thousands_of_terms_are_no_problem():
    text = " + ".join(['foo{a="b"}'] * 5_000)
    tree = q.parse(text)
    assert q.to_text(tree) == text
    assert q.pretty(tree) == text
    assert tree == q.parse(text)
    assert hash(tree) == hash(q.parse(text))
    assert len(list(q.walk(tree))) == 9_999
    assert q.type_of(tree) == "instant vector"
    assert q.metric_names(tree) == ("foo",)
    assert q.transform(tree, lambda node: node) is tree
    assert q.outside_intersection(tree, text) == ()
    assert "foo" in repr(tree)
