"""Walking through data that may be broken anywhere: what is not of the expected shape counts as empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Record = dict[str, Any]


class Problem(NamedTuple):
    """Something wrong with a document."""

    code: str
    """The name of the rule, such as panel-units-rule."""
    path: str
    """Where in the document: panels[2].targets[0].expr."""
    message: str


class Part(NamedTuple):
    """A record and where it stands."""

    path: str
    data: Record

    def record(self, *steps: str) -> Part:
        """What lies below; empty if nothing does."""
        data: Any = self.data
        for step in steps:
            data = record(data.get(step))
        return Part(_below(self.path, ".".join(steps)), data)

    def records(self, *steps: str) -> Iterator[Part]:
        """The records of a list below."""
        *way, last = steps
        outer = self.record(*way) if way else self
        path = _below(outer.path, last)
        for number, item in enumerate(sequence(outer.data.get(last))):
            yield Part(f"{path}[{number}]", record(item))

    def problem(self, code: str, message: str, key: str = "") -> Problem:
        """A problem here, or with one of the keys."""
        return Problem(code, f"{self.path}.{key}".strip("."), message)

    def text(self, key: str) -> str:
        """The text under a key; empty where there is none."""
        value = self.data.get(key)
        return value if isinstance(value, str) else ""


def _below(path: str, way: str) -> str:
    return f"{path}.{way}" if path else way


def record(value: Any) -> Record:  # noqa: ANN401 - anything may stand there
    """The value if it is a record, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:  # noqa: ANN401 - anything may stand there
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def texts(value: Any) -> list[str]:  # noqa: ANN401 - anything may stand there
    """The texts of a list."""
    return [item for item in sequence(value) if isinstance(item, str)]
