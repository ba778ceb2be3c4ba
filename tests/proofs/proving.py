"""Running the generated tests of one alert against any version of its rule."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import yaml

from gw2mon.generators.prometheus import rules, tests
from gw2mon.model import Model
from gw2mon.promql import parse, to_text
from tests.generators import sample


class Verdict(NamedTuple):
    """Whether promtool found the tests to pass, and what it said."""

    passed: bool
    said: str


def alone(alert, records=sample.RECORDS):
    """A stack that has nothing but this alert."""
    return Model((sample.service(alerts=(alert,), records=records, defaults=()),), sample.stack(groups=()))


def changed(alert, old, new):
    """The alert with one piece of its expression replaced."""
    text = to_text(alert.expr)
    assert old in text, f"{old} is not in {text}"
    return alert._replace(expr=parse(text.replace(old, new)))


def verdict(promtool, folder, alert, instead=None, *, records=sample.RECORDS, keep=lambda _series: True, add=()):
    """What promtool says of the tests of an alert when another rule (or the same) stands in its place.

    Of the input series only those are fed that `keep` accepts, and those that `add` gives as (selector, values).
    """
    (rule_file,) = rules.generate(alone(instead or alert, records))
    paths = [write(folder, rule_file.path, rule_file.text)]
    for test_file in tests.generate(alone(alert)):
        content = yaml.safe_load(test_file.text)
        for test in content["tests"]:
            test["input_series"] = [item for item in test["input_series"] if keep(item["series"])]
            test["input_series"] += [{"series": series, "values": values} for series, values in add]
        paths.append(write(folder, test_file.path, yaml.safe_dump(content, sort_keys=False)))
    ran = promtool.run("test", "rules", *paths[1:])
    return Verdict(ran.returncode == 0, ran.stdout + ran.stderr)


def verdicts(promtool, folder, alert, others):
    """The same for many rules, two at a time."""

    def judge(numbered):
        number, other = numbered
        return verdict(promtool, folder / str(number), alert, other)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(judge, enumerate(others)))


def failed_stories(verdict):
    """The names of the scenarios that failed, as far as promtool tells them."""
    return set(re.findall(r"name: (.*),\n", verdict.said))


def write(folder, path, text):
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target
