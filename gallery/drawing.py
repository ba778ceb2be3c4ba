"""From answers to pictures: a page that holds them, Grafana's components that draw it, a browser that looks at it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from gallery.answers import COLUMNS, WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
OUT = HERE / "out"
GRID = {"columns": COLUMNS, "cell": 30, "gap": 8, "header": 104}
"""Pixels of a row of Grafana's grid, between two, and above the grid."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LOADERS = {".woff2": "dataurl", ".woff": "dataurl", ".ttf": "empty"}

_PAGE = """<!doctype html>
<meta charset="utf-8">
<title>{title}</title>
<link rel="stylesheet" href="page.css">
<div id="root"></div>
<script>
window.__grafana_public_path__ = "../node_modules/@grafana/ui/dist/public/";
window.GRID = {grid};
window.PAGE = {page};
</script>
<script src="page.js"></script>
"""


def bundle() -> None:
    """Put the page's program and all that it needs into two files."""
    OUT.mkdir(exist_ok=True)
    esbuild = HERE / "node_modules/.bin/esbuild"
    if not esbuild.exists():
        raise SystemExit("Grafana's components are missing: `make gallery` installs them.")
    loaders = [f"--loader:{suffix}={loader}" for suffix, loader in LOADERS.items()]
    options = ["--bundle", "--minify", "--jsx=automatic", "--log-level=error"]
    _run([str(esbuild), "src/page.jsx", f"--outfile={OUT}/page.js", *options, *loaders])


def picture(name: str, page: dict[str, Any]) -> Path:
    """Write a page and take its picture, as high as the page."""
    html, png = OUT / f"{name}.html", OUT / f"{name}.png"
    # No text of a dashboard may end the script that it stands in.
    grid, data = json.dumps(GRID), json.dumps(page).replace("</", "<\\/")
    html.write_text(_PAGE.format(title=page["dashboard"]["title"], grid=grid, page=data), encoding="utf-8")
    height = GRID["header"] + page["rows"] * (GRID["cell"] + GRID["gap"]) + GRID["gap"]
    png.unlink(missing_ok=True)
    with TemporaryDirectory(prefix="gw2mon-browser-") as profile:
        options = [
            "--headless=new",
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
            "--disable-gpu",
            "--hide-scrollbars",
            "--allow-file-access-from-files",
            "--virtual-time-budget=8000",
            f"--user-data-dir={profile}",
            f"--window-size={WIDTH},{height}",
            f"--screenshot={png}",
        ]
        said = _run([_browser(), *options, html.as_uri()])
    if not png.exists():
        raise SystemExit(f"the browser took no picture of {html}:\n{said[-2000:]}")
    return png


def _browser() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise SystemExit(f"none of {', '.join(BROWSERS)} is on PATH: run tools/chromium.")
    return found


def _run(command: Sequence[str]) -> str:
    # Node comes with the tools for tests, beside Python.
    path = os.pathsep.join((os.environ.get("PATH", ""), str(Path(sys.executable).parent)))
    environment = {**os.environ, "PATH": path}
    ran = subprocess.run(command, check=False, capture_output=True, text=True, cwd=HERE, timeout=300, env=environment)
    if ran.returncode:
        raise SystemExit(f"{Path(command[0]).name} failed:\n{ran.stdout}{ran.stderr}")
    return ran.stdout + ran.stderr
