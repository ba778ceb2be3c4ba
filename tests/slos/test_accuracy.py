"""The shipped expressions over thirty days in a real Prometheus, against counting.

Traffic is uneven on purpose: an average of error ratios says -49 % where 75 % of the budget are left, and a night
without traffic makes it no number at all.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest

from gw2mon import names
from gw2mon import promql as q
from gw2mon.promql import to_text
from tests import tools
from tests.live.stack import Program, answers, free_addresses, get, wait_until
from tests.slos.months import MONTHS, SCRAPE, SCRAPES, truth, unweighted
from tests.slos.promising import compiled, promising

pytestmark = [pytest.mark.prove, pytest.mark.live]  # a minute for each Prometheus

SPEC = promising("x: {of: requests, objective: 99.9%, window: 30d, by: [region]}")
TOTAL, ERRORS = "slo:sli_total:rate5m", "slo:sli_errors:rate5m"
CHUNK = 10_000
"""Points of a series for which Prometheus can be asked at once."""


def recorded():
    """Record to its expression, without its own records: each is spelt out."""
    (group,) = compiled(SPEC).services[0].slo_groups
    rules = {rule.record: rule.expr for rule in group.rules if hasattr(rule, "record")}
    total = rules[TOTAL]
    rules[ERRORS] = q.transform(
        rules[ERRORS], lambda node: total if isinstance(node, q.VectorSelector) and node.name == TOTAL else node
    )
    return rules


@contextmanager
def serving(prometheus, lines, folder):
    """A Prometheus that has these samples, as a function that asks it."""
    folder.mkdir()
    (folder / "samples.txt").write_text("\n".join([*lines, "# EOF", ""]))
    (folder / "prometheus.yml").write_text("{}")
    # One block for ten days instead of 360 of two hours, for each of which the whole file would be read.
    made = tools.find("promtool")[-1].run(
        "tsdb",
        "create-blocks-from",
        "openmetrics",
        "--max-block-duration=240h",
        folder / "samples.txt",
        folder / "data",
    )
    assert made.returncode == 0, made.stderr
    (address,) = free_addresses(1)
    arguments = (f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
                 "--storage.tsdb.retention.time=90d", f"--web.listen-address={address}")  # fmt: skip
    program = Program("prometheus", [str(prometheus.path), *arguments], folder)
    try:
        wait_until("Prometheus is ready", 30, lambda: answers(f"http://{address}/-/ready"))
        yield lambda path, **asked: get(f"http://{address}/api/v1/{path}?{urlencode(asked)}")["data"]["result"]
    finally:
        program.stop()


def raw_samples(end):
    """The counters of each story at each scrape; the name of the story is in the place of a region."""
    for story, told in MONTHS.items():
        good = bad = 0
        lines = {"2xx": [], "5xx": []}
        for scrape in range(-600 // SCRAPE, SCRAPES):
            happened = told(scrape % SCRAPES)
            good, bad = good + happened.events - happened.bad, bad + happened.bad
            for status, counted in (("2xx", good), ("5xx", bad)):
                labels = f'job="promises",region="{story}",status="{status}"'
                lines[status].append(
                    f"shop_requests_total{{{labels}}} {counted} {end - (SCRAPES - 1 - scrape) * SCRAPE}"
                )
        yield from (line for found in lines.values() for line in found)


def pair_samples(ask, end):
    """What the rules of the pair record, a minute apart."""
    start = end - SCRAPES * SCRAPE
    for record, expr in ((name, recorded()[name]) for name in (TOTAL, ERRORS)):
        by_region = {}
        for first in range(start, end + 1, CHUNK * 60):
            last = min(end, first + (CHUNK - 1) * 60)
            for series in ask("query_range", query=to_text(expr), start=first, end=last, step=60):
                by_region.setdefault(series["metric"]["region"], []).extend(series["values"])
        for region, values in by_region.items():
            for at, value in values:
                yield f'{record}{{slo_id="promises-x",region="{region}"}} {value} {at}'


def held(prometheus, folder):
    """What the records of the period hold after the month, by record and story."""
    end = int(time.time()) // 300 * 300 - 4 * 3600
    with serving(prometheus, raw_samples(end), folder / "raw") as ask:
        lines = list(pair_samples(ask, end))
    found = {}
    with serving(prometheus, lines, folder / "pair") as ask:
        # A minute later there is no step at the very edge of the period, which Prometheus 2 would see and 3 would not;
        # for the coverage that is just the point.
        for record, at in ((names.slo_error_ratio("30d"), end + 60), (names.SLO_COVERAGE, end)):
            result = ask("query", query=to_text(recorded()[record]), time=at)
            found[record] = {series["metric"]["region"]: float(series["value"][1]) for series in result}
    return found


def test_the_share_of_a_month_is_the_counted_one_and_the_month_is_covered_once(prometheus, tmp_path):
    found = held(prometheus, tmp_path)
    # Prometheus 3 does not see what came before the first sample in a window, and puts the average of the window there.
    # An incident while traffic rises, as every morning, is off by a twentieth of that rise.
    within = 1e-4 if prometheus.version < (3,) else 1e-3
    assert found["slo:sli_error:ratio_rate30d"] == pytest.approx({story: truth(story) for story in MONTHS}, rel=within)
    assert found["slo:period_coverage:ratio"] == dict.fromkeys(MONTHS, 1)


def test_averages_of_ratios_would_have_been_wrong():
    """What the stories are for: their truths are far from what an average over time would say."""
    alike = {story: unweighted(story) / truth(story) for story in MONTHS}
    assert alike["flat"] == pytest.approx(1, rel=0.05)
    assert alike["night"] > 2.5
    assert alike["peak"] < 0.7
    assert alike["client"] > 3
