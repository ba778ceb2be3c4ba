"""Servers on the loopback interface: an application with pages that change, and a Prometheus that scrapes it."""

import contextlib
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from tests.catalogs.servers import fetch, free_port
from tests.grafana.test_prometheus import wait_until_ready


class Site(NamedTuple):
    """A server whose pages are a dictionary; a path that is not in it is not found."""

    address: str
    pages: dict[str, bytes]
    asked: list[tuple[str, str]]
    """Paths without their query, each with the Authorization that came along."""

    @property
    def url(self):
        return f"http://{self.address}"


@contextlib.contextmanager
def site(pages, token=""):
    """Serve pages; with a token only to those who have it."""
    asked = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            path = self.path.partition("?")[0]
            authorization = self.headers.get("Authorization", "")
            asked.append((path, authorization))
            body = pages.get(path)
            refused = token and authorization != f"Bearer {token}"
            self.send_response(401 if refused else 404 if body is None else 200)
            # Without it Prometheus 3 takes a page for anything but metrics.
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            with contextlib.suppress(ConnectionError):
                self.wfile.write(b"" if refused or body is None else body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield Site(f"127.0.0.1:{server.server_port}", pages, asked)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Running(NamedTuple):
    """A Prometheus, and the folder from which it is configured."""

    url: str
    version: tuple[int, ...]

    def reload(self):
        fetch(f"{self.url}/-/reload", b"")


@contextlib.contextmanager
def running(prometheus, folder, *arguments):
    """Run a Prometheus with the generated configuration of a folder."""
    port = free_port()
    command = [prometheus.path, f"--config.file={folder}/generated/prometheus/prometheus.yml",
               f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}", "--web.enable-lifecycle",
               *arguments]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(port)
        yield Running(f"http://127.0.0.1:{port}", prometheus.version)
    finally:
        process.kill()
        process.wait()
