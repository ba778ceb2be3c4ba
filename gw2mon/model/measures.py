"""What is measured, and the Python module that measures it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal

    from gw2mon.finding import Position

MetricType = Literal["counter", "gauge", "histogram", "summary", "info"]


class Replacement(NamedTuple):
    """A value that stands for all that match a regular expression as a whole."""

    pattern: str
    value: str


class LabelValues(NamedTuple):
    """The values a label may take: all of them (closed), or those known beforehand and how many more may come."""

    values: tuple[str, ...]
    limit: int | None = None
    """Greatest number of distinct values, the known ones included; None where the list is closed or unbounded."""
    closed: bool = True
    replace: tuple[Replacement, ...] = ()
    """What becomes of values that are not declared; what it makes is among `values`."""
    ranges: tuple[Decimal, ...] = ()
    """Ascending upper bounds in base units, where a number is asked for: the values are theirs, and `more`."""

    @property
    def bound(self) -> int | None:
        """The greatest number of values that can exist, or None where nothing limits it."""
        return len(self.values) if self.closed else self.limit


class Label(NamedTuple):
    """A label of a metric or a target, with the values it may take."""

    name: str
    values: LabelValues


class Metric(NamedTuple):
    """One metric family, declared in a spec or shipped in a catalogue."""

    name: str
    type: MetricType
    help: str
    labels: tuple[Label, ...]
    unit: str
    """Base unit: seconds, bytes, ratio, celsius, … or "" for a plain count."""
    buckets: tuple[Decimal, ...] = ()
    """Finite upper bounds of a histogram in base units, ascending; +Inf is implied."""
    quantiles: tuple[Decimal, ...] = ()
    """Quantiles that a summary exports; most Python summaries export none."""
    group: str = ""
    """The key under `metrics:` that declares it; scrape jobs name groups in `exposes`."""
    catalog: str = ""
    """The catalogue it comes from, or "" when the spec itself declares it."""
    object: str = ""
    """Its name in the generated Python module; "" when the module does not hold it."""
    appears: Literal["always", "first-use"] = "always"
    """Whether its series exist as soon as the process runs, or only from the first event on."""
    initialise: bool = True
    """Whether the Python module creates every known label set at 0 when it is imported."""
    multiprocess: str = ""
    """How several workers combine a gauge: livesum, max, mostrecent …"""
    idle: bool = False
    """Whether nothing ever counts, observes or sets it: it stays at 0, or has no series where it has labels."""
    doubt: str = ""
    """Why it may be that nothing ever does, where that is not sure."""
    partial: bool = False
    """Whether it may have other labels and bounds than are told here, as where it was only seen from outside."""
    origin: Position | None = None


class FastApi(NamedTuple):
    """How requests are measured, by our middleware or by the instrumentator, so that both equal the catalogue."""

    group: str
    exclude: tuple[str, ...]
    """Exact paths that are not counted."""
    status: Literal["grouped", "exact"]
    in_progress: bool
    buckets: tuple[Decimal, ...]
    """Bounds of http_request_duration_seconds in seconds, thresholds of SLOs and alerts included."""
    highr_buckets: tuple[Decimal, ...]
    methods: tuple[str, ...]
    """Methods that are told apart; any others count as OTHER."""
    routes: tuple[str, ...]
    """Route templates that always have a place within the limit, `none` among them."""
    limit: int
    """Greatest number of route templates."""
    exemplars: bool = False
    """Whether durations carry the trace that they belong to."""
    token_file: str = ""
    """The file with the bearer token that a scrape must bring; "": anybody may scrape."""


class Argument(NamedTuple):
    """An argument of a generated Python function: the value of a label, or an amount."""

    name: str
    label: str | None
    values: LabelValues | None
    """Values of the label it fills; None for an amount."""
    unit: str
    """Unit of an amount (seconds, bytes, count …); "" for a label."""
    default: str | None
    optional: bool
    """An optional argument may be None: what needs it is then not recorded."""
    origin: Position | None = None


class LabelSource(NamedTuple):
    """Where the value of one label comes from: an argument or a constant; exactly one of them is set."""

    label: str
    argument: str | None
    constant: str | None


class Record(NamedTuple):
    """One thing that a function does to one metric."""

    action: Literal["increment", "observe", "set", "info"]
    metric: str
    amount: str | None
    """The argument that holds the amount; None: 1."""
    labels: tuple[LabelSource, ...]
    """One per label of the metric, in the metric's order."""
    needs: tuple[str, ...]
    """Optional arguments without which nothing is recorded: None, or "" for a label."""
    origin: Position | None = None


class Function(NamedTuple):
    """A function of the generated Python module; the order of its arguments is its signature."""

    name: str
    help: str
    arguments: tuple[Argument, ...]
    records: tuple[Record, ...]
    origin: Position | None = None


class RetiredObject(NamedTuple):
    """A Python object that callers still touch but that no longer exports anything."""

    name: str
    type: MetricType
    labels: tuple[str, ...]
    instead: str
    origin: Position | None = None


class PythonModule(NamedTuple):
    """All that the generated Python module of a service needs."""

    metrics: tuple[Metric, ...]
    functions: tuple[Function, ...]
    retired: tuple[RetiredObject, ...]
    fastapi: FastApi | None
    workers: Literal["single", "multi"]
    counts_unknown_values: Metric | None = None
    """The module's own counter of label values that it replaced by "other"."""
