"""Users of the application: a steady, bounded stream of requests, some of which fail or are slow when asked to."""

from __future__ import annotations

import json
import threading
from collections import Counter
from http.client import HTTPConnection, HTTPException
from itertools import count
from typing import Self

VISITS = (
    ("GET", "/builds?profession=Guardian"),
    ("POST", "/ai/optimize_build?profession=Thief"),
    ("GET", "/builds?profession=Thief"),
    ("POST", "/ai/compose_team?game_mode=WvW"),
    ("GET", "/builds?profession=Guardian"),
)
"""What users do, one after the other. None of it waits for a disk: a slow machine must not look like a slow service."""
BUILD = {"name": "Firebrand", "author": "player1", "profession": "Guardian", "game_mode": "WvW"}
EVERYTHING = (
    ("GET", "/builds", None, "200"),
    ("GET", "/builds", None, "200"),
    ("POST", "/builds", BUILD, "201"),
    ("POST", "/builds", BUILD, "409"),
    ("DELETE", "/builds/player1/Firebrand", None, "204"),
    ("POST", "/teams", {"game_mode": "WvW", "size": 50}, "201"),
    ("POST", "/ai/compose_team?game_mode=WvW", None, "200"),
    ("POST", "/ai/optimize_build?profession=Thief", None, "200"),
    ("POST", "/ai/feedback", {"is_useful": True}, "204"),
    ("POST", "/ai/feedback", {"is_useful": False}, "204"),
)
"""All that the application can do, and how it answers."""
USERS, PAUSE, REQUESTS = 8, 0.4, 4_000
"""Users at a time, seconds between two requests of one, and how many requests there are in all."""


class Traffic:
    """About twenty requests a second, until the block ends or the last request is made."""

    def __init__(self, address: str) -> None:
        """Aim at the application; entering the block starts."""
        self.failing = 0.0
        """Share of the requests that fail."""
        self.seconds = 0.0
        """How long each request takes."""
        self.counts: Counter[str] = Counter()
        """Requests so far, by status, or by error."""
        self._address = address
        self._numbers = count()
        self._end = threading.Event()
        self._users = [threading.Thread(target=self._use, daemon=True) for _ in range(USERS)]

    def __enter__(self) -> Self:
        for user in self._users:
            user.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for user in self._users:
            user.join(15)

    def _use(self) -> None:
        while (number := next(self._numbers)) < REQUESTS and not self._end.wait(PAUSE):
            # Failures are spread evenly rather than at random: each run is like the last.
            failing, seconds = self.failing, self.seconds
            is_failing = int((number + 1) * failing) > int(number * failing)
            method, path = VISITS[number % len(VISITS)]
            self.counts[request(self._address, method, f"{path}&fail={int(is_failing)}&seconds={seconds}")] += 1


def use_everything(address: str) -> None:
    """Do all that one can do, once."""
    for method, path, body, status in EVERYTHING:
        answered = request(address, method, path, body)
        assert answered == status, f"{method} {path}: {answered}"


def request(address: str, method: str, path: str, body: object = None) -> str:
    """The status of an answer, or the name of an error."""
    connection = HTTPConnection(address, timeout=10)
    try:
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, sent, {"Content-Type": "application/json"} if sent else {})
        answer = connection.getresponse()
        answer.read()
        return str(answer.status)
    except (OSError, HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
