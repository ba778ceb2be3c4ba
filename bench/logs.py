# ruff: noqa: INP001 - scripts, not a package
"""What a line of the log costs, beside structlog and `logging` as people set them up: JSON, with secrets and all."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
import timeit
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TextIO

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

CALLS = 1_000
ROUNDS = 10
"""Rounds for each run that is asked for. The least time counts, which only the code itself explains."""

FIELDS = 'user_id=123, username="player1", path="/api/builds/12"'
INFO = f'info("User logged in", {FIELDS})'
EXTRA = f'info("User logged in", extra=dict({FIELDS}))'
UNSEEN = "info(next(texts), user_id=123, username=next(texts), path=next(texts))"
STATEMENTS = {
    "ours": f"ours.{INFO}",
    "ours filtered": f"ours.{INFO.replace('info', 'debug', 1)}",
    "library": f"library.{EXTRA}",
    "ours unseen": f"ours.{UNSEEN}",
    "structlog": f"plain.{INFO}",
    "structlog unseen": f"plain.{UNSEEN}",
    "logging": f"json_logging.{EXTRA}",
}

PROSE = "Loaded 7 builds of player1: 12 ms, cache=hit. "
HOSTILE = (
    *(
        "://a:",
        "://",
        "a=",
        "=a",
        "pwd='",
        "pwd=(",
        "pwd: ",
        "pwd: str ",
        "pwd\\",
        "passw",
        "password",
        "--pwd ",
        "token ",
    ),
    *(
        "token a1",
        "bearer ",
        "basic a",
        "Key (",
        "[raw sql",
        "[parameters: ",
        "input_value=",
        "?code=",
        "&",
        "/reset/",
        "/",
    ),
    *(
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY",
        "eyJaaaaaaaa.",
        "0123ABCD-",
        "sk-live-",
        "%3D",
        "%3A%2F%2F",
        "<pwd",
        "<a ",
    ),
    *(
        "cookie: a=",
        "api ",
        " ",
        '"',
        "\\",
        "pwd=[[",
        'pwd="""',
        "invalid input syntax for ",
        "a",
        "-",
        "_",
        "a.b-",
        "\u00e9=",
    ),
)
"""What makes careless patterns search for ever, again and again."""


def figures(spec: Path, runs: int) -> Iterator[tuple[str, float, float, str]]:
    """What is measured, the seconds of a thousand calls, those of the yardstick, and the greatest ratio wanted."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, _output(nowhere):
        names = _loggers(spec, nowhere)
        seconds = _least(names, runs * ROUNDS)
    yield "logger.info, structlog with JSON", seconds["ours"], seconds["structlog"], "≤ 1.5"
    yield "texts never seen before, structlog", seconds["ours unseen"], seconds["structlog unseen"], "≤ 1.5"
    yield "logger.info, logging with JSON", seconds["ours"], seconds["logging"], "≤ 1"
    yield "a library's record, logging with JSON", seconds["library"], seconds["logging"], "≤ 1.5"
    yield "logger.debug that is left out, logger.info", seconds["ours filtered"], seconds["ours"], "-"
    clean = sys.modules["generated_package.scrubbing"].clean
    prose, worst = (max(_once(clean, text * 100_000) for text in texts) for texts in ((PROSE,), HOSTILE))
    yield "worst of hostile texts, prose; both 8 kB", worst, prose, "≤ 10"


@contextmanager
def _output(stream: TextIO) -> Iterator[None]:
    """Let the loggers of this process write elsewhere, and leave it as it was."""
    root, usual = logging.getLogger(), (sys.stdout, sys.excepthook, sys.unraisablehook)
    handlers, level = root.handlers[:], root.level
    sys.stdout = stream
    try:
        yield
    finally:
        sys.stdout, sys.excepthook, sys.unraisablehook = usual
        root.handlers[:], root.level = handlers, level
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()


def _loggers(spec: Path, nowhere: TextIO) -> dict[str, Any]:
    plain = structlog.wrap_logger(
        structlog.WriteLogger(nowhere),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(nowhere)
    handler.setFormatter(_Json())
    json_logging = logging.getLogger("bench.json")
    json_logging.handlers, json_logging.propagate = [handler], False
    json_logging.setLevel(logging.INFO)
    ours = _generated(spec)
    ours.configure_logging("production", "info")
    return {
        "ours": ours.logger,
        "plain": plain,
        "library": logging.getLogger("bench.library"),
        "json_logging": json_logging,
        "texts": (f"Loaded build {number}" for number in count()),
    }


class _Json(logging.Formatter):
    """The formatter that people write."""

    def format(self, record: logging.LogRecord) -> str:
        extra = {key: value for key, value in record.__dict__.items() if key in {"user_id", "username", "path"}}
        line = {"event": record.getMessage(), "level": record.levelname.lower(), "timestamp": self.formatTime(record)}
        return json.dumps({**line, "logger": record.name, **extra})


def _generated(spec: Path) -> Any:  # noqa: ANN401 - a module
    """The logs module of a spec; alone, without the errors module that it may feed."""
    from gw2mon import project
    from gw2mon.generators.python.logs import logs_module
    from gw2mon.generators.python.scrubbing import scrubbing_module

    model, _ = project.analyse(project.load([spec]).sources)
    service = model.services[0]._replace(sentry=None)
    sys.modules["generated_package"] = ModuleType("generated_package")
    for name, source in (("scrubbing", scrubbing_module(service)), ("logs", logs_module(service))):
        module = sys.modules[f"generated_package.{name}"] = ModuleType(f"generated_package.{name}")
        module.__package__ = "generated_package"
        exec(compile(source, f"{name}.py", "exec"), vars(module))  # noqa: S102 - our own output
    return sys.modules["generated_package.logs"]


def _once(function: Callable[[str], str], text: str) -> float:
    """The least processor time of one call."""
    return min(timeit.repeat(lambda: function(text), timer=time.thread_time, number=1, repeat=3))


def _least(names: Mapping[str, Any], rounds: int) -> dict[str, float]:
    """The least processor time of each statement, all of them taking turns."""
    timers = {
        name: timeit.Timer(statement, timer=time.thread_time, globals=dict(names))
        for name, statement in STATEMENTS.items()
    }
    taken: dict[str, list[float]] = {name: [] for name in timers}
    for _ in range(rounds):
        for name, timer in timers.items():
            taken[name].append(timer.timeit(CALLS))
    return {name: min(found) for name, found in taken.items()}
