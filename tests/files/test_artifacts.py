from __future__ import annotations

import hashlib
import subprocess
import sys

import pytest

from gw2mon.artifacts import Artifact, Source, digest, origin
from gw2mon.finding import Position

A, B = Position("api.yaml", 4, 1), Position("api.yaml", 9, 3)


def test_a_digest_is_that_of_the_bytes_on_disk():
    assert digest("é\n") == hashlib.sha256(b"\xc3\xa9\n").hexdigest()


@pytest.mark.parametrize(("line", "place"), [(1, None), (2, A), (6, A), (7, B), (700, B)])
def test_a_line_stems_from_the_last_source_before_it(line, place):
    artifact = Artifact("x.yml", "", "api", (Source(2, A), Source(7, B)))
    assert origin(artifact, line) == place


def test_an_artefact_without_sources_knows_no_origin():
    assert origin(Artifact("x.yml", "", "api"), 1) is None


def test_importing_is_cheap():
    """Every command pays for these modules; the expensive parts of the library wait until they are needed."""
    code = (
        "import sys; before = set(sys.modules); import gw2mon.finding, gw2mon.artifacts, gw2mon.files;"
        "print(*sorted({'difflib', 'hashlib', 'json', 'subprocess', 'tempfile', 'signal', 'pydantic'}"
        " & (set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
