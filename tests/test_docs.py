"""What the documentation says is true: links lead somewhere, specs load, commands print what is shown."""

import os
import re
import shlex
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from unittest.mock import patch

import pytest

from gw2mon import finding
from gw2mon.cli import main
from gw2mon.pages import all_codes
from gw2mon.spec import Spec
from tests.spec_editing import Draft, findings_of
from tests.tools import CHECKOUT
from tools import docs

FOLDER = CHECKOUT / "docs"
PAGES = sorted(FOLDER.glob("*.md"))
CHECK_PAGES = CHECKOUT / "gw2mon/checks/pages"
EXAMPLE = (FOLDER / "example.yaml").read_text()
every_page = pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


@every_page
def test_links_lead_to_files_that_exist(page):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_index_names_every_page():
    index = (FOLDER / "README.md").read_text()
    assert [page.name for page in PAGES if f"({page.name})" not in index and page.name != "README.md"] == []


def test_what_follows_from_the_code_is_current():
    assert (FOLDER / "spec.md").read_text() == docs.spec_page(), "run make docs"
    assert (FOLDER / "checks.md").read_text() == docs.checks_page(), "run make docs"


def test_the_example_has_no_findings():
    assert finding.render_text(findings_of(Draft("example.yaml", EXAMPLE))) == ""


def test_the_example_shows_every_section_of_the_language():
    written = set(re.findall(r"^([a-z-]+):", EXAMPLE, re.MULTILINE))
    assert {field.alias for field in Spec.model_fields.values()} - written == set()


def test_examples_of_the_spec_are_cut_from_the_one_that_is_tested():
    shown = blocks(FOLDER / "spec.md", "yaml")
    assert len(shown) > 15
    assert [block for block in shown if block.strip("\n") not in EXAMPLE] == []


def test_every_key_of_the_language_is_described():
    text = (FOLDER / "spec.md").read_text()
    undescribed = re.findall(r"^\| `([^`]+)` \|.*\|  \|$", text, re.MULTILINE)
    assert undescribed == []


@pytest.mark.parametrize(
    "block", [block for page in (CHECKOUT / "README.md", *PAGES) for block in blocks(page, "yaml")
              if block.startswith("version:") and block.strip("\n") not in EXAMPLE],
)  # fmt: skip
def test_a_whole_spec_in_the_documentation_has_no_findings(block):
    assert finding.render_text(findings_of(Draft("shop.yaml", block))) == ""


def test_outputs_that_the_documentation_asks_for_are_possible():
    lines = [line for block in blocks(FOLDER / "outputs.md", "yaml") for line in block.splitlines()]
    asked = [line for line in lines if line.startswith("outputs:")]
    assert asked
    for line in asked:
        text = re.sub(r"^outputs: .*$", line, EXAMPLE, flags=re.MULTILINE)
        assert finding.render_text(findings_of(Draft("example.yaml", text))) == ""


def test_every_code_has_a_page_that_begins_with_its_name():
    for code, name in all_codes().items():
        page = CHECK_PAGES / f"{code}.md"
        assert page.exists(), f"{code} {name} has no page in {CHECK_PAGES.relative_to(CHECKOUT)}"
        assert page.read_text().startswith(f"# {code} {name}\n")


def test_no_page_is_left_of_a_code_that_is_gone():
    assert {page.stem for page in CHECK_PAGES.glob("*.md")} - set(all_codes()) == set()


def test_every_command_of_getting_started_does_what_is_shown(promtools, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "promtool").symlink_to(promtools[-1].path)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    (tmp_path / "metrics.txt").write_text(
        (CHECKOUT / "tests/scaffold/expositions/fastapi-instrumentator.prom").read_text()
    )
    for command, shown in commands(FOLDER / "getting-started.md"):
        status, printed = ours(command) if command.startswith("gw2mon ") else others(command)
        assert_shows(printed, shown, command)
        assert status == (1 if "error" in "".join(shown) else 0), command


def ours(command):
    """Run gw2mon in this process, which is quick; in a terminal both streams meet."""
    told = StringIO()
    with (
        patch.object(sys, "argv", shlex.split(command)),
        redirect_stdout(told),
        redirect_stderr(told),
        pytest.raises(SystemExit) as left,
    ):
        main()
    return left.value.code, told.getvalue()


def others(command):
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stdout + done.stderr


def commands(page):
    """Each command with the lines that are shown as its output."""
    for block in blocks(page, "console"):
        for part in block.split("$ ")[1:]:
            command, *shown = part.rstrip("\n").split("\n")
            yield command, shown


def assert_shows(printed, shown, command):
    """Lines that are shown are printed, in their order; nothing is left out but where … stands."""
    pieces = "\n".join(shown).split("…")
    position = 0
    for number, piece in enumerate(pieces):
        text = piece.strip("\n")
        found = printed.find(text, position)
        assert found >= 0, f"{command}\nshows:\n{text}\nprints:\n{printed}"
        if number == 0:
            assert found == 0 or not text, f"{command} prints something before that:\n{printed}"
        position = found + len(text)
    if not pieces[-1].strip("\n") and len(pieces) > 1:
        return
    assert printed[position:].strip() == "", f"{command} prints more:\n{printed[position:]}"
