import shutil
import subprocess

import pytest

from tests import tools


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A machine with only the programs that a test puts on it."""
    monkeypatch.setattr(tools, "FOLDERS", (str(tmp_path / "first"), str(tmp_path / "second")))
    monkeypatch.delenv("CI", raising=False)
    tools.find.cache_clear()

    def put(folder, program, version):
        path = tmp_path / folder / program
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\necho '{program}, version {version} (branch: x)'\n")
        path.chmod(0o755)
        return path

    yield put
    tools.find.cache_clear()


def test_a_test_that_takes_promtool_runs_on_every_version_found(promtool, promtools):
    assert promtool in promtools
    assert promtool.run("--version").returncode == 0


def test_versions_are_found_oldest_first_by_number_and_one_found_twice_is_the_first_on_path(machine):
    new = machine("first", "promtool", "3.16.0")
    old = machine("second", "promtool", "3.9.1+ds")
    machine("first", "prometheus", "3.16.0")
    assert [(str(tool), tool.path) for tool in tools.find("promtool")] == [
        ("promtool-3.9.1", old),
        ("promtool-3.16.0", new),
    ]
    machine("second", "prometheus", "3.16.0")
    assert [tool.path.parent.name for tool in tools.find("prometheus")] == ["first"]


def test_alertmanager_is_found_under_the_name_debian_gives_it(machine):
    path = machine("first", "prometheus-alertmanager", "0.25.0")
    assert tools.find("alertmanager") == (tools.Tool("alertmanager", (0, 25, 0), path),)


@pytest.mark.usefixtures("machine")
def test_without_a_tool_the_complaint_says_what_to_run():
    assert "make tools" in (tools.missing("promtool") or "")


def test_one_generation_is_enough_at_home_and_too_few_in_ci(machine, monkeypatch):
    machine("first", "promtool", "3.16.0")
    assert tools.missing("promtool") is None
    monkeypatch.setenv("CI", "true")
    assert "two generations of promtool" in (tools.missing("promtool") or "")


def test_an_interpreter_is_the_one_that_was_unpacked_else_the_first_on_path_that_answers(tmp_path, monkeypatch):
    def put(folder, *lines):
        path = tmp_path / folder / "python3.13"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(["#!/bin/sh", *lines]))
        path.chmod(0o755)

    def found():
        tools.python.cache_clear()
        return tools.python("3.13")

    monkeypatch.setattr(tools, "CHECKOUT", tmp_path)
    monkeypatch.setattr(tools, "FOLDERS", (str(tmp_path / "shims"), str(tmp_path / "bin")))
    assert found() is None
    put("shims", "echo no such version is chosen >&2", "exit 127")
    assert found() is None
    put("bin", "echo /opt/python3.13")
    assert str(found()) == "/opt/python3.13"
    put("shims", "[ $PYENV_VERSION = 3.13 ] && echo /pyenv/python3.13")
    assert str(found()) == "/pyenv/python3.13"
    put(".tools/python/bin", "echo /unpacked/python3.13")
    assert str(found()) == "/unpacked/python3.13"
    tools.python.cache_clear()


def test_debians_versions_are_fetched_although_the_newest_are_built(tmp_path):
    built, machine = tmp_path / ".tools/bin", tmp_path / "machine"
    for folder in (built, machine, tmp_path / "tools"):
        folder.mkdir(parents=True)
    shutil.copy(tools.CHECKOUT / "tools/debian", tmp_path / "tools")
    for program in ("prometheus", "promtool", "alertmanager", "amtool"):
        (built / program).write_text("#!/bin/sh\n")
        (built / program).chmod(0o755)
    for program in ("sh", "sed", "sort", "tr", "id", "mkdir", "dirname"):
        (machine / program).symlink_to(str(shutil.which(program)))
    # No package manager: the script can only say what is missing.
    ran = subprocess.run(
        [tmp_path / "tools/debian"], env={"PATH": f"{machine}:{built}"}, check=False, capture_output=True, text=True
    )
    assert "apt-get install prometheus prometheus-alertmanager prometheus-node-exporter victoria-metrics" in ran.stderr
