"""Tests that take `promtool`, `prometheus`, `alertmanager`, `amtool`, `node_exporter` or `vmalert` run on each version.

Where there is none they fail, and say what to install: a skipped proof looks like a passed one.
"""

import os

import pytest
from hypothesis import settings

from tests import tools

# A change must not fail for what an earlier one did wrong: CI draws the same examples each time, a person new ones.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI") == "true":
    settings.load_profile("ci")


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="rewrite the expected files instead of comparing")


def pytest_generate_tests(metafunc):
    for name in tools.PROGRAMS:
        if name in metafunc.fixturenames:
            choices = [*tools.find(name), *filter(None, [tools.missing(name)])]
            ids = [str(choice) if isinstance(choice, tools.Tool) else f"{name}-missing" for choice in choices]
            metafunc.parametrize(name, choices, ids=ids, indirect=True, scope="session")


def the_tool(request):
    """The program in one version, as a `tests.tools.Tool`."""
    if isinstance(request.param, str):
        pytest.fail(request.param, pytrace=False)
    return request.param


promtool = pytest.fixture(the_tool, scope="session", name="promtool")
prometheus = pytest.fixture(the_tool, scope="session", name="prometheus")
alertmanager = pytest.fixture(the_tool, scope="session", name="alertmanager")
amtool = pytest.fixture(the_tool, scope="session", name="amtool")
node_exporter = pytest.fixture(the_tool, scope="session", name="node_exporter")
vmalert = pytest.fixture(the_tool, scope="session", name="vmalert")


@pytest.fixture(scope="session")
def promtools():
    """All versions of promtool at once, for a test that compares them."""
    if complaint := tools.missing("promtool"):
        pytest.fail(complaint, pytrace=False)
    return tools.find("promtool")


@pytest.fixture(scope="session")
def both_promtools(promtools):
    """An old and a new promtool, for a test of how they differ. CI has both; elsewhere the run says what is missing."""
    if len(promtools) == 1:
        pytest.skip(f"only {promtools[0]} is here: `make tools` builds the newest")
    return promtools


@pytest.fixture
def update_golden(request):
    """Whether the expected files are to be rewritten: `make golden`."""
    return request.config.getoption("--update-golden")
