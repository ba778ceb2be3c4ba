"""How values look: units, thresholds, colours, choices. No schema of Grafana checks any of these words."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeGuard

from gw2mon import grafana_vocabulary as vocabulary
from gw2mon.dashboard_lint.walking import Part, Problem, Record, panels_of, record, sequence, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

_BY_THRESHOLD = ("stat", "gauge", "bargauge")
_NAMED_GROUP = re.compile(r"\(\?<(?=[A-Za-z_])")
_SHADE = re.compile(r"(?:(?:super-light|light|semi-dark|dark)-)?([a-z]+)")
_CODED = re.compile(r"#(?:[0-9a-fA-F]{3,4}){1,2}|rgba?\([\d., %]+\)|text|transparent|white|black|gray")


def thresholds(dashboard: Record) -> Iterator[Problem]:
    """bad-thresholds: steps begin at null and ascend; else no colour ever shows, or Grafana 11 and 12 fail."""
    for panel in panels_of(dashboard):
        for part in (panel.record("fieldConfig", "defaults"), *_override_values(panel, "thresholds")):
            if "thresholds" in part.data:
                yield from _thresholds(part.record("thresholds"))
        field = panel.record("fieldConfig", "defaults")
        by_color = field.record("color").data.get("mode", "thresholds") == "thresholds"
        if panel.data.get("type") in _BY_THRESHOLD and by_color and "thresholds" not in field.data:
            yield field.problem("bad-thresholds", "without steps Grafana takes its own: red from 80", "thresholds")
        if field.record("thresholds").data.get("mode") == "percentage" and not {"min", "max"} <= set(field.data):
            yield field.problem("bad-thresholds", "a percentage needs the min and max that it is of", "thresholds.mode")


def _thresholds(part: Part) -> Iterator[Problem]:
    steps = part.data.get("steps")
    if part.data.get("mode") not in ("absolute", "percentage"):
        yield part.problem("bad-thresholds", "the mode is absolute or percentage", "mode")
    if not isinstance(steps, list) or not steps or not all(isinstance(step, dict) for step in steps):
        yield part.problem("bad-thresholds", "steps are a list that is not empty", "steps")
        return
    values = [step.get("value") for step in steps]
    if values[0] is not None:
        yield part.problem("bad-thresholds", "the first step has the value null", "steps[0].value")
    if not all(_is_number(value) for value in values[1:]):
        yield part.problem("bad-thresholds", "every further step has a number", "steps")
    elif any(left >= right for left, right in pairwise(values[1:])):
        yield part.problem("bad-thresholds", "the values ascend", "steps")
    for number, step in enumerate(steps):
        if set(step) != {"color", "value"}:
            yield part.problem("bad-thresholds", "a step has a color and a value", f"steps[{number}]")
        elif not is_color(step["color"]):
            yield part.problem("unknown-color", f"no colour is called {step['color']}", f"steps[{number}].color")


def units(dashboard: Record) -> Iterator[Problem]:
    """unknown-unit: Grafana shows it as a suffix and converts nothing."""
    for panel in panels_of(dashboard):
        parts = (panel.record("fieldConfig", "defaults"), *_override_values(panel, "unit"))
        for part in (*parts, panel.record("options", "yAxis")):
            unit = part.data.get("unit")
            if "unit" in part.data and not is_unit(unit):
                yield part.problem("unknown-unit", f"no unit is called {unit}", "unit")


def is_unit(unit: Any) -> bool:  # noqa: ANN401 - anything may stand there
    """Whether Grafana converts the unit, or it is one of the prefixed custom forms."""
    if not isinstance(unit, str):
        return False
    return (
        unit in vocabulary.words("units")
        or re.match(r"(?:prefix|suffix|time|si|count|bool|currency):.", unit) is not None
    )


def colors(dashboard: Record) -> Iterator[Problem]:
    """unknown-color-mode, unknown-color: fields would be drawn grey."""
    for panel in panels_of(dashboard):
        for part in (panel.record("fieldConfig", "defaults"), *_override_values(panel, "color")):
            color = part.record("color")
            if "color" in part.data and color.data.get("mode") not in vocabulary.words("color modes"):
                yield color.problem("unknown-color-mode", f"no colour mode is called {color.data.get('mode')}", "mode")
            if color.data.get("mode") == "fixed" and not is_color(color.data.get("fixedColor")):
                yield color.problem("unknown-color", f"no colour is {color.data.get('fixedColor')}", "fixedColor")
    for entry in Part("", dashboard).records("annotations", "list"):
        if not is_color(entry.data.get("iconColor")):
            yield entry.problem("unknown-color", f"no colour is {entry.data.get('iconColor')}", "iconColor")


def is_color(color: Any) -> bool:  # noqa: ANN401 - anything may stand there
    """Whether it is one of Grafana's shades, or a code."""
    if not isinstance(color, str):
        return False
    shade = _SHADE.fullmatch(color)
    return (shade is not None and shade[1] in vocabulary.words("base colors")) or _CODED.fullmatch(color) is not None


def overrides(dashboard: Record) -> Iterator[Problem]:
    """unknown-matcher, unknown-property: an override that changes nothing."""
    own = (f"custom.{key}" for key in vocabulary.words("custom field keys"))
    known = vocabulary.Words((*vocabulary.words("field keys"), *own))
    for panel in panels_of(dashboard):
        for override in panel.records("fieldConfig", "overrides"):
            matcher = override.record("matcher")
            if matcher.data.get("id") not in vocabulary.words("matchers"):
                yield matcher.problem("unknown-matcher", f"no matcher is called {matcher.data.get('id')}", "id")
            if matcher.data.get("id") == "byRegexp" and not is_regex(matcher.data.get("options")):
                yield matcher.problem("unknown-matcher", "the options are no regular expression", "options")
            for item in override.records("properties"):
                if item.data.get("id") not in known:
                    yield item.problem("unknown-property", f"no property is called {item.data.get('id')}", "id")


def mappings(dashboard: Record) -> Iterator[Problem]:
    """unknown-mapping: values keep their plain text."""
    for panel in panels_of(dashboard):
        for part in (panel.record("fieldConfig", "defaults"), *_override_values(panel, "mappings")):
            for item in part.records("mappings"):
                if item.data.get("type") not in vocabulary.words("mapping types"):
                    yield item.problem("unknown-mapping", f"no mapping is called {item.data.get('type')}", "type")
                elif not record(item.data.get("options")):
                    yield item.problem("unknown-mapping", "a mapping has options", "options")


def ranges(dashboard: Record) -> Iterator[Problem]:
    """bad-range: a least value above the greatest, or digits that nobody can show."""
    for panel in panels_of(dashboard):
        part = panel.record("fieldConfig", "defaults")
        least, most, digits = (part.data.get(key) for key in ("min", "max", "decimals"))
        if _is_number(least) and _is_number(most) and least >= most:
            yield part.problem("bad-range", f"min {least} is not below max {most}", "min")
        if _is_number(digits) and not 0 <= digits <= 20:  # noqa: PLR2004 - what a double can hold
            yield part.problem("bad-range", "decimals lie between 0 and 20", "decimals")


def transformations(dashboard: Record) -> Iterator[Problem]:
    """unknown-transformation: the data stays as it was."""
    for panel in panels_of(dashboard):
        for item in panel.records("transformations"):
            if item.data.get("id") not in vocabulary.words("transformers"):
                yield item.problem("unknown-transformation", f"none is called {item.data.get('id')}", "id")


def reducers(dashboard: Record) -> Iterator[Problem]:
    """unknown-reducer, every-sample: a number that stays empty, or hundreds of them."""
    for panel in panels_of(dashboard):
        for part in (panel.record("options", "legend"), panel.record("options", "reduceOptions")):
            calcs = part.data.get("calcs")
            for calc in sequence(calcs):
                if calc not in vocabulary.words("reducers"):
                    yield part.problem("unknown-reducer", f"no calculation is called {calc}", "calcs")
            over_time = any(target.data.get("range") for target in panel.records("targets"))
            if part.data.get("values") is True and over_time:
                yield part.problem("every-sample", "each sample of the range becomes a number of its own", "values")
            if part.path.endswith("reduceOptions") and part.data and not texts(calcs):
                yield part.problem("unknown-reducer", "a single number needs a calculation", "calcs")


def _override_values(panel: Part, name: str) -> Iterator[Part]:
    """The overrides of one property, each as if it were the defaults."""
    for override in panel.records("fieldConfig", "overrides"):
        for item in override.records("properties"):
            if item.data.get("id") == name:
                yield Part(f"{item.path}.value", {name: item.data.get("value")})


def _is_number(value: Any) -> TypeGuard[float]:  # noqa: ANN401 - anything may stand there
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_regex(pattern: Any) -> bool:  # noqa: ANN401 - anything may stand there
    """Whether a browser could use it: /pattern/flags, or a pattern alone. Named groups are spelt otherwise here."""
    if not isinstance(pattern, str):
        return False
    delimited = re.fullmatch(r"/(.*)/[a-z]*", pattern, re.DOTALL)
    try:
        re.compile(_NAMED_GROUP.sub("(?P<", delimited[1] if delimited else pattern))
    except re.error:
        return False
    return True
