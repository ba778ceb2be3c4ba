"""What libraries do is counted by the functions of the spec, and comes back to the caller as if nobody looked."""

from __future__ import annotations

import asyncio
import importlib
import subprocess
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import httpx
import pytest
import redis
import redis.asyncio
import requests
import sqlalchemy
from prometheus_client import REGISTRY
from sqlalchemy import Column, Integer, String, func, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session, declarative_base
from sqlalchemy.pool import NullPool, QueuePool, StaticPool

from gw2mon.generators.python import metrics_module
from gw2mon.generators.python.adapters import adapters_module
from gw2mon.model import Adapter
from tests.python import guide
from tests.python.conftest import forget

OF_REQUESTS = (("service", "service"), ("endpoint", "endpoint"), ("duration", "duration"), ("status", "status"))
ADAPTERS = (
    Adapter(
        "sqlalchemy",
        "track_db_query",
        (("operation", "operation"), ("table", "table"), ("duration", "duration"), ("error", "error")),
        "gw2_db_connections_active",
    ),
    Adapter("httpx", "track_external_api", OF_REQUESTS),
    Adapter("requests", "track_external_api", OF_REQUESTS),
    Adapter("redis", "track_cache_operation", (("operation", "operation"), ("result", "result"))),
)
API_STATUS = guide.known("200", "timeout", "cancelled", "error", limit=20)
TELLS_CANCELLED = guide.FUNCTIONS[3]._replace(
    arguments=(*guide.FUNCTIONS[3].arguments[:3], guide.label("status", API_STATUS, "200"))
)
SERVICE = guide.service(guide.module(functions=(*guide.FUNCTIONS[:3], TELLS_CANCELLED)))._replace(adapters=ADAPTERS)
Base = declarative_base()


class Build(Base):
    __tablename__ = "builds"
    id = Column(Integer, primary_key=True)
    name = Column(String, unique=True)


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The package of a service as an application imports it."""
    folder = tmp_path_factory.mktemp("adapters")
    home = folder / "watched_service"
    home.mkdir()
    (home / "__init__.py").touch()
    (home / "metrics.py").write_text(metrics_module(SERVICE))
    (home / "adapters.py").write_text(adapters_module(SERVICE))
    return folder


@pytest.fixture
def adapters(package, monkeypatch):
    monkeypatch.syspath_prepend(package)
    yield importlib.import_module("watched_service.adapters")
    forget()
    for name in [name for name in sys.modules if name.startswith("watched_service")]:
        del sys.modules[name]


def value(name, **labels):
    return REGISTRY.get_sample_value(name, labels)


def queries(operation, table="builds"):
    return value("gw2_db_query_duration_seconds_count", operation=operation, table=table)


# --- SQLAlchemy -------------------------------------------------------------------------------------------------------


@pytest.fixture
def engine(adapters, tmp_path):
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'app.db'}", poolclass=QueuePool)
    adapters.watch_engine(engine)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def test_queries_are_counted_by_what_they_do_and_to_which_table(engine):
    with Session(engine) as session:
        session.add_all(Build(name=f"build {number}") for number in range(3))
        session.commit()
        assert len(session.scalars(select(Build)).all()) == 3
        session.get(Build, 1).name = "another"
        session.flush()
        session.delete(session.get(Build, 2))
        session.commit()
    assert [queries(operation) for operation in ("update", "delete")] == [1, 1]
    assert 1 <= queries("insert") <= 3  # as many as the release of SQLite asks for
    assert queries("select") >= 1
    assert value("gw2_db_query_duration_seconds_sum", operation="insert", table="builds") > 0
    assert value("gw2mon_unknown_label_values_total", metric="gw2_db_query_duration_seconds", label="operation") == 0


def test_many_rows_at_once_are_one_query(engine):
    with engine.begin() as connection:
        connection.execute(insert(Build), [{"name": f"{number}"} for number in range(50)])
    assert queries("insert") == 1


def test_an_engine_that_is_watched_twice_is_counted_once(adapters, engine):
    adapters.watch_engine(engine)
    other = engine.execution_options(isolation_level="AUTOCOMMIT")
    adapters.watch_engine(other)
    for asked in (engine, other):
        with asked.connect() as connection:
            connection.execute(select(Build))
    assert queries("select") == 2


def test_an_error_is_counted_with_its_class_and_reaches_the_caller(engine):
    with engine.begin() as connection:
        connection.execute(insert(Build), {"name": "taken"})
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(insert(Build), {"name": "taken"})
    with pytest.raises(OperationalError), engine.begin() as connection:
        connection.execute(text("SELECT * FROM nowhere"))
    assert value("gw2_db_errors_total", operation="insert", error_type="IntegrityError") == 1
    assert value("gw2_db_errors_total", operation="select", error_type="OperationalError") == 1
    assert queries("insert") == 2
    assert queries("select", "nowhere") == 1


def test_a_statement_that_never_reaches_the_database_is_no_error_of_it(engine):
    with pytest.raises(sqlalchemy.exc.StatementError), engine.begin() as connection:
        connection.execute(insert(Build).values(name=sqlalchemy.bindparam("given")), {"other": 1})
    assert queries("insert") is None or queries("insert") == 0


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("SELECT builds.id, builds.name FROM builds WHERE id = ?", ("select", "builds")),
        ('  insert into "public"."builds" (id) VALUES (?)', ("insert", "builds")),
        ("UPDATE `shop`.`builds` SET name = ? WHERE id IN (SELECT id FROM teams)", ("update", "builds")),
        ("DELETE FROM builds", ("delete", "builds")),
        ("/* route=/builds */ -- from here\nSELECT 1 FROM teams", ("select", "teams")),
        ("(SELECT id FROM builds) UNION (SELECT id FROM teams)", ("select", "builds")),
        ("SELECT (SELECT count(*) FROM teams) AS n, id FROM builds", ("select", "builds")),
        ("SELECT x.id FROM (SELECT id FROM builds) AS x", ("select", "builds")),
        ("SELECT extract(year FROM created) FROM builds JOIN teams ON true", ("select", "builds")),
        ("WITH recent AS (SELECT id FROM builds) SELECT * FROM recent", ("select", "builds")),
        (
            "WITH gone AS (SELECT id FROM teams) DELETE FROM builds WHERE id IN (SELECT id FROM gone)",
            ("delete", "builds"),
        ),
        ("WITH new AS (SELECT 1) INSERT INTO builds SELECT * FROM new", ("insert", "builds")),
        ("SELECT 1", ("select", "none")),
        ("SELECT 'a password FROM secrets' AS x", ("select", "none")),
        ('SELECT "a password FROM secrets"', ("select", "none")),
        ("SELECT 'it''s FROM secrets' FROM builds", ("select", "builds")),
        ("SELECT 'a text that never ends FROM secrets", ("select", "none")),
        ('SELECT "a text that never ends FROM secrets', ("select", "none")),
        ("CREATE TABLE builds AS SELECT * FROM teams", None),
        ("PRAGMA table_info(builds)", None),
        ("SET search_path TO builds", None),
        ("", None),
        (")))(((", None),
    ],
)
def test_the_table_is_read_off_the_statement_and_no_value_is(adapters, statement, told):
    assert adapters._query_of(statement) == told


def test_core_expressions_name_their_tables(adapters):
    table = Build.__table__
    inner = select(func.max(table.c.id)).scalar_subquery()
    assert adapters._query_of(str(select(inner, table.c.name).where(table.c.name == "x"))) == ("select", "builds")
    assert adapters._query_of(str(table.update().values(name="x"))) == ("update", "builds")


@pytest.mark.parametrize("pool", [QueuePool, NullPool, StaticPool])
def test_connections_in_use_are_counted_for_every_kind_of_pool(adapters, tmp_path, pool):
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'app.db'}", poolclass=pool)
    assert value("gw2_db_connections_active") is None
    adapters.watch_engine(engine)
    assert value("gw2_db_connections_active") == 0
    with engine.connect():
        assert value("gw2_db_connections_active") == 1
    assert value("gw2_db_connections_active") == 0
    engine.dispose()
    with engine.connect() as connection:
        assert value("gw2_db_connections_active") == 1
        connection.invalidate()
    assert value("gw2_db_connections_active") == 0
    engine.dispose()


def test_a_connection_that_leaves_the_pool_is_no_longer_in_use(engine):
    taken = engine.raw_connection()
    assert value("gw2_db_connections_active") == 1
    taken.detach()
    assert value("gw2_db_connections_active") == 0
    taken.close()


# --- HTTP -------------------------------------------------------------------------------------------------------------


class FakeApi(BaseHTTPRequestHandler):
    """Answers as its path says: /status/404, /moved, and /slow, which is later than any client waits."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.close_connection = True
            return
        if self.path == "/slow":
            self.server.released.wait(5)
        status = 302 if self.path == "/moved" else int(self.path.partition("?")[0].rpartition("/")[2] or 200)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/v2/builds/200")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


@contextmanager
def serving(server):
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def api():
    from threading import Event

    server = ThreadingHTTPServer(("127.0.0.1", 0), FakeApi)
    server.daemon_threads, server.released = True, Event()
    with serving(server) as address:
        yield f"http://{address}"
        server.released.set()


def asked(status, endpoint="/v2/builds/200", service="gw2api"):
    return value("gw2_external_api_requests_total", service=service, endpoint=endpoint, status=status)


def answered(endpoint="/v2/builds/200"):
    return value("gw2_external_api_duration_seconds_count", service="gw2api", endpoint=endpoint)


@pytest.fixture
def ask(request, adapters, api):
    """GET of a path with either library, synchronous or not, as the caller of a watched client does it."""

    def httpx_client(path, **options):
        with httpx.Client(base_url=api, timeout=0.3, **options) as client:
            adapters.watch_httpx(client, service="gw2api")
            adapters.watch_httpx(client, service="gw2api")
            return client.get(path)

    def httpx_async_client(path, **options):
        async def get():
            async with httpx.AsyncClient(base_url=api, timeout=0.3, **options) as client:
                adapters.watch_httpx(client, service="gw2api")
                return await client.get(path)

        return asyncio.run(get())

    def requests_session(path, *, follow_redirects=False):
        with requests.Session() as session:
            adapters.watch_requests(session, service="gw2api")
            adapters.watch_requests(session, service="gw2api")
            return session.get(api + path, timeout=0.3, allow_redirects=follow_redirects)

    return locals()[request.param]


every_client = pytest.mark.parametrize("ask", ["httpx_client", "httpx_async_client", "requests_session"], indirect=True)


@every_client
def test_a_request_is_counted_by_its_path_and_status(ask):
    assert ask("/v2/builds/200?access_token=secret").text == "ok"
    assert ask("/v2/builds/404").status_code == 404
    assert asked("200") == answered() == 1
    assert asked("404", "/v2/builds/404") == 1


@every_client
def test_redirects_belong_to_the_request_that_was_made(ask):
    assert ask("/moved", follow_redirects=True).text == "ok"
    assert asked("200", "/moved") == 1
    assert asked("200") is None
    assert ask("/moved").status_code == 302
    assert asked("302", "/moved") == 1


@every_client
def test_a_timeout_is_counted_and_reaches_the_caller(ask):
    with pytest.raises((httpx.ReadTimeout, requests.ReadTimeout)):
        ask("/slow")
    assert asked("timeout", "/slow") == answered("/slow") == 1


@every_client
def test_an_answer_that_breaks_off_is_an_error(ask):
    with pytest.raises((httpx.RemoteProtocolError, requests.exceptions.ChunkedEncodingError)):
        ask("/cut")
    assert asked("error", "/cut") == 1


def test_a_streamed_answer_is_counted_when_it_begins(adapters, api):
    with httpx.Client(base_url=api) as client:
        adapters.watch_httpx(client, "gw2api")
        with client.stream("GET", "/v2/builds/200") as answer:
            assert asked("200") == 1
            assert b"".join(answer.iter_bytes()) == b"ok"
    with requests.Session() as session:
        adapters.watch_requests(session, "gw2api")
        assert b"".join(session.get(f"{api}/v2/builds/200", stream=True).iter_content()) == b"ok"
    assert asked("200") == 2


def test_a_request_that_its_caller_gives_up_is_told_apart(adapters):
    async def wait_for_ever(_):
        await asyncio.Event().wait()

    async def main():
        async with httpx.AsyncClient(transport=httpx.MockTransport(wait_for_ever)) as client:
            adapters.watch_httpx(client, "gw2api")
            await asyncio.wait_for(client.get("http://api/v2/builds/200"), 0.01)

    with pytest.raises(TimeoutError):
        asyncio.run(main())
    assert asked("cancelled") == 1


def test_a_spec_without_a_word_for_it_takes_a_given_up_request_for_an_error():
    assert "cancelled" not in adapters_module(guide.service()._replace(adapters=ADAPTERS))


def test_a_session_that_asks_another_one_on_its_way_counts_both(adapters, api):
    with requests.Session() as session, requests.Session() as other:
        adapters.watch_requests(session, "gw2api")
        adapters.watch_requests(other, "audit")

        def audit(*_, **__):
            other.get(f"{api}/audit/200")

        session.get(f"{api}/v2/builds/200", hooks={"response": audit})
    assert asked("200") == asked("200", "/audit/200", service="audit") == 1


@pytest.mark.parametrize("url", ["nothing://here", "http://127.0.0.1:1/closed"])
def test_what_a_session_raises_is_what_it_would_raise_unwatched(adapters, url):
    def outcome(session):
        with pytest.raises(requests.RequestException) as raised:
            session.get(url, timeout=0.3)
        return type(raised.value)

    watched = requests.Session()
    adapters.watch_requests(watched, "gw2api")
    assert outcome(watched) == outcome(requests.Session())


# --- Redis ------------------------------------------------------------------------------------------------------------


class FakeRedis(StreamRequestHandler):
    """As much of RESP as a cache needs; the key `broken` answers with an error."""

    def handle(self):
        kept = self.server.kept
        while line := self.rfile.readline():
            words = [self.rfile.read(int(self.rfile.readline()[1:]) + 2)[:-2] for _ in range(int(line[1:]))]
            command, *arguments = words
            self.wfile.write(self.answer(command.decode().upper(), arguments, kept))

    @staticmethod
    def answer(command, arguments, kept):
        if b"broken" in arguments:
            return b"-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"
        match command:
            case "GET":
                found = kept.get(arguments[0])
                return b"$-1\r\n" if found is None else b"$%d\r\n%s\r\n" % (len(found), found)
            case "SET":
                if b"NX" in arguments and arguments[0] in kept:
                    return b"$-1\r\n"
                kept[arguments[0]] = arguments[1]
                return b"+OK\r\n"
            case "DEL":
                return b":%d\r\n" % (kept.pop(arguments[0], None) is not None)
            case "EXISTS":
                return b":%d\r\n" % (arguments[0] in kept)
            case "HELLO":
                return b"-ERR unknown command 'HELLO'\r\n"
        return b"+OK\r\n"


class RedisServer(ThreadingTCPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), FakeRedis)
        self.kept = {}


@pytest.fixture
def redis_port():
    with serving(RedisServer()) as address:
        yield int(address.rpartition(":")[2])


def operations():
    return {
        (operation, result): value("gw2_cache_operations_total", operation=operation, result=result)
        for operation in ("get", "set", "delete")
        for result in ("hit", "miss", "error")
        if value("gw2_cache_operations_total", operation=operation, result=result)
    }


SEEN = {
    ("get", "miss"): 1, ("get", "hit"): 2, ("get", "error"): 1, ("set", "hit"): 2, ("set", "miss"): 1,
    ("delete", "hit"): 1, ("delete", "miss"): 1,
}  # fmt: skip


def test_look_ups_hit_or_miss(adapters, redis_port):
    with redis.Redis(port=redis_port, protocol=2) as client:
        adapters.watch_redis(client)
        adapters.watch_redis(client)
        assert client.get("build") is None
        assert client.set("build", "Guardian", ex=60)
        assert client.get("build") == b"Guardian"
        assert client.set("build", "Thief", nx=True) is None
        assert client.set("empty", "")
        assert client.get("empty") == b""
        assert client.delete("build") == 1
        assert client.delete("build") == 0
        assert client.exists("build") == 0
        with pytest.raises(redis.ResponseError):
            client.get("broken")
    assert operations() == SEEN


def test_look_ups_of_an_asynchronous_client_hit_or_miss(adapters, redis_port):
    async def main():
        async with redis.asyncio.Redis(port=redis_port, protocol=2) as client:
            adapters.watch_redis(client)
            assert await client.get("build") is None
            assert await client.set("build", "Guardian", ex=60)
            assert await client.get("build") == b"Guardian"
            assert await client.set("build", "Thief", nx=True) is None
            assert await client.set("empty", "")
            assert await client.get("empty") == b""
            assert await client.delete("build") == 1
            assert await client.delete("build") == 0
            assert await client.exists("build") == 0
            with pytest.raises(redis.ResponseError):
                await client.get("broken")

    asyncio.run(main())
    assert operations() == SEEN


def test_a_server_that_is_gone_is_an_error(adapters):
    client = redis.Redis(port=1, socket_connect_timeout=0.2, retry=None)
    adapters.watch_redis(client)
    with pytest.raises(redis.ConnectionError):
        client.get("build")
    assert operations() == {("get", "error"): 1}


# --- the module -------------------------------------------------------------------------------------------------------


def test_the_module_works_where_none_of_the_libraries_is_installed(package):
    check = """
import sys
sys.modules.update(dict.fromkeys(["sqlalchemy", "httpx", "requests", "redis"]))
import watched_service.adapters
"""
    subprocess.run([sys.executable, "-c", check], cwd=package, check=True)


def test_only_what_is_asked_for_is_there():
    only_redis = adapters_module(SERVICE._replace(adapters=ADAPTERS[3:]))
    assert "httpx" not in only_redis
    assert "sqlalchemy" not in only_redis
    assert '__all__ = ["watch_redis"]' in only_redis
