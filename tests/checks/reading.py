"""What is no spec at all, or not in the words of the language."""

from tests.checks.mistakes import Mistake

WIDE = "more than 50,000 values, aliases counted at every use"
ONE_FORM = (
    "BackupOld: an alert has exactly one of bad-share-of, good-share-of, quantile, rate-of, value, absent, stale, "
    "forecast, change-of, expr; "
)

MISTAKES = [
    Mistake(
        "GW101", "a list without end",
        "exposes: [host]", "exposes: [host\n    interval»: 1m",
        "invalid YAML: did not find expected ',' or ']'",
    ),
    Mistake(
        "GW102", "an alert that was copied and kept its name",
        "  HostFull:\n", "  »QueueLong: {absent: shop_queue_length, severity: warning}\n  HostFull:\n",
        "key QueueLong stands twice; first on line 95", "keep one of the two",
    ),
    Mistake(
        "GW103", "a key with a slip of the finger",
        "- {severity: warning, to: chat}", "- {severity: warning, to: chat, »repeats: 1h}",
        "unknown key repeats", "did you mean repeat?",
    ),
    Mistake(
        "GW103", "a key with an underscore",
        "bad-share-of: orders\n    over", "bad-share-of: orders\n    »keep_firing_for: 5m\n    over",
        "unknown key keep_firing_for", "did you mean keep-firing-for?",
    ),
    Mistake(
        "GW104", "a service without a team",
        "version: 1\nservice: shop\nteam: checkout\n", "»version: 1\nservice: shop\n",
        "key team is missing", "Team that is woken.",
    ),
    Mistake(
        "GW104", "an SLO without a window",
        "orders-succeed: {of: orders, objective: 99%, window: 30d}", "»orders-succeed: {of: orders, objective: 99%}",
        "key window is missing in slos.orders-succeed", "Days over which it is kept, such as 30d.",
    ),
    Mistake(
        "GW104", "a latency objective that does not say what is fast",
        "  payment-is-fast: {of: payment-time, under: 500ms,", "  »payment-is-fast: {of: payment-time,",
        "an SLO of a latency needs under", "say under which duration a request is good: under: 200ms",
    ),
    Mistake(
        "GW105", "a list that is only its one item",
        "exposes: [host]", "exposes: »host",
        "exposes: expected a list, got host", "Groups of metrics that its targets expose.",
    ),
    Mistake(
        "GW105", "a help text that is a number",
        "help: Orders placed", "help: »7",
        "help: expected text, got 7; put it in quotes", "One sentence that says what is measured.",
    ),
    Mistake(
        "GW105", "a metric type that Prometheus does not have",
        "type: summary", "type: »timer",
        "type: expected 'counter', 'gauge', 'histogram', 'summary' or 'info', got timer", "The Prometheus type.",
    ),
    Mistake(
        "GW105", "a limit that is no whole number",
        "[books, music], limit: 20", "[books, music], limit: »2.5",
        "limit: expected a whole number, got 2.5",
        "Greatest number of values of an open label; more become `other`.",
    ),
    Mistake(
        "GW106", "an interval without unit",
        "interval: 30s", "interval: »30",
        "interval: a duration needs a unit: 30s, 30m …",
    ),
    Mistake(
        "GW106", "a unit in the wrong case",
        "interval: 30s", "interval: »30S",
        "interval: unknown unit S; did you mean s?",
    ),
    Mistake(
        "GW106", "a unit from another world",
        "interval: 30s", "interval: »30parsecs",
        "interval: unknown unit parsecs; units are %, /s, /min, ns, us, ms, s, m, h, d, w, B, kB, MB, GB, TB, "
        "KiB, MiB, GiB, TiB",
    ),
    Mistake(
        "GW106", "a quantile in percent",
        "quantile: 0.95", "quantile: »95%",
        "quantile: a quantile lies between 0 and 1, such as 0.95; got 95%",
    ),
    Mistake(
        "GW107", "a service that would leave its folder",
        "service: shop", "service: »../shop",
        "../shop is no name; write it like ai-requests",
    ),
    Mistake(
        "GW107", "an alert whose name has a blank",
        "QueueLong:", "»Queue long:",
        "Queue long is no alert name; write it like HighErrorRate",
    ),
    Mistake(
        "GW107", "a version of Prometheus that is a number",
        "{platform: compose}", "{platform: compose, prometheus-version: »2.42}",
        '2.42 is no version; write it like this, in quotes: "2.42"',
        twin='{platform: compose, prometheus-version: "2.42"}',
    ),
    Mistake(
        "GW107", "a service that takes the name of the shared files",
        "service: shop", "»service: stack",
        "stack names what all services share", "choose another name",
    ),
    Mistake(
        "GW108", "an alert with two conditions",
        "BackupOld: {stale:", "»BackupOld: {value: shop_queue_length, stale:",
        ONE_FORM + "value and stale are given",
    ),
    Mistake(
        "GW108", "an alert that says when and how bad, but not what",
        "  PaymentSlow: {", "  »BackupLost: {severity: warning}\n  PaymentSlow: {",
        ONE_FORM.replace("BackupOld", "BackupLost") + "none is given",
        twin="  BackupLost: {absent: shop_queue_length, severity: warning}\n  PaymentSlow: {",
    ),
    Mistake(
        "GW108", "a key that means nothing beside the others",
        "  BackupOld: {stale:", "  »BackupOld: {ahead: 4h, stale:",
        "BackupOld: ahead means nothing for an alert with stale; it goes with forecast",
    ),
    Mistake(
        "GW108", "a label without a limit",
        "labels: {category: {known: [books, music], limit: 20}}", "labels: {»category: {known: [books, music]}}",
        "category: say which values there can be: closed: […], or known: […] with a limit",
    ),
    Mistake(
        "GW108", "a target that is a URL",
        '  shop:\n    targets: ["shop:8000"]', '  »shop:\n    targets: ["http://shop:8000/"]',
        "shop: target http://shop:8000/ is written host:port, without scheme or path",
    ),
    Mistake(
        "GW109", "a time that YAML counts in sixties",
        "for: 10m", "for: »1:30",
        "1:30 does not mean the same to every YAML reader",
        'write "1:30" for the text, or a plain number, true or false',
    ),
    Mistake(
        "GW109", "a country that YAML takes for a boolean",
        "[books, music]", "[books, »no]",
        "no does not mean the same to every YAML reader",
        'write "no" for the text, or a plain number, true or false',
        twin='[books, "no"]',
    ),
    Mistake(
        "GW110", "a tag that would run code",
        "team: checkout", "team: »!!python/object/apply:os.system [date]",
        "tag tag:yaml.org,2002:python/object/apply:os.system is not allowed", "write a plain value",
    ),
    Mistake(
        "GW111", "a bell that came in with a paste",
        "help: Orders placed", "help: Orders »\a placed",
        "control character U+0007 in the file", "delete it",
    ),
    Mistake(
        "GW112", "two specs in one file",
        "alerts:\n", "»---\nalerts:\n",
        "a spec is one YAML document", "split it into files",
    ),
    Mistake(
        "GW113", "a key pasted where a file should be named",
        "/run/secrets/slack", "»https://hooks.slack.com/services/T0/B0/0123456789",
        "api-url-file holds a secret",
        "put it into a file, name the file in the spec, and replace the secret: it was exposed",
    ),
    Mistake(
        "GW114", "a spec from the future",
        "version: 1\nservice", "version: »2\nservice",
        "version: 2 is no version of the language that this gw2mon knows; it knows 1",
    ),
    Mistake(
        "GW114", "a spec that needs a newer gw2mon",
        "team: checkout", "team: checkout\nrequires: »'>=99.1'",
        "requires: this spec asks for gw2mon >=99.1, and this is 0.1.0",
        twin="team: checkout\nrequires: '>=0.1'",
    ),
    Mistake(
        "GW115", "a promise without error budget",
        "objective: 99.9%", "objective: »100%",
        "objective: objective 100% cannot be kept: 100% leaves no error budget",
    ),
]  # fmt: skip
