"""Claims about expressions, in short: `claim("up", values="[0, 1]", most=3)`."""

from typing import NamedTuple

from gw2mon import promql as q
from gw2mon.inference import infer
from tests.inference.worlds import WORLD


class Claim(NamedTuple):
    text: str
    expected: dict[str, object]

    def __str__(self) -> str:
        return self.text


def claim(text, **expected):
    return Claim(text, expected)


def shown(found):
    """What is inferred, as the tables write it."""
    return {
        "kind": found.kind,
        "meaning": found.meaning,
        "unit": unit(found.unit),
        "values": values(found.values),
        "labels": " ".join(sorted(found.labels.possible)) + (" ..." if found.labels.open else ""),
        "sure": " ".join(sorted(found.labels.guaranteed)),
        "key": None if found.key is None else " ".join(sorted(found.key)),
        "most": found.most,
        "empty": found.empty.cause if found.empty else None,
        "why": found.empty.text if found.empty else None,
        "always": found.always,
        "fails": found.may_fail,
        "holds": found.holds,
    }


def unit(found):
    if found is None:
        return None
    parts = [name if power == 1 else f"{name}^{power}" for name, power in found.dimensions]
    scale = [] if found.scale == 1 else [f"{found.scale:f}"]
    return " ".join([*scale, *parts])


def values(found):
    nan = ["nan"] if found.nan else []
    if found.is_nothing:
        return " ".join(nan)
    ends = f"{'(' if found.low_open else '['}{end(found.low)}, {end(found.high)}{')' if found.high_open else ']'}"
    return " ".join([ends, *nan])


def end(number):
    if number.is_infinite():
        return "inf" if number > 0 else "-inf"
    # Six digits are enough, and a zero without its sign.
    return f"{float(number) + 0.0:g}"


def holds(item, world=WORLD):
    found = shown(infer(q.parse(item.text, variables=True), world))
    assert {name: found[name] for name in item.expected} == item.expected
