"""A Model to all files of the output directory, as values: one module per folder, one line per module in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import names

if TYPE_CHECKING:
    from collections.abc import Callable

    from gw2mon.artifacts import Artifact
    from gw2mon.model import Model


def _alertmanager(model: Model) -> tuple[Artifact, ...]:
    from gw2mon.generators import alertmanager

    return alertmanager.generate(model)


def _blackbox(model: Model) -> tuple[Artifact, ...]:
    from gw2mon.generators import blackbox

    return blackbox.generate(model)


def _compose(model: Model) -> tuple[Artifact, ...]:
    from gw2mon.generators import compose

    return compose.generate(model)


def _grafana(model: Model) -> tuple[Artifact, ...]:
    from gw2mon.generators import grafana

    return grafana.generate(model)


def _logs(model: Model) -> tuple[Artifact, ...]:
    from gw2mon.generators import logs

    return logs.generate(model)


def _prometheus(model: Model) -> tuple[Artifact, ...]:
    from gw2mon.generators import prometheus

    return prometheus.generate(model)


def _python(model: Model) -> tuple[Artifact, ...]:
    from gw2mon.generators import python

    return tuple(artifact for service in model.services for artifact in python.generate(service))


# Imported only when wanted: a team that asks for rules alone does not pay for source code templates.
GENERATORS: dict[str, Callable[[Model], tuple[Artifact, ...]]] = {
    "alertmanager": _alertmanager,
    "blackbox": _blackbox,
    "compose": _compose,
    "grafana": _grafana,
    "logs": _logs,
    "prometheus": _prometheus,
    "python": _python,
}
"""Folder of the output directory to what fills it; `names.generator_of` knows whose the files at its root are."""

is_wanted = names.is_wanted


def generate(model: Model) -> tuple[Artifact, ...]:
    """Every file that the specs ask for, sorted by path.

    Raises ValueError where a generator leaves its folder or two artefacts have one path: mistakes in gw2mon itself.
    """
    outputs = outputs_of(model)
    found: dict[str, Artifact] = {}
    for folder, fill in GENERATORS.items():
        if any(_touches(wanted, folder) for wanted in outputs.values()):
            for artifact in fill(model):
                _check_place(artifact, folder, found)
                found[artifact.path] = artifact
    return tuple(artifact for _, artifact in sorted(found.items()) if is_wanted(artifact.path, outputs[artifact.owner]))


def outputs_of(model: Model) -> dict[str, tuple[str, ...]]:
    """Owner to the path prefixes that it asks for; none: everything."""
    return {names.STACK: model.stack.outputs, **{service.name: service.outputs for service in model.services}}


def _touches(outputs: tuple[str, ...], folder: str) -> bool:
    return not outputs or any(names.generator_of(prefix) == folder for prefix in outputs)


def _check_place(artifact: Artifact, folder: str, found: dict[str, Artifact]) -> None:
    if names.generator_of(artifact.path) != folder:
        raise ValueError(f"generator {folder} wrote {artifact.path}, outside its folder")
    if artifact.path in found:
        raise ValueError(f"{artifact.path} is generated twice, for {found[artifact.path].owner} and {artifact.owner}")
