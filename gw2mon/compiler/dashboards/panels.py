"""One panel of a Model from what it shows."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING, NamedTuple, assert_never

from gw2mon.compiler.dashboards import words
from gw2mon.compiler.dashboards.lines import lines_of
from gw2mon.compiler.dashboards.queries import queries_of
from gw2mon.compiler.dashboards.shown import (
    Average,
    Formula,
    Gauge,
    Heatmap,
    Info,
    Logs,
    Prose,
    Quantiles,
    Rates,
    Shares,
)
from gw2mon.model import Panel

if TYPE_CHECKING:
    from typing import Literal

    from gw2mon.compiler.dashboards.shown import Known, Labels, Shown
    from gw2mon.finding import Position
    from gw2mon.model.promises import PanelKind, Tone

_MOST_NAMES = 12


class Look(NamedTuple):
    """What a person may say about a panel besides what it shows."""

    title: str = ""
    description: str = ""
    kind: PanelKind | None = None
    over: int | None = None
    width: Literal["quarter", "third", "half", "full"] | None = None
    origin: Position | None = None
    tone: Tone = ""


def panel_of(known: Known, shown: Shown, look: Look) -> Panel:
    """The panel that shows something, described, and with the thresholds of the alerts about it."""
    lines = lines_of(shown, known.alerts)
    said = look.description or words.meaning(known, shown, look.over)
    title = look.title or words.title(shown)
    return Panel(
        words.key(shown, title),
        title,
        look.kind or _kind(shown),
        queries_of(known, shown, look.over),
        words.unit(known, shown),
        "\n\n".join((said, *words.alert_sentences(lines))).strip(),
        by=_by(shown),
        values=_values(known, shown),
        lines=lines,
        signed=_is_signed(shown),
        width=look.width,
        text=shown[0] if isinstance(shown, Logs | Prose) else "",
        origin=look.origin,
        most=_most(known, shown),
        tone=look.tone or _tone(shown),
    )


def _kind(shown: Shown) -> PanelKind:
    match shown:
        case Rates(_, _, top):
            return "bar" if top else "graph"
        case Shares() | Quantiles() | Gauge() | Average() | Formula():
            return "graph"
        case Heatmap():
            return "heatmap"
        case Info():
            return "table"
        case Logs():
            return "logs"
        case Prose():
            return "text"
        case _:
            assert_never(shown)


def _by(shown: Shown) -> Labels:
    match shown:
        case Info(metric):
            return (*(label.name for label in metric.labels), "instance")
        case Heatmap() | Logs() | Prose():
            return ()
        case Rates() | Shares() | Quantiles() | Gauge() | Average() | Formula():
            return shown.by
        case _:
            assert_never(shown)


def _values(known: Known, shown: Shown) -> tuple[str, ...]:
    """What lines of events are known to be called; nothing where that would be more than anybody tells apart."""
    if not isinstance(shown, Rates | Shares) or not shown.by:
        return ()
    labels = {label.name: label.values.values for label in known.world.metrics[shown.events.metric].labels}
    combined = tuple(" ".join(values) for values in product(*(labels.get(name, ()) for name in shown.by)))
    return combined if len(combined) <= _MOST_NAMES else ()


def _most(known: Known, shown: Shown) -> int | None:
    """How many lines events can have, where every label by which they are told apart has a bound."""
    if not isinstance(shown, Rates | Shares):
        return None
    labels = {label.name: label.values.bound for label in known.world.metrics[shown.events.metric].labels}
    bounds = [labels.get(name) for name in shown.by]
    return None if None in bounds else prod(bound or 0 for bound in bounds)


def _tone(shown: Shown) -> Tone:
    match shown:
        case Shares(_, "good"):
            return "good"
        case Shares():
            return "bad"
        case _:
            return ""


def _is_signed(shown: Shown) -> bool:
    if isinstance(shown, Gauge):
        return shown.metric.unit not in ("bytes", "ratio", "seconds", "timestamp")
    return isinstance(shown, Formula)
