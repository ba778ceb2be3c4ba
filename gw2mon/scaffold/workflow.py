"""A workflow for GitHub Actions that holds a repository to its specs."""

from __future__ import annotations

from gw2mon.yamltext import Part, document

WORKFLOW = ".github/workflows/monitoring.yml"
"""Where GitHub looks for it."""


_STEPS = (
    {"uses": "actions/checkout@v4"},
    {"uses": "actions/setup-python@v5", "with": {"python-version": "3.12"}},
    {"run": Part("python -m pip install gw2mon", comment="Or however your repository installs its tools.")},
    {
        "run": Part(
            "gw2mon check --strict --format github", comment="Findings stand at their lines in the pull request."
        )
    },
    {"run": Part("gw2mon generate --check", comment="Fails when generated/ is not what the specs say.")},
)


def workflow() -> str:
    """The workflow, as YAML."""
    value = {
        "name": "monitoring",
        "on": {"pull_request": {}, "push": {"branches": ["main"]}},
        "permissions": {"contents": "read"},
        "jobs": {"specs": {"runs-on": "ubuntu-latest", "steps": _STEPS}},
    }
    return document(value, ("Written once by `gw2mon init --ci`; yours to change.",))[0]
