"""What SQLAlchemy, httpx, requests and redis do is counted, with any release of them.

    python adapters_story.py FOLDER

FOLDER holds the generated package `gw2optimizer`. It asserts, and prints nothing; all servers are on the loopback
interface.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import httpx
import redis
import redis.asyncio
import requests
import sqlalchemy
from prometheus_client import REGISTRY

sys.path.insert(0, sys.argv[1])
from gw2optimizer import adapters


def value(name, **labels):
    return REGISTRY.get_sample_value(name, labels)


@contextmanager
def serving(server):
    """Serve in a thread; the port."""
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Api(BaseHTTPRequestHandler):
    """Knows every path but one."""

    def do_GET(self):
        self.send_response(404 if self.path.startswith("/v2/nothing") else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Cache(StreamRequestHandler):
    """As much of a Redis as the story asks."""

    def handle(self):
        while line := self.rfile.readline():
            words = [self.rfile.read(int(self.rfile.readline()[1:]) + 2)[:-2] for _ in range(int(line[1:]))]
            command, key = words[0].upper(), words[1] if words[1:] else b""
            if command == b"HELLO":
                answer = b"-ERR unknown command 'HELLO'"
            elif key == b"broken":
                answer = b"-WRONGTYPE Operation against a key holding the wrong kind of value"
            elif command == b"GET":
                answer = b"$1\r\n7" if key == b"here" else b"$-1"
            else:
                answer = b":1" if command == b"DEL" else b"+OK"
            self.wfile.write(answer + b"\r\n")


class Caches(ThreadingTCPServer):
    """A server that waits for no client."""

    daemon_threads = True


def queries():
    engine = sqlalchemy.create_engine("sqlite://", poolclass=sqlalchemy.pool.StaticPool)
    adapters.watch_engine(engine)
    adapters.watch_engine(engine)
    builds = sqlalchemy.Table("builds", sqlalchemy.MetaData(), sqlalchemy.Column("id", sqlalchemy.Integer, unique=True))
    builds.create(engine)
    with engine.begin() as connection:
        connection.execute(builds.insert(), [{"id": number} for number in range(3)])
        assert value("gw2_db_connections_active") == 1
        assert len(connection.execute(builds.select()).all()) == 3
    with suppress(sqlalchemy.exc.IntegrityError), engine.begin() as connection:
        connection.execute(builds.insert(), {"id": 1})
    engine.dispose()
    counts = [
        value("gw2_db_query_duration_seconds_count", operation=operation, table="builds")
        for operation in ("insert", "select", "update")
    ]
    assert counts == [2, 1, 0], counts
    assert value("gw2_db_errors_total", operation="insert", error_type="IntegrityError") == 1
    assert value("gw2_db_connections_active") == 0


def api_requests(port):
    address = f"http://127.0.0.1:{port}/v2"

    async def ask():
        async with httpx.AsyncClient() as client:
            adapters.watch_httpx(client, "gw2api")
            await client.get(f"{address}/builds/2?lang=en")

    with httpx.Client() as client, requests.Session() as session:
        adapters.watch_httpx(client, "gw2api")
        adapters.watch_requests(session, "gw2api")
        asyncio.run(ask())
        for one in (client, session):
            assert one.get(f"{address}/builds/1?lang=en").status_code == 200
            assert one.get(f"{address}/nothing").status_code == 404
        with suppress(httpx.ConnectError):
            client.get("http://127.0.0.1:9/v2/nothing")
        with suppress(requests.ConnectionError):
            session.get("http://127.0.0.1:9/v2/nothing")
    counts = [
        value("gw2_external_api_requests_total", service="gw2api", endpoint=endpoint, status=status)
        for endpoint, status in (("/v2/builds/{id}", "200"), ("/v2/nothing", "404"), ("/v2/nothing", "error"))
    ]
    assert counts == [3, 2, 2], counts


def cache_operations(port):
    def commands(client):
        return client.get("here"), client.get("gone"), client.set("key", "1"), client.delete("key")

    async def ask():
        client = redis.asyncio.Redis(port=port, protocol=2)
        adapters.watch_redis(client)
        for command in commands(client):
            await command
        await getattr(client, "aclose", client.close)()

    client = redis.Redis(port=port, protocol=2)
    adapters.watch_redis(client)
    assert commands(client) == (b"7", None, True, 1)
    with suppress(redis.ResponseError):
        client.get("broken")
    client.close()
    asyncio.run(ask())
    counts = [
        value("gw2_cache_operations_total", operation=operation, result=result)
        for operation, result in (
            ("get", "hit"), ("get", "miss"), ("get", "error"), ("set", "hit"), ("delete", "hit"), ("delete", "miss"),
        )
    ]  # fmt: skip
    assert counts == [2, 2, 1, 2, 2, 0], counts


if __name__ == "__main__":
    queries()
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Api)) as port:
        api_requests(port)
    with serving(Caches(("127.0.0.1", 0), Cache)) as port:
        cache_operations(port)
