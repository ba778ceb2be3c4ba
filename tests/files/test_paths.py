"""Catalogue cases 12 and 13: no name in a spec leads out of the output directory or into another file."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gw2mon.artifacts import Artifact
from gw2mon.files import paths, write

BAD = [
    "../x.yml",
    "/etc/cron.d/x",
    "a/../../b",
    ".hidden",
    "a\\..\\b",
    "x" * 300,
    "a\nb",
    "",
    "a b",
    "é.yml",
    "a//b",
    "a/",
    "a/./b",
    "nul\0l",
    "-rf",
    "C:/x",
    "a/.gw2mon.journal",
    ".api.yml.gw2mon-new",
    "aux.yml",
    "grafana/CON",
    "lpt1.tar.gz",
    "dot.",
    "other.manifest",
    unicodedata.normalize("NFD", "é.yml"),
    "\ud800",
]


@pytest.mark.parametrize("path", BAD, ids=ascii)
@pytest.mark.parametrize("force", [False, True])
def test_a_bad_path_is_refused_before_anything_is_created(out, path, force):
    outcome = write(out, [Artifact(path, "x", "api"), Artifact("good.yml", "x", "api")], {"api"}, force=force)
    assert {finding.code for finding in outcome.refusals} == {"GW903"}
    assert not out.exists()


@pytest.mark.parametrize("owner", ["..", "a/b", "", ".x", "con", "a b", "x" * 120], ids=ascii)
def test_a_service_whose_name_is_no_file_name_is_refused(out, owner):
    outcome = write(out, [Artifact("good.yml", "x", owner)], {owner})
    assert [finding.code for finding in outcome.refusals] == ["GW903"]
    assert not out.exists()


@pytest.mark.parametrize(
    "pair",
    [
        ("A.yml", "a.yml"),
        ("grafana/A/x.json", "grafana/a/y.json"),
        ("x/File.yml", "X/file.yml"),
        ("a.yml", "a.yml"),
        ("a", "a/b.yml"),
        ("a/b.yml", "A"),
    ],
)
def test_two_paths_that_some_disk_takes_for_one_are_refused(out, pair):
    outcome = write(out, [Artifact(path, "x", "api") for path in pair], {"api"}, force=True)
    assert [finding.code for finding in outcome.refusals] == ["GW904"]
    assert not out.exists()


def test_two_services_that_differ_only_in_case_are_refused(out):
    artifacts = [Artifact("x.yml", "x", "api"), Artifact("y.yml", "y", "API")]
    assert [finding.code for finding in write(out, artifacts, {"api", "API"}).refusals] == ["GW904"]


def test_a_service_that_differs_only_in_case_from_one_not_generated_now_is_refused(out):
    write(out, [Artifact("x.yml", "1", "shop")], {"shop"})
    outcome = write(out, [Artifact("y.yml", "2", "Shop")], {"Shop"})
    assert [finding.code for finding in outcome.refusals] == ["GW904"]


def test_a_path_that_collides_with_a_file_of_a_service_not_generated_now_is_refused(out):
    write(out, [Artifact("x/Home.json", "1", "shop")], {"shop"})
    outcome = write(out, [Artifact("x/home.json", "2", "api")], {"api"})
    assert [finding.code for finding in outcome.refusals] == ["GW904"]


def test_folders_spelt_alike_are_shared():
    assert paths.check(["a/b/x", "a/b/y", "a/c", "b/a/x"], ["api", "stack"]) == ()


@settings(deadline=None)
@given(st.text(max_size=40) | st.text(alphabet="aA./\\~-_\n\0 ", max_size=12))
def test_a_path_that_passes_stays_below_the_output_whoever_reads_it(path):
    if paths.defect(path) is None:
        assert path.isascii()
        assert path.isprintable()
        for part in path.split("/"):
            assert part[0].isalnum()
            assert part[-1] != "."
            assert len(part) <= 121
            assert part not in paths.temporary(path).split("/")[-1:]
        assert paths.defect(paths.temporary(path)) is not None


@settings(deadline=None)
@given(st.lists(st.from_regex(r"[a-cA-C](/[a-cA-C]){0,2}", fullmatch=True), max_size=6))
def test_paths_without_a_finding_are_distinct_on_every_disk(wanted):
    if not paths.check(wanted, ()):
        folded = {path.casefold() for path in wanted}
        assert len(folded) == len(wanted)
        folders = {folder for path in wanted for folder in paths.parents(path)}
        assert len({folder.casefold() for folder in folders}) == len(folders)
        assert not folded & {folder.casefold() for folder in folders}
