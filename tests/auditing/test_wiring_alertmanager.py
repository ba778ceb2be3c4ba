"""alertmanager.yml as Alertmanager reads it: whatever it refuses is told, and nothing else as an error."""

from textwrap import dedent

import pytest

from tests.auditing.estates import wiring
from tests.tools import find

AMTOOL = find("amtool")[-1]
RIGHT = """\
global: {smtp_smarthost: "mail.example.org:587", smtp_from: alerts@example.org}
templates: [templates/*.tmpl]
route:
  receiver: mail
  group_by: [alertname, service]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 4h
  routes:
    - receiver: nobody
      matchers: [alertname="Watchdog"]
    - receiver: oncall
      matchers: ['severity="critical"', 'team=~"web|api"']
      continue: true
    - receiver: oncall
      match: {severity: critical}
    - receiver: mail
      match_re: {severity: "warning|info"}
      mute_time_intervals: [nights]
inhibit_rules:
  - source_matchers: [severity="critical"]
    target_matchers: [severity="warning"]
    equal: [service, alertname]
receivers:
  - name: mail
    email_configs:
      - to: team@example.org
        headers: {Subject: '{{ template "shop.title" . }}'}
        html: '{{ template "email.default.html" . }}'
  - name: oncall
    pagerduty_configs:
      - {routing_key_file: /run/secrets/pagerduty, description: '{{ .CommonAnnotations.summary }}'}
  - name: nobody
time_intervals:
  - name: nights
    time_intervals: [{times: [{start_time: "22:00", end_time: "24:00"}]}]
"""
TEMPLATE = """{{ define "shop.title" }}{{ .Status | toUpper }} {{ template "shop.names" .Alerts }}{{ end }}
{{ define "shop.names" }}{{ range . }}{{ .Labels.alertname }} {{ end }}{{ end }}
"""
RULES = """\
groups:
  - name: shop
    rules:
      - {alert: Watchdog, expr: vector(1), labels: {severity: none}}
      - {alert: Down, expr: up == 0, labels: {severity: critical}}
      - {alert: Slow, expr: up == 2, labels: {severity: warning}}
"""
MINIMAL = """\
route: {receiver: hook}
receivers: [{name: hook, webhook_configs: [{url: "http://hook.example.org/"}]}]
"""


def of(text, **files):
    others = {path.replace("__", "/").replace("_", "."): each for path, each in files.items()}
    return wiring({"alertmanager.yml": text, **others})


def errors(text):
    return [line for line in of(text) if " error " in line]


def is_accepted(text, folder):
    file = folder / "alertmanager.yml"
    file.write_text(dedent(text))
    return AMTOOL.run("check-config", file).returncode == 0


def test_what_is_right_is_right():
    assert of(RIGHT, templates__shop_tmpl=TEMPLATE, rules_yml=RULES) == []


def test_amtool_accepts_what_is_right(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/shop.tmpl").write_text(TEMPLATE)
    assert is_accepted(RIGHT, tmp_path)


REFUSED = {
    "an unknown key at the top": MINIMAL + "inhibition_rules: []\n",
    "an unknown key in global": MINIMAL + "global: {smtp_host: mail}\n",
    "an unknown key of a route": MINIMAL.replace("{receiver: hook}", "{receiver: hook, group: [alertname]}"),
    "an unknown kind of receiver": MINIMAL.replace("webhook_configs", "web_hook_configs"),
    "an unknown key of a channel": MINIMAL.replace("[{url:", "[{address: x, url:"),
    "an unknown key of an inhibition": MINIMAL + "inhibit_rules: [{source_matchers: [a=b], targets: [c=d]}]\n",
    "no receiver at the top": MINIMAL.replace("{receiver: hook}", "{group_by: [alertname]}"),
    "a receiver that is not there": MINIMAL.replace("{receiver: hook}", "{receiver: hooks}"),
    "a receiver that is not there, further down": MINIMAL.replace(
        "{receiver: hook}", "{receiver: hook, routes: [{receiver: mail, matchers: [a=b]}]}"
    ),
    "two receivers of one name": MINIMAL.replace("receivers: [", "receivers: [{name: hook}, "),
    "a receiver without a name": MINIMAL.replace("name: hook, ", ""),
    "matchers at the top": MINIMAL.replace("{receiver: hook}", "{receiver: hook, matchers: [a=b]}"),
    "continue at the top": MINIMAL.replace("{receiver: hook}", "{receiver: hook, continue: true}"),
    "matchers as a record": MINIMAL.replace(
        "{receiver: hook}", "{receiver: hook, routes: [{matchers: {severity: critical}}]}"
    ),
    "a matcher as a record": MINIMAL.replace(
        "{receiver: hook}", "{receiver: hook, routes: [{matchers: [{severity: critical}]}]}"
    ),
    "a matcher without a sign": MINIMAL.replace(
        "{receiver: hook}", "{receiver: hook, routes: [{matchers: [critical]}]}"
    ),
    "a matcher with an open quote": MINIMAL.replace(
        "{receiver: hook}", """{receiver: hook, routes: [{matchers: ['severity="critical']}]}"""
    ),
    "an expression that is none, in the old form": MINIMAL.replace(
        "{receiver: hook}", '{receiver: hook, routes: [{match_re: {service: "web(" }}]}'
    ),
    "an expression that is none": MINIMAL.replace(
        "{receiver: hook}", """{receiver: hook, routes: [{matchers: ['service=~"*web"']}]}"""
    ),
    "a label that is none": MINIMAL.replace("{receiver: hook}", "{receiver: hook, routes: [{match: {my-label: x}}]}"),
    "a time that is none": MINIMAL.replace("{receiver: hook}", "{receiver: hook, group_wait: 1.5m}"),
    "a time without a unit": MINIMAL.replace("{receiver: hook}", "{receiver: hook, repeat_interval: 4}"),
    "no time at all": MINIMAL.replace("{receiver: hook}", "{receiver: hook, group_interval: 0s}"),
    "a label twice": MINIMAL.replace("{receiver: hook}", "{receiver: hook, group_by: [a, a]}"),
    "all labels and some": MINIMAL.replace("{receiver: hook}", "{receiver: hook, group_by: [..., a]}"),
    "an interval that is not there": MINIMAL.replace(
        "{receiver: hook}", "{receiver: hook, routes: [{matchers: [a=b], mute_time_intervals: [nights]}]}"
    ),
    "mail without a server": MINIMAL.replace('webhook_configs: [{url: "http://hook.example.org/"}]',
                                             "email_configs: [{to: a@example.org, from: b@example.org}]"),
    "mail without a sender": MINIMAL.replace('webhook_configs: [{url: "http://hook.example.org/"}]',
                                             'email_configs: [{to: a@example.org, smarthost: "mail:25"}]'),
    "mail to nobody": MINIMAL.replace('webhook_configs: [{url: "http://hook.example.org/"}]',
                                      'email_configs: [{from: b@example.org, smarthost: "mail:25"}]'),
    "Slack without an address": MINIMAL.replace('webhook_configs: [{url: "http://hook.example.org/"}]',
                                                'slack_configs: [{channel: "#alerts"}]'),
    "PagerDuty without a key": MINIMAL.replace('webhook_configs: [{url: "http://hook.example.org/"}]',
                                               "pagerduty_configs: [{severity: error}]"),
    "Opsgenie without a key": MINIMAL.replace('webhook_configs: [{url: "http://hook.example.org/"}]',
                                              "opsgenie_configs: [{priority: P1}]"),
    "Telegram without a chat": MINIMAL.replace('webhook_configs: [{url: "http://hook.example.org/"}]',
                                               "telegram_configs: [{bot_token_file: /x}]"),
    "Telegram without a token": MINIMAL.replace('webhook_configs: [{url: "http://hook.example.org/"}]',
                                                "telegram_configs: [{chat_id: 4}]"),
    "Discord without an address": MINIMAL.replace('webhook_configs: [{url: "http://hook.example.org/"}]',
                                                  "discord_configs: [{title: x}]"),
    "Teams without an address": MINIMAL.replace('webhook_configs: [{url: "http://hook.example.org/"}]',
                                                "msteamsv2_configs: [{title: x}]"),
    "Pushover without a user": MINIMAL.replace('webhook_configs: [{url: "http://hook.example.org/"}]',
                                               "pushover_configs: [{token_file: /x}]"),
    "VictorOps without a routing key": MINIMAL.replace('webhook_configs: [{url: "http://hook.example.org/"}]',
                                                       "victorops_configs: [{api_key_file: /x}]"),
    "a webhook to nowhere": MINIMAL.replace('[{url: "http://hook.example.org/"}]', "[{send_resolved: true}]"),
}  # fmt: skip
ACCEPTED = {
    "the least": MINIMAL,
    "a matcher without quotes": MINIMAL.replace(
        "{receiver: hook}", "{receiver: hook, routes: [{matchers: [severity = critical, 'team =~ web|api']}]}"
    ),
    "several matchers in one text": MINIMAL.replace(
        "{receiver: hook}", """{receiver: hook, routes: [{matchers: ['{severity="critical", team!="web"}']}]}"""
    ),
    "a comma inside of quotes": MINIMAL.replace(
        "{receiver: hook}", """{receiver: hook, routes: [{matchers: ['service=~"a{1,2}"']}]}"""
    ),
    "an escaped quote": MINIMAL.replace(
        "{receiver: hook}", r"""{receiver: hook, routes: [{matchers: ['name="a \"b\""', 'path=~"/x\\.y"']}]}"""
    ),
    "a quoted label": MINIMAL.replace(
        "{receiver: hook}", """{receiver: hook, routes: [{matchers: ['"my.label"="x"']}]}"""
    ),
    "long times": MINIMAL.replace("{receiver: hook}", "{receiver: hook, repeat_interval: 1d12h, group_wait: 0s}"),
    "a number as value": MINIMAL.replace("{receiver: hook}", '{receiver: hook, routes: [{match: {status: "500"}}]}'),
    "grouping by everything": MINIMAL.replace("{receiver: hook}", "{receiver: hook, group_by: [...]}"),
    "Slack by its app": MINIMAL.replace('webhook_configs: [{url: "http://hook.example.org/"}]',
                                        'slack_configs: [{app_token_file: /x, channel: "#a"}]'),
    "Slack by way of global": MINIMAL.replace('webhook_configs: [{url: "http://hook.example.org/"}]',
                                              'slack_configs: [{channel: "#alerts"}]')
                              + "global: {slack_api_url_file: /run/secrets/slack}\n",
    "PagerDuty of old": MINIMAL.replace('webhook_configs: [{url: "http://hook.example.org/"}]',
                                        "pagerduty_configs: [{service_key_file: /x}]"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_alertmanager_refuses_is_an_error(name, tmp_path):
    assert not is_accepted(REFUSED[name], tmp_path)
    assert any("GW635" in line for line in errors(REFUSED[name]))


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_alertmanager_accepts_is_none(name, tmp_path):
    assert is_accepted(ACCEPTED[name], tmp_path)
    assert errors(ACCEPTED[name]) == []


def test_a_misspelt_receiver_is_told_at_its_place_with_the_right_one():
    found = of(RIGHT.replace("receiver: oncall\n      match:", "receiver: on-call\n      match:"))
    assert [line for line in found if "GW635" in line] == [
        "alertmanager.yml:15 GW635 error there is no receiver on-call | tells nobody"
    ]


def routes(*lines):
    listed = "".join(f"    - {line}\n" for line in lines)
    return MINIMAL.replace("{receiver: hook}\n", f"\n  receiver: hook\n  routes:\n{listed}")


@pytest.mark.parametrize(("first", "second"), [
    ("{matchers: ['team=\"web\"']}", "{matchers: ['team=\"web\"', 'severity=\"critical\"']}"),
    ("{match_re: {severity: critical|warning}}", "{match: {severity: critical}}"),
    ("{matchers: ['severity!=\"info\"']}", "{matchers: [severity=warning]}"),
    ("{matchers: ['service=~\".*\"']}", "{matchers: [team=web]}"),
    ("{receiver: hook}", "{matchers: [team=web]}"),
    ("{matchers: ['severity=~\"critical|page\"']}", "{matchers: ['severity=~\"page|critical\"', team=web]}"),
])  # fmt: skip
def test_a_route_after_one_that_takes_all_of_it_is_never_reached(first, second):
    (line,) = errors(routes(first, second))
    assert "GW636" in line
    assert "takes them all" in line
    assert errors(routes(second, first)) == []
    assert errors(routes(first[:-1] + ", continue: true}", second)) == []


@pytest.mark.parametrize(("first", "second"), [
    ("{matchers: [team=web]}", "{matchers: [severity=critical]}"),
    ("{match_re: {severity: crit.*}}", "{match_re: {severity: c.*}}"),
    ("{matchers: ['severity=\"critical\"']}", "{matchers: ['severity=~\"critical|warning\"']}"),
])  # fmt: skip
def test_routes_that_only_overlap_are_both_reached(first, second):
    assert errors(routes(first, second)) == []


def test_a_route_that_contradicts_the_one_above_it_is_never_reached():
    text = routes("{matchers: [severity=critical], routes: [{matchers: [severity=warning]}]}")
    assert errors(text) == [
        (
            "alertmanager.yml:4 GW636 error no alert can come here: its matchers, and those above it, contradict"
            " each other | tells nobody"
        )
    ]


def test_receivers_without_a_route_or_without_a_channel_are_told():
    text = RIGHT.replace("  - name: nobody\n", "  - name: nobody\n  - name: chat\n").replace(
        "      - {routing_key_file: /run/secrets/pagerduty, description: '{{ .CommonAnnotations.summary }}'}\n", ""
    )
    found = of(text, templates__shop_tmpl=TEMPLATE)
    assert found == [
        (
            "alertmanager.yml:30 GW636 warning oncall is told, and passes nothing on: it has neither mail nor chat"
            " nor anything else | tells nobody"
        ),
        "alertmanager.yml:33 GW636 warning no route leads to chat | style",
    ]


def test_a_severity_that_no_route_takes_is_told_at_the_rule():
    rules = RULES.replace("severity: warning", "severity: page")
    assert of(RIGHT, templates__shop_tmpl=TEMPLATE, rules_yml=rules) == [
        "rules.yml:6 GW501 warning no route takes page alerts such as Slow | tells nobody"
    ]


def test_nothing_is_said_of_severities_where_no_route_asks_for_one():
    assert of(MINIMAL, rules_yml=RULES) == []


def test_an_alert_may_be_taken_by_a_label_that_its_series_bring_along():
    text = routes("{matchers: [severity=critical]}", "{matchers: [team=web]}")
    assert of(text, rules_yml=RULES) == []


INHIBITIONS = {
    "mutes everything": ("{source_matchers: [alertname=Down]}", "no target"),
    "nothing is to be equal": ("{source_matchers: [severity=critical], target_matchers: [severity=warning]}",
                               "anywhere mutes all the others"),
    "cannot be equal": ("{source_match: {severity: critical}, target_match: {severity: warning}, equal: [severity]}",
                        "severity is to be equal"),
    "mutes itself": ("{source_matchers: [severity=critical], target_matchers: [severity=critical], equal: [service]}",
                     "could mute as well"),
}  # fmt: skip


@pytest.mark.parametrize("name", INHIBITIONS)
def test_an_inhibition_that_mutes_nothing_or_too_much_is_told(name, tmp_path):
    rule, said = INHIBITIONS[name]
    text = MINIMAL + f"inhibit_rules:\n  - {rule}\n"
    assert is_accepted(text, tmp_path)
    (line,) = of(text)
    assert line.startswith("alertmanager.yml:4 GW637")
    assert said in line


def test_a_repetition_that_is_shorter_than_its_group_is_told():
    text = MINIMAL.replace("{receiver: hook}", "{receiver: hook, repeat_interval: 1m}")
    assert of(text) == [
        (
            "alertmanager.yml:1 GW636 warning repeat_interval 1m is shorter than group_interval 5m, and never counts"
            " | style"
        )
    ]


def test_templates_that_are_missing_broken_or_misspelt_are_told():
    assert of(RIGHT) == [
        "alertmanager.yml:2 GW638 warning among the files here there is no templates/*.tmpl | tells nobody",
        "alertmanager.yml:28 GW638 warning no file of templates defines shop.title | tells nobody",
    ]
    misspelt = of(RIGHT, templates__shop_tmpl=TEMPLATE.replace('define "shop.names"', 'define "shop.name"'))
    assert misspelt == ["shop.tmpl:1 GW638 error no file of templates defines shop.names | tells nobody".replace(
        "shop.tmpl", "templates/shop.tmpl")]  # fmt: skip
    (broken,) = of(RIGHT, templates__shop_tmpl=TEMPLATE.replace("{{ end }}\n", "\n", 1))
    assert "templates/shop.tmpl:" in broken
    assert "Alertmanager cannot read this template" in broken


def test_what_a_file_of_another_ending_defines_nobody_knows():
    other = RIGHT.replace("templates/*.tmpl", "templates/*.html")
    assert [line for line in of(other) if "GW638" in line] == [
        "alertmanager.yml:28 GW638 warning no file of templates defines shop.title | tells nobody"
    ]


def test_amtool_refuses_a_broken_template_too(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/shop.tmpl").write_text(TEMPLATE.replace("{{ end }}\n", "\n", 1))
    assert not is_accepted(RIGHT, tmp_path)


def test_the_functions_of_alertmanager_are_known_and_those_of_others_are_not():
    text = MINIMAL.replace(
        'url: "http', """max_alerts: 1, payload: {a: '{{ toJson .Alerts | trimSpace }}'}, url: "http"""
    )
    assert of(text) == []
    (line,) = of(text.replace("toJson .Alerts", "upper .Status"))
    assert "GW638 error payload is no template" in line.replace("a is no", "payload is no")
    assert "upper" in line


def test_a_secret_is_told_and_never_shown():
    secret = "https://hooks.slack.com/services/T000/B000/abcdefghijklmnop"
    text = MINIMAL.replace(
        'webhook_configs: [{url: "http://hook.example.org/"}]', f'slack_configs: [{{api_url: "{secret}"}}]'
    )
    assert of(text) == [
        "alertmanager.yml:2 GW661 warning the value of api_url stands in alertmanager.yml | lets someone in"
    ]
    assert secret not in "\n".join(of(text))
