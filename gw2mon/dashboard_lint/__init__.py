"""The dashboard linter: what is wrong with a dashboard's JSON, whoever wrote it.

It holds what Grafana's dashboard-linter asks for, what its schemas would say, and what no other checker looks at:
words that Grafana ignores, panels in each other's place, thresholds that no value reaches, names that stand twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.dashboard_lint import (
    choices,
    columns,
    content,
    fields,
    geometry,
    legends,
    links,
    logql,
    meaning,
    quantities,
    queries,
    structure,
    times,
    twins,
    variables,
)
from gw2mon.dashboard_lint.walking import Problem, Record, Walked

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

__all__ = ("RULES", "RULES_FOR_OTHERS", "Problem", "lint")

RULES: tuple[Callable[[Record], Iterator[Problem]], ...] = (
    structure.keys_and_types,
    structure.identity,
    structure.panel_types,
    structure.unique_names,
    structure.data_sources,
    links.links,
    links.data_links,
    times.whole_range,
    times.zone,
    times.lengths,
    times.points,
    geometry.inside_the_grid,
    geometry.overlaps,
    geometry.order,
    geometry.rows,
    fields.thresholds,
    fields.units,
    fields.colors,
    fields.overrides,
    fields.mappings,
    fields.ranges,
    fields.transformations,
    fields.reducers,
    quantities.units,
    quantities.ratios,
    columns.renamed,
    columns.overridden,
    choices.custom_choices,
    choices.option_choices,
    choices.integer_choices,
    variables.shapes,
    variables.data_source,
    variables.job_and_instance,
    variables.queries,
    variables.chained,
    variables.unused,
    variables.patterns,
    variables.uneditable,
    content.titles,
    content.units,
    content.targets,
    content.empty_texts,
    content.chosen_source,
    content.target_shapes,
    content.refresh,
    content.built_in_annotation,
    content.open_rows,
    queries.promql,
    queries.declared_variables,
    queries.selectors,
    queries.counters,
    meaning.quantiles,
    meaning.nothing,
    meaning.several,
    meaning.gauges,
    meaning.sums_of_samples,
    meaning.stacks,
    legends.missing_labels,
    legends.braces,
    legends.one_name,
    legends.percentiles,
    twins.titles,
    twins.panels,
    twins.queries,
    twins.marks,
    logql.logql,
)
"""Each takes the dashboard and yields problems; the docstring of each names the codes that it gives."""

_OF_THIS_HOUSE = (variables.job_and_instance, variables.uneditable, queries.selectors)
"""What holds of dashboards that are generated. Of those that people draw, few choose the job and the instance above."""
RULES_FOR_OTHERS = tuple(rule for rule in RULES if rule not in _OF_THIS_HOUSE)
"""Those that are asked about dashboards of others."""


def lint(
    dashboard: object,
    fixed_windows: Collection[str] = (),
    rules: Sequence[Callable[[Record], Iterator[Problem]]] = RULES,
) -> list[Problem]:
    """Every problem of a dashboard, in the order of the rules; none for one that is flawless.

    `fixed_windows` are ranges such as 15m that somebody chose on purpose, in the place of $__rate_interval.
    """
    if not isinstance(dashboard, dict):
        return [Problem("wrong-type", "", "a dashboard is a record")]
    data = Walked(dashboard)
    found = [problem for rule in rules for problem in rule(data)]
    return [*found, *queries.windows(data, fixed_windows)]
