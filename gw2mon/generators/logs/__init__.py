"""Log shipping: the configuration of each store that some service ships to, and of what brings the lines there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gw2mon import names
from gw2mon.artifacts import Artifact
from gw2mon.generators.logs import alloy, elastic, fluent_bit, loki
from gw2mon.wiring import shipped
from gw2mon.yamltext import artifact, header

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.model import Model


def generate(model: Model) -> tuple[Artifact, ...]:
    """All files of the stores in use; nothing where no service ships its logs to a container of this stack."""
    spec = model.stack.spec
    files = (artifact(path, names.STACK, spec, data) for path, data in _yaml(model))
    return (*files, *_others(model))


def _yaml(model: Model) -> Iterator[tuple[str, dict[str, Any]]]:
    if shipped(model, "loki"):
        yield names.LOKI_CONFIG, loki.config(shipped(model, "loki"))
    if shipped(model, "elk"):
        yield names.FILEBEAT_CONFIG, elastic.filebeat(shipped(model, "elk"))
        yield names.KIBANA_CONFIG, elastic.kibana()
    if read := shipped(model, "cloudwatch", "files"):
        yield names.FLUENT_BIT_CONFIG, fluent_bit.config(read)


def _others(model: Model) -> Iterator[Artifact]:
    if services := shipped(model, "loki"):
        comments = "".join(f"// {line}\n" for line in header(names.ALLOY_CONFIG, model.stack.spec))
        yield Artifact(names.ALLOY_CONFIG, f"{comments}\n{alloy.config(services)}", names.STACK)
    if services := shipped(model, "elk"):
        text = json.dumps(elastic.retention(services), indent=2) + "\n"
        yield Artifact(names.LOGS_RETENTION, text, names.STACK)
