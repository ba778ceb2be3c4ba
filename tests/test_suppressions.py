"""A suppression hides what it names, where it names it, as long as it says."""

import pytest

from tests.spec_editing import SHOP, TODAY, findings_of

FRAGILE = SHOP.edited("    over: 5m\n", "    over: 45s\n")
"""A window of three scrapes is a warning for each severity."""


def suppressed(at, until=""):
    entry = f"{{code: GW305, at: {at}, reason: the window is short on purpose{until}}}"
    return FRAGILE._replace(text=f"{FRAGILE.text}suppress:\n  - {entry}\n")


def codes(draft):
    return sorted(finding.code for finding in findings_of(draft))


def test_without_one_the_finding_is_told():
    assert codes(FRAGILE) == ["GW305", "GW305"]


@pytest.mark.parametrize("at", ["alerts.OrdersFail", "alerts", "alerts.OrdersFail.above"])
def test_it_covers_the_part_that_it_names_and_all_below(at):
    assert codes(suppressed(at)) == []


@pytest.mark.parametrize("at", ["alerts.PaymentSlow", "slos", "alerts.Orders"])
def test_it_covers_nothing_else(at):
    assert codes(suppressed(at)) == ["GW231", "GW305", "GW305"]


def test_on_its_last_day_it_still_holds():
    assert codes(suppressed("alerts.OrdersFail", f", until: {TODAY}")) == []


def test_after_its_last_day_the_finding_comes_back_with_the_reason():
    ended = findings_of(suppressed("alerts.OrdersFail", ", until: 2026-02-28"))
    assert [finding.code for finding in ended] == ["GW305", "GW305", "GW232"]
    assert "ended on 2026-02-28: the window is short on purpose" in ended[-1].message


def test_a_date_that_is_none_is_told():
    assert codes(suppressed("alerts.OrdersFail", ", until: next year")) == ["GW105"]


def test_a_reason_must_be_given():
    spec = FRAGILE._replace(text=f"{FRAGILE.text}suppress:\n  - {{code: GW305, at: alerts}}\n")
    assert "GW104" in codes(spec)


@pytest.mark.parametrize("until", ["", f", until: {TODAY}"])
def test_of_a_service_that_runs_it_is_left_to_verify_whether_it_covers_anything(until):
    entry = f"{{code: GW642, at: service, reason: another team declares it{until}}}"
    assert codes(SHOP._replace(text=f"{SHOP.text}suppress:\n  - {entry}\n")) == []


def test_of_a_service_that_runs_it_ends_as_well():
    entry = "{code: GW642, at: service, reason: another team declares it, until: 2026-02-28}"
    assert codes(SHOP._replace(text=f"{SHOP.text}suppress:\n  - {entry}\n")) == ["GW232"]
