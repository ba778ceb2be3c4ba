"""Generated modules, written to disk and imported as an application would."""

from __future__ import annotations

import importlib.util
import itertools
import sys
from importlib.machinery import SourceFileLoader

import pytest
from prometheus_client import REGISTRY

from gw2mon.generators.python import metrics_module
from tests.python import guide

_numbers = itertools.count()


def load(path):
    """Import a file under a name that no other module has."""
    name = f"generated_{next(_numbers)}"
    loader = SourceFileLoader(name, str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))  # type: ignore[arg-type]
    sys.modules[name] = module
    loader.exec_module(module)
    return module


def forget(slot="gw2mon_gw2optimizer"):
    """Leave the default registry as a new process finds it."""
    live = getattr(REGISTRY, slot, None)
    if live is not None:
        live.unregister()
        delattr(REGISTRY, slot)


@pytest.fixture(scope="session")
def source():
    return metrics_module(guide.service())


@pytest.fixture
def path(tmp_path, source):
    written = tmp_path / "metrics.py"
    written.write_text(source)
    yield written
    forget()


@pytest.fixture
def module(path):
    return load(path)


@pytest.fixture(scope="session")
def cls(tmp_path_factory, source):
    """The class alone, for tests that bring registries of their own."""
    written = tmp_path_factory.mktemp("generated") / "metrics.py"
    written.write_text(source)
    found = load(written).Metrics
    forget()
    return found
