"""The blackbox exporter's modules, where a spec declares some of its own; else the image brings what is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import names
from gw2mon.images import PROBE_MODULES
from gw2mon.wiring import jobs_of, probes_here
from gw2mon.yamltext import artifact

if TYPE_CHECKING:
    from gw2mon.artifacts import Artifact
    from gw2mon.model import Model


def generate(model: Model) -> tuple[Artifact, ...]:
    """One file with the declared modules, and those of the image that jobs use beside them."""
    declared = dict(model.stack.probe_modules)
    used = {job.probe.module for job in jobs_of(model) if job.probe is not None and probes_here(job)}
    if not declared or not used:
        return ()
    kept = {name: module for name, module in PROBE_MODULES.items() if name in used and name not in declared}
    return (artifact(names.BLACKBOX_CONFIG, names.STACK, model.stack.spec, {"modules": {**kept, **declared}}),)
