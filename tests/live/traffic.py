"""Users of the application: a steady, bounded stream of requests, some of which fail or are slow when asked to."""

from __future__ import annotations

import threading
from collections import Counter
from http.client import HTTPConnection, HTTPException
from itertools import count
from typing import Self

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
            self._request(f"/builds?fail={int(is_failing)}&seconds={seconds}")

    def _request(self, path: str) -> None:
        connection = HTTPConnection(self._address, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            self.counts[str(answer.status)] += 1
        except (OSError, HTTPException) as error:
            self.counts[type(error).__name__] += 1
        finally:
            connection.close()
