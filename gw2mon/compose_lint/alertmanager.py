"""alertmanager.yml: receivers that exist, and templates that are found."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from gw2mon.compose_lint.inside import config_of, config_path, matching
from gw2mon.parts import Part, record, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gw2mon.compose_lint.reading import Stack
    from gw2mon.parts import Problem


def routes(stack: Stack) -> Iterator[Problem]:
    """bad-alertmanager-config, no-templates: Alertmanager does not start, or has no words."""
    for service in stack.of("alertmanager"):
        file, data = config_of(stack, service)
        config = Part(f"{file}:", record(data))
        if not file:
            continue
        code = "bad-alertmanager-config"
        names = [receiver.text("name") for receiver in config.records("receivers")]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield config.problem(code, f"two receivers are called {name}", "receivers")
        if not config.record("route").text("receiver"):
            yield config.problem(code, "the root of the routes has no receiver", "route.receiver")
        for route in _all(config.record("route")):
            if route.text("receiver") and route.text("receiver") not in names:
                yield route.problem(code, f"there is no receiver {route.text('receiver')}", "receiver")
        for pattern in texts(config.data.get("templates")):
            if matching(stack, service, normpath(join(dirname(config_path(service)), pattern))) == []:
                yield config.problem("no-templates", f"there is no {pattern} where Alertmanager looks", "templates")


def _all(route: Part) -> Iterator[Part]:
    yield route
    for inner in route.records("routes"):
        yield from _all(inner)
