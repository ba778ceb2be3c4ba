"""A cache inside of the process. There is no library that could report, so it calls the function itself."""

from __future__ import annotations

from threading import Lock
from time import monotonic

from gw2optimizer.metrics import bind_cache_size_bytes, track_cache_operation


class Cache:
    """Texts that are kept for a while, by their keys."""

    def __init__(self, seconds: float = 60) -> None:
        """Keep everything for this long."""
        self._seconds = seconds
        self._kept: dict[str, tuple[float, str]] = {}
        self._lock = Lock()
        bind_cache_size_bytes(self.size)

    def get(self, key: str) -> str | None:
        """Look a text up."""
        with self._lock:
            until, text = self._kept.get(key, (0.0, ""))
        is_there = until > monotonic()
        track_cache_operation(operation="get", result="hit" if is_there else "miss")
        return text if is_there else None

    def set(self, key: str, text: str) -> None:
        """Keep a text."""
        with self._lock:
            self._kept[key] = (monotonic() + self._seconds, text)
        track_cache_operation(operation="set", result="hit")

    def delete(self, key: str) -> None:
        """Forget a text."""
        with self._lock:
            was_there = self._kept.pop(key, None) is not None
        track_cache_operation(operation="delete", result="hit" if was_there else "miss")

    def size(self) -> int:
        """Bytes of all texts and keys."""
        with self._lock:
            return sum(len(key) + len(text) for key, (_, text) in self._kept.items())
