"""Defects that people make in dashboards by hand, written from the facts about Grafana and not from any linter."""

from tests.planted import dashboard_fields as fields
from tests.planted import dashboard_frames as frames
from tests.planted import dashboard_queries as queries

DASHBOARDS = {
    "structure": frames.STRUCTURE,
    "ids": frames.IDS,
    "geometry": frames.GEOMETRY,
    "thresholds": fields.THRESHOLDS,
    "units": fields.UNITS,
    "reducers": fields.REDUCERS,
    "overrides": fields.OVERRIDES,
    "choices": fields.CHOICES,
    "variables": queries.VARIABLES,
    "queries": queries.QUERIES,
    "legends": queries.LEGENDS,
    "data sources": frames.DATA_SOURCES,
    "annotations": frames.ANNOTATIONS,
    "links": frames.LINKS,
    "dashboard-linter": queries.LINTER,
}
