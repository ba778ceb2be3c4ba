"""Reading what people write."""

from __future__ import annotations

import os

import pytest

from gw2mon.files import FileError, create_source, list_specs, read_source


def test_a_spec_is_read_byte_for_byte(tmp_path):
    (tmp_path / "api.yaml").write_bytes(b"\xef\xbb\xbfservice: api\r\n\xff")
    assert read_source(tmp_path / "api.yaml") == b"\xef\xbb\xbfservice: api\r\n\xff"
    assert read_source(str(tmp_path / "api.yaml")).startswith(b"\xef")


def test_a_spec_may_come_through_a_pipe():
    reader, writer = os.pipe()
    os.write(writer, b"service: api\n")
    os.close(writer)
    assert read_source(f"/dev/fd/{reader}") == b"service: api\n"
    os.close(reader)


@pytest.mark.parametrize(("size", "fits"), [(10, True), (11, False)])
def test_the_limit_is_exact(tmp_path, size, fits):
    (tmp_path / "api.yaml").write_bytes(b"x" * size)
    if fits:
        assert len(read_source(tmp_path / "api.yaml", limit=10)) == size
    else:
        with pytest.raises(FileError, match="larger than 10 bytes"):
            read_source(tmp_path / "api.yaml", limit=10)


def test_an_endless_device_is_not_read_to_its_end():
    with pytest.raises(FileError, match="larger than 4,194,304 bytes"):
        read_source("/dev/zero")


def test_what_cannot_be_read_is_one_line_with_advice(tmp_path):
    with pytest.raises(FileError) as error:
        read_source(tmp_path / "nope.yaml")
    assert error.value.message == f"{tmp_path}/nope.yaml: no such file or directory"
    assert error.value.help == "check the spelling"
    assert error.value.findings[0].code == "GW912"
    with pytest.raises(FileError, match="is a directory"):
        read_source(tmp_path)
    with pytest.raises(FileError, match="cannot be the name of a file"):
        read_source("a\0b")


def test_specs_are_listed_in_order_and_not_below(tmp_path):
    (tmp_path / "scenarios").mkdir()
    for name in ("shop.yaml", "api.yaml", "notes.md", "scenarios/x.yaml"):
        (tmp_path / name).touch()
    assert list_specs(tmp_path) == (tmp_path / "api.yaml", tmp_path / "shop.yaml")
    assert list_specs(tmp_path / "nowhere") == ()
    with pytest.raises(FileError, match="not a directory"):
        list_specs(tmp_path / "notes.md")


def test_a_first_spec_is_created_with_its_folder_and_never_over_another(tmp_path, snapshot):
    create_source(tmp_path / "specs/api.yaml", "service: api\n")
    with pytest.raises(FileError, match="exists already"):
        create_source(tmp_path / "specs/api.yaml", "other\n")
    assert snapshot(tmp_path) == {"specs": None, "specs/api.yaml": "service: api\n"}


def test_a_first_spec_is_not_written_through_a_link(tmp_path):
    (tmp_path / "api.yaml").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileError, match="exists already"):
        create_source(tmp_path / "api.yaml", "x")
    assert not (tmp_path / "elsewhere").exists()


def test_a_first_spec_where_no_folder_can_be_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="file exists"):
        create_source(tmp_path / "file" / "api.yaml", "x")
