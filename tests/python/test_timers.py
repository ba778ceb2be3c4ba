"""Timers beside the functions: by `with` and as decorators, around what waits, fails, runs at once or calls itself."""

from __future__ import annotations

import asyncio
import inspect
import threading

import pytest
from prometheus_client import CollectorRegistry

from gw2mon.generators.python import metrics_module
from tests.python import guide
from tests.python.conftest import forget, load

AI = {"model": "mistral", "operation": "rank"}


class Clock:
    """A clock that stands still unless somebody moves it."""

    now = 100.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def clock(cls, monkeypatch):
    clock = Clock()
    monkeypatch.setitem(cls.track_db_query.__globals__, "perf_counter", clock)
    return clock


@pytest.fixture
def metrics(cls):
    return cls(CollectorRegistry())


def asked(metrics, status):
    return metrics.registry.get_sample_value("gw2_ai_requests_total", {**AI, "status": status}) or 0


def took(metrics):
    """How many AI requests were timed, and how long they took together."""
    name = "gw2_ai_request_duration_seconds"
    return tuple(metrics.registry.get_sample_value(f"{name}_{part}", AI) or 0 for part in ("count", "sum"))


def queried(metrics, error):
    return metrics.registry.get_sample_value("gw2_db_errors_total", {"operation": "select", "error_type": error}) or 0


def test_a_block_is_timed_and_what_becomes_known_in_it_is_recorded(metrics, clock):
    with metrics.time_ai_request("mistral", "rank", tokens_prompt=3) as timed:
        clock.sleep(2.5)
        timed.tokens_completion = 40
    assert took(metrics) == (1, 2.5)
    assert asked(metrics, "success") == 1
    for kind, tokens in (("prompt", 3), ("completion", 40)):
        labels = {"model": "mistral", "token_type": kind}
        assert metrics.registry.get_sample_value("gw2_ai_tokens_used_total", labels) == tokens


class ReadTimeout(Exception):  # noqa: N818 - as httpx and requests call theirs
    pass


@pytest.mark.parametrize(
    ("error", "status"),
    [(ValueError("no"), "error"), (TimeoutError(), "timeout"), (ReadTimeout(), "timeout"),
     (asyncio.CancelledError(), "error"), (KeyboardInterrupt(), "error"), (GeneratorExit(), "success")],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("form", ["with", "decorator", "async"])
def test_the_status_follows_from_the_exception_which_passes_through(metrics, clock, error, status, form):
    def work():
        clock.sleep(1)
        raise error

    async def work_later():
        work()

    with pytest.raises(type(error)) as caught:  # noqa: PT012 - three forms of one thing
        if form == "with":
            with metrics.time_ai_request("mistral", "rank"):
                work()
        elif form == "decorator":
            metrics.time_ai_request("mistral", "rank")(work)()
        else:
            coroutine = metrics.time_ai_request("mistral", "rank")(work_later)()
            coroutine.send(None)
    assert caught.value is error
    assert error.__cause__ is None
    assert error.__context__ is None
    assert asked(metrics, status) == 1
    assert took(metrics) == (1, 1)


def test_a_status_that_is_given_stays_whatever_happens(metrics):
    with (  # noqa: PT012 - what is set before the end is the point
        pytest.raises(RuntimeError),
        metrics.time_external_api("gw2api", "/v2/builds") as timed,
    ):
        timed.status = "503"
        raise RuntimeError
    labels = {"service": "gw2api", "endpoint": "/v2/builds", "status": "503"}
    assert metrics.registry.get_sample_value("gw2_external_api_requests_total", labels) == 1


def test_an_open_label_of_errors_gets_the_class_of_the_exception(metrics):
    class IntegrityError(Exception):
        pass

    with pytest.raises(IntegrityError), metrics.time_db_query("select", "builds"):
        raise IntegrityError
    with metrics.time_db_query("select", "builds") as timed:
        timed.error = "Deadlock"
    with metrics.time_db_query("select", "builds"):
        pass
    assert [queried(metrics, name) for name in ("IntegrityError", "Deadlock")] == [1, 1]
    labels = {"operation": "select", "table": "builds"}
    assert metrics.registry.get_sample_value("gw2_db_query_duration_seconds_count", labels) == 3


def test_a_decorated_coroutine_is_timed_while_it_waits(metrics, clock):
    @metrics.time_ai_request("mistral", "rank")
    async def ask(question: str, *, times: int = 1) -> str:
        """Ask."""
        await asyncio.sleep(0)
        clock.sleep(3)
        return question * times

    assert inspect.iscoroutinefunction(ask)
    assert (ask.__name__, ask.__doc__) == ("ask", "Ask.")
    assert asyncio.run(ask("why", times=2)) == "whywhy"
    assert took(metrics) == (1, 3)


def test_an_object_whose_call_is_a_coroutine_is_one(metrics, clock):
    class Asks:
        __name__ = __qualname__ = __doc__ = "asks"

        async def __call__(self):
            clock.sleep(4)

    asyncio.run(metrics.time_ai_request("mistral", "rank")(Asks())())
    assert took(metrics) == (1, 4)


def test_calls_of_one_decorated_function_that_overlap_are_timed_apart(metrics, clock):
    release = asyncio.Event()

    @metrics.time_ai_request("mistral", "rank")
    async def ask(*, fails):
        await release.wait()
        if fails:
            raise TimeoutError

    async def both():
        first = asyncio.ensure_future(ask(fails=True))
        await asyncio.sleep(0)
        clock.sleep(10)
        second = asyncio.ensure_future(ask(fails=False))
        await asyncio.sleep(0)
        clock.sleep(1)
        release.set()
        return await asyncio.gather(first, second, return_exceptions=True)

    failed, answered = asyncio.run(both())
    assert isinstance(failed, TimeoutError)
    assert answered is None
    assert took(metrics) == (2, 12)
    assert [asked(metrics, status) for status in ("success", "timeout")] == [1, 1]


def test_a_decorated_function_may_call_itself(metrics, clock):
    @metrics.time_ai_request("mistral", "rank")
    def deep(levels):
        clock.sleep(1)
        if levels:
            deep(levels - 1)

    deep(2)
    assert took(metrics) == (3, 1 + 2 + 3)


def test_a_task_that_is_cancelled_is_counted_once_and_stays_cancelled(metrics):
    @metrics.time_ai_request("mistral", "rank")
    async def ask():
        await asyncio.sleep(60)

    async def cancel():
        task = asyncio.ensure_future(ask())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return task.cancelled()

    assert asyncio.run(cancel())
    assert asked(metrics, "error") == 1


def test_a_declared_cancellation_is_one(tmp_path):
    status = guide.closed("success", "error", "cancelled")
    function = guide.FUNCTIONS[0]
    arguments = tuple(a._replace(values=status) if a.name == "status" else a for a in function.arguments)
    path = tmp_path / "metrics.py"
    path.write_text(metrics_module(guide.service(guide.module(functions=(function._replace(arguments=arguments),)))))
    metrics = load(path).default
    with pytest.raises(asyncio.CancelledError), metrics.time_ai_request("mistral", "rank"):
        raise asyncio.CancelledError
    with pytest.raises(TimeoutError), metrics.time_ai_request("mistral", "rank"):
        raise TimeoutError
    assert [asked(metrics, status) for status in ("cancelled", "error")] == [1, 1]
    forget()


def generator():
    yield 1


async def async_generator():
    yield 1


@pytest.mark.parametrize("function", [generator, async_generator, 5, None])
def test_what_cannot_be_timed_is_left_as_it_is_and_reported(metrics, function, caplog, monkeypatch):
    monkeypatch.setitem(type(metrics).track_db_query.__globals__, "_REPORTED", set())
    assert metrics.time_ai_request("mistral", "rank")(function) is function
    assert "cannot time" in caplog.text
    monkeypatch.setenv("GW2MON_STRICT", "1")
    with pytest.raises(TypeError, match="use `with` inside of a generator"):
        metrics.time_ai_request("mistral", "rank")(function)


def test_a_block_inside_of_a_generator_is_timed_and_closing_it_is_no_error(metrics, clock):
    def stream():
        with metrics.time_ai_request("mistral", "rank"):
            for _ in range(9):
                clock.sleep(1)
                yield "word"

    words = stream()
    next(words)
    next(words)
    words.close()
    assert took(metrics) == (1, 2)
    assert asked(metrics, "success") == 1


def test_a_block_that_was_never_entered_has_no_duration_and_raises_nothing(metrics):
    timed = metrics.time_ai_request("mistral", "rank")
    timed.__exit__(None, None, None)
    assert took(metrics) == (0, 0)
    assert asked(metrics, "success") == 1


def test_nonsense_that_is_set_on_a_timer_raises_nothing(metrics):
    with metrics.time_ai_request([], object(), {}) as timed:
        timed.tokens_prompt = timed.status = object()


def test_threads_share_a_decorated_function(metrics):
    start = threading.Barrier(16)
    work = metrics.time_ai_request("mistral", "rank")(lambda: None)

    def many():
        start.wait()
        for _ in range(1_000):
            work()

    threads = [threading.Thread(target=many) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert took(metrics)[0] == asked(metrics, "success") == 16_000


def names(*functions):
    """The timers of functions with these names, each of which records a query."""
    renamed = tuple(guide.FUNCTIONS[1]._replace(name=name) for name in functions)
    source = metrics_module(guide.service(guide.module(functions=renamed)))
    return [
        line.split("(")[0].split()[1]
        for line in source.splitlines()
        if line.startswith("    def time_") and "-> Timed" in line
    ]


def test_a_timer_is_named_after_its_function_and_takes_no_name_of_the_spec():
    assert names("track_query", "import_build") == ["time_query", "time_import_build"]
    assert names("track_query", "time_query") == ["time_track_query", "time_time_query"]
    assert names("track_query", "record_query") == ["time_track_query", "time_record_query"]


def test_a_function_without_a_duration_or_with_two_has_no_timer():
    cache = guide.FUNCTIONS[2]
    two = guide.FUNCTIONS[1]._replace(arguments=(*guide.FUNCTIONS[1].arguments, guide.amount("waited", optional=True)))
    source = metrics_module(guide.service(guide.module(functions=(cache, two))))
    assert "time_" not in source
    assert "_Timer" not in source
