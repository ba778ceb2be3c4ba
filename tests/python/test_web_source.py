"""The source of web.py: what a spec makes of it, and that linters and type checkers have nothing to say."""

from __future__ import annotations

from decimal import Decimal

from gw2mon import project
from gw2mon.generators import compose
from gw2mon.generators.python.metrics import metrics_module
from gw2mon.generators.python.web import web_module
from gw2mon.generators.python.workers import workers_module
from gw2mon.loader import load
from tests.python import guide
from tests.python.test_linters import RULES, run
from tests.spec_editing import SHOP

SOURCES = {"web": web_module, "metrics": metrics_module, "workers": workers_module}
EXACT = guide.HTTP._replace(status="exact", in_progress=False, exclude=(), methods=("GET",))
TRACED = guide.HTTP._replace(exemplars=True, token_file='/run/secrets/"odd"\\é\n')
LONG = guide.HTTP._replace(
    exclude=tuple(f"/a/very/long/path/{number}" for number in range(9)),
    routes=("none", *(f"/a/route/{{number}}/{number}" for number in range(30))),
    buckets=tuple(Decimal(number) / 8 for number in range(60)),
)
VARIANTS = {
    "guide": (guide.HTTP, "single"),
    "exact": (EXACT, "single"),
    "traced": (TRACED, "single"),
    "exact_workers": (EXACT, "multi"),
    "traced_workers": (TRACED, "multi"),
    "long_workers": (LONG, "multi"),
}


def test_linters_and_type_checkers_find_nothing(tmp_path):
    for name, (fastapi, workers) in VARIANTS.items():
        service = guide.service(guide.module(fastapi=fastapi, workers=workers))
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
        for module in ("web", "metrics", *(["workers"] if workers == "multi" else [])):
            (tmp_path / name / f"{module}.py").write_text(SOURCES[module](service))
    convention = 'lint.pydocstyle.convention="google"'
    files = [str(path) for path in sorted(tmp_path.glob("*/web.py"))]
    run(
        tmp_path,
        "ruff",
        "check",
        "--isolated",
        "--line-length=120",
        f"--select={RULES}",
        "--config",
        convention,
        *files,
    )
    run(tmp_path, "ruff", "format", "--isolated", "--line-length=120", "--check", "--diff", *files)
    run(tmp_path, "mypy", "--strict", "--python-version=3.11", f"--cache-dir={tmp_path / 'cache'}", *files)
    assert all("\n" in text and text.isascii() for text in (path.read_text() for path in tmp_path.glob("*/web.py")))


def test_what_the_spec_says_is_what_it_does():
    http = "  http: {catalog: fastapi, exclude: [/health]}\n"
    wanted = "exclude: [/up], methods: [GET], routes: [/a], limit: 7, exemplars: true, buckets: [50ms]"
    draft = SHOP.edited(http, f"  http: {{catalog: fastapi, {wanted}}}\n")
    draft = draft.edited("\nslos:\n", "\npython: {token-file: /run/secrets/metrics_token}\n\nslos:\n")
    model, _ = project.analyse([load(draft.text.encode(), draft.file).source])
    source = web_module(model.services[0])
    for line in (
        '_EXCLUDED = ("/up",)',
        '_METHODS = ("GET",)',
        '_ROUTES = ("/a", "none")',
        "_LIMIT = 7",
        "_BUCKETS = (0.05,)",
        '_TOKEN_FILE = "/run/secrets/metrics_token"',
        "trace = _trace()",
    ):
        assert line in source
    written = next(artifact.text for artifact in compose.generate(model) if "monitoring" in artifact.path)
    assert "--enable-feature=exemplar-storage" in written
