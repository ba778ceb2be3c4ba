"""Random expressions over the small world: mostly such as people write, with mistakes in them."""

import functools

from hypothesis import strategies as st

from gw2mon import promql as q
from gw2mon.promql.functions import AGGREGATORS, FUNCTIONS
from gw2mon.promql.operators import COMPARISONS

MINUTE = 60_000
LABELS = (
    "job",
    "instance",
    "region",
    "result",
    "page",
    "queue",
    "zone",
    "exported_zone",
    "le",
    "version",
    "odd",
    "nosuch",
)
VALUES = {
    "job": ("shop", "host", "nosuch"),
    "instance": ("shop:1", "shop:2", "host:1"),
    "region": ("eu", "us", "EU"),
    "result": ("ok", "bad"),
    "page": ("home", "new"),
    "queue": ("letters", "parcels"),
    "zone": ("z1", "inner"),
    "exported_zone": ("inner", "outer"),
    "le": ("0.1", "0.5", "2.0", "2", "+Inf"),
    "version": ("1.2",),
    "odd": ("x",),
    "nosuch": ("x",),
}  # fmt: skip
PATTERNS = (".*", ".+", "", "eu|us", "eu|uk", "o.*", "[a-z]+", "shop.*", "(bad|ok)", ".*[0-9]", "e.?")
COUNTERS = ("orders_total", "visits_total", "order_seconds_bucket", "order_seconds_count", "order_seconds_sum")
GAUGES = ("queue_items", "used_ratio", "db_up", "last_run_timestamp_seconds", "build_info", "disk_bytes", "up", "stray")
ELSEWHERE = ("order_seconds", "nosuch_total")
ARITHMETIC = ("+", "-", "*", "/", "%", "^", "atan2")
SIMPLE = (
    "abs", "ceil", "floor", "sgn", "exp", "sqrt", "ln", "log2", "log10", "deg", "rad", "sin", "cos", "tan", "asin",
    "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "sort", "sort_desc", "timestamp", "hour",
    "minute", "month", "year", "day_of_week", "day_of_month", "day_of_year", "days_in_month", "absent",
    "histogram_count", "histogram_sum",
)  # fmt: skip
SMOOTHING = ("holt_winters", "double_exponential_smoothing")


@st.composite
def either(draw, *strategies):
    """One of several, each as likely as any other: `one_of` would weigh them by what they consist of."""
    return draw(strategies[draw(st.integers(0, len(strategies) - 1))])


# `builds` fills in what has a default, unless it is given a function without it.


def selector(name, matchers, offset):
    return q.VectorSelector(name, matchers, offset)


def binary(op, one, other):
    return q.Binary(op, one, other)


def truth(op, one, other):
    return q.Binary(op, one, other, return_bool=True)


def unary(op, node):
    return q.Unary(op, node)


def quantile(phi, rates, labels):
    return q.Call("histogram_quantile", (phi, q.Aggregation("sum", rates, None, ("le", *labels), without=False)))


def fraction(low, high, node):
    return q.Call("histogram_fraction", (low, high, node))


numbers = st.sampled_from(
    ("0", "1", "2", "-1", "0.5", "0.25", "-0.5", "3", "100", "1000", "0.95", "Inf", "-Inf", "NaN", "-0")
).map(q.NumberLiteral)
label_names = st.sampled_from(LABELS)
label_lists = st.lists(label_names, max_size=3, unique=True).map(tuple)


@st.composite
def matchers(draw):
    name = draw(label_names)
    if draw(st.booleans()):
        return q.Matcher(name, draw(st.sampled_from(("=", "!="))), draw(st.sampled_from((*VALUES[name], ""))))
    return q.Matcher(
        name,
        draw(st.sampled_from(("=~", "!~"))),
        draw(st.sampled_from((*PATTERNS, "|".join(map(q.regex_escape, VALUES[name]))))),
    )


def selectors(names):
    few = st.lists(matchers(), max_size=2).map(tuple)
    offsets = st.sampled_from((0, 0, 0, 0, 2 * MINUTE))
    plain = st.builds(selector, st.sampled_from(names), few, offsets)
    several = st.sampled_from(("orders_total|visits_total", "up", "queue_items|stray", "queue.*"))
    by_pattern = several.map(lambda text: q.VectorSelector(None, (q.Matcher("__name__", "=~", text),)))
    return either(*[plain] * 9, by_pattern)


counters, gauges = selectors(COUNTERS), selectors((*GAUGES, *ELSEWHERE))
leaves = either(counters, gauges, gauges)
spans = st.sampled_from((MINUTE, 5 * MINUTE, 20 * MINUTE))


@st.composite
def windows(draw, inner):
    if draw(st.integers(0, 3)):
        return q.MatrixSelector(draw(either(counters, gauges)), draw(spans))
    return q.Subquery(draw(inner), draw(spans), draw(st.sampled_from((None, MINUTE))))


def plain_rates():
    return st.builds(
        lambda function, selector, span: q.Call(function, (q.MatrixSelector(selector, span),)),
        st.sampled_from(("rate", "increase", "irate")),
        counters,
        spans,
    )


@st.composite
def matchings(draw, *, grouping):
    choice = draw(st.integers(0, 3))
    if choice == 0:
        return None
    on, labels = choice < 3, draw(label_lists)
    group = draw(st.sampled_from((None, "left", "right"))) if grouping else None
    include = draw(st.lists(label_names, max_size=1).map(tuple)) if group else ()
    return q.Matching(on, labels, group, tuple(label for label in include if label not in labels))


@functools.cache
def grammar(version):
    """The grammar of one release; made once, because its strategies are dear to make."""
    return Grammar(version)


class Grammar:
    """The strategies for one release of Prometheus."""

    def __init__(self, version):
        self.version = version
        self.scalars = st.recursive(either(numbers, st.just(q.Call("time"))), self._scalar, max_leaves=3)
        self.vectors = st.recursive(
            either(leaves, leaves, plain_rates(), self.scalars.map(lambda inner: q.Call("vector", (inner,)))),
            self._vector,
            max_leaves=6,
        )

    def knows(self, thing):
        until = getattr(thing, "until", None)
        return thing.since <= self.version and (until is None or self.version < until)

    def _scalar(self, inner):
        return either(
            st.builds(binary, st.sampled_from(ARITHMETIC), inner, inner),
            st.builds(truth, st.sampled_from(sorted(COMPARISONS)), inner, inner),
            inner.map(lambda node: q.Unary("-", node)),
            leaves.map(lambda node: q.Call("scalar", (node,))),
            st.just(q.Call("scalar", (q.Call("vector", (q.NumberLiteral("2"),)),))),
            st.just(q.Call("pi")),
        )  # fmt: skip

    def _vector(self, inner):
        return either(
            self._aggregations(inner),
            self._aggregations(inner),
            self._operators(inner),
            self._operators(inner),
            self._with_numbers(inner),
            self._calls(inner),
            self._windowed(inner),
            self._quotients(),
            inner.map(q.Paren),
            st.builds(unary, st.sampled_from("+-"), inner),
        )

    def _aggregations(self, inner):
        known = sorted(op for op, kind in AGGREGATORS.items() if self.knows(kind))

        @st.composite
        def made(draw):
            op = draw(st.sampled_from(known))
            kind = AGGREGATORS[op].param
            param = {
                "scalar": self.scalars,
                "string": st.sampled_from(("region", "v", "not-a-name")).map(q.StringLiteral),
            }
            without = draw(st.sampled_from((None, False, False, True)))
            grouping = () if without is None else draw(label_lists)
            return q.Aggregation(op, draw(inner), draw(param[kind]) if kind else None, grouping, without)

        return made()

    def _operators(self, inner):
        @st.composite
        def made(draw):
            op = draw(st.sampled_from((*ARITHMETIC, *sorted(COMPARISONS), "and", "or", "unless", "or", "and")))
            return_bool = op in COMPARISONS and draw(st.booleans())
            matching = draw(matchings(grouping=op not in ("and", "or", "unless")))
            return q.Binary(op, draw(inner), draw(inner), matching, return_bool)

        return made()

    def _with_numbers(self, inner):
        @st.composite
        def made(draw):
            op = draw(st.sampled_from((*ARITHMETIC, *sorted(COMPARISONS), *sorted(COMPARISONS))))
            sides = (draw(inner), draw(self.scalars))
            return_bool = op in COMPARISONS and draw(st.integers(0, 3)) == 0
            return q.Binary(op, *(sides if draw(st.integers(0, 3)) else sides[::-1]), None, return_bool)

        return made()

    def _quotients(self):
        """A part and its whole, in the forms that people use."""

        @st.composite
        def made(draw):
            whole = draw(selectors(("orders_total", "order_seconds_bucket", "order_seconds_count")))
            part = whole._replace(matchers=(*whole.matchers, draw(matchers())))
            if whole.name == "order_seconds_count" and draw(st.booleans()):
                bound = q.Matcher("le", "=", draw(st.sampled_from(VALUES["le"])))
                part = whole._replace(name="order_seconds_bucket", matchers=(*whole.matchers, bound))
            if whole.offset or whole.name is None:
                part = whole
            sides = [q.Call("rate", (q.MatrixSelector(side, 5 * MINUTE),)) for side in (part, whole)]
            if draw(st.integers(0, 3)):
                op, labels = draw(st.sampled_from(("sum", "sum", "count"))), draw(label_lists)
                sides = [q.Aggregation(op, side, None, labels, without=False) for side in sides]
                if draw(st.booleans()):
                    sides[0] = q.Binary("or", sides[0], q.Binary("*", q.NumberLiteral("0"), sides[1]))
            return q.Binary("/", q.Paren(sides[0]), sides[1])

        return made()

    def _calls(self, inner):
        simple = [name for name in SIMPLE if self.knows(FUNCTIONS[name])]
        texts = st.sampled_from(("$1", "x", "", "${1}-y"))
        patterns = st.sampled_from(("(.*)", "(.+)", "eu", "e(.*)", ""))
        targets = st.sampled_from((*LABELS, "fresh", "bad-name")).map(q.StringLiteral)
        names = label_names.map(q.StringLiteral)

        def replaced(node, target, text, source, pattern):
            return q.Call("label_replace", (node, target, q.StringLiteral(text), source, q.StringLiteral(pattern)))

        def joined(node, target, one, other):
            return q.Call("label_join", (node, target, q.StringLiteral("-"), one, other))

        return either(
            st.builds(lambda name, node: q.Call(name, (node,)), st.sampled_from(simple), inner),
            st.builds(replaced, inner, targets, texts, names, patterns),
            st.builds(joined, inner, targets, names, names),
            st.builds(lambda node, low: q.Call("clamp_min", (node, low)), inner, self.scalars),
            st.builds(lambda node, high: q.Call("clamp_max", (node, high)), inner, self.scalars),
            st.builds(lambda node, low, high: q.Call("clamp", (node, low, high)), inner, self.scalars, self.scalars),
            st.builds(lambda node, step: q.Call("round", (node, step)), inner, self.scalars),
            inner.map(lambda node: q.Call("round", (node,))),
            st.builds(lambda phi, node: q.Call("histogram_quantile", (phi, node)), self.scalars, inner),
            st.builds(quantile,
                      self.scalars, plain_rates(), st.lists(st.sampled_from(("region", "job")), max_size=1)),
            st.builds(fraction, self.scalars, self.scalars, inner),
        )  # fmt: skip

    def _windowed(self, inner):
        of_window = [
            name for name, function in FUNCTIONS.items()
            if function.args == ("range vector",) and self.knows(function)
        ]  # fmt: skip
        smoothing = [name for name in SMOOTHING if self.knows(FUNCTIONS[name])]
        found = windows(inner)
        factors = st.sampled_from(("0.5", "0.1", "2")).map(q.NumberLiteral)
        return either(
            st.builds(lambda name, window: q.Call(name, (window,)), st.sampled_from(of_window), found),
            st.builds(lambda name, window: q.Call(name, (window,)), st.sampled_from(of_window), found),
            st.builds(lambda window, ahead: q.Call("predict_linear", (window, ahead)), found, self.scalars),
            st.builds(lambda phi, window: q.Call("quantile_over_time", (phi, window)), self.scalars, found),
            st.builds(lambda name, window, one, other: q.Call(name, (window, one, other)),
                      st.sampled_from(smoothing), found, factors, factors),
        )  # fmt: skip
