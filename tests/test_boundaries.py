"""The laws of ARCHITECTURE.md, read off the sources: who imports what, who touches the world, how large parts grow."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from statistics import median, quantiles
from typing import TYPE_CHECKING, NamedTuple

import pytest

from gw2mon.generators import GENERATORS
from tests.tools import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = CHECKOUT / "gw2mon"


class Module(NamedTuple):
    """A module of the package: its dotted name, its tree, and its lines."""

    name: str
    tree: ast.Module
    text: str

    def within(self, *packages: str) -> bool:
        return any(f"{self.name}.".startswith(f"{package}.") for package in packages)


@cache
def modules() -> tuple[Module, ...]:
    return tuple(_module(path) for path in sorted(PACKAGE.rglob("*.py")))


def _module(path: Path) -> Module:
    name = ".".join(path.relative_to(CHECKOUT).with_suffix("").parts).removesuffix(".__init__")
    text = path.read_text()
    return Module(name, ast.parse(text), text)


@cache
def imports(module: Module) -> dict[str, set[int]]:
    """What a module imports at run time, wherever in it, with the lines; `from a import b` counts as `a.b`."""
    found: dict[str, set[int]] = defaultdict(set)
    for node in _running(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.name].add(node.lineno)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                found[f"{node.module}.{alias.name}"].add(node.lineno)
    return found


def _running(node: ast.AST):
    """All nodes but those that only the type checker sees."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield child
        yield from _running(child)


def importers(package: str) -> set[str]:
    """The modules that import a package or anything inside it."""
    return {module.name for module in modules() for name in imports(module) if f"{name}.".startswith(f"{package}.")}


def calls(module: Module):
    """Every call as (dotted name, line); the name of a method begins with a dot."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield _called(node.func), node.lineno


def _called(function: ast.expr) -> str:
    match function:
        case ast.Name(name):
            return name
        case ast.Attribute(ast.Name(owner), attribute):
            return f"{owner}.{attribute}"
        case ast.Attribute(_, attribute):
            return f".{attribute}"
        case _:
            return ""


def outside(found: set[str], *packages: str) -> list[str]:
    """The modules that are in none of the packages."""
    return sorted(name for name in found if not any(f"{name}.".startswith(f"{package}.") for package in packages))


# --- one place for each part of the world ----------------------------------------------------------------------------

FILE_METHODS = {
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink", "rmdir", "touch", "rename",
    "iterdir", "glob", "rglob", "exists", "is_file", "is_dir", "symlink_to", "chmod", "stat", "lstat", "resolve",
}  # fmt: skip
READS = {"read_text", "read_bytes", "iterdir", "is_file"}
NO_FILES = {"environ.get", "read", "write", "killpg"}
"""What of `os` is about pipes, processes and the environment."""
NO_FILE = ("gw2mon.fetch", {".open"})
"""An opener of addresses, which is no file."""
SILENCED_OUTPUT = ("gw2mon.cli", {"os.open", "os.dup2"})
"""When the reader of a pipe has gone, the command line sends the rest to the null device."""


def touches_files(module: Module) -> list[str]:
    # Files of the package itself are read as resources, whose methods are called like those of paths.
    allowed = READS if any(name.startswith("importlib.resources") for name in imports(module)) else set()
    return [
        f"{module.name}:{line}: {name}"
        for name, line in calls(module)
        if _is_about_files(name, allowed)
        and not any(module.name == place and name in names for place, names in (SILENCED_OUTPUT, NO_FILE))
    ]


def _is_about_files(name: str, allowed: set[str]) -> bool:
    owner, _, method = name.rpartition(".")
    if owner == "os":
        return name.removeprefix("os.") not in NO_FILES
    return name == "open" or (method in FILE_METHODS - allowed and bool(owner or name.startswith(".")))


@pytest.mark.parametrize("line", ["open(name)", "Path(name).write_text(text)", "os.remove(name)", "path.mkdir()"])
def test_a_line_that_touches_files_would_be_seen(line):
    assert touches_files(Module("gw2mon.sneaky", ast.parse(line), line))


def test_only_gw2mon_files_touches_the_file_system():
    found = [place for module in modules() if not module.within("gw2mon.files") for place in touches_files(module)]
    assert found == []


def test_files_of_the_package_itself_are_read_as_resources_in_few_places():
    readers = importers("importlib.resources")
    assert len(readers) <= 5


def test_only_external_starts_processes():
    assert importers("subprocess") | importers("multiprocessing") == {"gw2mon.external"}
    started = {
        module.name
        for module in modules()
        for name, _ in calls(module)
        if name in ("os.system", "os.popen", "os.execv")
    }
    assert started == set()


def test_grafanalib_is_used_in_one_place():
    assert len(importers("grafanalib")) <= 1
    assert outside(importers("grafanalib"), "gw2mon.generators.grafana") == []


def test_only_the_command_line_prints_and_exits():
    speaking = {
        f"{module.name}:{line}"
        for module in modules()
        if not module.within("gw2mon.cli", "gw2mon.commands")
        for name, line in calls(module)
        if name in ("print", "sys.exit", "exit", "quit", "os._exit", "typer.echo", "typer.Exit", "click.echo", "input")
        or name in ("sys.stdout.write", "sys.stderr.write")
    }
    assert speaking == set()
    assert outside(importers("typer") | importers("click"), "gw2mon.cli", "gw2mon.commands") == []


def test_pydantic_stays_at_the_border():
    assert outside(importers("pydantic"), "gw2mon.spec", "gw2mon.loader") == []
    assert outside(importers("pydantic_core"), "gw2mon.spec", "gw2mon.loader", "gw2mon.catalogs.parameters") == []


def test_yaml_is_parsed_only_where_positions_are_kept_and_in_the_catalogues():
    assert outside(importers("yaml"), "gw2mon.yamlread", "gw2mon.catalogs") == []


def test_no_clock_and_no_chance_reach_an_output():
    assert importers("random") | importers("datetime") | importers("uuid") | importers("secrets") == set()
    assert outside(importers("time"), "gw2mon.external", "gw2mon.files") == []


# --- one direction ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "forbidden"),
    [
        ("gw2mon.generators", ("gw2mon.spec", "gw2mon.compiler", "gw2mon.loader", "gw2mon.checks", "gw2mon.cli")),
        ("gw2mon.model", ("gw2mon.spec", "gw2mon.compiler", "gw2mon.generators", "gw2mon.checks", "gw2mon.loader")),
        ("gw2mon.spec", ("gw2mon.compiler", "gw2mon.model", "gw2mon.generators", "gw2mon.checks", "gw2mon.loader")),
        ("gw2mon.compiler", ("gw2mon.generators", "gw2mon.checks", "gw2mon.files", "gw2mon.cli")),
        ("gw2mon.checks", ("gw2mon.spec", "gw2mon.generators", "gw2mon.files", "gw2mon.cli")),
        ("gw2mon.files", ("gw2mon.spec", "gw2mon.compiler", "gw2mon.generators", "gw2mon.model", "gw2mon.cli")),
        ("gw2mon.loader", ("gw2mon.compiler", "gw2mon.generators", "gw2mon.files", "gw2mon.cli")),
        ("gw2mon.inference", ("gw2mon.spec", "gw2mon.compiler", "gw2mon.checks", "gw2mon.generators", "gw2mon.proofs")),
        ("gw2mon.proofs", ("gw2mon.spec", "gw2mon.compiler", "gw2mon.generators", "gw2mon.files", "gw2mon.cli")),
    ],
)
def test_parts_know_only_what_comes_before_them(part, forbidden):
    wrong = [
        f"{module.name} imports {name}"
        for module in modules()
        if module.within(part)
        for name in imports(module)
        if any(f"{name}.".startswith(f"{package}.") for package in forbidden)
    ]
    assert wrong == []


def test_promql_stands_alone():
    wrong = [
        f"{module.name} imports {name}"
        for module in modules()
        if module.within("gw2mon.promql")
        for name in imports(module)
        if name.startswith("gw2mon.") and not name.startswith("gw2mon.promql")
    ]
    assert wrong == []


def test_nobody_imports_the_command_line():
    assert outside(importers("gw2mon.cli"), "gw2mon.cli") == ["gw2mon.__main__"]


def test_a_folder_of_the_output_has_the_name_of_its_generator():
    packages = {path.name for path in (PACKAGE / "generators").iterdir() if (path / "__init__.py").exists()}
    single = {path.stem for path in (PACKAGE / "generators").glob("*.py")} - {"__init__"}
    assert set(GENERATORS) <= packages | single
    assert set(GENERATORS) == {
        name
        for name in packages | single
        if re.search(rf"\b{name}\b", (PACKAGE / "generators/__init__.py").read_text())
    }


# --- data is dumped, not written by hand ------------------------------------------------------------------------------

YAML_LINE = re.compile(r"^\s*(?:- )?[a-z_]+:(?: |$)", re.MULTILINE)


def test_templates_produce_only_source_code_and_prose():
    made = {path.name for path in (PACKAGE / "templates").rglob("*.j2")}
    assert {name.removesuffix(".j2").rpartition(".")[2] for name in made} <= {"py", "md"}


def test_no_generator_writes_yaml_or_json_by_hand():
    wrong = [
        f"{module.name}:{node.lineno}"
        for module in modules()
        if module.within("gw2mon.generators")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.JoinedStr) and _looks_like_data(node)
    ]
    assert wrong == []


def _looks_like_data(node: ast.JoinedStr) -> bool:
    text = "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
    return ("\n" in text and YAML_LINE.search(text) is not None) or text.lstrip().startswith(('{"', '[{"'))


# --- sizes and names -------------------------------------------------------------------------------------------------


def code_lines(node: ast.AST, text: str) -> int:
    """Lines that hold code: neither blank, nor comment, nor docstring."""
    told = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Constant) and isinstance(inner.value.value, str):
            told |= set(range(inner.lineno, (inner.end_lineno or inner.lineno) + 1))
    first = getattr(node, "lineno", 1)
    last = getattr(node, "end_lineno", None) or text.count("\n") + 1
    lines = text.splitlines()[first - 1 : last]
    return sum(
        1
        for number, line in enumerate(lines, first)
        if line.strip() and not line.strip().startswith("#") and number not in told
    )


@cache
def module_sizes() -> dict[str, int]:
    return {module.name: code_lines(module.tree, module.text) for module in modules()}


@cache
def function_sizes() -> dict[str, int]:
    return {
        f"{module.name}.{node.name}:{node.lineno}": code_lines(node, module.text)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }


def test_modules_stay_small():
    sizes = module_sizes()
    assert median(sizes.values()) <= 120
    assert {name: size for name, size in sizes.items() if size > 350} == {}


def test_functions_stay_small():
    sizes = function_sizes()
    assert median(sizes.values()) <= 8
    assert quantiles(sizes.values(), n=20)[-1] <= 30
    assert {name: size for name, size in sizes.items() if size > 50} == {}


VAGUE = re.compile(
    r"(?i)(?<!alert)manager|handler|helper|utils?(?=_|$)|^util|common(?=_|$)|(?<![a-z])core(?=_|$)|^misc$|processor"
)


def test_no_name_is_vague():
    named = {module.name.rpartition(".")[2] for module in modules()} | {
        node.name
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
    }
    assert sorted(name for name in named if VAGUE.search(name)) == []


def test_every_module_says_what_it_is_for():
    assert [module.name for module in modules() if not ast.get_docstring(module.tree)] == []
