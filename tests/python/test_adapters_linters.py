"""Whatever a spec asks of the libraries, the module passes the linters and type checkers of whoever adopts it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gw2mon.generators.python import metrics_module
from gw2mon.generators.python.adapters import adapters_module
from gw2mon.model import Adapter
from tests.python import guide
from tests.python.test_adapters import ADAPTERS
from tests.python.test_linters import RULES

QUERY, HTTPX, REQUESTS, REDIS = ADAPTERS
LONG = "a_function_whose_name_goes_on_until_no_line_can_hold_its_arguments"
CLOSED = guide.FUNCTIONS[3]._replace(
    name=LONG,
    arguments=(
        guide.label("whose", guide.closed("gw2api"), of="service"),
        guide.label("class", guide.closed("/v2/builds"), of="endpoint"),
        guide.label("outcome", guide.closed("200", "timeout", "cancelled", "error"), "200", of="status"),
    ),
    records=(
        guide.record("increment", "gw2_external_api_requests_total", "service=whose endpoint=class status=outcome"),
    ),
)
TIMED = guide.FUNCTIONS[2]._replace(
    name="time_cache",
    arguments=(*guide.FUNCTIONS[2].arguments, guide.amount("seconds")),
    records=(guide.record("observe", "gw2_cache_seconds", "operation result", "seconds"),),
)
SECONDS = guide.metric(
    "gw2_cache_seconds", "histogram", "Time", "cache",
    [("operation", guide.CACHE_OPERATION), ("result", guide.CACHE_RESULT)], "0.1 1",
)  # fmt: skip
ONLY_TABLE = guide.FUNCTIONS[1]._replace(
    name="count_query",
    arguments=(guide.label("table", guide.closed("builds", "none")),),
    records=(guide.record("increment", "gw2_queries_total", "table"),),
)
QUERIES = guide.metric(
    "gw2_queries_total", "counter", "Queries", "db", [("table", guide.closed("builds", "none"))], object="queries_total"
)
MODULE = guide.module(
    metrics=(*guide.METRICS, SECONDS, QUERIES), functions=(*guide.FUNCTIONS, CLOSED, TIMED, ONLY_TABLE)
)
TO_CLOSED = (("whose", "service"), ("class", "endpoint"), ("outcome", "status"))
VARIANTS = {
    "all": ADAPTERS,
    "queries": (QUERY._replace(connections=""),),
    "connections": (Adapter("sqlalchemy", "", (), "gw2_db_connections_active"),),
    "tables": (Adapter("sqlalchemy", "count_query", (("table", "table"),)),),
    "only_httpx": (HTTPX,),
    "only_requests": (REQUESTS,),
    "only_redis": (REDIS,),
    "timed_redis": (REDIS._replace(function="time_cache", arguments=(*REDIS.arguments, ("seconds", "duration"))),),
    "two_functions": (HTTPX._replace(function=LONG, arguments=TO_CLOSED), REQUESTS),
    "closed": (HTTPX._replace(function=LONG, arguments=TO_CLOSED),),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("variants")
    for name, adapters in VARIANTS.items():
        service = guide.service(MODULE)._replace(adapters=adapters)
        (folder / name).mkdir()
        (folder / name / "__init__.py").touch()
        (folder / name / "metrics.py").write_text(metrics_module(service))
        (folder / name / "adapters.py").write_text(adapters_module(service))
    return folder


def run(folder, *command):
    done = subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing(folder):
    convention = 'lint.pydocstyle.convention="google"'
    ignored = "--ignore=D104"  # the empty __init__.py is of this test
    command = ("ruff", "check", "--isolated", "--line-length=120", f"--select={RULES},ARG,FBT,TC,PERF", ignored)
    run(folder, *command, "--config", convention, *(f"{name}/adapters.py" for name in VARIANTS))


def test_ruff_has_nothing_to_format(folder):
    run(folder, "ruff", "format", "--isolated", "--line-length=120", "--check", "--diff", ".")


@pytest.mark.prove
def test_mypy_finds_nothing(folder):
    run(folder, "mypy", "--strict", "--python-version=3.11", f"--cache-dir={folder / 'cache'}", ".")
