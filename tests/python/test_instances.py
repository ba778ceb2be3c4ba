"""One process, one default instance, however often and under whatever name the file is imported."""

from __future__ import annotations

import importlib
import sys
import warnings

import pytest
from prometheus_client import REGISTRY, CollectorRegistry, Gauge

from gw2mon.generators.python import metrics_module
from gw2mon.model import RetiredObject
from tests.python import guide
from tests.python.conftest import forget, load


def hits():
    return REGISTRY.get_sample_value("gw2_cache_operations_total", {"operation": "get", "result": "hit"})


def test_reloading_keeps_the_counts(path, monkeypatch):
    monkeypatch.syspath_prepend(path.parent)
    module = importlib.import_module("metrics")
    module.track_cache_operation("get", "hit")
    importlib.reload(module)
    module.track_cache_operation("get", "hit")
    assert hits() == 2
    del sys.modules["metrics"]


def test_two_import_paths_share_one_instance(path):
    one, two = load(path), load(path)
    assert one.default is two.default
    one.track_cache_operation("get", "hit")
    two.track_cache_operation("get", "hit")
    assert hits() == 2


def test_a_changed_file_takes_the_place_of_the_old_instance(path):
    old = load(path)
    old.track_cache_operation("get", "hit")
    fewer = guide.module(metrics=guide.METRICS[:10], functions=guide.FUNCTIONS[:3])
    path.write_text(metrics_module(guide.service(fewer)))
    new = load(path)
    assert new.default is not old.default
    new.track_cache_operation("get", "hit")
    assert hits() == 1
    assert REGISTRY.get_sample_value("gw2_builds_created_total", {"profession": "Guardian", "game_mode": "WvW"}) is None


def test_instances_on_other_registries_are_separate(module):
    one, two = module.Metrics(CollectorRegistry()), module.Metrics(CollectorRegistry())
    one.track_cache_operation("get", "hit")
    values = [
        metrics.registry.get_sample_value("gw2_cache_operations_total", {"operation": "get", "result": "hit"})
        for metrics in (one, two, module.default)
    ]
    assert values == [1, 0, 0]


def test_two_services_live_in_one_process_unless_they_share_names(path, tmp_path):
    load(path)
    other = tmp_path / "other.py"
    metrics = (guide.metric("other_up", "gauge", "Up", "app"),)
    small = guide.module(metrics=metrics, functions=(), retired=(), fastapi=None)
    other.write_text(metrics_module(guide.service(small, name="other")))
    assert load(other).default is not load(path).default
    forget("gw2mon_other")


GAUGES = [metric for metric in guide.METRICS if metric.type == "gauge"]


@pytest.mark.parametrize("metric", GAUGES, ids=lambda metric: metric.name)
@pytest.mark.parametrize(
    ("touch", "expected"),
    [
        (lambda gauge: gauge.set(3), 3),
        (lambda gauge: gauge.set(0), 0),
        (lambda gauge: gauge.inc(), 1),
        (lambda gauge: gauge.dec(2), -2),
        (lambda gauge: gauge.set_function(lambda: 1), 1),
        (lambda gauge: gauge.track_inprogress().__enter__(), 1),
    ],
)
def test_a_gauge_is_absent_until_it_is_touched(module, metric, touch, expected):
    assert REGISTRY.get_sample_value(metric.name) is None
    assert not list(getattr(module, metric.object).collect())
    touch(getattr(module, metric.object))
    assert REGISTRY.get_sample_value(metric.name) == expected


def test_a_bound_gauge_is_read_at_each_scrape_and_absent_while_reading_fails(module, caplog):
    answers = iter([7, 5])
    module.bind_users_active(lambda: next(answers))
    assert [REGISTRY.get_sample_value("gw2_users_active") for _ in range(3)] == [7, 5, None]
    assert "gauge:gw2_users_active cannot be read" in caplog.text


def test_a_bound_check_is_1_while_it_succeeds_and_0_when_it_is_false_or_raises(module, caplog):
    answers = iter(["alive", ""])
    module.bind_db_up(lambda: next(answers))
    assert [REGISTRY.get_sample_value("gw2_db_up") for _ in range(3)] == [1, 0, 0]
    assert "gauge:gw2_db_up: the check failed" in caplog.text


def test_info_appears_when_it_is_set(module):
    labels = {"version": "1.2", "environment": "production"}
    assert not list(module.app_info.collect())
    module.app_info.info(labels)
    assert REGISTRY.get_sample_value("gw2_app_info", labels) == 1
    module.initialize_app_info("1.3", environment="production")
    assert REGISTRY.get_sample_value("gw2_app_info", {**labels, "version": "1.3"}) == 1


def test_a_retired_object_takes_calls_exports_nothing_and_warns_once(module):
    with pytest.warns(DeprecationWarning, match="gw2_cache_operations_total") as caught:
        module.cache_hit_rate.set(0.9)
    assert caught[0].filename == __file__
    with warnings.catch_warnings(action="error"):
        module.cache_hit_rate.inc()
        module.cache_hit_rate.dec(2)
        module.cache_hit_rate.set_function(lambda: 1)
    assert REGISTRY.get_sample_value("gw2_cache_hit_rate") is None


def test_a_retired_object_with_labels_takes_labels(tmp_path):
    retired = (RetiredObject("old_total", "counter", ("kind",), "nothing"),)
    path = tmp_path / "metrics.py"
    path.write_text(metrics_module(guide.service(guide.module(retired=retired))))
    module = load(path)
    with pytest.warns(DeprecationWarning, match="old_total is no longer exported: nothing"):
        module.old_total.labels(kind="x").inc()
    assert not hasattr(module.old_total, "set")
    forget()


@pytest.fixture
def shared(tmp_path):
    """The module of several workers."""
    metrics = tuple(m._replace(multiprocess="max") if m.name == "gw2_users_active" else m for m in guide.METRICS)
    path = tmp_path / "metrics.py"
    path.write_text(metrics_module(guide.service(guide.module(metrics=metrics, workers="multi"))))
    yield load(path)
    forget()


def test_several_workers_combine_gauges_and_share_the_info(shared):
    shared.users_active.set(1)
    shared.db_up.set(1)
    assert isinstance(shared.users_active, Gauge)
    assert (shared.users_active._multiprocess_mode, shared.db_up._multiprocess_mode) == ("livemax", "livesum")
    shared.initialize_app_info("1.2", "production")
    shared.initialize_app_info("1.3", "production")
    assert REGISTRY.get_sample_value("gw2_app_info", {"version": "1.3", "environment": "production"}) == 1


def test_a_gauge_of_several_workers_is_absent_until_its_first_value(shared):
    assert not list(shared.users_active.collect())
    assert REGISTRY.get_sample_value("gw2_users_active") is None
    with shared.users_active.track_inprogress():
        assert REGISTRY.get_sample_value("gw2_users_active") == 1


def test_several_workers_keep_bound_functions_for_their_scrape(shared, monkeypatch, caplog):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "/run/prometheus")
    assert shared.default.callbacks == {}
    answers = iter(["alive", ""])
    shared.bind_users_active(lambda: 7)
    shared.bind_db_up(lambda: next(answers))
    assert REGISTRY.get_sample_value("gw2_users_active") is None
    assert list(shared.default.callbacks) == ["gw2_db_up", "gw2_users_active"]
    gauge, read = shared.default.callbacks["gw2_users_active"]
    assert (gauge, read()) == (shared.users_active, 7)
    _, check = shared.default.callbacks["gw2_db_up"]
    assert [check() for _ in range(3)] == [1, 0, 0]
    assert "gw2_db_up: the check failed" in caplog.text


def test_a_single_process_of_that_module_reads_bound_functions_itself(shared, monkeypatch):
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    shared.bind_users_active(lambda: 7)
    shared.bind_db_up(lambda: False)
    assert [REGISTRY.get_sample_value(name) for name in ("gw2_users_active", "gw2_db_up")] == [7, 0]
