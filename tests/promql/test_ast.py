"""The tree: comparing, walking, changing."""

import pytest

from gw2mon import promql as q


def test_where_an_expression_was_written_does_not_matter_to_equality():
    assert q.parse("a  +  b") == q.parse("a + b")
    assert hash(q.parse("a  +  b")) == hash(q.parse("a + b"))
    assert q.parse("a  +  b").span != q.parse("a + b").span


def test_nodes_of_different_kinds_are_never_equal():
    assert q.NumberLiteral("1") != q.StringLiteral("1")
    assert q.Paren(q.VectorSelector("a")) != q.VectorSelector("a")
    assert q.NumberLiteral("1") != ("1", q.NO_SPAN)


def test_nodes_cannot_be_changed():
    with pytest.raises(AttributeError):
        q.parse("up").name = "down"


def test_nodes_show_themselves_as_promql():
    assert repr(q.parse("rate(x[5m])")) == "Call(rate(x[5m]))"
    assert repr(q.label_is("job", "api")) == 'Matcher(job="api")'


def test_walking_goes_from_the_outside_in_and_from_left_to_right():
    tree = q.parse("topk(3, a) + sum(rate(b[5m]))")
    assert [q.to_text(node) for node in q.walk(tree)] == [
        "topk(3, a) + sum(rate(b[5m]))",
        "topk(3, a)",
        "3",
        "a",
        "sum(rate(b[5m]))",
        "rate(b[5m])",
        "b[5m]",
        "b",
    ]


def test_a_change_happens_from_the_leaves_up():
    tree = q.transform(q.parse("a + (b)"), lambda node: node.expr if isinstance(node, q.Paren) else node)
    assert tree == q.parse("a + b")


def test_what_does_not_change_stays_the_same_object():
    tree = q.parse("sum(a) + sum(b)")
    changed = q.transform(tree, lambda node: node._replace(name="c") if node == q.VectorSelector("a") else node)
    assert q.to_text(changed) == "sum(c) + sum(b)"
    assert changed.rhs is tree.rhs


def test_every_kind_of_node_can_be_rebuilt():
    tree = q.parse("topk(1, max_over_time((-(a))[5m:]) + rate(a[5m])) > on (x) sum(a)")
    changed = q.transform(tree, lambda node: node._replace(name="b") if isinstance(node, q.VectorSelector) else node)
    assert q.to_text(changed) == q.to_text(tree).replace("(a", "(b")


def test_only_a_selector_can_have_a_range():
    with pytest.raises(TypeError, match="only a vector selector"):
        q.transform(q.parse("rate(a[5m])"), lambda node: q.Paren(node) if isinstance(node, q.VectorSelector) else node)
