"""Whatever happens at whatever moment, the complete old or the complete new set remains: catalogue cases 33, 35, 36."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import time

import pytest

from gw2mon.artifacts import STACK, Artifact
from gw2mon.files import disk, journal, recover, write

OWNERS = {"api", "shop", "web", STACK}


class Died(BaseException):
    """The process is gone: no handler of its own runs any more."""


class Fault:
    """Stand in for `disk.change`: count the calls, and let the n-th and perhaps all later ones fail."""

    def __init__(self, at, error, *, lasting=False):
        self.at, self.error, self.lasting = at, error, lasting
        self.calls = 0

    def __call__(self, call, *arguments, **options):
        self.calls += 1
        if self.calls == self.at or (self.lasting and self.calls > self.at):
            raise self.error
        # The real fsync would only make the sweep slow: nothing here cuts the power.
        return None if call is os.fsync else call(*arguments, **options)


def full():
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


FAULTS = {
    "process death": lambda at: Fault(at, Died(), lasting=True),
    "one failed call": lambda at: Fault(at, full()),
    "a full disk": lambda at: Fault(at, full(), lasting=True),
    "Ctrl-C": lambda at: Fault(at, KeyboardInterrupt()),
}


@pytest.fixture
def world(tmp_path, stack, snapshot, monkeypatch):
    """An old and a new set with additions, changes, removals, a forced edit, and a service that goes."""
    old = [*stack(1, "api", "shop"), Artifact("alertmanager/old/deep.yml", "x\n", STACK)]
    new = [*stack(2, "api", "web"), Artifact("alertmanager/new/deep.yml", "y\n", STACK)]
    template, complete = tmp_path / "template", tmp_path / "complete"
    for folder in (template, complete):
        write(folder, old, OWNERS)
        (folder / "python/api.py").write_text("mine\n")
    assert not write(complete, new, OWNERS, force=True).refusals
    out = tmp_path / "generated"

    class World:
        sets = (snapshot(template), snapshot(complete))

        def attempt(self, fault, *, fresh=True):
            if fresh:
                shutil.rmtree(out, ignore_errors=True)
                shutil.copytree(template, out)
            with monkeypatch.context() as patch:
                patch.setattr(disk, "change", fault)
                try:
                    return write(out, new, OWNERS, force=True)
                except (Died, KeyboardInterrupt) as error:
                    return error

        def recovered(self, fault=None):
            with monkeypatch.context() as patch:
                patch.setattr(disk, "change", fault or Fault(0, None))
                try:
                    recover(out)
                except Died:
                    return None
            return snapshot(out)

        def now(self):
            return snapshot(out)

    return World()


def calls_of_a_whole_run(world):
    fault = Fault(0, None)
    outcome = world.attempt(fault)
    assert not outcome.refusals
    assert world.now() == world.sets[1]
    return fault.calls


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_at_any_system_call_leaves_the_old_or_the_new_set(world, kind):
    seen = [0, 0]
    for at in range(1, calls_of_a_whole_run(world) + 1):
        outcome = world.attempt(FAULTS[kind](at))
        after = world.recovered()
        assert after in world.sets, f"call {at}: {outcome}"
        seen[world.sets.index(after)] += 1
    assert min(seen) > 10, seen


@pytest.mark.parametrize("kind", ["one failed call", "Ctrl-C"])
def test_before_the_commit_point_the_run_itself_cleans_up(world, kind):
    cleaned = 0
    for at in range(1, calls_of_a_whole_run(world) + 1):
        world.attempt(FAULTS[kind](at))
        left = world.now()
        if journal.JOURNAL in left:
            break
        assert left == world.sets[0]
        cleaned += 1
    assert cleaned > 30


def test_a_full_disk_is_reported_in_one_line_and_exits_like_a_refusal(world):
    outcome = world.attempt(FAULTS["a full disk"](3))
    (finding,) = outcome.refusals
    assert finding.code == "GW910"
    assert finding.message.endswith("generated: no space left on device")
    assert finding.help


def test_after_the_commit_point_the_report_says_that_the_next_command_completes_the_run(world):
    reports = [world.attempt(FAULTS["one failed call"](at)) for at in range(1, calls_of_a_whole_run(world) + 1, 2)]
    late = {finding.code for report in reports for finding in report.refusals}
    assert late == {"GW910", "GW911"}


def test_without_recovery_some_crashes_would_leave_a_mixture(world):
    """The journal is needed: this is what it protects from."""
    mixtures = 0
    for at in range(1, calls_of_a_whole_run(world) + 1):
        world.attempt(FAULTS["process death"](at))
        visible = {name: text for name, text in world.now().items() if "gw2mon" not in name and text is not None}
        mixtures += visible not in [{n: t for n, t in known.items() if t is not None} for known in world.sets]
    assert mixtures > 10


def test_a_crash_inside_the_recovery_is_harmless_at_any_system_call(world):
    total = calls_of_a_whole_run(world)
    for first in range(total // 3, total, 11):
        for second in range(1, 200):
            world.attempt(FAULTS["process death"](first))
            if world.recovered(FAULTS["process death"](second)) is not None:
                break
            assert world.recovered() in world.sets, (first, second)


def test_the_next_run_recovers_by_itself_and_says_so(world):
    seen = set()
    for at in range(1, calls_of_a_whole_run(world) + 1, 3):
        world.attempt(FAULTS["process death"](at))
        outcome = world.attempt(Fault(0, None), fresh=False)
        assert not outcome.refusals
        assert world.now() == world.sets[1]
        seen.add(outcome.recovered)
    assert seen == {True, False}


def committed_but_not_carried_out(out, old, new, monkeypatch):
    """Die right after the commit point."""
    write(out, old, {"api"})
    rename = disk.rename

    def die(root, source, target):
        rename(root, source, target)
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(disk, "rename", die)
        with pytest.raises(Died):
            write(out, new, {"api"})


def test_an_edit_made_between_a_crash_and_its_recovery_is_kept(out, monkeypatch):
    old = [Artifact("a.yml", "1\n", "api"), Artifact("b.yml", "1\n", "api")]
    committed_but_not_carried_out(out, old, [Artifact("a.yml", "2\n", "api")], monkeypatch)
    (out / "a.yml").write_text("mine a\n")
    (out / "b.yml").write_text("mine b\n")

    assert recover(out)

    texts = {path.name: path.read_text() for path in out.iterdir()}
    texts.pop("api.manifest")
    assert texts == {"a.yml": "2\n", "a.yml.orig": "mine a\n", "b.yml.orig": "mine b\n"}


@pytest.mark.parametrize(
    "line",
    ["put - ../../victim", f"delete {'0' * 64} /etc/passwd", "put - .ssh/x", "rubbish", "put - a.yml\nput - b.y"],
)
def test_a_forged_or_damaged_journal_is_refused(out, tmp_path, line, stack):
    (tmp_path / "victim").write_text("precious")
    write(out, stack(1, "api"), {"api", STACK})
    (out / journal.JOURNAL).write_text(line + ("" if "b.y" in line else "\n"))
    (finding,) = write(out, stack(2, "api"), {"api", STACK}).refusals
    assert finding.code == "GW909"
    assert journal.JOURNAL in finding.help + finding.message
    assert (tmp_path / "victim").read_text() == "precious"


def test_a_forged_plan_removes_no_file_but_temporary_ones(out, tmp_path, stack, snapshot):
    (tmp_path / ".victim.gw2mon-new").write_text("precious")
    write(out, stack(1, "api"), {"api", STACK})
    before = snapshot(out)
    for plan in ("put - ../victim\n", f"delete {'0' * 64} python/api.py\n", "put - python/api.py\n", "", "put - a"):
        (out / journal.PENDING).write_text(plan)
        assert recover(out) is False
        assert snapshot(out) == before
    assert (tmp_path / ".victim.gw2mon-new").exists()


def test_a_leftover_temporary_file_that_no_plan_names_is_no_trouble(out, stack):
    write(out, stack(1, "api"), {"api", STACK})
    (out / "python/.api.py.gw2mon-new").write_text("half")
    assert not write(out, stack(2, "api"), {"api", STACK}).refusals
    assert (out / "python/api.py").read_text().endswith("2\n")
    assert not (out / "python/.api.py.gw2mon-new").exists()


def test_without_hard_links_an_edit_is_kept_all_the_same(out, monkeypatch):
    write(out, [Artifact("a.yml", "1\n", "api")], {"api"})
    (out / "a.yml").write_text("mine\n")

    def no_links(call, *arguments, **options):
        if call is os.link:
            raise OSError(errno.EPERM, "not permitted")
        return call(*arguments, **options)

    monkeypatch.setattr(disk, "change", no_links)
    assert not write(out, [Artifact("a.yml", "2\n", "api")], {"api"}, force=True).refusals
    assert (out / "a.yml.orig").read_text() == "mine\n"
    assert (out / "a.yml").read_text() == "2\n"


WRITER = """
import sys
from pathlib import Path
from conftest import stack
from gw2mon.files import write
print("ready", flush=True)
version = 0
while True:
    version += 1
    outcome = write(Path(sys.argv[1]), stack(version % 2, *(["api", "shop"] if version % 2 else ["api", "web"])),
                    {"api", "shop", "web", "stack"})
    assert not outcome.refusals, outcome.refusals
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_real_process_killed_at_a_random_moment(out, tmp_path, child, stack, snapshot, how):
    known = []
    for version, services in ((1, ("api", "shop")), (0, ("api", "web"))):
        write(tmp_path / f"known{version}", stack(version, *services), OWNERS)
        known.append(snapshot(tmp_path / f"known{version}"))
    for seed in range(4):
        writer = child(WRITER, out)
        assert writer.stdout.readline() == "ready\n"
        time.sleep(0.02 + random.Random(seed).random() * 0.1)  # noqa: S311 - a moment, not a secret
        writer.send_signal(how)
        _, complaint = writer.communicate(timeout=20)
        assert "Refused" not in complaint
        assert "AssertionError" not in complaint
        recover(out)
        assert snapshot(out) in [{}, *known]


INTERRUPTED = """
import os, signal, sys
from pathlib import Path
from gw2mon.artifacts import Artifact
from gw2mon.files import disk, write
rename = disk.rename
def interrupt(root, source, target):
    rename(root, source, target)
    os.kill(os.getpid(), signal.SIGINT)
    print(target)
disk.rename = interrupt
try:
    write(Path(sys.argv[1]), [Artifact("a.yml", "a", "api"), Artifact("b.yml", "b", "api")], {"api"})
except KeyboardInterrupt:
    print("interrupted")
"""


def test_ctrl_c_after_the_commit_point_waits_until_the_new_set_is_complete(out, child, snapshot):
    printed, complaint = child(INTERRUPTED, out).communicate(timeout=20)
    assert complaint == ""
    assert printed.split() == [journal.JOURNAL, "a.yml", "b.yml", "api.manifest", "interrupted"]
    assert sorted(snapshot(out)) == ["a.yml", "api.manifest", "b.yml"]
