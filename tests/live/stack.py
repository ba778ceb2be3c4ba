"""Starting and stopping the programs of a stack, asking them, and waiting for them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode
from urllib.request import urlopen

from gw2mon import names
from tests.live import placing
from tests.live.placing import Addresses, Login
from tests.live.sinks import Sinks, listening
from tests.live.traffic import Traffic, request, use_everything
from tests.tools import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gw2mon.model import Metric, Model
    from tests.tools import Tool

EXAMPLE = CHECKOUT / "examples/gw2optimizer"
BACK_AT_0 = {"gw2_db_connections_active", "gw2_cache_size_bytes", "http_requests_in_progress"}
"""Gauges that are 0 again as soon as the work is done."""
TAIL = 2_000
"""Characters of each log that are shown when a test fails."""


class Servers(NamedTuple):
    """The programs, each in one version."""

    prometheus: Tool
    alertmanager: Tool
    node_exporter: Tool

    def __str__(self) -> str:
        return f"{self.prometheus}+{self.alertmanager}"


class Program:
    """A running program and its log."""

    def __init__(
        self, name: str, command: list[str], folder: Path, environment: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """Start it, with some variables more than the environment has."""
        self.name, self.log = name, folder / f"{name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=folder,
                env={**os.environ, **environment},
                start_new_session=True,
            )

    def stop(self) -> None:
        """End it, gently at first; nothing happens when it has already ended."""
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            # With its workers, who would otherwise live on.
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def story(self) -> str:
        """Whether it still runs, and the end of its log."""
        code = self.process.poll()
        state = "running" if code is None else f"ended with {code}"
        return f"--- {self.name}: {state}\n{self.log.read_text(encoding='utf-8', errors='replace')[-TAIL:]}"


class Stack:
    """Everything that runs, by name, with questions to ask of it."""

    def __init__(self, model: Model, generated: Path, addresses: Addresses, sinks: Sinks) -> None:
        """Take what will run; `running` starts it.

        Prometheus finds its targets five seconds after its start, and no setting makes that faster. Two minutes without
        a target are four seconds here, so rules that are there from the start would page; they are loaded later.
        """
        self.model, self.addresses, self.sinks = model, addresses, sinks
        self.traffic = Traffic(addresses.app)
        self.config = generated / names.PROMETHEUS_CONFIG
        self.configured = self.config.read_text(encoding="utf-8")
        self.config.write_text(placing.without_rules(self.configured), encoding="utf-8")
        self.programs: dict[str, Program] = {}

    def prometheus(self, path: str, **parameters: str) -> Any:
        """The data of an answer of Prometheus' API."""
        return get(f"http://{self.addresses.prometheus}/api/v1/{path}?{urlencode(parameters)}")["data"]

    def values(self, expr: str) -> list[tuple[dict[str, str], float]]:
        """Labels and value of each series of an instant query."""
        result = self.prometheus("query", query=expr)["result"]
        return [(series["metric"], float(series["value"][1])) for series in result]

    def alerts(self, *, firing_only: bool = False) -> list[dict[str, str]]:
        """Labels of the alerts that Prometheus has on its way."""
        wanted = ("firing",) if firing_only else ("firing", "pending")
        return [alert["labels"] for alert in self.prometheus("alerts")["alerts"] if alert["state"] in wanted]

    def notified(self, alertname: str) -> list[dict[str, Any]]:
        """What Alertmanager knows of an alert: labels, annotations, and what mutes it."""
        query = urlencode({"filter": f'alertname="{alertname}"'})
        found: list[dict[str, Any]] = get(f"http://{self.addresses.alertmanager}/api/v2/alerts?{query}")
        return found

    def metrics_at_rest(self) -> list[str]:
        """The metrics of the application that show nothing, though it has been asked for everything it can do."""
        measured = (metric for metric in self.model.services[0].metrics if metric.catalog in ("", "fastapi"))
        return [metric.name for metric in measured if not self._moves(metric)]

    def _moves(self, metric: Metric) -> bool:
        suffix = "_count" if metric.type in ("histogram", "summary") else ""
        values = [value for _, value in self.values(f'{metric.name}{suffix}{{job="gw2optimizer"}}')]
        return bool(values) if metric.name in BACK_AT_0 else any(value > 0 for value in values)

    def lines_that_are_not_json(self) -> list[str]:
        """What the application has written for people only."""
        lines = self.programs["app"].log.read_text(encoding="utf-8").splitlines()
        assert lines, "the application has written nothing"
        return [line for line in lines if not line.startswith("{") or not is_json(line)]

    def load_rules(self) -> None:
        """Give Prometheus its whole configuration, as an operator does after `gw2mon generate`."""
        self.config.write_text(self.configured, encoding="utf-8")
        self.programs["prometheus"].process.send_signal(signal.SIGHUP)

    def take_database(self, *, up: bool) -> None:
        """Take the database away from the application, or give it back."""
        assert request(self.addresses.app, "POST", f"/switches/database?up={int(up)}") == "204"

    def story(self) -> str:
        """All that helps to understand a failure."""
        parts = [program.story() for program in self.programs.values()]
        questions: dict[str, Callable[[], object]] = {
            "targets": lambda: self.values("up"),
            "alerts": self.alerts,
            "pages": lambda: self.sinks.pages,
            "chats": lambda: self.sinks.chats,
            "mails": lambda: [str(mail["Subject"]) for mail in self.sinks.mails],
            "traffic": lambda: self.traffic.counts,
        }
        for name, ask in questions.items():
            try:
                parts.append(f"--- {name}: {ask()}")
            except Exception as error:  # noqa: BLE001 - whatever is broken, the rest is still worth knowing
                parts.append(f"--- {name}: {error!r}")
        return "\n".join(parts)


# Python 3.11 counts the depth of syntax trees for all threads together: two that parse at once raise SystemError.
_GENERATING = Lock()


@contextmanager
def running(servers: Servers, workers: int = 1) -> Iterator[Stack]:
    """A whole stack on loopback; when the block ends, nothing of it is left."""
    login = Login()
    with ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(TemporaryDirectory(prefix="gw2mon-live-")))
        sinks = cleanup.enter_context(listening(login.mail_user, login.mail_password))
        addresses = Addresses(*free_addresses(len(Addresses._fields)))
        with _GENERATING:
            model = placing.compiled(folder, addresses, sinks, "single" if workers == 1 else "multi")
            generated = placing.written(folder, model, sinks, login)
        stack = Stack(model, generated, addresses, sinks)
        try:
            for name, (command, ready, environment) in _commands(servers, generated, addresses, workers).items():
                program = stack.programs[name] = Program(name, command, folder, environment)
                cleanup.callback(program.stop)
                wait_until(f"{name} is ready", 30, partial(answers, ready))
                if name == "app":
                    # What is slow only once is over before anybody measures it.
                    use_everything(addresses.app)
            yield stack
        except BaseException:
            print(f"=== {servers}\n{stack.story()}")  # noqa: T201 - pytest shows it below the failure
            raise


class Command(NamedTuple):
    """How a program is started, and the URL that answers when it is ready."""

    arguments: list[str]
    ready: str
    environment: Mapping[str, str] = MappingProxyType({})


def _commands(servers: Servers, generated: Path, addresses: Addresses, workers: int) -> dict[str, Command]:
    """The programs in the order of their start: what Prometheus looks at is there before it looks."""
    return {
        "app": application(generated, addresses.app, workers),
        "node_exporter": _node_exporter(servers, addresses),
        "alertmanager": alertmanager(servers.alertmanager, generated, addresses),
        "prometheus": _prometheus(servers, generated, addresses),
    }


def application(generated: Path, address: str, workers: int) -> Command:
    """The example application with the generated package, as its README starts it."""
    host, _, port = address.rpartition(":")
    arguments = ["app.main:app", "--app-dir", str(EXAMPLE), "--host", host, "--port", port, "--workers", str(workers)]
    # The process that watches over the workers does not import the application.
    arguments += ["--log-config", str(generated / "python/gw2optimizer/logging.json")]
    environment = {
        "PYTHONPATH": str(generated / "python"),
        "ENVIRONMENT": "staging",
        "SWITCHES": "1",
        "DATABASE_URL": f"sqlite:///{generated.parent / 'app.db'}",
    }
    if workers > 1:
        folder = generated.parent / "workers"
        folder.mkdir()
        environment["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    return Command([sys.executable, "-m", "uvicorn", *arguments], f"http://{address}/health", environment)


def _node_exporter(servers: Servers, addresses: Addresses) -> Command:
    arguments = [
        str(servers.node_exporter.path),
        f"--web.listen-address={addresses.node}",
        # Debian turns it on, and it fails in containers.
        "--no-collector.systemd",
    ]
    return Command(arguments, f"http://{addresses.node}/")


def alertmanager(tool: Tool, generated: Path, addresses: Addresses) -> Command:
    """Alertmanager with the generated configuration, on loopback."""
    arguments = [
        str(tool.path),
        f"--config.file={generated / names.ALERTMANAGER_CONFIG}",
        "--storage.path=alertmanager-data",
        f"--web.listen-address={addresses.alertmanager}",
        "--cluster.listen-address=",
    ]
    return Command(arguments, f"http://{addresses.alertmanager}/-/ready")


def _prometheus(servers: Servers, generated: Path, addresses: Addresses) -> Command:
    arguments = [
        str(servers.prometheus.path),
        f"--config.file={generated / names.PROMETHEUS_CONFIG}",
        "--storage.tsdb.path=prometheus-data",
        f"--web.listen-address={addresses.prometheus}",
        # A minute by default: scaled like everything else, but so that a pause of the machine ends no alert.
        "--rules.alert.resend-delay=5s",
    ]
    return Command(arguments, f"http://{addresses.prometheus}/-/ready")


def free_addresses(count: int) -> list[str]:
    """Addresses on loopback where nobody listens."""
    with ExitStack() as sockets:
        bound = [sockets.enter_context(socket.socket()) for _ in range(count)]
        for item in bound:
            item.bind(("127.0.0.1", 0))
        return [f"127.0.0.1:{item.getsockname()[1]}" for item in bound]


def get(url: str) -> Any:
    """The JSON at a URL."""
    with urlopen(url, timeout=10) as answer:  # noqa: S310 - loopback
        return json.load(answer)


def is_json(text: str) -> bool:
    """Whether a text is JSON."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def answers(url: str) -> bool:
    """Whether a URL can be fetched."""
    with urlopen(url, timeout=10) as answer:  # noqa: S310 - loopback
        return bool(answer.status == 200)


def wait_until(what: str, seconds: float, is_true: Callable[[], object]) -> None:
    """Ask until the answer is true; a program that does not answer yet, or answers nonsense, is asked again."""
    deadline = time.monotonic() + seconds
    last: object = None
    while time.monotonic() < deadline:
        try:
            last = is_true()
        except (OSError, ValueError, KeyError) as error:
            last = error
        else:
            if last:
                return
        time.sleep(0.2)
    raise AssertionError(f"waited {seconds} s in vain until {what}; last answer: {last!r}")


def watch(seconds: float, look: Callable[[], None]) -> None:
    """Look again and again for a while; the assertion is inside."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        look()
        time.sleep(0.2)
