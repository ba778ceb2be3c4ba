"""Thirty requests an hour and 99.9 %: one lone failure is 3 % of an hour, and yet nobody may be woken by it.

Requests arrive by Poisson, and each seed is named, so each run finds the same. What is evaluated are the expressions
that ship; promtool says of some days that it finds the same as the evaluation here.
"""

from random import Random
from statistics import mean

import pytest

from gw2mon.generators.prometheus import rules as rule_files
from gw2mon.promql import quote
from gw2mon.yamltext import dump
from tests.slos import quiet

HALF_THE_BUDGET = 0.0005
UNGUARDED = quiet.SPEC.replace("window: 30d}", "window: 30d, alerting: {min-errors: 1}}")


def show(capsys, text):
    with capsys.disabled():
        print(f"\n  {text}")  # noqa: T201 - the figures that this is about


def of_outages(capsys, seeds):
    """Minutes to the page for a total outage at a random moment of each seed's day, with the figures shown."""
    found = [quiet.detection(seed, HALF_THE_BUDGET) for seed in seeds]
    median, most = quiet.quantile(found, 0.5), quiet.quantile(found, 0.95)
    show(
        capsys,
        f"{len(found)} total outages at 30 requests an hour: the page comes after {median:.1f} minutes (median), "
        f"{most:.1f} (95 %), {max(found):.1f} (the slowest)",
    )
    return median, most


def test_a_healthy_service_gets_no_page_in_thirty_days(capsys):
    pages = quiet.healthy_pages(20_260, HALF_THE_BUDGET)
    show(capsys, f"30 healthy days at 30 requests an hour: {pages} pages")
    assert pages == 0


def test_without_a_least_number_of_errors_ten_days_of_it_have_pages(capsys):
    pages = quiet.healthy_pages(20_260, HALF_THE_BUDGET, UNGUARDED, seconds=10 * quiet.DAY)
    show(capsys, f"10 such days if one error were enough: {pages} pages")
    assert pages > 0


def test_a_total_outage_pages_within_minutes(capsys):
    median, most = of_outages(capsys, range(100))
    assert median < 10
    assert most < 16


@pytest.mark.prove
def test_two_years_without_trouble_have_hardly_any_page_and_a_thousand_outages_have_theirs_in_time(capsys):
    months = [quiet.healthy_pages(seed, HALF_THE_BUDGET) for seed in range(24)]
    show(capsys, f"24 healthy months: {sum(months)} pages, {mean(months):.2f} a month")
    assert mean(months) <= 0.1
    median, most = of_outages(capsys, range(1000, 2000))
    assert median < 10
    assert most < 16


def test_promtool_pages_in_the_same_minutes_and_records_the_same_values(promtool, tmp_path):
    agrees(promtool, tmp_path, seeds=[1, 2], hours=3)


@pytest.mark.prove
def test_promtool_agrees_about_days_whose_longest_window_is_full(promtool, tmp_path):
    agrees(promtool, tmp_path, seeds=range(10, 18), hours=8)


def agrees(promtool, folder, seeds, hours):
    """Promtool finds the same as the evaluation here, before an outage that begins after some hours and in it."""
    tests = [unit_test(*a_day(Random(seed), hours, promtool)) for seed in seeds]  # noqa: S311 - no secret
    slos = next(item for item in rule_files.generate(quiet.model(quiet.SPEC)) if "/slos/" in item.path)
    (folder / "rules.yml").write_text(slos.text, encoding="utf-8")
    asked = {"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": tests}
    (folder / "test.yml").write_text(dump(asked), encoding="utf-8")
    done = promtool.run("test", "rules", "test.yml", cwd=folder)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


def a_day(chance, hours, promtool):
    """A service in hours with a few failures and an outage for most of the last; and when it pages."""
    begin, seconds = (hours + chance.random() / 2) * quiet.HOUR, (hours + 1) * quiet.HOUR
    events = quiet.traffic(chance, 30, seconds, lambda now: 1.0 if now >= begin else 0.02)
    watched = quiet.service(events, seconds, quiet.Clock(closed=promtool.version < (3,)))
    paged = list(watched.minutes(seconds // quiet.MINUTE))
    assert any(paged)
    assert not all(paged)
    return watched, paged


def unit_test(watched, paged):
    """A test of promtool for the records of some minutes and for the page in each of the last ninety."""
    page = 'count(ALERTS{alertname="SLOErrorBudgetBurn", alertstate="firing", slo_severity="page"})'
    minutes = range(len(paged) - 90, len(paged))
    asked = [expected(page, minute, 1 if paged[minute] else None) for minute in minutes]
    for name, record in watched.records.items():
        for minute in range(3, len(paged), 17):
            value = record.values[minute]
            close = name if value is None else f"{name} > {value - 1e-9!r} < {value + 1e-9!r}"
            asked.append(expected(f"count({close})", minute, None if value is None else 1))
    series = [
        {"series": f'orders_total{{job="shop", status={quote(status)}}}', "values": " ".join(map(str, counter.counts))}
        for status, counter in watched.counters.items()
    ]
    return {"interval": "15s", "input_series": series, "promql_expr_test": asked}


def expected(expr, minute, value):
    samples = [] if value is None else [{"labels": "{}", "value": value}]
    return {"expr": expr, "eval_time": f"{minute}m", "exp_samples": samples}
