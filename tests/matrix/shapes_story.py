"""Every module is compiled and imported, a line of the log is one object, and gunicorn takes its configuration.

    python shapes_story.py FOLDER PACKAGE

FOLDER holds the generated packages. It asserts, and prints nothing.
"""

from __future__ import annotations

import compileall
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp

folder, package = Path(sys.argv[1]), sys.argv[2]
LINE = f"from {package}.logs import configure_logging, logger; configure_logging(); logger.info('hello', build=7)"


def line():
    """What the module writes in production."""
    command = [sys.executable, "-W", "error", "-c", LINE]
    environment = {**os.environ, "PYTHONPATH": str(folder), "ENVIRONMENT": "production"}
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=60)
    (one,) = (told.stdout + told.stderr).splitlines()
    return json.loads(one)


if __name__ == "__main__":
    sys.path.insert(0, str(folder))
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = mkdtemp(dir=folder)
    assert compileall.compile_dir(folder / package, quiet=1, force=True)
    modules = sorted(path.stem for path in (folder / package).glob("*.py"))
    assert len(modules) >= 5, modules
    for module in modules:
        importlib.import_module(f"{package}.{module}")
    written = line()
    assert "hello" in (written.get("event"), written.get("message")), written
    if "gunicorn_conf" in modules:
        from gunicorn.app.wsgiapp import WSGIApplication

        sys.argv[1:] = [f"--config=python:{package}.gunicorn_conf", "shapes:application"]
        assert WSGIApplication().cfg.child_exit.__module__ == f"{package}.gunicorn_conf"
