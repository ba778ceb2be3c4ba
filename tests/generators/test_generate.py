"""The one list of artefacts: complete, sorted, in their places, and no more than each owner asks for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gw2mon import generators, names
from gw2mon.artifacts import Artifact
from gw2mon.generators import generate, is_wanted
from gw2mon.model import Model
from tests.generators import sample

RULES_ONLY = ("prometheus/rules", "prometheus/tests")
NO_PYTHON = ("prometheus", "alertmanager")


def paths(model):
    return [artifact.path for artifact in generate(model)]


def test_artefacts_are_sorted_and_owned():
    model = Model((sample.service(outputs=NO_PYTHON),), sample.stack(outputs=NO_PYTHON))
    made = generate(model)
    assert [artifact.path for artifact in made] == sorted(artifact.path for artifact in made)
    assert {artifact.owner for artifact in made} == {"stack", "gw2optimizer"}
    assert made == generate(model)


def test_a_team_that_has_its_own_prometheus_gets_rules_alone():
    model = Model((sample.service(outputs=RULES_ONLY),), sample.stack(outputs=RULES_ONLY))
    assert {path.rsplit("/", 2)[0] for path in paths(model)} <= {"prometheus", "prometheus/tests"}
    assert "prometheus/prometheus.yml" not in paths(model)
    assert "prometheus/rules/gw2optimizer.yml" in paths(model)


@pytest.mark.parametrize(
    ("path", "outputs", "wanted"),
    [("prometheus/rules/a.yml", (), True), ("prometheus/rules/a.yml", ("prometheus",), True),
     ("prometheus/rules/a.yml", ("prometheus/rules",), True), ("prometheus/a.yml", ("prometheus/a.yml",), True),
     ("prometheus/rules/a.yml", ("prom",), False), ("prometheus/rulesets/a.yml", ("prometheus/rules",), False)],
)  # fmt: skip
def test_outputs_are_folders_or_files(path, outputs, wanted):
    assert is_wanted(path, outputs) is wanted


def test_a_generator_must_stay_in_its_folder(monkeypatch):
    stray = (Artifact("python/x.py", "", "stack"),)
    monkeypatch.setattr(generators, "GENERATORS", {"prometheus": lambda _model: stray})
    with pytest.raises(ValueError, match="outside its folder"):
        generate(sample.MODEL)


def test_two_artefacts_never_share_a_path(monkeypatch):
    twice = (Artifact("prometheus/x", "", "stack"), Artifact("prometheus/x", "", "gw2optimizer"))
    monkeypatch.setattr(generators, "GENERATORS", {"prometheus": lambda _model: twice})
    with pytest.raises(ValueError, match="generated twice, for stack and gw2optimizer"):
        generate(sample.MODEL)


def test_what_is_not_asked_for_is_not_even_loaded():
    code = (
        "import sys; from gw2mon.generators import generate; from tests.generators import sample; "
        "generate(sample.Model((sample.service(outputs=('prometheus',)),), sample.stack(outputs=('prometheus',)))); "
        "sys.exit('jinja2' in sys.modules or 'gw2mon.generators.python' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_spec_may_ask_for_exactly_what_generators_write():
    assert tuple(generators.GENERATORS) == names.GENERATORS
