"""Whoever adopts the generated modules need not exempt them from linters, type checkers or formatters."""

import subprocess
import sys

import pytest

from tests.workers.packages import SPEC, write_package

RULES = "E,F,I,UP,B,ANN,D,SIM,RUF,N"
MODULES = ("workers.py", "gunicorn_conf.py")
LONG = "a-shop-with-a-name-that-is-rather-long"


def without_gauges():
    lines = SPEC.splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if "shop_db_up" in line)
    end = next(number for number, line in enumerate(lines) if "shop_app_info" in line)
    return "".join((*lines[:start], *lines[end:])).replace("service: shop\n", "service: quiet\n")


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packages")
    write_package(folder)
    write_package(folder, without_gauges())
    write_package(folder, SPEC.replace("service: shop\n", f"service: {LONG}\n"))
    return folder


def run(folder, *command):
    done = subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_linter_and_formatter_find_nothing(packages):
    files = [str(path) for module in MODULES for path in packages.glob(f"*/{module}")]
    assert len(files) == 6
    convention = 'lint.pydocstyle.convention="google"'
    run(
        packages,
        "ruff",
        "check",
        "--isolated",
        "--line-length=120",
        f"--select={RULES}",
        "--config",
        convention,
        *files,
    )
    run(packages, "ruff", "format", "--isolated", "--line-length=120", "--check", "--diff", *files)
    assert all(path.read_text().isascii() for path in packages.glob("*/*.py"))


def test_the_type_checker_finds_nothing(packages):
    options = ("--strict", "--python-version=3.11", f"--cache-dir={packages / 'cache'}")
    wanted = [f"-m{name}.{module.removesuffix('.py')}" for name in ("shop", "quiet") for module in MODULES]
    run(packages, "mypy", *options, *wanted)


def test_one_worker_needs_none_of_it(tmp_path):
    write_package(tmp_path, SPEC.replace("workers: multi", "workers: single"))
    assert {path.name for path in tmp_path.glob("shop/*.py")}.isdisjoint(MODULES)
