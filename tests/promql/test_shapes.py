"""Trees of one shape are laid out once, and that changes nothing: each reads as if it had been laid out alone."""

from hypothesis import given
from hypothesis import strategies as st

from gw2mon import promql as q
from gw2mon.promql.pretty import laid_out
from gw2mon.promql.shapes import blanked, shape_of
from tests.promql.strategies import expressions, scalars

WORDS = {"value": "zyxw", "name": "abcd", "number": "7319"}


def with_other_words(expr):
    """The same tree with other names, values and numbers of the same lengths."""
    return q.transform(expr, _changed)


def _changed(node):
    if isinstance(node, q.NumberLiteral):
        return node if node.text.startswith("-") else q.number(_word("number", len(node.text)))
    if isinstance(node, q.VectorSelector):
        plain = node.name in ("up", "a:b", "sum", "and", "by", "start")
        name = _word("name", len(node.name)) if plain else node.name
        return node._replace(name=name, matchers=tuple(map(_other_value, node.matchers)))
    return node


def _other_value(matcher):
    return matcher._replace(value=_word("value", len(q.quote(matcher.value)) - 2))


def _word(kind, length):
    return (WORDS[kind] * length)[:length]


@given(st.one_of(expressions, scalars), st.integers(1, 120))
def test_any_tree_is_written_as_if_it_were_the_first_of_its_shape(expr, width):
    other = with_other_words(expr)
    assert q.pretty(other, width) == laid_out(other, width)
    assert q.pretty(expr, width) == laid_out(expr, width)
    assert q.pretty(other, width) == laid_out(other, width)


@given(st.one_of(expressions, scalars))
def test_any_two_trees_that_differ_in_their_words_have_one_shape(expr):
    words = shape_of(expr)[1]
    assert shape_of(with_other_words(expr))[0] == shape_of(expr)[0]
    assert len("".join(shape_of(with_other_words(expr))[1])) == len("".join(words))


@given(st.one_of(expressions, scalars), st.one_of(expressions, scalars))
def test_any_two_trees_of_one_shape_are_the_same_when_their_words_are_blanked(one, other):
    if shape_of(one)[0] == shape_of(other)[0]:
        assert blanked(one) == blanked(other)


def test_trees_that_are_written_differently_differ_in_shape():
    differing = [
        "up", "up1", "up[5m]", "up[5m:]", "up[5m:1m]", "up[6m:1m]", "up offset 5m", "up @ 1", "up @ end()",
        "(up)", "up - up", "up - on () up", "up - on (job) up", "up - ignoring (job) up",
        "up - on (job) group_left up", "-up", "up * up", "up > bool up", "up > up", 'up{a=""}', 'up{a="b"}',
        'up{a!="b"}', 'up{b="b"}', 'up{a="b", c="d"}', '{a="b"}', '{"a.b"}', '{"$b", a="b"}', "1", "-1", "10",
        '"a"', '"b"', "sum(up)", "sum by () (up)", "sum by (a) (up)", "sum without (a) (up)", "max(up)",
        "topk(1, up)", "abs(up)", "ceil(up)", "round(up)", "round(up, 1)",
    ]  # fmt: skip
    shapes = {shape_of(q.parse(text))[0] for text in differing}
    shapes.add(shape_of(q.parse('$b{a="b"}', variables=True))[0])
    assert len(shapes) == len(differing) + 1


def test_a_text_that_looks_like_a_blank_is_written_as_it_is():
    texts = [
        'label_replace(up, "a", "·", "b", "(.*)") > 1',
        '{"a·b", job="x"}',
        'up{job="···"}',
        'sum by ("·") (up) > 2',
    ]
    for text in texts:
        assert q.pretty(q.parse(text)) == text


def test_rules_of_two_services_share_a_layout_only_while_their_names_are_equally_long():
    short = q.parse(
        'sum(rate(requests_total{job="shop", status="5xx"}[5m])) / sum(rate(requests_total{job="shop"}[5m]))'
    )
    long = q.transform(short, lambda node: node._replace(matchers=()) if isinstance(node, q.VectorSelector) else node)
    assert "\n" in q.pretty(short, width=80)
    assert "\n" not in q.pretty(long, width=80)
