"""What Grafana's own code shows for values: texts with their unit, and colours on both sides of each threshold."""

import copy
import json
import math
import re
from typing import NamedTuple

import pytest
from grafanalib import core as G  # noqa: N812 - its documentation calls it so

from gw2mon import grafana_vocabulary as vocabulary
from gw2mon.generators.grafana import seam
from gw2mon.model import Panel
from tests.grafana import judges, making
from tests.spec_editing import SHOP, STOCK

SEVERITY_COLORS = {"critical": "red", "warning": "orange", "info": "blue"}

TEXTS = {
    "": [(0, "0"), (12, "12"), (1234, "1.23 K")],
    "seconds": [(0.2, "200 ms"), (1.5, "1.5 s"), (90, "1.5 mins"), (0.00025, "250 µs"), (7200, "2 hours")],
    "bytes": [(512, "512 B"), (2048, "2 KiB"), (3 * 2**30, "3 GiB")],
    "ratio": [(0.05, "5%"), (0.015, "1.5%"), (1, "100%")],
    "requests per second": [(0.5, "0.5 req/s"), (12.5, "12.5 req/s"), (4000, "4K req/s")],
    "per second": [(0.5, "0.5 c/s"), (3, "3 c/s")],
    "bytes per second": [(1500, "1.5 kB/s")],
    "seconds per second": [(0.4, "40%")],
    "celsius": [(21.5, "21.5 °C")],
    "meters": [(12, "12 m"), (1500, "1.5 km")],
    "volts": [(230, "230 V")],
    "amperes": [(16, "16 A")],
    "joules": [(50, "50 J")],
    "grams": [(250, "250 g")],
    "hertz": [(50, "50 Hz"), (2_400_000_000, "2.4 GHz")],
    "mbytes": [(3, "3 MiB")],
    "orders": [(7, "7 orders")],
}
"""Unit, as a spec says it -> values and what a reader sees; one of Grafana's names, and one that neither knows."""

KINDS = ("graph", "stat", "bar", "table")
_METRICS = "".join(
    f"    shop_reading_{number}: {{type: gauge, help: A reading, unit: '{unit}'}}\n"
    for number, unit in enumerate(TEXTS)
)
_PANELS = "".join(
    f"          - {{value: shop_reading_{number}, title: 'As {kind}, in {unit}', as: {kind}}}\n"
    for number, unit in enumerate(TEXTS)
    for kind in KINDS
)
_ALERTS = """\
  QueueStuck: {value: shop_queue_length, only: {queue: [parcels]}, for: 30m, above: {critical: 100}}
  QueueIdle: {value: shop_queue_length, only: {queue: [parcels]}, for: 30m, below: {info: 1}}
"""
UNITS = (
    SHOP.edited("service: shop\n", "service: units\n")
    .edited("  about:\n", f"  readings:\n{_METRICS}  about:\n")
    .edited("jobs, about]", "jobs, readings, about]")
    .edited("  QueueLong:", f"{_ALERTS}  QueueLong:")
    .edited("title: Waiting orders}", "title: Waiting orders}\n        - {value: shop_queue_length, as: stat}")
    .edited("dashboards:\n", f"dashboards:\n  units:\n    title: Units\n    rows:\n      - panels:\n{_PANELS}\n")
)
"""A panel of every kind in every unit, and a queue with alerts above and below, two of them at the same value."""

SHOWN = ("timeseries", "stat", "bargauge", "table")
"""Types of panels that put numbers into words and colours."""


class Pair(NamedTuple):
    """A panel in the words of the Model, and in Grafana's."""

    dashboard: str
    number: int
    plan: Panel
    panel: dict


def pairs(*drafts):
    """Every panel that shows numbers."""
    drawn = making.dashboards(*drafts)
    for service in making.model(*drafts).services:
        for entry in service.dashboards:
            name = f"{service.name}/{entry.name}.json"
            plans = [panel for row in entry.rows for panel in row.panels]
            for number, (plan, panel) in enumerate(zip(plans, making.panels(drawn[name]), strict=True)):
                assert plan.title == panel["title"]
                if panel["type"] in SHOWN:
                    yield Pair(name, number, plan, panel)


PAIRS = (*pairs(making.GUIDE), *pairs(making.FORMS, STOCK), *pairs(UNITS))
NAMES = sorted({pair.dashboard for pair in PAIRS})
IN_UNITS = [pair for pair in PAIRS if pair.dashboard == "units/units.json"]
COUNTED = ("stat", "bargauge")
"""Types that reduce what they get to one number, or to the words for no number at all."""


def on(name):
    return [pair for pair in PAIRS if pair.dashboard == name]


def around(panel):
    """Every threshold of a panel, and its nearest neighbours on both sides."""
    values = [step["value"] for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"][1:]]
    return sorted({near for value in values for near in (math.nextafter(value, -math.inf), value,
                                                         math.nextafter(value, math.inf))}) or [0, 1]  # fmt: skip


def question(panel, values):
    return {"panel": panel, "samples": [{"value": value} for value in values]}


def raw_stat(*thresholds):
    """A stat as grafanalib writes it, without what gw2mon makes of it."""
    more = {"thresholds": list(thresholds)} if thresholds else {}
    panel = seam.to_data(G.Stat(title="T", reduceCalc="lastNotNull", **more))
    return panel | {"fieldConfig": {"overrides": [], **panel["fieldConfig"]}}


STEPS = (G.Threshold("green", 0, 0.0), G.Threshold("red", 1, 5.0))


@pytest.fixture(scope="session")
def told():
    """All that Grafana is asked, in one go."""
    status = making.panel(making.dashboards(making.GUIDE)["gw2optimizer/overview.json"], "Requests by status")
    named = [{"value": 1, "name": name} for name in ("2xx", "4xx", "5xx")]
    questions = {
        **{place(pair): question(pair.panel, around(pair.panel)) for pair in PAIRS},
        **{("text", *place(pair)): question(pair.panel, [value for value, _ in TEXTS[pair.plan.unit]])
           for pair in IN_UNITS},
        "outcomes": {"panel": status, "samples": named},
        "raw thresholds": question(raw_stat(*STEPS), [7]),
        "mended thresholds": question(mended(raw_stat(*STEPS)), [7]),
        "raw stat": question(raw_stat(), [7]),
    }  # fmt: skip
    return dict(zip(questions, judges.shown(list(questions.values())), strict=True))


def place(pair):
    return pair.dashboard, pair.number


def mended(panel):
    panel = copy.deepcopy(panel)
    panel["fieldConfig"]["defaults"]["thresholds"]["steps"][0]["value"] = None
    return panel


def expected(lines, value, *, is_graph):
    """The colour that a value should have, from the alerts alone."""
    base = "green" if lines or is_graph else "blue"
    reached = [line for line in lines if is_reached(line.threshold, value, is_graph=is_graph)]
    if is_graph and reached:
        # The lines of a graph mark the thresholds themselves, each in the colour of its own alert.
        highest = max(line.threshold.value for line in reached)
        reached = [line for line in reached if line.threshold.value == highest]
    severities = {line.severity for line in reached}
    return next((color for severity, color in SEVERITY_COLORS.items() if severity in severities), base)


def zoned(zones, value):
    """The colour that a value should have where zones say so, and not alerts."""
    verdict = [zone.verdict for zone in zones if zone.start is None or value >= zone.start][-1]
    return {"good": "green", **SEVERITY_COLORS}[verdict]


def is_reached(threshold, value, *, is_graph):
    limit = float(threshold.value)
    if threshold.op == "==" and not is_graph:
        return value == limit
    return value < limit if threshold.op == "<" and not is_graph else value >= limit


@pytest.mark.parametrize("name", NAMES)
def test_each_threshold_changes_the_colour_exactly_where_its_alert_says(told, name):
    for pair in on(name):
        answer = told[place(pair)]
        assert "error" not in answer, f"{pair.plan.title}: {answer}"
        is_graph = pair.panel["type"] == "timeseries"
        values = around(pair.panel)
        seen = [sample["step" if is_graph else "color"] for sample in answer["samples"]]
        wanted = [expected(pair.plan.lines, value, is_graph=is_graph) for value in values]
        if pair.plan.figure.zones:
            wanted = seen if is_graph else [zoned(pair.plan.figure.zones, value) for value in values]
        assert seen == wanted, f"{pair.plan.title} at {values}"


@pytest.mark.parametrize("name", NAMES)
def test_no_step_of_a_threshold_is_ignored(told, name):
    for pair in on(name):
        first, *steps = pair.panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
        values = around(pair.panel)
        reached = dict(zip(values, (sample["step"] for sample in told[place(pair)]["samples"]), strict=True))
        assert [reached[values[0]], *(reached[step["value"]] for step in steps)] == [
            step["color"] for step in (first, *steps)
        ], pair.plan.title


def test_alerts_above_and_below_are_among_them():
    stats = [pair.plan for pair in PAIRS if pair.panel["type"] == "stat"]
    assert {line.threshold.op for plan in stats for line in plan.lines} >= {"<", ">"}


@pytest.mark.parametrize("name", sorted({pair.dashboard for pair in PAIRS if pair.panel["type"] in COUNTED}))
def test_a_number_without_data_says_so(told, name):
    counted = [pair for pair in on(name) if pair.panel["type"] in COUNTED]
    assert [told[place(pair)]["empty"]["text"] for pair in counted] == [pair.plan.figure.nothing for pair in counted]
    # What is judged by zones has none of their colours without a value, which might be the worst.
    zoned = [pair for pair in counted if pair.plan.figure.zones]
    assert not {told[place(pair)]["empty"]["color"] for pair in zoned} & {"red", "orange", "green"}


@pytest.mark.parametrize("unit", TEXTS)
def test_a_value_is_shown_in_its_unit(told, unit):
    shown = [told["text", *place(pair)]["samples"] for pair in IN_UNITS if pair.plan.unit == unit]
    wanted = [text for _, text in TEXTS[unit]]
    assert [[plain(sample["text"]) for sample in samples] for samples in shown] == [wanted] * len(KINDS)


def plain(text):
    """Without zeros at the end of a fraction: how many decimals are shown is a matter of taste."""
    return re.sub(r"\.0+(?!\d)|(\.\d*?[1-9])0+(?!\d)", r"\1", text)


def test_every_unit_that_a_spec_may_name_is_among_them():
    # A point in time is shown as its age, in seconds.
    assert set(vocabulary.load()["base units"]) - {"timestamp"} <= set(TEXTS)


def test_outcomes_are_painted_in_their_colour(told):
    assert [sample["color"] for sample in told["outcomes"]["samples"]] == ["green", "blue", "red"]


def test_a_threshold_that_begins_at_the_text_null_would_be_noticed(told):
    """No value is as great as the text "null", so whatever is above 5 stays green; with a real null it is red."""
    assert raw_stat(*STEPS)["fieldConfig"]["defaults"]["thresholds"]["steps"][0]["value"] == "null"
    assert told["raw thresholds"]["samples"][0]["color"] == "green"
    assert told["mended thresholds"]["samples"][0]["color"] == "red"


def test_a_panel_that_grafana_cannot_draw_would_be_noticed(told):
    assert "steps.find is not a function" in told["raw stat"]["error"]


def test_the_packages_are_pinned_and_the_lock_holds_no_address():
    for version in judges.asked_for().values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    lock = json.loads((judges.FOLDER / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []


def test_where_node_is_missing_it_says_what_installs_it(monkeypatch, tmp_path):
    monkeypatch.setattr(judges, "NODE", tmp_path / "node")
    assert judges.missing() == f"{tmp_path / 'node'} was not found: run `make test`, which installs it."


def test_where_packages_are_missing_it_names_them(monkeypatch):
    monkeypatch.setattr(judges, "installed", {}.get)
    assert judges.missing().startswith("@grafana/data, @grafana/lezer-logql, @grafana/schema")


def test_with_everything_there_nothing_is_missing():
    assert judges.missing() is None
