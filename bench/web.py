# ruff: noqa: INP001 - scripts, not a package
"""What measuring adds to a request, beside the instrumentator, and beside what a request takes as a whole."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVED, BACKEND = (Path(__file__).parent / name for name in ("served.py", "backend.py"))
OLD = ("fastapi==0.121.0", "starlette==0.49.3", "prometheus-fastapi-instrumentator==7.1.0", "prometheus-client==0.23.1")
"""What the first user runs."""
ROUNDS = 20
"""Rounds for each run that is asked for."""
RATE, INTERVAL = 1000, 15
"""Requests a second, and seconds between two scrapes."""
BODY = json.dumps({"profession": "Guardian", "skills": [1, 2, 3, 4, 5]})
PATIENCE = 20


def figures(spec: Path, runs: int) -> Iterator[tuple[str, float, float, str]]:
    """What is measured, the seconds of a thousand requests, those of the yardstick, and the greatest ratio wanted."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _generate(spec, folder / "measured")
        newest = _added(Path(sys.executable), folder, runs)
        for what in ("first route", "last route", "no route"):
            yield f"1,000 requests, {what}, by instrumentator", *newest[what], "≤ 0.2"
        if runs > 1:
            old = _added(_environment(folder / "venv"), folder, runs)
            for what in ("first route", "last route", "no route"):
                yield f"the same under FastAPI 0.121, {what}", *old[what], "≤ 0.3"
        # At this rate a thousand requests take a second, and bear their share of the scrapes.
        measuring = newest["whole"] + newest["scrape"] / INTERVAL * (1000 / RATE)
        request = _served(100 if runs == 1 else 1000)
        yield f"{RATE:,} requests a second, whole ({measuring / request:.2%})", measuring, request, "≤ 0.5 %"


def _generate(spec: Path, package: Path) -> None:
    """Write the modules of a spec."""
    from gw2mon import project
    from gw2mon.generators.python.metrics import metrics_module
    from gw2mon.generators.python.web import web_module

    model, _ = project.analyse(project.load([spec]).sources)
    package.mkdir()
    (package / "__init__.py").touch()
    for name, source in (("web", web_module), ("metrics", metrics_module)):
        (package / f"{name}.py").write_text(source(model.services[0]), encoding="utf-8")


def _environment(place: Path) -> Path:
    """An interpreter with the versions of the first user."""
    uv, python = Path(sys.executable).with_name("uv"), place / "bin" / "python"
    subprocess.run([str(uv), "venv", "--quiet", "--python", sys.executable, str(place)], check=True)
    subprocess.run([str(uv), "pip", "install", "--quiet", "--python", str(python), *OLD], check=True)
    return python


def _added(python: Path, folder: Path, runs: int) -> dict[str, Any]:
    command = [str(python), str(SERVED), str(folder), str(runs * ROUNDS)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def _served(requests: int) -> float:
    """Processor time of a real server for a thousand requests that do something, without any metrics."""
    with _server() as port, closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        _ask(connection, requests // 4)
        return min(_ask(connection, requests // 4) for _ in range(4))


def _ask(connection: HTTPConnection, requests: int) -> float:
    before = float(_answer(connection, "GET", "/processor"))
    for _ in range(requests):
        _answer(connection, "POST", "/builds", BODY)
    return (float(_answer(connection, "GET", "/processor")) - before) / requests * 1000


def _answer(connection: HTTPConnection, method: str, path: str, body: str | None = None) -> Any:  # noqa: ANN401 - JSON
    connection.request(method, path, body, {"Content-Type": "application/json"})
    return json.loads(connection.getresponse().read())


@contextmanager
def _server() -> Iterator[int]:
    """The port of the realistic application, which ends with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, BACKEND, str(port)])
    try:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > end:
                    sys.exit("the application does not start")
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)
