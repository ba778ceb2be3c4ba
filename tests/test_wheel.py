"""What a user installs is what the checkout runs."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.tools import CHECKOUT, PYTHONS


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip_wheel = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-index", "--no-build-isolation")
    run(*pip_wheel, "--wheel-dir", folder, CHECKOUT)
    (built,) = folder.glob("gw2mon-*-py3-none-any.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The bin folder of a new environment: gw2mon from the wheel, its dependencies borrowed from this one."""
    home = tmp_path_factory.mktemp("home") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", home)
    run(sys.executable, "-m", "pip", "--python", home, "install", "--no-deps", "--no-index", wheel)
    (site,) = home.glob("lib/python*/site-packages")
    # A path that a .pth adds has its own .pth files ignored, so the editable install stays out of reach.
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    imported = run(home / "bin/python", "-c", "import gw2mon; print(gw2mon.__file__)", cwd=home)
    assert Path(imported.strip()).is_relative_to(site)
    return home / "bin"


def test_every_file_of_the_package_is_in_the_wheel(wheel):
    package = CHECKOUT / "gw2mon"
    wanted = {f"gw2mon/{path}" for path in tree(package) if "__pycache__" not in path}
    with zipfile.ZipFile(wheel) as archive:
        assert {name for name in archive.namelist() if name.startswith("gw2mon/")} == wanted


def test_the_installed_command_tells_its_version_and_what_it_can_do(installed, tmp_path):
    assert "0.1.0" in run(installed / "gw2mon", "--version", cwd=tmp_path)
    assert "generate" in run(installed / "gw2mon", "--help", cwd=tmp_path)


def test_the_installed_command_writes_the_bytes_that_are_committed(installed, tmp_path):
    (tmp_path / "specs").mkdir()
    for spec in (CHECKOUT / "specs").glob("*.yaml"):
        shutil.copy(spec, tmp_path / "specs")
    run(installed / "gw2mon", "generate", cwd=tmp_path)
    committed, written = tree(CHECKOUT / "generated"), tree(tmp_path / "generated")
    assert sorted(written) == sorted(committed)
    assert [path for path in committed if written[path] != committed[path]] == []


@pytest.mark.prove
def test_a_new_environment_can_be_set_up_on_every_supported_python_that_is_here(tmp_path):
    tried = []
    for version in PYTHONS:
        # pyenv's shims answer only for versions that are chosen.
        environment = os.environ | {"PYENV_VERSION": version}
        python = f"python{version}"
        if shutil.which(python) and subprocess.run([python, "-V"], env=environment, check=False).returncode == 0:
            venv = tmp_path / python
            run("make", f"PYTHON={python}", f"VENV={venv}", venv / "run.stamp", cwd=CHECKOUT, env=environment)
            assert "0.1.0" in run(venv / "bin/gw2mon", "--version", cwd=tmp_path)
            tried.append(version)
    assert tried
