"""The only place that asks another machine for something: a service for its exposition, a Prometheus what it knows.

Whatever the other side does, not answer, answer without end or send elsewhere, comes back as a value.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, NamedTuple

from gw2mon.exposition import SIZE_LIMIT

if TYPE_CHECKING:
    from http.client import HTTPMessage
    from urllib.parse import SplitResult
    from urllib.request import OpenerDirector

SECONDS = 20.0
"""Time for all of it, name resolution included."""

_ACCEPT = "text/plain;version=0.0.4;q=1, application/openmetrics-text;version=1.0.0;q=0.9, */*;q=0.1"
_RUNNING = "is the service running?"
_HERE = ("localhost", "127.0.0.1", "::1")


class Failed(NamedTuple):
    """Nothing came back: why, and what to do about it."""

    message: str
    help: str = ""
    status: int = 0
    """Of the HTTP answer, where there was one."""


def is_url(text: str) -> bool:
    """Whether a person means an address rather than a file."""
    return text.lower().startswith(("http://", "https://"))


def fetch(url: str, seconds: float = SECONDS, token: str = "") -> str | Failed:
    """The text at an http or https address, at most SIZE_LIMIT bytes of it; `token` proves who asks."""
    from threading import Thread
    from urllib.parse import urlsplit

    try:
        address = urlsplit(url)
        refused = _refusal(address)
    except ValueError as error:  # such as a port that is no number
        refused = Failed(f"{url} is no address: {error}", "write it like http://localhost:8000/metrics")
    if refused:
        return refused
    answer: list[str | Failed] = []
    # A thread bounds what no socket timeout does: a name that does not resolve, and an answer a byte at a time.
    asking = Thread(target=lambda: answer.append(_ask(url, address, seconds, token)), daemon=True)
    asking.start()
    asking.join(seconds)
    return answer[0] if answer else Failed(f"{url} did not answer within {seconds:g} seconds", _RUNNING)


def _refusal(address: SplitResult) -> Failed | None:
    if address.scheme not in ("http", "https") or not address.hostname:
        return Failed(f"{address.geturl()} is no http address", "write it like http://localhost:8000/metrics")
    if address.username or address.password:
        return Failed(
            "the address holds credentials", "save the metrics with a tool that keeps them, and name the file"
        )
    _ = address.port  # raises ValueError
    return None


def _ask(url: str, address: SplitResult, seconds: float, token: str) -> str | Failed:
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError
    from urllib.request import Request

    try:
        request = Request(url, headers={"Accept": _ACCEPT, "User-Agent": "gw2mon"})  # noqa: S310 - the scheme was checked
        if token:
            # Kept from wherever the answer may send us.
            request.add_unredirected_header("Authorization", f"Bearer {token}")
        with _opener(address).open(request, timeout=seconds) as response:
            data: bytes = response.read(SIZE_LIMIT + 1)
    except HTTPError as error:
        advice = "open it in a browser: does it show metrics?"
        return Failed(f"{url} answers {error.code} {error.reason}", advice, error.code)
    except URLError as error:
        return Failed(f"{url} cannot be read: {error.reason}", _way_to_reach(str(error.reason)))
    except (OSError, HTTPException, ValueError) as error:
        return Failed(f"{url} cannot be read: {error}", _RUNNING)
    if len(data) > SIZE_LIMIT:
        return Failed(f"{url} answers more than {SIZE_LIMIT:,} bytes", "save the part you need, and name the file")
    return data.decode("utf-8", errors="replace")


def _way_to_reach(reason: str) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in reason:
        return "name the file of its certificate authority in the environment, as SSL_CERT_FILE"
    if "SSL" in reason:
        return "does it speak https there? if not, write http://"
    return _RUNNING


def _opener(address: SplitResult) -> OpenerDirector:
    """An opener that stays on this host, and asks no proxy for what runs on this machine."""
    from urllib.error import HTTPError
    from urllib.parse import urlsplit
    from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

    class SameHost(HTTPRedirectHandler):
        def redirect_request(
            self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
        ) -> Request | None:
            target = urlsplit(newurl)
            if target.scheme not in ("http", "https") or target.hostname != address.hostname:
                reason = f"and sends on to {target.hostname or target.scheme}, which was not asked for"
                raise HTTPError(req.full_url, code, reason, headers, None)
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    direct = [ProxyHandler({})] if address.hostname in _HERE else []
    return build_opener(SameHost, *direct)
