"""What is said of the proofs of SLOs: by `explain`, and by the check for alerts that nothing proves."""

from __future__ import annotations

import pytest

from gw2mon import explain
from gw2mon.proofs.slos import slo_layers
from gw2mon.proofs.slos.listing import GAP
from tests.slos.promising import model, promising
from tests.spec_editing import findings_of

EVENTS = promising("x: {of: requests, objective: 99.9%, window: 30d}")
MAILS = 'sum(rate(shop_mails_total{job="promises"}[$window]))'
FAILURES = 'sum(rate(shop_mail_failures_total{job="promises"}[$window]))'


def query(total):
    return promising(f"x: {{query: {{bad: '{FAILURES}', total: '{total}'}}, objective: 99%, window: 30d}}")


def gaps(spec):
    return [found.message for found in findings_of(spec) if found.code == "GW406"]


def test_explain_names_cases_of_an_slo_s_alert_and_the_files_that_hold_them():
    said = explain.part_of("alert:SLOErrorBudgetBurn", model(EVENTS), ())
    assert "alert SLOErrorBudgetBurn of SLO promises-x, critical" in said
    assert "such as: windows 1: just enough bad events" in said
    assert "such as: windows 1: one bad event too few" in said
    assert "in prometheus/tests/promises/slos-alerts.yml" in said


@pytest.mark.parametrize(
    "total",
    [
        f"{MAILS} or vector(0)",
        f"clamp_min({MAILS} or vector(0), 0)",
        f"sum({MAILS} or vector(0))",
        f"({MAILS} or vector(1)) * 2",
    ],
)
def test_promql_that_always_has_a_value_hides_that_its_data_are_missing(total):
    assert gaps(query(total)) == [f"nothing proves that the alerts of SLO x work: it {GAP}"]
    assert slo_layers(model(query(total)), "promises") == ()


@pytest.mark.parametrize(
    "total", [MAILS, f"{MAILS} + {FAILURES}", f"({MAILS} or vector(0)) > 0", f"vector(1) and {MAILS}"]
)
def test_promql_that_may_be_without_value_is_proven(total):
    assert gaps(query(total)) == []
    assert slo_layers(model(query(total)), "promises")


def test_a_share_that_always_has_a_value_is_told_too():
    spec = promising("x: {error-ratio: 'shop_disk_share{job=\"promises\"} or vector(0)', objective: 99%, window: 30d}")
    assert len(gaps(spec)) == 1
