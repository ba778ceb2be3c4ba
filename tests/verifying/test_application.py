"""`gw2mon verify --app`: applications as people write them, started in a process of their own."""

import pytest

CLEAN, FOUND, REFUSED = 0, 1, 2

SPEC = """\
version: 1
service: shop
team: checkout

scrape: {shop: {targets: ["shop:8000"], exposes: [orders]}}

metrics:
  orders:
    shop_orders_total:
      type: counter
      help: Orders placed
      labels: {result: {closed: [paid, failed]}}

events: {orders: {count: shop_orders_total, bad: {result: [failed]}}}

functions:
  track_order:
    help: Count an order.
    arguments: {result: {label: result}}
    records: [{increment: shop_orders_total}]

alerts:
  OrdersFail: {bad-share-of: orders, over: 5m, above: {critical: 5%}, summary: Orders fail}

notify:
  receivers: {chat: {slack: {channel: "#shop", api-url-file: /run/secrets/slack}}}
  default: chat
"""

APP = """\
import logging
import sys
from contextlib import asynccontextmanager

from fastapi import FastAPI
from prometheus_client import make_asgi_app

from generated.python.shop import metrics

print("an application may print while it is imported")


@asynccontextmanager
async def lifespan(app):
    logging.basicConfig(stream=sys.stdout, level="INFO")
    logging.info("it starts")
    metrics.track_order("paid")
    yield
    print("it ends")


def create_app():
    app = FastAPI(lifespan=lifespan)
    app.mount("/metrics", make_asgi_app())
    return app


app = create_app()
"""

BY_HAND = """\
from prometheus_client import Counter, generate_latest

orders = Counter("shop_orders", "Orders placed")


async def app(scope, receive, send):
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": generate_latest()})
"""


NO_DATABASE = """\
from fastapi import FastAPI


async def start():
    raise OSError("no database")


app = FastAPI(on_startup=[start])
"""


@pytest.fixture
def shop(desk):
    desk.write("specs/shop.yaml", SPEC)
    return desk


def test_an_application_with_the_generated_module_is_as_the_spec_says(shop):
    assert shop.run("generate").status == CLEAN
    shop.write("app/main.py", APP)
    for arguments in (("app.main:app",), ("app.main:create_app", "--factory", "--moved"), ("app.main:create_app()",)):
        done = shop.run("verify", "--app", *arguments)
        assert done == (CLEAN, "", f"{arguments[0]}: as the specs say\n")


def test_an_application_without_lifespan_whose_labels_were_forgotten_is_found_out(shop):
    shop.write("backend/shop.py", BY_HAND)
    done = shop.run("verify", "--app", "shop:app", "--app-dir", "backend")
    assert done.status == FOUND
    assert "shop_orders_total is exposed without label result, which is declared" in done.stdout
    assert "shop:app sends its metrics without Content-Type, which Prometheus 3 refuses" in done.stdout


@pytest.mark.parametrize(
    ("source", "said", "advice"),
    [
        ("import nothing_of_that_name", "main.py:1:1 GW648 main:app does not start: ModuleNotFoundError: No module",
         "install gw2mon into the environment"),
        ("\napp = FastAPI()", "main.py:2:1 GW648 main:app does not start: NameError: name 'FastAPI' is not defined",
         "it needs the environment in which it usually starts"),
        ("def app(:", "main.py:1:1 GW648 main:app does not start: SyntaxError: ", ""),
        ("import sys\nsys.exit(3)", "main.py:2:1 GW648 main:app does not start: SystemExit: 3", ""),
        ("other = 1", "GW648 main:app does not start: AttributeError: ", ""),
        ("def app(environ, start_response):\n    return []", "GW648 main:app does not start: TypeError: ",
         "is it an ASGI application?"),
        ("import os\nimport signal\nos.kill(os.getpid(), signal.SIGTERM)", "GW648 main:app ended its process", ""),
        ('raise ValueError("cannot reach postgresql://shop:hunter2@db/shop")',
         "main:app does not start: ValueError: cannot reach postgresql://…@db/shop", ""),
        ("from fastapi import FastAPI\napp = FastAPI()", "GW648 main:app answers 404 to GET /metrics",
         "Prometheus asks there, as job shop says"),
        (NO_DATABASE, "main:app does not start: OSError: no database", ""),
    ],
)  # fmt: skip
def test_an_application_that_does_not_start_is_a_finding_with_the_line_at_fault(shop, source, said, advice):
    shop.write("main.py", f"{source}\n")
    done = shop.run("verify", "--app", "main:app")
    assert done.status == REFUSED
    assert said in done.stdout
    assert advice in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


def test_a_folder_without_the_application_is_told(shop):
    done = shop.run("verify", "--app", "app.main:app")
    assert done.status == REFUSED
    assert done.stdout == (
        "GW648 there is no module app for app.main:app\n"
        "  help: run gw2mon where uvicorn is run, or name that folder with --app-dir\n"
    )


def test_an_application_that_never_starts_is_ended(shop, monkeypatch):
    monkeypatch.setattr("gw2mon.commands.verifying._APP_SECONDS", 1.5)
    shop.write("main.py", "import time\ntime.sleep(600)\n")
    done = shop.run("verify", "--app", "main:app")
    assert done.status == REFUSED
    assert "main:app did not start and answer within 1.5 seconds" in done.stdout
