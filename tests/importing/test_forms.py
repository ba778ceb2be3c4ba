"""What queries become: a form of the language where their shape is known, and the query itself where it is not."""

import pytest

from tests.importing.documents import analysed, events, imported, openslo, openslo_ratio, sloth, spec_of, told

TOTAL = 'sum(rate(orders_total{job="checkout"}[{{.window}}]))'
COUNT = 'sum(rate(wait_seconds_count{job="checkout"}[{{.window}}]))'
OK = 'sum(rate(orders_total{job="checkout",code="200"}[{{.window}}]))'
FAST = 'sum(rate(wait_seconds_bucket{job="checkout",le="0.25"}[{{.window}}]))'


def narrowed(query, matcher):
    """The query with one more condition."""
    return query.replace("{job=", f"{{{matcher},job=")


def until(bound):
    return FAST.replace("0.25", bound)


def first(section, document, **options):
    """The only entry of a section."""
    ((_, entry),) = spec_of(document, **options)[section].items()
    return entry


@pytest.mark.parametrize(
    ("error", "total", "expected"),
    [
        ('sum(rate(orders_total{job="checkout",code="500"}[{{.window}}]))', TOTAL, {"bad": {"code": ["500"]}}),
        (
            'sum(rate(orders_total{code=~"500|503",job="checkout"}[{{ .window }}]))',
            TOTAL,
            {"bad": {"code": ["500", "503"]}},
        ),
        (
            'sum(rate(orders_total{job="checkout",code!~"2.."}[{{.window}}]))',
            TOTAL,
            {"bad": {"code": {"not-matches": "2.."}}},
        ),
        (
            'sum(rate(orders_total{job="checkout",code!="200"}[{{.window}}]))',
            TOTAL,
            {"bad": {"code": {"not": ["200"]}}},
        ),
        (
            '(sum(rate(orders_total{job="checkout",code="500"}[{{.window}}])) or vector(0))',
            TOTAL,
            {"bad": {"code": ["500"]}},
        ),
        (
            'sum(increase(orders_total{job="checkout",code="500",shop="eu"}[{{.window}}]))',
            'sum(increase(orders_total{job="checkout",shop="eu"}[{{.window}}]))',
            {"only": {"shop": ["eu"]}, "bad": {"code": ["500"]}},
        ),
    ],
)
def test_two_rates_of_one_counter_become_events(error, total, expected):
    document = sloth(events(error, total))
    assert first("events", document) == {"count": "orders_total", **expected}
    assert first("slos", document)["of"] == "orders"
    assert told(document) == []


def test_the_count_of_a_histogram_is_counted_by_the_name_of_the_histogram():
    document = sloth(events(narrowed(COUNT, 'code=~"5.."'), COUNT))
    assert first("events", document)["count"] == "wait_seconds"


@pytest.mark.parametrize(
    ("error", "total", "expected"),
    [
        (f"{COUNT} - {FAST}", COUNT, {"under": "250ms"}),
        (f"({COUNT} - ({FAST}))", COUNT, {"under": "250ms"}),
        (f"{COUNT} - {until('1')}", COUNT, {"under": "1s"}),
        (f"{COUNT} - {until('1.0')}", COUNT, {"under": "1s"}),
        (f"{COUNT} - {FAST}".replace('le="0.25"', 'le=~"1|1.0"'), COUNT, {"under": "1s"}),
        (COUNT + " - " + narrowed(FAST, 'code!~"5.."'), COUNT, {"under": "250ms", "bad": {"code": {"matches": "5.."}}}),
        (
            COUNT + " - " + narrowed(FAST, 'code=~"2.."'),
            COUNT,
            {"under": "250ms", "bad": {"code": {"not-matches": "2.."}}},
        ),
    ],
)
def test_a_bucket_and_the_count_of_its_histogram_become_a_latency(error, total, expected):
    document = sloth(events(error, total))
    assert first("slos", document) == {"of": "wait-time", **expected, "objective": "99.9%", "window": "30d"}
    assert first("latencies", document) == {"histogram": "wait_seconds"}


def test_a_good_bucket_over_its_count_is_a_latency_too():
    good, total = (
        query.replace("{{.window}}", "5m") for query in (FAST, COUNT.replace("_count{", '_bucket{le="+Inf",'))
    )
    assert first("slos", openslo(openslo_ratio(good, total)))["under"] == "250ms"


@pytest.mark.parametrize(
    ("error", "total"),
    [
        ('sum(rate(failures_total{job="checkout"}[{{.window}}]))', TOTAL),
        ('sum(rate(orders_total{job="checkout",code="500"}[{{.window}}] offset 5m))', TOTAL),
        ('sum(rate(orders_total{job="other",code="500"}[{{.window}}]))', TOTAL),
        ('sum(rate(orders_total{job="checkout",code="500"}[{{.window}}])) * 2', TOTAL),
        ('sum(rate(orders_total{job="checkout",instance="a:1",code="500"}[{{.window}}]))', TOTAL),
        ('sum(rate(orders_total{job="checkout",code=~"5..",code!="501"}[{{.window}}]))', TOTAL),
        (f"{COUNT} - {until('0.250')}", COUNT),
        (f"{COUNT} - {until('0.0001')}", COUNT),
        (f"{COUNT} - {FAST}", COUNT.replace("_count{", '_bucket{le="+Inf",')),
        (f"{COUNT} - {FAST}".replace("seconds", "bytes"), COUNT.replace("seconds", "bytes")),
        (COUNT + " - " + narrowed(FAST, 'code!~"5..",shop="eu"'), COUNT),
        (
            "sum_over_time((count(queue_ratio < 0.75))[{{.window}}:]) OR on() vector(0)",
            "sum_over_time((count(queue_ratio))[{{.window}}:])",
        ),
    ],
)
def test_every_other_shape_stays_a_query_over_the_window(error, total):
    text = imported(sloth(events(error, total))).text
    entry = first("slos", sloth(events(error, total)))
    assert set(entry["query"]) == {"bad", "total"}
    assert all("[$window" in query and "{{" not in query for query in entry["query"].values())
    assert analysed(text)[1] == ""


def test_groups_become_by_and_are_declared():
    document = sloth(
        events(
            'sum by (shop) (rate(orders_total{job="checkout",code="500"}[{{.window}}]))',
            'sum by (shop) (rate(orders_total{job="checkout"}[{{.window}}]))',
        )
    )
    assert first("slos", document)["by"] == ["shop"]
    assert analysed(imported(document).text)[1] == ""


def test_a_query_that_counts_no_events_per_second_is_not_guarded_by_a_number_of_them():
    by_samples = events("sum(sum_over_time(lost[{{.window}}]))", "sum(count_over_time(lost[{{.window}}]))")
    by_events = events(f"{TOTAL} - {OK}", TOTAL)
    assert first("slos", sloth(by_samples))["alerting"] == {"min-errors": 1}
    assert "alerting" not in first("slos", sloth(by_events))


def test_increases_become_rates_so_that_bad_events_are_counted_right():
    counted = events('sum(increase(a_total{job="x"}[{{.window}}]))', 'sum(increase(b_total{job="x"}[{{.window}}]))')
    assert first("slos", sloth(counted))["query"] == {
        "bad": 'sum(rate(a_total{job="x"}[$window]))',
        "total": 'sum(rate(b_total{job="x"}[$window]))',
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("queue_lost_ratio", {"error-ratio": "queue_lost_ratio"}),
        ("1 - avg_over_time(queue_ratio[{{.window}}])", {"error-ratio": "1 - avg_over_time(queue_ratio[5m])"}),
        ("queue:lost:ratio{{.window}}", {"error-ratio": "queue:lost:ratio5m"}),
    ],
)
def test_a_share_that_is_already_one_stays_one(query, expected):
    entry = first("slos", sloth(f"      raw: {{error_ratio_query: '{query}'}}\n"))
    assert expected.items() <= entry.items()


@pytest.mark.parametrize(
    "query",
    [
        'sum(rate(orders_total{job="a",code="500"}[{{.window}}])) / sum(rate(orders_total{job="a"}[{{.window}}]))',
        f"1 - ({OK} / {TOTAL})",
    ],
)
def test_a_share_that_is_divided_is_counted_by_its_two_parts(query):
    document = sloth(f"      raw: {{error_ratio_query: '{query}'}}\n")
    assert first("slos", document)["of"] == "orders"
    assert first("events", document).keys() & {"bad", "good"}


def test_events_that_two_slos_share_are_said_once():
    one = sloth(name="strict")
    two = sloth(name="lenient", objective="95")
    spec = spec_of(one, two)
    assert list(spec["events"]) == ["shop-orders"]
    assert {entry["of"] for entry in spec["slos"].values()} == {"shop-orders"}


def test_other_events_of_the_same_metric_are_called_like_their_slo():
    other = sloth(
        events(
            'sum(rate(shop_orders_total{job="checkout",code="429"}[{{.window}}]))',
            'sum(rate(shop_orders_total{job="checkout"}[{{.window}}]))',
        ),
        name="throttled",
    )
    assert list(spec_of(sloth(), other)["events"]) == ["shop-orders", "throttled"]


def test_a_metric_of_several_jobs_is_narrowed_where_a_query_reads_one_of_them():
    both = sloth(
        events(
            'sum(rate(shop_orders_total{job=~"checkout|till",code="429"}[{{.window}}]))',
            'sum(rate(shop_orders_total{job=~"checkout|till"}[{{.window}}]))',
        ),
        name="both",
    )
    spec = spec_of(sloth(), both)
    assert list(spec["scrape"]) == ["checkout", "till"]
    assert spec["events"]["shop-orders"]["only"] == {"job": ["checkout"]}
    assert "only" not in spec["events"]["both"]


def test_metrics_are_declared_with_all_that_queries_tell_of_them():
    document = sloth(
        events(
            'sum(rate(wait_seconds_count{job="a",code=~"500|502"}[{{.window}}])) + '
            'sum(rate(gone_total{job="b"}[{{.window}}]))',
            'sum(rate(wait_seconds_bucket{job="a",le=~"0.5|2",shop!="test"}[{{.window}}])) + '
            "sum(max_over_time(size_bytes[{{.window}}]))",
        )
    )
    spec = spec_of(document)
    assert {name: list(metrics) for name, metrics in spec["metrics"].items()} == {
        "a": ["wait_seconds"],
        "b": ["gone_total"],
        "checkout": ["size_bytes"],
    }
    wait = spec["metrics"]["a"]["wait_seconds"]
    assert wait["type"] == "histogram"
    assert wait["buckets"] == ["500ms", "2s"]
    assert {name: values.get("known") for name, values in wait["labels"].items()} == {
        "code": ["500", "502"],
        "shop": ["test"],
    }
    assert spec["metrics"]["b"]["gone_total"]["type"] == "counter"
    assert spec["metrics"]["checkout"]["size_bytes"]["type"] == "gauge"


@pytest.mark.parametrize("job", ["prometheus", "alertmanager", "node", "monitoring/checkout", "stack"])
def test_a_job_may_have_any_name(job):
    query = 'sum(rate(prometheus_http_requests_total{job="%s"%s}[{{.window}}]))'
    text = imported(sloth(events(query % (job, ',code="500"'), query % (job, "")))).text
    assert analysed(text)[1] == ""
