"""Whatever no spec can say is told, at the place where it stands, and with what to do."""

import re

import pytest

from gw2mon import finding
from gw2mon.codes import IMPORT_CODES
from tests.importing.documents import (
    BASKET_OPENSLO,
    CHECKOUT_SLOTH,
    SEARCH_RESOURCE,
    analysed,
    events,
    imported,
    openslo,
    openslo_ratio,
    sloth,
    spec_of,
    told,
)

RATE = "sum(rate(x_total[{{.window}}]))"
ROLLING = "[{duration: %s, isRolling: true}]"

ERRORS = {
    "a file of something else": ("GW801", "groups:\n  - name: a\n"),
    "a kind of Sloth's that is not known": ("GW801", "apiVersion: sloth.slok.dev/v1\nkind: Dream\n"),
    "a version of Sloth's that is not known": ("GW801", sloth().replace("prometheus/v1", "prometheus/v7")),
    "a kind of OpenSLO's that is not known": ("GW801", "apiVersion: openslo/v1\nkind: Dream\n"),
    "a document without service": ("GW803", sloth().replace("service: checkout\n", "")),
    "a document without SLOs": ("GW803", "version: prometheus/v1\nservice: checkout\n"),
    "an SLO without name": ("GW803", sloth().replace("  - name: answered\n", "  -\n")),
    "an SLO without objective": ("GW803", sloth(objective="")),
    "a list where a record is": ("GW803", sloth(slo="    labels: [a, b]\n")),
    "an SLI of two kinds": (
        "GW803",
        sloth(slo="").replace("      events:", "      raw: {error_ratio_query: x}\n      events:"),
    ),
    "an SLI without total": ("GW803", sloth("        error_query: a\n")),
    "a flag that is none": ("GW803", sloth(alerting="{page_alert: {disable: 3}}")),
    "no PromQL": ("GW806", sloth(events("sum(rate(x_total[{{.window}}])", RATE))),
    "another template": ("GW806", sloth(events("sum(rate(x_total{a={{.service}}}[{{.window}}]))", RATE))),
    "the window as an offset": ("GW806", sloth(events("sum(rate(x_total[5m] offset {{.window}}))", RATE))),
    "the window in a text": ("GW806", sloth(events('sum(rate(x_total{w="{{.window}}"}[{{.window}}]))', RATE))),
    "no window": ("GW806", sloth(events("sum(x_total)", RATE))),
    "two fixed windows": ("GW806", sloth(events("sum(rate(x_total[5m])) + sum(rate(x_total[1m]))", RATE))),
    "other groups": ("GW806", sloth(events("sum by (a) (rate(x_total[{{.window}}])) * 2", RATE))),
    "groups of targets": (
        "GW806",
        sloth(events("sum by (le) (rate(y_total[{{.window}}])) * 2", "sum by (le) (rate(x_total[{{.window}}]))")),
    ),
    "a variable of Grafana": ("GW806", sloth(events("sum(rate(x_total[$__interval]))", RATE))),
    "a counter in a formula": ("GW806", openslo(openslo_ratio("sum(x_total) / 2", "sum(x_total)"))),
    "a query of no end": ("GW806", sloth(events("+".join([RATE] * 300), RATE))),
    "an objective that leaves no budget": ("GW810", sloth(objective="100")),
    "an objective of nothing": ("GW810", sloth(objective="0")),
    "an objective of many digits": ("GW810", sloth(objective="1e-2000")),
    "bad events that are all events": ("GW810", sloth(events(RATE, RATE))),
    "a window of hours": ("GW810", openslo(window=ROLLING % "36h")),
    "a plugin for the SLI": ("GW821", sloth("      plugin: {id: availability, options: {job: x}}\n")),
    "OpenSLO's first version": ("GW831", openslo().replace("openslo/v1", "openslo/v1alpha")),
    "OpenSLO's next version": ("GW831", openslo().replace("openslo/v1", "openslo.com/v2alpha")),
    "another vendor's metric": ("GW832", openslo(openslo_ratio("a", "b", kind="Datadog"))),
    "a threshold on a value": (
        "GW833",
        re.sub(r"ratioMetric:\n( +.*\n)*?(?=  time)", "thresholdMetric: {metricSource: {}}\n", openslo()),
    ),
    "slices of time": ("GW834", openslo(spec="  budgetingMethod: Timeslices\n")),
    "a ratio of slices": ("GW834", openslo(spec="  budgetingMethod: RatioTimeslices\n")),
    "an objective of several indicators": (
        "GW836",
        openslo(objectives="[{target: 0.9, indicatorRef: a, compositeWeight: 2}]"),
    ),
    "an indicator that no file has": (
        "GW838",
        BASKET_OPENSLO.replace("indicatorRef: kept-items", "indicatorRef: kept"),
    ),
    "an objective without target": ("GW803", openslo(objectives="[{displayName: good}]")),
    "an SLO without service": ("GW803", openslo().replace("  service: a\n", "")),
    "no total": ("GW803", openslo("        good: {}\n")),
    "no query": ("GW803", openslo().replace("query:", "sql:")),
}

WARNINGS = {
    "a name in capitals": ("GW804", sloth(name="Answered_Fast")),
    "a service in capitals": ("GW804", sloth().replace("service: checkout", "service: CheckOut")),
    "a key that nobody knows": ("GW805", sloth(slo="    obejctive: 3\n")),
    "an interval": ("GW805", sloth(slo="    interval: {all: 5m}\n")),
    "labels of the information": ("GW805", sloth(slo="    infoLabels: {a: b}\n")),
    "labels of a resource": ("GW805", SEARCH_RESOURCE.replace("  namespace:", "  labels: {a: b}\n  namespace:")),
    "a connection": (
        "GW805",
        BASKET_OPENSLO.replace("{type: Prometheus}", "{type: Prometheus, connectionDetails: {url: http://p}}"),
    ),
    "a team in capitals": ("GW804", sloth(document="labels: {owner: Team A}\n")),
    "an indicator that no SLO uses": (
        "GW805",
        BASKET_OPENSLO + "---\napiVersion: openslo/v1\nkind: SLI\nmetadata: {name: unused}\n",
    ),
    "annotations": ("GW805", BASKET_OPENSLO.replace("  displayName", "  annotations: {a: b}\n  displayName")),
    "a slice where events are counted": ("GW805", openslo(objectives="[{target: 0.9, timeSliceTarget: 0.9}]")),
    "a fixed window": (
        "GW807",
        sloth(events('sum(rate(x_total{job="a",b="c"}[5m]))', 'sum(rate(x_total{job="a"}[5m]))')),
    ),
    "a value for each series": (
        "GW807",
        sloth(events('rate(x_total{job="a"}[{{.window}}])', 'sum(rate(y_total{job="a"}[{{.window}}]))')),
    ),
    "a share over the window": ("GW807", sloth("      raw: {error_ratio_query: 'avg_over_time(x[{{.window}}])'}\n")),
    "a counter by another name": ("GW808", sloth(events("sum(rate(errors[{{.window}}]))", RATE))),
    "a record": ("GW808", sloth(events("sum(sum_over_time(job:x:rate5m[{{.window}}]))", RATE))),
    "no job": ("GW809", sloth(events('sum(rate(x_total{a="b"}[{{.window}}]))', RATE))),
    "an objective that no outage burns": ("GW811", sloth(objective="90")),
    "a window of a few days": ("GW811", openslo(window=ROLLING % "2d")),
    "burn windows of another period": (
        "GW811",
        sloth() + "---\napiVersion: sloth.slok.dev/v1\nkind: AlertWindows\nspec: {sloPeriod: 7d}\n",
    ),
    "an SLO plugin": (
        "GW822",
        sloth(slo="    plugins: {chain: [{id: sloth.dev/contrib/denominator_corrected_rules/v1}]}\n"),
    ),
    "plugins of a service": ("GW822", sloth(document="slo_plugins: {chain: [{id: mine}]}\n")),
    "an alert with a name": ("GW823", sloth(alerting="{name: OrdersFail}")),
    "an alert with labels": ("GW823", sloth(alerting="{labels: {category: x}}")),
    "a page with a severity": ("GW823", sloth(alerting="{page_alert: {labels: {severity: home}}}")),
    "a ticket with an annotation": ("GW823", sloth(alerting="{ticket_alert: {annotations: {summary: x}}}")),
    "labels": ("GW824", sloth(document="labels: {owner: shop, tier: one}\n")),
    "labels of an SLO": ("GW824", sloth(slo="    labels: {tier: one}\n")),
    "two teams": ("GW824", BASKET_OPENSLO.replace("{team: shop}", "{team: [shop, web]}")),
    "a source of others": (
        "GW832",
        BASKET_OPENSLO + "---\napiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: d}\nspec: {type: Datadog}\n",
    ),
    "a month": ("GW835", openslo(window="[{duration: 1M, isRolling: true}]")),
    "a week of the calendar": ("GW835", openslo(window="[{duration: 1w, calendar: {startTime: 2022-01-01 12:00:00}}]")),
    "an alert policy": ("GW837", openslo(spec="  alertPolicies: [{alertPolicyRef: page}]\n")),
    "an alert condition": (
        "GW837",
        BASKET_OPENSLO + "---\napiVersion: openslo/v1\nkind: AlertCondition\nmetadata: {name: d}\n",
    ),
}


def of(document, code):
    return [each for each in imported(document).findings if each.code == code]


@pytest.mark.parametrize(("code", "document"), ERRORS.values(), ids=ERRORS)
def test_what_cannot_be_imported_at_all_is_an_error(code, document):
    found = [each for each in imported(document).findings if each.severity == "error"]
    assert {each.code for each in found} == {code}, finding.render_text(found)


@pytest.mark.parametrize(("code", "document"), WARNINGS.values(), ids=WARNINGS)
def test_what_an_slo_loses_is_a_warning_and_the_spec_works(code, document):
    result = imported(document)
    assert code in {each.code for each in result.findings}
    assert {each.severity for each in result.findings} == {"warning"}, finding.render_text(result.findings)
    assert analysed(result.text)[1] == ""


@pytest.mark.parametrize(("code", "document"), [*ERRORS.values(), *WARNINGS.values()], ids=[*ERRORS, *WARNINGS])
def test_a_finding_has_a_place_and_says_what_to_do(code, document):
    for each in of(document, code):
        assert each.position is not None
        assert each.position.file == "a.yml"
        assert 1 <= each.position.line <= document.count("\n") + 1
        assert each.help


def test_every_code_of_an_import_is_raised_by_some_document():
    raised = {code for code, _ in (*ERRORS.values(), *WARNINGS.values())}
    raised |= set(told(CHECKOUT_SLOTH, SEARCH_RESOURCE)) | set(told(sloth(), sloth()))
    assert raised == {code for code in IMPORT_CODES if not code.startswith("GW84")}


def test_nothing_is_said_where_nothing_is_lost():
    assert told(CHECKOUT_SLOTH) == told(SEARCH_RESOURCE) == told(BASKET_OPENSLO) == []


@pytest.mark.parametrize(
    ("document", "line", "column", "message"),
    [
        (sloth(alerting="{name: OrdersFail}"), 10, 5, "alerts of answered lose name OrdersFail"),
        (sloth(document="labels: {tier: one}\n"), 3, 1, "labels are not carried over: tier"),
        (SEARCH_RESOURCE.replace("99.5", "100"), 11, 7, "objective 100 cannot be kept: 100% leaves no error budget"),
        (openslo(openslo_ratio("a", "b", kind="Datadog")), 10, 16, "datadog is no Prometheus"),
        (
            "- " + sloth(objective="200").replace("\n", "\n  "),
            5,
            7,
            "objective 200 cannot be kept: it is not between 0% and 100%",
        ),
    ],
)
def test_findings_stand_where_the_text_stands(document, line, column, message):
    places = [(each.position.line, each.position.column, each.message) for each in imported(document).findings]
    assert (line, column, message) in places


def test_other_slos_are_carried_over_all_the_same():
    result = imported(sloth(objective="100"), sloth(name="quick"))
    assert result.slos == 1
    assert list(spec_of(sloth(objective="100"), sloth(name="quick"))["slos"]) == ["quick"]


def test_without_any_slo_there_is_nothing_to_write():
    result = imported(sloth(objective="100"))
    assert (result.text, result.slos) == ("", 0)


def test_a_secret_is_neither_imported_nor_repeated():
    key = "AKIA" + "ABCDEFGH12345678"
    result = imported(sloth(slo=f"    description: call with {key}\n"))
    assert [each.code for each in result.findings] == ["GW113"]
    assert key not in result.text + finding.render_text(result.findings)
