"""What it takes to plant a defect in a compose file, or in one of the files that it mounts."""

from typing import Any, NamedTuple

from tests.planted.planting import drop, put

Data = dict[str, Any]


class Stack(NamedTuple):
    """A compose file, and the files at and beneath its folder: parsed where they are YAML or JSON, else text."""

    compose: Data
    files: dict[str, Any]


PROMETHEUS = "prometheus/prometheus.yml"
ALERTMANAGER = "alertmanager/alertmanager.yml"
SOURCES = "grafana/provisioning/datasources/gw2mon.yml"
PROVIDERS = "grafana/provisioning/dashboards/gw2mon.yml"
RULES = "prometheus/rules/gw2optimizer.yml"


def service(name, path, value):
    return lambda stack: put(stack.compose["services"][name], path, value)


def without(name, *paths):
    def plant(stack):
        for path in paths:
            drop(stack.compose["services"][name], path)

    return plant


def top(path, value):
    return lambda stack: put(stack.compose, path, value)


def file(name, path, value):
    return lambda stack: put(stack.files[name], path, value)


def no_file(*names):
    def plant(stack):
        for name in [file for file in stack.files if file.startswith(names)]:
            del stack.files[name]

    return plant


def flags(name, *, add=(), remove=()):
    def plant(stack):
        command = stack.compose["services"][name]["command"]
        command[:] = [flag for flag in command if not flag.startswith(remove)] if remove else command
        command.extend(add)

    return plant


def mounts(name, *, add=(), remove=()):
    def plant(stack):
        volumes = stack.compose["services"][name]["volumes"]
        volumes[:] = [mount for mount in volumes if not str(mount).startswith(remove)] if remove else volumes
        volumes.extend(add)

    return plant


def all_of(*plants):
    def plant(stack):
        for one in plants:
            one(stack)

    return plant


def slo(window):
    rule = {
        "record": "shop:errors:ratio_rate",
        "expr": f'sum(rate(http_requests_total{{job="gw2optimizer"}}[{window}]))',
    }
    return lambda stack: stack.files[RULES]["groups"].append({"name": "slo", "rules": [rule]})


def probe(name, *test):
    return service(name, "healthcheck.test", list(test))


def get(url):
    return ["CMD", "wget", "-q", "-O", "/dev/null", url]


def target(job, *targets):
    def plant(stack):
        jobs = stack.files[PROMETHEUS]["scrape_configs"]
        next(one for one in jobs if one["job_name"] == job)["static_configs"][0]["targets"] = list(targets)

    return plant


def environment_as_list(*lines):
    def plant(stack):
        grafana = stack.compose["services"]["grafana"]
        grafana["environment"] = [f"{k}={v}" for k, v in grafana["environment"].items() if not k.endswith("__FILE")]
        grafana["environment"].extend(lines)

    return plant


def misspelt(name, right, wrong):
    def plant(stack):
        stack.compose["services"][name][wrong] = stack.compose["services"][name].pop(right)

    return plant


def webhook_in_the_config(stack):
    for receiver in stack.files[ALERTMANAGER]["receivers"]:
        for slack in receiver.get("slack_configs", []):
            del slack["api_url_file"]
            slack["api_url"] = "https://hooks.slack.com/services/T0AAAA/B0BBBB/abcdefghijkl"


def password_in_the_config(stack):
    for receiver in stack.files[ALERTMANAGER]["receivers"]:
        for mail in receiver.get("email_configs", []):
            del mail["auth_password_file"]
            mail["auth_password"] = "kelp-otter-91"
