"""Alertmanager: who is told, in which words, and a table that proves that each alert reaches its people."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from gw2mon import names
from gw2mon.artifacts import Artifact
from gw2mon.finding import visible
from gw2mon.generators.alertmanager import config, routing
from gw2mon.yamltext import header

if TYPE_CHECKING:
    from gw2mon.model import Model


def generate(model: Model) -> tuple[Artifact, ...]:
    """Configuration, templates and routing tests; nothing for a stack that notifies nobody."""
    notify = model.stack.notify
    if notify is None:
        return ()
    return (config.generate(model, notify), _templates(model), routing.generate(model, notify))


def _templates(model: Model) -> Artifact:
    path = names.ALERTMANAGER_TEMPLATES
    body = files("gw2mon").joinpath("templates/gw2mon.tmpl").read_text(encoding="utf-8")
    # Nothing in a spec's name may end the comment.
    lines = [visible(line).replace("*/", "* /") for line in header(path, model.stack.spec)]
    return Artifact(path, "{{/* " + "\n".join(lines) + " */}}\n" + body, names.STACK)
