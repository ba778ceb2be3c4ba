"""No text of a spec becomes anything but a literal, a comment or a checked name."""

from __future__ import annotations

import ast
import keyword
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from gw2mon.generators.python import layout, metrics_module
from gw2mon.generators.python.naming import OWN, python_names
from gw2mon.generators.python.rendering import environment
from gw2mon.model import Function, LabelSource, Record, RetiredObject
from gw2mon.names import identifier
from tests.python import guide
from tests.python.conftest import forget, load

REJECTED = [
    '"""',
    "'''",
    "\"'",
    "\\",
    "\\'",
    'ends in \\"',
    "a\nimport os",
    "a\r\nb",
    "\x00\x1b[2J",
    "\u202e\u2066",
    "\u2028\u2029\x85",
    "\ud800",
    "{{ 7*7 }}{% for x in y %}",
    "# -*- coding: rot13 -*-",
    '"]; __import__("os").system("false"); ["',
    "%s{}$HOME`id`",
    "é\N{PILE OF POO}",
    "\\u0022\\N{DIGIT ONE}",
    " " * 300,
    "x" * 300,
    '"' * 301,
    "1e999999999",
    "\t" * 130 + "\\" * 130,
]
TEXT = st.sampled_from(REJECTED) | st.text(max_size=300)


@given(TEXT)
def test_a_literal_is_the_text_and_ascii(text):
    assert ast.literal_eval(layout.literal(text)) == text
    assert ast.literal_eval(f"({layout.long_literal(text, 12)})") == text
    assert layout.literal(text).isascii()


@given(TEXT)
def test_a_docstring_holds_the_words_of_the_text_and_nothing_follows_it(text):
    (function,) = ast.parse(f"def f():\n    {layout.docstring(text, 4, 'Nothing')}").body
    assert isinstance(function, ast.FunctionDef)
    assert len(function.body) == 1
    assert letters(ast.get_docstring(function) or "") == letters(text if text.split() else "Nothing")


def letters(text):
    """What remains when blanks and stops, which a docstring sets by its own rules, are left out."""
    return re.sub(r"[\s.]", "", text.encode(errors="replace").decode()).casefold()


@given(TEXT)
def test_a_comment_is_nothing_but_a_comment(text):
    assert not ast.parse(layout.comment(text).encode()).body


@given(st.lists(TEXT | st.sampled_from(["class", "type", "id", "__x", "self", "inf", "5xx", *OWN]), unique=True))
def test_names_are_legal_free_and_different(wanted):
    names = python_names(wanted).values()
    assert len(set(names)) == len(wanted)
    for name in names:
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
        assert not name.startswith("_")
        assert name not in OWN


def hostile(text, word):
    """A service with the text wherever the language takes any text; the word becomes a part of names."""
    values = guide.closed("a", text)
    count = guide.metric("a_total", "counter", text, word, [("x", values), ("y", guide.known(text))], object="count")
    level = guide.metric("b_seconds", "histogram", text, word, [("x", values)], "1 2", object="level")
    arguments = (
        guide.label("x", values, text),
        guide.label("y", guide.known(text), text),
        guide.amount("z")._replace(default=text),
    )
    sources = tuple(LabelSource(label, label, None) for label in "xy")
    records = (
        Record("increment", "a_total", None, sources, ()),
        Record("observe", "b_seconds", "z", (LabelSource("x", None, word),), ()),
    )
    return guide.service(
        guide.module(
            metrics=(count, level),
            functions=(Function("track", text, arguments, records),),
            retired=(RetiredObject("gone", "gauge", (), text),),
            fastapi=guide.HTTP._replace(exclude=(text,)),
        ),
        name=text,
        spec=text,
    )


@settings(deadline=None, max_examples=25)
@given(TEXT)
def test_the_module_holds_exactly_the_statements_of_a_harmless_one(text):
    generated = metrics_module(hostile(text, "g"))
    assert generated.isascii()
    assert shape(generated) == shape(metrics_module(hostile("harmless", "g")))


def shape(source):
    """The syntax tree without the texts in it, and without the numbers that some of them are."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | int) and not isinstance(node.value, bool):
            node.value = ""
    return ast.dump(tree)


@pytest.mark.parametrize("text", REJECTED)
def test_the_module_can_be_imported_and_works(tmp_path, text):
    path = tmp_path / "metrics.py"
    path.write_text(metrics_module(hostile(text, text)))
    module = load(path)
    try:
        module.track("a", z=1.5)
        module.track(z=1)
        (family,) = module.count.collect()
        assert family.documentation == text
        assert {s.labels["x"] for s in family.samples} >= {"a", text}
    finally:
        forget(f"gw2mon_{identifier(text)}")


@pytest.mark.parametrize(
    "name",
    [
        "class",
        "match",
        "print",
        "__init__",
        "_",
        "9",
        "a-b",
        "a b",
        "Metrics",
        "inf",
        "self",
        "default",
        "naïve",
        "é",
        "error",
    ],
)
def test_odd_names_become_legal_ones(tmp_path, name):
    metric = guide.metric("a_total", "counter", "A", name, [("x", guide.closed("a"))], object=name)
    function = Function(
        f"{name}1", "", (guide.label(name, guide.closed("a"), of="x"),),
        (guide.record("increment", "a_total", ""),),
    )  # fmt: skip
    sources = (LabelSource("x", name, None),)
    function = function._replace(records=(function.records[0]._replace(labels=sources),))
    path = tmp_path / "metrics.py"
    path.write_text(metrics_module(guide.service(guide.module(metrics=(metric,), functions=(function,), retired=()))))
    module = load(path)
    try:
        getattr(module, python_names([name, f"{name}1"])[f"{name}1"])("a")
        assert module.default.registry.get_sample_value("a_total", {"x": "a"}) == 1
    finally:
        forget()


def test_a_template_prints_nothing_that_was_not_made_into_source():
    with pytest.raises(TypeError, match="'text', which has not been made into source"):
        environment().from_string("{{ value }}").render(value="text")
    with pytest.raises(UndefinedError):
        environment().from_string("{% if nothing %}{% endif %}").render()
