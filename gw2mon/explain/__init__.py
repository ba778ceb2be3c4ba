"""What `gw2mon explain` says of an alert, an SLO, a generated file: all from the Model that they are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon.explain import alerts, files, slos
from gw2mon.loader import nearest_name
from gw2mon.pages import all_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gw2mon.artifacts import Artifact
    from gw2mon.model import Model

_COLUMN = 12


def part_of(what: str, model: Model, artifacts: Sequence[Artifact]) -> str:
    """What is to say of `alert:NAME`, `slo:NAME` or the path of an artefact; "" if there is no such thing."""
    kind, _, name = what.partition(":")
    if kind == "alert":
        return "\n".join(
            _table(alerts.title(rule, owner), alerts.lines(rule, owner, model))
            for owner, rule in alerts.alerts_of(model)
            if rule.alert == name
        )
    if kind == "slo":
        found = [(service, slo) for service in model.services for slo in service.slos if name in (slo.name, slo.id)]
        return "\n".join(
            _table(f"SLO {slo.name} of {service.name}", slos.lines(slo, service)) for service, slo in found
        )
    artifact = next((item for item in artifacts if f"/{what}".endswith(f"/{item.path}")), None)
    return _table(artifact.path, files.lines(artifact, model)) if artifact else ""


def nearest(what: str, model: Model | None, artifacts: Sequence[Artifact]) -> str:
    """What a person probably meant, or ""."""
    kind, colon, name = what.partition(":")
    by_kind = {
        "alert": [rule.alert for _, rule in alerts.alerts_of(model)] if model else [],
        "slo": [slo.name for service in model.services for slo in service.slos] if model else [],
    }
    if colon and kind in by_kind:
        close = nearest_name(name, by_kind[kind])
        return f"{kind}:{close}" if close else ""
    titles = {each: f"{kind}:{each}" for kind, known in by_kind.items() for each in known}
    others = [*all_codes(), *all_codes().values(), *(artifact.path for artifact in artifacts)]
    close = nearest_name(what, [*titles, *others])
    return titles.get(close, close)


def _table(title: str, lines: Iterable[tuple[str, str]]) -> str:
    rows = [title]
    for label, text in lines:
        first, *rest = text.split("\n")
        rows.append(f"  {label:<{_COLUMN}}{first}".rstrip())
        rows += [f"  {'':<{_COLUMN}}{line}".rstrip() for line in rest]
    return "\n".join(rows) + "\n"
