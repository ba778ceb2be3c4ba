"""Metrics that Python source defines: names, types, labels, buckets, and what cannot be read, is read off the text."""

from decimal import Decimal
from textwrap import dedent

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from gw2mon import exposition
from gw2mon.auditing.estate import File
from gw2mon.auditing.reading import python


def read(**files):
    named = {f"shop/{name}.py": dedent(text) for name, text in files.items()}
    source, findings = python.read([File(path, text) for path, text in named.items()], named)
    assert findings == ()
    return source


def metrics(**files):
    return {metric.name: metric for metric in read(**files).metrics}


def only(**files):
    source = read(**files)
    assert source.hidden == ()
    (metric,) = source.metrics
    return metric


def labels(metric):
    return [label.name for label in metric.labels]


CLIENT = "from prometheus_client import Counter, Enum, Gauge, Histogram, Info, Summary\n"


@pytest.mark.parametrize(
    "made",
    [
        "Counter('orders', 'Orders')",
        "Counter('orders_total', 'Orders')",
        "Counter(name='orders_total', documentation='Orders', namespace='shop', subsystem='web')",
        "Counter('wait', 'Waiting', unit='seconds')",
        "Counter('wait_seconds_total', 'Waiting', unit='seconds')",
        "Counter('wait_total', 'Waiting', unit='seconds')",
        "Counter('total_seconds', 'Odd')",
        "Gauge('stock', 'Stock', (), 'shop')",
        "Gauge('stock_total', 'Odd', unit='bytes')",
        "Histogram('took', 'Time', unit='seconds')",
        "Summary('took_seconds', 'Time', [], 'shop', 'db')",
        "Info('build', 'Build')",
        "Info('build_info', 'Odd')",
        "Enum('state', 'State', states=['up', 'down'])",
        "Enum('state', 'State', ('job',), 'shop', states=('up', 'down'))",
    ],
)
def test_a_metric_is_read_under_the_name_and_type_that_the_client_exposes(made):
    registry = CollectorRegistry()
    names = {}
    exec(f"{CLIENT}made = {made[:-1]}, registry=registry)", {"registry": registry}, names)  # noqa: S102 - our own text
    shown = [family for family in exposition.read(generate_latest(registry).decode()).families
             if not family.name.endswith("_created")]  # fmt: skip
    metric = only(app=f"{CLIENT}made = {made}")
    assert [(family.name, family.type) for family in shown] == [(metric.name, metric.type)]


@pytest.mark.parametrize(
    "text",
    [
        "from prometheus_client import Counter as C\nC('orders', 'd', ['status'])",
        "import prometheus_client\nprometheus_client.Counter('orders', 'd', ['status'])",
        "import prometheus_client as prom\nprom.Counter('orders', 'd', ['status'])",
        "from prometheus_client import metrics as m\nm.Counter('orders', 'd', ['status'])",
        "from prometheus_client import *\nCounter('orders', 'd', ['status'])",
        "import prometheus_client.metrics\nprometheus_client.metrics.Counter('orders', 'd', ['status'])",
        (
            "try:\n    from prometheus_client import Counter\nexcept ImportError:\n    Counter = None\n"
            "Counter('orders', 'd', ['status'])"
        ),
        "def f():\n    from prometheus_client import Counter\n    return Counter('orders', 'd', ['status'])",
        CLIENT + "class Ours(Counter): pass\nclass Mine(Ours): pass\nMine('orders', 'd', ['status'])",
        CLIENT + "P = 'or'\nN = f'{P}ders'\nL = ('status',)\nCounter(N, 'd', L)",
        CLIENT + "P = 'or'\nCounter(P + 'ders', 'd', ['status'])",
        CLIENT + "class Names:\n    ORDERS = 'orders'\nCounter(Names.ORDERS, 'd', ['status'])",
        CLIENT + "class Names(str, Enum):\n    ORDERS = 'orders'\nCounter(Names.ORDERS.value, 'd', ['status'])",
        CLIENT + "A = ['status']\nCounter('orders', 'd', [*A])",
        CLIENT + "METRICS = {'a': Counter('orders', 'd', labelnames=['status'])}",
        CLIENT + "METRICS = [Counter('orders', 'd', labelnames=('status',))]",
        CLIENT
        + "@dataclass\nclass M:\n    a: Counter = field(default_factory=lambda: Counter('orders', '', ['status']))",
        CLIENT + "class M:\n    def __init__(self):\n        self.orders = Counter('orders', 'd', ['status'])",
        (
            CLIENT + "def counter(name, doc, labels=()):\n    return Counter(name, doc, labels)\n"
            "ORDERS = counter('orders', 'd', ['status'])"
        ),
        CLIENT
        + "def counter(name, **kw):\n    made = Counter(f'or{name}', '', ['status'])\n    return made\ncounter('ders')",
        CLIENT
        + "class Ours(Counter):\n    def __init__(self, name):\n        super().__init__(f'or{name}', '', ['status'])\n"
        "Ours('ders')",
        CLIENT
        + "class F:\n    def counter(self, name):\n        return Counter(name, '', ['status'])\nF().counter('orders')",
    ],
)
def test_a_metric_is_read_however_it_is_written(text):
    metric = only(app=text)
    assert (metric.name, metric.type, labels(metric), metric.partial) == ("orders_total", "counter", ["status"], False)


def test_classes_names_and_constants_are_followed_from_one_module_to_another():
    found = metrics(
        prom="from prometheus_client import Counter\nclass Ours(Counter): pass\nPREFIX = 'shop'\nLABELS = ['a']",
        orders="from .prom import Ours as O, PREFIX as P, LABELS\nORDERS = O(f'{P}_orders', 'd', LABELS)",
        stock="from . import prom\nSTOCK = prom.Counter(f'{prom.PREFIX}_stock', 'd')",
    )
    assert sorted(found) == ["shop_orders_total", "shop_stock_total"]
    assert labels(found["shop_orders_total"]) == ["a"]


def test_other_classes_of_the_same_name_are_no_metrics():
    text = "from collections import Counter\nfrom enum import Enum\nCounter('orders')\nEnum('Colour', 'red')"
    assert read(app=text, other=CLIENT).metrics == ()


@pytest.mark.parametrize(
    "text",
    [
        "import os\nCounter(os.environ['NAME'], 'd')",
        "for name in names():\n    Counter(name, 'd')",
        "def counter(name):\n    return Counter(name, 'd')\nfor name in names():\n    counter(name)",
        "Counter(*arguments)",
        "Counter('orders', 'd', namespace=settings.namespace)",
        "PREFIX = 'a'\nif x:\n    PREFIX = 'b'\nCounter(f'{PREFIX}_orders', 'd')",
        "class Settings(BaseSettings):\n    prefix: str = 'shop'\nCounter(f'{Settings().prefix}_orders', 'd')",
        "@dataclass\nclass Settings:\n    prefix: str = 'shop'\nCounter(f'{settings.prefix}_orders', 'd')",
        "def f(PREFIX):\n    return Counter(f'{PREFIX}_orders', 'd')\nPREFIX = 'shop'\nf(PREFIX + x())",
    ],
)
def test_a_name_that_is_only_known_at_run_time_opens_the_world_and_says_where(text):
    source = read(app=CLIENT + text)
    assert source.metrics == ()
    (why,) = source.hidden
    assert why.startswith("shop/app.py:")
    assert "only known at run time" in why


@pytest.mark.parametrize(
    "text",
    ["Counter('orders', 'd', names())", "Counter('orders', 'd', **more)", "Counter('orders', 'd', [*names()])"],
)
def test_labels_that_are_only_known_at_run_time_may_be_any(text):
    assert only(app=CLIENT + text).partial


def test_an_info_has_labels_that_only_its_values_tell():
    assert only(app=CLIENT + "Info('build', 'd').info({'version': v})").partial


@pytest.mark.parametrize(
    ("given", "bounds"),
    [
        (
            "",
            [
                "0.005",
                "0.01",
                "0.025",
                "0.05",
                "0.075",
                "0.1",
                "0.25",
                "0.5",
                "0.75",
                "1.0",
                "2.5",
                "5.0",
                "7.5",
                "10.0",
            ],
        ),
        (", buckets=[1, 0.5, 2]", ["0.5", "1", "2"]),
        (", buckets=(.1, 1, float('inf'))", ["0.1", "1"]),
        (", buckets=[.1, INF]", ["0.1"]),
        (", buckets=[.1, math.inf]", ["0.1"]),
        (", buckets=BOUNDS", ["0.1", "1"]),
        (", buckets=tuple(BOUNDS)", ["0.1", "1"]),
        (", buckets=(*BOUNDS, 30)", ["0.1", "1", "30"]),
        (", buckets=['0.1', '+Inf']", ["0.1"]),
    ],
)
def test_buckets_are_read(given, bounds):
    metric = only(app=f"{CLIENT}BOUNDS = (0.1, 1)\nHistogram('took_seconds', 'd'{given})")
    assert [Decimal(bound) for bound in bounds] == list(metric.buckets)
    assert not metric.partial
    assert metric.unit == "seconds"


def test_the_default_buckets_may_be_named():
    named = only(app=f"{CLIENT}Histogram('took', 'd', buckets=Histogram.DEFAULT_BUCKETS)")
    assert named.buckets == only(app=f"{CLIENT}Histogram('took', 'd')").buckets


@pytest.mark.parametrize("given", ["[x / 10 for x in range(9)]", "exponential(1, 2)", "settings.buckets"])
def test_buckets_that_are_computed_may_be_any(given):
    metric = only(app=f"{CLIENT}Histogram('took', 'd', buckets={given})")
    assert (metric.buckets, metric.partial) == ((), True)


def test_the_states_of_an_enum_are_the_values_of_a_label_with_its_name():
    (label,) = only(app=CLIENT + "Enum('state', 'd', namespace='shop', states=['up', 'down'])").labels
    assert label.name == "shop_state"
    assert label.values == (("up", "down"), None, True, (), ())


def test_values_that_labels_are_given_are_known_and_others_may_come():
    text = """
        ORDERS = Counter('orders', 'd', ['status', 'code'])
        OK = 'ok'
        ORDERS.labels(OK, code=200).inc()
        ORDERS.labels(status='failed', code=code()).inc()
    """
    status, code = only(app=CLIENT + dedent(text)).labels
    assert (status.values.values, status.values.closed) == (("ok", "failed"), False)
    assert (code.values.values, code.values.closed) == (("200",), False)


COLLECTOR = "from prometheus_client.core import REGISTRY, CounterMetricFamily, HistogramMetricFamily\n"


def test_a_collector_that_writes_out_its_families_hides_nothing():
    text = """
        class Shop:
            def collect(self):
                yield CounterMetricFamily('orders', 'd', labels=['status'])
                yield HistogramMetricFamily('took_seconds', 'd', labels=('path',))
        REGISTRY.register(Shop())
    """
    source = read(app=COLLECTOR + dedent(text))
    assert [(metric.name, labels(metric), metric.idle) for metric in source.metrics] == [
        ("orders_total", ["status"], False), ("took_seconds", ["path"], False),
    ]  # fmt: skip
    assert source.metrics[1].partial
    assert source.hidden == ()


@pytest.mark.parametrize(
    "text",
    [
        (
            "from prometheus_client.registry import Collector\nclass Shop(Collector):\n"
            "    def collect(self): return made()"
        ),
        "from prometheus_client import REGISTRY\nREGISTRY.register(Shop())",
        "from prometheus_client.core import UnknownMetricFamily\nUnknownMetricFamily('orders', 'd')",
        "import starlette_exporter",
        "from prometheus_flask_exporter import PrometheusMetrics",
        "INSTALLED_APPS = ['django_prometheus']",
        "from django_prometheus.models import ExportModelOperationsMixin",
        "from aioprometheus import Counter\nCounter('orders', 'd')",
        "from opentelemetry import metrics",
        "from opentelemetry.exporter.prometheus import PrometheusMetricReader",
    ],
)
def test_what_exposes_metrics_of_its_own_opens_the_world(text):
    source = read(app=text)
    assert len(source.hidden) == 1
    assert source.metrics == ()


@pytest.mark.parametrize(
    "text",
    [
        "from opentelemetry import trace",
        "from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter",
        "from prometheus_client import multiprocess\nmultiprocess.MultiProcessCollector(registry)",
        "atexit.register(close)\nregistry.get(1)",
    ],
)
def test_what_exposes_nothing_else_leaves_the_world_closed(text):
    assert read(app=text).hidden == ()


def test_gauges_of_several_workers_may_have_a_label_for_each():
    text = "from prometheus_client.multiprocess import MultiProcessCollector\nMultiProcessCollector(r)"
    found = metrics(app=CLIENT + text + "\nGauge('stock', 'd')\nCounter('orders', 'd')")
    assert [found[name].partial for name in ("stock", "orders_total")] == [True, False]


def test_source_that_is_no_python_is_a_warning_with_its_place():
    source, (finding,) = python.read([File("shop/old.py", "print 'hello'\n")], ["shop/old.py"])
    assert (source.metrics, finding.code, finding.severity, finding.position.line) == ((), "GW101", "warning", 1)


def test_tests_do_not_count_but_a_folder_above_all_files_does_not_make_them_tests():
    text = CLIENT + "ORDERS = Counter('orders', 'd')"
    files = [File("/srv/tests/shop/app.py", ""), File("/srv/tests/shop/tests/test_app.py", text)]
    assert python.read(files, [file.path for file in files])[0].metrics == ()
    files = [File("/srv/tests/shop/app.py", text)]
    assert len(python.read(files, [file.path for file in files])[0].metrics) == 1


INSTRUMENTATOR = "from prometheus_fastapi_instrumentator import Instrumentator, metrics\n"


def instrumented(text):
    return metrics(app=INSTRUMENTATOR + dedent(text))


def test_the_instrumentator_exposes_its_defaults():
    found = instrumented("Instrumentator(excluded_handlers=['/metrics']).instrument(app).expose(app)")
    assert sorted(found) == [
        "http_request_duration_highr_seconds", "http_request_duration_seconds", "http_request_size_bytes",
        "http_requests_total", "http_response_size_bytes",
    ]  # fmt: skip
    assert [float(bound) for bound in found["http_request_duration_seconds"].buckets] == [0.1, 0.5, 1]
    status = next(label for label in found["http_requests_total"].labels if label.name == "status")
    assert status.values.closed


def test_the_instrumentator_is_read_as_it_is_configured():
    found = instrumented("""
        instrumentator = Instrumentator(
            should_group_status_codes=False, should_instrument_requests_inprogress=True, inprogress_name='running')
        instrumentator.instrument(app, metric_namespace='shop', latency_lowr_buckets=(1, 2, 5))
        seen.add('path')
    """)
    assert [str(bound) for bound in found["shop_http_request_duration_seconds"].buckets] == ["1", "2", "5"]
    assert found["running"].type == "gauge"
    status = next(label for label in found["shop_http_requests_total"].labels if label.name == "status")
    assert not status.values.closed


def test_what_is_added_to_the_instrumentator_takes_the_place_of_its_defaults():
    found = instrumented("""
        from prometheus_client import Counter
        ORDERS = Counter('orders', 'd')
        def orders(info): ORDERS.inc()
        instrumentator = Instrumentator()
        instrumentator.add(metrics.latency(buckets=(1, 2), should_include_method=False)).add(orders)
        instrumentator.add(metrics.requests(metric_namespace='shop'))
    """)
    assert sorted(found) == ["http_request_duration_seconds", "orders_total", "shop_http_requests_total"]
    assert labels(found["http_request_duration_seconds"]) == ["handler", "status"]
    assert [str(bound) for bound in found["http_request_duration_seconds"].buckets] == ["1", "2"]


def test_the_defaults_of_the_instrumentator_may_be_added_with_buckets_of_their_own():
    found = instrumented("Instrumentator().add(metrics.default(latency_lowr_buckets=[1, 3])).instrument(app)")
    assert [str(bound) for bound in found["http_request_duration_seconds"].buckets] == ["1", "3"]


def test_settings_that_are_only_known_at_run_time_leave_every_status_possible():
    found = instrumented("Instrumentator(should_group_status_codes=settings.group).instrument(app)")
    status = next(label for label in found["http_requests_total"].labels if label.name == "status")
    assert not status.values.closed


def test_the_instrumentator_may_be_made_in_one_module_and_configured_in_another():
    found = metrics(
        monitoring="from prometheus_fastapi_instrumentator import Instrumentator as I\ninstrumentator = I()\n",
        main="from .monitoring import instrumentator\ninstrumentator.instrument(app, latency_lowr_buckets=[1, 4])\n",
    )
    assert [str(bound) for bound in found["http_request_duration_seconds"].buckets] == ["1", "4"]


@pytest.mark.parametrize(
    "text", ["Instrumentator(**settings).instrument(app)", "Instrumentator().instrument(app, **more)"]
)
def test_arguments_that_are_not_written_out_leave_the_instrumentator_open(text):
    found = instrumented(text)
    (duration,) = [metric for name, metric in found.items() if name == "http_request_duration_seconds"]
    status = next(label for label in found["http_requests_total"].labels if label.name == "status")
    assert duration.partial or not status.values.closed


@pytest.mark.parametrize(
    "use",
    ["from .base import counter as c\nc('orders', 'd')", "from .base import counter\npartial(counter, 'orders')('d')"],
)
def test_a_function_that_makes_metrics_and_is_passed_on_opens_the_world(use):
    base = CLIENT + "def counter(name, doc):\n    return Counter(name, doc)\n"
    source = read(base=base, app=use)
    assert source.metrics == ()
    assert source.hidden != ()


@pytest.mark.parametrize(
    "text",
    [
        "query" + ".where(a)" * 300,
        "Counter(" + " + ".join(["'a'"] * 300) + ", 'd')",
        "f(" * 60 + ")" * 60,
        "A = B\nB = A\nCounter(A, 'd')",
        "x" + ".y" * 400 + "()",
    ],
)
def test_no_source_is_too_deep(text):
    assert read(app=CLIENT + text).metrics == ()
