"""Same spec, same bytes: whoever generates, wherever, in whatever order a record was written."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import pytest

from gw2mon import generators, loader, project
from gw2mon.yamlread import read
from gw2mon.yamltext import dump
from tests.spec_editing import SHOP, STOCK, Draft
from tests.tools import CHECKOUT

REFERENCE = Draft("gw2optimizer.yaml", (CHECKOUT / "specs" / "gw2optimizer.yaml").read_text())


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """A folder with specs, and what generating in it gives; both for all tests of this file."""
    folder = tmp_path_factory.mktemp("stack")
    (folder / "specs").mkdir()
    for draft in (REFERENCE, SHOP._replace(text=without_shared(SHOP)), STOCK):
        (folder / "specs" / draft.file).write_text(draft.text)
    generate(folder, "generated")
    return folder


def without_shared(draft):
    return draft.edited("scrape-defaults: {interval: 15s, timeout: 10s}\n", "").without("notify").without("stack").text


def generate(folder, output, *arguments, cwd=None, umask=0o022, **environment):
    subprocess.run(
        [sys.executable, "-m", "gw2mon", "generate", "--output", str(folder / output), *arguments],
        cwd=cwd or folder,
        env={**os.environ, **environment},
        umask=umask,
        check=True,
        capture_output=True,
    )
    return tree(folder / output)


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "Pacific/Kiritimati"},
        {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "0"},
        {"PYTHONHASHSEED": "random", "PYTHONOPTIMIZE": "2", "NO_COLOR": "1"},
    ],
)
def test_no_environment_changes_a_byte(stack, tmp_path, environment):
    assert generate(stack, tmp_path / "again", **environment) == tree(stack / "generated")


def test_no_umask_and_no_place_changes_a_byte(stack, tmp_path):
    specs = sorted(map(str, (stack / "specs").iterdir()))
    assert generate(stack, tmp_path / "elsewhere", *specs, cwd=tmp_path, umask=0o077) == tree(stack / "generated")


def outputs(*drafts):
    """Path to text of everything that specs make, without a disk."""
    loaded = [loader.load(draft.text.encode(), draft.file) for draft in drafts]
    model, findings = project.analyse([result.source for result in loaded if result.source])
    assert not [found for found in findings if found.severity == "error"]
    return {artifact.path: artifact.text for artifact in generators.generate(model)}


@pytest.mark.parametrize("change", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n"), str.rstrip])
def test_no_editor_changes_a_byte(change):
    assert outputs(SHOP._replace(text=change(SHOP.text))) == outputs(SHOP)


def test_comments_and_blank_lines_change_nothing():
    airy = "".join(f"# why\n\n{line}" if line[:1].isalpha() else line for line in SHOP.text.splitlines(keepends=True))
    assert outputs(SHOP._replace(text=airy)) == outputs(SHOP)


def test_the_order_of_the_specs_changes_nothing():
    assert outputs(SHOP, STOCK) == outputs(STOCK, SHOP)


# Where order is meaning, because it is shown or is a signature; everywhere else a record has no order.
ORDERED = {"labels", "arguments", "platform-labels", "params", "external-labels"}


def shuffled(value, luck, key=""):
    """The same records with their keys in another order."""
    if isinstance(value, dict):
        names = list(value)
        if key not in ORDERED:
            luck.shuffle(names)
        return {name: shuffled(value[name], luck, name) for name in names}
    return [shuffled(item, luck) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("draft", [SHOP, REFERENCE], ids=["shop", "gw2optimizer"])
@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_keys_changes_nothing(draft, seed):
    document = read(draft.text, draft.file).value
    reordered = shuffled(document, random.Random(seed))  # noqa: S311 - no secret
    assert reordered == document
    assert outputs(draft._replace(text=dump(reordered))) == outputs(draft._replace(text=dump(document)))
