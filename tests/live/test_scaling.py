"""The live test is worth what its scaling is worth: the same stack, only faster."""

import pytest

from gw2mon import project
from gw2mon.generators import generate
from gw2mon.model import AlertingRule
from gw2mon.promql import to_text
from tests.live.placing import SPEC
from tests.live.scaling import scaled


@pytest.fixture(scope="module")
def model():
    loaded = project.load([SPEC])
    model, _ = project.analyse(loaded.sources)
    return model


def test_scrapes_never_come_faster_than_once_a_second(model):
    assert model.stack.interval == 15_000
    assert scaled(model).stack.interval == 1_000


def test_alerts_of_the_spec_wait_and_look_back_a_thirtieth(model):
    rules = {rule.alert: rule for rule in scaled(model).services[0].alerts}
    assert rules["HighErrorRate"].hold == 10_000
    assert "[10s]" in to_text(rules["SlowResponses"].expr)
    assert "[5m]" not in to_text(rules["SlowResponses"].expr)


def test_alerts_that_come_by_default_are_scaled_as_well(model):
    holds = {rule.severity: rule.hold for rule in scaled(model).services[0].alerts if rule.alert == "TargetDown"}
    assert holds == {"critical": 4_000, "warning": 10_000}


def test_notifications_are_scaled_with_the_alerts(model):
    notify = scaled(model).stack.notify
    assert notify is not None
    assert (notify.group_wait, notify.group_interval) == (1_000, 10_000)
    assert [route.repeat for route in notify.routes] == [120_000, 1_440_000]


def test_what_fires_at_once_still_does(model):
    (group,) = scaled(model).stack.groups
    watchdog = group.rules[0]
    assert isinstance(watchdog, AlertingRule)
    assert (watchdog.alert, watchdog.hold) == ("Watchdog", 0)


def test_dividing_by_one_changes_nothing(model):
    assert generate(scaled(model, 1)) == generate(model)
