"""Every way to ship logs, as specs; and what is generated for them."""

import json
import shutil
import subprocess
from functools import cache
from typing import Any

import pytest
import yaml

from gw2mon.generators import generate
from tests.spec_editing import SHOP, STOCK, Draft, model_of
from tests.tools import FOLDERS

PLATFORM = "stack: {platform: compose}"


def shop(logs: str) -> Draft:
    """A small spec with a line about logs."""
    return SHOP.edited(PLATFORM, f"{logs}\n{PLATFORM}")


def stock(logs: str) -> Draft:
    """A second service, which has none of the sections that all share."""
    return STOCK._replace(text=f"{STOCK.text}\n{logs}\n")


CHOICES: dict[str, tuple[Draft, ...]] = {
    "loki": (shop("logs: {ship-to: loki}"),),
    "loki-docker": (shop("logs: {ship-to: loki, collect: docker, retention: 7d}"),),
    "elk": (shop("logs: {ship-to: elk, retention: 90d}"),),
    "cloudwatch": (shop("logs: {ship-to: cloudwatch, region: eu-west-3, group: /shops/backend}"),),
    "cloudwatch-files": (shop("logs: {ship-to: cloudwatch, region: eu-west-3, collect: files, retention: 14d}"),),
    "none": (shop("logs: {ship-to: none}"),),
    "mixed": (
        shop("logs: {ship-to: loki, retention: 90d}"),
        stock("logs: {ship-to: loki, collect: docker, retention: 7d}"),
    ),
    "different": (shop("logs: {ship-to: elk}"), stock("logs: {ship-to: loki}")),
}
every_choice = pytest.mark.parametrize("choice", CHOICES)


@cache
def texts(choice: str) -> dict[str, str]:
    """Path to text of all that is generated for a choice."""
    return {artifact.path: artifact.text for artifact in generate(model_of(*CHOICES[choice]))}


def data(choice: str, path: str) -> Any:
    return yaml.safe_load(texts(choice)[path])


def parsed(path: str, text: str) -> Any:
    """What the compose linter is given of a file."""
    if path.endswith(".json"):
        return json.loads(text)
    return yaml.load(text, yaml.CSafeLoader) if path.endswith(".yml") else text


def run(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a tool that `tools/upstream` builds, to its end."""
    return subprocess.run(
        [built(program), *map(str, arguments)], check=False, capture_output=True, text=True, timeout=120
    )


def built(program: str) -> str:
    """Where such a tool is; the test fails where it is not."""
    path = next((found for folder in FOLDERS if (found := shutil.which(program, path=folder))), None)
    if path is None:
        argument = " loki" if program == "loki" else ""
        pytest.fail(f"{program} was not found: run `tools/upstream{argument}`, which needs Go.", pytrace=False)
    return path
