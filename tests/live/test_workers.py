"""Several workers behind one port are one application: no request is lost, and every line of theirs can be read."""

import pytest

from tests import tools
from tests.live.stack import Servers, running, wait_until
from tests.live.traffic import EVERYTHING, use_everything

pytestmark = pytest.mark.live

WORKERS, ROUNDS = 4, 12


def test_prometheus_sees_all_that_several_workers_do():
    complaints = [complaint for name in Servers._fields if (complaint := tools.missing(name))]
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)
    newest = Servers(*(tools.find(name)[-1] for name in Servers._fields))
    with running(newest, WORKERS) as stack:
        for _ in range(ROUNDS):
            use_everything(stack.addresses.app)
        every_request_is_counted_once(stack, ROUNDS + 1)
        assert stack.metrics_at_rest() == []
        assert stack.lines_that_are_not_json() == []


def every_request_is_counted_once(stack, rounds):
    def counted():
        return {
            (labels["method"], labels["handler"]): value
            for labels, value in stack.values("sum by (method, handler) (http_requests_total)")
            if value
        }

    wanted = {("GET", "/builds"): 2, ("POST", "/builds"): 2, ("DELETE", "/builds/{author}/{name}"): 1}
    wanted |= {("POST", path): 1 for path in ("/teams", "/ai/compose_team", "/ai/optimize_build")}
    wanted |= {("POST", "/ai/feedback"): 2}
    assert sum(wanted.values()) == len(EVERYTHING)
    wait_until("all requests are counted", 15, lambda: counted() == {key: rounds * n for key, n in wanted.items()})
    totals = {
        "gw2_builds_created_total": 1,
        "gw2_teams_created_total": 1,
        "gw2_ai_requests_total": 2,
        'gw2_cache_operations_total{operation="get"}': 2,
        'gw2_db_errors_total{error_type="IntegrityError"}': 1,
        'gw2_db_query_duration_seconds_count{operation="insert",table="teams"}': 1,
        'gw2_external_api_requests_total{status="200"}': 1,
    }
    assert {name: stack.values(f"sum({name})")[0][1] for name in totals} == {
        name: rounds * each for name, each in totals.items()
    }
