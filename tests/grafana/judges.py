"""Grafana's own code and types, asked what they make of dashboards: what that needs, and how it is done.

The packages in `tests/grafana/node` are the ones that Grafana itself is built from, in exact versions.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import CHECKOUT

FOLDER = CHECKOUT / "tests/grafana/node"
NODE = Path(sys.executable).with_name("node")
"""Node.js as a Python package, because that of many distributions is too old."""


def shown(questions):
    """What Grafana shows for each `{panel, samples}`; see `values.mjs`."""
    return ask("values.mjs", questions)


def complaints(dashboards):
    """What TypeScript says of each dashboard, by its name; see `types/check.mjs`."""
    return ask("types/check.mjs", dashboards)


def ask(script, question):
    if complaint := missing():
        pytest.fail(complaint, pytrace=False)
    done = subprocess.run([NODE, FOLDER / script], input=json.dumps(question), capture_output=True, text=True,
                          check=False, timeout=300)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def missing():
    """What to do before Grafana's code can be asked, or None."""
    if not NODE.exists():
        return f"{NODE} was not found: run `make test`, which installs it."
    if stale := [name for name, version in asked_for().items() if installed(name) != version]:
        return f"{', '.join(stale)} of tests/grafana/node: run `make test`, which installs the packages."
    return None


def asked_for():
    """Package -> version, of those that the scripts use themselves."""
    return json.loads((FOLDER / "package.json").read_text())["dependencies"]


def installed(name):
    """The version of a package that is there, or None."""
    place = FOLDER / "node_modules" / name / "package.json"
    return json.loads(place.read_text())["version"] if place.is_file() else None
