"""What scraping makes of the declared world: target labels, honour, relabelling, workers, records."""

import pytest

from gw2mon import promql as q
from gw2mon.inference import infer
from gw2mon.model import RecordingRule
from gw2mon.world import world, world_of
from tests.inference.claims import claim, holds, shown
from tests.inference.worlds import METRICS, closed, job, metric, opened
from tests.spec_editing import SHOP, model_of

LOAD = metric("load", "gauge", closed("zone", "inner", "outer"))
PARTS = metric("parts_total", "counter", closed("kind", "a", "b"), opened("site", "x"))


def scraped(*metrics, **more):
    """A world of one job."""
    return world("shop", metrics or (LOAD, PARTS), (job("shop", ("shop:1",), ("own",), **more),))


def labels_of(text, made):
    found = infer(q.parse(text), made).labels
    return {
        name: "".join(sorted(found.of(name).known)) + ("..." if found.of(name).open else "") for name in found.possible
    }


TARGET = {"job": "shop", "instance": "shop:1"}


def test_a_label_that_target_and_exporter_share_is_kept_twice():
    made = scraped(labels=(closed("zone", "z1"),))
    assert labels_of("load", made) == {**TARGET, "zone": "z1", "exported_zone": "innerouter"}


def test_with_honor_labels_the_exporter_wins():
    made = scraped(labels=(closed("zone", "z1"),), honor_labels=True)
    assert labels_of("load", made) == {"job": "shop...", "instance": "shop:1...", "zone": "innerouter"}


def test_a_discovered_instance_can_be_any():
    made = scraped(discovery={"dns_sd_configs": []})
    assert labels_of("load", made)["instance"] == "shop:1..."
    holds(claim('load{instance="other:1"}', empty=None), made)
    holds(claim('load{instance=""}', empty="value"), made)


RELABELLED = [
    ({"target_label": "cluster", "replacement": "west"}, {"cluster": "west"}),
    ({"target_label": "cluster", "source_labels": ["__meta_x"]}, {"cluster": "..."}),
    ({"target_label": "cluster", "source_labels": ["__meta_x"], "regex": "a.*", "replacement": "a"}, {"cluster": "a"}),
    ({"target_label": "__scheme__", "replacement": "https"}, {}),
    ({"action": "keep", "source_labels": ["__meta_x"], "regex": "yes"}, {}),
    ({"action": "labeldrop", "regex": "inst.*"}, {"instance": None}),
    ({"action": "Lowercase", "source_labels": ["job"], "target_label": "cluster"}, {"cluster": "..."}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "changes"), RELABELLED, ids=str)
def test_relabelling_of_targets_changes_their_labels(rule, changes):
    expected = {"job": "shop", "instance": "shop:1...", "zone": "innerouter", **changes}
    assert labels_of("load", scraped(relabel=(rule,))) == {
        key: text for key, text in expected.items() if text is not None
    }


def test_a_map_of_labels_may_add_any():
    made = scraped(relabel=({"action": "labelmap", "regex": "__meta_(.+)"},))
    holds(claim('load{team="a"}', empty=None, labels="exported_zone instance job team zone ..."), made)


def test_a_declared_label_stays_as_it_is_declared():
    rule = {"target_label": "zone", "source_labels": ["__meta_zone"]}
    made = scraped(PARTS, labels=(closed("zone", "z1", "z2"),), relabel=(rule,))
    assert labels_of("parts_total", made)["zone"] == "z1z2"


NAMES = {"target_label": "__name__", "source_labels": ["__name__"], "regex": "x_(.*)"}
FAR = {"target_label": "zone", "replacement": "far"}
SAMPLES = [
    ({"action": "drop", "source_labels": ["__name__"], "regex": "load"}, "load", "series"),
    ({"action": "drop", "source_labels": ["__name__"], "regex": "lo"}, "load", None),
    ({"action": "keep", "source_labels": ["__name__"], "regex": "parts.*"}, "load", "series"),
    ({"action": "keep", "source_labels": ["__name__"], "regex": "parts.*"}, "parts_total", None),
    ({"action": "drop", "source_labels": ["zone"], "regex": "inner"}, 'load{zone="inner"}', "value"),
    ({"action": "drop", "source_labels": ["zone"], "regex": "inner"}, 'load{zone="outer"}', None),
    ({"action": "labeldrop", "regex": "zone"}, 'load{zone="inner"}', "label"),
    ({"action": "labelkeep", "regex": "job|instance|__name__"}, 'load{zone="inner"}', "label"),
    (FAR, 'load{zone="inner"}', "value"),
    ({**FAR, "source_labels": ["zone"], "regex": "i.*"}, 'load{zone="far"}', None),
    ({"action": "drop", "source_labels": ["__name__", "zone"], "regex": "load;inner"}, 'load{zone="inner"}', None),
    # What gives series other names makes everything possible.
    (NAMES, 'load{nosuch="x"}', None),
    (NAMES, "used_ratio > 5", None),
    ({"action": "drop", "source_labels": ["__name__"], "regex": "up"}, "up", None),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "text", "empty"), SAMPLES, ids=str)
def test_relabelling_of_samples_decides_what_is_stored(rule, text, empty):
    made = world("shop", (*METRICS, LOAD, PARTS), (job("shop", ("shop:1",), ("own",), metric_relabel=(rule,)),))
    holds(claim(text, empty=empty), made)


def test_a_metric_that_no_job_exposes_has_no_series():
    holds(claim("load", empty="series", why="no job exposes load"), world("shop", (LOAD,), ()))


def test_several_workers_add_their_process_to_gauges_that_are_kept_apart():
    apart = metric("load", "gauge", multiprocess="liveall", object="load")
    summed = metric("users", "gauge", multiprocess="livesum", object="users")
    made = scraped(apart, summed)
    assert "pid" not in labels_of("load", made)
    multi = made._replace(workers="multi")
    assert labels_of("load", multi) == {**TARGET, "pid": "..."}
    assert labels_of("users", multi) == TARGET


def test_the_generated_module_writes_other_for_what_is_not_declared():
    made = scraped(metric("orders_total", "counter", closed("result", "ok"), object="orders_total"))
    holds(claim('orders_total{result="other"}', empty=None), made)
    holds(claim('orders_total{result="Ok"}', empty="value"), made)


def test_bounds_of_other_programs_may_differ_between_their_versions():
    foreign = metric("wait_seconds", "histogram", unit="seconds", buckets=(1, 2), catalog="prometheus")
    holds(claim('wait_seconds_bucket{le="1"}', empty=None), scraped(foreign))
    holds(claim('wait_seconds_bucket{le="1"}', empty="value"), scraped(foreign._replace(catalog="")))
    native = foreign._replace(buckets=())
    holds(claim("wait_seconds", empty=None), scraped(native))


def recorded(*rules):
    return scraped()._replace(records=tuple(RecordingRule(name, q.parse(text), **more) for name, text, more in rules))


RECORDS = recorded(
    ("kind:parts:rate5m", "sum by (kind) (rate(parts_total[5m]))", {}),
    ("parts:rate5m", "sum(kind:parts:rate5m)", {"labels": (("team", "a"),)}),
    ("parts:share", 'sum(kind:parts:rate5m{kind="c"})', {}),
    ("parts:top", "topk(1, kind:parts:rate5m)", {}),
    ("loop:a", "loop:b + 1", {}),
    ("loop:b", "loop:a + 1", {}),
    ("two", "vector(1)", {"labels": (("side", "left"),)}),
    ("two", "vector(5)", {"labels": (("side", "right"),)}),
)

RECORDED = [
    claim("kind:parts:rate5m", labels="kind", most=2, meaning="rate", unit="seconds^-1", values="[0, inf)"),
    claim("parts:rate5m", labels="team", sure="team", most=1),
    claim('parts:rate5m{team="b"}', empty="value"),
    claim("parts:share", empty="value"),
    claim("parts:top", most=2, labels="kind"),
    claim("loop:a", meaning="unknown", labels=" ...", empty=None),
    claim("two", labels="side", most=2, values="[1, 5]", always=False),
    claim('two{side="left"}', values="[1, 1]", most=1),
    claim('two{side="left"} or two', fails=False),
    claim("rate(kind:parts:rate5m[5m])", fails=False, labels="kind"),
]  # fmt: skip


@pytest.mark.parametrize("item", RECORDED, ids=str)
def test_a_record_is_what_its_rules_compute(item):
    holds(item, RECORDS)


def test_a_long_chain_of_records_is_no_trouble():
    chain = [(f"r:{number}", f"r:{number + 1} + r:{number + 1}", {}) for number in range(300)]
    holds(claim("r:0", empty=None), recorded(*chain, ("r:300", "vector(1)", {})))


def test_the_rules_of_a_service_are_part_of_its_world():
    model = model_of(SHOP)
    made = world_of(model.services[0], model.stack)
    record = next(rule.record for rule in made.records if "orders_bad" in rule.record)
    found = shown(infer(q.selector(record), made))
    assert (found["meaning"], found["values"].removesuffix(" nan")) == ("ratio", "[0, 1]")
    assert infer(q.parse('ALERTS{alertname="OrdersFail"}'), made).empty is None


def test_no_rule_of_a_whole_service_is_empty_or_may_fail():
    model = model_of(SHOP)
    service = model.services[0]
    made = world_of(service, model.stack)
    for group in (*service.groups, *service.slo_groups):
        for rule in group.rules:
            found = infer(rule.expr, made)
            assert (found.empty, found.may_fail) == (None, False), q.to_text(rule.expr)
