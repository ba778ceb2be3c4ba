"""The report of an audit: the verdict first, what is proven apart from what is suspected, nothing said twice."""

import ast
import re

import pytest

from gw2mon import compose_lint, dashboard_lint
from gw2mon.auditing import Told, combining
from gw2mon.auditing.meanings import MEANINGS, OF_BOARDS, OF_CODES, OF_COMPOSE
from gw2mon.auditing.verdicts import first_line, second_line, verdicts
from gw2mon.codes import CODES, VERIFY_CODES
from gw2mon.files import CODES as FILE_CODES
from gw2mon.finding import Finding, Position
from tests.auditing.reported import ALWAYS, NEVER, UNKNOWN, WORKS, WRONG, audited, rules, told
from tests.tools import CHECKOUT

ONLY_OF_SPECS = {
    "GW106", "GW107", "GW114", "GW115", "GW212", "GW215", "GW216", "GW217", "GW218", "GW219", "GW220", "GW222", "GW223",
    "GW224", "GW225", "GW231", "GW232", "GW406", "GW408", "GW451", "GW452", "GW453", "GW454", "GW455", "GW456", "GW457",
    "GW458", "GW459",
}  # fmt: skip
"""What nothing but a spec can be told."""
QUEUE = ("shop_queue_length > 5", "QueueLong")
ALL = (WORKS, NEVER, ALWAYS, WRONG, UNKNOWN)


def outcomes(found):
    return {verdict.alert: verdict.outcome for verdict in verdicts(found)}


def test_the_first_line_counts_what_each_alert_does():
    found = audited(rules(*ALL))
    assert told(found)[0] == ("5 alerts: 1 works, 2 can never fire, 1 always fires, 1 fires for the wrong reason")
    assert outcomes(found) == {
        "ShopDown": "works",
        "SlowResponses": "never fires",
        "DatabaseDown": "always fires",
        "HighErrorRate": "fires for the wrong reason",
        "DiskFull": "never fires",
    }


def test_no_alert_is_counted_where_there_is_none():
    assert told(audited(b""))[0] == "no alerts found"


def test_of_an_alert_that_reads_what_nobody_has_shown_nothing_is_said():
    lines = told(
        audited(rules(QUEUE, ("shop_queue_age > 5", "QueueOld"), ("other_length > 5", "Other")), prometheus=b"")
    )
    assert lines[0] == "3 alerts: 3 read metrics that nobody has shown"
    number = lines.index("METRICS THAT NOBODY HAS SHOWN")
    assert lines[number + 2 : number + 4] == ["2 shop_…: read by QueueLong, QueueOld", "other_length: read by Other"]


def test_a_slip_in_the_name_of_a_metric_is_a_suspicion():
    slip = ("rate(node_cpu_secconds_total[5m]) > 1", "Busy")
    lines = told(audited(rules(slip), prometheus=b""))
    assert lines[0] == "1 alert: 1 may not work"
    assert any("GW201 unknown series node_cpu_secconds_total in Busy" in line for line in lines)


def test_what_is_suspected_stands_apart_from_what_is_proven():
    lines = told(audited(rules(NEVER, QUEUE), prometheus=b""))
    suspected = lines.index("METRICS THAT NOBODY HAS SHOWN")
    assert [line for line in lines[:suspected] if "QueueLong" in line] == []
    assert any("QueueLong" in line for line in lines[suspected:])
    assert any("GW401 SlowResponses" in line for line in lines[:suspected])


def test_several_unknown_series_of_an_alert_are_one_sentence_with_a_mark_under_each():
    lines = told(audited(rules(UNKNOWN)))
    (number,) = [number for number, line in enumerate(lines) if "GW201" in line]
    assert lines[number] == (
        "rules.yml:5:9 GW201 unknown series node_filesystem_avail_bytes and node_filesystem_size_bytes in DiskFull"
    )
    first, second = re.finditer(r"\^+", lines[number + 2])
    assert lines[number + 1][slice(*first.span())] == "node_filesystem_avail_bytes"
    assert lines[number + 1][slice(*second.span())] == "node_filesystem_size_bytes"


def test_what_else_is_wrong_with_an_alert_is_told_beneath_it():
    expr = "histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m])) > 2"
    lines = told(audited(rules((expr, "SlowResponses"))))
    assert [line.split()[:2] for line in lines if "SlowResponses" in line] == [
        ["rules.yml:5:9", "GW401"],
        ["also:", "GW315"],
    ]


def test_an_idle_metric_is_the_reason_and_so_the_advice():
    assert (
        "  help: nothing in the source that was read ever sets shop_db_connections: set it there, or delete the alert"
        in (told(audited(rules(ALWAYS))))
    )


@pytest.mark.parametrize(
    ("expr", "outcome"),
    [
        ('shop_gone_total > 5 or up{job="shop"} == 0', "fires for the wrong reason"),
        ("absent(shop_gone_total)", "always fires"),
        ("absent(shop_gone_total) or shop_db_connections > 5", "fires for the wrong reason"),
        ("shop_gone_total > bool 5", "never fires"),
    ],
    ids=["a part that is missing", "its absence", "its absence among others", "a comparison that would drop nothing"],
)
def test_the_whole_expression_decides_what_an_unknown_series_means(expr, outcome):
    assert outcomes(audited(rules((expr, "Gone")))) == {"Gone": outcome}


REFUSED = {
    "a template": "        annotations: {summary: '{{ $value | humanizePercent }}'}\n",
    "an unknown key": "        fro: 5m\n",
    "no duration": "        keep_firing_for: 5 minutes\n",
    "a group twice": "  - name: shop\n    rules: []\n",
    "a reserved label": "        labels: {__name__: shop}\n",
    "a label that is a list": "        labels: {team: [shop]}\n",
    "no PromQL": "      - {alert: Broken, expr: 'sum(rate(x[5m])'}\n",
    "no expression": "      - {alert: Broken}\n",
    "neither": "      - {expr: up == 0}\n",
    "both": "      - {alert: Broken, record: broken, expr: up == 0}\n",
    "a record that waits": "      - {record: shop:up, expr: up, for: 5m}\n",
    "a group without a name": "  - rules: []\n",
    "a key twice": "        for: 5m\n",
    "an unknown key at the top": "rules: []\n",
}
refused = pytest.mark.parametrize("extra", REFUSED.values(), ids=REFUSED)


@refused
def test_of_a_file_that_prometheus_refuses_no_alert_ever_fires(extra):
    text = rules(WORKS, (WORKS[0], "Other"), extra=extra)
    found = audited(text)
    assert set(outcomes(found).values()) == {"never fires"}
    assert re.fullmatch(r"once Prometheus loads their rule files: [23] work", second_line(verdicts(found)))
    assert any("Prometheus refuses the whole file" in line and "ShopDown, Other" in line for line in told(found))
    assert {item.finding.severity for file in found.refused for item in file.told} == {"error"}


def test_an_alert_that_is_no_promql_is_counted():
    found = audited(rules(WORKS, extra=REFUSED["no PromQL"]))
    assert first_line(verdicts(found)) == "2 alerts: 2 can never fire"
    (file,) = found.refused
    assert [(item.finding.code, item.subject) for item in file.told] == [("GW301", "Broken")]


def test_what_is_wrong_with_alerts_of_a_refused_file_is_told_too():
    lines = told(audited(rules(NEVER, WORKS, extra="        fro: 5m\n")))
    assert lines[:2] == [
        "2 alerts: 2 can never fire",
        "once Prometheus loads their rule files: 1 works, 1 can never fire",
    ]
    assert sum("SlowResponses never fires" in line for line in lines) == 1
    assert sum("GW103" in line for line in lines) == 1


def test_a_sound_file_beside_a_refused_one_is_loaded():
    found = audited(rules(WORKS, extra="        fro: 5m\n"), ("rest.yml", rules((WORKS[0], "Sound"))))
    assert outcomes(found) == {"ShopDown": "never fires", "Sound": "works"}


def test_a_template_that_fails_when_the_alert_fires_does_not_keep_it_from_firing():
    extra = "        annotations: {summary: '{{ with query \"up{\" }}{{ end }}'}\n"
    found = audited(rules(WORKS, extra=extra))
    assert outcomes(found) == {"ShopDown": "works"}
    assert [(item.meaning, item.subject) for item in found.told if item.finding.code == "GW405"] == [
        ("shows the wrong thing", "ShopDown")
    ]


def test_promql_that_only_a_newer_prometheus_knows_is_no_error():
    found = audited(rules(('limitk(2, up{job="shop"} == 0)', "Limited")))
    told_of_it = [item for item in found.told if item.finding.code == "GW302"]
    assert {(item.finding.severity, item.meaning) for item in told_of_it} == {("warning", "style")}
    assert outcomes(found) == {"Limited": "works"}


def test_style_is_counted_and_listed_only_when_it_is_asked_for():
    board = b'{"title": "Shop", "uid": "shop", "schemaVersion": 39, "panels": []}'
    found = audited(rules(WORKS), ("shop.json", board))
    style = [item for item in found.told if item.meaning == "style"]
    assert style
    assert any(re.fullmatch(r"\d+ questions? of style \(--all lists them\)", line) for line in told(found))
    assert "STYLE" in told(found, everything=True)


def test_a_long_section_names_how_many_more_there_are():
    compose = b"services:\n" + b"".join(
        b'  db-%d: {image: "postgres:16.1", ports: ["%d:5432"], environment: {POSTGRES_PASSWORD: postgres}}\n'
        % (n, 5000 + n)
        for n in range(30)
    )
    found = audited(rules(WORKS), ("compose.yml", compose))
    assert any(re.fullmatch(r"and \d+ more \(--all lists them\)", line) for line in told(found))
    assert not any("more (--all" in line for line in told(found, everything=True))


def test_the_last_lines_say_what_was_read_and_how_closed_the_world_is():
    lines = told(audited(rules(WORKS)))
    assert "read:  1 rule file, 1 prometheus.yml, 1 Python file" in lines
    assert any(line.startswith("known: 3 metrics in Python source") for line in lines)
    assert "       every target is accounted for, so a metric that is not known does not exist" in lines


def test_a_world_without_scrape_jobs_is_said_to_be_open():
    lines = told(audited(rules(WORKS), prometheus=b""))
    assert lines[-1].endswith("so a metric that is not known is only suspected")


def test_nothing_that_a_terminal_obeys_is_printed():
    text = rules((NEVER[0], '"Slow\\e[2JResponses"'))
    assert "\x1b" not in "\n".join(told(audited(text)))


def test_a_rule_that_prometheus_cannot_evaluate_never_fires():
    alert = ('rate(http_request_duration_seconds_bucket[5m]) / on (job) up{job="shop"} > 2', "Busy")
    found = audited(rules(alert))
    assert [item.finding.code for item in found.told if item.is_proven and item.meaning == "never fires"] == ["GW317"]
    assert outcomes(found) == {"Busy": "never fires"}


def test_what_to_do_is_said_once_in_a_section():
    compose = b"services:\n" + b"".join(
        b'  prometheus-%d: {image: "prom/prometheus:v3.5.0", ports: ["%d:9090"]}\n' % (n, 9000 + n) for n in range(3)
    )
    lines = told(audited(rules(WORKS), ("compose.yml", compose)))
    assert sum("[open-port]" in line for line in lines) == 3
    assert sum("publish it at 127.0.0.1" in line for line in lines) == 1


def test_the_alerts_of_a_large_file_are_not_all_named():
    lines = told(audited(rules(*((WORKS[0], f"Alert{n}") for n in range(30)), extra="        fro: 5m\n")))
    (line,) = [line for line in lines if "refuses the whole file" in line]
    assert line.endswith("Alert4, Alert5 and 24 more")


def test_every_finding_is_told_once():
    found = audited(rules(*ALL))
    lines = told(found, everything=True)
    for item in found.told:
        if item.finding.code != "GW201":
            assert sum(item.finding.code in line and item.finding.message in line for line in lines) == 1, item


# --- meanings --------------------------------------------------------------------------------------------------------


def test_every_code_has_one_meaning_or_is_only_of_specs():
    placed = [code for codes in OF_CODES.values() for code in codes]
    assert len(placed) == len(set(placed))
    assert {*CODES, *VERIFY_CODES, *FILE_CODES} - set(placed) == ONLY_OF_SPECS
    assert set(placed) - {*CODES, *VERIFY_CODES, *FILE_CODES} == {"GW801", "GW803"}


@pytest.mark.parametrize(("package", "table"), [("compose_lint", OF_COMPOSE), ("dashboard_lint", OF_BOARDS)])
def test_every_rule_of_a_linter_has_one_meaning(package, table):
    placed = [code for codes in table.values() for code in codes]
    assert len(placed) == len(set(placed))
    assert set(placed) == problems_of(package)
    assert set(table) <= set(MEANINGS)


def problems_of(package):
    """The codes that a linter gives, read off its sources and off what its rules say of themselves."""
    linter = {"compose_lint": compose_lint, "dashboard_lint": dashboard_lint}[package]
    said = {code for rule in linter.RULES for code in re.findall(r"^([a-z-]+(?:, [a-z-]+)*)[:.]", rule.__doc__ or "")}
    trees = [ast.parse(path.read_text()) for path in sorted((CHECKOUT / "gw2mon" / package).glob("*.py"))]
    written = {
        node.args[0].value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
        if getattr(node.func, "attr", getattr(node.func, "id", "")) in ("problem", "Problem")
    }
    return {*written, *(code for listed in said for code in listed.split(", "))}


def test_findings_of_different_places_are_not_compared_with_one_another(monkeypatch):
    compared = []
    monkeypatch.setattr(combining, "_differs_at", lambda *pair: compared.append(pair) or -1)
    items = [
        Told(Finding("GW731", "warning", "it has no title", Position("a.json", line, 1)), "style") for line in range(99)
    ]
    assert combining.combined(items) == items
    assert compared == []
