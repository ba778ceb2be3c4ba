"""Manifests survive merges, and a forged one gains nothing: catalogue case 32."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gw2mon.artifacts import Artifact, digest
from gw2mon.files import FileError, drift, existing_owners, manifests, write

X = "0" * 64
RULES = [Artifact("prometheus/rules/api.yml", "x\n", "api")]


@pytest.mark.parametrize(
    "line",
    [
        f"{X}  ../../victim",
        f"{X}  /etc/passwd",
        f"{X}  a/../../victim",
        f"{X}  .gw2mon.journal",
        f"{X}  stack.manifest",
        f"{X} one-blank",
        f"{X}  ",
        "short  x.yml",
        f"{X.upper().replace('0', 'A')}  x.yml",
        "<<<<<<< HEAD",
        "=======",
        ">>>>>>> feature",
        "||||||| base",
        "\0\0\0",
    ],
    ids=ascii,
)
def test_a_line_that_gw2mon_cannot_have_written_is_refused_with_its_place(out, tmp_path, line, snapshot):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    write(out, RULES, {"api"})
    with (out / "api.manifest").open("a") as manifest:
        manifest.write(f"{line}\n")
    before = snapshot(out)

    outcome = write(out, RULES, {"api"}, force=True)

    (finding,) = outcome.refusals
    assert (finding.code, finding.position) == ("GW908", (f"{out}/api.manifest", 2, 1))
    assert finding.help
    assert snapshot(out) == before
    assert victim.read_text() == "precious"
    with pytest.raises(FileError) as error:
        drift(out, RULES, {"api"})
    assert error.value.findings == outcome.refusals


def test_another_services_broken_manifest_is_refused_too_since_it_may_claim_our_files(out):
    write(out, RULES, {"api"})
    (out / "shop.manifest").write_text("rubbish\n")
    assert [finding.code for finding in write(out, RULES, {"api"}).refusals] == ["GW908"]


def test_a_path_claimed_by_two_services_is_refused_and_both_are_named(out):
    write(out, RULES, {"api"})
    (out / "shop.manifest").write_text(f"{X}  prometheus/rules/api.yml\n")
    (finding,) = write(out, RULES, {"api"}).refusals
    assert finding.code == "GW908"
    assert "api.manifest" in finding.message
    assert finding.position == (f"{out}/shop.manifest", 1, 1)


def test_two_branches_that_touch_different_files_merge_line_by_line(out):
    texts = [Artifact(f"{name}.yml", f"{name}\n", "api") for name in "abc"]
    write(out, texts, {"api"})
    lines = (out / "api.manifest").read_text().splitlines()
    assert [line.split("  ")[1] for line in lines] == ["a.yml", "b.yml", "c.yml"]


def test_after_a_merge_that_kept_both_lines_generating_sorts_it_out(out):
    write(out, RULES, {"api"})
    both = f"{digest('theirs')}  {RULES[0].path}\n" + (out / "api.manifest").read_text()
    (out / "api.manifest").write_text(both)
    (out / RULES[0].path).write_text("theirs")

    outcome = write(out, RULES, {"api"})

    assert [action.kind for action in outcome.actions] == ["updated", "updated"]
    assert (out / "api.manifest").read_text() == manifests.render(RULES)


def test_a_manifest_with_windows_line_ends_is_read(out):
    write(out, RULES, {"api"})
    (out / "api.manifest").write_bytes((out / "api.manifest").read_bytes().replace(b"\n", b"\r\n"))
    assert not write(out, RULES, {"api"}).refusals


def test_the_owners_are_read_off_the_manifests(out, stack):
    assert existing_owners(out) == ()
    write(out, stack(1, "shop", "api"), {"shop", "api", "stack"})
    (out / ".x.manifest").write_text("")
    (out / "folder.manifest").mkdir()
    assert existing_owners(out) == ("api", "shop", "stack")


def test_owners_of_something_that_is_no_directory(out):
    out.write_text("")
    with pytest.raises(FileError, match="not a directory"):
        existing_owners(out)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_makes_the_reader_fail(text):
    entries, findings = manifests.parse(text, "api.manifest")
    assert len(entries) + len(findings) == sum(1 for line in text.replace("\r\n", "\n").split("\n") if line)


@settings(deadline=None)
@given(st.dictionaries(st.from_regex(r"[a-c]{1,3}(/[a-c]{1,3}){0,2}", fullmatch=True), st.text(max_size=5)))
def test_what_is_rendered_reads_back(texts):
    wanted = [Artifact(path, text, "api") for path, text in texts.items()]
    entries, findings = manifests.parse(manifests.render(wanted), "api.manifest")
    assert not findings
    assert [(entry.path, entry.digest) for entry in entries] == sorted((p, digest(t)) for p, t in texts.items())
