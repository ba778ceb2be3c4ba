"""Every mistake is told once, at the place where it was made, with what to do; and what is right is left in peace."""

import ast
import re

import pytest

from gw2mon.codes import CODES
from gw2mon.pages import all_codes
from tests.checks import (
    alerts,
    budgets,
    endpoint,
    inferred,
    measures,
    names,
    notification,
    panels,
    queries,
    reading,
    slos,
    stack,
    templates,
    together,
    workers,
)
from tests.spec_editing import findings_of
from tests.tools import CHECKOUT

FAMILIES = (
    reading,
    names,
    measures,
    queries,
    alerts,
    slos,
    notification,
    stack,
    budgets,
    panels,
    templates,
    inferred,
    endpoint,
    workers,
)
MISTAKES = [mistake for family in FAMILIES for mistake in family.MISTAKES]
TOLD_BESIDE_OTHERS = {"GW232"}
"""An expired suppression is told with what it hid: see tests/test_suppressions.py."""
every_mistake = pytest.mark.parametrize("mistake", MISTAKES, ids=[f"{item.code}: {item.story}" for item in MISTAKES])


@every_mistake
def test_a_mistake_is_told_once_at_its_place(mistake):
    assert findings_of(mistake.bad) == [mistake.finding]


@every_mistake
def test_the_right_spelling_is_left_in_peace(mistake):
    assert findings_of(mistake.good) == []


@pytest.mark.parametrize("quarrel", together.QUARRELS, ids=[f"{item.code}: {item.story}" for item in together.QUARRELS])
def test_what_two_specs_get_wrong_together_is_told_in_the_second(quarrel):
    assert findings_of(*quarrel.drafts) == [quarrel.finding]


def test_every_code_has_a_mistake_that_raises_it():
    raised = {item.code for item in (*MISTAKES, *together.QUARRELS)} | TOLD_BESIDE_OTHERS
    assert set(CODES) - raised == set()
    assert raised - set(CODES) == set()


def test_every_code_in_the_sources_is_in_one_of_the_lists():
    literals = {
        node.value
        for path in (CHECKOUT / "gw2mon").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"GW\d{3}", node.value)
    }
    assert literals == set(all_codes())


def test_no_two_codes_share_a_name():
    names = list(all_codes().values())
    assert len(set(names)) == len(names)
