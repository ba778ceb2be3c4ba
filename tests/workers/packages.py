"""The generated package of a shop with several workers, and programs that use it."""

import json
import os
import subprocess
import sys
from pathlib import Path

from gw2mon.compiler import compile_specs
from gw2mon.generators.python import generate
from gw2mon.loader import load

SPEC = """\
version: 1
service: shop
team: shop
runtime: {workers: multi}
python: {strip-prefix: shop_}
scrape:
  shop: {targets: ["127.0.0.1:8000"], exposes: [http, process, orders]}
metrics:
  http: {catalog: fastapi}
  process: {catalog: process}
  orders:
    shop_orders_total:
      type: counter
      help: Orders by kind.
      labels: {kind: {closed: [book, toy]}}
    shop_order_duration_seconds:
      type: histogram
      help: How long an order takes.
      buckets: [100ms, 1s]
    shop_db_up:
      type: gauge
      help: Whether the database answers.
      multiprocess: min
    shop_connections_active:
      type: gauge
      help: Connections in use.
      multiprocess: livesum
    shop_cache_size_bytes:
      type: gauge
      help: Size of the cache.
      multiprocess: max
    shop_returns:
      type: gauge
      help: Parcels that came back.
      multiprocess: sum
    shop_last_import_timestamp_seconds:
      type: gauge
      help: When the catalogue was imported.
      multiprocess: mostrecent
    shop_app_info:
      type: info
      help: The version that runs.
      labels: {version: {known: [], limit: 20}}
functions:
  track_order:
    help: Count an order and time it.
    arguments:
      kind: {label: kind}
      duration: {unit: seconds}
    records:
      - {increment: shop_orders_total}
      - {observe: shop_order_duration_seconds, value: duration}
  initialize_app_info:
    help: Tell which version runs.
    arguments:
      version: {label: version}
    records:
      - {info: shop_app_info}
"""


def compiled(spec: str = SPEC):
    """The model of a spec, and the findings of its compilation."""
    source, findings = load(spec.encode(), "specs/shop.yaml")
    assert source is not None, findings
    return compile_specs([source])


def write_package(folder: Path, spec: str = SPEC) -> None:
    """Write the package `shop` below a folder."""
    (service,) = compiled(spec).model.services
    for artifact in generate(service):
        path = folder / artifact.path.removeprefix("python/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(artifact.text)


def environment(package: Path, folder: Path | None) -> dict[str, str]:
    """The environment of a program that uses the package, with its workers' folder or without one."""
    own = {"PYTHONPATH": f"{package}{os.pathsep}{Path(__file__).parent}"}
    if folder is not None:
        own["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    return {**{key: value for key, value in os.environ.items() if "PROMETHEUS" not in key}, **own}


def run(package: Path, folder: Path | None, script: str):
    """Run a script in a process of its own; what it says in its last line, and on stderr."""
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(package, folder),
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1]), done.stderr
