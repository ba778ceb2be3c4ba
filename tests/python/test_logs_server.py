"""The logs of an application under real servers: everything that the processes write, from start to end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from http.client import HTTPConnection
from pathlib import Path

import pytest

from gw2mon.generators.python.logs import logging_config, logs_module
from gw2mon.generators.python.scrubbing import scrubbing_module
from gw2mon.model import Logs
from tests.python import guide

HERE = Path(__file__).parent
SERVICE = guide.service()._replace(logs=Logs("loki", None))
SECRETS = {"Authorization": "Bearer planted-bearer", "Cookie": "session=planted-session; other=planted-other"}
PATHS = ("builds/7", "threads/7", "fails", "breaks", "nothing")
UVICORN = ("uvicorn", "logs_story:app")
LOGGING = "package/gw2optimizer/logging.json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("story")
    package = folder / "package" / "gw2optimizer"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "logs.py").write_text(logs_module(SERVICE))
    (package / "scrubbing.py").write_text(scrubbing_module(SERVICE))
    (package / "logging.json").write_text(logging_config(SERVICE))
    shutil.copy(HERE / "logs_story.py", folder)
    return folder


def told(folder, command, python=sys.executable, **more):
    """Start a server, ask it everything, end it; return all lines of it, and of its children."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": f"{folder / 'package'}:{folder}", "ENVIRONMENT": "production", **more}
    where = (
        [arg.format(port=port) for arg in ("--bind=127.0.0.1:{port}",)]
        if "gunicorn" in command
        else ["--port", str(port)]
    )
    with (folder / f"{port}.txt").open("w+") as written:
        server = subprocess.Popen(
            [python, "-m", *command, *where],
            cwd=folder,
            env=environment,
            stdout=written,
            stderr=written,
        )
        try:
            for path in ("ready", *PATHS):
                patiently(asked, port, path)
            patiently(hung_up, port)
            time.sleep(0.2)
            server.send_signal(signal.SIGTERM)
            server.wait(20)
        finally:
            if server.poll() is None:
                server.kill()
                server.wait()
        written.seek(0)
        return written.read().splitlines()


def patiently(ask, *args):
    for _ in range(200):
        try:
            return ask(*args)
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise TimeoutError(args)


def asked(port, path):
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    identity = f"request.{path.replace('/', '-')}"
    connection.request("GET", f"/api/{path}?password=planted-query", headers={**SECRETS, "X-Request-ID": identity})
    answer = connection.getresponse()
    assert answer.getheader("X-Request-ID") == identity
    connection.close()


def hung_up(port):
    """Ask for a stream without end, and go away."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(b"GET /api/stream HTTP/1.1\r\nHost: x\r\nX-Request-ID: request.stream\r\n\r\n")
        connection.recv(100)


def judged(lines):
    """Check what holds for every server; return the lines as data."""
    assert [line for line in lines if not line.startswith("{")] == []
    assert [line for line in lines if "planted" in line.replace("planted=no", "")] == []
    read = [json.loads(line) for line in lines]
    for line in read:
        assert {"event", "level", "timestamp", "logger", "service", "environment"} <= line.keys()
    ended = Counter(line["request_id"] for line in read if line["event"] == "request")
    assert ended == dict.fromkeys([f"request.{path.replace('/', '-')}" for path in ("ready", *PATHS, "stream")], 1)
    by_event = {line["event"].partition("\n")[0]: line for line in read}
    assert by_event["Loaded 7"]["request_id"] == "request.builds-7"
    assert by_event["Loaded 7"]["table"] == "builds"
    assert by_event["Loaded in a thread"]["request_id"] == by_event["Slow"]["request_id"] == "request.threads-7"
    assert [line["request_id"] for line in read if line["event"] == "Unhandled exception"] == ["request.fails"]
    assert [line["logger"] for line in read if "no database" in json.dumps(line)] == ["gw2optimizer"]
    assert by_event["Uncaught exception in a thread"]["thread"] == "dies"
    assert by_event["Exception ignored"]["request_id"] == "request.breaks"
    assert by_event["Task exception was never retrieved"]["exception"][0]["exc_type"] == "KeyError"
    assert any("UserWarning: an old way\nover two lines" in line["event"] for line in read)
    assert {"Application starts", "Application ends"} <= by_event.keys()
    requests = {line["request_id"]: line for line in read if line["event"] == "request"}
    assert requests["request.builds-7"]["route"] == "/api/builds/{build}"
    assert requests["request.builds-7"]["user_id"] == 7
    assert (requests["request.fails"]["status"], requests["request.nothing"]["status"]) == (500, 404)
    assert requests["request.stream"]["incomplete"] is True
    return by_event


def test_one_process_of_uvicorn_writes_nothing_but_json(folder):
    by_event = judged(told(folder, UVICORN))
    assert {"Waiting for application startup.", "Application shutdown complete."} <= by_event.keys()


def test_the_parent_of_several_workers_of_uvicorn_writes_json_too(folder):
    collected = folder / "gw2optimizer.jsonl"
    lines = told(folder, (*UVICORN, "--workers", "2", "--log-config", LOGGING), LOG_FILE=str(collected))
    assert any(event.startswith("Started parent process") for event in judged(lines))
    assert sorted(collected.read_text().splitlines()) == sorted(lines)


@pytest.mark.prove
def test_gunicorn_writes_json_too(folder):
    lines = told(folder, ("gunicorn", "-k", "asgi", "-w", "2", "--log-config-json", LOGGING, "logs_story:app"))
    assert "Starting gunicorn" in "".join(lines)
    judged(lines)


@pytest.mark.prove
def test_reloading_uvicorn_writes_json_too(folder):
    by_event = judged(told(folder, (*UVICORN, "--reload"), UVICORN_LOG_CONFIG=LOGGING))
    assert any(event.startswith("Started reloader process") for event in by_event)
