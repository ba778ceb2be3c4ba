"""Receivers: PagerDuty, Slack, mail and webhooks, in options that Alertmanager 0.25 and 0.34 both accept.

Secrets are named by file. Texts come from the template file; what a spec wrote into a field that Alertmanager would run
as a template is escaped, so that it is shown and never run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, assert_never

from gw2mon.generators.alertmanager.routing import receiver_name
from gw2mon.model import Email, PagerDuty, Slack, Webhook

if TYPE_CHECKING:
    from gw2mon.model import Integration, Notify, Receiver

_LINK = '{{ template "gw2mon.link" . }}'
_TEXT = '{{ template "gw2mon.text" . }}'
_TITLE = '{{ template "gw2mon.title" . }}'


def literal(text: str) -> str:
    """A text that Alertmanager's templates render as itself."""
    return re.sub(r"\{\{|\}\}", lambda braces: f'{{{{"{braces[0]}"}}}}', text)


def receivers(notify: Notify) -> list[dict[str, Any]]:
    """One Alertmanager receiver for each set of receivers that some route names."""
    by_name = {receiver.name: receiver for receiver in notify.receivers}
    watchdog = (notify.watchdog,) if notify.watchdog else ()
    told = dict.fromkeys((notify.default, *(route.to for route in notify.routes)))
    found = [_combined(to, [by_name[name] for name in to], resolved=True) for to in told]
    if watchdog not in told:
        # A dead man's switch counts every call as a sign of life: a resolved Watchdog must not be one.
        found.append(_combined(watchdog, [by_name[name] for name in watchdog], resolved=False))
    return found


def _combined(names: tuple[str, ...], parts: list[Receiver], *, resolved: bool) -> dict[str, Any]:
    configs: dict[str, list[dict[str, Any]]] = {}
    for integration in dict.fromkeys(item for part in parts for item in part.integrations):
        kind, config = _integration(integration)
        configs.setdefault(kind, []).append({"send_resolved": resolved, **config})
    return {"name": receiver_name(names), **configs}


def _integration(integration: Integration) -> tuple[str, dict[str, Any]]:
    match integration:
        case PagerDuty():
            return "pagerduty_configs", _pagerduty(integration)
        case Slack():
            return "slack_configs", _slack(integration)
        case Email():
            return "email_configs", _email(integration)
        case Webhook():
            return "webhook_configs", _webhook(integration)
        case _:
            assert_never(integration)


def _pagerduty(pagerduty: PagerDuty) -> dict[str, Any]:
    return {
        "routing_key_file": pagerduty.routing_key_file,
        "description": _TITLE,
        "severity": '{{ template "gw2mon.pagerduty.severity" . }}',
        "component": "{{ .GroupLabels.service }}",
        # Besides Alertmanager's own details: firing, resolved, num_firing and num_resolved.
        "details": {"alerts": _TEXT, "runbook": _LINK},
        "links": [{"href": _LINK, "text": "Runbook"}],
    }


def _slack(slack: Slack) -> dict[str, Any]:
    return {
        "api_url_file": slack.api_url_file,
        "channel": literal(slack.channel),
        "title": _TITLE,
        "title_link": _LINK,
        "text": '{{ template "gw2mon.slack.text" . }}',
    }


def _email(email: Email) -> dict[str, Any]:
    login = {"auth_username": email.auth_username} if email.auth_username else {}
    password = {"auth_password_file": email.auth_password_file} if email.auth_password_file else {}
    return {
        "to": literal(email.to),
        "from": literal(email.sender),
        "smarthost": email.smarthost,
        **login,
        **password,
        "require_tls": email.require_tls,
        "headers": {"Subject": _TITLE},
        "html": '{{ template "gw2mon.html" . }}',
        "text": _TEXT,
    }


def _webhook(webhook: Webhook) -> dict[str, Any]:
    # Newer versions run templates in URLs, older ones do not: percent encoding is the same text for both.
    config: dict[str, Any] = {"url": webhook.url.replace("{{", "%7B%7B").replace("}}", "%7D%7D")}
    if webhook.credentials_file:
        config["http_config"] = {"authorization": {"credentials_file": webhook.credentials_file}}
    return config
