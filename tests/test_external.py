"""Programs that are missing, too slow, talkative or confused: catalogue case 39."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from gw2mon import external
from gw2mon.external import Completed, Failed, git_is_committed, run

PYTHON = sys.executable


def test_a_program_that_ends_gives_its_code_and_both_outputs():
    code = "import sys; print('out'); print('err é', file=sys.stderr); sys.exit(3)"
    assert run([PYTHON, "-X", "utf8", "-c", code], timeout=20) == Completed(3, "out\n", "err é\n")


def test_input_of_any_size_reaches_the_program():
    text = "0123456789" * 100_000
    assert run([PYTHON, "-c", "import sys; sys.stdout.write(sys.stdin.read())"], timeout=20, input=text) == Completed(
        0, text, ""
    )


def test_a_program_that_does_not_read_its_input_is_no_trouble():
    assert run([PYTHON, "-c", "print('done')"], timeout=20, input="x" * 1_000_000) == Completed(0, "done\n", "")


@pytest.mark.parametrize("text", [None, ""])
def test_without_input_a_program_that_reads_meets_the_end(text):
    assert run(["cat"], timeout=20, input=text) == Completed(0, "", "")


def test_no_shell_reads_the_arguments(tmp_path):
    done = run(["echo", "$(touch pwned)", "; touch pwned"], timeout=20, cwd=tmp_path)
    assert isinstance(done, Completed)
    assert done.stdout == "$(touch pwned) ; touch pwned\n"
    assert not list(tmp_path.iterdir())


def test_a_missing_program_is_a_value():
    assert run(["promtool-of-nobody"], timeout=1) == Failed(
        "missing", "promtool-of-nobody cannot be run: no such file or directory"
    )


@pytest.mark.parametrize(("text", "mode"), [("#!/bin/sh\n", 0o644), ("not a program", 0o755), ("", 0o000)])
def test_a_file_that_is_no_program_is_as_good_as_missing(tmp_path, text, mode):
    tool = tmp_path / "promtool"
    tool.write_text(text)
    tool.chmod(mode)
    failed = run([str(tool)], timeout=1)
    assert isinstance(failed, Failed)
    assert failed.reason == "missing"


def test_a_program_that_hangs_is_ended_with_everything_it_started(tmp_path):
    script = f"sleep 60 & echo $! > {tmp_path}/pid; wait"
    started = time.monotonic()
    failed = run(["sh", "-c", script], timeout=0.5)
    assert failed == Failed("timeout", "sh did not end within 0.5 seconds")
    assert time.monotonic() - started < 5
    assert not alive(int((tmp_path / "pid").read_text()))


def alive(pid):
    """Whether a process still runs; it may remain as a zombie until somebody asks for its end."""
    for _ in range(50):
        try:
            with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123 - no path of the file system
                if stat.read().split()[2] == "Z":
                    return False
        except FileNotFoundError:
            return False
        time.sleep(0.02)
    return True


def test_a_program_that_closes_its_outputs_and_stays_is_ended_too():
    code = "import os, time; os.close(1); os.close(2); time.sleep(60)"
    failed = run([PYTHON, "-c", code], timeout=0.5)
    assert isinstance(failed, Failed)
    assert failed.reason == "timeout"


def test_a_program_that_prints_without_end_is_stopped_before_memory_fills(monkeypatch):
    monkeypatch.setattr(external, "OUTPUT_LIMIT", 1_000_000)
    assert run(["yes"], timeout=20) == Failed("garbage", "yes prints without end")


def test_output_that_is_no_text_is_a_value():
    code = "import os; os.write(1, b'\\xff\\xfe\\x00')"
    assert run([PYTHON, "-c", code], timeout=20) == Failed("garbage", f"{PYTHON} prints what is not text")


def test_ctrl_c_ends_the_program_too(tmp_path, monkeypatch):
    def interrupt(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(external, "_collect", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run(["sh", "-c", f"echo $$ > {tmp_path}/pid; sleep 60"], timeout=20)
    if (tmp_path / "pid").exists():
        assert not alive(int((tmp_path / "pid").read_text()))


def test_a_program_that_dies_by_a_signal_tells_so():
    done = run([PYTHON, "-c", "import os; os.kill(os.getpid(), 9)"], timeout=20)
    assert isinstance(done, Completed)
    assert done.returncode == -signal.SIGKILL


@pytest.fixture
def repository(tmp_path):
    def git(*arguments):
        person = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *person, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated/rules.yml").write_text("a\nb\n")
    git("add", ".")
    git("commit", "-qm", "first")
    return tmp_path, git


def test_a_committed_file_is_committed_until_it_is_changed(repository):
    rules = repository[0] / "generated/rules.yml"
    assert git_is_committed(rules)
    rules.write_text("mine\n")
    assert not git_is_committed(rules)


def test_a_staged_change_is_not_committed(repository):
    folder, git = repository
    (folder / "generated/rules.yml").write_text("mine\n")
    git("add", ".")
    assert not git_is_committed(folder / "generated/rules.yml")


def test_an_untracked_file_is_not_committed(repository):
    (repository[0] / "generated/new.yml").write_text("a\nb\n")
    assert not git_is_committed(repository[0] / "generated/new.yml")


def test_a_change_that_git_was_told_to_overlook_is_seen(repository):
    folder, git = repository
    git("update-index", "--assume-unchanged", "generated/rules.yml")
    (folder / "generated/rules.yml").write_text("mine\n")
    assert not git_is_committed(folder / "generated/rules.yml")


def test_line_endings_that_git_converts_are_no_change(repository):
    folder, git = repository
    git("config", "core.autocrlf", "true")
    (folder / "generated/rules.yml").write_bytes(b"a\r\nb\r\n")
    assert git_is_committed(folder / "generated/rules.yml")


def test_inside_a_hook_of_another_repository_the_files_own_repository_is_asked(repository, monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other"))
    monkeypatch.setenv("GIT_INDEX_FILE", "nonsense")
    assert git_is_committed(repository[0] / "generated/rules.yml")


def test_without_a_commit_a_repository_or_git_nothing_is_committed(tmp_path, monkeypatch):
    (tmp_path / "rules.yml").write_text("a\n")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert not git_is_committed(tmp_path / "rules.yml")
    assert not git_is_committed(tmp_path / "nowhere" / "rules.yml")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    assert not git_is_committed(tmp_path / "rules.yml")
    monkeypatch.setenv("PATH", os.devnull)
    assert not git_is_committed(tmp_path / "rules.yml")
