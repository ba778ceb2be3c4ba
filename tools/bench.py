"""Times the commands. A figure means little on an unknown machine, so each stands beside a yardstick and their ratio."""

import subprocess
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
GW2MON = str(Path(sys.executable).with_name("gw2mon"))
ROUNDS = 5

# (what, command, yardstick, what the yardstick is)
BENCHES = (
    ("start", [GW2MON, "--version"], "import typer, pydantic", "importing typer and pydantic"),
    ("check", [GW2MON, "check"], "import typer, pydantic, yaml", "importing those and yaml"),
    (
        "drift",
        [GW2MON, "generate", "--check"],
        "import typer, pydantic, yaml, jinja2, grafanalib.core",
        "importing all",
    ),
)


def seconds(command: list[str]) -> float:
    """The wall time of one run, which must succeed."""
    start = time.perf_counter()
    subprocess.run(command, cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Print one line per bench."""
    for what, command, yardstick, meaning in BENCHES:
        # Interleaved minima: what disturbs the machine disturbs both.
        pairs = [(seconds(command), seconds([sys.executable, "-c", yardstick])) for _ in range(ROUNDS)]
        figure, measure = (min(column) for column in zip(*pairs, strict=True))
        print(f"{what:8} {figure:6.3f} s   yardstick {measure:6.3f} s ({meaning})   ratio {figure / measure:5.2f}")


if __name__ == "__main__":
    main()
