"""Real servers: what Prometheus sees equals what was asked, whatever happens to the workers."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from tests import tools
from tests.live.stack import answers, free_addresses, get, wait_until
from tests.workers.packages import environment

UVICORN = [sys.executable, "-m", "uvicorn", "shopping:app", "--workers=4", "--log-level=warning", "--port"]
GUNICORN = [
    sys.executable, "-m", "gunicorn", "shopping:app", "--config=python:shop.gunicorn_conf", "-k", "asgi", "-w", "3",
    "--log-level=warning", "--bind",
]  # fmt: skip
PRELOADED = [*GUNICORN[:-1], "--preload", GUNICORN[-1]]


@contextmanager
def running(command, log, env):
    """A program and all that it starts, until the block ends."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=log.parent, env=env)
    try:
        yield process
    except BaseException:
        print(log.read_text()[-3000:])  # noqa: T201 - pytest shows it below the failure
        raise
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def shop(command, package, folder):
    """The shop under a server; its address."""
    (address,) = free_addresses(1)
    folder.mkdir()
    # The folder of gunicorn does not exist yet: its hook makes it.
    env = environment(package, folder / "workers")
    if "uvicorn" in command:
        (folder / "workers").mkdir()
    where = address.rpartition(":")[2] if "uvicorn" in command else address
    with running([*command, where], folder / "log", env):
        wait_until("the shop answers", 60, partial(answers, f"http://{address}/metrics"))
        yield address


@contextmanager
def prometheus(addresses, folder):
    """A Prometheus that scrapes these addresses twice a second; how it is asked for the value of an expression."""
    (address,) = free_addresses(1)
    folder.mkdir()
    targets = ", ".join(f'"{target}"' for target in addresses)
    config = "global: {scrape_interval: 500ms}\nscrape_configs:\n"
    (folder / "prometheus.yml").write_text(
        f"{config}- {{job_name: shop, static_configs: [{{targets: [{targets}]}}]}}\n"
    )
    command = [
        str(tools.find("prometheus")[-1].path), f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address={address}",
    ]  # fmt: skip

    def value(expr):
        answer = get(f"http://{address}/api/v1/query?{urlencode({'query': expr})}")
        return [float(item["value"][1]) for item in answer["data"]["result"]]

    with running(command, folder / "log", None):
        wait_until("Prometheus is ready", 60, partial(answers, f"http://{address}/-/ready"))
        yield value


def orders(address, count):
    """Order so often, by several clients at once; the workers that answered."""

    def order(_):
        with urlopen(f"http://{address}/order?kind=book", timeout=10) as answer:
            return int(answer.read())

    with ThreadPoolExecutor(8) as clients:
        return set(clients.map(order, range(count)))


COUNTED = [
    ("%s", "shop_orders_total", ',kind="book"'),
    ("%s", "shop_order_duration_seconds_count", ""),
    ("%s", "shop_order_duration_seconds_bucket", ',le="1.0"'),
    ("%s / 0.25", "shop_order_duration_seconds_sum", ""),
    ("sum(%s)", "http_requests_total", ',handler="/order"'),
    ("sum(%s)", "http_request_duration_seconds_count", ',handler="/order"'),
    ("%s", "http_request_duration_highr_seconds_count", ""),
]
NEVER_FALLING = [
    "shop_orders_total", "shop_order_duration_seconds_sum", "http_requests_total", "http_request_duration_seconds_sum",
    "http_request_duration_highr_seconds_sum", "process_cpu_seconds_total",
]  # fmt: skip


def value_at(value, address, expr, name, matchers=""):
    """The value of an expression about the series of one shop."""
    return value(expr % f'{name}{{instance="{address}"{matchers}}}')


def wait_until_seen(value, address, count):
    """Wait until all that counts orders shows this number."""

    def all_seen():
        found = [value_at(value, address, *counted) for counted in COUNTED]
        if found != [[count]] * len(COUNTED):
            raise ValueError(found)
        return True

    wait_until(f"{count} orders are seen", 60, all_seen)


def test_prometheus_sees_every_request_before_and_after_a_worker_is_killed(package, tmp_path):
    servers = {"uvicorn": UVICORN, "gunicorn": PRELOADED}
    with ExitStack() as stack:
        shops = {
            name: stack.enter_context(shop(command, package, tmp_path / name)) for name, command in servers.items()
        }
        value = stack.enter_context(prometheus(shops.values(), tmp_path / "prometheus"))
        killed = {}
        for count, choose in ((60, min), (120, max), (180, min)):
            for name, address in shops.items():
                workers = orders(address, 60)
                # A request is counted when its answer is complete: a worker that dies in between has not counted it.
                wait_until_seen(value, address, count)
                os.kill(choose(workers), signal.SIGKILL)
                killed.setdefault(name, set()).add(choose(workers))
        for address in shops.values():
            orders(address, 60)
            wait_until_seen(value, address, 240)
        for name, address in shops.items():
            check_the_rest(partial(value_at, value, address))
            files = (tmp_path / name / "workers").glob("*.db")
            assert killed[name].isdisjoint(int(path.stem.rpartition("_")[2]) for path in files)


def check_the_rest(value):
    """No counter ever fell, and the gauges are those of the workers that run."""
    for counter in NEVER_FALLING:
        assert value("max(resets(%s[5m]))", counter) == [0], counter
    assert value("%s", "shop_app_info") == [1]
    wait_until("the database is known to be up", 60, lambda: value("%s", "shop_db_up") == [1])
    assert value("%s", "http_requests_in_progress") == [0]


def shows(address, total):
    """Whether a scrape shows this number of orders."""
    with urlopen(f"http://{address}/metrics", timeout=10) as answer:
        return f'shop_orders_total{{kind="book"}} {total:.1f}\n' in answer.read().decode()


@pytest.mark.prove
@pytest.mark.parametrize("command", [UVICORN, GUNICORN], ids=["uvicorn", "gunicorn"])
def test_the_folder_does_not_grow_over_200_restarts(command, package, tmp_path):
    folder = tmp_path / "shop" / "workers"
    sizes, ended, total = set(), 0, 0
    with shop(command, package, tmp_path / "shop") as address:
        while ended < 200:
            total += 6
            for pid in orders(address, 6):
                os.kill(pid, signal.SIGKILL)
                ended += 1
            wait_until("all orders are seen, by other workers", 60, partial(shows, address, total))
            assert len({path.stem.rpartition("_")[2] for path in folder.glob("*.db")}) <= 4  # workers that run
            sizes.add(sum(path.stat().st_size for path in folder.glob("ended-*/*")))
    # A look in the middle of a sweep finds the files of four workers that ended beside the archive of all before them.
    assert max(sizes) <= 5 * min(sizes)
