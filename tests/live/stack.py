"""Starting and stopping the programs of a stack, asking them, and waiting for them."""

from __future__ import annotations

import json
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
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from gw2mon import names
from tests.live import placing
from tests.live.placing import Addresses, Login
from tests.live.sinks import Sinks, listening
from tests.live.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gw2mon.model import Model
    from tests.tools import Tool

APP = Path(__file__).with_name("app.py")
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

    def __init__(self, name: str, command: list[str], folder: Path) -> None:
        """Start it."""
        self.name, self.log = name, folder / f"{name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=folder)

    def stop(self) -> None:
        """End it, gently at first; nothing happens when it has already ended."""
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
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

    def load_rules(self) -> None:
        """Give Prometheus its whole configuration, as an operator does after `gw2mon generate`."""
        self.config.write_text(self.configured, encoding="utf-8")
        self.programs["prometheus"].process.send_signal(signal.SIGHUP)

    def take_database(self, *, up: bool) -> None:
        """Take the database away from the application, or give it back."""
        request = Request(f"http://{self.addresses.app}/database?up={int(up)}", method="POST")
        with urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
            assert answer.status == 200

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
def running(servers: Servers) -> Iterator[Stack]:
    """A whole stack on loopback; when the block ends, nothing of it is left."""
    login = Login()
    with ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(TemporaryDirectory(prefix="gw2mon-live-")))
        sinks = cleanup.enter_context(listening(login.mail_user, login.mail_password))
        addresses = Addresses(*free_addresses(len(Addresses._fields)))
        with _GENERATING:
            model = placing.compiled(folder, addresses, sinks)
            generated = placing.written(folder, model, sinks, login)
        stack = Stack(model, generated, addresses, sinks)
        try:
            for name, (command, ready) in _commands(servers, generated, addresses, model).items():
                program = stack.programs[name] = Program(name, command, folder)
                cleanup.callback(program.stop)
                wait_until(f"{name} is ready", 30, partial(answers, ready))
            cleanup.enter_context(stack.traffic)
            yield stack
        except BaseException:
            print(f"=== {servers}\n{stack.story()}")  # noqa: T201 - pytest shows it below the failure
            raise


class Command(NamedTuple):
    """How a program is started, and the URL that answers when it is ready."""

    arguments: list[str]
    ready: str


def _commands(servers: Servers, generated: Path, addresses: Addresses, model: Model) -> dict[str, Command]:
    """The programs in the order of their start: what Prometheus looks at is there before it looks."""
    return {
        "app": _app(generated, addresses, model),
        "node_exporter": _node_exporter(servers, addresses),
        "alertmanager": alertmanager(servers.alertmanager, generated, addresses),
        "prometheus": _prometheus(servers, generated, addresses),
    }


def _app(generated: Path, addresses: Addresses, model: Model) -> Command:
    metrics = generated / names.python_path(model.services[0].name, "metrics")
    port = addresses.app.rpartition(":")[2]
    return Command([sys.executable, str(APP), port, str(metrics)], f"http://{addresses.app}/health")


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
