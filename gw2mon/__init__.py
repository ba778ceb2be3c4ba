"""gw2mon: monitoring as code, with proof.

The command line is a thin layer over these functions, each from one value to the next:

    loaded = gw2mon.load(["specs/app.yaml"])            # specs, and findings about them
    model, findings = gw2mon.analyse(loaded.sources)    # one Model, compiled and checked
    artifacts = gw2mon.generate(model)                  # files as values
    outcome = gw2mon.write(Path("generated"), artifacts, owners)

Nothing reaches the disk before `write`, and `drift` compares without writing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gw2mon.checks import check
    from gw2mon.compiler import compile_specs as compile  # noqa: A004 - the word for it
    from gw2mon.files import drift, write
    from gw2mon.generators import generate
    from gw2mon.project import analyse, load

__all__ = ["__version__", "analyse", "check", "compile", "drift", "generate", "load", "write"]
__version__ = "0.1.0"

_PLACES = {
    "analyse": ("gw2mon.project", "analyse"),
    "check": ("gw2mon.checks", "check"),
    "compile": ("gw2mon.compiler", "compile_specs"),
    "drift": ("gw2mon.files", "drift"),
    "generate": ("gw2mon.generators", "generate"),
    "load": ("gw2mon.project", "load"),
    "write": ("gw2mon.files", "write"),
}


def __getattr__(name: str) -> object:
    """Import a function when it is first asked for, so that `gw2mon --help` need not wait for all of them."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _PLACES[name]
    return getattr(importlib.import_module(module), attribute)
