"""`gw2mon explain`: every code, alert, SLO and file has something to be said of it, and it is true."""

from pathlib import Path

import pytest

from gw2mon import explain, pages, project
from gw2mon.commands.explain import run
from gw2mon.generators import generate
from gw2mon.proofs import proofs
from tests.spec_editing import SHOP, STOCK, model_of
from tests.tools import CHECKOUT


@pytest.fixture(scope="module")
def model():
    return model_of(SHOP, STOCK)


@pytest.fixture(scope="module")
def artifacts(model):
    return generate(model)


@pytest.fixture(scope="module")
def guide():
    loaded = project.load([CHECKOUT / "specs/gw2optimizer.yaml"])
    return project.analyse(loaded.sources)[0]


@pytest.mark.parametrize("code", sorted(pages.all_codes()))
def test_every_code_and_every_name_leads_to_its_page(code):
    page = pages.page_of(code)
    assert page.startswith(f"# {code} {pages.all_codes()[code]}\n\n")
    assert pages.page_of(pages.all_codes()[code]) == pages.page_of(code.lower()) == page


def test_every_alert_is_explained_with_its_proofs(model, artifacts):
    for owner in (*(service.name for service in model.services), "stack"):
        for proof in proofs(model, owner):
            text = explain.part_of(f"alert:{proof.rule.alert}", model, artifacts)
            assert f"alert {proof.rule.alert} of {owner}, {proof.rule.severity}" in text
            for scenario in proof.scenarios:
                assert scenario.name in text


def test_an_alert_is_told_in_words_with_who_is_woken(model, artifacts):
    text = explain.part_of("alert:OrdersFail", model, artifacts)
    assert "fires when  the share of bad orders over 5m is above 5%, for 5m" in text
    assert "tells       oncall, chat" in text
    assert "written at  shop.yaml:" in text
    assert "generated   prometheus/rules/shop.yml" in text


def test_an_slo_is_told_with_its_budget_in_minutes(guide):
    text = explain.part_of("slo:availability", guide, ())
    assert "promises    99.9% over 30d" in text
    assert "43.2 minutes" in text
    assert "up job = gw2optimizer" in text


def test_every_slo_is_explained(guide):
    for slo in guide.services[0].slos:
        assert f"SLO {slo.name} of gw2optimizer" in explain.part_of(f"slo:{slo.name}", guide, ())


def test_every_generated_file_is_explained_by_a_kind_of_its_own(model, artifacts):
    for artifact in artifacts:
        text = explain.part_of(artifact.path, model, artifacts)
        assert text.startswith(f"{artifact.path}\n  is ")
        assert "part of the generated stack" not in text, artifact.path


@pytest.mark.parametrize(
    "path",
    ["prometheus/rules/stock.yml", "generated/prometheus/rules/stock.yml", "./generated/prometheus/rules/stock.yml"],
)
def test_a_path_may_be_given_as_a_person_sees_it(model, artifacts, path):
    assert "from        stock.yaml" in explain.part_of(path, model, artifacts)


@pytest.mark.parametrize(
    ("what", "meant"),
    [
        ("alert:OrderFail", "alert:OrdersFail"),
        ("OrdersFail", "alert:OrdersFail"),
        ("slo:order-succeed", "slo:orders-succeed"),
        ("nevr-fires", "never-fires"),
        ("prometheus/rules/shop.yaml", "prometheus/rules/shop.yml"),
        ("alert:Zzz", ""),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(model, artifacts, what, meant):
    assert explain.nearest(what, model, artifacts) == meant


def test_the_command_needs_no_spec_for_a_code(capsys):
    assert run("GW401", lambda: pytest.fail("the specs were read"))
    assert "never-fires" in capsys.readouterr().out


def test_the_command_says_what_was_meant(capsys, model):
    assert not run("alert:OrderFail", lambda: model)
    assert "did you mean alert:OrdersFail?" in capsys.readouterr().err


def test_pages_come_with_the_package():
    assert Path(pages.__file__).parent.joinpath("checks/pages/GW101.md").exists()


def test_an_slo_is_told_with_the_thresholds_and_the_times_that_its_alerts_have(guide):
    text = explain.part_of("slo:error-rate", guide, ())
    assert "page   when over 1h and 5m more than 14.4% are bad: 14.4 times the budget, 2% of it in 1h" in text
    assert "100% bad  page after 9m, ticket after 44m" in text
    assert "1% bad    no page, no ticket" in text
    assert "SLOErrorBudgetBurn (page): the budget burns so fast" in text


def test_the_events_of_a_budget_are_told_where_the_traffic_is_known():
    busy = SHOP.edited("of: orders, objective: 99%,", "of: orders, objective: 99%, expected-per-day: 2000,")
    text = explain.part_of("slo:orders-succeed", model_of(busy), ())
    assert "that is 600 of the 60,000 events to be expected" in text
