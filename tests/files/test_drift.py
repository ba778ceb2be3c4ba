from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gw2mon.artifacts import STACK, Artifact, Source
from gw2mon.files import FileError, drift, recover, write
from gw2mon.finding import Position

HEAD, THRESHOLD = Position("specs/api.yaml", 1, 1), Position("specs/api.yaml", 40, 7)
RULES = Artifact(
    "prometheus/rules/api.yml",
    "# made by gw2mon\ngroups:\n- one\n- two\n- three\n- four\n- five\n- six\n- expr: a > 1\n",
    "api",
    (Source(1, HEAD), Source(9, THRESHOLD)),
)


def kinds(drifts):
    return [(path, kind) for path, kind, _, _ in drifts]


def test_after_a_run_nothing_differs(out, stack):
    write(out, stack(1, "api"), {"api", STACK})
    assert drift(out, stack(1, "api"), {"api", STACK}) == ()


def test_without_an_output_everything_is_missing_and_nothing_is_created(out, stack):
    drifts = drift(out, stack(1, "api"), {"api", STACK})
    assert {kind for _, kind, _, _ in drifts} == {"missing"}
    assert len(drifts) == 4
    assert not out.exists()


def test_a_changed_threshold_is_shown_with_the_line_of_the_spec_it_stems_from(out):
    write(out, [RULES], {"api"})
    changed = RULES._replace(text=RULES.text.replace("> 1", "> 2"))

    (found,) = drift(out, [changed], {"api"})

    assert (found.path, found.kind) == (RULES.path, "changed")
    assert found.positions == (THRESHOLD,)
    assert found.diff.splitlines() == [
        f"--- {out}/prometheus/rules/api.yml (on disk)",
        f"+++ {out}/prometheus/rules/api.yml (from the spec)",
        "@@ -6,4 +6,4 @@",
        " - four",
        " - five",
        " - six",
        "-- expr: a > 1",
        "+- expr: a > 2",
    ]


def test_two_hunks_name_two_places(out):
    write(out, [RULES], {"api"})
    (out / RULES.path).write_text("# mine\n" + RULES.text.split("\n", 1)[1].replace("> 1", "> 9"))
    (found,) = drift(out, [RULES], {"api"})
    assert found.positions == (HEAD, THRESHOLD)


def test_lines_removed_at_the_end_of_a_file_point_at_the_last_place(out):
    write(out, [RULES], {"api"})
    (out / RULES.path).write_text(RULES.text + "- expr: mine\n")
    (found,) = drift(out, [RULES], {"api"})
    assert found.positions == (THRESHOLD,)


def test_a_missing_file_is_shown_whole(out):
    write(out, [RULES], {"api"})
    (out / RULES.path).unlink()
    (found,) = drift(out, [RULES], {"api"})
    assert found.kind == "missing"
    assert found.positions == (HEAD, THRESHOLD)
    assert found.diff.count("\n+") == 1 + RULES.text.count("\n")


def test_files_the_spec_no_longer_makes_are_orphans(out, stack):
    write(out, stack(1, "api", "shop"), {"api", "shop", STACK})
    rest = [a for a in stack(1, "api", "shop") if a.owner != "shop"]
    assert kinds(drift(out, rest, {"api", "shop", STACK})) == [
        ("grafana/shop/overview.json", "orphan"),
        ("prometheus/rules/shop.yml", "orphan"),
        ("python/shop.py", "orphan"),
    ]
    assert drift(out, rest, {"api", STACK}) == ()


@pytest.mark.parametrize("make", ["file", "link", "folder"])
def test_what_gw2mon_did_not_write_is_foreign(out, make):
    place = out / RULES.path
    place.parent.mkdir(parents=True)
    {"file": place.touch, "link": lambda: place.symlink_to("x"), "folder": place.mkdir}[make]()
    assert kinds(drift(out, [RULES], {"api"})) == [(RULES.path, "foreign")]


def test_a_manifest_is_named_only_if_nothing_else_differs(out):
    write(out, [RULES], {"api"})
    (out / "api.manifest").write_text("")
    assert kinds(drift(out, [RULES], {"api"})) == [("api.manifest", "changed")]
    (out / "api.manifest").unlink()
    assert kinds(drift(out, [RULES], {"api"})) == [("api.manifest", "missing")]
    assert kinds(drift(out, [], {"api"})) == []


def test_a_manifest_without_files_is_an_orphan(out):
    write(out, [RULES], {"api"})
    (out / RULES.path).unlink()
    assert kinds(drift(out, [], {"api"})) == [("api.manifest", "orphan")]


def test_control_characters_in_a_file_do_not_reach_the_terminal(out):
    write(out, [RULES], {"api"})
    (out / RULES.path).write_bytes(b"\x1b[2J\r\n\xff\x0c\xe2\x80\xae\n")
    (found,) = drift(out, [RULES], {"api"})
    assert "-\\x1b[2J\\r\n-\\xff\\x0c\\u202e\n" in found.diff
    assert "".join(found.diff.split("\n")).isprintable()


def test_a_missing_end_of_line_is_told(out):
    write(out, [RULES], {"api"})
    (out / RULES.path).write_text(RULES.text.rstrip("\n"))
    (found,) = drift(out, [RULES], {"api"})
    assert found.diff.endswith("-- expr: a > 1\n\\ No newline at end of file\n+- expr: a > 1\n")


def test_a_very_large_file_is_not_compared_line_by_line(out):
    write(out, [RULES], {"api"})
    (out / RULES.path).write_text("x" * (1 << 22))
    assert drift(out, [RULES], {"api"})[0].diff == ""


def test_an_unsafe_path_is_refused(out):
    with pytest.raises(FileError, match="safe path"):
        drift(out, [RULES._replace(path="../x")], {"api"})


def test_a_read_only_output_can_be_checked(out, monkeypatch, stack):
    write(out, stack(1, "api"), {"api", STACK})

    def refuse(*arguments, **_options):
        raise AssertionError(arguments)

    monkeypatch.setattr("gw2mon.files.disk.change", refuse)
    assert len(drift(out, stack(2, "api"), {"api", STACK})) == 4
    assert recover(out) is False


PATHS = st.from_regex(r"[a-c](/[d-f]){0,2}\.y", fullmatch=True)
SETS = st.dictionaries(PATHS, st.tuples(st.text(max_size=8), st.sampled_from(["api", "shop"])), max_size=6)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(SETS, min_size=1, max_size=4), st.booleans())
def test_whatever_was_there_before_a_write_ends_drift_and_drift_tells_whether_a_write_does_anything(
    tmp_path_factory, monkeypatch, versions, edited
):
    out = tmp_path_factory.mktemp("property") / "generated"
    monkeypatch.setattr("gw2mon.files.disk.change", _without_sync)
    owners = {"api", "shop"}
    for version in versions:
        artifacts = [Artifact(path, text, owner) for path, (text, owner) in version.items()]
        before = drift(out, artifacts, owners)
        outcome = write(out, artifacts, owners, force=edited)
        assert not outcome.refusals
        assert bool(before) == any(action.kind not in ("unchanged", "adopted") for action in outcome.actions)
        assert drift(out, artifacts, owners) == ()
        assert {a.path: (out / a.path).read_bytes().decode() for a in artifacts} == {a.path: a.text for a in artifacts}
        if edited and artifacts:
            (out / artifacts[0].path).write_text("by hand")


def _without_sync(call, *arguments, **options):
    return None if call is os.fsync else call(*arguments, **options)
