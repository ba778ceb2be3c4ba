"""`gw2mon init` on services it has never seen: what it writes is a spec that works, to the last rule."""

import re
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gw2mon import exposition, finding, loader, project, scaffold
from gw2mon.commands.init import run
from gw2mon.files import FileError
from gw2mon.generators import generate
from gw2mon.scaffold.amounts import bounds_of
from tests.tools import CHECKOUT

FOLDER = CHECKOUT / "tests/scaffold/expositions"
SERVICES = {
    "shop": "django-shop", "tracking": "go-tracking", "billing": "java-billing", "host": "node-exporter-1.5",
    "builds": "fastapi-instrumentator", "plain": "",
}  # fmt: skip


@cache
def recorded(service):
    name = SERVICES[service]
    return exposition.read((FOLDER / f"{name}.prom").read_text()) if name else None


@cache
def drafted(service):
    return scaffold.begin(service, None, recorded(service), shared=True)


@cache
def analysed(draft):
    loaded = loader.load(draft.text.encode(), "specs/draft.yaml")
    assert loaded.source, finding.render_text(loaded.findings)
    model, findings = project.analyse([loaded.source])
    return model, findings


@cache
def generated(service):
    return generate(analysed(drafted(service))[0])


every_service = pytest.mark.parametrize("service", SERVICES)


@every_service
def test_a_first_spec_has_no_findings(service):
    _, findings = analysed(drafted(service))
    assert finding.render_text(findings) == ""


LONG = ("slos-hours", "slos-days")
"""Tests from raw samples of days, which take promtool half a minute."""


@every_service
def test_all_that_is_generated_from_it_satisfies_promtool(service, promtool, tmp_path):
    satisfies(promtool, service, tmp_path, lambda file: file.stem not in LONG)


@pytest.mark.prove
def test_the_days_of_its_promises_satisfy_promtool(promtool, tmp_path):
    satisfies(promtool, "shop", tmp_path, lambda file: file.stem in LONG)


def satisfies(promtool, service, tmp_path, chosen):
    for artifact in generated(service):
        path = tmp_path / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(artifact.text)
    rules = sorted((tmp_path / "prometheus/rules").rglob("*.yml"))
    tests = filter(chosen, sorted((tmp_path / "prometheus/tests").glob(f"{service}/*.yml")))
    for done in (
        promtool.run("check", "rules", *rules),
        promtool.run("check", "config", "--syntax-only", tmp_path / "prometheus/prometheus.yml"),
        promtool.run("test", "rules", *tests, cwd=tmp_path),
    ):
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("service", ["plain", "builds", "host"])
def test_a_service_that_catalogues_know_fits_in_40_lines(service):
    assert drafted(service).text.count("\n") < 40


@every_service
def test_every_series_of_the_service_is_declared_or_named_as_left_out(service):
    draft = drafted(service)
    model, _ = analysed(draft)
    declared = {metric.name for metric in model.services[0].metrics}
    left_out = {line.partition(":")[0] for line in draft.left_out}
    exposed = recorded(service)
    names = {family.name for family in exposed.families} if exposed else set()
    birthdays = {name for name in names if name.endswith("_created")}
    assert names - declared - left_out - birthdays == set()


@every_service
def test_every_label_that_was_seen_is_declared(service):
    model, _ = analysed(drafted(service))
    labels = {metric.name: {label.name for label in metric.labels} for metric in model.services[0].metrics}
    exposed = recorded(service)
    for family in exposed.families if exposed else ():
        seen = {label for sample in family.samples for label in sample.labels} - {"le", "quantile"}
        assert seen <= labels.get(family.name, seen), family.name


@pytest.mark.parametrize(
    ("service", "errors", "latency"),
    [
        (
            "shop",
            "django_http_responses_total_by_status_total",
            "django_http_requests_latency_including_middlewares_seconds",
        ),
        ("tracking", "http_server_request_duration_seconds", "http_server_request_duration_seconds"),
        ("billing", "http_server_requests_seconds", "http_server_requests_seconds"),
        ("builds", "http_requests_total", "http_request_duration_seconds"),
        ("plain", "http_requests_total", "http_request_duration_seconds"),
    ],
)
def test_the_alerts_are_about_what_users_feel(service, errors, latency):
    model, _ = analysed(drafted(service))
    found = {rule.alert: rule.condition for rule in model.services[0].alerts}
    assert found["HighErrorRate"].events.metric == errors
    assert found["SlowResponses"].latency.metric == latency


def test_thresholds_of_a_latency_are_buckets_that_the_service_really_has():
    model, _ = analysed(drafted("tracking"))
    (metric,) = [each for each in model.services[0].metrics if each.name == "http_server_request_duration_seconds"]
    real = bounds_of(next(family for family in recorded("tracking").families if family.name == metric.name))
    assert metric.buckets == real


def test_a_service_that_is_not_python_gets_no_python_module():
    assert [artifact.path for artifact in generated("tracking") if artifact.path.startswith("python/")] == []


def test_the_python_module_leaves_alone_what_libraries_bring():
    assert "python: {metrics: [shop]}" in drafted("shop").text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# TYPE shop_runs counter\nshop_runs 1\n", "does not end in _total"),
        ("shop_queue 1\n", "declares no type"),
        ("# TYPE shop_count gauge\nshop_count 1\n", "ends like a counter or a part"),
        ('# TYPE shop_x gauge\nshop_x{job="a"} 1\n', "its label job cannot be declared"),
        ("# TYPE shop_late_total counter\n", "nothing was counted yet"),
        ('{"shop.size"} 1\n', "only possible in Prometheus 3"),
    ],
)
def test_what_no_spec_can_declare_is_left_out_with_the_reason(text, reason):
    draft = scaffold.begin("shop", None, exposition.read(f"# TYPE up_gauge gauge\nup_gauge 1\n{text}"), shared=True)
    (line,) = draft.left_out
    assert reason in line
    analysed(draft)


def test_values_that_may_be_secret_or_endless_are_not_named():
    text = '# TYPE calls_total counter\ncalls_total{key="sk_live_51HxQzYw8aBcDeFgH",user="ann"} 1\n'
    draft = scaffold.begin("shop", None, exposition.read(text), shared=True)
    assert "sk_live" not in draft.text
    assert "ann" in draft.text


def test_hostile_labels_and_help_stay_text():
    text = (
        '# HELP evil_total x: {y}, "#\\n- z\n# TYPE evil_total counter\n'
        'evil_total{result="error",a="yes",b="5m",c="{x}, [y]: \\"z\\" # w",d="0x1F"} 1\n'
    )
    draft = scaffold.begin("shop", None, exposition.read(text), shared=True)
    model, findings = analysed(draft)
    (metric,) = model.services[0].metrics
    assert findings == ()
    assert {label.name: label.values.values for label in metric.labels} == {
        "result": ("error",), "a": ("yes",), "b": ("5m",), "c": ('{x}, [y]: "z" # w',), "d": ("0x1F",),
    }  # fmt: skip


NAMES = st.from_regex(r"[a-zA-Z_:][a-zA-Z0-9_:]{0,12}(_seconds|_bytes|_info|_ratio)?(_total)?", fullmatch=True)
LABELS = st.dictionaries(
    st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_]{0,8}", fullmatch=True) | st.sampled_from(["status", "on"]),
    st.text(max_size=12) | st.sampled_from(["500", "error", "2xx", "no", "5m", "0x1F"]),
    max_size=3,
)
VALUES = st.sampled_from(["0", "1", "17.5", "NaN", "+Inf", "-1e300", "1e-400"])
BOUNDS = st.lists(st.sampled_from(["0", "0.005", "0.1", "1", "2.5", "1e30", "NaN", "+Inf"]), max_size=5)


@st.composite
def families(draw):
    """A family as some client might write it, however odd."""
    name, kind = draw(NAMES), draw(st.sampled_from(["counter", "gauge", "histogram", "summary", "untyped"]))
    labels = draw(LABELS)
    lines = [f"# HELP {name} {draw(st.text(max_size=30)).splitlines()[:1]}", f"# TYPE {name} {kind}"]
    if kind == "histogram":
        lines += [written(f"{name}_bucket", {**labels, "le": bound}, draw(VALUES)) for bound in draw(BOUNDS)]
    if kind in ("histogram", "summary"):
        return [*lines, written(f"{name}_sum", labels, draw(VALUES)), written(f"{name}_count", labels, draw(VALUES))]
    return [*lines, written(name, labels, draw(VALUES))]


def written(name, labels, value):
    pairs = ",".join(f'{key}="{escaped(text)}"' for key, text in labels.items())
    return f"{name}{{{pairs}}} {value}"


def escaped(text):
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


@given(st.lists(families(), max_size=5))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_service_exposes_the_first_spec_has_no_errors(exposed):
    read = exposition.read("\n".join(line for family in exposed for line in family))
    draft = scaffold.begin("shop", None, read, shared=True)
    _, findings = analysed(draft)
    assert [each for each in findings if each.severity == "error"] == [], draft.text


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_writes_the_spec_and_says_what_is_next(desk, capsys):
    run(None, "shop", str(FOLDER / "django-shop.prom"), ci=False)
    said = capsys.readouterr().out
    assert re.search(r"^specs/shop\.yaml written: \d+ lines", said, re.MULTILINE)
    assert "drop those nobody looks at" in said
    assert "shop_newsletter_queue: the service declares no type" in said
    assert "gw2mon generate --check" in said
    assert (desk / "specs/shop.yaml").read_text().startswith("# Monitoring of shop")


def test_it_never_overwrites_a_spec(desk):
    run(None, "shop", "", ci=False)
    (desk / "specs/shop.yaml").write_text("mine")
    with pytest.raises(FileError, match="exists already"):
        run(None, "shop", "", ci=False)
    assert (desk / "specs/shop.yaml").read_text() == "mine"


def test_a_second_service_leaves_out_what_is_shared(desk, capsys):
    run(None, "shop", "", ci=False)
    run(None, "stock", "", ci=False)
    assert "notify:" in (desk / "specs/shop.yaml").read_text()
    assert "notify:" not in (desk / "specs/stock.yaml").read_text()
    assert "GW" not in capsys.readouterr().out
    loaded = project.load([desk / "specs/shop.yaml", desk / "specs/stock.yaml"])
    assert project.analyse(loaded.sources)[1] == ()


def test_a_dash_prints_and_writes_nothing(desk, capsys):
    from pathlib import Path

    run(Path("-"), "shop", "", ci=False)
    assert capsys.readouterr().out == drafted_text("shop")
    assert list(desk.iterdir()) == []


def drafted_text(name):
    return scaffold.begin(name, None, None, shared=True).text


def test_the_workflow_is_written_only_when_it_is_asked_for(desk):
    run(None, "shop", "", ci=False)
    assert not (desk / ".github").exists()
    run(None, "", "", ci=True)
    text = (desk / ".github/workflows/monitoring.yml").read_text()
    assert "gw2mon generate --check" in text
    with pytest.raises(FileError, match="exists already"):
        run(None, "", "", ci=True)


def test_the_workflow_is_yaml_with_the_keys_of_github():
    import yaml

    read = yaml.load(scaffold.workflow(), yaml.BaseLoader)  # noqa: S506 - builds text only
    assert set(read) == {"name", "on", "permissions", "jobs"}
    assert read["permissions"] == {"contents": "read"}


@pytest.mark.parametrize(("given", "wanted"), [("Shop API", "shop-api"), ("../x", "x"), ("stack!", "stack")])
@pytest.mark.usefixtures("desk")
def test_a_name_that_cannot_be_used_is_refused_with_one_that_can(given, wanted):
    with pytest.raises(FileError) as told:
        run(None, given, "", ci=False)
    assert told.value.help == f"write --service {wanted}"


@pytest.mark.parametrize("text", ["", "<html>Sign in</html>", "# HELP x y\n"])
def test_a_file_without_metrics_is_refused(desk, text):
    (desk / "metrics.txt").write_text(text)
    with pytest.raises(FileError, match="holds no metrics"):
        run(None, "shop", "metrics.txt", ci=False)
    assert not (desk / "specs").exists()
