"""A checkout with the spec of the shop, and gw2mon in it."""

import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from typing import NamedTuple
from unittest.mock import patch

import pytest

from gw2mon.cli import main
from tests.spec_editing import SHOP


class Done(NamedTuple):
    status: int
    stdout: str
    stderr: str

    @property
    def codes(self):
        return [word for line in self.stdout.split("\n") for word in line.split() if word.startswith("GW")]


class Desk:
    """Where somebody runs commands."""

    def __init__(self, folder):
        self.folder = folder

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run(self, *arguments):
        out, err = StringIO(), StringIO()
        with (
            chdir(self.folder),
            patch.object(sys, "argv", ["gw2mon", *map(str, arguments)]),
            redirect_stdout(out),
            redirect_stderr(err),
            pytest.raises(SystemExit) as left,
        ):
            main()
        assert "Traceback" not in out.getvalue() + err.getvalue()
        assert "internal error" not in err.getvalue()
        return Done(left.value.code, out.getvalue(), err.getvalue())


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    made.write("specs/shop.yaml", SHOP.text)
    return made
