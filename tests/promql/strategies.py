"""Random expressions of any shape that the type rules allow."""

from hypothesis import strategies as st

from gw2mon import promql as q
from gw2mon.promql.functions import AGGREGATORS, FUNCTIONS
from gw2mon.promql.operators import COMPARISONS, PRECEDENCE, SET_OPERATORS

NAMES = st.sampled_from(
    ["up", "a:b", "sum", "and", "bool", "inf", "by", "my.metric", 'q"uote', "ünï", "x y", "start", ""]
)
LABELS = st.sampled_from(["job", "le", "on", "without", "nan", "la.bel", "ä", 'b"', "a:b"])
MILLISECONDS = st.integers(1, 10**12)
# Lone surrogates cannot be written in UTF-8.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.one_of(
    st.integers(0, 10**20).map(str),
    st.floats(0, allow_infinity=False, allow_nan=False).map(repr),
    st.sampled_from(["Inf", "NaN", "0x1f", "5m", "017", "1_000", ".5"]),
).flatmap(lambda text: st.sampled_from([text, f"-{text}"]))

matchers = st.one_of(
    st.builds(q.Matcher, LABELS, st.sampled_from(["=", "!="]), TEXTS),
    st.builds(q.Matcher, LABELS, st.sampled_from(["=~", "!~"]), TEXTS.map(q.regex_escape)),
)
ats = st.sampled_from([None, "start()", "end()", "1609746000.5", "-1"])
offsets = st.one_of(st.just(0), MILLISECONDS, MILLISECONDS.map(lambda ms: -ms))
instant_selectors = st.builds(
    q.VectorSelector,
    NAMES,
    st.lists(matchers, max_size=3).map(tuple),
    offset=offsets,
    at=ats,
    extension=st.sampled_from([None, "anchored", "smoothed"]),
)
matrix_selectors = st.builds(q.MatrixSelector, instant_selectors, MILLISECONDS)
label_lists = st.lists(LABELS, max_size=3).map(tuple)


@st.composite
def matchings(draw, op):
    """None, or a clause that fits the operator."""
    if draw(st.booleans()):
        return None
    on, labels = draw(st.booleans()), draw(label_lists)
    group = None if op in SET_OPERATORS else draw(st.sampled_from([None, "left", "right"]))
    include = draw(label_lists) if group else ()
    return q.Matching(on, labels, group, tuple(label for label in include if label not in labels))


@st.composite
def vectors(draw, inner, scalars):
    """An expression that gives an instant vector, around others."""
    kind = draw(st.sampled_from(["call", "aggregation", "binary", "mixed", "unary", "paren"]))
    if kind == "call":
        return draw(calls("instant vector", inner, scalars))
    if kind == "aggregation":
        op = draw(st.sampled_from(sorted(AGGREGATORS)))
        param = {"scalar": scalars, "string": st.builds(q.StringLiteral, TEXTS), None: st.none()}[AGGREGATORS[op].param]
        without = draw(st.sampled_from([None, True, False]))
        grouping = () if without is None else draw(label_lists)
        return q.Aggregation(op, draw(inner), draw(param), grouping, without)
    if kind == "binary":
        op = draw(st.sampled_from(sorted(PRECEDENCE)))
        return_bool = op in COMPARISONS and draw(st.booleans())
        return q.Binary(op, draw(inner), draw(inner), draw(matchings(op)), return_bool)
    if kind == "mixed":
        op = draw(st.sampled_from(sorted(set(PRECEDENCE) - SET_OPERATORS)))
        sides = draw(st.permutations([draw(inner), draw(scalars)]))
        return q.Binary(op, *sides, return_bool=op in COMPARISONS and draw(st.booleans()))
    return q.Unary(draw(st.sampled_from("+-")), draw(inner)) if kind == "unary" else q.Paren(draw(inner))


@st.composite
def calls(draw, returns, inner, scalars):
    """A call with as many arguments as it needs."""
    names = [name for name, function in FUNCTIONS.items() if function.returns == returns and name != "info"]
    name = draw(st.sampled_from(names))
    function = FUNCTIONS[name]
    choice = {
        "scalar": scalars,
        "string": st.builds(q.StringLiteral, st.just("x") if name == "label_replace" else TEXTS),
        "instant vector": inner,
        "range vector": st.one_of(
            matrix_selectors,
            st.builds(q.Subquery, inner, MILLISECONDS, st.one_of(st.none(), MILLISECONDS), offsets, ats),
        ),
    }
    kinds = [*function.args, *function.args[-1:] * 2][: function.required]
    return q.Call(name, tuple(draw(choice[kind]) for kind in kinds))


def _scalars(inner):
    arithmetic = sorted(set(PRECEDENCE) - SET_OPERATORS)
    return st.one_of(
        st.builds(
            lambda op, lhs, rhs: q.Binary(op, lhs, rhs, None, op in COMPARISONS),
            st.sampled_from(arithmetic),
            inner,
            inner,
        ),
        st.builds(q.Unary, st.sampled_from("+-"), inner),
        st.builds(q.Paren, inner),
        calls("scalar", instant_selectors, inner),
    )


scalars = st.recursive(st.builds(q.NumberLiteral, NUMBERS), _scalars, max_leaves=6)
expressions = st.recursive(instant_selectors, lambda inner: vectors(inner, scalars), max_leaves=12)
