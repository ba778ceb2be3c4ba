"""What only its own process can tell reaches the scrape, whichever worker answers it."""

from gw2mon.world import series_of
from tests.workers.packages import compiled

PRELUDE = """
workers._INTERVAL = 0.1
def bound(connections, cache, is_up):
    metrics.bind_connections_active(connections)
    metrics.bind_cache_size_bytes(cache)
    metrics.bind_db_up(is_up)
    workers.start()
def names(*wanted):
    return lambda found: all(f"shop_{name}" in found for name in wanted)
def gauges(found):
    return {name: value for name, value in own(found).items() if "order" not in name}
def broken():
    raise ConnectionError("no database")
"""


def test_functions_of_all_workers_combine_by_the_mode_of_their_gauge(script):
    said, _ = script(
        PRELUDE
        + """
def answers(number):
    bound(lambda: number, lambda: 10 * number, lambda: number != 2)
both = [Worker(lambda number=number: answers(number)) for number in (2, 3)]
wanted = {"shop_connections_active": 5, "shop_cache_size_bytes": 30, "shop_db_up": 0}
first = until(lambda found: gauges(found) == wanted)
both[0].kill()
say([gauges(first), gauges(scraped())])
"""
    )
    assert said == [
        {"shop_connections_active": 5, "shop_cache_size_bytes": 30, "shop_db_up": 0},
        {"shop_connections_active": 3, "shop_cache_size_bytes": 30, "shop_db_up": 1},
    ]


def test_a_function_that_fails_leaves_a_sum_unknown_and_a_maximum_to_the_others(script):
    said, stderr = script(
        PRELUDE
        + """
one = Worker(lambda: bound(broken, broken, broken))
found = until(names("db_up"))
two = Worker(lambda: bound(lambda: 4, lambda: 40, lambda: True))
both = until(names("cache_size_bytes"))
say([gauges(found), gauges(both)])
"""
    )
    assert said == [{"shop_db_up": 0}, {"shop_db_up": 0, "shop_cache_size_bytes": 40}]
    assert "shop_connections_active cannot be read" in stderr
    assert "no database" in stderr


def test_a_check_that_hangs_has_failed_and_holds_up_no_other_function(script):
    said, _ = script(
        PRELUDE
        + """
state = FOLDER / "hangs"
def is_up():
    while state.exists():
        time.sleep(0.05)
    return True
count = iter(range(10_000))
worker = Worker(lambda: bound(lambda: next(count), lambda: 1, is_up))
fine = until(names("db_up", "connections_active"))["shop_db_up"]
state.touch()
hung = until(lambda found: found["shop_db_up"] == 0)
later = until(lambda found: found["shop_connections_active"] > hung["shop_connections_active"] + 1)
state.unlink()
say([fine, hung["shop_db_up"], later["shop_connections_active"] > hung["shop_connections_active"],
     until(lambda found: found["shop_db_up"] == 1)["shop_db_up"]])
"""
    )
    assert said == [1, 0, True, 1]


def test_a_worker_is_looked_at_once_however_often_it_starts(script):
    said, _ = script(
        PRELUDE
        + """
import threading
def starts():
    for _ in range(5):
        workers.start()
    (FOLDER / "threads").write_text(str(sum(thread.name == "workers" for thread in threading.enumerate())))
Worker(starts)
say(int((FOLDER / "threads").read_text()))
"""
    )
    assert said == 1


def test_memory_and_files_are_sums_of_the_workers_that_run_and_cpu_time_never_falls(script):
    said, _ = script(
        PRELUDE
        + """
def busy():
    workers.start()
    until = time.process_time() + 0.2
    while time.process_time() < until:
        pass
def process(found):
    return {name: value for name, value in found.items() if name.startswith("process_")}
first = Worker(workers.start)
until(lambda found: found.get("process_open_fds"))
alone = process(scraped())
others = [Worker(busy) for _ in range(2)]
three = process(until(lambda found: found["process_max_fds"] == 3 * alone["process_max_fds"]
                      and found["process_cpu_seconds_total"] >= alone["process_cpu_seconds_total"] + 0.4))
for worker in others:
    worker.kill()
after = process(scraped())
say([alone, three, after, time.time()])
"""
    )
    alone, three, after, now = said
    assert set(alone) == {
        "process_cpu_seconds_total", "process_max_fds", "process_open_fds", "process_resident_memory_bytes",
        "process_start_time_seconds", "process_virtual_memory_bytes",
    }  # fmt: skip
    assert three["process_max_fds"] == 3 * alone["process_max_fds"]
    for name in ("process_open_fds", "process_resident_memory_bytes", "process_virtual_memory_bytes"):
        assert three[name] > 1.5 * alone[name]
        assert after[name] < three[name]
    assert three["process_cpu_seconds_total"] >= alone["process_cpu_seconds_total"] + 0.4
    assert after["process_cpu_seconds_total"] >= three["process_cpu_seconds_total"]
    assert 0 <= now - alone["process_start_time_seconds"] < 60
    assert alone["process_start_time_seconds"] == three["process_start_time_seconds"]


def test_a_scrape_shows_what_the_catalogue_promises(script):
    (service,) = compiled().model.services
    promised = {
        series.name
        for metric in service.metrics
        if metric.group == "process" or (metric.object and metric.appears == "always")
        for series in series_of(metric)
    }
    said, _ = script(
        PRELUDE
        + """
worker = Worker(workers.start)
say([name.partition("{")[0] for name in until(lambda found: "process_start_time_seconds" in found)])
"""
    )
    # The numbers of requests come with the first of them, from web.py.
    assert promised == {name for name in said if name.startswith(("process_", "python_", "shop_"))}
    assert "python_info" in promised
