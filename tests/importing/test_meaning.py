"""An imported SLO measures what Sloth measured: both rule sets read the same series in one promtool."""

import json
import re

import pytest
import yaml

from gw2mon import names
from gw2mon.generators import generate
from tests.importing.documents import CHECKOUT_SLOTH, SEARCH_RESOURCE, analysed, events, imported, sloth, spec_of

MINUTES = 70
WINDOWS = ("5m", "30m", "1h", "2h", "6h")

SERIES = {
    'shop_orders_total{job="checkout", code="200", shop="eu"}': "0+57x70",
    'shop_orders_total{job="checkout", code="200", shop="us"}': "0+23x70",
    'shop_orders_total{job="checkout", code="500", shop="eu"}': "0+2x70",
    'shop_orders_total{job="checkout", code="503", shop="us"}': "0+1x70",
    'shop_orders_total{job="checkout", code="429", shop="us"}': "0+5x70",
    'shop_orders_total{job="stock", code="500", shop="us"}': "0+900x70",
    'shop_order_duration_seconds_count{job="checkout", code="200"}': "0+90x70",
    'shop_order_duration_seconds_count{job="checkout", code="500"}': "0+10x70",
    'shop_order_duration_seconds_bucket{job="checkout", code="200", le="0.4"}': "0+81x70",
    'shop_order_duration_seconds_bucket{job="checkout", code="500", le="0.4"}': "0+9x70",
    'shop_order_duration_seconds_bucket{job="checkout", code="200", le="1.0"}': "0+89x70",
    'shop_order_duration_seconds_bucket{job="checkout", code="500", le="1.0"}': "0+10x70",
    'search_requests_total{job="search", outcome="failed"}': "0+3x70",
    'search_requests_total{job="search", outcome="found"}': "0+77x70",
    'queue_ratio{job="checkout", queue="a"}': "0.5+0x70",
    'queue_ratio{job="checkout", queue="b"}': "0.9+0x70",
    'queue_ratio{job="checkout", queue="c"}': "0.95+0x70",
    'lost_ratio{job="checkout"}': "0.02+0x70",
}

ORDERS = 'sum(rate(shop_orders_total{job="checkout"%s}[{{.window}}]))'
WAITS = 'sum(rate(shop_order_duration_seconds_%s{job="checkout"%s}[{{.window}}]))'
COUNTED = WAITS % ("count", "")
QUICK = WAITS % ("bucket", ',le=~"1|1.0",code!~"5.."')
RAW = "      raw: {error_ratio_query: '%s'}\n"
FOUND = "sum(rate(search_requests_total%s[{{.window}}]))"
PRESENT = "sum_over_time(%s[{{.window}}:])"
FEW = PRESENT % "(count(queue_ratio < 0.75))"
SUMMED = "sum(%s_over_time(queue_ratio[{{.window}}]))"


def growing(query):
    return query.replace("rate(", "increase(")


DOCUMENTS = {
    "counters and buckets": CHECKOUT_SLOTH,
    "a resource": SEARCH_RESOURCE.replace("{disable: true}", "{}"),
    "values in a pattern": sloth(events(ORDERS % ',code=~"(5..|429)"', ORDERS % "")),
    "one shop": sloth(events(ORDERS % ',shop="us",code!="200"', ORDERS % ',shop="us"')),
    "no job": sloth(events(FOUND % '{outcome="failed"}', FOUND % "")).replace("checkout", "search"),
    "increases": sloth(events(growing(ORDERS % ',code="500"'), growing(ORDERS % ""))),
    "two metrics": sloth(events(ORDERS % ',code="500"', WAITS % ("count", ""))),
    "two metrics that grow": sloth(events(growing(ORDERS % ',code="500"'), growing(COUNTED))),
    "slow or failed": sloth(events(f"{COUNTED} - {QUICK}", COUNTED)),
    "samples": sloth(events(f"{FEW} OR on() vector(0)", PRESENT % "(count(queue_ratio))")),
    "no such event yet": sloth(events(ORDERS % ',code="418"' + " or vector(0)", ORDERS % "")),
    "a division": sloth(RAW % (ORDERS % ',code=~"5.."' + " / " + ORDERS % "")),
    "the rest of a division": sloth(RAW % f"1 - ({SUMMED % 'sum'} / {SUMMED % 'count'})"),
    "a share": sloth(RAW % "avg_over_time(lost_ratio[{{.window}}])"),
    "a share at each moment": sloth(RAW % "max(lost_ratio)"),
}  # fmt: skip


def slis(document):
    """Each SLO of a document with the share of bad events as Sloth computes it."""
    top = yaml.safe_load(document)
    for entry in top.get("spec", top)["slos"]:
        ((kind, sli),) = entry["sli"].items()
        given = [re.sub(r"\s+", " ", query) for query in sli.values()]
        yield entry["name"], given[0] if kind == "raw" else f"({given[0]}) / ({given[1]})"


def theirs(document):
    rules = [
        {
            "record": f"theirs:{window}",
            "expr": share.replace("{{.window}}", window),
            "labels": {"slo_name": name},
        }
        for name, share in slis(document)
        for window in WINDOWS
    ]
    return {"groups": [{"name": "theirs", "interval": "1m", "rules": rules}]}


def questions(document):
    """Expressions that are 1 when both agree, and when there is something to agree on."""
    for name, _ in slis(document):
        for window in WINDOWS:
            ours, other = (
                f'slo:sli_error:ratio_rate{window}{{slo_name="{name}"}}',
                f'theirs:{window}{{slo_name="{name}"}}',
            )
            yield f"max(abs(max({ours}) - max({other}))) < bool 1e-9"
        yield f"count({ours}) == bool 1"


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_the_share_of_bad_events_is_the_same_in_every_window(document, promtool, tmp_path):
    model, errors = analysed(imported(document).text)
    assert errors == ""
    path = names.slo_rules_path(model.services[0].name)
    (rules,) = [each for each in generate(model) if each.path == path]
    (tmp_path / "ours.yml").write_text(rules.text)
    (tmp_path / "theirs.yml").write_text(json.dumps(theirs(document)))
    asked = [{"expr": question, "eval_time": f"{MINUTES}m", "exp_samples": [{"labels": "{}", "value": 1}]}
             for question in questions(document)]  # fmt: skip
    given = [{"series": name, "values": values} for name, values in SERIES.items()]
    test = {
        "rule_files": ["ours.yml", "theirs.yml"],
        "evaluation_interval": "1m",
        "tests": [{"interval": "1m", "input_series": given, "promql_expr_test": asked}],
    }
    (tmp_path / "test.yml").write_text(json.dumps(test))
    done = promtool.run("test", "rules", tmp_path / "test.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_shares_that_are_compared_are_not_all_alike():
    forms = [next(iter(entry)) for document in DOCUMENTS.values() for entry in spec_of(document)["slos"].values()]
    assert set(forms) == {"of", "query", "error-ratio"}
