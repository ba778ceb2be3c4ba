"""Starts a real program on a free port of the loopback interface, and asks it over HTTP."""

import contextlib
import socket
import subprocess
import time
import urllib.error
import urllib.request

PATIENCE = 20
# A proxy in the environment must not see what is meant for this machine.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(tool, *arguments, listen, cwd):
    """The address of the program, once it answers at /metrics; it is stopped at the end."""
    address = f"127.0.0.1:{free_port()}"
    with (cwd / "log").open("wb") as log:
        command = [tool.path, *arguments, f"{listen}={address}"]
        process = subprocess.Popen(command, cwd=cwd, stdout=log, stderr=subprocess.STDOUT)
        try:
            scrape(address, lambda text: process.poll() is not None or text)
            assert process.poll() is None, (cwd / "log").read_text()
            yield address
        finally:
            # Nothing it holds is worth a clean shutdown, in which Prometheus would still wait for remote storage.
            process.kill()
            process.wait()


def fetch(url, body=None):
    """What is answered to a GET, or to a POST of JSON; "" while nobody listens."""
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310 - always http
    try:
        with DIRECT.open(request, timeout=PATIENCE) as response:
            return response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.read().decode()
    except (urllib.error.URLError, ConnectionError):
        return ""


def scrape(address, enough):
    """The exposition as soon as it is enough; after a while, as it is."""
    until = time.monotonic() + PATIENCE
    while not enough(text := fetch(f"http://{address}/metrics")) and time.monotonic() < until:
        time.sleep(0.2)
    return text
