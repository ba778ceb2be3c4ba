"""What the compiler builds is held to the checks of what people write: nothing is wrong with it, nor superfluous."""

import pytest

from gw2mon import promql as q
from gw2mon.checks.queries import problems
from gw2mon.checks.sources import Source
from gw2mon.checks.written import about
from gw2mon.model import AlertingRule, Raw
from gw2mon.world import world_of
from tests.spec_editing import SHOP, Draft, model_of
from tests.tools import CHECKOUT

REFERENCE = Draft("gw2optimizer.yaml", (CHECKOUT / "specs" / "gw2optimizer.yaml").read_text())


def built(service, stack):
    """Where each expression is used, and the expression."""
    for rule in (rule for group in (*service.groups, *service.slo_groups, *stack.groups) for rule in group.rules):
        if not isinstance(rule, AlertingRule):
            yield "slo", rule.record, rule.expr
        elif not isinstance(rule.condition, Raw):
            yield "alert", rule.alert, rule.expr
    for panel in (panel for board in service.dashboards for row in board.rows for panel in row.panels):
        if not panel.key.startswith("formula/"):
            yield from (("panel", f"panel {panel.title}", query.expr) for query in panel.queries)


def told(draft):
    model = model_of(draft)
    service = model.services[0]
    world = world_of(service, model.stack)
    for kind, where, expr in built(service, model.stack):
        text = q.to_text(expr)
        source = Source(where, kind, text, q.parse(text, variables=True), None)
        for found in problems(about(source, service, world, model.stack)):
            yield f"{found.code} {found.severity} {found.message}\n{q.excerpt(text, found.span)}"


@pytest.mark.parametrize("draft", [REFERENCE, SHOP], ids=lambda draft: draft.file)
def test_nothing_is_said_about_what_the_compiler_builds(draft):
    assert list(told(draft)) == []


def test_a_program_in_another_language_pages_when_it_is_gone():
    spec = SHOP.without("functions")
    other = spec._replace(text=spec.text + "outputs: [prometheus, alertmanager]\n")
    alerts = {(rule.alert, rule.severity) for rule in model_of(other).services[0].alerts}
    assert ("TargetDown", "critical") in alerts
    assert ("UnknownLabelValues", "warning") not in alerts
