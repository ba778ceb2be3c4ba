"""The closed world is the one that several workers expose."""

import pytest

from gw2mon import loader, project
from tests.workers.packages import SPEC, compiled

PROCESS = {
    "process_cpu_seconds_total", "process_max_fds", "process_open_fds", "process_resident_memory_bytes",
    "process_start_time_seconds", "process_virtual_memory_bytes", "python_info",
}  # fmt: skip
COLLECTIONS = "python_gc_collections_total"


def of_processes(spec):
    (service,) = compiled(spec).model.services
    return {metric.name for metric in service.metrics if metric.name.startswith(("process_", "python_"))}


def test_several_workers_have_no_numbers_of_garbage_collection():
    assert of_processes(SPEC) == PROCESS
    assert COLLECTIONS in of_processes(SPEC.replace("workers: multi", "workers: single"))


def test_another_program_beside_several_workers_keeps_its_own_numbers():
    beside = SPEC.replace("exposes: [http, process, orders]", "exposes: [http, orders]").replace(
        "scrape:\n", 'scrape:\n  importer: {targets: ["127.0.0.1:9000"], exposes: [process]}\n'
    )
    assert COLLECTIONS in of_processes(beside)


@pytest.mark.parametrize("outputs", ["[prometheus]", "[prometheus, python/shop/metrics.py]"])
def test_without_the_module_that_adds_processes_up_they_are_not_in_the_world(outputs):
    spec = SPEC.replace("service: shop\n", f"service: shop\noutputs: {outputs}\n")
    assert [finding.code for finding in compiled(spec).findings] == ["GW229"]
    assert of_processes(spec) == set()


def test_an_alert_on_garbage_collection_is_told_that_nothing_shows_it():
    expr = f"rate({COLLECTIONS}{{job='shop'}}[5m]) > 1"
    alert = f'alerts:\n  Collects: {{expr: "{expr}", summary: Collects, severity: warning}}\n'
    source, _ = loader.load((SPEC + alert).encode(), "shop.yaml")
    _, findings = project.analyse([source], "2026-03-01")
    assert "GW201" in [finding.code for finding in findings]
