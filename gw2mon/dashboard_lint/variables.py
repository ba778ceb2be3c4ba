"""Variables: those that every dashboard of a service has, chained, complete, and following the time.

The names ending in -rule are those of Grafana's own dashboard-linter: https://github.com/grafana/dashboard-linter
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gw2mon import grafana_vocabulary as vocabulary
from gw2mon import promql as q
from gw2mon.dashboard_lint.asking import asked, has_no_target
from gw2mon.dashboard_lint.fields import is_regex
from gw2mon.dashboard_lint.walking import Part, Problem, Record, sequence, variables_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_SOURCE_NAMES = ("datasource", "prometheus_datasource")
_LABEL_VALUES = re.compile(r"label_values\((?:(?P<selector>.+),\s*)?(?P<label>\w+)\)", re.DOTALL)
_ON_TIME_CHANGE = 2
_WITHOUT_REFERENCE = ("adhoc", "groupby")


def shapes(dashboard: Record) -> Iterator[Problem]:
    """unknown-variable-type, no-selection: a variable that Grafana drops, or that selects nothing."""
    for variable in variables_of(dashboard):
        kind = variable.data.get("type")
        if kind not in vocabulary.words("variable types"):
            yield variable.problem("unknown-variable-type", f"no variable is a {kind}", "type")
        current = variable.record("current")
        if current.data.get("value") in (None, "", []) or current.data.get("text") in (None, "", []):
            yield variable.problem("no-selection", "current has a text and a value", "current")
        elif variable.data.get("multi") and kind == "query" and not sequence(current.data["value"]):
            yield variable.problem("no-selection", "of several values, current is a list", "current.value")


def data_source(dashboard: Record) -> Iterator[Problem]:
    """template-datasource-rule: one variable chooses Prometheus for all panels."""
    code = "template-datasource-rule"
    sources = [item for item in variables_of(dashboard) if item.data.get("name") in _SOURCE_NAMES]
    if not sources:
        yield Problem(code, "templating.list", "there is no variable datasource")
    for variable in sources:
        if variable.data.get("type") != "datasource" or variable.data.get("query") != "prometheus":
            yield variable.problem(code, "it chooses among data sources of the type prometheus", "query")
        if variable.data.get("label") != "Data source":
            yield variable.problem(code, 'its label is "Data source"', "label")


def job_and_instance(dashboard: Record) -> Iterator[Problem]:
    """template-job-rule, template-instance-rule: whom the panels are about; needless where none asks about targets."""
    found = [selector for query in asked(dashboard) for selector in q.selectors(query.expr)]
    if found and all(map(has_no_target, found)):
        return
    by_name = {str(variable.data.get("name")): variable for variable in variables_of(dashboard)}
    for name in ("job", "instance"):
        code = f"template-{name}-rule"
        variable = by_name.get(name)
        if variable is None:
            yield Problem(code, "templating.list", f"there is no variable {name}")
            continue
        wanted = {"type": "query", "label": name.capitalize(), "multi": True, "includeAll": True, "allValue": ".+"}
        for key, value in wanted.items():
            if variable.data.get(key) != value:
                yield variable.problem(code, f"{key} is {value}", key)
        if variable.record("datasource").data.get("uid") not in ("$datasource", "${datasource}"):
            yield variable.problem(code, "it asks the chosen data source", "datasource.uid")


def queries(dashboard: Record) -> Iterator[Problem]:
    """template-label-promql-rule, template-on-time-change-reload-rule: what may be chosen."""
    for variable in variables_of(dashboard):
        if variable.data.get("type") != "query":
            continue
        query = variable.data.get("query")
        text = str(query.get("query") if isinstance(query, dict) else query)
        problem = _query_problem(text)
        if problem:
            yield variable.problem("template-label-promql-rule", problem, "query")
        if "definition" in variable.data and variable.data["definition"] != text:
            yield variable.problem("template-label-promql-rule", "definition and query differ", "definition")
        if variable.data.get("refresh") != _ON_TIME_CHANGE:
            yield variable.problem("template-on-time-change-reload-rule", "refresh is 2", "refresh")


def _query_problem(text: str) -> str:
    match = _LABEL_VALUES.fullmatch(text.strip())
    if match is None:
        return "the query is label_values(selector, label)"
    if match["selector"] is None:
        return "without a selector, labels of every series there is are offered"
    try:
        expr = q.parse(match["selector"], variables=True)
    except q.PromQLError as error:
        return error.message
    return "" if isinstance(expr, q.VectorSelector) else "label_values takes a selector and no expression"


def chained(dashboard: Record) -> Iterator[Problem]:
    """late-variable: one that needs another which is chosen only after it."""
    seen: set[str] = set()
    names = {str(variable.data.get("name")) for variable in variables_of(dashboard)}
    for variable in variables_of(dashboard):
        used = {name for name in re.findall(r"\$\{?(\w+)", str(variable.data.get("query"))) if name in names}
        for name in sorted(used - seen):
            yield variable.problem("late-variable", f"{name} stands after it", "query")
        seen.add(str(variable.data.get("name")))


def unused(dashboard: Record) -> Iterator[Problem]:
    """unused-variable: a choice that changes nothing."""
    rest = str([value for key, value in dashboard.items() if key != "templating"])
    for variable in variables_of(dashboard):
        if variable.data.get("type") in _WITHOUT_REFERENCE:
            continue
        name = re.escape(variable.text("name"))
        elsewhere = [other.data for other in variables_of(dashboard) if other.data is not variable.data]
        said = re.compile(rf"\$\{{?{name}\b|\[\[{name}\b|\bvar-{name}\b|'repeat': '{name}'")
        if not (said.search(rest) or said.search(str(elsewhere))):
            yield variable.problem("unused-variable", f"nothing asks for {variable.text('name')}", "name")


def patterns(dashboard: Record) -> Iterator[Problem]:
    """bad-regex: a filter of values that no browser can read."""
    for variable in variables_of(dashboard):
        if not is_regex(variable.data.get("regex", "")):
            yield variable.problem("bad-regex", "it is no regular expression", "regex")


def uneditable(dashboard: Record) -> Iterator[Problem]:
    """uneditable-dashboard: what is generated is not edited by hand."""
    if dashboard.get("editable") is not False:
        yield Part("", dashboard).problem("uneditable-dashboard", "editable is false", "editable")
