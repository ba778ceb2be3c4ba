"""What a problem of a compose file does to the people who rely on it: the help of its finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gw2mon.auditing.meanings import Meaning

CONSEQUENCES = {
    # never fires
    "no-rules": "Prometheus starts without a word, and no alert of these files ever fires",
    "unreachable": "the job is always down: what it would measure is missing, and alerts on it never fire",
    "unknown-host": "the job is always down: what it would measure is missing, and alerts on it never fire",
    "no-way-to-host": "on Linux the name leads nowhere, and the job is always down: add extra_hosts",
    "asks-itself": "it asks itself, finds nobody, and the job is always down: name the service",
    "bad-target": "the job is down, or asks another port than meant",
    "sample-configuration": "none of your jobs, rules or routes is in it: mount your own file",
    # tells nobody
    "nobody-told": "alerts fire, and no mail or message is ever sent",
    "no-templates": "a notification that uses one of its templates fails, and nobody is told",
    # does not start
    "missing-source": "Docker makes an empty folder of that name, and the program does not find its file",
    "no-configuration": "the program ends as soon as it starts",
    "bad-flag": "the program ends as soon as it starts",
    "unknown-flag": "the program ends as soon as it starts",
    "bad-prometheus-config": "Prometheus ends as soon as it starts, or keeps the configuration that it had",
    "secret-not-given": "the program ends as soon as it starts, or cannot log in",
    "secret-without-source": "Compose refuses the file, and starts nothing",
    "unknown-key": "Compose refuses the file, and starts nothing",
    "wrong-shape": "Compose refuses the file, and starts nothing",
    "undeclared-name": "Compose refuses the file, and starts nothing",
    "bad-dependency": "the service never starts, or Compose refuses the file",
    "bad-health-check": "the container is never healthy, and what waits for it never starts",
    "bad-port": "Compose refuses the file, and starts nothing",
    "port-taken": "the second of them does not start",
    "no-such-tag": "the image cannot be pulled, and the service does not start",
    # shows nothing
    "no-dashboards": "Grafana starts, and shows no dashboards",
    "no-data-source": "every panel is empty",
    "bad-data-source": "every panel that asks it shows an error",
    "nobody-listens": "a browser gets no answer at this port",
    "slow-scrapes": "graphs over short times have gaps, or are empty",
    # fires for the wrong reason
    "measures-container": "it measures the container, and alerts about the machine compare the wrong numbers",
    # loses data
    "lost-data": "when the container is made anew, as after every update, all of it is gone",
    "data-in-memory": "after a restart graphs begin anew, alerts that were pending start over, and budgets look full",
    "short-retention": "the rule looks at the last days only, and its result is wrong",
    "shared-data": "the second program does not start, or spoils the data of the first",
    "cannot-write-data": "the program cannot write, and ends as soon as it starts",
    # lets someone in
    "open-port": "Docker opens it before any firewall is asked: publish it at 127.0.0.1, or put a login before it",
    "admin-api": "without this flag nobody can",
    "open-lifecycle": "publish the port at 127.0.0.1",
    "default-password": "whoever reaches Grafana is its administrator: take the password from a secret",
    "open-grafana": "turn it off unless the dashboards are meant for everybody",
    "secret-in-environment": "whoever may read the file, or list containers, has it: take it from a secret",
    "secret-in-file": "whoever may read the repository has it: change it, and name a file instead",
    "writable-config": "whoever breaks into the program can make it trust what they write",
}
"""Code of a problem to its consequence."""

UNANSWERED = ("unreachable", "unknown-host", "no-way-to-host", "asks-itself", "bad-target")
"""Codes of addresses at which nobody answers; what that does depends on who asks."""
UNANSWERED_IN: dict[str, tuple[Meaning, str]] = {
    "datasources": ("shows nothing", "every panel that asks this data source shows an error"),
    "alerting": ("tells nobody", "alerts are sent nowhere, and no mail or message follows"),
}
"""Beginnings of places in a configuration to what it means there; anywhere else a job is down."""
