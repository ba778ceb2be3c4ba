"""What several workers count is summed, before and after one is killed and swept.

    python workers_story.py FOLDER

FOLDER holds the generated package `shop`. It asserts, and prints nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import mkdtemp

os.environ["PROMETHEUS_MULTIPROC_DIR"] = mkdtemp(dir=sys.argv[1])
sys.path[:0] = [sys.argv[1], str(Path(__file__).parents[1] / "workers")]

from forking import Worker, files, order, own, until  # noqa: E402
from prometheus_client import generate_latest  # noqa: E402
from shop import metrics, workers  # noqa: E402

# What a warning becomes where nobody can catch it, such as a file that is left open.
unheard = []
sys.unraisablehook = lambda it: unheard.append(repr(it.exc_value))

ORDERS, TIMED = "shop_orders_total{kind=book}", "shop_order_duration_seconds_count"


def work(number):
    """What the worker with this number does."""
    order(100 * number)
    metrics.connections_active.set(number)
    metrics.bind_db_up(lambda: number < 3)
    workers.start()
    metrics.default.initialize_app_info("1.2")


def counted(found):
    """What counts, and must never fall."""
    return found[ORDERS], found[TIMED], round(found["shop_order_duration_seconds_sum"], 6)


if __name__ == "__main__":
    crew = [Worker(lambda number=number: work(number)) for number in (1, 2, 3)]
    found = until(lambda found: found.get("shop_db_up") == 0 and "process_cpu_seconds_total" in found)
    assert found["process_cpu_seconds_total"] > 0, found
    before = own(found)
    assert counted(before) == (600, 600, 30), before
    assert (before["shop_connections_active"], before["shop_app_info{version=1.2}"]) == (6, 1), before
    crew[2].kill()
    after = own()
    assert counted(after) == (600, 600, 30), after
    assert after["shop_connections_active"] == 3, after
    workers.sweep()
    assert not [name for name in files() if f"_{crew[2].pid}." in name and "ended" not in name], files()
    swept = until(lambda found: found[ORDERS] == 600)
    assert counted(swept) == (600, 600, 30), swept
    text = generate_latest(workers.scrape_registry()).decode()
    assert text.count("# TYPE shop_orders_total counter") == 1
    assert until(lambda found: found.get("shop_db_up") == 1)["shop_db_up"] == 1
    for worker in crew[:2]:
        worker.kill()
    assert not unheard, unheard
