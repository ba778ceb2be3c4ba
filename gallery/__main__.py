"""Draws every generated dashboard as a PNG, from real answers of a Prometheus that holds a synthetic past.

make gallery                 all dashboards of generated/, into gallery/out/
make gallery ARGS=overview   those whose path holds this word
"""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gallery import answers, drawing, history, rules, story
from gallery.server import CHECKOUT, running, write_blocks
from gw2mon import project
from gw2mon import promql as q
from gw2mon.world import world_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gallery.rules import Rule
    from gallery.server import Sample
    from gallery.story import Story

GENERATED = CHECKOUT / "generated"

Data = dict[str, Any]


def dashboards() -> dict[str, Data]:
    """Path below the folder of dashboards, without the suffix, to what the file says."""
    folder = GENERATED / "grafana/dashboards"
    return {
        str(path.relative_to(folder).with_suffix("")): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.json"))
    }


def specs() -> list[Path]:
    """What the dashboards were generated from."""
    return sorted((CHECKOUT / "specs").glob("*.yaml"))


def expressions(dashboard: Data) -> Iterator[str]:
    """All that a dashboard asks Prometheus."""
    for panel in answers.opened(dashboard["panels"]):
        yield from (target["expr"] for target in answers.targets(panel))
    yield from (entry["target"]["expr"] for entry in dashboard["annotations"]["list"] if "target" in entry)


def past(told: Story, names: set[str], every_rule: list[Rule]) -> Iterator[Sample]:
    """All that was scraped of what names select and rules read; twice, but the same, where services share a job."""
    model, _ = project.analyse(project.load(specs()).sources)
    of_slos = rules.read_by(rule for rule in every_rule if rule["of slo"])
    wanted = names | rules.read_by(every_rule)
    for service in model.services:
        yield from history.samples(told, world_of(service, model.stack), wanted, of_slos)


def carry_out(data: Path, told: Story, every_rule: list[Rule]) -> None:
    """Add what the rules leave behind."""
    for layer in rules.layers(every_rule):
        with running(data) as server:
            made = [sample for rule in layer for sample in rules.outcome(server, rule, told)]
        write_blocks(data, made)


def remembered(names: set[str], every_rule: list[Rule]) -> Path:
    """The folder of blocks with what names select and rules leave behind; made anew when any of it has changed."""
    told = story.told()
    sources = [story.STORY, *map(Path, (story.__file__, history.__file__, rules.__file__)), *specs()]
    known = json.dumps([sorted(names), every_rule, [path.read_text(encoding="utf-8") for path in sources]])
    place = drawing.OUT / "past"
    data, mark = place / "data", place / "made-from"
    digest = hashlib.sha256(known.encode()).hexdigest()
    if mark.is_file() and mark.read_text(encoding="utf-8") == digest:
        return data
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    print(f"writing {told.data['days']['slos']} days of the past", flush=True)
    write_blocks(data, past(told, names, every_rule))
    print(f"carrying out {len(every_rule)} rules", flush=True)
    carry_out(data, told, every_rule)
    mark.write_text(digest, encoding="utf-8")
    return data


def asked(found: dict[str, Data]) -> dict[str, Data]:
    """The pages of dashboards, with every answer in them."""
    exprs = [expr for each in dashboards().values() for expr in expressions(each)]
    names = {name for expr in exprs for name in q.metric_names(q.parse(expr, variables=True))}
    data = remembered(names, rules.rules_of(GENERATED))
    with running(data) as server:
        return {name: answers.page(each, server, story.told().end) for name, each in found.items()}


def main() -> int:
    """Draw the dashboards whose path holds the word given, or all."""
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    chosen = {name: each for name, each in dashboards().items() if word in name}
    if not chosen:
        print(f"no dashboard in {GENERATED} is called {word}: run `make generate` first", file=sys.stderr)
        return 2
    drawing.bundle()
    pages = asked(chosen)
    for name, page in pages.items():
        print(drawing.picture(name.replace("/", "-"), page), flush=True)
    empty = [f"{name}: {title} shows nothing" for name, page in pages.items() for title in answers.empty(page)]
    print("\n".join(empty), file=sys.stderr, end="\n" if empty else "")
    return 1 if empty else 0


if __name__ == "__main__":
    # Whoever ends this program ends the Prometheus that it started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
