"""Asking a service for its metrics: once, on this host only, and never for longer or more than is reasonable."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from gw2mon import fetch as module
from gw2mon.fetch import Failed, fetch
from gw2mon.scaffold import Target, target_of
from tests.catalogs.servers import free_port
from tests.test_boundaries import importers

PATIENCE = threading.Event()
"""Set when all tests are over, so that no answer is waited for any longer."""
METRICS = b"# TYPE up_gauge gauge\nup_gauge 1\n"


class Service(BaseHTTPRequestHandler):
    """A service with a page for each thing that can happen."""

    def do_GET(self):
        match self.path:
            case "/metrics":
                self.answer(200, METRICS)
            case "/moved":
                self.answer(302, location="/metrics")
            case "/elsewhere":
                self.answer(302, location="http://metadata.invalid/metrics")
            case "/file":
                self.answer(302, location="file:///etc/passwd")
            case "/endless":
                self.answer(200, b"x" * 4096)
            case "/slow":
                PATIENCE.wait(5)
            case _:
                self.answer(404)

    def answer(self, status, body=b"", location=""):
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def service():
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        PATIENCE.set()
        server.shutdown()


@pytest.mark.parametrize("path", ["/metrics", "/moved"])
def test_what_the_service_answers_is_returned(service, path):
    assert fetch(service + path) == METRICS.decode()


@pytest.mark.parametrize("path", ["/elsewhere", "/file"])
def test_it_is_not_sent_elsewhere(service, path):
    answer = fetch(service + path)
    assert isinstance(answer, Failed)
    assert "302" in answer.message or "redirection" in answer.message.lower()


def test_an_error_is_told_with_its_status(service):
    answer = fetch(f"{service}/nothing")
    assert isinstance(answer, Failed)
    assert "404" in answer.message


def test_an_answer_without_end_is_cut_off(service, monkeypatch):
    monkeypatch.setattr(module, "SIZE_LIMIT", 1000)
    answer = fetch(f"{service}/endless")
    assert isinstance(answer, Failed)
    assert "more than 1,000 bytes" in answer.message


def test_a_service_that_does_not_answer_is_given_up(service):
    answer = fetch(f"{service}/slow", seconds=0.3)
    assert isinstance(answer, Failed)


def test_nobody_at_the_address_is_told():
    answer = fetch(f"http://127.0.0.1:{free_port()}/metrics")
    assert isinstance(answer, Failed)
    assert answer.help == "is the service running?"


@pytest.mark.parametrize("url", ["ftp://host/x", "file:///etc/passwd", "http://", "http://host:port/", "http://[::1/"])
def test_what_is_no_http_address_is_refused(url):
    assert isinstance(fetch(url), Failed)


def test_credentials_in_an_address_are_refused_and_not_repeated():
    answer = fetch("http://ann:hunter2@localhost/metrics")
    assert isinstance(answer, Failed)
    assert "hunter2" not in answer.message


def test_a_proxy_is_not_asked_for_what_runs_here(service, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert fetch(f"{service}/metrics") == METRICS.decode()


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://localhost:8000/metrics", Target("host.docker.internal:8000")),
        ("https://shop.example.org/internal/metrics",
         Target("shop.example.org:443", "/internal/metrics", "https", guessed=False)),
        ("http://[fd00::1]:9000", Target("[fd00::1]:9000", guessed=False)),
    ],
)  # fmt: skip
def test_an_address_becomes_the_target_that_prometheus_scrapes(url, target):
    assert target_of(url) == target


def test_the_network_is_used_in_one_place():
    assert importers("urllib.request") | importers("http") | importers("socket") == {"gw2mon.fetch"}
