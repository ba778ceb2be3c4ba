"""`gw2mon verify --prometheus`, with real servers of both generations and with answers that no server should give."""

import contextlib
import json
import time

import pytest

from gw2mon.commands import asking_prometheus
from tests.spec_editing import SHOP, Draft, model_of
from tests.verifying.conftest import Desk
from tests.verifying.servers import running, site
from tests.verifying.shop import as_declared, text_of

CLEAN, FOUND, REFUSED = 0, 1, 2
PATIENCE = 20
RIGHT = text_of(as_declared())
HOST = """\
# TYPE node_filesystem_avail_bytes gauge
node_filesystem_avail_bytes{device="/dev/sda1",fstype="ext4",mountpoint="/"} 60
# TYPE node_filesystem_size_bytes gauge
node_filesystem_size_bytes{device="/dev/sda1",fstype="ext4",mountpoint="/"} 100
"""


class Estate:
    """A checkout, the application that its spec is about, and a Prometheus that watches it."""

    def __init__(self, desk, application, server, model):
        self.desk = desk
        self.model = model
        self.application = application
        self.server = server
        self.rules = desk.folder / "generated/prometheus/rules/shop.yml"
        self.loaded = self.rules.read_text()

    def verify(self, *arguments):
        return self.desk.run("verify", "--prometheus", self.server.url, "--service", "shop", *arguments)

    def until(self, enough):
        """What is told as soon as the codes of it are enough; after a while, as it is."""
        end = time.monotonic() + PATIENCE
        while not enough(self.codes()) and time.monotonic() < end:
            time.sleep(0.7)
        return self.verify()

    def codes(self):
        """The codes of what is told, without compiling the spec each time."""
        verified = asking_prometheus.run(self.model, ["shop"], self.server.url, None)
        return sorted(finding.code for finding in verified.findings)

    @contextlib.contextmanager
    def changed(self, pages=(), rules=None):
        """For a while other pages are served, and other rules are loaded."""
        before = dict(self.application.pages)
        self.application.pages.update(pages)
        self.load(rules or self.loaded)
        try:
            yield
        finally:
            self.application.pages.update(before)
            self.load(self.loaded)
            assert not self.until(lambda codes: not codes).codes

    def load(self, rules):
        if self.rules.read_text() != rules:
            self.rules.write_text(rules)
            self.server.reload()


@pytest.fixture(scope="module")
def estate(prometheus, tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("estate"))
    with site({"/metrics": RIGHT.encode(), "/host": HOST.encode()}) as application:
        draft = SHOP.edited("interval: 15s, timeout: 10s}", "interval: 1s, timeout: 1s}")
        draft = draft.edited("    interval: 30s\n    timeout: 10s\n", "    path: /host\n")
        text = draft.text
        for target in ("shop:8000", "node-exporter:9100"):
            text = text.replace(f'"{target}"', f'"{application.address}"')
        desk.write("specs/shop.yaml", text)
        done = desk.run("generate")
        assert done.status == CLEAN, done
        with running(prometheus, desk.folder, "--storage.tsdb.retention.time=40d") as server:
            made = Estate(desk, application, server, model_of(Draft("shop.yaml", text)))
            done = made.until(lambda codes: not codes)
            assert done.status == CLEAN, done.stdout
            yield made


pytestmark = pytest.mark.live


def test_a_server_that_does_what_the_specs_say_is_left_in_peace(estate):
    assert estate.verify() == (CLEAN, "", f"{estate.server.url}: as the specs say\n")


def test_without_a_service_what_all_share_is_compared_too(estate):
    done = estate.desk.run("verify", "--prometheus", estate.server.url)
    # Neither of the two runs where the stack expects it; their rules are those of the specs.
    assert "of job alertmanager is down" in done.stdout
    assert set(done.codes) == {"GW657"}


def test_few_requests_are_enough(desk):
    with site({"/api/v1/status/buildinfo": json.dumps({"status": "success", "data": {}}).encode()}) as server:
        desk.run("verify", "--prometheus", server.url)
    assert len(server.asked) <= 8


def test_a_stale_rule_file_is_told_rule_by_rule_and_by_what_differs(estate):
    stale = estate.loaded + "  - name: shop-former\n    rules:\n      - {record: 'shop:former', expr: vector(1)}\n"
    for old, new in (
        ("expr: max(shop_queue_length", "expr: shop_orders_total / on () shop_orders_total + min(shop_queue_length"),
        ("alert: BackupOld", "alert: BackupTooOld"),
        ("summary: Orders fail", "summary: Orders are failing"),
        # The same, written otherwise.
        ('payment="card", ', ""),
        ('{job="shop", result="failed"}', '{result="failed", job="shop"}'),
    ):
        stale = stale.replace(old, new)
    with estate.changed(rules=stale):
        done = estate.until(lambda codes: {"GW653", "GW655"} <= set(codes) and "GW659" not in codes)
    assert done.status == FOUND
    assert sorted(line.partition(" ")[2].partition(": ")[0] for line in done.stdout.splitlines() if " GW" in line) == [
        "GW652 alert BackupOld is not loaded",
        "GW653 alert BackupTooOld is loaded in group shop-alerts, and no spec has it [warning]",
        "GW653 group shop-former is loaded from rules/shop.yml, and no spec has it [warning]",
        "GW654 alert OrdersFail is loaded into group shop-alerts with another text",
        "GW654 alert OrdersFail is loaded into group shop-alerts with another text",
        "GW654 alert QueueLong is loaded into group shop-alerts with another expression",
        "GW655 Prometheus cannot evaluate QueueLong",
    ]


def test_of_a_target_that_is_down_only_that_is_told(estate):
    with estate.changed(pages={"/host": None}):
        done = estate.until(lambda codes: "GW657" in codes)
    assert done.status == FOUND
    assert done.codes == ["GW657"]
    assert "of job host is down: server returned HTTP status 404" in done.stdout


def test_series_that_alerts_rest_on_and_nobody_stores_are_told(estate):
    absent = ("shop_queue", 'shop_payment_duration_seconds_bucket{le="0.5"')
    page = "\n".join(line for line in RIGHT.split("\n") if not line.startswith(absent))
    with estate.changed(pages={"/metrics": page.encode()}):
        done = estate.until(lambda codes: codes == ["GW658", "GW658"])
    assert 'no series shop_queue_length{job="shop"} yet, and alert QueueLong rests on it [warning]' in done.stdout
    assert 'Prometheus has no bucket shop_payment_duration_seconds_bucket{job="shop", le="0.5"}' in done.stdout
    assert done.status == FOUND


def test_targets_paces_and_windows_that_only_the_spec_has_are_told(estate):
    spec = estate.desk.folder / "specs/shop.yaml"
    text = spec.read_text()
    here = estate.application.address
    changed = text.replace("    path: /host\n", "    path: /host\n    interval: 5s\n")
    changed = changed.replace(f'targets: ["{here}"]', f'targets: ["{here}", "shop-2:8000"]', 1)
    changed = changed.replace("objective: 99.9%, window: 30d", "objective: 99.9%, window: 60d")
    spec.write_text(changed)
    try:
        done = estate.verify()
    finally:
        spec.write_text(text)
    assert done.status == FOUND
    assert "GW656 target shop-2:8000 of job shop is not scraped" in done.stdout
    assert "GW659 job host is scraped every 1s, not every 5s" in done.stdout
    assert "GW659 Prometheus keeps samples for 40d, but SLO availability looks back 60d" in done.stdout
    assert set(done.codes) - {"GW652", "GW653", "GW654"} == {"GW656", "GW659"}


# --- answers that no Prometheus gives ---------------------------------------------------------------------------------

BUILD = json.dumps({"status": "success", "data": {"version": "3.5.0"}}).encode()
NOT_PROMETHEUS = [
    b"<html><body>Grafana</body></html>", b'{"status": "success", "da', b"", b"null", b"[1]", b"\xff\xfe",
    b'{"status": "error", "error": "no"}', b"[" * 100_000, b'{"status": "success"}',
]  # fmt: skip


@pytest.fixture(scope="module")
def model():
    return model_of(SHOP)


def test_a_server_that_is_no_prometheus_is_told_once(desk):
    with site({"/api/v1/status/buildinfo": NOT_PROMETHEUS[0]}) as server:
        done = desk.run("verify", "--prometheus", server.url)
    assert done.status == REFUSED
    assert done.codes == ["GW651"]
    assert len(server.asked) == 1


@pytest.mark.parametrize("answer", NOT_PROMETHEUS)
def test_what_is_no_answer_of_prometheus_is_not_believed(model, answer):
    with site({"/api/v1/status/buildinfo": answer}) as server:
        verified = asking_prometheus.run(model, ["shop", "stack"], server.url, None)
    assert not verified.answered
    assert [finding.code for finding in verified.findings] == ["GW651"]


DATA = [
    5,
    {"groups": 7, "activeTargets": {}, "result": "x", "activeAlertmanagers": [3]},
    {"groups": [None, {"name": 3, "rules": [1, {"labels": {"a": 1}, "duration": "x"}]}], "activeTargets": [[]]},
    {"result": [{"metric": {"gw2mon_question": "99999"}, "value": [1, "NaN"]}, {"metric": {"gw2mon_question": "x"}}]},
    {"storageRetention": "99999999999999999999d"},
]


@pytest.mark.parametrize(
    "answer", [*NOT_PROMETHEUS, *(json.dumps({"status": "success", "data": data}).encode() for data in DATA)]
)
def test_whatever_the_other_requests_answer_nothing_raises(model, answer):
    paths = ("rules", "targets", "alertmanagers", "status/runtimeinfo", "query")
    pages = {"/api/v1/status/buildinfo": BUILD, **{f"/api/v1/{path}": answer for path in paths}}
    with site(pages) as server:
        verified = asking_prometheus.run(model, ["shop", "stack"], f"{server.url}/", None)
    assert verified.answered
    assert verified.findings


def test_an_answer_without_end_is_given_up(desk, monkeypatch):
    monkeypatch.setattr("gw2mon.fetch.SIZE_LIMIT", 1000)
    with site({"/api/v1/status/buildinfo": b'{"status": "' + b"x" * 100_000}) as server:
        done = desk.run("verify", "--prometheus", server.url)
    assert done.status == REFUSED
    assert "answers more than 1,000 bytes" in done.stdout


def test_a_token_is_sent_and_never_shown(desk):
    desk.write("token", "very-secret-token\n")
    with site({"/api/v1/status/buildinfo": BUILD}, token="very-secret-token") as server:
        refused = desk.run("verify", "--prometheus", server.url)
        done = desk.run("verify", "--prometheus", server.url, "--token-file", "token")
    assert refused.status == REFUSED
    assert "answers 401" in refused.stdout
    assert "--token-file" in refused.stdout
    assert done.status == FOUND
    assert {authorization for _, authorization in server.asked[1:]} == {"Bearer very-secret-token"}
    assert "very-secret-token" not in done.stdout + done.stderr + refused.stdout


def test_a_token_that_could_break_a_header_is_refused_without_being_shown(desk):
    desk.write("token", "secret\r\nX-Evil: 1\n")
    done = desk.run("verify", "--prometheus", "http://127.0.0.1:1", "--token-file", "token")
    assert done.status == REFUSED
    assert "secret" not in done.stdout + done.stderr


def test_an_address_without_scheme_says_how_it_is_written(desk):
    done = desk.run("verify", "--prometheus", "localhost:9090")
    assert done.status == REFUSED
    assert "http://localhost:9090" in done.stderr


def test_a_server_that_speaks_no_tls_is_told_so(desk):
    with site({}) as server:
        done = desk.run("verify", "--prometheus", server.url.replace("http:", "https:"))
    assert done.status == REFUSED
    assert done.codes == ["GW651"]
    assert "if not, write http://" in done.stdout
