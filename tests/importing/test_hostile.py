"""Files that nobody meant to import: sentences with places, never a traceback; and what is written always loads."""

import copy
import string

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.importing.documents import BASKET_OPENSLO, CHECKOUT_SLOTH, SEARCH_RESOURCE, analysed, imported, sloth

OPENSLO = list(yaml.safe_load_all(BASKET_OPENSLO))
WHOLE = [[yaml.safe_load(CHECKOUT_SLOTH)], [yaml.safe_load(SEARCH_RESOURCE)], OPENSLO]

LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=12),
    st.sampled_from(["{{.window}}", "sum(rate(a_total[{{.window}}]))", "1h", "4w", "99.9", "[", "a b", "1e999"]),
)  # fmt: skip
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=6,
)
QUIETLY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def paths_of(value, path=()):
    yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        yield from paths_of(item, (*path, key))


def replaced(value, path, new):
    if not path:
        return new
    holder = value
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = new
    return value


@st.composite
def broken(draw):
    """A document of the examples with one or two parts replaced by something else."""
    documents = copy.deepcopy(draw(st.sampled_from(WHOLE)))
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from(list(paths_of(documents))))
        documents = replaced(documents, path, draw(ANYTHING))
    return documents


def holds(result):
    """Whatever it was: it is told, in sentences; and what is written has no errors."""
    for each in result.findings:
        assert each.position is not None
        assert each.position.line >= 1
        assert each.message
        assert "\n" not in each.message
    if result.text:
        assert analysed(result.text)[1] == ""
    else:
        assert result.slos == 0


@given(broken())
@QUIETLY
def test_a_document_with_anything_in_it_is_told_about_and_what_remains_works(documents):
    text = yaml.safe_dump_all(documents if isinstance(documents, list) else [documents], allow_unicode=True)
    holds(imported(text))


@given(st.text(max_size=200))
@QUIETLY
def test_any_text_is_read_or_told_about(text):
    holds(imported(text))


@given(st.binary(max_size=60))
@QUIETLY
def test_any_bytes_are_read_or_told_about(data):
    from gw2mon.importing import Settings, convert

    result = convert([("a.yml", data)], Settings(), keep_labels=False, shared=True)
    assert (result.text, result.slos) == ("", 0)


LABEL = st.text(string.ascii_lowercase + "_", min_size=1, max_size=8)
VALUE = st.text(st.characters(codec="utf-8", exclude_characters='"\\{}', exclude_categories=["C", "Z"]), max_size=8)
MATCHERS = st.lists(st.tuples(LABEL, st.sampled_from(["=", "!="]), VALUE), max_size=4)
METRIC = st.sampled_from(
    ["a_total", "a_seconds_count", "a_seconds_bucket", "a_sum", "a", "b_bytes_bucket", "x:y", "up"]
)


@st.composite
def rates(draw):
    listed = ",".join(f'{name}{op}"{value}"' for name, op, value in draw(MATCHERS))
    function = draw(st.sampled_from(["rate", "increase", "sum_over_time"]))
    by = draw(st.sampled_from(["", "", " by (shop)"]))
    return f"sum{by} ({function}({draw(METRIC)}{{{listed}}}[{{{{.window}}}}]))"


QUERY = st.one_of(rates(), st.tuples(rates(), rates()).map(lambda both: f"{both[0]} - {both[1]}"))


@given(QUERY, QUERY)
@QUIETLY
def test_any_two_queries_become_an_slo_that_has_no_errors_or_are_told_about(error, total):
    queries = yaml.safe_dump({"error_query": error, "total_query": total}, allow_unicode=True, width=1000)
    holds(imported(sloth("".join(f"        {line}\n" for line in queries.splitlines()))))


@given(broken())
@QUIETLY
def test_the_same_files_give_the_same_bytes(documents):
    text = yaml.safe_dump_all(documents if isinstance(documents, list) else [documents], allow_unicode=True)
    assert imported(text) == imported(text)


def test_documents_after_one_that_is_no_yaml_are_not_guessed_at():
    result = imported(CHECKOUT_SLOTH + "---\na: [\n")
    assert [each.code for each in result.findings] == ["GW101"]
    assert result.slos == 2


def test_aliases_do_not_unfold_without_end():
    bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    bomb += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert [each.code for each in imported("\n".join(bomb)).findings] == ["GW110"]


def test_all_documents_of_a_file_share_one_limit():
    many = "---\n".join([f"a: [{'1, ' * 3000}1]\n"] * 20)
    assert {each.code for each in imported(many).findings} == {"GW110", "GW801"}
