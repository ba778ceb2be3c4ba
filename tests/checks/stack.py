"""A stack that would start, and then miss something."""

from tests.checks.mistakes import Mistake

STACK = "stack: {platform: compose}"
SHOP_JOB = """\
  shop:
    targets: ["shop:8000"]
"""
PROBE = """\
  site:
    targets: ["https://shop.example.org/"]
    probe: {module: http_2xx, through: "blackbox-exporter:9115"}
"""
SCRAPE = "scrape:\n"

MISTAKES = [
    Mistake(
        "GW621", "samples that are gone before the window of an SLO ends",
        STACK, "»stack: {platform: compose, retention: 20d}",
        "samples are kept for 20d, but SLO payment-is-fast looks back 30d",
        "raise stack.retention, or leave it out: it then follows the longest window",
        twin="stack: {platform: compose, retention: 40d}",
    ),
    Mistake(
        "GW622", "an exporter of the stack under another port",
        SCRAPE, SCRAPE + '  »more:\n    targets: ["node-exporter:9101"]\n',
        "nobody listens at node-exporter:9101", "node-exporter listens at node-exporter:9100",
        twin=SCRAPE + '  more:\n    targets: ["node-exporter:9100"]\n',
    ),
    Mistake(
        "GW622", "an exporter for probes under a name that the stack does not have",
        SCRAPE, SCRAPE + PROBE.replace("site:", "»site:").replace("9115", "9116"),
        "nobody listens at blackbox-exporter:9116", "the stack has no blackbox-exporter",
        twin=SCRAPE + PROBE,
    ),
    Mistake(
        "GW622", "an Alertmanager under another port",
        STACK, '»stack: {platform: compose, alertmanagers: ["alertmanager:9094"]}',
        "nobody listens at alertmanager:9094", "alertmanager listens at alertmanager:9093",
        twin='stack: {platform: compose, alertmanagers: ["alerts.example.org:9093"]}',
    ),
    Mistake(
        "GW623", "a module that the blackbox exporter does not have",
        SCRAPE, SCRAPE + PROBE.replace("site:", "»site:").replace("http_2xx", "https_200"),
        "the blackbox exporter may not know module https_200",
        "declare it in stack.probe-modules; known are http_2xx, http_post_2xx, tcp_connect, grpc, icmp",
        severity="warning", twin=SCRAPE + PROBE,
    ),
    Mistake(
        "GW624", "localhost, as one would write it without containers",
        SHOP_JOB, SHOP_JOB.replace("shop:\n", "»shop:\n").replace("shop:8000", "localhost:8000"),
        "target localhost:8000 is the container of Prometheus itself",
        "for a program on the machine write host.docker.internal:8000", severity="warning",
        twin=SHOP_JOB.replace("shop:8000", "host.docker.internal:8000"),
    ),
    Mistake(
        "GW625", "a secret beside the configuration",
        "notify:\n  receivers:\n    oncall: {pagerduty: {routing-key-file: /run/secrets/pagerduty}}",
        "»notify:\n  receivers:\n    oncall: {pagerduty: {routing-key-file: pagerduty}}",
        "secret file pagerduty is no absolute path",
        "write /run/secrets/pagerduty; the compose file mounts it there",
    ),
]  # fmt: skip
