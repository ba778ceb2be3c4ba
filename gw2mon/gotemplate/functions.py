"""The functions of Prometheus' templates and of Go's own, as data.

Of Prometheus 2.42, and those that came later, which are refused until no supported version lacks them.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    "any", "bool", "data", "external labels", "int", "labels", "nil", "number", "other labels", "sample", "samples",
    "string", "time", "value",
]  # fmt: skip
"""What a value is. `data` is the dot of a whole text, `labels` and `value` are those of the alert; `other labels` are
those of a sample that a query found."""


class Signature(NamedTuple):
    """What a function takes and gives."""

    takes: tuple[Kind, ...]
    gives: Kind
    more: bool = False
    """Whether the last argument may be repeated, or left out."""
    since: str = ""
    """The Prometheus that brought it, where that is later than 2.42."""


_TEXT: tuple[Kind, ...] = ("string",)
_NUMBER: tuple[Kind, ...] = ("number",)

FUNCTIONS: dict[str, Signature] = {
    "args": Signature(("any",), "any", more=True),
    "externalURL": Signature((), "string"),
    "first": Signature(("samples",), "sample"),
    "graphLink": Signature(_TEXT, "string"),
    "humanize": Signature(_NUMBER, "string"),
    "humanize1024": Signature(_NUMBER, "string"),
    "humanizeDuration": Signature(_NUMBER, "string"),
    "humanizePercentage": Signature(_NUMBER, "string"),
    "humanizeTimestamp": Signature(_NUMBER, "string"),
    "label": Signature(("string", "sample"), "string"),
    "match": Signature(("string", "string"), "bool"),
    "now": Signature((), "number", since="3"),
    "parseDuration": Signature(_TEXT, "number"),
    "pathPrefix": Signature((), "string"),
    "query": Signature(_TEXT, "samples"),
    "reReplaceAll": Signature(("string", "string", "string"), "string"),
    "safeHtml": Signature(_TEXT, "string"),
    "sortByLabel": Signature(("string", "samples"), "samples"),
    "stripDomain": Signature(_TEXT, "string"),
    "stripPort": Signature(_TEXT, "string"),
    "strvalue": Signature(("sample",), "string"),
    "tableLink": Signature(_TEXT, "string"),
    "title": Signature(_TEXT, "string"),
    "toDuration": Signature(_NUMBER, "any", since="3"),
    "toLower": Signature(_TEXT, "string"),
    "toTime": Signature(_NUMBER, "time"),
    "toUpper": Signature(_TEXT, "string"),
    "urlQueryEscape": Signature(_TEXT, "string", since="3"),
    "value": Signature(("sample",), "number"),
    # Go's own
    "and": Signature(("any", "any"), "any", more=True),
    "call": Signature(("any", "any"), "any", more=True),
    "eq": Signature(("any", "any", "any"), "bool", more=True),
    "ge": Signature(("any", "any"), "bool"),
    "gt": Signature(("any", "any"), "bool"),
    "html": Signature(("any",), "string", more=True),
    "index": Signature(("any", "any"), "any", more=True),
    "js": Signature(("any",), "string", more=True),
    "le": Signature(("any", "any"), "bool"),
    "len": Signature(("any",), "int"),
    "lt": Signature(("any", "any"), "bool"),
    "ne": Signature(("any", "any"), "bool"),
    "not": Signature(("any",), "bool"),
    "or": Signature(("any", "any"), "any", more=True),
    "print": Signature(("any",), "string", more=True),
    "printf": Signature(("string", "any"), "string", more=True),
    "println": Signature(("any",), "string", more=True),
    "slice": Signature(("any", "any"), "any", more=True),
    "urlquery": Signature(("any",), "string", more=True),
}

OF_ALERTMANAGER = frozenset(
    "and call eq ge gt html index js le len lt ne not or print printf println slice urlquery toUpper toLower title "  # noqa: SIM905
    "trimSpace join match safeHtml safeUrl urlUnescape reReplaceAll stringSlice routeLabels date tz now since "
    "humanizeDuration toDate mustToDate toJson base64encode base64decode list append dict".split()
)
"""Those that Alertmanager 0.34 has, and Go's own."""

FOREIGN = {
    "toJson": "Alertmanager", "join": "Alertmanager", "safeUrl": "Alertmanager", "stringSlice": "Alertmanager",
    "trimSpace": "Alertmanager", "since": "Alertmanager", "date": "Alertmanager", "tz": "Alertmanager",
    "humanizeBytes": "Grafana", "upper": "Helm", "lower": "Helm", "default": "Helm", "quote": "Helm", "trim": "Helm",
    "replace": "Helm", "round": "Helm", "toYaml": "Helm", "include": "Helm", "nindent": "Helm", "indent": "Helm",
    "ternary": "Helm", "splitList": "Helm", "contains": "Helm", "hasPrefix": "Helm",
    "hasSuffix": "Helm", "mul": "Helm", "div": "Helm", "add": "Helm", "sub": "Helm", "mulf": "Helm", "divf": "Helm",
    "int": "Helm", "float64": "Helm", "toString": "Helm", "coalesce": "Helm", "empty": "Helm", "required": "Helm",
    "regexMatch": "Helm", "regexReplaceAll": "Helm", "substr": "Helm", "trunc": "Helm", "capitalize": "Jinja",
    "format": "Jinja", "length": "Jinja", "filter": "Jinja", "endif": "Jinja", "endfor": "Jinja", "elif": "Jinja",
    "for": "Jinja", "set": "Jinja", "sprintf": "Go", "fmt": "Go",
}  # fmt: skip
"""Words of other systems, which people write out of habit."""

INSTEAD = {
    "upper": "toUpper", "lower": "toLower", "capitalize": "title", "round": 'printf "%.0f"', "sprintf": "printf",
    "format": "printf", "length": "len", "replace": "reReplaceAll", "regexReplaceAll": "reReplaceAll",
    "contains": "match", "hasPrefix": "match", "hasSuffix": "match", "regexMatch": "match", "toString": "print",
    "humanizeBytes": "humanize1024", "endif": "end", "endfor": "end", "elif": "else if", "for": "range",
    "toJson": "print", "safeUrl": "urlquery",
}  # fmt: skip
"""What Prometheus calls the same."""

FIELDS: dict[Kind, dict[str, Kind]] = {
    "data": {"Labels": "labels", "ExternalLabels": "external labels", "ExternalURL": "string", "Value": "value"},
    "sample": {"Labels": "other labels", "Value": "number"},
}
"""The fields that a value has. Of labels every name is one."""

VARIABLES: dict[str, Kind] = {
    "$": "data",
    "$labels": "labels",
    "$externalLabels": "external labels",
    "$externalURL": "string",
    "$value": "value",
}
