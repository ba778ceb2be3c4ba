"""Runbooks, `.env` files and worker processes."""

import pytest

from gw2mon.finding import render_text
from tests.auditing.estates import estate, wiring

PAGE = """\
# Runbook

## Disk is filling up
Look at [the graph](#graph), then delete.

## `Down`: what now?
### [Slow](https://example.org/slow) answers
## Twice
## Twice
Setext headings
---------------
```
## not a heading
```
<a id="by-hand"></a>
"""


def rules(url):
    return f"""\
groups:
  - name: shop
    rules:
      - alert: Down
        expr: up == 0
        annotations:
          summary: it is down
          runbook_url: '{url}'
"""


@pytest.mark.parametrize("link", [
    "https://github.com/shop/shop/blob/main/docs/runbook.md#disk-is-filling-up",
    "https://docs.example.org/docs/runbook/#down-what-now",
    "docs/runbook.md#slow-answers",
    "https://example.org/docs/runbook.md#twice-1",
    "https://example.org/docs/runbook.md#setext-headings",
    "https://example.org/docs/runbook.md#by-hand",
    "https://example.org/docs/runbook.md#Disk-Is-Filling-Up",
    "https://example.org/docs/runbook.md",
    "https://example.org/another.md#anything",
    "https://example.org/docs/runbook.md#{{ $labels.device }}",
    "https://github.com/others/mixin/blob/main/runbook.md#alert-name-down",
    "https://[broken/docs/runbook.md#x",
])  # fmt: skip
def test_a_link_to_what_is_there_or_is_not_known_is_none(link):
    assert wiring({"rules.yml": rules(link), "docs/runbook.md": PAGE}) == []


@pytest.mark.parametrize("link", [
    "https://github.com/shop/shop/blob/main/docs/runbook.md#disk-full",
    "https://docs.example.org/docs/runbook#not-a-heading",
    "https://example.org/docs/runbook.md#{{ $labels.alertname }}",
])  # fmt: skip
def test_a_link_to_a_part_that_is_missing_is_told_at_the_annotation(link):
    (line,) = wiring({"rules.yml": rules(link), "docs/runbook.md": PAGE})
    assert line.startswith("rules.yml:8 GW640 warning runbook.md has no part #")
    assert line.endswith("| shows the wrong thing")


def test_the_name_of_the_alert_is_filled_in():
    page = {"runbook.md": "## Down\n"}
    assert wiring({"rules.yml": rules("https://example.org/runbook.md#{{ $labels.alertname }}"), **page}) == []


def test_of_two_pages_the_one_whose_path_fits_is_meant():
    pages = {"web/docs/index.md": "## Down\n", "api/docs/index.md": "## Other\n", "a/b.md": "", "c/b.md": ""}
    assert wiring({"rules.yml": rules("https://example.org/web/docs/index.md#down"), **pages}) == []
    assert len(wiring({"rules.yml": rules("https://example.org/api/docs/index.md#down"), **pages})) == 1
    assert wiring({"rules.yml": rules("https://example.org/b.md#down"), **pages}) == []


ENVIRONMENT = """\
# of the shop
export GF_SECURITY_ADMIN_PASSWORD="admin"
POSTGRES_PASSWORD=x8-Kd93nvqQz   # of the database
API_TOKEN='tok-9bd72hd'
LOG_LEVEL=info
SECRET_KEY=
DATABASE_PASSWORD_FILE=/run/secrets/database
"""


def test_easy_passwords_and_plain_secrets_are_told_and_never_shown():
    files = {".env": ENVIRONMENT}
    assert wiring(files) == [
        (
            ".env:2 GW661 warning the value of GF_SECURITY_ADMIN_PASSWORD is one of those that everybody tries first"
            " | lets someone in"
        ),
        ".env:3 GW661 warning it holds secrets in plain text: POSTGRES_PASSWORD, API_TOKEN | style",
    ]
    from gw2mon.auditing.wiring import wired

    shown = render_text([item.finding for item in wired(estate(files))], files)
    assert not any(secret in shown for secret in ("x8-Kd93nvqQz", "tok-9bd72hd", 'admin"'))


def test_an_example_is_there_to_be_filled_in():
    assert wiring({".env.example": ENVIRONMENT, "deploy/prod.env.sample": ENVIRONMENT}) == []


COMPOSE = """\
services:
  web:
    image: "example.org/web:${TAG}"
    environment: {A: "${A:-1}", B: "${B:?set it}", C: "$$C", D: $D, HOME: $HOME}
"""


def test_variables_that_no_env_file_sets_are_told():
    assert wiring({"compose.yml": COMPOSE, ".env": "D=4\n"}) == [
        "compose.yml:3 GW662 warning no .env beside it sets TAG | does not start"
    ]
    assert wiring({"compose.yml": COMPOSE, ".env.example": "D=4\nTAG=1\n"}) == []


def test_without_an_env_file_the_shell_may_set_them():
    assert wiring({"compose.yml": COMPOSE}) == []


APPLICATION = """\
from prometheus_client import Counter, generate_latest
ORDERS = Counter("orders_total", "Orders.")
"""


def served(command, more=""):
    return {"compose.yml": f"services:\n  web:\n    build: .\n    command: {command}\n{more}", "app.py": APPLICATION}


@pytest.mark.parametrize("command", [
    "gunicorn -w 4 app:app", "gunicorn --workers=4 app:app", "['uvicorn', 'app:app', '--workers', '4']",
    "sh -c 'alembic upgrade head && uvicorn app:app --workers 4'", "/venv/bin/gunicorn -w4 app:app",
])  # fmt: skip
def test_several_workers_without_a_common_folder_are_told(command):
    (line,) = wiring(served(command))
    assert line.startswith(
        "compose.yml:4 GW639 warning web starts 4 workers, and nothing sets PROMETHEUS_MULTIPROC_DIR"
    )
    assert line.endswith("| fires for the wrong reason")


@pytest.mark.parametrize("files", [
    served("uvicorn app:app"),
    served("uvicorn app:app --workers 1"),
    served("gunicorn -w 4 app:app", "    environment: {PROMETHEUS_MULTIPROC_DIR: /tmp/metrics}\n"),
    {**served("gunicorn -w 4 app:app"), "app.py": "import flask\n"},
    served("celery -A app worker --concurrency 4"),
])  # fmt: skip
def test_one_worker_a_common_folder_or_no_metrics_are_none(files):
    assert wiring(files) == []


def test_workers_of_python_and_of_the_environment_are_found():
    more = "    environment: {WEB_CONCURRENCY: 3}\n"
    files = {
        **served("uvicorn app:app", more),
        "gunicorn.conf.py": "import multiprocessing\nworkers = multiprocessing.cpu_count() * 2 + 1\n",
        "main.py": "import uvicorn\nuvicorn.run('app:app',\n    workers=4)\n",
        "other.py": "workers = 8\n",
        "broken.py": "workers = (\n",
    }
    assert [line.split(", and")[0] for line in wiring(files)] == [
        "compose.yml:5 GW639 warning WEB_CONCURRENCY starts 3 workers of web",
        "gunicorn.conf.py:2 GW639 warning this starts a worker for each processor",
        "main.py:3 GW639 warning this starts 4 workers",
    ]
