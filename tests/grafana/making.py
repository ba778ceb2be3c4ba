"""Dashboards of the specs that tests use, and a spec with a panel of every form."""

import functools
import json
from pathlib import Path

from gw2mon import loader, project
from gw2mon.generators import grafana
from tests.spec_editing import SHOP, STOCK, Draft, model_of

CHECKOUT = Path(__file__).parents[2]
GUIDE = Draft("specs/gw2optimizer.yaml", (CHECKOUT / "specs/gw2optimizer.yaml").read_text())

_ROWS = """
  every-form:
    title: Every form
    rows:
      - title: In words
        panels:
          - {rate-of: requests}
          - {rate-of: shop_searches_total, by: [category], as: bar}
          - {bad-share-of: orders, by: [payment], as: stat}
          - {good-share-of: orders, over: 5m}
          - {bad-share-of: orders, over: 5m, as: stat}
          - {quantiles: [0.5, 0.95], of: payment-time, by: [payment], as: table}
          - {heatmap-of: payment-time}
          - {average-of: shop_basket_items}
          - {value: shop_queue_length, as: stat}
          - {value: shop_backup_last_success_timestamp_seconds, as: stat}
          - {info: shop_build_info}
          - {top: 3, of: shop_searches_total, by: [category]}
      - title: In other languages
        panels:
          - {expr: 'max by (instance) (up)', title: Up, unit: bool, legend: "{{instance}}"}
          - {logs: '{service="shop"} |= "error"'}
          - {text: "Read **this**.", title: Note, width: half}
"""
FORMS = SHOP.edited("dashboards:\n", "dashboards:" + _ROWS).edited(
    "stack: {platform: compose}", "logs: {ship-to: loki}\nstack: {platform: compose}"
)

_PROMISES = """
  orders-by-payment: {of: orders, objective: 99.5%, window: 7d, by: [payment]}
  sent: {of: orders, objective: 99.95%, window: 30d, compat: sloth, team: parcels, runbook: "https://example.org/sent"}
  waiting:
    error-ratio: 'avg(shop_queue_length{queue="parcels"} > bool 100)'
    objective: 95%
    window: 28d
    alerting: {windows: [{level: ticket, short: 30m, long: 3h, budget: 5%}]}
  searching:
    query:
      bad: 'sum(rate(shop_searches_total{category="books"}[$window]))'
      total: 'sum(rate(shop_searches_total[$window]))'
    objective: 99%
    window: 30d
"""
PROMISES = SHOP.edited("\n\nalerts:\n", f"{_PROMISES}\nalerts:\n")
"""SLOs of every kind: kept apart by a label, with windows of its own, with labels of Sloth, and of other periods."""


@functools.cache
def model(*drafts):
    return model_of(*drafts)


@functools.cache
def texts(*drafts):
    """Name to JSON text of every dashboard."""
    made = grafana.generate(model(*drafts))
    return {artifact.path.removeprefix("grafana/dashboards/"): artifact.text for artifact in made
            if artifact.path.endswith(".json")}  # fmt: skip


def dashboards(*drafts):
    """Name to data of every dashboard; a fresh copy that a test may break."""
    return {name: json.loads(text) for name, text in texts(*drafts).items()}


def every_dashboard():
    return {**dashboards(GUIDE), **dashboards(FORMS, STOCK)}


def panels(dashboard):
    """Every panel, those in collapsed rows too, without the rows."""
    for panel in dashboard["panels"]:
        if panel["type"] == "row":
            yield from panel["panels"]
        else:
            yield panel


def panel(dashboard, title):
    found = [each for each in panels(dashboard) if each["title"] == title]
    assert len(found) == 1, f"{len(found)} panels are called {title}"
    return found[0]


def compiled(draft):
    """The Model of one spec and what was found, errors or not."""
    source = loader.load(draft.clean.encode(), draft.file).source
    assert source is not None, draft.text
    return project.analyse([source])
