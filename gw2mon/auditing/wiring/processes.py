"""Several worker processes, each of which counts for itself, and nobody who adds up."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from gw2mon.auditing.linting import Linted
from gw2mon.finding import Finding, Position

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.auditing.estate import Estate
    from gw2mon.auditing.stacks import Composed
    from gw2mon.compose_lint.reading import Service

CODE = "GW639"
_TOGETHER = re.compile(r"prometheus_multiproc_dir", re.IGNORECASE)
_COUNTS = re.compile(r"\bprometheus_client\b|\bprometheus_fastapi_instrumentator\b|\bstarlette_exporter\b")
_FLAGS = {"gunicorn": ("-w", "--workers"), "uvicorn": ("--workers",), "hypercorn": ("-w", "--workers"),
          "fastapi": ("--workers",), "granian": ("--workers",)}  # fmt: skip
_SETTINGS = re.compile(r"(?:^|/)gunicorn[\w.]*\.py$")


class Start(NamedTuple):
    """A place that starts several processes."""

    place: Position
    said: str


def processes(estate: Estate, stacks: Sequence[Composed]) -> Iterator[Linted]:
    """GW639: a scrape reaches one of them by chance, and counters jump back and forth."""
    sources = {path: text for path, text in estate.texts.items() if path.endswith(".py")}
    if not any(map(_COUNTS.search, sources.values())) or any(map(_TOGETHER.search, estate.texts.values())):
        return
    for start in (*_in_compose(stacks), *_in_python(sources)):
        said = f"{start.said}, and nothing sets PROMETHEUS_MULTIPROC_DIR: each process counts for itself"
        advice = (
            "a scrape reaches one of them by chance, so that rates and shares are wrong: set the variable to an empty "
            "folder, and expose what MultiProcessCollector adds up"
        )
        yield Linted(Finding(CODE, "warning", said, start.place, advice), "fires for the wrong reason")


def _in_compose(stacks: Sequence[Composed]) -> Iterator[Start]:
    for each in stacks:
        for service in each.stack.services:
            at = each.compose.node.child("services", service.name)
            command = _several(_words(service))
            copies = (service.environment.get("WEB_CONCURRENCY") or "").strip()
            if command and service.program is None:
                yield Start(at.child("command").position, f"{service.name} starts {command} workers")
            elif copies.isdigit() and int(copies) > 1 and service.program is None:
                yield Start(
                    at.child("environment").position, f"WEB_CONCURRENCY starts {copies} workers of {service.name}"
                )


def _words(service: Service) -> list[str]:
    return [part for word in service.command or () for part in word.split()]


def _several(words: Sequence[str]) -> str:
    """How many processes a command starts, where those are several; "" otherwise."""
    program = next((word.rpartition("/")[2] for word in words if word.rpartition("/")[2] in _FLAGS), "")
    for number, word in enumerate(words):
        flag, equals, value = word.partition("=")
        short = re.fullmatch(r"-w(\d+)", word)
        if short and "-w" in _FLAGS.get(program, ()):
            flag, value = "-w", short[1]
        elif flag in _FLAGS.get(program, ()) and not equals:
            value = words[number + 1] if number + 1 < len(words) else ""
        if flag in _FLAGS.get(program, ()) and value.isdigit() and int(value) > 1:
            return value
    return ""


def _in_python(sources: dict[str, str]) -> Iterator[Start]:
    for path, text in sources.items():
        if "workers" not in text:
            continue
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node, value in _values(tree, is_settings=_SETTINGS.search(path) is not None):
            place = Position(path, node.lineno, node.col_offset + 1)
            if isinstance(value, ast.Constant) and isinstance(value.value, int) and value.value > 1:
                yield Start(place, f"this starts {value.value} workers")
            elif "cpu_count" in ast.unparse(value):
                yield Start(place, "this starts a worker for each processor")


def _values(tree: ast.Module, *, is_settings: bool) -> Iterator[tuple[ast.stmt | ast.expr, ast.expr]]:
    """What is said of workers: to uvicorn.run, or at the top of the settings of gunicorn."""
    for node in tree.body if is_settings else ():
        if isinstance(node, ast.Assign) and any(
            isinstance(one, ast.Name) and one.id == "workers" for one in node.targets
        ):
            yield node, node.value
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "uvicorn.run":
            yield from ((keyword.value, keyword.value) for keyword in call.keywords if keyword.arg == "workers")
