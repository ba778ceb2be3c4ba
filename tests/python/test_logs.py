# ruff: noqa: TRY301, TRY400, PLE1206 - mistakes that are made on purpose, and how else to log
"""One form for every line of a process: what is in it, whoever wrote it, whatever was passed."""

from __future__ import annotations

import asyncio
import importlib
import io
import json
import logging
import os
import subprocess
import sys
import threading
import time
import warnings
from decimal import Decimal
from enum import Enum, StrEnum
from pathlib import Path
from types import ModuleType, SimpleNamespace
from uuid import UUID

import pytest
import structlog

from gw2mon.generators.python import generate
from gw2mon.generators.python.logs import logging_config, logs_module
from gw2mon.generators.python.scrubbing import scrubbing_module
from gw2mon.model import Logs, Sentry
from tests.python import guide

LINES = Logs("loki", None)
STAND_IN = '''"""Stands in for the errors module."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from typing import Any


def log_processor(logger: object, method: str, event_dict: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep what was seen."""
    seen.append((getattr(logger, "name", ""), method, dict(event_dict)))
    return event_dict


def set_tag(name: str, value: object) -> None:
    """Keep what was told."""
    tags[name] = value


tags: dict[str, object] = {}
seen: list[tuple[str, str, dict[str, Any]]] = []
'''
VARIANTS = {
    "plain": guide.service()._replace(logs=LINES),
    "ecs": guide.service()._replace(logs=Logs("elk", None, redact=("Guild-Key", "mumble"), keep=("token_name",))),
    "sentry": guide.service()._replace(logs=LINES, sentry=Sentry("SENTRY_DSN", "APP_ENV", Decimal("0.1"))),
    "odd": guide.service(guide.module(fastapi=guide.HTTP._replace(exclude=("/health" * 9, "/metrics" * 9))))._replace(
        name='a"b\n', logs=LINES._replace(redact=tuple(f"a_rather_long_key_{n}" for n in range(9)))
    ),
}


@pytest.fixture(scope="session")
def packages(tmp_path_factory):
    """A package for each variant, in a folder of its own."""
    folder = tmp_path_factory.mktemp("logs")
    for name, service in VARIANTS.items():
        package = folder / name / f"logs_{name}"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text('"""The package of a service."""\n')
        (package / "logs.py").write_text(logs_module(service))
        (package / "scrubbing.py").write_text(scrubbing_module(service))
        if service.sentry:
            (package / "errors.py").write_text(STAND_IN)
    return folder


@pytest.fixture
def process(monkeypatch):
    """Leave what belongs to the process as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setenv("ENVIRONMENT", "production")
    for name in ("LOG_LEVEL", "LOG_FILE"):
        monkeypatch.delenv(name, raising=False)
    yield monkeypatch
    for module in [
        module for name, module in sys.modules.items() if name.endswith(".logs") and name.startswith("logs_")
    ]:
        if module._settings and module._settings.file:
            module._settings.file.close()
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def imported(process, packages):
    """Import a variant as a new process would."""

    def fresh(name="plain"):
        process.syspath_prepend(packages / name)
        for module in [module for module in sys.modules if module.startswith(f"logs_{name}")]:
            del sys.modules[module]
        return importlib.import_module(f"logs_{name}.logs")

    return fresh


@pytest.fixture
def logs(imported):
    module = imported()
    module.configure_logging()
    return module


@pytest.fixture
def written(capsys):
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_lines_of_the_guide(logs, written):
    logs.logger.info("User logged in", user_id=123, username="player1")
    logs.logger.warning("Slow AI request", model="mistral", duration=5.2, operation="compose_team")
    logs.logger.error("Database connection failed", error="refused", retry_count=3)
    first, second, third = written()
    assert list(first) == [
        "event", "level", "timestamp", "logger", "service", "environment", "user_id", "username"
    ]  # fmt: skip
    assert (first["event"], first["level"], first["user_id"]) == ("User logged in", "info", 123)
    assert len(first["timestamp"]) == len("2024-11-15T10:00:00.123Z")
    assert abs(time.time() - _seconds(first["timestamp"])) < 60
    assert (second["duration"], second["level"], third["retry_count"]) == (5.2, "warning", 3)


def _seconds(text):
    from datetime import datetime

    return datetime.fromisoformat(text).timestamp()


def test_in_development_a_line_is_for_people_as_the_guide_shows_it(imported, process, capsys):
    process.delenv("ENVIRONMENT")
    logs = imported()
    logs.configure_logging()
    logs.logger.info("User logged in", user_id=123, username="player1")
    try:
        raise ValueError("password=planted")
    except ValueError:
        logs.logger.exception("Failed")
    first, second, *rest = capsys.readouterr().out.splitlines()
    assert first[24:] == " [info     ] User logged in user_id=123 username=player1"
    assert second.endswith("Failed")
    assert rest[-1] == "ValueError: password=[Filtered]"


def test_a_terminal_gets_colours_in_development_alone(imported, process):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    logs = imported()
    for environment, is_coloured in (("dev", True), ("staging", False)):
        process.setattr(sys, "stdout", Terminal())
        logs.configure_logging(environment)
        logs.logger.info("User logged in")
        assert ("\x1b[" in sys.stdout.getvalue()) is is_coloured


def test_importing_changes_nothing_and_the_logger_works_at_once(imported, written):
    before = (logging.getLogger().handlers[:], sys.excepthook, structlog.is_configured())
    logs = imported()
    assert before == (logging.getLogger().handlers, sys.excepthook, structlog.is_configured())
    logs.logger.info("User logged in", password="planted")
    assert written()[0]["password"] == "[Filtered]"
    assert before == (logging.getLogger().handlers, sys.excepthook, structlog.is_configured())


def test_the_last_configuration_counts_for_loggers_that_were_used_before(imported, written, capsys):
    logs = imported()
    bound = logs.logger.bind(part="ai")
    bound.info("One")
    logs.configure_logging("development", "error")
    bound.info("Two")
    logs.logger.warning("Three")
    bound.error("Four")
    first, second = capsys.readouterr().out.splitlines()
    assert (json.loads(first)["event"], second[25:]) == ("One", "[error    ] Four part=ai")
    logs.configure_logging("production", 10)
    logs.configure_logging("production", 10)
    bound.debug("Five")
    logging.getLogger("library").debug("Six")
    assert [line["event"] for line in written()] == ["Five", "Six"]


@pytest.mark.parametrize(
    ("level", "events"), [("warning", ["w"]), ("DEBUG", ["d", "i", "w"]), ("10", ["d", "i", "w"]), ("loud", ["i", "w"])]
)
def test_the_level_comes_from_the_environment(imported, process, written, level, events):
    process.setenv("LOG_LEVEL", level)
    logs = imported()
    for _ in range(2):
        for log in (logs.logger, logging.getLogger("library")) if structlog.is_configured() else (logs.logger,):
            log.debug("d")
            log.info("i")
            log.warning("w")
            assert [line["event"] for line in written()] == events
        logs.configure_logging()


def test_libraries_write_the_same_lines_with_their_extra_fields_and_our_context(logs, written):
    logs.bind(request_id="abcdefgh")
    logging.getLogger("httpx").warning("GET %s", "/v2/builds", extra={"retries": 2, "event": "x", "color_message": "y"})
    structlog.get_logger("other.module").info("Native", table="builds")
    logs.unbind("request_id")
    logging.getLogger("httpx").info("two\nlines")
    foreign, native, last = written()
    assert (foreign["event"], foreign["logger"], foreign["retries"]) == ("GET /v2/builds", "httpx", 2)
    assert (foreign["request_id"], foreign["event_"], "color_message" in foreign) == ("abcdefgh", "x", False)
    assert (native["logger"], native["request_id"]) == ("other.module", "abcdefgh")
    assert (last["event"], "request_id" in last) == ("two\nlines", False)


def test_handlers_that_write_to_the_terminal_are_replaced_and_all_others_stay(logs, written):
    kept, replaced = logging.FileHandler(os.devnull), logging.StreamHandler(sys.stderr)
    library = logging.getLogger("noisy.library")
    library.handlers[:], library.propagate = [kept, replaced], False
    logs.configure_logging()
    assert library.handlers == [kept]
    library.error("Once")
    assert [line["event"] for line in written()] == ["Once"]
    kept.close()


def test_a_field_named_like_one_of_ours_gives_way(logs, written):
    logs.logger.info("Called", service="gw2api", level=80, timestamp="now")
    (line,) = written()
    assert (line["service"], line["service_"]) == ("gw2optimizer", "gw2api")
    assert (line["level"], line["level_"], line["timestamp_"]) == ("info", 80, "now")


@pytest.mark.usefixtures("logs")
def test_warnings_are_lines(written):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("an old way", DeprecationWarning, stacklevel=1)
    (line,) = written()
    assert line["logger"] == "py.warnings"
    assert "DeprecationWarning: an old way" in line["event"]


def test_an_exception_is_data_without_local_variables(logs, written):
    token = "planted"  # noqa: F841
    for log in (logs.logger, logging.getLogger("library")):
        try:
            try:
                raise KeyError("cause")
            except KeyError as cause:
                raise ValueError("effect, password=planted") from cause
        except ValueError as error:
            log.exception("Failed")
            log.error("Failed", exc_info=error)
    for line in written():
        effect, cause = line["exception"]
        assert (effect["exc_type"], effect["exc_value"]) == ("ValueError", "effect, password=[Filtered]")
        assert effect["frames"][0]["filename"] == __file__
        assert (cause["exc_type"], cause["is_cause"]) == ("KeyError", True)
        assert "planted" not in json.dumps(line)


@pytest.mark.parametrize("variant", ["plain", "ecs"])
def test_a_group_of_exceptions_shows_all_of_them_and_one_that_never_ends_its_beginning(imported, written, variant):
    logs = imported(variant)
    logs.configure_logging()
    error = ExceptionGroup("both", [ValueError("one"), ExceptionGroup("inner", [KeyError("two")])])
    logs.logger.error("Failed", exc_info=error)
    for number in range(300):
        error = ExceptionGroup(str(number), [error, ValueError("x" * 9000)])
    logs.logger.error("Failed", exc_info=error)
    first, second = written()
    assert all(text in json.dumps(first) for text in ("both", "one", "inner", "two", "KeyError"))
    assert "299" in json.dumps(second)


class Hostile:
    def __repr__(self):
        raise RuntimeError("no")


class Token:
    def __repr__(self):
        return "Token(user='player1', password='planted')"


class Profession(str, Enum):  # noqa: UP042 - as in applications older than StrEnum
    GUARDIAN = "Guardian"


class Mode(StrEnum):
    WVW = "WvW"


def endless():
    inside = {}
    inside["again"] = [inside]
    return inside


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Hostile(), "[unprintable Hostile]"), (Token(), "Token(user='player1', password=[Filtered])"),
        (Profession.GUARDIAN, "Guardian"), (Mode.WVW, "WvW"), (float("nan"), "nan"), (float("-inf"), "-inf"),
        (10**30, str(10**30)), (Decimal("NaN"), "NaN"), (b"\xffab", "\ufffdab"), ("a\ud800b", "a?b"),
        (Decimal("1.50"), "1.50"), (UUID(int=1), str(UUID(int=1))), (Path("/a"), "/a"), (None, None), (True, True),
        ({1: {2, }}, {"1": [2]}), ((1, [Hostile()]), [1, ["[unprintable Hostile]"]]), ({"a": 1e999}, {"a": "inf"}),
        ([[[[[[[[[1]]]]]]]]], [[[[[[[["[too deep]"]]]]]]]]),
    ],
)  # fmt: skip
def test_whatever_is_passed_becomes_json(logs, written, value, shown):
    logs.logger.info("Odd", value=value)
    logging.getLogger("library").info("Odd", extra={"value": value})
    native, foreign = written()
    assert native["value"] == foreign["value"] == shown


def test_nothing_that_is_passed_raises_or_makes_a_line_without_end(logs, capsys):
    wide = {str(number): ["x" * 20] * 10 for number in range(1000)}
    logs.logger.info("Odd", huge="x" * 100_000, wide=wide, endless=endless(), number=10**9999)
    logs.logger.info("Odd", **{f"key_{number}": "x" * 9000 for number in range(50)})
    logs.logger.info(Hostile())
    logs.logger.info({"password": "planted"}, **{"a\ud800": 1})
    # That of pytest would raise, and it is not what is tested.
    root = logging.getLogger()
    root.handlers[:] = [handler for handler in root.handlers if isinstance(handler, logs.LineHandler)]
    logging.getLogger("library").info("%d of %d", "x")
    logging.getLogger("library").info(Hostile())
    logs.logger.info(Hostile(), 1)
    first, second, third, fourth, fifth, sixth, last = capsys.readouterr().out.splitlines()
    assert len(first) < 131_073
    assert (json.loads(first)["cut"], json.loads(first)["number"]) == (True, "[unprintable int]")
    assert json.loads(first)["huge"].endswith("[91808 characters cut]")
    assert list(json.loads(second)) == [*list(json.loads(second))[:6], "not_logged"]
    assert json.loads(third)["not_logged"] == "RuntimeError"
    assert "planted" not in fourth
    assert (json.loads(sixth)["not_logged"], json.loads(last)["event"]) == ("RuntimeError", "[unprintable Hostile]")
    assert (json.loads(fifth)["event"], json.loads(fifth)["args"]) == ("%d of %d", ["x"])


@pytest.mark.parametrize("stream", [None, io.StringIO(), io.TextIOWrapper(io.BytesIO(), encoding="ascii")])
def test_a_standard_output_that_is_gone_closed_or_narrow_disturbs_nobody(logs, process, stream):
    process.setattr(sys, "stdout", stream)
    if isinstance(stream, io.StringIO):
        stream.close()
    logs.logger.info("Gw\u00e9n", place="\u6771\u4eac")
    if isinstance(stream, io.TextIOWrapper):
        assert json.loads(stream.buffer.getvalue())["place"] == "\u6771\u4eac"


@pytest.mark.usefixtures("logs")
def test_what_nobody_caught_is_a_line(written):
    def fails():
        raise KeyError("in a thread")

    threads = [threading.Thread(target=fails, name="loader"), threading.Thread(target=sys.exit)]
    for thread in threads:
        thread.start()
        thread.join()
    sys.excepthook(ValueError, ValueError("at the end"), None)
    sys.unraisablehook(
        SimpleNamespace(exc_type=OSError, exc_value=None, exc_traceback=None, err_msg=None, object=fails)
    )
    thread, end, ignored = written()
    assert (thread["level"], thread["thread"], thread["exception"][0]["exc_type"]) == ("critical", "loader", "KeyError")
    assert (end["event"], end["exception"][0]["exc_value"]) == ("Uncaught exception", "at the end")
    assert (ignored["event"], ignored["level"]) == ("Exception ignored", "error")


def test_threads_do_not_mix_their_lines(logs, capfd):
    def writes(number):
        for count in range(200):
            logs.logger.info("Counted", thread=number, count=count, text="x" * 500)

    threads = [threading.Thread(target=writes, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert len({(line["thread"], line["count"]) for line in lines}) == len(lines) == 1600


def test_a_trace_is_on_the_line_while_a_span_is_open(logs, process, written):
    context = SimpleNamespace(is_valid=True, trace_id=0xABC, span_id=0xDEF)
    trace = ModuleType("opentelemetry.trace")
    trace.get_current_span = lambda: SimpleNamespace(get_span_context=lambda: context)
    process.setitem(sys.modules, "opentelemetry.trace", trace)
    logs.logger.info("Inside")
    context.is_valid = False
    logs.logger.info("Outside")
    inside, outside = written()
    assert (inside["trace_id"], inside["span_id"]) == (f"{0xABC:032x}", f"{0xDEF:016x}")
    assert "trace_id" not in outside


def test_with_a_file_lines_are_json_and_go_there_as_well_and_it_stays_small(imported, process, tmp_path, capsys):
    path = tmp_path / "gw2optimizer.jsonl"
    process.setenv("LOG_FILE", str(path))
    process.setenv("ENVIRONMENT", "development")
    logs = imported()
    logs.configure_logging()
    logging.getLogger("library").info("One")
    process.setattr(logs, "LARGEST_FILE", 1000)
    for number in range(30):
        logs.logger.info("Counted", number=number)
        if number == 10:
            path.rename(tmp_path / "moved")
    assert path.stat().st_size < 1200
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        path.name,
        f"{path.name}.1",
        f"{path.name}.lock",
        "moved",
    ]
    everything = capsys.readouterr().out
    assert path.read_text().splitlines()[-1] == everything.splitlines()[-1]
    assert [json.loads(line)["event"] for line in everything.splitlines()] == ["One", *["Counted"] * 30]


def test_a_file_that_cannot_be_written_is_told_once_and_disturbs_nobody(imported, process, tmp_path, written):
    process.setenv("LOG_FILE", str(tmp_path / "nowhere" / "lines.jsonl"))
    logs = imported()
    logs.logger.info("One")
    logs.logger.info("Two")
    first, *others = written()
    assert (first["level"], "nowhere" in first["event"]) == ("error", True)
    assert [line["event"] for line in others] == ["One", "Two"]


def test_processes_that_share_a_file_lose_nothing_when_it_begins_anew(packages, tmp_path):
    path = tmp_path / "lines.jsonl"
    program = (
        "from logs_plain import logs; logs.LARGEST_FILE = 40_000\n"
        "import os; [logs.logger.info('Counted', pid=os.getpid(), number=n) for n in range(200)]"
    )
    environment = {**os.environ, "PYTHONPATH": str(packages / "plain"), "LOG_FILE": str(path)}
    command = [sys.executable, "-c", program]
    running = [subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(30) for process in running] == [0, 0]
    lines = [json.loads(line) for file in (path, tmp_path / "lines.jsonl.1") for line in file.read_text().splitlines()]
    assert sorted(line["number"] for line in lines) == sorted([*range(200)] * 2)


def test_elasticsearch_gets_the_names_of_its_schema(imported, written):
    logs = imported("ecs")
    logs.configure_logging()
    logs.bind(request_id="abcdefgh")
    logs.logger.warning("request", method="GET", path="/a", status=503, duration_ms=12.5, user="player1", tags=["a"])
    try:
        raise ValueError("bad")
    except ValueError:
        logging.getLogger("library").exception("Failed", extra={"mumble": 1, "token_name": "t", "guild_key": "k"})
    logs.logger.error("Database connection failed", error="refused")
    request, failed, refused = written()
    assert request["message"] == "request"
    assert request["http.request.id"] == "abcdefgh"
    assert request["event.duration"] == 12_500_000
    assert (request["http.response.status_code"], request["http.request.method"], request["url.path"]) == (
        503,
        "GET",
        "/a",
    )
    assert (request["labels.user"], request["labels.tags"]) == ("player1", '["a"]')
    assert (request["log.level"], request["service.name"]) == ("warning", "gw2optimizer")
    assert (failed["error.type"], failed["error.message"], failed["log.logger"]) == ("ValueError", "bad", "library")
    assert f"{__file__}:" in failed["error.stack_trace"]
    assert (failed["mumble"], failed["token_name"], failed["guild_key"]) == ("[Filtered]", "t", "[Filtered]")
    assert refused["error.message"] == "refused"
    for line in (request, failed, refused):
        roots = [key for key in line if "." not in key]
        assert not {"error", "user", "tags", "log", "event", "service", "http"} & {*roots}
        assert line["@timestamp"].endswith("Z")


def test_the_errors_module_sees_each_line_before_its_exception_is_rendered(imported, process, written):
    process.setenv("APP_ENV", "production")
    process.setenv("ENVIRONMENT", "development")
    logs = imported("sentry")
    seen = importlib.import_module("logs_sentry.errors").seen
    logs.configure_logging()
    error = ValueError("bad")
    logs.logger.error("Failed", exc_info=error, part="ai")
    logging.getLogger("library").warning("Slow %s", "query", extra={"table": "builds"})
    (name, method, event), (library, level, foreign) = seen
    assert (name, method, event["exc_info"], event["part"]) == ("gw2optimizer", "error", error, "ai")
    assert (library, level, foreign["event"], foreign["table"]) == ("library", "warning", "Slow query", "builds")
    assert foreign["_record"].msg == "Slow %s"
    assert [line["environment"] for line in written()] == ["production"] * 2


def test_an_async_logger_keeps_the_context(logs, written):
    async def works():
        logs.bind(request_id="abcdefgh")
        await logs.logger.ainfo("Later")

    asyncio.run(works())
    assert written()[0]["request_id"] == "abcdefgh"


def test_captured_logs_of_structlog_s_own_test_helper_are_ours(logs):
    with structlog.testing.capture_logs() as captured:
        logs.logger.info("User logged in", user_id=123)
    assert captured == [{"event": "User logged in", "user_id": 123, "log_level": "info"}]


def test_a_reloaded_module_writes_each_line_once(logs, written):
    importlib.reload(logs)
    logs.configure_logging()
    logging.getLogger("library").info("Once")
    logs.logger.info("Once")
    assert [line["event"] for line in written()] == ["Once"] * 2


def test_the_service_has_the_module_and_the_configuration_of_servers_where_the_spec_speaks_of_logs():
    paths = {artifact.path for artifact in generate(VARIANTS["plain"])}
    assert {"python/gw2optimizer/logs.py", "python/gw2optimizer/logging.json"} <= paths
    assert not any("log" in artifact.path for artifact in generate(guide.service()))
    assert json.loads(logging_config(VARIANTS["plain"]))["version"] == 1


RULES = "E,F,I,UP,B,ANN,D,SIM,RUF,N"
CHECK = ("check", f"--select={RULES}", "--config", 'lint.pydocstyle.convention="google"')


def found_by(packages, *command):
    done = subprocess.run([sys.executable, "-m", *command], cwd=packages, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("command", [CHECK, ("format", "--check", "--diff")], ids=["check", "format"])
def test_ruff_finds_nothing(packages, command):
    assert found_by(packages, "ruff", *command, "--isolated", "--line-length=120", ".") == ""


def test_the_configuration_of_gunicorn_points_at_that_of_its_lines(tmp_path):
    service = VARIANTS["plain"]._replace(python=guide.module(workers="multi"))
    for artifact in generate(service):
        (tmp_path / Path(artifact.path).name).write_text(artifact.text)
    (tmp_path / "__init__.py").write_text('"""The package of a service."""\n')
    assert (
        'logconfig_json = str(Path(__file__).with_name("logging.json"))' in (tmp_path / "gunicorn_conf.py").read_text()
    )
    for command in (CHECK, ("format", "--check", "--diff")):
        found = found_by(tmp_path, "ruff", *command, "--isolated", "--line-length=120", "gunicorn_conf.py")
        assert found == ""


@pytest.mark.prove
def test_mypy_finds_nothing(packages):
    folders = (f"{name}/logs_{name}" for name in VARIANTS)
    assert found_by(packages, "mypy", "--strict", "--python-version=3.11", "--cache-dir=cache", *folders) == ""
