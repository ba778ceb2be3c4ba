"""The versions that the generated modules are tried with: a few columns, each an interpreter and its libraries."""

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests import tools

UV = Path(sys.executable).with_name("uv")


class Column(NamedTuple):
    """An interpreter, and the versions that differ from those in requirements/dev.txt, or are not there."""

    python: str
    versions: dict[str, str]


# What a user of the generated modules may have installed; docs/python.md says which module needs which.
LIBRARIES = (
    "prometheus-client", "starlette", "fastapi", "prometheus-fastapi-instrumentator", "structlog", "sentry-sdk",
    "sqlalchemy", "httpx", "requests", "redis", "uvicorn", "gunicorn", "opentelemetry-api",
)  # fmt: skip
COLUMNS = {
    "oldest": Column(
        "3.11",
        {
            "prometheus-client": "0.18.0",
            "fastapi": "0.121.0",
            "starlette": "0.40.0",
            "prometheus-fastapi-instrumentator": "7.0.0",
            "structlog": "23.1.0",
            "sentry-sdk": "2.46.0",
            "sqlalchemy": "2.0.0",
            "httpx": "0.27.0",
            "requests": "2.32.2",
            "redis": "5.0.0",
            "uvicorn": "0.34.0",
            "gunicorn": "24.1.1",
            "opentelemetry-api": "1.20.0",
            "pydantic": "2.10.0",
            "pydantic-core": "2.27.0",
        },
    ),
    # FastAPI 0.137 is the first that keeps a router which it includes, instead of taking over its routes; releases of
    # the instrumentator before 8.0.1 then lose the prefix of every route.
    "middle": Column(
        "3.12",
        {
            "prometheus-client": "0.23.1",
            "fastapi": "0.137.0",
            "starlette": "1.0.0",
            "prometheus-fastapi-instrumentator": "8.0.1",
            "structlog": "25.5.0",
            "sentry-sdk": "2.60.0",
            "sqlalchemy": "2.0.44",
            "httpx": "0.28.1",
            "requests": "2.32.5",
            "redis": "7.0.0",
            "uvicorn": "0.40.0",
            "gunicorn": "25.0.0",
            "opentelemetry-api": "1.35.0",
        },
    ),
    # The fast JSON that logs.py uses where it is installed.
    "newest": Column("3.13", {"orjson": "3.13.0"}),
}


def versions(column: Column) -> dict[str, str]:
    """The version of everything that may be installed: the column's, else the one that is locked."""
    lock = (tools.CHECKOUT / "requirements/dev.txt").read_text()
    return dict(re.findall(r"^([\w.-]+)==([\w.+!-]+)", lock, re.MULTILINE)) | column.versions


def made(column: Column, folder: Path) -> Path:
    """Make the environment of a column in a folder; its interpreter."""
    python, constraints = folder / "bin/python", folder.with_suffix(".txt")
    constraints.write_text("".join(f"{name}=={version}\n" for name, version in versions(column).items()))
    for command in (
        ("venv", "--python", tools.python(column.python), folder),
        ("pip", "install", "--python", python, "--constraint", constraints, *{*LIBRARIES, *column.versions}),
    ):
        done = subprocess.run([UV, *command, "--quiet"], check=False, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
    return python
