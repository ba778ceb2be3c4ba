"""Rows for those who look for a cause: what the process uses, and what is left of the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gw2mon import promql as q
from gw2mon.compiler.dashboards.panels import Look, panel_of
from gw2mon.compiler.dashboards.queries import ZOOM
from gw2mon.compiler.dashboards.shown import Formula
from gw2mon.compiler.expressions import selector
from gw2mon.model import LabelFilter, Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gw2mon.compiler.dashboards.shown import Known
    from gw2mon.model import Panel
    from gw2mon.promql import Expr, VectorSelector

_INSTANCE = ("instance",)
_LEGEND = "{{instance}}"


def process_row(known: Known) -> Row:
    """CPU, memory, file descriptors and age of the processes of a service."""
    needed = ("process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds", "process_max_fds")
    if not _has(known, (*needed, "process_start_time_seconds")):
        return Row("Process", (), collapsed=True)
    cpu, memory, open_fds, max_fds = (_all(known, name) for name in needed)
    age = q.sub(q.time(), q.aggregate("max", _all(known, "process_start_time_seconds"), by=_INSTANCE))
    panels = (
        _panel(known, "CPU cores in use", "", q.sum_by(_INSTANCE, q.rate(cpu, ZOOM)), _CPU),
        _panel(known, "Memory", "bytes", q.aggregate("max", memory, by=_INSTANCE), _MEMORY),
        _panel(known, "File descriptors in use", "ratio", _worst(q.div(open_fds, max_fds)), _FDS),
        panel_of(known, Formula(age, _LEGEND, "seconds", _AGE), Look("Uptime", kind="stat", width="half")),
    )
    return Row("Process", panels, collapsed=True)


def host_row(known: Known) -> Row:
    """CPU, memory and disks of the hosts that a node exporter shows."""
    needed = ("node_cpu_seconds_total", "node_memory_MemAvailable_bytes", "node_memory_MemTotal_bytes",
              "node_filesystem_avail_bytes", "node_filesystem_size_bytes")  # fmt: skip
    if not _has(known, needed):
        return Row("Host", (), collapsed=True)
    idle = selector(known.world, needed[0], (LabelFilter("mode", "=", ("idle",)),))
    real = (LabelFilter("fstype", "!~", ("tmpfs|overlay|ramfs|squashfs",)),)
    left = q.div(selector(known.world, needed[3], real), selector(known.world, needed[4], real))
    free = q.div(_all(known, needed[1]), _all(known, needed[2]))
    busy = q.sub(1, q.aggregate("avg", q.rate(idle, ZOOM), by=_INSTANCE))
    disk = q.aggregate("max", q.sub(1, left), by=("instance", "mountpoint"))
    panels = (
        _panel(known, "Host CPU in use", "ratio", busy, _HOST_CPU),
        _panel(known, "Host memory in use", "ratio", _worst(q.sub(1, free)), _HOST_MEMORY),
        _panel(known, "Disk in use", "ratio", disk, _DISK, "{{instance}} {{mountpoint}}"),
    )
    return Row("Host", panels, collapsed=True)


def _panel(known: Known, title: str, unit: str, expr: Expr, said: str, legend: str = _LEGEND) -> Panel:
    return panel_of(known, Formula(expr, legend, unit, said), Look(title, tone="used" if unit == "ratio" else ""))


def _has(known: Known, names: Iterable[str]) -> bool:
    found = [known.world.metrics.get(name) for name in names]
    return all(metric is not None and known.world.jobs_of(metric) for metric in found)


def _all(known: Known, metric: str) -> VectorSelector:
    return selector(known.world, metric, ())


def _worst(expr: Expr) -> Expr:
    return q.aggregate("max", expr, by=_INSTANCE)


_CPU = "Cores that the process keeps busy. A flat line at a whole number is a limit that it has reached."
_MEMORY = "Physical memory of the process. A line that only rises, and falls when it restarts, is a leak."
_FDS = "Share of the file descriptors that it may open. Near 100% no connection can be opened any more."
_AGE = "Time since the process started; it falls to nothing with each restart. Restarts that nobody made are crashes."
_HOST_CPU = "Share of the time in which the processors of the host work. Near 100% everything on it waits."
_HOST_MEMORY = "Share of the memory that is taken and cannot be freed. Near 100% the kernel kills processes."
_DISK = "Share of each file system that is full. What writes to a full disk fails, often without saying so."
