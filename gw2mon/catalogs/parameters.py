"""The parameters of catalogues: what a spec may write beside `catalog:`, and how it is read."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gw2mon.spec.values import Quantity

ParameterType = Literal["flag", "choice", "count", "texts", "durations"]


class Parameter(NamedTuple):
    """One parameter of a catalogue."""

    name: str
    type: ParameterType
    help: str
    default: Any
    """In the form that `read` gives."""
    choices: tuple[str, ...] = ()
    adds: str = ""
    """The file whose metrics a flag adds."""

    def problem(self, raw: object) -> str:
        """What is wrong with a value as a spec holds it; "" when nothing is."""
        try:
            self.read(raw)
        except ValueError as error:
            return f"{self.name}: {error}"
        return ""

    def read(self, raw: object) -> Any:  # noqa: ANN401 - each type has its own
        """The value a spec holds, as exact data: bool, str, int, a tuple of str or of Decimal seconds.

        Raises:
            ValueError: with a sentence that says what is expected.
        """
        if self.type == "choice":
            return _choice(raw, self.choices)
        return _READERS[self.type](raw)

    @property
    def schema(self) -> dict[str, object]:
        """Its JSON Schema, for editors."""
        shape: dict[str, object] = {"enum": list(self.choices)} if self.choices else dict(_SCHEMAS[self.type])
        return {**shape, "description": self.help}


def declared(name: str, entry: Mapping[str, Any]) -> Parameter:
    """A parameter as a catalogue file declares it, every value still text."""
    kind: ParameterType = entry["type"]
    written = entry["default"]
    default = written == "true" if kind == "flag" else int(written) if kind == "count" else written
    bare = Parameter(name, kind, entry["help"], None, tuple(entry.get("choices", ())), entry.get("adds", ""))
    return bare._replace(default=bare.read(default))


def _choice(raw: object, choices: tuple[str, ...]) -> str:
    if not isinstance(raw, str) or raw not in choices:
        raise ValueError(f"expected one of {', '.join(choices)}, got {raw}")
    return raw


def _flag(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise ValueError(f"expected true or false, got {raw}")  # noqa: TRY004 - the spec's mistake, not the caller's
    return raw


def _count(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 1:
        raise ValueError(f"expected a whole number above 0, got {raw}")
    return raw


def _texts(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, (list, tuple)) or not all(isinstance(item, str) for item in raw):
        raise ValueError(f"expected a list of texts, got {raw}")
    if len(set(raw)) < len(raw):
        raise ValueError("one of the texts stands twice")
    return tuple(raw)


def _durations(raw: object) -> tuple[Any, ...]:
    if not isinstance(raw, (list, tuple)) or not raw:
        raise ValueError(f"expected a list of durations, such as [100ms, 500ms, 1s]; got {raw}")
    bounds = tuple(_duration(item).value for item in raw)
    if any(left >= right for left, right in pairwise(bounds)):
        raise ValueError("the bounds are not in ascending order, each once")
    return bounds


def _duration(raw: object) -> Quantity:
    # Of all catalogues only one has durations; the others do without pydantic.
    from pydantic_core import PydanticCustomError

    from gw2mon.spec.values import quantity

    try:
        found = quantity(raw)
    except PydanticCustomError as error:
        raise ValueError(error.message()) from error
    if found.unit != "seconds" or found.value <= 0:
        raise ValueError(f"expected durations, such as 200ms, got {raw}")
    return found


_READERS: dict[str, Callable[[object], Any]] = {
    "flag": _flag, "count": _count, "texts": _texts, "durations": _durations,
}  # fmt: skip
_SCHEMAS: dict[str, dict[str, object]] = {
    "flag": {"type": "boolean"},
    "count": {"type": "integer", "minimum": 1},
    "texts": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
    "durations": {"type": "array", "items": {"type": ["string", "number"]}, "minItems": 1},
}
