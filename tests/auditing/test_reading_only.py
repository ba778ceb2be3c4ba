"""An audit reads what it is told to read, and nothing else; and it writes nothing."""

import os
import socket
import sys
from pathlib import Path

import pytest

from gw2mon import files
from gw2mon.commands import auditing
from gw2mon.files import gathering

OPENED: list[tuple[str, int]] = []
LISTENING: list[bool] = []
PROJECT = {
    "prometheus.yml": """\
rule_files: [../secret/*.yml, rules/../../secret/rules.yml, {outside}/rules.yml, linked/*.yml]
scrape_config_files: [../secret/*.yml]
scrape_configs:
  - job_name: a
    file_sd_configs: [{{files: [{outside}/targets.json]}}]
    basic_auth: {{password_file: ../secret/key}}
""",
    "rules.yml": "groups: [{{name: g, rules: [{{alert: A, expr: up == 0, annotations: {{run: ../secret/x.md#a}}}}]}}]",
    "alertmanager.yml": "templates: [{outside}/*.tmpl]\nroute: {{receiver: a}}\nreceivers: [{{name: a}}]\n",
    "compose.yml": """\
include: [../secret/compose.yml]
services:
  prometheus:
    image: prom/prometheus
    env_file: [../secret/.env]
    extends: {{file: ../secret/compose.yml, service: prometheus}}
    volumes: ["../secret:/etc/prometheus", "{outside}/rules.yml:/etc/prometheus/rules.yml"]
secrets: {{key: {{file: ../secret/key}}}}
""",
    "app/metrics.py": "from ..secret import metrics\nimport prometheus_client\nopen({outside!r} + '/key').write('x')\n",
    "docs/runbook.md": "# A\n\n[more](../../secret/x.md)\n![x]({outside}/x.md)\n",
    "dashboard.json": '{{"title": "x", "panels": [], "links": [{{"url": "file://{outside}/x.md"}}]}}',
    ".env": "SECRET_FILE={outside}/key\n",
}


def listen(event, arguments):
    if LISTENING and event == "open" and isinstance(arguments[0], (str, bytes, os.PathLike)):
        OPENED.append((os.fsdecode(arguments[0]), arguments[2]))


sys.addaudithook(listen)


@pytest.fixture
def opened():
    """What is opened during a test: paths, with the flags of open(2)."""
    OPENED.clear()
    LISTENING.append(True)
    yield OPENED
    LISTENING.clear()


@pytest.fixture
def project(tmp_path):
    """A project that names files outside of it wherever a file can be named."""
    outside, inside = tmp_path / "secret", tmp_path / "project"
    outside.mkdir()
    for name in ("rules.yml", "compose.yml", "targets.json", "key", ".env", "x.md", "x.tmpl", "metrics.py"):
        (outside / name).write_text("outside: hunter2\n", encoding="utf-8")
    for name, text in PROJECT.items():
        path = inside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(outside=str(outside)), encoding="utf-8")
    (inside / "linked.yml").symlink_to(outside / "rules.yml")
    (inside / "linked").symlink_to(outside)
    return inside


def everything(folder):
    """All that lies in a folder, with contents and times."""
    return {
        str(path): (path.lstat().st_mtime_ns, path.lstat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in sorted(folder.rglob("*"))
    }


def test_nothing_outside_of_the_paths_is_opened_whoever_names_it(project, opened):
    found = auditing.read([project], auditing.Witnesses())
    assert {Path(name).name for name in found.estate.texts} == {Path(name).name for name in PROJECT}
    assert [path for path, _ in opened if "secret" in Path(path).parts] == []
    assert not any("hunter2" in str(item) for item in found.told)


def test_nothing_is_written(project, opened):
    before = everything(project.parent)
    auditing.read([project], auditing.Witnesses())
    assert everything(project.parent) == before
    assert [path for path, flags in opened if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)] == []


def test_a_single_file_alone_is_read_when_it_is_named(project, opened):
    found = auditing.read([project / "prometheus.yml"], auditing.Witnesses())
    assert [Path(name).name for name in found.estate.texts] == ["prometheus.yml"]
    assert [path for path, _ in opened if project.parent in Path(path).parents] == [str(project / "prometheus.yml")]


def test_what_is_no_file_is_passed_over(tmp_path):
    (tmp_path / "folder.yml").mkdir()
    (tmp_path / "folder.yml" / "inside.yml").write_text("groups: []\n", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.yml")
    (tmp_path / "here.yml").symlink_to(tmp_path / "there.yml")
    (tmp_path / "there.yml").symlink_to(tmp_path / "here.yml")
    (tmp_path / "above").symlink_to(tmp_path)
    (tmp_path / "gone.yml").symlink_to(tmp_path / "nowhere.yml")
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(os.path.relpath(tmp_path / "door.yml"))
        found = auditing.read([tmp_path], auditing.Witnesses())
    assert list(found.estate.texts) == [str(tmp_path / "folder.yml" / "inside.yml")]


def test_a_file_that_is_too_large_or_cannot_be_read_is_named(tmp_path, monkeypatch, capsys):
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(9 * 1024 * 1024)
    (tmp_path / "mine.yml").write_text("groups: []\n", encoding="utf-8")
    real = gathering._read

    def refuse(path):
        if path.name == "mine.yml":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(gathering, "_read", refuse)
    found = auditing.read([tmp_path], auditing.Witnesses())
    assert not found.estate.texts
    told = capsys.readouterr().err
    assert "huge.json was not read: it is larger than 8 MiB" in told
    assert "mine.yml was not read: Permission denied" in told


def test_a_path_that_is_not_there_or_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.yml")
    for name in ("nothing.yml", "pipe.yml"):
        with pytest.raises(files.FileError):
            files.gather([tmp_path / name], auditing.SUFFIXES)
