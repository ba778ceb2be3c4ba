"""What a finding says of an alert is shown by promtool; and what is not so, promtool does not let pass."""

import pytest
import yaml

from gw2mon.finding import Finding
from gw2mon.proofs import counterexamples
from gw2mon.proofs.counterexamples.written import EXISTS
from gw2mon.world import world_of
from tests.spec_editing import SHOP, TODAY, Draft

GUIDE = Draft(
    "guide.yaml",
    """\
version: 1
service: guide
team: web
scrape-defaults: {interval: 15s, timeout: 10s}
scrape: {app: {targets: ["app:8000"], exposes: [http, cache]}}
metrics:
  http: {catalog: fastapi}
  cache:
    cache_hit_ratio: {type: gauge, help: Share of look-ups that hit}
    db_connections_active: {type: gauge, help: Connections in use}
alerts:
  SlowResponses:
    expr: histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job="app"}[5m]))) > 2
    severity: warning
    for: 5m
  LowCacheHitRate: {expr: 'cache_hit_ratio{job="app"} < 50', severity: warning, for: 10m}
  TooManyErrors:
    expr: |-
      sum(rate(http_requests_total{job="app", status="5XX"}[5m])) / sum(rate(http_requests_total{job="app"}[5m])) > 0.05
    severity: critical
  TooManyErrorsOfAll:
    expr: |-
      sum(rate(http_requests_total{job="app", status="5xx"}[5m])) / sum(rate(http_requests_total{job="app"}[5m])) > 5
    severity: critical
  DatabaseDown: {expr: 'db_connections_active{job="app"} == 0', severity: critical}
notify: {receivers: {mail: {webhook: {url: "https://example.org"}}}, default: mail}
""",
)
"""The published guide's alerts as they were: a quantile beyond the largest bucket, shares taken for percentages."""


def analysed(draft):
    from gw2mon import loader, project

    source = loader.load(draft.clean.encode(), draft.file).source
    assert source is not None
    return project.analyse([source], TODAY)


def claimed(draft):
    """Alert, severity and verdict of each claim."""
    return {
        (claim.rule.alert, claim.rule.severity): claim.verdict for claim in counterexamples.claims(*analysed(draft))
    }


def outcome(promtool, folder, claim):
    shown = counterexamples.demonstration(claim)
    assert not shown.obstacle
    for name, text in shown.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    tool = counterexamples.Promtool(str(promtool.path), promtool.version)
    return counterexamples.judge(tool, folder, shown)


def forged(draft, alert, severity, verdict):
    """A claim that nobody makes, about an alert that is in order."""
    model, _ = analysed(draft)
    (service,) = model.services
    (rule,) = [rule for rule in service.alerts if (rule.alert, rule.severity) == (alert, severity)]
    finding = Finding("GW401" if verdict == "never" else "GW402", "error", alert, rule.origin)
    return counterexamples.Claim(rule, verdict, world_of(service, model.stack), 15_000, (finding,))


def test_the_guide_is_told_what_never_and_what_always_fires():
    assert claimed(GUIDE) == {
        ("SlowResponses", "warning"): "never",
        ("LowCacheHitRate", "warning"): "always",
        ("TooManyErrors", "critical"): "never",
        ("TooManyErrorsOfAll", "critical"): "never",
    }


@pytest.mark.parametrize("alert", ["SlowResponses", "LowCacheHitRate", "TooManyErrors", "TooManyErrorsOfAll"])
def test_promtool_shows_what_the_guide_is_told(promtool, tmp_path, alert):
    (claim,) = [claim for claim in counterexamples.claims(*analysed(GUIDE)) if claim.rule.alert == alert]
    assert outcome(promtool, tmp_path, claim).outcome == "demonstrated"


WRONG_THRESHOLDS = (
    SHOP.edited("above: {critical: 5%, warning: 1%}", "above: {critical: 100%, warning: 1%}")
    .edited("above: {critical: 26h}", "above: {critical: -26h}")
    .edited("above: {warning: 80%}", "above: {warning: 180%}")
)


def test_promtool_shows_what_thresholds_out_of_reach_do(promtool, tmp_path):
    told = counterexamples.claims(*analysed(WRONG_THRESHOLDS))
    shown = {claim.rule.alert: outcome(promtool, tmp_path, claim).outcome for claim in told}
    assert {"OrdersFail", "BackupOld"} <= set(shown)
    assert set(shown.values()) == {"demonstrated"}


@pytest.mark.parametrize("verdict", ["never", "always"])
@pytest.mark.parametrize("alert", ["OrdersFail", "PaymentSlow", "QueueLong", "BackupOld", "HostFull"])
def test_promtool_refutes_what_is_not_so(promtool, tmp_path, alert, verdict):
    severity = "critical" if alert in ("OrdersFail", "BackupOld") else "warning"
    judged = outcome(promtool, tmp_path, forged(SHOP, alert, severity, verdict))
    assert judged.outcome == "refuted"
    assert judged.said, "the story is named in which the alert does otherwise"


def test_a_share_is_driven_to_one_and_to_nothing(promtool, tmp_path):
    never = outcome(promtool, tmp_path, forged(SHOP, "OrdersFail", "critical", "never"))
    assert 'only shop_orders_total{job="shop", result="failed"} at its highest' in never.said
    always = outcome(promtool, tmp_path, forged(SHOP, "OrdersFail", "critical", "always"))
    assert 'only shop_orders_total{job="shop", result="failed"} at its lowest' in always.said


def test_inputs_that_do_not_reach_what_is_compared_demonstrate_nothing(promtool, tmp_path):
    claim = forged(GUIDE, "SlowResponses", "warning", "never")
    shown = counterexamples.demonstration(claim)
    (name,) = [name for name in shown.files if name == shown.test]
    content = yaml.safe_load(shown.files[name])
    for test in content["tests"]:
        test["input_series"] = []
        test["promql_expr_test"] = test["promql_expr_test"][:1]
    files = {**shown.files, name: yaml.safe_dump(content)}
    for path, text in files.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    tool = counterexamples.Promtool(str(promtool.path), promtool.version)
    assert counterexamples.judge(tool, tmp_path, shown).outcome == "empty"


def test_a_demonstration_has_every_declared_combination_of_labels():
    shown = counterexamples.demonstration(forged(SHOP, "OrdersFail", "critical", "never"))
    content = yaml.safe_load(shown.files[shown.test])
    fed = {item["series"] for item in content["tests"][0]["input_series"]}
    assert {
        f'shop_orders_total{{job="shop", instance="shop:8000", payment="{payment}", result="{result}"}}'
        for payment in ("card", "invoice", "voucher")
        for result in ("paid", "refused", "failed")
    } <= fed
    assert content["tests"][-1]["name"] == EXISTS


def test_a_warning_that_is_only_overtaken_is_not_said_never_to_fire():
    assert claimed(SHOP.edited("above: {critical: 5%, warning: 1%}", "above: {critical: 1%, warning: 5%}")) == {}


def test_an_alert_that_has_another_part_to_fire_for_is_not_said_never_to_fire():
    part = 'cache_hit_ratio{job="nowhere"} < 0.1 or db_connections_active{job="app"} > 90'
    draft = GUIDE.edited('cache_hit_ratio{job="app"} < 50', part)
    assert ("LowCacheHitRate", "warning") not in claimed(draft)


@pytest.mark.parametrize(
    ("expr", "verdict"),
    [
        ('max(cache_hit_rate{job="app"}) < 0.5', "never"),
        ('absent(cache_hit_rate{job="app"})', "always"),
        ('rate(http_requests_total{job="app", status="5xx"}[10s]) > 1', "never"),
        ('rate(http_requests_total{job="app", status="5xx"}[20s]) > 1', None),
        ('cache_hit_ratio{job="app"} < bool 0.5', "always"),
    ],
    ids=["a series that nobody exposes", "its absence", "a window between two scrapes", "one that holds two at times",
         "a comparison that drops nothing"],
)  # fmt: skip
def test_of_other_findings_the_expression_decides_what_they_say(promtool, tmp_path, expr, verdict):
    draft = GUIDE.edited('cache_hit_ratio{job="app"} < 50', expr)
    found = [claim for claim in counterexamples.claims(*analysed(draft)) if claim.rule.alert == "LowCacheHitRate"]
    assert [claim.verdict for claim in found] == ([verdict] if verdict else [])
    assert [outcome(promtool, tmp_path, claim).outcome for claim in found] == ["demonstrated"] * len(found)


def test_the_same_claim_makes_the_same_files():
    claim = forged(SHOP, "OrdersFail", "critical", "never")
    assert counterexamples.demonstration(claim).files == counterexamples.demonstration(claim).files
