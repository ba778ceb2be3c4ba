"""What ended workers have counted stays in every scrape, and their files do not."""

import json

import pytest

from tests.workers.packages import run


def test_what_workers_have_counted_stays_when_they_are_killed_and_the_folder_does_not_grow(script):
    said, _ = script("""
sizes = []
for number in range(1, 25):
    killed(lambda: (order(3), order(kind="toy", duration=0.5)))
    if number % 3 == 0:
        workers.sweep()
        sizes.append(len(files()))
say([own(), sizes])
""")
    found, sizes = said
    assert found == {
        "shop_orders_total{kind=book}": 72,
        "shop_orders_total{kind=toy}": 24,
        "shop_order_duration_seconds_bucket{le=0.1}": 72,
        "shop_order_duration_seconds_bucket{le=1.0}": 96,
        "shop_order_duration_seconds_bucket{le=+Inf}": 96,
        "shop_order_duration_seconds_count": 96,
        "shop_order_duration_seconds_sum": pytest.approx(72 * 0.05 + 24 * 0.5),
    }
    assert len(set(sizes)) == 1


def test_running_and_ended_workers_count_alike(script):
    said, _ = script("""
killed(lambda: order(2))
running = [Worker(lambda: order(5)) for _ in range(3)]
order(1)
first = own()["shop_orders_total{kind=book}"]
running[0].kill()
second = own()["shop_orders_total{kind=book}"]
for worker in running[1:]:
    worker.kill(reap=False)   # nobody has taken note of its end yet: it is a zombie
time.sleep(0.1)
third = own()["shop_orders_total{kind=book}"]
say([first, second, third, files()])
""")
    *counts, files = said
    assert counts == [18, 18, 18]
    assert sum("ended-" not in path for path in files) <= 4  # of the process that scrapes alone


def test_no_counter_falls_while_workers_die_and_several_scrape(script):
    said, _ = script("""
def watch():
    last, wrong = {}, []
    while not (FOLDER / "over").exists():
        found = own()
        wrong += [[name, value, found.get(name)] for name, value in last.items() if found.get(name, -1) < value]
        last = found
    (FOLDER / f"wrong-{os.getpid()}").write_text(json.dumps(wrong))
order()
watchers = []
for _ in range(2):
    pid = os.fork()
    if pid == 0:
        watch()
        os._exit(0)
    watchers.append(pid)
for number in range(40):
    killed(lambda: order(4, duration=0.1 + number / 7))
    if number % 3 == 0:
        workers.sweep()
(FOLDER / "over").touch()
ends = [os.waitpid(pid, 0)[1] for pid in watchers]
say([ends, own()["shop_orders_total{kind=book}"], [json.loads(path.read_text()) for path in FOLDER.glob("wrong-*")]])
""")
    assert said == [[0, 0], 161, [[], []]]


def test_a_sum_of_durations_never_falls_by_its_last_digit(script):
    said, _ = script("""
running = [Worker(lambda number=number: order(duration=0.1 * number)) for number in range(1, 16)]
sums = [own()["shop_order_duration_seconds_sum"]]
for worker in running[::2] + running[1::2]:
    worker.kill()
    sums.append(own()["shop_order_duration_seconds_sum"])
say(sums)
""")
    assert said == sorted(said)
    assert said[0] == pytest.approx(said[-1], rel=1e-14)


def test_a_sweep_that_is_killed_at_any_step_loses_nothing_and_doubles_nothing(script):
    said, _ = script("""
STEPS = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "open", "os.truncate", "mmap.__new__", "shutil.rmtree"}
killed(order)
wrong, step, total = [], 0, 1
while True:
    step += 1
    killed(lambda: (order(2), metrics.returns.inc()))
    killed(order)
    total += 3
    sweeper = os.fork()
    if sweeper == 0:
        left = [step]
        def end(event, arguments):
            if event in STEPS:
                left[0] -= 1
                if left[0] == 0:
                    os._exit(9)
        sys.addaudithook(end)
        workers.sweep()
        os._exit(0)
    ended = os.waitstatus_to_exitcode(os.waitpid(sweeper, 0)[1])
    found = own()
    if (found["shop_orders_total{kind=book}"], found["shop_returns"]) != (total, step):
        wrong.append([step, total, found])
    if ended == 0:
        break
say([step, wrong, files(), [path.name for path in FOLDER.glob("ended-*")]])
""")
    steps, wrong, files, archives = said
    assert wrong == []
    assert steps > 20
    assert len(archives) == 1, files


def test_gauges_end_with_their_workers_but_for_sums_and_what_was_set_last(script):
    said, _ = script("""
def work(number):
    metrics.connections_active.set(number)
    metrics.cache_size_bytes.set(number)
    metrics.db_up.set(number % 2)
    metrics.returns.set(number)
    metrics.last_import_timestamp_seconds.set(100 + number)
    metrics.default.initialize_app_info(f"v{number}")
both = [Worker(lambda number=number: work(number)) for number in (1, 2)]
before = own()
both[1].kill()
after = own()
both[0].kill()
say([{key: value for key, value in found.items() if "order" not in key} for found in (before, after, own())])
""")
    stays = {"shop_returns": 3, "shop_last_import_timestamp_seconds": 102}
    before, after, neither = said
    assert before == {
        "shop_connections_active": 3, "shop_cache_size_bytes": 2, "shop_db_up": 0,
        "shop_app_info{version=v1}": 1, "shop_app_info{version=v2}": 1, **stays,
    }  # fmt: skip
    assert after == {
        "shop_connections_active": 1, "shop_cache_size_bytes": 1, "shop_db_up": 1, "shop_app_info{version=v1}": 1,
        **stays,
    }  # fmt: skip
    assert neither == stays


def test_a_gauge_is_absent_until_a_worker_sets_it(script):
    said, _ = script("""
worker = Worker(order)
before = own()
other = Worker(lambda: metrics.db_up.set(1))
say([sorted(key for key in before if "order" not in key), own()["shop_db_up"]])
""")
    assert said == [[], 1]


def test_a_number_that_another_process_has_got_keeps_no_file(script):
    said, _ = script("""
worker = killed(order)
other = os.getppid()   # runs, and has nothing to do with this folder
(FOLDER / f"counter_{worker}.db").rename(FOLDER / f"counter_{other}.db")
found = own()["shop_orders_total{kind=book}"]
say([found, (FOLDER / f"counter_{other}.db").exists()])
""")
    assert said == [1, False]


def test_a_worker_with_the_number_of_an_ended_one_goes_on_counting_there(script):
    said, _ = script("""
ended = killed(lambda: order(5))
def reuse():
    (FOLDER / f"counter_{ended}.db").rename(FOLDER / f"counter_{os.getpid()}.db")
    order(2)
worker = Worker(reuse)
first = own()["shop_orders_total{kind=book}"]
worker.kill()
say([first, own()["shop_orders_total{kind=book}"]])
""")
    assert said == [7, 7]


def test_a_file_that_is_opened_while_it_is_put_away_is_put_back(script):
    said, _ = script("""
worker = Worker(order)
name = f"counter_{worker.pid}.db"
# As if the worker had opened it between the look and the move.
asked, really = [], workers._is_written
workers._is_written = lambda path: path.name != name and really(path)
workers.sweep()
workers._is_written = really
say([(FOLDER / name).exists(), own()["shop_orders_total{kind=book}"]])
""")
    assert said == [True, 1]


def test_a_file_that_is_empty_or_damaged_spoils_no_scrape(script):
    said, stderr = script("""
order()
(FOLDER / f"histogram_{os.getpid()}0.db").write_bytes(b"")
ended = killed(order)
(FOLDER / f"histogram_{ended}.db").write_bytes(b"\\xff\\xff\\x00\\x00" * 20)
say(own()["shop_orders_total{kind=book}"])
""")
    assert said == 2
    assert "is damaged: its values are lost" in stderr


def test_cleaning_removes_what_an_earlier_run_left_and_nothing_that_a_worker_writes(script):
    said, _ = script("""
order(3)
killed(order)
killed(order)
workers.sweep()
running = Worker(order)
workers.clean()
whole = own()["shop_orders_total{kind=book}"]
running.kill()
workers.clean()
say([whole, own()["shop_orders_total{kind=book}"], [path for path in files() if "ended-" in path]])
""")
    assert said == [6, 3, []]


def test_the_command_creates_the_folder_and_cleans_it(package, folder):
    order = "from forking import *\nkilled(order)\nsay(files())"
    files, _ = run(package, folder, order)
    assert len(files) > 2
    cleaning = (
        "import runpy\nfor name in ('shop.workers',):\n    runpy.run_module(name, run_name='__main__')\nprint('0')"
    )
    run(package, folder, cleaning)
    assert list(folder.iterdir()) == []
    run(package, folder / "not" / "there", cleaning)
    assert (folder / "not" / "there").is_dir()


IMPORT = "import os\nfrom forking import *\n"


def test_without_a_folder_the_application_runs_and_the_scrape_fails(package):
    said, stderr = run(package, None, IMPORT + """
import logging
logging.basicConfig()
order()
workers.start()
try:
    scraped()
except RuntimeError as error:
    say(str(error))
""")  # fmt: skip
    assert said == "PROMETHEUS_MULTIPROC_DIR must name an existing folder before Python starts, but is ''"
    assert "CRITICAL:shop.workers:PROMETHEUS_MULTIPROC_DIR is not set" in stderr


def test_a_folder_that_is_named_too_late_fails_the_scrape(package, folder):
    said, _ = run(package, None, IMPORT + f"""
os.environ["PROMETHEUS_MULTIPROC_DIR"] = {json.dumps(str(folder))}
order()
try:
    scraped()
except RuntimeError as error:
    say(str(error))
""")  # fmt: skip
    assert said == f"nothing is in {folder}: PROMETHEUS_MULTIPROC_DIR must be set before Python starts"
