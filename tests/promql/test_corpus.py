"""Every expression of the corpora, one by one."""

import pytest

from gw2mon import promql as q
from tests.promql import corpus


@pytest.mark.parametrize("text", corpus.EVERY_VALID)
def test_a_valid_expression_is_read_and_written_back_with_the_same_meaning(text):
    expr = q.parse(text)
    written = q.to_text(expr)
    assert q.parse(written) == expr
    assert q.to_text(q.parse(written)) == written


@pytest.mark.parametrize("text", corpus.EVERY_VALID)
def test_broken_over_short_lines_an_expression_keeps_its_meaning(text):
    expr = q.parse(text)
    assert without_parens(q.parse(q.pretty(expr, width=10))) == without_parens(expr)


@pytest.mark.parametrize("invalid", [*corpus.REFUSED, *corpus.STRICTER], ids=lambda invalid: invalid.text)
def test_a_mistake_is_named_where_it_is_made(invalid):
    with pytest.raises(q.PromQLError) as caught:
        q.parse(invalid.text)
    line, column = q.line_and_column(invalid.text, caught.value.span[0])
    assert (f"{line}:{column}", str(caught.value)) == (invalid.place, invalid.message)


@pytest.mark.parametrize("text", corpus.BOTH)
def test_what_both_generations_read_is_in_their_intersection(text):
    assert q.outside_intersection(q.parse(text), text) == ()


@pytest.mark.parametrize("text", [*corpus.THREE, *corpus.EXPERIMENTAL, *corpus.TWO])
def test_what_one_generation_refuses_is_reported_with_its_place(text):
    features = q.outside_intersection(q.parse(text), text)
    assert features
    assert all(0 <= start < end <= len(text) for (start, end), _ in features)


def without_parens(expr):
    return q.transform(expr, lambda node: node.expr if isinstance(node, q.Paren) else node)
