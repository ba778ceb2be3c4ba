#!/usr/bin/env python3
"""Writes the parts of docs/ that follow from the code: docs/spec.md from the models, docs/checks.md from the pages.

`make docs` runs it; with --check it writes nothing and fails when a file is not what it would write.
"""

import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from gw2mon import catalogs
from gw2mon.pages import all_codes, page_of
from gw2mon.spec import Spec, patterns, values
from gw2mon.spec.metrics import MetricGroup
from gw2mon.spec.values import Quantity, Section

DOCS = Path(__file__).parents[1] / "docs"
EXAMPLE = "example.yaml"

WORDS: tuple[tuple[Any, str], ...] = (
    (values.Amount, "amount"),
    (values.Duration, "duration"),
    (values.Window, "duration"),
    (values.Objective, "share"),
    (values.ShareOf, "share"),
    (values.Fraction, "number between 0 and 1"),
    (patterns.Pattern, "regular expression"),
    (values.Text, "text"),
    (values.LabelValue, "text or number"),
    (values.MetricName, "metric"),
    (values.LabelName, "label"),
    (values.Identifier, "Python name"),
    (values.Slug, "name"),
    (values.AlertName, "alert"),
    (values.JobName, "job"),
    (values.Version, "version in quotes"),
    (values.Severity, "severity"),
    (bool, "`true` or `false`"),
    (int, "whole number"),
    (str, "text"),
    (Any, "anything"),
)
"""Types of values, as a person reads them."""

WRITTEN = {
    MetricGroup: "Either `catalog: NAME` and the parameters of that catalogue, or metrics of one's own, by name.",
}
"""Records that are written in another form than the model holds them."""

SPEC_HEAD = f"""\
# The spec, key by key

<!-- Written by `make docs` from gw2mon/spec; change the descriptions there. -->

A spec is a YAML file: one service, and in one of the specs of a stack what all services share. The order of keys is
free. Unknown keys are refused. Examples are cut from [{EXAMPLE}]({EXAMPLE}), which has no findings.

| written | means |
|---|---|
| amount | a number with its unit: `5%`, `200ms`, `512MiB`, `20/s`, or a plain number where there is no unit |
| duration | `200ms`, `15s`, `5m`, `1h30m`, `30d` |
| share | `99.9%` |
| name | small letters, digits and dashes |
| metric, label | as Prometheus takes them: `http_requests_total`, `status` |
| severity | `critical`, `warning` or `info` |
"""
CHECKS_HEAD = """\
# All findings

<!-- Written by `make docs` from gw2mon/checks/pages. -->

`gw2mon check` reports each mistake with its place, a code and a way out. `gw2mon explain CODE` shows the page of a
code, with an example. An error can be proven from the spec; the rest are warnings, and `--strict` fails on those too.

`gw2mon check --prove` lets promtool show what is said of an alert. One that never fires is fed the most extreme inputs
that the spec allows, each part of its query also by itself, and must stay silent; one that always fires is fed healthy
inputs, and must fire. `--prove-into DIR` keeps those tests, which `promtool test rules` runs again. Where promtool sees
it otherwise, the finding is wrong, and that is said.
"""
FAMILIES = {
    "1": "Reading a spec", "2": "Names, metrics, jobs", "3": "Queries", "4": "Alerts", "5": "Notification",
    "6": "The stack", "7": "Dashboards", "8": "Importing", "9": "Files on disk",
}  # fmt: skip


def main() -> None:
    """Write the files, or compare them."""
    wanted = {DOCS / "spec.md": spec_page(), DOCS / "checks.md": checks_page()}
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv[1:]:
        sys.exit(f"not current: {', '.join(path.name for path in stale)}; run make docs" if stale else 0)
    for path in stale:
        path.write_text(wanted[path])
        print(f"docs/{path.name} written")


def spec_page() -> str:
    """The whole of docs/spec.md."""
    sections = [SPEC_HEAD, _table(Spec)]
    for name, hint in _hints(Spec).items():
        records = list(_records(hint))
        example = example_of(values.key(name))
        if not records and not example:
            continue  # a plain value, said in the table above
        sections.append(f"## {values.key(name)}\n\n{Spec.model_fields[name].description}\n")
        if example:
            sections.append(f"```yaml\n{example}\n```\n")
        sections += [_chapter(record, first=number == 0) for number, record in enumerate(records)]
    return "\n".join((*sections, _catalogs()))


def example_of(key: str) -> str:
    """The section that begins with this key in the example, or ""."""
    blocks = (DOCS / EXAMPLE).read_text().split("\n\n")
    sections = (block.strip("\n").removeprefix(f"{_first_comment(block)}\n") for block in blocks)
    return next((section for section in sections if section.startswith(f"{key}:")), "")


def _first_comment(block: str) -> str:
    first = block.partition("\n")[0]
    return first if first.startswith("#") else ""


def checks_page() -> str:
    """The whole of docs/checks.md."""
    lines = [CHECKS_HEAD]
    for family, title in FAMILIES.items():
        codes = [code for code in sorted(all_codes()) if code[2] == family]
        if codes:
            lines += [f"## {title}\n", "| code | name | |", "|---|---|---|", *map(_check_row, codes), ""]
    return "\n".join(lines)


def _check_row(code: str) -> str:
    text = page_of(code).split("\n\n")[1:2]
    first = " ".join(" ".join(text).split()).partition(". ")[0].rstrip(".")
    return f"| [{code}](../gw2mon/checks/pages/{code}.md) | {all_codes()[code]} | {_cell(first)}. |"


def _chapter(model: type[Section], *, first: bool) -> str:
    """A record: its sentence and its keys."""
    title = "" if first else f"### {_title(model)}\n\n"
    return f"{title}{(model.__doc__ or '').strip().splitlines()[0]}\n\n{_table(model)}"


def _title(model: type[Section]) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in model.__name__).strip()


def _table(model: type[Section]) -> str:
    if model in WRITTEN:
        return f"{WRITTEN[model]}\n"
    rows = ["| key | takes | default | meaning |", "|---|---|---|---|"]
    hints = _hints(model)
    rows += [_row(name, hints[name], field) for name, field in model.model_fields.items()]
    return "\n".join(rows) + "\n"


def _row(name: str, hint: Any, field: FieldInfo) -> str:  # noqa: ANN401 - a type annotation
    key = field.alias or values.key(name)
    meaning = field.description or (_models(hint)[0].__doc__ if _models(hint) else "") or ""
    return f"| `{key}` | {_cell(_words(hint))} | {_cell(_default(field))} | {_cell(meaning)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _default(field: FieldInfo) -> str:
    match field.default:
        case _ if field.is_required():
            return "required"
        case None | () | "" | {} | Section():
            return ""
        case bool():
            return f"`{str(field.default).lower()}`"
        case Quantity():
            return f"`{field.default.text}`"
        case tuple():
            return ", ".join(f"`{item}`" for item in field.default)
        case _:
            return f"`{field.default}`"


def _hints(model: type[Section]) -> dict[str, Any]:
    hints = get_type_hints(model, include_extras=True)
    return {name: hints[name] for name in model.model_fields}


def _words(hint: Any) -> str:  # noqa: ANN401 - a type annotation
    """A type in words."""
    known = next((words for kind, words in WORDS if kind is hint or kind == hint), "")
    arguments = get_args(hint)
    if known:
        return known
    if isinstance(hint, type) and issubclass(hint, Section):
        return f"record: {_title(hint)}"
    match get_origin(hint):
        case origin if origin is Annotated:
            return _words(arguments[0])
        case origin if origin is Literal:
            return ", ".join(f"`{value}`" for value in arguments)
        case origin if origin in (Union, UnionType):
            return " or ".join(_words(item) for item in arguments if item is not NoneType)
        case origin if origin is dict:
            return f"{_words(arguments[0])} to {_words(arguments[1])}"
        case origin if origin is tuple:
            return f"list of {_words(arguments[0])}"
        case _:
            return {Decimal: "number"}.get(hint, getattr(hint, "__name__", "anything"))


def _models(hint: Any) -> list[type[Section]]:  # noqa: ANN401 - a type annotation
    """The records that a type holds."""
    if isinstance(hint, type) and issubclass(hint, Section):
        return [hint]
    return [model for item in get_args(hint) if get_origin(hint) is not Literal for model in _models(item)]


def _records(hint: Any) -> Iterator[type[Section]]:  # noqa: ANN401 - a type annotation
    """The records of a type, and the records in them, each once."""
    seen: set[type[Section]] = set()
    waiting = _models(hint)
    while waiting:
        model = waiting.pop(0)
        if model not in seen:
            seen.add(model)
            yield model
            waiting += [inner for each in _hints(model).values() for inner in _models(each)]


def _catalogs() -> str:
    lines = [
        "## Catalogues\n",
        "`catalog: NAME` in a group of metrics brings all metrics of a program. Beside it may stand:\n",
        "| catalogue | parameter | meaning |",
        "|---|---|---|",
    ]
    for name in catalogs.CATALOGS:
        lines.append(f"| `{name}` | | {_cell(catalogs.load(name).help)} |")
        lines += [f"| | `{each.name}` | {_cell(each.help)} |" for each in catalogs.parameters(name)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
