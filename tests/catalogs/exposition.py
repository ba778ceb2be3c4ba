"""Compares what a program really exposes with what its catalogue declares."""

from decimal import Decimal

from prometheus_client.parser import text_string_to_metric_families

# The text format knows neither; the clients write both as gauges.
WRITTEN_AS = {"info": "gauge"}


def families(text):
    """Type and samples of each family, by the name that the text gives it."""
    found = {}
    for family in text_string_to_metric_families(text):
        name = f"{family.name}_total" if family.type == "counter" else family.name
        found[name] = (family.type, family.samples)
    return found


def complaints(text, metrics, catalog=None):
    """Everything in a scrape that the metrics do not declare, or declare differently; one line each."""
    declared = {metric.name: metric for metric in metrics}
    untyped = catalog.untyped if catalog else ()
    found = []
    for name, (kind, samples) in families(text).items():
        if name in declared:
            metric = declared[name]
            wanted = "unknown" if name in untyped else WRITTEN_AS.get(metric.type, metric.type)
            if kind != wanted:
                found.append(f"{name} is a {kind}, not a {wanted}")
            found += [f"{name}: {line}" for line in _about_labels(metric, samples)]
            found += [f"{name}: {line}" for line in _about_parts(metric, samples, catalog)]
        elif not _belongs_to_a_metric(name, declared):
            found.append(f"{name}, a {kind}, is not declared")
    return found


def absent(text, metrics):
    """Metrics that should always be there and are not."""
    there = families(text)
    return [metric.name for metric in metrics if metric.appears == "always" and metric.name not in there]


def _belongs_to_a_metric(name, declared):
    # prometheus_client writes the time at which each series was made as a family of its own.
    stem = name.removesuffix("_created")
    return stem != name and (stem in declared or f"{stem}_total" in declared)


def _about_labels(metric, samples):
    known = {label.name: label.values for label in metric.labels}
    for key, value in sorted({pair for sample in samples for pair in sample.labels.items()}):
        if key in ("le", "quantile"):
            continue
        if key not in known:
            yield f"label {key} is not declared"
        elif known[key].closed and value not in known[key].values and value:
            yield f"label {key} has the undeclared value {value}"


def _about_parts(metric, samples, catalog):
    if not samples:
        return
    bounds = _numbers("le", samples)
    if metric.type == "histogram" and bounds not in _possible_bounds(metric, catalog):
        yield f"has the bounds {bounds}"
    if metric.type == "summary" and (quantiles := _numbers("quantile", samples)) != metric.quantiles:
        yield f"has the quantiles {quantiles}"


def _possible_bounds(metric, catalog):
    yield metric.buckets
    if catalog and metric.name in catalog.native:
        yield ()
    if catalog and metric.name in catalog.older_buckets:
        yield catalog.older_buckets[metric.name]


def _numbers(label, samples):
    values = {sample.labels[label] for sample in samples if label in sample.labels}
    return tuple(sorted(Decimal(value) for value in values - {"+Inf"}))
