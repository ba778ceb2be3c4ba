"""Whether anything moves a metric. To say that nothing does, and be wrong, is the worst mistake: a doubt is none."""

from textwrap import dedent

import pytest

from gw2mon.auditing.estate import File
from gw2mon.auditing.reading import python

METRICS = "from prometheus_client import Counter, Gauge, Histogram\nSTOCK = Gauge('stock', 'd', ['shop'])\n"
APP = "from fastapi import FastAPI\napp = FastAPI()\n"


def stock(app="", metrics=METRICS, **others):
    texts = {"metrics": metrics, "app": app, **others}
    named = {f"shop/{name.replace('__', '/')}.py": dedent(text) for name, text in texts.items() if text}
    source, _ = python.read([File(path, text) for path, text in named.items()], list(named))
    return next(metric for metric in source.metrics if metric.name == "stock")


def verdict(metric):
    return "idle" if metric.idle else "doubt" if metric.doubt else "moved"


def test_a_metric_that_the_application_imports_and_nothing_moves_is_idle():
    assert verdict(stock(APP + "from . import metrics\n")) == "idle"
    assert verdict(stock(APP + "from .metrics import STOCK\n__all__ = ['STOCK']\nSTOCK.clear()\n")) == "idle"
    assert verdict(stock(metrics=METRICS + APP)) == "idle"


def test_a_metric_with_an_object_of_its_own_name_is_idle_all_the_same():
    text = "from prometheus_client import Gauge\nstock = Gauge('stock', 'd')\n"
    assert verdict(stock(APP + "from . import metrics\nprint('stock')\n", metrics=text)) == "idle"


@pytest.mark.parametrize(
    "use",
    [
        "STOCK.labels('a').set(1)",
        "STOCK.labels(shop='a')",
        "child = STOCK.labels('a')\nchild.inc()",
        "STOCK.set_function(count)",
        "STOCK.set_to_current_time()",
        "@STOCK.time()\ndef f(): pass",
        "with STOCK.track_inprogress(): pass",
        "with STOCK.count_exceptions(): pass",
        "callbacks.append(STOCK.inc)",
        "partial(STOCK.labels, 'a')()",
        "count(STOCK)",
        "def get():\n    return STOCK\nget()",
        "ours = STOCK\nours.inc()",
        "by_name = {'stock': STOCK}",
        "STOCK._value.set(1)",
        "getattr(metrics, 'STOCK').inc()",
        "getattr(metrics, name).inc()",
        "globals()['STOCK'].inc()",
        "metrics.__dict__[name].inc()",
        "vars(metrics)[name].inc()",
        "REGISTRY._names_to_collectors['stock'].inc()",
        "metrics.STOCK.labels('a').set(1)",
        "class Shop:\n    stock = STOCK",
        "async def f():\n    STOCK.labels('a').set(1)\ncreate_task(f())",
        "@app.get('/')\ndef f():\n    STOCK.labels('a').set(1)",
        "@app.on_event('startup')\nasync def f():\n    STOCK.labels('a').set(1)",
        "router.add_route('/', f)\ndef f():\n    STOCK.labels('a').set(1)",
        (
            "class M(BaseHTTPMiddleware):\n    async def dispatch(self):\n        STOCK.labels('a').set(1)\n"
            "app.add_middleware(M)"
        ),
        "class M:\n    def __call__(self):\n        STOCK.labels('a').set(1)",
        "class M:\n    def track(self):\n        STOCK.labels('a').set(1)\nM().track()",
        "def outer():\n    def inner():\n        STOCK.labels('a').set(1)\n    inner()\nouter()",
        "def inner():\n    STOCK.labels('a').set(1)\ndef outer():\n    inner()\nouter()",
        "scheduler.add_job('shop.app:track')\ndef track():\n    STOCK.labels('a').set(1)",
        "def main():\n    STOCK.labels('a').set(1)",
    ],
)
def test_whatever_may_move_a_metric_counts(use):
    importing = "from . import metrics\nfrom .metrics import STOCK\n"
    assert verdict(stock(APP + importing + use + "\n")) == "moved"


def test_a_metric_is_moved_under_other_names():
    assert verdict(stock(APP + "from .metrics import STOCK as S\nS.labels('a').set(1)\n")) == "moved"


@pytest.mark.parametrize(
    "made",
    [
        "ALL = {'stock': Gauge('stock', 'd')}",
        "ALL['stock'] = Gauge('stock', 'd')",
        "Gauge('stock', 'd').set(1)",
        "register(Gauge('stock', 'd'))",
        (
            "class M:\n    def __init__(self):\n        self.stock = Gauge('stock', 'd')\n    def sold(self):\n"
            "        self.stock.dec()\n"
            "M().sold()"
        ),
        (
            "class M:\n    def __init__(self):\n        self.stock = Gauge('stock', 'd')\n"
            "    def set(self, name):\n        getattr(self, name).inc()\n"
            "M().set('stock')"
        ),
    ],
)
def test_a_metric_that_is_stored_where_nobody_can_follow_it_counts_as_moved(made):
    assert (
        verdict(stock(APP + "from . import metrics\n", metrics=f"from prometheus_client import Gauge\n{made}\n"))
        == "moved"
    )


@pytest.mark.parametrize(
    "made",
    [
        "def gauge(name):\n    made = Gauge(name, '')\n    ALL[name] = made\n    return made\nSTOCK = gauge('stock')\n",
        "class Live(Gauge):\n    def collect(self):\n        self.set(count())\nSTOCK = Live('stock', 'd')\n",
        "class Live(Gauge):\n    def __init__(self, n):\n        super().__init__(n, '')\nSTOCK = Live('stock')\n",
    ],
)
def test_a_metric_that_may_move_itself_or_be_kept_by_its_maker_counts_as_moved(made):
    assert (
        verdict(stock(APP + "from . import metrics\n", metrics=f"from prometheus_client import Gauge\n{made}"))
        == "moved"
    )


def test_a_metric_of_a_maker_that_only_returns_it_is_followed():
    metrics = (
        "from prometheus_client import Gauge\ndef gauge(name):\n    return Gauge(name, 'd')\nSTOCK = gauge('stock')\n"
    )
    assert verdict(stock(APP + "from . import metrics\n", metrics=metrics)) == "idle"


def test_of_one_object_with_two_names_either_may_be_moved():
    metrics = "from prometheus_client import Gauge\nA = B = Gauge('stock', 'd')\n"
    assert verdict(stock(APP + "from .metrics import B\nB.set(1)\n", metrics=metrics)) == "moved"


TRACK = "def track(shop):\n    STOCK.labels(shop).set(1)\n"


def test_a_metric_that_only_a_function_moves_that_nothing_calls_is_a_doubt_that_names_the_function():
    metric = stock(APP + "from . import metrics\n", metrics=METRICS + TRACK)
    assert not metric.idle
    assert metric.doubt == "only track() counts, observes or sets it, and nothing calls that"


@pytest.mark.parametrize(
    "app",
    [
        "from .metrics import track\n__all__ = ['track']\n",
        "from . import metrics\ndef never():\n    metrics.track('a')\n",
    ],
)
def test_exports_and_calls_from_what_nothing_calls_are_no_calls(app):
    assert verdict(stock(APP, metrics=METRICS + TRACK, other=app, main="from . import other\n")) == "doubt"


@pytest.mark.parametrize(
    "app",
    [
        "from .metrics import track\ntrack('a')\n",
        "from .metrics import track as t\nt('a')\n",
        "from .metrics import track\ncallbacks = [track]\n",
        "from .metrics import track\n@app.get('/', dependencies=[Depends(track)])\ndef f(): pass\n",
        "from . import metrics\nmetrics.track('a')\n",
        "from . import metrics\ndef main():\n    metrics.track('a')\n",
    ],
)
def test_a_function_that_is_called_or_handed_on_moves_what_it_moves(app):
    assert verdict(stock(APP + app, metrics=METRICS + TRACK)) == "moved"


def test_what_only_tests_call_is_called_by_nobody():
    tests = "from shop.metrics import track\ntrack('a')\n"
    assert verdict(stock(APP + "from . import metrics\n", metrics=METRICS + TRACK, tests__test_it=tests)) == "doubt"


def test_of_a_module_that_nobody_imports_the_users_have_not_been_shown():
    assert verdict(stock()) == "moved"
    assert verdict(stock(metrics=METRICS + TRACK)) == "moved"


def test_where_a_module_moves_its_other_metrics_one_that_it_does_not_is_a_doubt():
    more = "OTHER = Gauge('other', 'd')\ndef track():\n    OTHER.set(1)\n"
    assert verdict(stock(metrics=METRICS + more)) == "doubt"


@pytest.mark.parametrize("app", ["from .routers import stock\n", "from shop.routers.stock import router\n"])
def test_where_a_part_of_the_application_is_missing_nothing_is_sure(app):
    assert verdict(stock(APP + "from . import metrics\n" + app)) == "doubt"


def test_where_a_part_of_the_application_cannot_be_read_nothing_is_sure():
    assert verdict(stock(APP + "from . import metrics\n", broken="print 'STOCK'\n")) == "doubt"
