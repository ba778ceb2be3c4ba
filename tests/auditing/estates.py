"""Small estates as files, and what the wiring says of them."""

from __future__ import annotations

from textwrap import dedent

from gw2mon.auditing.linting import linted
from gw2mon.auditing.reading import read
from gw2mon.auditing.wiring import wired


def wiring(files, **around):
    """What is said of files, given as texts by their paths: code, line and message."""
    return [_short(item) for item in wired(estate(files, **around))]


def linting(files, **around):
    return [_short(item) for item in linted(estate(files, **around))]


def estate(files, **around):
    read_, _ = read((path, dedent(text).encode()) for path, text in files.items())
    return read_._replace(**around)


def _short(item):
    finding = item.finding
    place = finding.position
    return f"{place.file}:{place.line} {finding.code} {finding.severity} {finding.message} | {item.meaning}"
