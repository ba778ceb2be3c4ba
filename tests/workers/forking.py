"""For scripts that fork workers: what their parent can ask them to do, and what a scrape then shows."""

import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from shop import metrics, workers

# A parent that forks must have no thread, which might hold a lock in that moment.
workers._STARTED.add(os.getpid())

FOLDER = Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR", "/nowhere"))


def order(count=1, kind="book", duration=0.05):
    """What a worker does all day."""
    for _ in range(count):
        metrics.default.track_order(kind, duration)


class Worker:
    """A child that does something and then waits, as a worker without requests does."""

    def __init__(self, work=lambda: None):
        ready, self._done = os.pipe()
        self._orders, go = os.pipe()
        self._go = go
        self.pid = os.fork()
        if self.pid == 0:
            # Only the parent holds the other end: when the parent ends, so does this child.
            os.close(go)
            try:
                work()
                os.write(self._done, b".")
                os.read(self._orders, 1)
            except Exception:  # noqa: BLE001 - a child must never return into its parent's script
                traceback.print_exc()
            finally:
                os._exit(1)
        os.close(self._done)
        os.close(self._orders)
        os.read(ready, 1)
        os.close(ready)

    def kill(self, *, reap=True):
        """End it as the kernel does when memory is short."""
        os.close(self._go)
        os.kill(self.pid, signal.SIGKILL)
        if reap:
            os.waitpid(self.pid, 0)


def killed(work):
    """Let a worker do something and die."""
    worker = Worker(work)
    worker.kill()
    return worker.pid


def scraped():
    """Name and labels to value, as a scrape shows them; without the labels of python_info."""
    text = generate_latest(workers.scrape_registry()).decode()
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{key}={value}" for key, value in sample.labels.items())
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def own(found=None):
    """What a scrape shows of the shop itself."""
    found = scraped() if found is None else found
    return {name: value for name, value in found.items() if name.startswith("shop_")}


def files():
    """Everything in the folder, by relative path."""
    return sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file())


def say(value):
    """The result of the script."""
    sys.stdout.write(f"{json.dumps(value)}\n")


def until(is_true, seconds=20):
    """Scrape until a scrape is as it should be; the last one."""
    deadline = time.monotonic() + seconds
    while True:
        found = scraped()
        if is_true(found) or time.monotonic() > deadline:
            return found
        time.sleep(0.05)
