"""Defects of what programs read: secrets, addresses, and their own configuration."""

from tests.planted.planting import Planted, drop
from tests.planted.stacks import (
    ALERTMANAGER,
    PROMETHEUS,
    PROVIDERS,
    RULES,
    SOURCES,
    all_of,
    environment_as_list,
    file,
    no_file,
    password_in_the_config,
    service,
    target,
    top,
    webhook_in_the_config,
    without,
)

PASSWORD_FILE = "environment.GF_SECURITY_ADMIN_PASSWORD__FILE"

SECRETS = (
    Planted(
        "password in the environment",
        "in every docker inspect",
        all_of(
            without("grafana", PASSWORD_FILE),
            service("grafana", "environment.GF_SECURITY_ADMIN_PASSWORD", "kelp-otter-91"),
        ),
    ),
    Planted(
        "admin and admin",
        "the first password everybody tries",
        all_of(
            without("grafana", PASSWORD_FILE), service("grafana", "environment.GF_SECURITY_ADMIN_PASSWORD", "admin")
        ),
    ),
    Planted(
        "password in a list",
        "in every docker inspect",
        environment_as_list("GF_SECURITY_ADMIN_PASSWORD=kelp-otter-91"),
    ),
    Planted(
        "default of a variable",
        "admin where nobody sets it",
        all_of(
            without("grafana", PASSWORD_FILE),
            service("grafana", "environment.GF_SECURITY_ADMIN_PASSWORD", "${GRAFANA_PASSWORD:-admin}"),
        ),
    ),
    Planted("no password said", "admin and admin", without("grafana", PASSWORD_FILE)),
    Planted("anonymous users", "everybody reads", service("grafana", "environment.GF_AUTH_ANONYMOUS_ENABLED", "true")),
    Planted(
        "anonymous administrators",
        "everybody rules",
        environment_as_list(
            "GF_SECURITY_ADMIN_PASSWORD__FILE=/run/secrets/grafana_admin_password",
            "GF_AUTH_ANONYMOUS_ENABLED=true",
            "GF_AUTH_ANONYMOUS_ORG_ROLE=Admin",
        ),
    ),
    Planted(
        "anybody may register", "everybody reads", service("grafana", "environment.GF_USERS_ALLOW_SIGN_UP", "true")
    ),
    Planted(
        "secret that is not declared",
        "compose refuses",
        service("grafana", "secrets", ["grafana_admin_password", "oauth"]),
    ),
    Planted("secret that is not given", "Grafana does not start", without("grafana", "secrets")),
    Planted(
        "secret of the alerts not given",
        "no mail is sent",
        service("alertmanager", "secrets", ["slack_webhook_url", "pagerduty_routing_key"]),
    ),
    Planted("secret without a file", "compose refuses", top("secrets.smtp_password", {})),
    Planted("webhook in the configuration", "in the repository", webhook_in_the_config),
    Planted("password in the configuration", "in the repository", password_in_the_config),
    Planted(
        "token of a scrape in the configuration",
        "in the repository",
        file(PROMETHEUS, "scrape_configs.2.authorization", {"credentials": "eyJhbGciOi"}),
    ),
    Planted(
        "token of another service",
        "in every docker inspect",
        service("node-exporter", "environment", {"AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMIK7MDENG"}),
    ),
)

NETWORK = (
    Planted("network that is not declared", "compose refuses", service("prometheus", "networks", ["monitor"])),
    Planted(
        "apart from the others",
        "Grafana shows errors",
        all_of(service("grafana", "networks", ["front"]), top("networks.front", {})),
    ),
    Planted("no name for the host", "the backend is never scraped", without("prometheus", "extra_hosts")),
    Planted("target that is no service", "always down", target("node", "node_exporter:9100")),
    Planted("target at another port", "always down", target("node", "node-exporter:9101")),
    Planted("target with a scheme", "Prometheus does not start", target("node", "http://node-exporter:9100")),
    Planted("target without a port", "asked at port 80", target("node", "node-exporter")),
    Planted("target is the container itself", "always down", target("node", "localhost:9100")),
    Planted(
        "Alertmanager under another name",
        "alerts reach nobody",
        file(PROMETHEUS, "alerting.alertmanagers.0.static_configs.0.targets", ["alert-manager:9093"]),
    ),
    Planted(
        "Alertmanager at another port",
        "alerts reach nobody",
        file(PROMETHEUS, "alerting.alertmanagers.0.static_configs.0.targets", ["alertmanager:9094"]),
    ),
    Planted("no Alertmanager named", "alerts reach nobody", lambda stack: drop(stack.files[PROMETHEUS], "alerting")),
    Planted(
        "data source on localhost", "Grafana asks itself", file(SOURCES, "datasources.0.url", "http://localhost:9090")
    ),
    Planted("data source is no service", "no data", file(SOURCES, "datasources.0.url", "http://prom:9090")),
    Planted("data source at another port", "no data", file(SOURCES, "datasources.0.url", "http://prometheus:9091")),
    Planted("data source without its scheme", "no data", file(SOURCES, "datasources.0.url", "prometheus:9090")),
    Planted(
        "data source with another uid",
        "every dashboard asks for one that is not there",
        file(SOURCES, "datasources.0.uid", "prom-1"),
    ),
    Planted("data source of an unknown kind", "plugin not found", file(SOURCES, "datasources.0.type", "Prometheus")),
    Planted(
        "another interval than Prometheus",
        "graphs are empty: one sample in each window",
        file(PROMETHEUS, "global.scrape_interval", "1m"),
    ),
    Planted(
        "Alertmanager that nobody runs",
        "no service of that name",
        lambda stack: drop(stack.compose, "services.alertmanager"),
    ),
)

FILES = (
    Planted("rules that are not there", "no alert ever", file(PROMETHEUS, "rule_files", ["rules/shop.yml"])),
    Planted("rules deleted", "no alert ever", no_file(RULES)),
    Planted("rules that nobody names", "no alert ever", file(PROMETHEUS, "rule_files", ["rules/stack.yml"])),
    Planted(
        "two jobs of one name",
        "Prometheus does not start",
        file(PROMETHEUS, "scrape_configs.3.job_name", "gw2optimizer"),
    ),
    Planted(
        "patience longer than the interval",
        "Prometheus does not start",
        file(PROMETHEUS, "global.scrape_timeout", "30s"),
    ),
    Planted("unknown key", "Prometheus does not start", file(PROMETHEUS, "global.scrape_intervall", "15s")),
    Planted(
        "interval without a unit", "Prometheus does not start", file(PROMETHEUS, "global.evaluation_interval", "15")
    ),
    Planted("configuration deleted", "does not start", no_file(PROMETHEUS)),
    Planted("Alertmanager's configuration deleted", "does not start", no_file(ALERTMANAGER)),
    Planted(
        "receiver that is not there",
        "Alertmanager does not start",
        file(ALERTMANAGER, "route.routes.1.receiver", "pager"),
    ),
    Planted(
        "no receiver at the root",
        "Alertmanager does not start",
        lambda stack: drop(stack.files[ALERTMANAGER], "route.receiver"),
    ),
    Planted(
        "two receivers of one name", "Alertmanager does not start", file(ALERTMANAGER, "receivers.0.name", "nobody")
    ),
    Planted("templates that are not there", "notifications fail", file(ALERTMANAGER, "templates", ["tmpl/*.tmpl"])),
    Planted(
        "dashboards at a path that is not there",
        "an empty Grafana",
        file(PROVIDERS, "providers.0.options.path", "/var/lib/grafana/dashboards"),
    ),
    Planted("provider of an unknown kind", "an empty Grafana", file(PROVIDERS, "providers.0.type", "files")),
    Planted("no provider", "an empty Grafana", no_file(PROVIDERS)),
    Planted("dashboards deleted", "an empty Grafana", no_file("grafana/dashboards/")),
    Planted("no data source", "dashboards without data", no_file(SOURCES)),
)
