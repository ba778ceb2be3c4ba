"""Grafana: dashboards that provisioning refuses or nothing loads, and data sources that nobody provisioned."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from gw2mon.auditing.linting import Linted
from gw2mon.auditing.stacks import offered
from gw2mon.auditing.wiring.provisioned import data_sources, providers, shown, without_dashboards
from gw2mon.finding import Finding
from gw2mon.jsonplaces import position
from gw2mon.loader import nearest_name
from gw2mon.parts import Part, record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gw2mon.auditing.estate import Board, Estate
    from gw2mon.auditing.stacks import Composed
    from gw2mon.auditing.wiring.provisioned import DataSource, Shown
    from gw2mon.finding import Position, Severity

REFUSED, UNKNOWN = "GW733", "GW734"
_BUILT_IN = ("-- grafana --", "-- mixed --", "-- dashboard --", "grafana", "datasource", "default", "")
_KINDS = frozenset(
    "prometheus loki tempo alertmanager jaeger zipkin influxdb graphite elasticsearch mysql cloudwatch postgres "  # noqa: SIM905
    "grafana-postgresql-datasource".split()
)
_WRITTEN = {kind.replace("-", ""): kind for kind in _KINDS} | {"postgresql": "postgres"}
_INPUT = re.compile(r"\$\{?(DS_\w+)\}?")
_URL = re.compile(r"https?://(?:[^/@]*@)?(?P<host>[^/:]+)")


def showing(estate: Estate, stacks: Sequence[Composed]) -> Iterator[Linted]:
    """Everything about what Grafana shows."""
    loaded, is_whole = shown(estate, stacks)
    sources = data_sources(estate)
    yield from _of_sources(sources, stacks)
    for provider in without_dashboards(estate, stacks):
        said = f"in the folder that Grafana sees at {provider.path} there is no dashboard"
        place = provider.node.child("options", "path").position
        yield _told(
            REFUSED, "warning", said, place, "Grafana starts, and shows none: a dashboard is a file that ends in .json"
        )
    for item in loaded:
        yield from _refused(item, estate)
        yield from _inputs(item, estate)
    yield from _twins(loaded, estate)
    if sources:
        for board in {item.board.path: item.board for item in loaded}.values():
            yield from _asked(board, sources, estate.texts[board.path])
    if is_whole and providers(estate):
        known = {item.board.path for item in loaded}
        for board in estate.boards:
            if board.path not in known:
                said = f"no provider of Grafana loads the dashboard {board.title or 'without title'}"
                yield _told(REFUSED, "warning", said, _place(board, "", estate), "it is shown to nobody")


def _told(code: str, severity: Severity, said: str, place: Position, advice: str) -> Linted:
    return Linted(Finding(code, severity, said, place, advice), "shows nothing")


def _place(board: Board, part: str, estate: Estate) -> Position:
    return position(board.path, estate.texts[board.path], board.place(part))


def _of_sources(sources: Sequence[DataSource], stacks: Sequence[Composed]) -> Iterator[Linted]:
    defaults: dict[str, DataSource] = {}
    for source in sources:
        first = defaults.setdefault(source.organisation, source) if source.is_default else source
        if first is not source and first.node.position.file == source.node.position.file:
            said = f"{source.name} is the default data source, and {first.name} is as well"
            place = source.node.child("isDefault").position
            yield _told(REFUSED, "error", said, place, "Grafana does not start: leave isDefault at one of them")
        close = _WRITTEN.get(re.sub(r"[\s_-]", "", source.kind.lower()))
        if close and source.kind not in _KINDS:
            said = f"Grafana has no kind of data source {source.kind}; {close} is one"
            place = source.node.child("type").position
            yield _told(UNKNOWN, "error", said, place, "every panel that asks it shows an error")
    yield from _hosts(sources, stacks)


def _hosts(sources: Sequence[DataSource], stacks: Sequence[Composed]) -> Iterator[Linted]:
    """Hosts that are no service, where the compose linter could not see it: of a Grafana that is built, for example."""
    runs = [
        each for each in stacks if any("grafana" in (service.name, service.kind) for service in each.stack.services)
    ]
    is_seen = any(not each.stack.is_partial and list(each.stack.of("grafana")) for each in runs)
    if not runs or is_seen or any(record(each.compose.node.value).get("include") for each in stacks):
        return
    names = offered(stacks)
    for source in sources:
        match = _URL.match(str(record(source.node.value).get("url") or ""))
        host = match["host"] if match else ""
        if host in ("localhost", "127.0.0.1") or (host and host not in names and not re.search(r"[.$\[]", host)):
            said = f"{host} leads back to the container of Grafana" if host[:1] in "l1" else f"{host} is no service"
            place = source.node.child("url").position
            yield _told(UNKNOWN, "warning", said, place, f"every panel that asks {source.name} shows an error")


def _refused(item: Shown, estate: Estate) -> Iterator[Linted]:
    """What a provider does with a file that is no dashboard by itself."""
    severity: Severity = "error" if item.is_sure else "warning"
    board = item.board
    if board.inside:
        said = "the dashboard lies inside of the envelope of the HTTP API, and Grafana finds no title"
        advice = "it refuses the file, and shows nothing of it: keep what stands under dashboard only"
        yield _told(REFUSED, severity, said, _place(board, "", estate), advice)
    elif not board.title.strip():
        yield _told(REFUSED, severity, "a dashboard without a title", _place(board, "title", estate),
                    "Grafana refuses the file, and shows nothing of it")  # fmt: skip
    if board.data.get("id") is not None:
        said, advice = "id is the number of another Grafana, and does not count here", "set it to null"
        yield Linted(Finding(REFUSED, "warning", said, _place(board, "id", estate), advice), "style")
    if not board.data.get("__elements"):
        for panel in _panels(board):
            if panel.record("libraryPanel").data:
                said = f"{panel.text('title') or 'a panel'} is a library panel, which no file brings along"
                advice = "a Grafana that has not got it shows an error: unlink it, and save the dashboard again"
                yield _told(UNKNOWN, "warning", said, _place(board, f"{panel.path}.libraryPanel", estate), advice)


def _inputs(item: Shown, estate: Estate) -> Iterator[Linted]:
    """Placeholders that only the import in a browser fills in."""
    board = item.board
    variables = {
        str(variable.data.get("name")) for variable in Part("", dict(board.data)).records("templating", "list")
    }
    seen: set[str] = set()
    for path, said in _references(board):
        match = _INPUT.fullmatch(said)
        if match is None or match[1] in variables or match[1] in seen:
            continue
        seen.add(match[1])
        message = f"${{{match[1]}}} is filled in when somebody imports the dashboard, and not when it is provisioned"
        advice = "its panels ask a data source that is not there: write the uid of one, or a variable"
        severity: Severity = "error" if item.is_sure else "warning"
        yield _told(UNKNOWN, severity, message, _place(board, path, estate), advice)


def _twins(loaded: Sequence[Shown], estate: Estate) -> Iterator[Linted]:
    by_uid: dict[str, list[Board]] = defaultdict(list)
    by_title: dict[tuple[object, str], list[Board]] = defaultdict(list)
    for item in loaded:
        board = item.board
        uid = board.data.get("uid")
        if isinstance(uid, str) and uid and board not in by_uid[uid]:
            by_uid[uid].append(board)
        if board.title and board not in by_title[item.folder, board.title]:
            by_title[item.folder, board.title].append(board)
    advice = "Grafana shows one of them, and takes no change of either from then on"
    for uid, boards in by_uid.items():
        for board in boards[1:]:
            said = f"{boards[0].path.rpartition('/')[2]} has the uid {uid} as well"
            yield _told(REFUSED, "warning", said, _place(board, "uid", estate), advice)
    for (_, title), boards in by_title.items():
        for board in boards[1:]:
            said = f"{boards[0].path.rpartition('/')[2]} is called {title} as well, in the same folder"
            yield _told(REFUSED, "warning", said, _place(board, "title", estate), advice)


def _asked(board: Board, sources: Sequence[DataSource], text: str) -> Iterator[Linted]:
    """Data sources that a dashboard asks, and that are not among those that are provisioned."""
    known = {source.uid for source in sources} | {source.name for source in sources}
    names = sorted(known)
    seen: set[str] = set()
    for path, said in _references(board):
        if said in known or said in seen or "$" in said or said.lower() in _BUILT_IN:
            continue
        seen.add(said)
        close = nearest_name(said, names)
        here = position(board.path, text, board.place(path))
        advice = "its panels show an error" + (f"; did you mean {close}?" if close else "")
        yield _told(UNKNOWN, "warning", f"no data source {said} is provisioned", here, advice)
    unsaid = next((panel for panel in _panels(board) if _asks_default(panel)), None)
    if unsaid is not None and not any(source.is_default for source in sources):
        here = position(board.path, text, board.place(unsaid.path))
        said = "the panel asks the default data source, and none that is provisioned is the default"
        yield _told(UNKNOWN, "warning", said, here, "it stays empty: set isDefault: true at one of them")


def _asks_default(panel: Part) -> bool:
    asks = [target for target in panel.records("targets") if target.text("expr")]
    return bool(asks) and not _names_one(panel.data) and not all(_names_one(target.data) for target in asks)


def _names_one(data: dict[str, Any]) -> bool:
    source = data.get("datasource")
    return bool(source.get("uid") if isinstance(source, dict) else source)


def _references(board: Board) -> Iterator[tuple[str, str]]:
    """Every place in a dashboard that names a data source, and the uid or the name."""
    whole = Part("", dict(board.data))
    panels = list(_panels(board))
    parts = [*panels, *whole.records("templating", "list"), *whole.records("annotations", "list")]
    for part in (*parts, *(target for panel in panels for target in panel.records("targets"))):
        source = part.data.get("datasource")
        said = source.get("uid") if isinstance(source, dict) else source
        if isinstance(said, str):
            yield f"{part.path}.datasource", said


def _panels(board: Board) -> Iterator[Part]:
    for panel in Part("", dict(board.data)).records("panels"):
        yield panel
        yield from panel.records("panels")
    for row in Part("", dict(board.data)).records("rows"):
        yield from row.records("panels")
