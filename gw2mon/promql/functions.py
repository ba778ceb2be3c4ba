"""Every function and aggregation of Prometheus 2.42 to 3.16, as data.

Source: https://prometheus.io/docs/prometheus/latest/querying/functions/ and the change log, which
says in which release each one came or went.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gw2mon.promql.ast import ValueType

Version = tuple[int, int]

OLDEST: Version = (2, 42)
"""What is not marked otherwise has been there since this release or longer."""


class Function(NamedTuple):
    """What a function takes and returns."""

    args: tuple[ValueType, ...]
    """The type of each argument; the last one stands for all that follow it."""
    returns: ValueType = "instant vector"
    required: int = 1
    maximum: int | None = 1
    """The least and the greatest number of arguments; None for no limit."""
    since: Version = OLDEST
    until: Version | None = None
    """The release in which the function was gone."""
    experimental: bool = False
    """Prometheus 3.16 refuses it without `--enable-feature=promql-experimental-functions`."""


class Aggregator(NamedTuple):
    """An aggregation operator: the type of its parameter, if it takes one."""

    param: ValueType | None = None
    since: Version = OLDEST
    experimental: bool = False


_MAP = Function(("instant vector",))
_OVER_TIME = Function(("range vector",))
_OF_TIME = Function(("instant vector",), required=0)
_CONSTANT = Function((), "scalar", 0, 0)
_CLAMP = Function(("instant vector", "scalar"), required=2, maximum=2)
_SMOOTHING = Function(("range vector", "scalar", "scalar"), required=3, maximum=3)
_SORT_BY = Function(("instant vector", "string"), maximum=None, since=(2, 49), experimental=True)
_EXTREME = Function(("scalar", "scalar"), "scalar", 2, 2, since=(3, 13), experimental=True)
_TIMESTAMP_OF = Function(("range vector",), since=(3, 5), experimental=True)
_QUERY_RANGE = Function((), "scalar", 0, 0, since=(3, 12), experimental=True)


def _alike(function: Function, names: str) -> dict[str, Function]:
    return dict.fromkeys(names.split(), function)


FUNCTIONS: dict[str, Function] = {
    **_alike(_MAP, "abs absent ceil exp floor ln log2 log10 sgn sort sort_desc sqrt timestamp"),
    **_alike(_MAP, "acos acosh asin asinh atan atanh cos cosh deg rad sin sinh tan tanh"),
    **_alike(_MAP, "histogram_count histogram_sum"),
    **_alike(_OVER_TIME, "changes delta deriv idelta increase irate rate resets"),
    **_alike(_OVER_TIME, "absent_over_time avg_over_time count_over_time last_over_time max_over_time"),
    **_alike(_OVER_TIME, "min_over_time present_over_time stddev_over_time stdvar_over_time sum_over_time"),
    **_alike(_OF_TIME, "day_of_month day_of_week day_of_year days_in_month hour minute month year"),
    **_alike(_CONSTANT, "pi time"),
    **_alike(_CLAMP, "clamp_max clamp_min"),
    "clamp": Function(("instant vector", "scalar", "scalar"), required=3, maximum=3),
    "histogram_fraction": Function(("scalar", "scalar", "instant vector"), required=3, maximum=3),
    "histogram_quantile": Function(("scalar", "instant vector"), required=2, maximum=2),
    "label_join": Function(("instant vector", "string", "string", "string"), required=3, maximum=None),
    "label_replace": Function(("instant vector", *("string",) * 4), required=5, maximum=5),
    "predict_linear": Function(("range vector", "scalar"), required=2, maximum=2),
    "quantile_over_time": Function(("scalar", "range vector"), required=2, maximum=2),
    "round": Function(("instant vector", "scalar"), maximum=2),
    "scalar": Function(("instant vector",), "scalar"),
    "vector": Function(("scalar",)),
    # Not in 2.42.
    **_alike(_MAP._replace(since=(2, 47)), "histogram_stddev histogram_stdvar"),
    **_alike(_SORT_BY, "sort_by_label sort_by_label_desc"),
    "mad_over_time": Function(("range vector",), since=(2, 49), experimental=True),
    "histogram_avg": Function(("instant vector",), since=(2, 51)),
    "info": Function(("instant vector", "instant vector"), maximum=2, since=(2, 55), experimental=True),
    **_alike(_TIMESTAMP_OF, "ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time"),
    "ts_of_first_over_time": _TIMESTAMP_OF._replace(since=(3, 7)),
    "first_over_time": Function(("range vector",), since=(3, 7)),
    "histogram_quantiles": Function(
        ("instant vector", "string", "scalar"), required=3, maximum=12, since=(3, 11), experimental=True
    ),
    **_alike(_QUERY_RANGE, "end range start step"),
    **_alike(_EXTREME, "max_of min_of"),
    "start_timestamp": Function(("instant vector",), since=(3, 14), experimental=True),
    "integral": Function(("range vector", "scalar"), maximum=2, since=(3, 16), experimental=True),
    # Renamed in 3.0.
    "holt_winters": _SMOOTHING._replace(until=(3, 0)),
    "double_exponential_smoothing": _SMOOTHING._replace(since=(3, 0), experimental=True),
}

AGGREGATORS: dict[str, Aggregator] = {
    **dict.fromkeys(("avg", "count", "group", "max", "min", "stddev", "stdvar", "sum"), Aggregator()),
    **dict.fromkeys(("bottomk", "quantile", "topk"), Aggregator("scalar")),
    "count_values": Aggregator("string"),
    **dict.fromkeys(("limitk", "limit_ratio"), Aggregator("scalar", since=(2, 54), experimental=True)),
}


def similar_function(name: str) -> str | None:
    """The function or aggregation that someone who wrote `name` most likely meant."""
    import difflib  # costs more than this whole package, and only mistakes need it

    known = [*FUNCTIONS, *AGGREGATORS]
    if name.lower() in known:
        return name.lower()
    return next(iter(difflib.get_close_matches(name, known, n=1, cutoff=0.7)), None)
