"""Stand-ins for the vendors: they take what PagerDuty, Slack, a webhook's owner and a mail server take, and keep it."""

from __future__ import annotations

import base64
import json
import threading
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from socketserver import BaseServer

PAGERDUTY, SLACK, DEADMAN = "/v2/enqueue", "/services/slack", "/deadman"


class Delivery(NamedTuple):
    """What one HTTP request brought."""

    path: str
    body: dict[str, Any]


class Sinks:
    """Everything that Alertmanager has told anybody, in the order of its arrival."""

    def __init__(self, mail_user: str, mail_password: str) -> None:
        """Listen on free ports; mail is taken only from the user with the password."""
        self.posts: list[Delivery] = []
        self.mails: list[EmailMessage] = []
        self.login = base64.b64encode(f"\0{mail_user}\0{mail_password}".encode()).decode()
        self.http = _HttpServer(("127.0.0.1", 0), _HttpRequest)
        self.smtp = _SmtpServer(("127.0.0.1", 0), _SmtpSession)
        self.http.sinks = self.smtp.sinks = self

    def url(self, path: str) -> str:
        """Address of one of the HTTP sinks."""
        return f"http://127.0.0.1:{self.http.server_address[1]}{path}"

    @property
    def smarthost(self) -> str:
        """Address of the mail server."""
        return f"127.0.0.1:{self.smtp.server_address[1]}"

    @property
    def pages(self) -> list[dict[str, Any]]:
        """Events for PagerDuty."""
        return self._bodies(PAGERDUTY)

    @property
    def chats(self) -> list[dict[str, Any]]:
        """Messages for Slack."""
        return self._bodies(SLACK)

    @property
    def heartbeats(self) -> list[dict[str, Any]]:
        """Signs of life for the dead man's switch."""
        return self._bodies(DEADMAN)

    def _bodies(self, path: str) -> list[dict[str, Any]]:
        return [post.body for post in list(self.posts) if post.path == path]


@contextmanager
def listening(mail_user: str, mail_password: str) -> Iterator[Sinks]:
    """Sinks that listen until the block ends."""
    sinks = Sinks(mail_user, mail_password)
    servers: tuple[BaseServer, ...] = (sinks.http, sinks.smtp)
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield sinks
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


class _HttpServer(ThreadingHTTPServer):
    sinks: Sinks


class _SmtpServer(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    sinks: Sinks


class _HttpRequest(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert isinstance(self.server, _HttpServer)
        self.server.sinks.posts.append(Delivery(self.path, body))
        status, answer = (202, b'{"status": "success"}') if self.path == PAGERDUTY else (200, b"ok")
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if self.path == PAGERDUTY else "text/plain")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing: what arrived is kept, and shown when a test fails."""


class _SmtpSession(StreamRequestHandler):
    """As much of RFC 5321 and RFC 4954 as a client needs to log in and to hand over mails."""

    def handle(self) -> None:
        assert isinstance(self.server, _SmtpServer)
        sinks, known = self.server.sinks, False
        self._say("220 sink")
        while line := self.rfile.readline().decode("ascii", "replace").strip():
            match line.upper().split()[0]:
                case "EHLO":
                    self._say("250-sink\r\n250 AUTH PLAIN")
                case "AUTH":
                    known = line.split()[-1] == sinks.login
                    self._say("235 welcome" if known else "535 wrong password")
                case "MAIL" if not known:
                    self._say("530 log in first")
                case "DATA":
                    self._say("354 go on")
                    sinks.mails.append(message_from_bytes(self._data(), policy=default))
                    self._say("250 taken")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def _data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)
