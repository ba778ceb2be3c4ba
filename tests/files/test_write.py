"""What a person who runs `gw2mon generate` can rely on: catalogue cases 28 to 31."""

from __future__ import annotations

import os
import socket

import pytest

from gw2mon.artifacts import STACK, Artifact, digest
from gw2mon.files import Action, write

OWNERS = {"api", STACK}


def kinds(outcome):
    return {action.path: action.kind for action in outcome.actions}


def codes(outcome):
    return [finding.code for finding in outcome.refusals]


class Git:
    """A repository that holds everything; remembers what it was asked about."""

    def __init__(self):
        self.asked = []

    def holds(self, path):
        self.asked.append(path)
        return True


def rules(text, owner="api"):
    return [Artifact("prometheus/rules/api.yml", text, owner)]


def test_a_first_run_writes_every_file_and_a_manifest_for_each_owner(out, stack, snapshot):
    outcome = write(out, stack(1, "api"), OWNERS)

    assert outcome.refusals == ()
    assert set(kinds(outcome).values()) == {"written"}
    files = snapshot(out)
    assert files["python/api.py"] == "# api\nversion: 1\n"
    assert files["stack.manifest"] == f"{digest(files['prometheus/prometheus.yml'])}  prometheus/prometheus.yml\n"
    assert [line[66:] for line in files["api.manifest"].splitlines()] == [
        "grafana/api/overview.json",
        "prometheus/rules/api.yml",
        "python/api.py",
    ]


def test_a_run_leaves_nothing_hidden_behind(out, stack, snapshot):
    write(out, stack(1, "api"), OWNERS)
    write(out, stack(2, "api"), OWNERS)
    assert not [name for name in snapshot(out) if "/." in f"/{name}"]


def test_a_second_run_with_the_same_spec_touches_no_file(out, stack):
    write(out, stack(1, "api"), OWNERS)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}

    outcome = write(out, stack(1, "api"), OWNERS)

    assert set(kinds(outcome).values()) == {"unchanged"}
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_only_the_file_that_changed_is_written(out):
    one, two = Artifact("a/one.yml", "1\n", "api"), Artifact("a/two.yml", "2\n", "api")
    write(out, [one, two], {"api"})
    before = (out / "a/one.yml").stat().st_ino

    outcome = write(out, [one, two._replace(text="3\n")], {"api"})

    assert kinds(outcome) == {"a/one.yml": "unchanged", "a/two.yml": "updated", "api.manifest": "updated"}
    assert (out / "a/one.yml").stat().st_ino == before


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_containers_can_read_the_output_whatever_the_umask(out, mask):
    old = os.umask(mask)
    try:
        write(out, rules("x\n"), {"api"})
    finally:
        os.umask(old)
    modes = {path.stat().st_mode & 0o777 for path in (out, *out.rglob("*")) if path.is_dir()}
    assert modes == {0o755}
    assert {path.stat().st_mode & 0o777 for path in out.rglob("*") if path.is_file()} == {0o644}


def test_a_file_edited_by_hand_is_refused_with_a_diff_at_its_line_and_nothing_is_written(out, stack, snapshot):
    write(out, stack(1, "api"), OWNERS)
    edited = out / "prometheus/rules/api.yml"
    edited.write_text("# api\nversion: mine\n")
    before = snapshot(out)

    outcome = write(out, stack(2, "api"), OWNERS)

    assert codes(outcome) == ["GW901"]
    (refused,) = outcome.refusals
    assert refused.position == (str(edited), 2, 1)
    assert "-version: mine\n+version: 2" in refused.help
    assert outcome.actions == ()
    assert snapshot(out) == before


def test_a_long_diff_is_cut_and_says_so(out):
    write(out, rules("x\n" * 200), {"api"})
    (out / "prometheus/rules/api.yml").write_text("y\n" * 200)
    (refused,) = write(out, rules("z\n" * 200), {"api"}).refusals
    assert len(refused.help.splitlines()) == 42
    assert refused.help.endswith("lines left out: 363")


def test_all_edited_files_are_named_at_once(out, stack):
    write(out, stack(1, "api"), OWNERS)
    (out / "python/api.py").write_text("mine")
    (out / "prometheus/rules/api.yml").write_text("mine")
    assert codes(write(out, stack(2, "api"), OWNERS)) == ["GW901", "GW901"]


def test_force_replaces_an_edited_file_and_keeps_the_edit(out):
    write(out, rules("1\n"), {"api"})
    (out / "prometheus/rules/api.yml").write_text("mine\n")

    outcome = write(out, rules("2\n"), {"api"}, force=True)

    assert Action("prometheus/rules/api.yml", "updated", "prometheus/rules/api.yml.orig") in outcome.actions
    assert (out / "prometheus/rules/api.yml").read_text() == "2\n"
    assert (out / "prometheus/rules/api.yml.orig").read_text() == "mine\n"


def test_force_never_overwrites_an_earlier_backup(out):
    for number in range(3):
        write(out, rules(f"{number}\n"), {"api"})
        (out / "prometheus/rules/api.yml").write_text(f"mine {number}\n")
        write(out, rules(f"{number}+\n"), {"api"}, force=True)

    kept = {path.name: path.read_text() for path in (out / "prometheus/rules").glob("*.orig*")}
    assert kept == {"api.yml.orig": "mine 0\n", "api.yml.orig.1": "mine 1\n", "api.yml.orig.2": "mine 2\n"}


def test_an_edit_that_git_holds_is_overwritten_without_a_backup(out):
    write(out, rules("1\n"), {"api"})
    edited = out / "prometheus/rules/api.yml"
    edited.write_text("merged\n")
    git = Git()

    outcome = write(out, rules("2\n"), {"api"}, is_committed=git.holds)

    assert kinds(outcome)["prometheus/rules/api.yml"] == "overwritten-committed"
    assert edited.read_text() == "2\n"
    assert git.asked == [edited]
    assert not list(out.rglob("*.orig"))


def test_git_is_asked_about_edited_files_only(out, stack):
    git = Git()
    for version in (1, 2):
        write(out, stack(version, "api"), OWNERS, is_committed=git.holds)
    (out / "python/other.py").write_text("mine")
    write(out, [*stack(3, "api"), Artifact("python/other.py", "x\n", "api")], OWNERS, is_committed=git.holds)
    assert git.asked == []


def test_an_edit_back_to_what_the_spec_says_is_no_edit(out):
    write(out, rules("1\n"), {"api"})
    (out / "prometheus/rules/api.yml").write_text("2\n")
    assert kinds(write(out, rules("2\n"), {"api"}))["prometheus/rules/api.yml"] == "unchanged"


def test_a_file_made_by_someone_else_is_refused(out, snapshot):
    (out / "prometheus/rules").mkdir(parents=True)
    (out / "prometheus/rules/api.yml").write_text("theirs\n")
    before = snapshot(out)

    outcome = write(out, rules("ours\n"), {"api"}, is_committed=lambda _: True)

    assert codes(outcome) == ["GW902"]
    assert snapshot(out) == before


def test_a_file_made_by_someone_else_is_kept_when_forced(out):
    (out / "prometheus/rules").mkdir(parents=True)
    (out / "prometheus/rules/api.yml").write_text("theirs\n")
    write(out, rules("ours\n"), {"api"}, force=True)
    assert (out / "prometheus/rules/api.yml.orig").read_text() == "theirs\n"


def test_a_file_that_already_is_what_the_spec_says_is_adopted(out):
    (out / "prometheus/rules").mkdir(parents=True)
    (out / "prometheus/rules/api.yml").write_text("same\n")
    assert kinds(write(out, rules("same\n"), {"api"})) == {
        "prometheus/rules/api.yml": "adopted",
        "api.manifest": "written",
    }
    assert kinds(write(out, rules("next\n"), {"api"}))["prometheus/rules/api.yml"] == "updated"


def test_a_file_the_spec_no_longer_makes_is_deleted_with_its_empty_folders(out):
    write(out, [*rules("x\n"), Artifact("grafana/deep/er/a.json", "{}\n", "api")], {"api"})

    outcome = write(out, rules("x\n"), {"api"})

    assert kinds(outcome)["grafana/deep/er/a.json"] == "deleted"
    assert not (out / "grafana").exists()


def test_a_folder_that_still_holds_a_persons_file_stays(out, snapshot):
    write(out, [*rules("x\n"), Artifact("grafana/a.json", "{}\n", "api")], {"api"})
    (out / "grafana/notes.txt").write_text("mine")
    write(out, rules("x\n"), {"api"})
    assert list(snapshot(out / "grafana")) == ["notes.txt"]


def test_an_edited_file_the_spec_no_longer_makes_is_refused_unless_forced_or_committed(out, snapshot):
    more = [*rules("x\n"), Artifact("grafana/a.json", "{}\n", "api")]
    write(out, more, {"api"})
    (out / "grafana/a.json").write_text("mine\n")

    assert codes(write(out, rules("x\n"), {"api"})) == ["GW901"]
    outcome = write(out, rules("x\n"), {"api"}, force=True)
    assert Action("grafana/a.json", "deleted", "grafana/a.json.orig") in outcome.actions
    assert (out / "grafana/a.json.orig").read_text() == "mine\n"

    write(out, more, {"api"})
    (out / "grafana/a.json").write_text("mine too\n")
    assert (
        kinds(write(out, rules("x\n"), {"api"}, is_committed=lambda _: True))["grafana/a.json"] == "deleted-committed"
    )
    assert list(snapshot(out / "grafana")) == ["a.json.orig"]


def test_an_orphan_that_somebody_deleted_already_is_no_trouble(out):
    write(out, [*rules("x\n"), Artifact("grafana/a.json", "{}\n", "api")], {"api"})
    (out / "grafana/a.json").unlink()
    outcome = write(out, rules("x\n"), {"api"})
    assert kinds(outcome) == {"prometheus/rules/api.yml": "unchanged", "api.manifest": "updated"}


def test_generating_one_service_leaves_the_others_alone(out, stack, snapshot):
    write(out, stack(1, "api", "shop"), {"api", "shop", STACK})
    before = snapshot(out)

    write(out, [a for a in stack(2, "api") if a.owner == "api"], {"api"})

    after = snapshot(out)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"prometheus/rules/api.yml", "grafana/api/overview.json", "python/api.py", "api.manifest"}
    assert before.keys() == after.keys()


def test_a_service_that_vanished_loses_its_files_and_its_manifest(out, stack, snapshot):
    write(out, stack(1, "api", "shop"), {"api", "shop", STACK})
    write(out, stack(1, "api"), {"api", "shop", STACK})
    assert not [name for name in snapshot(out) if "shop" in name]


def test_a_file_may_pass_from_one_service_to_another_when_both_are_generated(out):
    write(out, [*rules("x\n"), Artifact("a.yml", "a\n", "shop")], {"api", "shop"})
    outcome = write(out, [*rules("y\n", "shop"), Artifact("a.yml", "a\n", "shop")], {"api", "shop"})
    assert kinds(outcome) == {
        "a.yml": "unchanged",
        "prometheus/rules/api.yml": "updated",
        "api.manifest": "deleted",
        "shop.manifest": "updated",
    }


def test_a_file_of_a_service_that_is_not_generated_cannot_be_taken(out, snapshot):
    write(out, rules("x\n"), {"api"})
    before = snapshot(out)
    outcome = write(out, rules("y\n", "shop"), {"shop"}, force=True)
    assert codes(outcome) == ["GW904"]
    assert snapshot(out) == before


def test_an_artefact_of_a_service_that_is_not_generated_is_a_mistake_of_the_caller(out):
    with pytest.raises(ValueError, match="shop"):
        write(out, rules("x\n", "shop"), {"api"})


def link(target, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("place", ["", "prometheus", "prometheus/rules", "prometheus/rules/api.yml", "api.manifest"])
def test_a_symbolic_link_on_the_way_is_refused_even_with_force(out, tmp_path, place, force, snapshot):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("theirs")
    link(outside / "file" if place.endswith(("yml", "manifest")) else outside, out / place if place else out)

    outcome = write(out, rules("x\n"), {"api"}, force=force, is_committed=lambda _: True)

    assert codes(outcome) == ["GW905"]
    assert snapshot(outside) == {"file": "theirs"}


def test_a_link_that_leads_nowhere_is_refused_too(out, tmp_path):
    link(tmp_path / "nowhere", out / "prometheus/rules/api.yml")
    assert codes(write(out, rules("x\n"), {"api"}, force=True)) == ["GW905"]
    assert not (tmp_path / "nowhere").exists()


def test_a_link_put_in_place_of_a_folder_while_gw2mon_runs_is_not_followed(out, tmp_path, monkeypatch, snapshot):
    write(out, rules("1\n"), {"api"})
    outside = tmp_path / "outside"
    outside.mkdir()

    def look_away(_root, path):
        if path == "prometheus/rules/api.yml" and not (out / "prometheus").is_symlink():
            (out / "prometheus").rename(tmp_path / "elsewhere")
            (out / "prometheus").symlink_to(outside)

    monkeypatch.setattr("gw2mon.files.disk.obstacle", look_away)
    outcome = write(out, rules("2\n"), {"api"})
    assert codes(outcome) == ["GW910"]
    assert snapshot(outside) == {}


def fifo(path):
    os.mkfifo(path)


def unix_socket(path):
    os.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)


@pytest.mark.parametrize("make", [os.mkdir, fifo, unix_socket])
@pytest.mark.parametrize("place", ["prometheus/rules/api.yml", "api.manifest"])
def test_a_folder_pipe_or_socket_in_the_way_is_refused_even_with_force(out, make, place, monkeypatch):
    monkeypatch.chdir(out.parent)
    (out / place).parent.mkdir(parents=True)
    make(out / place)
    assert codes(write(out, rules("x\n"), {"api"}, force=True)) == ["GW906"]


def test_a_file_where_a_folder_has_to_be_is_refused_even_with_force(out):
    out.mkdir()
    (out / "prometheus").write_text("mine")
    outcome = write(out, rules("x\n"), {"api"}, force=True)
    assert codes(outcome) == ["GW906"]
    assert "prometheus is a file where a folder has to be" in outcome.refusals[0].message


def test_a_hard_link_to_someones_file_is_replaced_not_written_through(out, tmp_path):
    write(out, rules("1\n"), {"api"})
    other = tmp_path / "other"
    os.link(out / "prometheus/rules/api.yml", other)
    write(out, rules("2\n"), {"api"})
    assert other.read_text() == "1\n"
