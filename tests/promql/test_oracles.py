"""The parsers of others, asked about the same expressions.

Where we differ from them on purpose a table says why; a difference that is in no table fails.
"""

import json

import promql_parser
import pytest

from gw2mon import promql as q
from gw2mon.promql.functions import AGGREGATORS, FUNCTIONS
from tests.promql import corpus

EXPERIMENTAL = "--enable-feature=promql-experimental-functions"

# What promql-parser 0.12 reads otherwise than Prometheus.
REFUSED_BY_RUST = {
    r"up{re=~`\d+\.\d+`}": "it reads escapes inside backticks, where text is raw",
    r"`raw \d`": "the same",
    r'label_replace(up, "host", "$1", "instance", `([^:]+):\d+`)': "the same",
    "anchored": "it knows the keyword of 3.7 but not that it may be a metric name",
}
ACCEPTED_BY_RUST = {
    "foo[0]": "it has no lower bound for windows",
    "foo[300y]": "it has no upper bound for windows",
    "foo @ 1e300": "it has no bound for timestamps",
    "1e400": "it reads a number that overflows as infinity",
    "info(a, b)": "it does not know that info() takes label selectors only",
    'foo{a=~"a**"}': "it uses another dialect of regular expressions",
    'foo{a=~"a++"}': "the same",
    'foo{a=~"x{1001}"}': "the same",
    'foo{a=~"(x{50}){50}"}': "the same",
    "a + fill(0) b": "it enables the experiment",
}
CRASHING_RUST = {"foo[1e400]", "foo @ Inf", "foo @ NaN"}


@pytest.fixture(scope="module")
def refused_by(tmp_path_factory):
    """A function that asks one promtool about many expressions at once and returns those that it refuses."""

    def ask(tool, texts, *flags):
        rules = [{"record": f"r:i{index}", "expr": text} for index, text in enumerate(texts)]
        path = tmp_path_factory.mktemp("rules") / "rules.yml"
        path.write_text(json.dumps({"groups": [{"name": "g", "rules": rules}]}, ensure_ascii=False), encoding="utf-8")
        said = tool.run("check", "rules", "--lint=none", *flags, path)
        refused = [text for index, text in enumerate(texts) if f'"r:i{index}": could not parse' in said.stderr]
        assert bool(refused) == bool(said.returncode), said.stderr
        return refused

    return ask


def accepted_by_rust(text):
    try:
        promql_parser.parse(text)
    except ValueError:
        return False
    return True


def test_promtool_accepts_what_we_accept(promtool, refused_by):
    texts = [*corpus.BOTH, *(corpus.THREE if promtool.version >= (3, 16) else [])]
    assert refused_by(promtool, texts) == []
    assert refused_by(promtool, [q.to_text(q.parse(text)) for text in texts]) == []


def test_promtool_refuses_what_we_refuse(promtool, refused_by):
    texts = [invalid.text for invalid in corpus.REFUSED]
    assert refused_by(promtool, texts) == texts


def test_promtool_accepts_what_we_refuse_as_stricter(both_promtools, refused_by):
    newest = both_promtools[-1]
    assert refused_by(newest, [invalid.text for invalid in corpus.STRICTER]) == []


def test_promtool_reads_our_text_as_it_reads_the_original(both_promtools):
    newest = both_promtools[-1]
    trees = [q.parse(text) for text in corpus.BOTH]
    pairs = zip(corpus.BOTH, trees, strict=True)
    vectors = [(text, tree) for text, tree in pairs if q.type_of(tree) == "instant vector"]
    original = " or ".join(f"({text})" for text, _ in vectors)
    ours = " or ".join(f"({q.to_text(tree)})" for _, tree in vectors)
    assert len(vectors) > 200
    assert formatted(newest, ours) == formatted(newest, original)


def formatted(tool, text):
    said = tool.run("--experimental", "promql", "format", text)
    assert said.returncode == 0, said.stderr
    return said.stdout


def test_promtools_agree_on_everything_in_their_intersection(promtools, refused_by):
    trees = {text: q.parse(text) for text in corpus.EVERY_VALID}
    shared = [text for text, tree in trees.items() if not q.outside_intersection(tree, text)]
    for tool in promtools:
        assert refused_by(tool, shared) == []


def test_one_promtool_refuses_each_expression_outside_their_intersection(both_promtools, refused_by):
    trees = {text: q.parse(text) for text in corpus.EVERY_VALID}
    outside = {text for text, tree in trees.items() if q.outside_intersection(tree, text)}
    assert outside == {text for tool in both_promtools for text in refused_by(tool, [*outside])}


def test_what_is_outside_only_as_written_becomes_shared_when_we_write_it(promtool, refused_by):
    trees = [q.parse(text) for text in corpus.THREE]
    written = [q.to_text(tree) for tree in trees if not q.outside_intersection(tree)]
    assert len(written) > 10
    assert refused_by(promtool, written) == []


def test_promtool_knows_our_functions_exactly_in_the_releases_that_we_say(promtool, refused_by):
    flags = [EXPERIMENTAL] if promtool.version >= (3,) else []
    known = {call_of(name): in_release(function, promtool) for name, function in FUNCTIONS.items()}
    known |= {aggregation_of(op): in_release(kind, promtool) for op, kind in AGGREGATORS.items()}
    assert refused_by(promtool, [*known], *flags) == [text for text, there in known.items() if not there]


def test_promtool_wants_a_flag_for_the_functions_that_we_call_experimental(promtools, refused_by):
    newest = promtools[-1]
    there = {name: function for name, function in FUNCTIONS.items() if in_release(function, newest)}
    refused = refused_by(newest, [call_of(name) for name in there])
    assert refused == [call_of(name) for name, function in there.items() if function.experimental]


def test_promtool_counts_arguments_as_we_do(promtool, refused_by):
    flags = [EXPERIMENTAL] if promtool.version >= (3,) else []
    there = [name for name, function in FUNCTIONS.items() if in_release(function, promtool)]
    least = [call_of(name) for name in there]
    most = [call_of(name, FUNCTIONS[name].maximum) for name in there if FUNCTIONS[name].maximum]
    too_few = [call_of(name, FUNCTIONS[name].required - 1) for name in there if FUNCTIONS[name].required]
    too_many = [call_of(name, FUNCTIONS[name].maximum + 1) for name in there if FUNCTIONS[name].maximum]
    assert refused_by(promtool, [*least, *most], *flags) == []
    assert refused_by(promtool, [*too_few, *too_many], *flags) == [*too_few, *too_many]
    for text in (*too_few, *too_many):
        with pytest.raises(q.PromQLError, match=r"expected .* argument"):
            q.parse(text)


def in_release(thing, tool):
    until = getattr(thing, "until", None)
    return thing.since <= tool.version[:2] and (until is None or tool.version[:2] < until)


EXAMPLES = {"scalar": "1", "string": '"s"', "instant vector": 'x{a="b"}', "range vector": "x[5m]"}


def call_of(name, count=None):
    function = FUNCTIONS[name]
    kinds = [*function.args, *function.args[-1:] * 12][: function.required if count is None else count]
    args = [EXAMPLES[kind] for kind in kinds]
    if name == "info" and len(args) > 1:
        args[1] = '{a="b"}'
    return f"{name}({', '.join(args)})"


def aggregation_of(op):
    param = AGGREGATORS[op].param
    return f"{op}({EXAMPLES[param]}, x)" if param else f"{op}(x)"


@pytest.mark.parametrize("text", corpus.BOTH)
def test_promql_parser_accepts_what_we_accept(text):
    assert accepted_by_rust(text) == (text not in REFUSED_BY_RUST)


@pytest.mark.parametrize("text", [bad.text for bad in corpus.REFUSED if bad.text not in CRASHING_RUST])
def test_promql_parser_refuses_what_we_refuse(text):
    assert accepted_by_rust(text) == (text in ACCEPTED_BY_RUST)


@pytest.mark.parametrize("text", [text for text in corpus.BOTH if text not in REFUSED_BY_RUST])
def test_promql_parser_reads_our_text_as_it_reads_the_original(text):
    # Its equality is that of identity, and its text loses escapes; the type and kind of the tree must do.
    original, ours = promql_parser.parse(text), promql_parser.parse(q.to_text(q.parse(text)))
    assert type(ours) is type(original)
    assert ours.prettify() == original.prettify()
