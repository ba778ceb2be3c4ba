"""A generated package, written once, and a fresh folder for the workers of each test."""

from functools import partial

import pytest

from tests.workers.packages import run, write_package


@pytest.fixture(scope="session")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    write_package(folder)
    return folder


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "workers"
    made.mkdir()
    return made


@pytest.fixture
def script(package, folder):
    """Run a script that forks workers; what it says."""
    prelude = "import os, sys, time\nfrom pathlib import Path\nfrom forking import *\n"
    return lambda text: partial(run, package, folder)(prelude + text)
