"""Runs the generated stack without containers, from the programs on this machine, so that one can look at it.

    make stack                       from generated/
    PROMETHEUS_PORT=9191 make stack  where a port is taken; the others are called alike

What runs is what the compose file says: its commands, its mounts, its secrets. A copy of the output is adapted to
loopback, with the `instance` labels that the containers would have; the output itself is never touched.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.request import urlopen

import yaml

from gw2mon import names
from gw2mon.images import IMAGES, PROBE_MODULES

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT = Path(__file__).parents[1]

# Debian renames what would clash with other packages.
PROGRAMS = {
    "prometheus": ("prometheus",),
    "alertmanager": ("alertmanager", "prometheus-alertmanager"),
    "node-exporter": ("node_exporter", "prometheus-node-exporter"),
    "blackbox-exporter": ("blackbox_exporter", "prometheus-blackbox-exporter"),
}
IN_CONTAINER = "{name} is not started: it runs in its container only. What it reads lies in {folder}."
NOBODY = "http://127.0.0.1:9/"
"""Where nobody listens: what stands in for a secret that is missing, and where PagerDuty is thought to be then."""
PATIENCE = 30.0
"""Seconds in which a program becomes ready."""


class Program(NamedTuple):
    """A program to start, the URL that answers when it is ready, and where its output goes."""

    service: str
    command: list[str]
    ready: str
    log: Path


class Secrets(NamedTuple):
    """Path in a container to the file that takes its place, and the files that are missing."""

    places: dict[str, Path]
    missing: list[Path]

    def local(self, text: str) -> str:
        """The file that takes the place of a path in a container; any other text as it is."""
        return str(self.places.get(text, text))


def address_of(service: str) -> str:
    """Where a service listens: at its usual port, or at the one that the environment names."""
    usual = next(image.port for image in IMAGES if image.service == service)
    variable = f"{service.upper().replace('-', '_')}_PORT"
    return f"127.0.0.1:{os.environ.get(variable, usual)}"


def addresses() -> dict[str, str]:
    """Every address of a configuration, and where the same is found on loopback."""
    return {names.HOST_GATEWAY: "127.0.0.1"} | {
        f"{host}:{image.port}": address_of(image.service)
        for image in IMAGES
        for host in (image.service, "localhost", "127.0.0.1")
    }


def moved(text: str) -> str:
    """The same with every address on loopback."""
    places = addresses()
    any_of_them = "|".join(map(re.escape, sorted(places, key=len, reverse=True)))
    return re.sub(rf"(?<![\w.-])(?:{any_of_them})(?![\w.-])", lambda found: places[found[0]], text)


def changed(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - whatever YAML holds
    """The same with each text in it changed."""
    if isinstance(value, dict):
        return {key: changed(inner, change) for key, inner in value.items()}
    if isinstance(value, list):
        return [changed(inner, change) for inner in value]
    return change(value) if isinstance(value, str) else value


def read(path: Path) -> dict[str, Any]:
    """The data of a YAML file."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data


def secrets_of(compose: dict[str, Any], output: Path, scratch: Path) -> Secrets:
    """The secrets of all services; where a file is missing, one that opens nothing."""
    places, missing = {}, []
    for service in compose["services"].values():
        for entry in service.get("secrets", []):
            name, target = (entry, f"/run/secrets/{entry}") if isinstance(entry, str) else entry.values()
            file = Path(os.path.normpath(output / compose["secrets"][name]["file"]))
            places[target] = file.absolute()
            if not file.is_file() and service.get("command"):
                missing.append(file)
                places[target] = scratch / f"secret-{name}"
                places[target].write_text(NOBODY, encoding="utf-8")
    return Secrets(places, missing)


def adapt_prometheus(path: Path, secrets: Secrets) -> None:
    """Move what is scraped to loopback; each target keeps the `instance` by which alerts and panels know it."""
    config = changed(read(path), secrets.local)
    for job in config.get("scrape_configs", []):
        job["static_configs"] = [
            {"targets": [target], "labels": {"instance": target, **static.get("labels", {})}}
            for static in job.get("static_configs", [])
            for target in static["targets"]
        ]
        for static in job["static_configs"]:
            static["targets"] = changed(static["targets"], moved)
        job["relabel_configs"] = changed(job.get("relabel_configs", []), moved)
    config["alerting"] = changed(config.get("alerting", {}), moved)
    path.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")


def adapt_alertmanager(path: Path, secrets: Secrets) -> None:
    """Point at the files of secrets. While one is missing, PagerDuty is not bothered with keys that open nothing."""
    config = changed(changed(read(path), secrets.local), moved)
    if secrets.missing:
        config.setdefault("global", {})["pagerduty_url"] = NOBODY
    path.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")


def mounts_of(service: dict[str, Any], copy: Path, scratch: Path) -> dict[str, str]:
    """Folder in the container to the folder that takes its place."""
    found = {}
    for mount in service.get("volumes", []):
        source, target = mount.split(":")[:2]
        if source.startswith("./"):
            found[target] = str(copy / source)
        elif source.startswith("/"):
            found[target] = source
        else:
            found[target] = str(scratch / source)
    return found


def command_of(name: str, service: dict[str, Any], program: str, copy: Path, scratch: Path) -> list[str]:
    """The command of a container, with its folders and addresses moved."""
    arguments = service.get("command", [])
    for inside, outside in mounts_of(service, copy, scratch).items():
        arguments = [re.sub(rf"={re.escape(inside)}(?=/|$)", f"={outside}", argument) for argument in arguments]
    if name == "blackbox-exporter" and not arguments:
        config = scratch / "blackbox.yml"
        config.write_text(yaml.safe_dump({"modules": PROBE_MODULES}), encoding="utf-8")
        arguments = [f"--config.file={config}"]
    return [program, *map(moved, arguments), f"--web.listen-address={address_of(name)}"]


def find(service: str) -> str | None:
    """The program of a service, first among those that the machine has installed."""
    folders = [os.environ.get("PATH", ""), *(str(CHECKOUT / ".tools" / part) for part in ("debian/usr/bin", "bin"))]
    choices = (shutil.which(name, path=os.pathsep.join(folders)) for name in PROGRAMS[service])
    return next(filter(None, choices), None)


def prepared(output: Path, scratch: Path) -> list[Program]:
    """The adapted copy, and the programs that can run on it; says what is missing."""
    compose = read(output / names.COMPOSE)
    copy = scratch / "generated"
    shutil.copytree(output, copy)
    secrets = secrets_of(compose, output, scratch)
    for path, adapt in ((names.PROMETHEUS_CONFIG, adapt_prometheus), (names.ALERTMANAGER_CONFIG, adapt_alertmanager)):
        if (copy / path).is_file():
            adapt(copy / path, secrets)
    for file in secrets.missing:
        print(f"{file} is missing: notifications that need it reach nobody.")
    if secrets.places and not secrets.missing:
        print("All secrets are here: notifications go to the real receivers.")
    programs = []
    for name, service in compose["services"].items():
        if name not in PROGRAMS:
            print(IN_CONTAINER.format(name=name, folder="grafana" if name == "grafana" else "logs"))
        elif (program := find(name)) is None:
            print(f"{name} is not started: found none of {', '.join(PROGRAMS[name])}. Run tools/debian or make tools.")
        else:
            command = command_of(name, service, program, copy, scratch)
            programs.append(Program(name, command, moved(service["healthcheck"]["test"][-1]), scratch / f"{name}.log"))
    return programs


def start(program: Program) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, so that a Ctrl-C at the terminal is ours to act on."""
    with program.log.open("wb") as log:
        return subprocess.Popen(
            program.command, stdout=log, stderr=subprocess.STDOUT, cwd=program.log.parent, start_new_session=True
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a program, gently first."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def answers(url: str) -> bool:
    """Whether a URL can be fetched."""
    with suppress(OSError), urlopen(url, timeout=2) as answer:  # noqa: S310 - loopback
        return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's own number
    return False


def wait_until_ready(program: Program, process: subprocess.Popen[bytes]) -> None:
    """Ask until a program is ready.

    Raises:
        SystemExit: when it ends or takes too long, with the end of its log.
    """
    deadline = time.monotonic() + PATIENCE
    while not answers(program.ready):
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"{program.service} does not start:\n{program.log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


def run(output: Path) -> None:
    """Run everything until Ctrl-C, or until a program ends by itself."""
    with ExitStack() as cleanup:
        scratch = Path(cleanup.enter_context(TemporaryDirectory(prefix="gw2mon-stack-")))
        running = {}
        # Exporters first: what Prometheus looks at is there before it looks.
        for program in reversed(prepared(output, scratch)):
            process = running[program.service] = start(program)
            cleanup.callback(stop, process)
            wait_until_ready(program, process)
            print(f"{program.service:<18} http://{address_of(program.service)}")
        if not running:
            raise SystemExit("Nothing of the stack can run here.")
        print("Ctrl-C stops all of it.", flush=True)
        while True:
            for service, process in running.items():
                if process.poll() is not None:
                    raise SystemExit(f"{service} ended:\n{(scratch / f'{service}.log').read_text()[-2000:]}")
            time.sleep(0.2)


def main() -> int:
    """Run the stack of the folder named, or of generated/."""
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else CHECKOUT / "generated"
    if not (output / names.COMPOSE).is_file():
        print(f"{output / names.COMPOSE} is missing: run `make generate` first.", file=sys.stderr)
        return 2
    # Whoever ends this program ends what it started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        run(output)
    except KeyboardInterrupt:
        print("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
