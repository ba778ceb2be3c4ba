"""What kind of file a text is, told by its content: names of files are as various as the people who choose them."""

from __future__ import annotations

import re
from typing import Any, Literal

from gw2mon.parts import record, sequence

Kind = Literal[
    "rules", "scraping", "routing", "board", "sources", "providers", "compose", "python", "prose",
    "environment", "template", "spec", "other",
]  # fmt: skip

_BY_SUFFIX: dict[str, Kind] = {".py": "python", ".md": "prose", ".markdown": "prose", ".tmpl": "template"}
_ENVIRONMENT = re.compile(r"(?:^|/)(?:\.env(?:\.[\w.-]+)?|[\w.-]+\.env(?:\.[\w-]+)?)$")
_LOGQL = re.compile(
    r"\}\s*(?:\|[=~>]|!~|!>|!=\s*[\"`]|\|\s*(?:json|logfmt|pattern|regexp|unpack|unwrap|line_format|label_format)\b)"
)
"""What follows a selector in LogQL, and never in PromQL."""
_DATA = (".yml", ".yaml", ".json")
_SCRAPING = {"scrape_configs", "rule_files", "scrape_config_files"}
_SPEC = {"version", "service", "team"}


def kind_by_name(path: str) -> Kind | None:
    """The kind that the name of a file tells for sure; None for data, whose content tells."""
    if _ENVIRONMENT.search(path):
        return "environment"
    suffix = "." + path.rpartition(".")[2].lower()
    return _BY_SUFFIX.get(suffix, None if suffix in _DATA else "other")


def kind_of(data: Any) -> Kind:  # noqa: ANN401 - whatever a file holds
    """The kind of a parsed YAML or JSON document."""
    held = record(data)
    if held.get("kind") == "PrometheusRule" or (_holds_rules(held) and "apiVersion" not in held):
        return "rules"
    # Tests of promtool name rule files as well.
    if (_SCRAPING & held.keys() and "tests" not in held) or ("global" in held and "alerting" in held):
        return "scraping"
    if "route" in held and "receivers" in held:
        return "routing"
    if "datasources" in held and "apiVersion" in held:
        return "sources"
    if "providers" in held and "apiVersion" in held:
        return "providers"
    if _is_board(held) or _is_board(record(held.get("dashboard"))):
        return "board"
    if held.keys() >= _SPEC:
        return "spec"
    if "services" in held and any("image" in record(one) or "build" in record(one) for one in _services(held)):
        return "compose"
    return "other"


def _holds_rules(held: dict[str, Any]) -> bool:
    groups = [record(group) for group in sequence(held.get("groups"))]
    return any("rules" in group for group in groups) and not any(map(_asks_loki, groups))


def _asks_loki(group: dict[str, Any]) -> bool:
    """Whether rules are written in LogQL: files of Loki's ruler have the form of those of Prometheus."""
    return any(_LOGQL.search(str(rule.get("expr"))) for rule in map(record, sequence(group.get("rules"))))


def _services(held: dict[str, Any]) -> list[Any]:
    return list(record(held.get("services")).values())


def _is_board(held: dict[str, Any]) -> bool:
    return isinstance(held.get("title"), str) and (
        isinstance(held.get("panels"), list) or isinstance(held.get("rows"), list)
    )
