"""Whoever adopts a generated file need not exempt it from linters, type checkers or formatters."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from decimal import Decimal

import pytest

from gw2mon.artifacts import Artifact
from gw2mon.generators.python import generate, layout, metrics_module
from gw2mon.generators.python.naming import OWN
from gw2mon.model import Function
from tests.python import guide

RULES = "E,F,I,UP,B,ANN,D,SIM,RUF,N"
LONG = "A sentence that goes on, and on, and tells of every thing that a person might want to know, until it ends"
SEVERAL = guide.metric("gw2_levels", "gauge", LONG * 3, "levels", [("level", guide.closed(*map(str, range(40))))])
SET_LEVEL = Function(
    "set_level_of_something_that_has_a_very_long_name",
    LONG * 3,
    (guide.label("level", SEVERAL.labels[0].values), guide.amount("value", "ratio", optional=True)),
    (guide.record("set", "gw2_levels", "level", "value", ("value",)),
     guide.record("increment", "gw2_plain_total", "", "value", ("value",)),
     guide.record("increment", "gw2_plain_total", "")),
)  # fmt: skip
PLAIN = guide.metric("gw2_plain_total", "counter", "Plain", "")
SUMMARY = guide.metric("gw2_size_bytes", "summary", "Sizes", "levels", [("kind", guide.known("a"))])
OBSERVE = Function(
    "observe_size",
    "",
    (guide.amount("size", "bytes"), guide.label("kind", guide.known("a"), optional=True),
     guide.amount("weight", "count", optional=True)),
    (guide.record("observe", "gw2_size_bytes", "kind", "size", ("kind",)),
     guide.record("increment", "gw2_ai_tokens_used_total", "model:mistral token_type:prompt", "weight", ("weight",)),
     guide.record("observe", "gw2_size_bytes", "kind", "weight", ("kind", "weight"))),
)  # fmt: skip
LOOK_UPS = tuple(
    Function(
        "observe_" + "w" * width,
        "",
        (guide.label("operation", guide.AI_OPERATION), guide.amount("duration"), guide.label("model", guide.AI_MODEL)),
        (guide.record("increment", "gw2_ai_tokens_used_total", f"model token_type:{'c' * 10}", "duration"),
         guide.record("observe", "gw2_ai_request_duration_seconds", "model operation", "duration")),
    )
    for width in range(0, 64, 4)
)  # fmt: skip
MANY_BUCKETS = tuple(Decimal(number) / 8 for number in range(60))
VARIANTS = {
    "guide": guide.module(),
    "multi": guide.module(workers="multi"),
    "no_functions": guide.module(functions=()),
    "no_metrics": guide.module(metrics=(), functions=(), retired=(), fastapi=None),
    "one_metric": guide.module(metrics=(PLAIN,), functions=(), retired=(), fastapi=None),
    "look_ups": guide.module(functions=LOOK_UPS, fastapi=guide.HTTP._replace(highr_buckets=MANY_BUCKETS)),
    "no_fastapi": guide.module(fastapi=None, retired=()),
    "odd": guide.module(
        metrics=(*guide.METRICS, SEVERAL, PLAIN, SUMMARY),
        functions=(*guide.FUNCTIONS, SET_LEVEL, OBSERVE),
        fastapi=guide.HTTP._replace(exclude=tuple(f"/a/very/long/path/{n}" for n in range(9)), in_progress=False),
        counts_unknown_values=None,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("variants")
    for name, module in VARIANTS.items():
        (folder / f"{name}.py").write_text(metrics_module(guide.service(module)))
    return folder


def run(folder, *command):
    done = subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing(folder):
    convention = 'lint.pydocstyle.convention="google"'
    run(folder, "ruff", "check", "--isolated", "--line-length=120", f"--select={RULES}", "--config", convention, ".")


def test_ruff_has_nothing_to_format(folder):
    run(folder, "ruff", "format", "--isolated", "--line-length=120", "--check", "--diff", ".")


def test_mypy_finds_nothing(folder):
    run(folder, "mypy", "--strict", "--python-version=3.11", f"--cache-dir={folder / 'cache'}", ".")


CALLER = """
from guide import time_ai_request, track_cache_operation
track_cache_operation("get", "maybe")
@time_ai_request("mistral", "rank")
async def ask(question: str, *, times: int = 1) -> str:
    with time_ai_request("mistral", "rank") as timed:
        timed.status, timed.tokens_prompt = "timeout", 3
        timed.status = "late"
    return question
async def later() -> int:
    await ask(1)
    return await ask("why", times=2)
"""


def test_mypy_finds_a_caller_that_passes_an_undeclared_value_or_misuses_what_is_decorated(folder, tmp_path):
    caller = tmp_path / "caller.py"
    caller.write_text(CALLER)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={folder / 'cache'}", str(caller)],
        cwd=folder, env={"MYPYPATH": str(folder)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = re.findall(r":(\d+): error: .*(?:expected|got|has type) (.*?)  \[", done.stdout)
    assert told[0] == ("3", "\"Literal['hit', 'miss', 'error']\"")
    assert [int(line) for line, _ in re.findall(r":(\d+): (error)", done.stdout)] == [3, 8, 11, 12]


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_works_and_the_module_reserves_the_names_it_uses(folder, name):
    from tests.python.conftest import forget, load

    forget()
    load(folder / f"{name}.py").default.unregister()
    forget()
    tree = ast.parse((folder / f"{name}.py").read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert imported - {"Instrumentator", "metrics"} <= OWN


def test_layout_is_that_of_the_formatter_at_every_length(tmp_path):
    lines: list[str] = []
    for length in range(60, 130):
        word = "x" * (length // 3)
        items = [layout.literal(word + c) for c in "abc"]
        lines.append(layout.spread("alias = Literal[", items, "]"))
        lines.append(layout.spread("call = function(", [*items, layout.literal("y" * (length % 7))], ")"))
        lines.append(layout.tuple_of("tuple_ = (", items))
        lines.append(layout.tuple_of("single = (", [layout.literal("z" * length)]))
        lines.append(layout.spread("call(", [layout.long_literal("word " * (length // 3), 4), "one"], ")"))
    lines += [f"text = {layout.literal(text)}" for text in ("a'b", 'a"b', "'\"", '""\'', '\\"', "\x00\xff")]
    (tmp_path / "laid_out.py").write_text("\n".join(lines) + "\n")
    run(tmp_path, "ruff", "format", "--isolated", "--line-length=120", "--check", "--diff", ".")


@pytest.mark.parametrize(
    ("value", "text"), [("0.10", "0.1"), ("1E+1", "10"), ("1E-7", "0.0000001"), ("60", "60"), ("1E+999", "1e+999")]
)
def test_bounds_are_written_as_people_write_them(value, text):
    assert layout.number(Decimal(value)) == text


def test_the_artifact_lies_in_the_package_of_its_service_and_is_always_the_same():
    artifacts = generate(guide.service(name="gw2-optimizer"))
    artifact = artifacts[0]
    assert (artifact.path, artifact.owner) == ("python/gw2_optimizer/metrics.py", "gw2-optimizer")
    assert generate(guide.service(name="gw2-optimizer")) == artifacts
    assert isinstance(artifact, Artifact)
    assert artifact.text.startswith("# Generated by gw2mon (python) from specs/gw2optimizer.yaml.\n# Do not edit")


def test_the_module_of_the_guide_stays_short():
    assert metrics_module(guide.service()).count("\n") < 800
