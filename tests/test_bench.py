"""The figures can be taken: `make bench` prints a figure, its yardstick and their ratio for every command."""

import re
import subprocess
import sys

from tests.tools import CHECKOUT


def test_the_table_has_a_figure_a_yardstick_and_a_ratio_in_each_row():
    done = subprocess.run(
        [sys.executable, CHECKOUT / "bench" / "run.py", "--quick"], capture_output=True, text=True, check=True
    )
    heading, *rows = done.stdout.splitlines()
    assert heading.split()[-4:] == ["figure", "yardstick", "ratio", "goal"]
    assert len(rows) == 4
    for row in rows:
        (found,) = re.findall(r"([\d.]+) ms +([\d.]+) ms +([\d.]+) ", row)
        figure, yardstick, ratio = map(float, found)
        assert abs(figure / yardstick - ratio) < 0.02
