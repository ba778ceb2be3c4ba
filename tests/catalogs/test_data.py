"""The shipped files: that they keep to their notation, and that what they declare can be true."""

import functools
import re
from importlib.resources import files

import pytest
import yaml

from gw2mon import catalogs
from gw2mon.catalogs import notation

SHIPPED = sorted(file.name.removesuffix(".yaml") for file in files("gw2mon.catalogs").joinpath("data").iterdir())
UNITS = {
    "", "amperes", "bits", "bytes", "celsius", "hertz", "joules", "milliseconds", "pages", "ratio", "seconds",
    "sectors", "timestamp", "volts", "watts",
}  # fmt: skip
SECTIONS = {
    "help",
    "versions",
    "include",
    "shaped-by",
    "parameters",
    "labels",
    "quantiles",
    "buckets",
    "older-buckets",
    "metrics",
}
KEY = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*(\{[a-z_0-9]+(, [a-z_0-9]+)*\})?")
LINE = re.compile(
    r"(counter|gauge|histogram|summary|info)(, [a-z]+)?(, (native|untyped))?(, (since|until) \d+\.\d+)?"
    r"(, first-use)?(, (since|until) \d+\.\d+)?\. [A-Z0-9].*\."
)


@pytest.fixture(params=SHIPPED)
def file(request):
    return request.param


@pytest.fixture
def document(file):
    return raw(file)


def test_a_file_has_only_known_sections_and_says_what_it_is_about(document):
    assert set(document) <= SECTIONS
    assert document["help"]


def test_every_line_keeps_to_the_notation(document):
    for key, line in document.get("metrics", {}).items():
        assert KEY.fullmatch(key), key
        assert LINE.fullmatch(line), f"{key}: {line}"


def test_no_key_stands_twice(file):
    root = yaml.compose(text_of(file), yaml.CBaseLoader)
    assert isinstance(root, yaml.MappingNode)
    for section, entries in root.value:
        keys = [key.value for key, _ in entries.value] if isinstance(entries, yaml.MappingNode) else []
        assert len(keys) == len(set(keys)), section.value


def test_sections_speak_of_metrics_that_are_there(file, document):
    metrics = {metric.name: metric for metric in notation.read(file).metrics}
    labels = {label.name for metric in metrics.values() for label in metric.labels}

    assert {metrics[name].type for name in document.get("buckets", {})} <= {"histogram"}
    assert set(document.get("older-buckets", {})) <= set(document.get("buckets", {}))
    assert {metrics[name].type for name in document.get("quantiles", {})} <= {"summary"}
    for entry in document.get("labels", {}):
        metric, _, label = entry.rpartition("/")
        assert label in ({item.name for item in metrics[metric].labels} if metric else labels), entry


def test_no_metric_is_declared_twice(file):
    names = [metric.name for metric in notation.read(file).metrics]

    assert len(names) == len(set(names))


def test_only_what_programs_share_is_in_two_catalogues():
    homes: dict[str, set[str]] = {}
    for name in catalogs.CATALOGS:
        for metric in catalogs.load(name).metrics:
            homes.setdefault(metric.name, set()).add(name)
    shared = {name for name, where in homes.items() if len(where) > 1}

    assert {name.partition("_")[0] for name in shared} == {"go", "net", "process", "promhttp", "python"}


def test_names_fit_their_types(file):
    untyped = notation.read(file).untyped
    for metric in notation.read(file).metrics:
        if metric.name in untyped:
            continue
        assert (metric.type == "counter") == metric.name.endswith("_total"), metric.name
        assert not metric.name.endswith(("_bucket", "_sum", "_count", "_created")), metric.name


def test_units_are_base_units(file):
    assert {metric.unit for metric in notation.read(file).metrics} <= UNITS


@pytest.mark.parametrize("unit", ["bytes", "celsius", "hertz", "volts", "joules"])
def test_a_name_that_ends_in_a_unit_has_it(file, unit):
    for metric in notation.read(file).metrics:
        if metric.name.removesuffix("_total").endswith(f"_{unit}") and "alarm" not in metric.name:
            assert metric.unit == unit, metric.name


def test_a_point_in_time_is_told_from_a_length_of_time(file):
    for metric in notation.read(file).metrics:
        if re.search(r"timestamp(_in)?_seconds$|mtime_seconds$|(start|boot)_time_seconds$|_expiry$", metric.name):
            assert metric.unit == "timestamp", metric.name


@pytest.mark.parametrize("name", catalogs.CATALOGS)
def test_histograms_have_ascending_bounds_and_others_none(name):
    catalog = catalogs.load(name)
    for metric in catalog.metrics:
        if metric.name not in catalog.native and not metric.name.startswith("go_"):
            assert bool(metric.buckets) == (metric.type == "histogram"), metric.name
        assert list(metric.buckets) == sorted(set(metric.buckets)), metric.name


def test_the_go_catalogue_gives_every_histogram_bounds():
    assert all(metric.buckets for metric in catalogs.load("go").metrics if metric.type == "histogram")


def test_lifetimes_name_versions_that_were_compared(file):
    catalog = notation.read(file)
    own = set(catalog.versions) | {version for part in included(file) for version in notation.read(part).versions}

    assert {version for lifetime in catalog.lifetimes.values() for version in lifetime if version} <= own


def test_every_metric_has_labels_once_and_none_that_prometheus_sets(file):
    for metric in notation.read(file).metrics:
        names = [label.name for label in metric.labels]
        assert len(names) == len(set(names)), metric.name
        assert not {"job", "instance", "le", "quantile"} & set(names), metric.name


def test_a_closed_list_of_values_holds_each_once_and_an_open_one_fits_its_limit(file):
    for metric in notation.read(file).metrics:
        for label in metric.labels:
            values = label.values
            assert len(values.values) == len(set(values.values))
            assert values.values or not values.closed
            assert values.limit is None or len(values.values) <= values.limit


@pytest.mark.parametrize("name", catalogs.CATALOGS)
def test_metrics_know_their_catalogue_and_the_group_that_names_it(name):
    metrics = catalogs.instantiate(name, "mine", {})

    assert {(metric.catalog, metric.group) for metric in metrics} == {(name, "mine")}


def test_every_shipped_file_is_a_catalogue_or_part_of_one():
    parts = {part for name in SHIPPED for part in included(name)}

    assert set(SHIPPED) - parts <= set(catalogs.CATALOGS) <= set(SHIPPED)


def test_an_unknown_catalogue_is_a_mistake_of_the_caller():
    with pytest.raises(KeyError):
        catalogs.load("../node")


def included(name):
    return raw(name).get("include", [])


@functools.cache
def raw(name):
    return yaml.load(text_of(name), yaml.CBaseLoader)  # noqa: S506 - builds only text, lists and mappings


def text_of(name):
    return files("gw2mon.catalogs").joinpath("data", f"{name}.yaml").read_text(encoding="utf-8")
