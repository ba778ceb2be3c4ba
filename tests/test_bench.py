"""The figures can be taken: `make bench` prints a figure, its yardstick and their ratio for every command."""

import re
import subprocess
import sys

import pytest

from tests.tools import CHECKOUT


def bench(*arguments):
    """The lines that the benchmark prints."""
    command = [sys.executable, "-m", "bench.run", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=CHECKOUT).stdout.splitlines()


def test_the_table_has_a_figure_a_yardstick_and_a_ratio_in_each_row():
    heading, *rows = bench("commands", "parser", "scale", "functions", "--quick")
    assert heading.split()[-4:] == ["figure", "yardstick", "ratio", "goal"]
    assert len(rows) == 22
    for row in rows:
        (found,) = re.findall(r"([\d.]+) ms +([\d.]+) ms +([\d.]+) ", row)
        figure, yardstick, ratio = map(float, found)
        # Figures are rounded to a tenth of a millisecond, of which the least are few.
        assert abs(figure / yardstick - ratio) < 0.02 + 0.1 / yardstick


def test_an_slo_pages_in_the_same_minute_as_one_in_the_form_of_sloth():
    samples, ours, theirs = read(bench("slo", "--quick"))
    assert all(few < many for few, many in samples)
    assert ours == theirs == sorted(ours)
    assert ours[0] <= 3


@pytest.mark.prove
def test_an_slo_over_300_series_reads_a_fortieth_of_what_it_reads_in_the_form_of_sloth():
    samples, ours, theirs = read(bench("slo"))
    assert 40 * samples[0][0] <= samples[0][1]
    assert ours == theirs


@pytest.mark.prove
def test_what_measuring_adds_to_a_request_stands_beside_the_instrumentator_and_the_whole_request():
    _heading, *rows = bench("web", "--quick")
    assert [re.search(r"(first route|last route|no route|whole)", row)[0] for row in rows] == [
        "first route", "last route", "no route", "whole",
    ]  # fmt: skip


def read(lines):
    """Samples of both forms in each row, and first pages of both for each incident."""
    costs = [line.replace(",", "").split(" ms")[0] for line in lines if " ms " in line]
    samples = [tuple(map(int, re.findall(r" (\d+) ", row)[-2:])) for row in costs]
    ours, theirs = (list(map(int, line.split()[1:])) for line in lines if line.startswith(("gw2mon ", "Sloth ")))
    assert len(samples) == 2
    assert len(ours) == len(theirs) == 6
    return samples, ours, theirs
