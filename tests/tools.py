"""The monitoring programs that tests run: every version that is on this machine."""

import functools
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]

# Debian renames what would clash with other packages.
PROGRAMS = {
    "promtool": ("promtool",),
    "prometheus": ("prometheus",),
    "alertmanager": ("alertmanager", "prometheus-alertmanager"),
    "amtool": ("amtool",),
    "node_exporter": ("node_exporter", "prometheus-node-exporter"),
    "vmalert": ("vmalert",),
}

# Debian builds it without any version in it.
VERSIONLESS = ("vmalert",)

# The tools that change their language between versions are proven on an old and a new one.
TWO_GENERATIONS = ("promtool", "prometheus", "alertmanager", "amtool")

FOLDERS = (
    *filter(None, os.environ.get("PATH", "").split(os.pathsep)),
    "/usr/bin",
    str(CHECKOUT / ".tools/debian/usr/bin"),
    str(CHECKOUT / ".tools/bin"),
)

PYTHONS = ("3.11", "3.12", "3.13")


@dataclass(frozen=True, slots=True, order=True)
class Tool:
    """A program in one version; as a string, its id in test names."""

    name: str
    version: tuple[int, ...]
    path: Path

    def __str__(self) -> str:
        return f"{self.name}-{'.'.join(map(str, self.version))}" if self.version else self.name

    def run(self, *arguments: str | Path, cwd: Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run to its end, with its output as text; does not raise when it fails."""
        command = [str(self.path), *map(str, arguments)]
        return subprocess.run(command, check=False, capture_output=True, text=True, timeout=300, cwd=cwd, input=stdin)


@functools.cache
def find(name: str) -> tuple[Tool, ...]:
    """Every version of a program that is here, the oldest first; of one version found twice, the first on PATH."""
    found: dict[tuple[int, ...], Tool] = {}
    for folder in dict.fromkeys(FOLDERS):
        for program in PROGRAMS[name]:
            if path := shutil.which(program, path=folder):
                version = () if name in VERSIONLESS else version_of(Path(path))
                found.setdefault(version, Tool(name, version, Path(path)))
    return tuple(sorted(found.values()))


def version_of(path: Path) -> tuple[int, ...]:
    """What the program says of itself, e.g. (2, 42, 0)."""
    said = subprocess.run([str(path), "--version"], check=True, capture_output=True, text=True, timeout=60)
    number = re.search(r"version (\d+)\.(\d+)\.(\d+)", said.stdout + said.stderr)
    assert number, f"{path} does not tell its version: {said.stdout}{said.stderr}"
    return tuple(map(int, number.groups()))


@functools.cache
def python(version: str) -> Path | None:
    """The interpreter of a version such as "3.13": the one that `make tools` unpacks, or one on PATH."""
    # pyenv's shims answer only for a version that is chosen.
    environment = os.environ | {"PYENV_VERSION": version}
    for folder in (str(CHECKOUT / ".tools/python/bin"), *FOLDERS):
        if path := shutil.which(f"python{version}", path=folder):
            command = [path, "-c", "import sys; print(sys.executable)"]
            told = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=60)
            if told.returncode == 0:
                return Path(told.stdout.strip())
    return None


def missing(name: str) -> str | None:
    """What to do before tests of this program can be believed, or None."""
    found = find(name)
    if not found:
        return f"{name} was not found. Run `tools/debian`, or `make tools`, or put it on PATH."
    if os.environ.get("CI") == "true" and name in TWO_GENERATIONS and len(found) == 1:
        return (
            f"CI needs two generations of {name} and found only {found[0]}: run both `tools/debian` and `make tools`."
        )
    return None
