"""What Grafana's own code and types say of upgraded dashboards."""

import pytest

from gw2mon.upgrading import upgrade
from tests.grafana import judges
from tests.upgrading import samples


@pytest.fixture(scope="module")
def made():
    return {name: upgrade(old).data for name, old in samples.EVERY.items()}


def test_grafanas_types_fit(made):
    assert judges.complaints(made) == {"": [], **{name: [] for name in made}}


def test_grafana_shows_the_colours_and_texts_of_old(made):
    _, graph, stat, gauge, _ = made["Grafana 4"]["panels"]
    (table,) = made["tables"]["panels"]
    cells = [(71, "Value #A"), (1, "Value #B"), (1.2345, "Other"), (1_700_000_000_000, "Time")]
    asked = [
        {"panel": stat, "samples": [{"value": value} for value in (0, 1, 2.4, 2.5)]},
        {"panel": gauge, "samples": [{"value": value} for value in (5, 50)]},
        {"panel": graph, "samples": [{"value": value} for value in (100, 200, 500)]},
        {"panel": table, "samples": [{"value": value, "name": name} for value, name in cells]},
    ]
    stat, gauge, graph, table = judges.shown(asked)
    assert [(shown["text"], shown["step"]) for shown in stat["samples"]] == [
        ("none", "rgba(245, 54, 54, 0.9)"), ("1.0 up", "rgba(237, 129, 40, 0.89)"),
        ("2.4 up", "rgba(237, 129, 40, 0.89)"), ("2.5 up", "rgba(50, 172, 45, 0.97)"),
    ]  # fmt: skip
    assert stat["empty"]["text"] == "N/A"
    assert [shown["text"] for shown in gauge["samples"]] == ["empty", "50.0%"]
    assert [shown["step"] for shown in graph["samples"]] == ["rgba(0,0,0,0)", "orange", "red"]
    assert [shown["text"] for shown in table["samples"]] == ["71.0%", "up", "1.23", "2023-11-14 22:13"]
    assert table["samples"][0]["step"] == "orange"
