"""What holds for every valid spec: a whole stack comes of it, and every text in it arrives as it was written."""

from __future__ import annotations

import ast
import json
import re
from decimal import Decimal

import promql_parser
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gw2mon import finding, generators, loader, project, promql
from gw2mon.yamltext import dump
from tests.spec_editing import SHOP

PATIENT = settings(
    deadline=None, max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)

# Everything that some language between the spec and a screen might take for its own.
HOSTILE = [
    '"', "'", "`", "\\", "\n", "\t", "{{", "}}", "{", "}", "$", "$$", "${x}", "%", "#", ": ", "- ", "|", "\u2028",
    "\u202e", "é", "漢", "</b>", "*/", '"""', "\\n", "a.b", "x|y", "(", "[", " ", "$labels", "`x`", "<%",
]  # fmt: skip
TEXT = st.lists(st.sampled_from(HOSTILE) | st.text("abc", min_size=1, max_size=3), min_size=1, max_size=6).map("".join)
PLAIN = TEXT.filter(lambda text: "{{" not in text and "}}" not in text)
VALUE = PLAIN.filter(lambda text: text.strip() == text and text)
NAME = st.from_regex(r"[a-z][a-z0-9]{0,6}", fullmatch=True)
DURATION = st.sampled_from(["1m", "5m", "10m", "1h", "90s", "1h30m", "6h"])


@st.composite
def specs(draw):
    """A small service with something of every kind, and hostile text wherever text may stand."""
    values = draw(st.lists(VALUE, min_size=2, max_size=4, unique=True))
    labels = {draw(NAME.filter(lambda name: name not in ("le", "job", "quantile", "instance"))): {"closed": values}}
    (label,) = labels
    chosen = [draw(st.sampled_from(values))]
    return {
        "version": 1,
        "service": draw(st.sampled_from(["shop", "a-b", "class", "s1"])),
        "team": "backend",
        "runbooks": draw(st.sampled_from(["", "https://example.org/{alert}"])),
        "scrape": {"app": {"targets": ["app:8000"], "exposes": ["own"]}},
        "metrics": {"own": metrics(draw, labels)},
        "events": {"all": {"count": "x_total"}, "some": {"count": "x_total", "bad": {label: chosen}}},
        "latencies": {"time": {"histogram": "x_seconds", "only": {label: chosen}}},
        "slos": {
            "some": {"of": "some", "objective": "99.9%", "window": "30d", "description": draw(PLAIN)},
            "fast": {"of": "time", "under": draw(st.sampled_from(["250ms", "1s", "7s"])), "objective": "95%",
                     "window": "28d"},
            "up": {"probe": "up", "objective": "99%", "window": "30d"},
        },
        "alerts": {name: {**alert, "summary": draw(PLAIN), "description": draw(PLAIN)}
                   for name, alert in alerts(draw, label, chosen).items()},
        "dashboards": {"main": {"title": draw(PLAIN), "rows": [[{"rate-of": "all", "title": draw(PLAIN)}]]}},
        "notify": {
            "receivers": {"chat": {"slack": {"channel": "#x", "api-url-file": "/run/secrets/slack"}}},
            "routes": [{"severity": "critical", "to": "chat"}, {"severity": "warning", "to": "chat"}],
        },
    }  # fmt: skip


def metrics(draw, labels):
    help_text = draw(PLAIN)
    return {
        "x_total": {"type": "counter", "help": help_text, "labels": labels},
        "x_seconds": {"type": "histogram", "help": draw(PLAIN), "labels": labels, "buckets": ["100ms", "1s", "5s"]},
        "x_bytes": {"type": "gauge", "help": draw(PLAIN), "labels": labels},
        "x_last_timestamp_seconds": {"type": "gauge", "help": draw(PLAIN)},
        "x_items": {"type": "summary", "help": draw(PLAIN)},
        "x_info": {"type": "info", "help": draw(PLAIN), "labels": labels},
    }


def alerts(draw, label, chosen):
    """An alert of every form."""
    over, hold = draw(DURATION), draw(DURATION)
    quantile = draw(st.sampled_from([Decimal("0.5"), Decimal("0.95"), Decimal("0.999")]))
    severity = draw(st.sampled_from(["critical", "warning", "info"]))
    return {
        "Bad": {"bad-share-of": "some", "over": over, "for": hold, "above": {severity: "5%"}, "at-least": 10},
        "Good": {"good-share-of": "some", "over": over, "below": {"critical": "50%", "warning": "90%"}},
        "Slow": {"quantile": quantile, "of": "time", "over": over, "above": {severity: "2s"}},
        "Busy": {"rate-of": "all", "over": over, "above": {severity: "20/s"}},
        "Large": {"value": "x_bytes", "only": {label: chosen}, "for": hold, "above": {severity: "512MiB"}},
        "Gone": {"absent": "x_bytes", "only": {label: chosen}, "severity": severity},
        "Old": {"stale": "x_last_timestamp_seconds", "above": {severity: "26h"}},
        "Filling": {"forecast": "x_bytes", "over": "6h", "ahead": "4h", "above": {severity: "1GiB"}},
        "Changed": {"change-of": "all", "over": "1h", "against": "7d", "below": {severity: "-50%"}},
        "Raw": {"expr": 'sum(up{job="app"}) == 0', "severity": severity,
                "proof": {"fires": {'up{job="app"}': 0}, "silent": {'up{job="app"}': 1}}},
    }  # fmt: skip


def stack_of(spec):
    """Model and path to text of everything that a spec makes."""
    loaded = loader.load(dump(spec).encode(), "spec.yaml")
    assert loaded.source, finding.render_text(loaded.findings)
    model, findings = project.analyse([loaded.source])
    errors = [found for found in findings if found.severity == "error"]
    assert errors == [], finding.render_text(errors)
    return model, {artifact.path: artifact.text for artifact in generators.generate(model)}


def read_yaml(text):
    return yaml.load(text, Loader=yaml.CSafeLoader)


def rules_in(outputs):
    files = [read_yaml(text) for path, text in outputs.items() if path.startswith("prometheus/rules/")]
    return [rule for file in files for group in file["groups"] for rule in group["rules"]]


@PATIENT
@given(specs())
def test_every_valid_spec_becomes_a_stack_whose_files_can_all_be_read(spec):
    _, outputs = stack_of(spec)
    for path, text in outputs.items():
        match path.rpartition(".")[2]:
            case "yml" | "yaml":
                assert isinstance(read_yaml(text), dict)
            case "json":
                json.loads(text)
            case "py":
                ast.parse(text)
    assert {path.partition("/")[0] for path in outputs} >= {"alertmanager", "prometheus", "python"}


@PATIENT
@given(specs())
def test_every_query_is_promql_to_us_and_to_others_and_carries_the_job(spec):
    _, outputs = stack_of(spec)
    own = [rule for rule in rules_in(outputs) if rule.get("labels", {}).get("service") == spec["service"]]
    assert {rule["alert"] for rule in own} >= set(spec["alerts"])
    for rule in rules_in(outputs):
        promql_parser.parse(rule["expr"])
        promql.parse(rule["expr"])
    for rule in own:
        for selector in promql.selectors(promql.parse(rule["expr"])):
            recorded = ":" in (selector.name or "")
            assert recorded or any(matcher.name == "job" for matcher in selector.matchers)


@PATIENT
@given(specs())
def test_what_a_person_wrote_is_what_the_woken_person_reads(spec):
    _, outputs = stack_of(spec)
    told = {
        (rule["alert"], key): rule["annotations"][key]
        for rule in rules_in(outputs)
        if rule.get("alert") in spec["alerts"]
        for key in ("summary", "description")
    }
    wanted = {(name, key): alert[key] for name, alert in spec["alerts"].items() for key in ("summary", "description")}
    assert told == wanted


@PATIENT
@given(specs())
def test_a_label_value_selects_exactly_itself(spec):
    model, _ = stack_of(spec)
    (service,) = model.services
    ((label, wanted),) = spec["events"]["some"]["bad"].items()
    large = next(rule for rule in service.alerts if rule.alert == "Large")
    (selector,) = promql.selectors(promql.parse(promql.to_text(large.expr)))
    (matcher,) = [matcher for matcher in selector.matchers if matcher.name == label]
    assert (matcher.op, matcher.value) == ("=", wanted[0])


@PATIENT
@given(specs())
def test_a_help_text_reaches_the_python_module_unchanged(spec):
    _, outputs = stack_of(spec)
    (module,) = [text for path, text in outputs.items() if path.endswith("/metrics.py")]
    literals = {node.value for node in ast.walk(ast.parse(module)) if isinstance(node, ast.Constant)}
    helps = {metric["help"] for metric in spec["metrics"]["own"].values() if metric["type"] != "info"}
    assert helps <= literals


@PATIENT
@given(specs())
def test_a_title_reaches_its_dashboard_unchanged_but_for_its_line_breaks(spec):
    _, outputs = stack_of(spec)
    titles = [json.loads(text).get("title") for path, text in outputs.items() if path.endswith("/main.json")]
    assert [re.sub(r"\s+", " ", title) for title in titles] == [
        re.sub(r"\s+", " ", spec["dashboards"]["main"]["title"])
    ]


@settings(PATIENT, max_examples=100)
@given(st.data())
def test_no_edit_of_a_real_spec_makes_the_compiler_fail(data):
    lines = SHOP.text.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 3))):
        number = data.draw(st.integers(0, len(lines) - 1))
        words = data.draw(
            st.sampled_from(["shop_orders_total", "orders", "0", "-5%", "1h", "[]", "up", "card", "30d", "x"])
        )
        kept = lines[number]
        lines[number] = data.draw(
            st.sampled_from(["", re.sub(r"[\w%./-]+(?=\W*$)", words, kept), re.sub(r"\w+(?=:)", words, kept)])
        )
    loaded = loader.load("".join(lines).encode(), "shop.yaml")
    if loaded.source is None:
        return
    model, findings = project.analyse([loaded.source])
    if not any(found.severity == "error" for found in findings):
        assert generators.generate(model)
