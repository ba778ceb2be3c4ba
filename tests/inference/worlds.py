"""A small closed world with something of every kind, and data that it allows."""

import itertools
import math
import random
from decimal import Decimal

from gw2mon import catalogs
from gw2mon.model import Job, Label, LabelValues, Metric
from gw2mon.world import world

REGIONS = LabelValues(("eu", "us"))
BOUNDS = tuple(Decimal(bound) for bound in ("0.1", "0.5", "2"))


def closed(name, *values):
    return Label(name, LabelValues(values))


def opened(name, *known):
    return Label(name, LabelValues(known, 20, closed=False))


def metric(name, kind, *labels, unit="", **more):
    return Metric(name, kind, f"About {name}.", labels, unit, **{"group": "own", **more})


REGION = Label("region", REGIONS)
METRICS = (
    metric("orders_total", "counter", REGION, closed("result", "ok", "bad")),
    metric("visits_total", "counter", REGION, opened("page", "home")),
    metric("order_seconds", "histogram", REGION, unit="seconds", buckets=BOUNDS),
    metric("queue_items", "gauge", REGION, closed("queue", "letters", "parcels")),
    metric("used_ratio", "gauge", REGION, unit="ratio"),
    metric("db_up", "gauge", unit="bool"),
    metric("last_run_timestamp_seconds", "gauge", unit="timestamp"),
    metric("build_info", "info", opened("version")),
    metric("disk_bytes", "gauge", closed("zone", "inner", "outer"), unit="bytes", group="host"),
    *catalogs.instantiate("scrape", "", {}),
)


def job(name, targets, exposes, **more):
    plain = {
        "discovery": {}, "relabel": (), "metric_relabel": (), "path": "/metrics", "scheme": "http", "interval": None,
        "timeout": None, "params": (), "authorization": None, "honor_labels": False, "probe": None, "labels": (),
    }  # fmt: skip
    return Job(name, targets, exposes=exposes, **{**plain, **more})


JOBS = (
    job("shop", ("shop:1", "shop:2"), ("own",)),
    # The zone of the target wins, and that of the disks becomes exported_zone.
    job("host", ("host:1",), ("host",), labels=(closed("zone", "z1"),), fixed=(("zone", "z1"),)),
)
WORLD = world("shop", METRICS, JOBS)

STEP = 15
SAMPLES = 40
GAP = 900
PHASES = 8
"""Stretches of ten minutes with some of the series, and nothing for a quarter of an hour between them."""

SERIES = [
    *(("orders_total", {"region": region, "result": result}) for region in REGIONS.values for result in ("ok", "bad")),
    *(("visits_total", {"region": region, "page": page}) for region in REGIONS.values for page in ("home", "new", "")),
    *(("queue_items", {"region": region, "queue": name})
      for region in REGIONS.values for name in ("letters", "parcels")),
    *(("used_ratio", {"region": region}) for region in REGIONS.values),
    ("db_up", {}),
    ("last_run_timestamp_seconds", {}),
    *(("build_info", {"version": version}) for version in ("1.2", "1.3")),
]  # fmt: skip


def lines(start, chance):
    """The text of all samples from a moment on, and the moments at which each phase is at its end."""
    written, ends = {}, []
    for phase in range(PHASES):
        begin = start + phase * (STEP * SAMPLES + GAP)
        ends.append(begin + STEP * (SAMPLES - 1) + 5)
        times = [begin + STEP * number for number in range(SAMPLES)]
        # The first one is complete, and the last one nearly empty.
        share = 1 if phase == 0 else 0.1 if phase == PHASES - 1 else chance.choice((0.3, 0.6, 0.9))
        for name, labels, values in _phase(times, share, chance):
            pairs = ",".join(f'{label}="{value}"' for label, value in sorted(labels.items()) if value)
            written.setdefault(f"{name}{{{pairs}}}", []).extend(zip(values, times, strict=True))
    text = "".join(f"{name} {_text(value)} {at}\n" for name, found in sorted(written.items()) for value, at in found)
    return f"{text}# EOF\n", ends


def _text(value):
    return "NaN" if math.isnan(value) else f"{'+' if value > 0 else '-'}Inf" if math.isinf(value) else repr(value)


def _phase(times, share, chance):
    for instance in ("shop:1", "shop:2"):
        target = {"job": "shop", "instance": instance}
        yield "up", target, [float(chance.random() < share)] * len(times)
        for name, labels in SERIES:
            if chance.random() <= share:
                yield name, {**labels, **target}, _values(name, times, chance)
        for region in REGIONS.values:
            if chance.random() <= share:
                yield from _histogram({"region": region, **target}, times, chance)
    target = {"job": "host", "instance": "host:1", "zone": "z1"}
    yield "up", target, [1.0] * len(times)
    for zone in ("inner", "outer"):
        if chance.random() <= share:
            yield "disk_bytes", {**target, "exported_zone": zone}, _values("disk_bytes", times, chance)
    # What the world does not know.
    yield "stray", {"odd": "x", **target}, _values("queue_items", times, chance)
    yield "stray", {"region": "eu"}, _values("queue_items", times, chance)


def _values(name, times, chance):
    count = len(times)
    match name:
        case "orders_total" | "visits_total":
            return _growing(count, chance)
        case "used_ratio":
            return [chance.choice((0.0, 0.25, 0.5, 1.0, math.nan)) for _ in range(count)]
        case "db_up":
            return [float(chance.random() < 0.5) for _ in range(count)]
        case "build_info":
            return [1.0] * count
        case "last_run_timestamp_seconds":
            return [float(at - 60) for at in times]
        case _:
            odd = (math.nan, math.inf, -math.inf) if chance.random() < 0.3 else (0.0, 1.0, 2.0)
            return [chance.choice((-3.0, -1.0, 0.0, 0.5, 2.0, 7.0, *odd)) for _ in range(count)]


def _growing(count, chance):
    """A counter that rests, grows, and now and then restarts."""
    busy = chance.choice((0, 1, 5))
    found, value = [], float(chance.choice((0, 0, 100)))
    for _ in range(count):
        value = 0.0 if chance.random() < 0.02 else value + chance.randint(0, busy)
        found.append(value)
    return found


def _histogram(labels, times, chance):
    steps = [_growing(len(times), chance) for _ in range(len(BOUNDS) + 1)]
    totals = list(itertools.accumulate(steps, lambda one, other: [a + b for a, b in zip(one, other, strict=True)]))
    for bound, values in zip((*map(str, BOUNDS), "+Inf"), totals, strict=True):
        text = bound if "." in bound or bound == "+Inf" else f"{bound}.0"
        yield "order_seconds_bucket", {**labels, "le": text}, values
    yield "order_seconds_count", labels, totals[-1]
    yield "order_seconds_sum", labels, [value / 4 for value in totals[-1]]


def seeded(number):
    return random.Random(number)  # noqa: S311 - examples, not secrets
