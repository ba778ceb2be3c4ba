"""What must hold for every expression, also for those that nobody would write."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gw2mon import promql as q
from gw2mon.promql.lexer import tokenize
from tests.promql import corpus
from tests.promql.strategies import TEXTS, expressions, scalars

PIECES = st.sampled_from(sorted({token for text in corpus.EVERY_VALID for token in tokenize(text)[0]} - {""}))


def without_parens(expr):
    return q.transform(expr, lambda node: node.expr if isinstance(node, q.Paren) else node)


@given(st.one_of(expressions, scalars))
def test_any_tree_is_written_so_that_it_reads_back(expr):
    assert without_parens(q.parse(q.to_text(expr))) == without_parens(expr)


@given(expressions, st.integers(1, 80))
def test_any_layout_reads_back_as_the_same_tree(expr, width):
    assert without_parens(q.parse(q.pretty(expr, width))) == without_parens(expr)


@given(expressions)
def test_what_was_read_is_written_and_read_without_change(expr):
    read = q.parse(q.to_text(expr))
    assert q.parse(q.to_text(read)) == read


@given(expressions)
def test_spans_hold_what_is_inside_them(expr):
    text = q.to_text(expr)
    for node in q.walk(q.parse(text)):
        start, end = node.span
        assert 0 <= start < end <= len(text)
        assert all(start <= child.span[0] and child.span[1] <= end for child in q.children(node))
        assert text[start:end] == text[start:end].strip()


@given(expressions)
def test_each_operand_reads_alone_as_it_reads_in_its_place(expr):
    text = q.to_text(expr)
    for node in q.walk(q.parse(text)):
        if isinstance(node, q.Aggregation | q.Call | q.Paren):
            assert q.parse(text[slice(*node.span)]) == node


@given(TEXTS)
def test_any_text_passes_through_a_matcher(text):
    selector = q.selector("up", job=text)
    assert q.parse(q.to_text(selector)) == selector


@given(TEXTS, TEXTS)
def test_an_escaped_text_matches_itself_and_nothing_else(text, other):
    assert q.regex_matches(q.regex_escape(text), text)
    assert q.regex_matches(q.regex_escape(text), other) == (text == other)
    assert q.literal_alternatives(q.regex_escape(text)) == (text,)


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_one_of_matches_exactly_its_values(values):
    matcher = q.one_of("job", values)
    assert q.parse(q.to_text(q.selector("up", [matcher])))
    if len(values) > 1:
        assert q.literal_alternatives(matcher.value) == tuple(values)


@given(st.integers(0, 2**62 // 10**6))
def test_a_duration_reads_back_to_the_millisecond(milliseconds):
    assert q.parse_duration(q.format_duration(milliseconds)) == milliseconds


@settings(max_examples=400)
@given(
    st.one_of(
        st.text(max_size=40), st.lists(PIECES, max_size=12).map(" ".join), st.lists(PIECES, max_size=12).map("".join)
    )
)
def test_garbage_raises_nothing_but_a_promql_error(text):
    for variables in (False, True):
        try:
            expr = q.parse(text, variables=variables)
        except q.PromQLError as error:
            start, end = error.span
            assert 0 <= start <= end <= max(len(text), 1)
        else:
            assert q.parse(q.to_text(expr), variables=variables) == expr


@given(
    st.lists(st.sampled_from(list("ab|()*+?{}[]^$.\\-:,12PQEpdx<>=!i")), max_size=10).map("".join),
    st.text("ab1-", max_size=4),
)
def test_any_pattern_is_refused_or_can_be_asked(pattern, text):
    if q.regex_error(pattern) is None:
        assert q.regex_matches(pattern, text) in (True, False, None)


@given(expressions, expressions)
def test_equal_trees_have_equal_hashes_and_others_differ(one, other):
    copy = q.parse(q.to_text(one))
    assert copy == q.parse(q.pretty(copy, 20))
    assert hash(copy) == hash(q.parse(q.pretty(copy, 20)))
    assert (one == other) is not (one != other)
    if one == other:
        assert hash(one) == hash(other)


@pytest.mark.parametrize("escaped", [r"\xff", r"\xc3", r"\377", r"a\x00b", r"\ufffd", r"\u2028", r"\U0010ffff"])
def test_bytes_and_invisible_characters_survive_being_written(escaped):
    expr = q.parse(f'"{escaped}"')
    assert q.parse(q.to_text(expr)) == expr
    assert q.to_text(expr).isascii()
