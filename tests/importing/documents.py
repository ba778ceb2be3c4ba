"""Documents as teams write them for Sloth and in OpenSLO, and what becomes of them."""

from textwrap import dedent

from gw2mon import finding, loader, project
from gw2mon.importing import Settings, convert

CHECKOUT_SLOTH = """\
version: "prometheus/v1"
service: "checkout"
labels:
  owner: "payments"
slos:
  - name: "orders-answered"
    objective: 99.9
    description: "Customers get an answer to their orders."
    sli:
      events:
        error_query: sum(rate(shop_orders_total{job="checkout",code=~"5.."}[{{.window}}]))
        total_query: sum(rate(shop_orders_total{job="checkout"}[{{.window}}]))
    alerting:
      annotations:
        runbook: "https://runbooks.example.org/orders"
      page_alert:
        labels: {severity: critical}
      ticket_alert:
        labels: {severity: warning}
  - name: "orders-quick"
    objective: 99
    sli:
      events:
        error_query: |
          (
            sum(rate(shop_order_duration_seconds_count{job="checkout"}[{{.window}}]))
            -
            sum(rate(shop_order_duration_seconds_bucket{job="checkout",le="0.4"}[{{.window}}]))
          )
        total_query: sum(rate(shop_order_duration_seconds_count{job="checkout"}[{{.window}}]))
    alerting: {}
"""

SEARCH_RESOURCE = """\
apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
metadata:
  name: search-slos
  namespace: monitoring
spec:
  service: "search"
  labels: {owner: "discovery"}
  slos:
    - name: "results"
      objective: 99.5
      sli:
        events:
          errorQuery: sum(rate(search_requests_total{job="search",outcome="failed"}[{{.window}}]))
          totalQuery: sum(rate(search_requests_total{job="search"}[{{.window}}]))
      alerting:
        pageAlert: {disable: true}
        ticketAlert: {}
"""

BASKET_OPENSLO = """\
apiVersion: openslo/v1
kind: Service
metadata: {name: basket}
spec: {description: What customers have chosen so far.}
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: metrics}
spec: {type: Prometheus}
---
apiVersion: openslo/v1
kind: SLI
metadata: {name: kept-items}
spec:
  ratioMetric:
    counter: true
    good:
      metricSource:
        metricSourceRef: metrics
        spec: {query: 'sum(basket_writes_total{job="basket", result="stored"})'}
    total:
      metricSource:
        metricSourceRef: metrics
        spec: {query: 'sum(basket_writes_total{job="basket"})'}
---
apiVersion: openslo/v1
kind: SLO
metadata:
  name: items-kept
  displayName: Items stay in the basket
  labels: {team: shop}
spec:
  description: Whatever was chosen is still there.
  service: basket
  indicatorRef: kept-items
  timeWindow: [{duration: 4w, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.995}]
"""


def sloth(events="", *, name="answered", objective="99.9", slo="", document="", alerting="{}"):
    """A document with one SLO; parts of it are replaced or added."""
    events = (
        events
        or """\
        error_query: sum(rate(shop_orders_total{job="checkout",code=~"5.."}[{{.window}}]))
        total_query: sum(rate(shop_orders_total{job="checkout"}[{{.window}}]))
"""
    )
    sli = events if events.lstrip().startswith(("raw:", "plugin:")) else f"      events:\n{events}"
    return (
        f"version: prometheus/v1\nservice: checkout\n{document}slos:\n  - name: {name}\n    objective: {objective}\n"
        f"{slo}    sli:\n{sli.rstrip()}\n    alerting: {alerting}\n"
    )


def events(error, total):
    """The two queries of an SLI, each in single quotes."""
    return f"        error_query: '{error}'\n        total_query: '{total}'\n"


def openslo(ratio="", *, spec="", objectives="[{target: 0.99}]", window="[{duration: 30d, isRolling: true}]"):
    """A document with one SLO whose indicator stands in it."""
    ratio = ratio or openslo_ratio('sum(rate(x_total{job="a",ok="yes"}[5m]))', 'sum(rate(x_total{job="a"}[5m]))')
    return (
        "apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: kept}\nspec:\n  service: a\n  indicator:\n"
        f"    spec:\n      ratioMetric:\n{ratio}  timeWindow: {window}\n  objectives: {objectives}\n{spec}"
    )


def openslo_ratio(part, total, *, part_is="good", counter="true", kind="Prometheus"):
    return "".join(
        (
            f"        counter: {counter}\n",
            *(
                f"        {name}: {{metricSource: {{type: {kind}, spec: {{query: '{query}'}}}}}}\n"
                for name, query in ((part_is, part), ("total", total))
            ),
        )
    )


def imported(*documents, service="", days=30, keep_labels=False, shared=True):
    """What comes of documents, in files called a.yml, b.yml and so on."""
    sources = [(f"{'abcdefgh'[number]}.yml", dedent(text).encode()) for number, text in enumerate(documents)]
    return convert(sources, Settings(days), service, keep_labels=keep_labels, shared=shared)


def told(*documents, **options):
    """The codes of what was said, in the order of places."""
    return [each.code for each in finding.in_order(imported(*documents, **options).findings)]


def spec_of(*documents, **options):
    """The spec as data, which the loader accepted."""
    return source_of(imported(*documents, **options).text).document.value


def source_of(text):
    loaded = loader.load(text.encode(), "specs/imported.yaml")
    assert loaded.source, finding.render_text(loaded.findings) + text
    return loaded.source


def analysed(text):
    """The Model of an imported spec, and the errors that it has."""
    model, found = project.analyse([source_of(text)])
    return model, finding.render_text(each for each in found if each.severity == "error")
