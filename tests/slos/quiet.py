"""A service with little traffic, and the rules that ship for it, evaluated minute by minute.

Only the forms that these rules have: sums of rates of counters, records, and sums of records over time. As there are no
groups, each expression is one number or nothing. It takes seconds for what takes promtool hours; that both agree is
tested beside it. Times are seconds.
"""

from bisect import bisect_right
from functools import cache
from itertools import pairwise
from math import ceil
from random import Random
from typing import NamedTuple

from gw2mon import loader
from gw2mon import promql as q
from gw2mon.compiler import compile_specs
from gw2mon.model import AlertingRule

SCRAPE, MINUTE, HOUR, DAY = 15, 60, 3600, 86_400

SPEC = """\
version: 1
service: shop
team: shop
scrape:
  shop: {targets: ["shop:8000"], exposes: [own]}
metrics:
  own:
    orders_total:
      type: counter
      help: Orders by outcome
      labels: {status: {closed: [ok, failed]}}
events:
  orders: {count: orders_total, bad: {status: [failed]}}
slos:
  orders: {of: orders, objective: 99.9%, window: 30d}
"""

_COMPARED = {">": float.__gt__, ">=": float.__ge__, "<": float.__lt__, "<=": float.__le__}
_COMPUTED = {"+": float.__add__, "-": float.__sub__, "*": float.__mul__, "/": float.__truediv__}


class Clock(NamedTuple):
    """When things happen: how far scrapes and evaluations lie behind whole intervals."""

    scrape: float = 0.0
    evaluation: float = 0.0
    closed: bool = False
    """Whether windows hold the sample at their very beginning, as up to Prometheus 2."""


class Counter(NamedTuple):
    """Samples of a counter that begins at 0: how many events there were until each scrape."""

    counts: list[int]
    scrape: float

    def rate(self, start, end, *, closed):
        """Events per second, extrapolated to the edges of the window as Prometheus does it; None: too few samples."""
        first = self.index_from(start, closed=closed)
        last = min(int((end - self.scrape) // SCRAPE), len(self.counts) - 1)
        if last - first < 1:
            return None
        increase, sampled = self.counts[last] - self.counts[first], (last - first) * SCRAPE
        before = self.scrape + first * SCRAPE - start
        if increase > 0:
            before = min(before, sampled * self.counts[first] / increase)
        after = end - self.scrape - last * SCRAPE
        edges = (gap if gap < 1.1 * SCRAPE else SCRAPE / 2 for gap in (before, after))
        return increase * (sampled + sum(edges)) / sampled / (end - start)

    def index_from(self, start, *, closed):
        """The first sample of a window."""
        steps = -((self.scrape - start) // SCRAPE)
        at_start = self.scrape + steps * SCRAPE == start
        return max(int(steps) + (at_start and not closed), 0)


class Record:
    """The samples of a recording rule, one for each evaluation; None: no sample."""

    def __init__(self):
        self.values = []
        self.sums, self.seen = [0.0], [0]

    def add(self, value):
        """Keep the value of the next evaluation."""
        self.values.append(value)
        self.sums.append(self.sums[-1] + (value or 0.0))
        self.seen.append(self.seen[-1] + (value is not None))

    def total(self, first, last):
        """The sum of some samples, the last included."""
        first = max(first, 0)
        return self.sums[last + 1] - self.sums[first] if self.seen[last + 1] > self.seen[first] else None


class Service:
    """Counters by status, and what the rules make of them."""

    def __init__(self, counters, clock, spec):
        self.counters, self.clock = counters, clock
        self.records = {record: Record() for record, _ in recorded(spec)}
        self.steps = [(self.records[record], self.compiled(expr)) for record, expr in recorded(spec)]
        self.pages = self.compiled(paging(spec))

    def minutes(self, count):
        """For each minute from the first on, whether the page fires in it."""
        for minute in range(count):
            for record, value in self.steps:
                record.add(value(minute))
            yield self.pages(minute) is not None

    def time(self, minute):
        """When the rules are evaluated in a minute."""
        return self.clock.evaluation + minute * MINUTE

    def compiled(self, expr):
        """A function from a minute to the value of an expression, or to None where it has none."""
        match expr:
            case q.NumberLiteral() | q.Call(function="vector"):
                number = float((expr.args[0] if isinstance(expr, q.Call) else expr).text)
                return lambda _: number
            case q.VectorSelector(name):
                values = self.records[name].values
                return lambda minute: values[minute]
            case q.Aggregation(op="sum", expr=q.Call(function="rate", args=(q.MatrixSelector(selector, window),))):
                return self.sum_of_rates(selector, window / 1000)
            case q.Call(function="sum_over_time", args=(ranged,)):
                return self.sum_over_time(ranged)
            case q.Paren(inner):
                return self.compiled(inner)
            case q.Binary():
                return operator(expr, self.compiled(expr.lhs), self.compiled(expr.rhs))
        raise NotImplementedError(q.to_text(expr))

    def sum_of_rates(self, selector, window):
        """The rate of all counters that a selector names."""
        chosen = [counter for status, counter in self.counters.items() if is_chosen(selector, status)]
        closed = self.clock.closed

        def value(minute):
            end = self.time(minute)
            rates = (counter.rate(end - window, end, closed=closed) for counter in chosen)
            found = [rate for rate in rates if rate is not None]
            return sum(found) if found else None

        return value

    def sum_over_time(self, ranged):
        """The sum of a record over a window: of its samples, or of what it was at each step of a subquery."""
        closed = self.clock.closed
        match ranged:
            case q.MatrixSelector(q.VectorSelector(name), window):
                back, lag = window // 60_000, 0
            case q.Subquery(q.VectorSelector(name), window, 60_000):
                # Its steps are whole minutes; at each it takes the sample that was evaluated last until then.
                back, lag = window // 60_000, int(self.clock.evaluation > 0)
                closed = closed and not lag
            case _:
                raise NotImplementedError(q.to_text(ranged))
        record = self.records[name]
        return lambda minute: record.total(minute - back + (not closed) - lag, minute - lag)


def operator(expr, lhs, rhs):
    """An operator between two expressions of one series each."""
    match expr.op:
        case "and":
            return lambda minute: lhs(minute) if rhs(minute) is not None else None
        case "or":
            return lambda minute: left if (left := lhs(minute)) is not None else rhs(minute)
    combine = _COMPARED.get(expr.op) or _COMPUTED[expr.op]
    is_filter = expr.op in _COMPARED

    def value(minute):
        left, right = lhs(minute), rhs(minute)
        if left is None or right is None:
            return None
        result = combine(left, right)
        return (left if result else None) if is_filter else result

    return value


def is_chosen(selector, status):
    """Whether a selector takes the counter of this status."""
    labels = {"job": "shop", "status": status}
    return all(matcher.op == "=" and labels[matcher.name] == matcher.value for matcher in selector.matchers)


@cache
def model(spec):
    """What is generated from."""
    return compile_specs([loader.load(spec.encode(), "shop.yaml").source]).model


def rules(spec):
    """The rules that ship for the one SLO of a spec."""
    ((group,),) = (service.slo_groups for service in model(spec).services)
    return group.rules


@cache
def paging(spec):
    """The expression of the page."""
    (found,) = (rule.expr for rule in rules(spec) if isinstance(rule, AlertingRule) and rule.severity == "critical")
    return found


@cache
def recorded(spec):
    """The records that the page reads, directly or not, in the order in which they are evaluated."""
    needed = set(q.metric_names(paging(spec)))
    chosen = []
    for rule in reversed(rules(spec)):
        if not isinstance(rule, AlertingRule) and rule.record in needed:
            chosen.append((rule.record, rule.expr))
            needed.update(q.metric_names(rule.expr))
    return chosen[::-1]


def traffic(chance, per_hour, seconds, failing):
    """Times of good and of bad events, which arrive by Poisson; `failing` says how likely one fails at a time."""
    times = {"ok": [], "failed": []}
    now = chance.expovariate(per_hour / HOUR)
    while now < seconds:
        times["failed" if chance.random() < failing(now) else "ok"].append(now)
        now += chance.expovariate(per_hour / HOUR)
    return times


def service(events, seconds, clock, spec=SPEC):
    """The service whose counters count these events; they were there, at 0, before the first of them."""
    scrapes = [clock.scrape + number * SCRAPE for number in range(int((seconds - clock.scrape) // SCRAPE) + 1)]
    counters = {
        status: Counter([bisect_right(times, scrape) for scrape in scrapes], clock.scrape)
        for status, times in events.items()
    }
    return Service(counters, clock, spec)


def any_clock(chance):
    """Scrapes and evaluations that lie anywhere in their intervals."""
    return Clock(chance.uniform(0, SCRAPE), chance.uniform(0, MINUTE))


def healthy_pages(seed, share, spec=SPEC, seconds=30 * DAY, per_hour=30):
    """How many pages a service gets of whose events just a steady share fails; pages without a break are one."""
    chance = Random(seed)  # noqa: S311 - the same on each run, and no secret
    clock = any_clock(chance)
    events = traffic(chance, per_hour, seconds, lambda _: share)
    states = [False, *service(events, seconds, clock, spec).minutes(seconds // MINUTE)]
    return sum(now and not before for before, now in pairwise(states))


def detection(seed, share, spec=SPEC, per_hour=30):
    """Minutes from the begin of a total outage, at some moment of an ordinary day, to its page."""
    chance = Random(seed)  # noqa: S311 - the same on each run, and no secret
    clock = any_clock(chance)
    begin = 7 * HOUR + chance.uniform(0, HOUR)
    seconds = 10 * HOUR
    events = traffic(chance, per_hour, seconds, lambda now: 1.0 if now >= begin else share)
    watched = service(events, seconds, clock, spec)
    for minute, fires in enumerate(watched.minutes(seconds // MINUTE)):
        if fires and watched.time(minute) >= begin:
            return (watched.time(minute) - begin) / MINUTE
    return float("inf")


def quantile(values, share):
    """The least of the values that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[ceil(share * len(ordered)) - 1]
