"""The generated modules do what they promise with the oldest, the middle and the newest versions of what they need."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import tools
from tests.matrix.columns import COLUMNS, LIBRARIES, made, versions
from tests.python.test_logs_server import HERE as PYTHON
from tests.python.test_logs_server import UVICORN, judged, told
from tests.workers.packages import SPEC, environment, write_package

HERE = Path(__file__).parent
HTTP = "{catalog: fastapi, exclude: [/metrics, /health]"
REFERENCE = (tools.CHECKOUT / "specs/gw2optimizer.yaml").read_text().replace(HTTP, f"{HTTP}, exemplars: true")
# What the reference spec does not use: several workers, exact status codes, lines in ECS.
VARIANT = SPEC.replace("{catalog: fastapi}", f"{HTTP}, status: exact}}")
VARIANT += "logs: {ship-to: elk}\nerrors: {sentry: {}}\n"


def stories(packages):
    """The scripts, each with its arguments."""
    return (
        (HERE / "shapes_story.py", packages, "gw2optimizer"),
        (HERE / "shapes_story.py", packages, "shop"),
        (HERE / "metrics_story.py", packages),
        (HERE / "adapters_story.py", packages),
        (HERE / "workers_story.py", packages),
        (HERE / "endpoint_story.py", packages),
        (PYTHON / "web_requests.py", packages, "gw2optimizer"),
        (PYTHON / "web_requests.py", packages, "shop"),
        (PYTHON / "errors_story.py", packages),
    )


@pytest.fixture
def packages(tmp_path):
    folder = tmp_path / "package"
    write_package(folder, REFERENCE)
    write_package(folder, VARIANT)
    return folder


def said(python, script, *arguments):
    """What a story says if it fails; any warning is an error in it."""
    command = [python, "-W", "error", script, *arguments]
    done = subprocess.run(
        command, env=environment(arguments[0], None), check=False, capture_output=True, text=True, timeout=120
    )
    title = " ".join([script.name, *arguments[1:]])
    return f"{title}\n{done.stdout[-5000:]}{done.stderr[-5000:]}" if done.returncode else ""


def test_the_documentation_names_the_versions_that_are_tried():
    page = (tools.CHECKOUT / "docs/python.md").read_text()
    told = re.findall(r"^\| ([a-z-]+) \|.*\| ([\d.]+) \| ([\d.]+) \|$", page, re.MULTILINE)
    oldest, newest = versions(COLUMNS["oldest"]), versions(COLUMNS["newest"])
    assert told == [(name, oldest[name], newest[name]) for name in LIBRARIES]
    assert [column.python for column in COLUMNS.values()] == list(tools.PYTHONS)


@pytest.mark.prove
@pytest.mark.parametrize("name", COLUMNS)
def test_all_that_the_generated_modules_promise_holds_with_the_versions_that_are(name, packages, tmp_path):
    wanted = COLUMNS[name].python
    if not tools.python(wanted):
        pytest.fail(f"Python {wanted} was not found. Put it on PATH; `make tools` unpacks 3.13.", pytrace=False)
    python = made(COLUMNS[name], tmp_path / "venv")
    failed = list(filter(None, (said(python, *story) for story in stories(packages))))
    assert not failed, "\n\n".join(failed)
    shutil.copy(PYTHON / "logs_story.py", tmp_path)
    judged(told(tmp_path, UVICORN, python))
