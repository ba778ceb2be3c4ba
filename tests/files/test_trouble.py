"""Disks that are full, read-only or no directory, and two runs at once: catalogue cases 33, 34 and 37."""

from __future__ import annotations

import errno
import os
import subprocess
from collections import Counter

import pytest

from gw2mon.artifacts import STACK, Artifact
from gw2mon.files import FileError, disk, drift, existing_owners, recover, write
from gw2mon.files.lock import locked

RULES = [Artifact("prometheus/rules/api.yml", "x\n", "api")]

BIG = """
import resource, sys
from pathlib import Path
from gw2mon.artifacts import Artifact
from gw2mon.files import write
if sys.argv[2] == "limit":
    resource.setrlimit(resource.RLIMIT_FSIZE, (16_000, 16_000))
small = [Artifact("a.yml", "old", "api"), Artifact("b.yml", "old", "api")]
assert not write(Path(sys.argv[1]), small, {"api"}).refusals
big = [Artifact("a.yml", "new", "api"), Artifact("b.yml", "n" * 100_000, "api")]
for finding in write(Path(sys.argv[1]), big, {"api"}).refusals:
    print(finding.code, finding.message)
print(sorted((str(p.relative_to(sys.argv[1])), len(p.read_text())) for p in Path(sys.argv[1]).rglob("*")))
"""


def tiny_disk(folder):
    """Words that start a command with a disk of 64 KiB at the folder, in a mount namespace that ends with it."""
    mount = f'mount -t tmpfs -o size=64k tmpfs {folder} && exec "$@"'
    words = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, "sh"]
    try:
        able = subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        able = False
    return words if able else []


def test_a_disk_that_is_really_full_keeps_the_old_set(out, child):
    out.mkdir()
    words = tiny_disk(out)
    process = child(BIG, out, "" if words else "limit", before=words)
    printed, complaint = process.communicate(timeout=20)
    assert complaint == ""
    report, left = printed.splitlines()
    reason = "no space left on device" if words else "file too large"
    assert report == f"GW910 {out}: {reason}"
    assert left == "[('a.yml', 3), ('api.manifest', 144), ('b.yml', 3)]"


def test_a_file_size_limit_is_reported_like_a_full_disk(out, child):
    printed, complaint = child(BIG, out, "limit").communicate(timeout=20)
    assert complaint == ""
    assert printed.startswith(f"GW910 {out}: file too large")


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM, errno.EDQUOT, errno.EIO])
def test_a_disk_that_refuses_is_reported_in_one_line_and_nothing_changes(out, snapshot, monkeypatch, number):
    write(out, RULES, {"api"})
    before = snapshot(out)

    def refuse(*_arguments, **_options):
        raise OSError(number, os.strerror(number), ".hidden")

    monkeypatch.setattr(disk, "change", refuse)
    (finding,) = write(out, [Artifact("a.yml", "y", "api")], {"api"}).refusals
    assert finding.code == "GW910"
    assert finding.message.lower() == f"{out}: {os.strerror(number)} (.hidden)".lower()
    assert snapshot(out) == before


def test_an_output_that_is_a_file_is_reported(out):
    out.write_text("mine")
    (finding,) = write(out, RULES, {"api"}).refusals
    assert (finding.code, finding.message) == ("GW910", f"{out}: not a directory")
    with pytest.raises(FileError, match="not a directory"):
        drift(out, RULES, {"api"})


def test_an_output_below_a_file_is_reported(out):
    out.write_text("mine")
    (finding,) = write(out / "below", RULES, {"api"}).refusals
    assert finding.code == "GW910"
    assert out.read_text() == "mine"


def test_an_output_whose_name_the_disk_cannot_hold_is_reported_by_every_entrance(out):
    impossible = out / ("x" * 300)
    (finding,) = write(impossible, RULES, {"api"}).refusals
    assert finding.message.endswith(": file name too long")
    for enter in (recover, existing_owners, lambda output: drift(output, RULES, {"api"})):
        with pytest.raises(FileError, match="file name too long"):
            enter(impossible)


def test_the_folders_above_the_output_are_made(out):
    assert not write(out / "deep" / "er", RULES, {"api"}).refusals
    assert (out / "deep/er/api.manifest").exists()


def test_the_output_may_lie_below_a_link_that_the_user_chose(out, tmp_path):
    out.mkdir()
    (tmp_path / "link").symlink_to(out)
    assert not write(tmp_path / "link" / "generated", RULES, {"api"}).refusals


def test_a_second_run_is_refused_at_once_and_the_lock_is_named(out, snapshot):
    write(out, RULES, {"api"})
    before = snapshot(out)
    with locked(out):
        (finding,) = write(out, [], {"api"}).refusals
        with pytest.raises(FileError) as error:
            drift(out, RULES, {"api"})
    assert finding.code == error.value.findings[0].code == "GW907"
    assert str(out) in finding.message
    assert snapshot(out) == before
    assert not drift(out, RULES, {"api"})


def test_any_number_may_look_for_drift_at_once(out):
    write(out, RULES, {"api"})
    with locked(out, shared=True):
        assert not drift(out, RULES, {"api"})
        assert write(out, RULES, {"api"}).refusals[0].code == "GW907"


def test_the_lock_leaves_nothing_that_git_would_show(out, snapshot):
    with locked(out, create=True):
        assert snapshot(out) == {}
    assert snapshot(out) == {}


def test_a_file_system_that_cannot_lock_is_refused(out, monkeypatch):
    def no_locks(_file, _how):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", no_locks)
    assert write(out, RULES, {"api"}).refusals[0].code == "GW907"


def test_recovering_where_nothing_is_does_nothing(out):
    assert recover(out) is False
    assert not out.exists()


RACER = """
import sys
from pathlib import Path
from conftest import stack
from gw2mon.files import write
print("ready", flush=True)
sys.stdin.readline()
for _ in range(20):
    outcome = write(Path(sys.argv[1]), stack(sys.argv[2], "api"), {"api", "stack"})
    print(",".join(finding.code for finding in outcome.refusals) or "ran", flush=True)
"""


def test_eight_runs_at_once_are_either_refused_or_complete(out, tmp_path, child, stack, snapshot):
    racers = [child(RACER, out, number) for number in range(8)]
    for racer in racers:
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    results = Counter(line for racer in racers for line in _finish(racer))
    assert set(results) == {"ran", "GW907"}
    known = []
    for number in range(8):
        write(tmp_path / str(number), stack(number, "api"), {"api", STACK})
        known.append(snapshot(tmp_path / str(number)))
    assert snapshot(out) in known


def _finish(racer):
    printed, complaint = racer.communicate(timeout=30)
    assert complaint == ""
    return printed.split()
