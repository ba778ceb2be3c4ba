from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gw2mon.artifacts import STACK, Artifact

ROOT = Path(__file__).parents[2]


def snapshot(folder):
    """Everything that lies below a folder: text of files, None for folders, hidden names included."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        found[name] = None if path.is_dir() else path.read_bytes().decode()
    return found


def stack(version, *services):
    """A small stack: files of each service and shared ones; every text tells its version."""
    shared = Artifact("prometheus/prometheus.yml", f"# {version}\nrule_files: {list(services)}\n", STACK)
    own = [
        Artifact(path, f"# {name}\nversion: {version}\n", name)
        for name in services
        for path in (f"prometheus/rules/{name}.yml", f"grafana/{name}/overview.json", f"python/{name}.py")
    ]
    return [shared, *own]


@pytest.fixture
def out(tmp_path):
    return tmp_path / "generated"


@pytest.fixture
def child():
    """Start Python code in a process of its own, with the package and this file's helpers at hand."""

    def start(code, *arguments, before=()):
        env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent), *sys.path])}
        command = [*before, sys.executable, "-c", code, *map(str, arguments)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    return start


@pytest.fixture(name="snapshot")
def _snapshot():
    return snapshot


@pytest.fixture(name="stack")
def _stack():
    return stack
