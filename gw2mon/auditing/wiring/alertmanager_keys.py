"""The keys that Alertmanager 0.34 reads, and what its receivers cannot do without. It refuses a file with any other."""

from __future__ import annotations

TOP = frozenset(
    "global route inhibit_rules receivers templates mute_time_intervals time_intervals tracing event_recorder".split()  # noqa: SIM905
)
GLOBAL = frozenset(
    "resolve_timeout http_config jira_api_url smtp_from smtp_hello smtp_smarthost smtp_auth_username "  # noqa: SIM905
    "smtp_auth_password smtp_auth_password_file smtp_auth_secret smtp_auth_secret_file smtp_auth_identity "
    "smtp_require_tls smtp_tls_config smtp_force_implicit_tls slack_api_url slack_api_url_file slack_app_token "
    "slack_app_token_file slack_app_url pagerduty_url opsgenie_api_url opsgenie_api_key opsgenie_api_key_file "
    "wechat_api_url wechat_api_secret wechat_api_secret_file wechat_api_corp_id victorops_api_url victorops_api_key "
    "victorops_api_key_file telegram_api_url telegram_bot_token telegram_bot_token_file webex_api_url "
    "rocketchat_api_url rocketchat_token rocketchat_token_file rocketchat_token_id rocketchat_token_id_file "
    "mattermost_webhook_url mattermost_webhook_url_file".split()
)
ROUTE = frozenset(
    "receiver group_by match match_re matchers mute_time_intervals active_time_intervals continue routes group_wait "  # noqa: SIM905
    "group_interval repeat_interval labels".split()
)
INHIBITION = frozenset(
    "name source_match source_match_re source_matchers target_match target_match_re target_matchers equal".split()  # noqa: SIM905
)
INTEGRATIONS = {
    f"{name}_configs": frozenset(("send_resolved", "http_config", *keys.split()))
    for name, keys in {
        "discord": "webhook_url webhook_url_file content title message username avatar_url",
        "email": "to from hello smarthost auth_username auth_password auth_password_file auth_secret auth_secret_file "
        "auth_identity headers html text require_tls tls_config force_implicit_tls threading",
        "incidentio": "url url_file alert_source_token alert_source_token_file max_alerts timeout",
        "jira": "api_url api_type project summary description labels priority issue_type reopen_transition "
        "resolve_transition wont_fix_resolution reopen_duration fields",
        "mattermost": "webhook_url webhook_url_file channel username text fallback color pretext author_name "
        "author_link author_icon title title_link fields thumb_url footer footer_icon image_url icon_url icon_emoji "
        "attachments type props priority",
        "msteams": "webhook_url webhook_url_file title summary text",
        "msteamsv2": "webhook_url webhook_url_file title text",
        "opsgenie": "api_key api_key_file api_url message description source details entity responders actions tags "
        "note priority update_alerts",
        "pagerduty": "service_key service_key_file routing_key routing_key_file url client client_url description "
        "details images links source severity class component group timeout",
        "pushover": "user_key user_key_file token token_file title message url url_title device sound priority retry "
        "expire ttl html monospace",
        "rocketchat": "api_url token_id token_id_file token token_file channel color title title_link text fields "
        "short_fields emoji icon_url image_url thumb_url link_names actions",
        "slack": "api_url api_url_file app_token app_token_file app_url channel username color title title_link "
        "pretext text message_text fields short_fields footer fallback callback_id icon_emoji icon_url image_url "
        "thumb_url link_names mrkdwn_in actions update_message timeout",
        "sns": "api_url sigv4 topic_arn phone_number target_arn subject message attributes use_aws_http_client",
        "telegram": "api_url bot_token bot_token_file chat_id chat_id_file message_thread_id message "
        "disable_notifications parse_mode",
        "victorops": "api_key api_key_file api_url routing_key message_type state_message entity_display_name "
        "monitoring_tool custom_fields",
        "webex": "api_url message room_id",
        "webhook": "url url_file max_alerts timeout payload",
        "wechat": "api_secret api_secret_file corp_id message api_url to_user to_party to_tag agent_id message_type",
    }.items()
}
RECEIVER = frozenset(("name", "labels", *INTEGRATIONS))

NEEDS: dict[str, tuple[tuple[str, str], ...]] = {
    "discord_configs": (("webhook_url webhook_url_file", ""),),
    "email_configs": (("to", ""), ("smarthost", "smtp_smarthost"), ("from", "smtp_from")),
    "msteams_configs": (("webhook_url webhook_url_file", ""),),
    "msteamsv2_configs": (("webhook_url webhook_url_file", ""),),
    "opsgenie_configs": (("api_key api_key_file", "opsgenie_api_key opsgenie_api_key_file"),),
    "pagerduty_configs": (("routing_key routing_key_file service_key service_key_file", ""),),
    "pushover_configs": (("user_key user_key_file", ""), ("token token_file", "")),
    "slack_configs": (
        (
            "api_url api_url_file app_token app_token_file",
            "slack_api_url slack_api_url_file slack_app_token slack_app_token_file",
        ),
    ),
    "telegram_configs": (
        ("bot_token bot_token_file", "telegram_bot_token telegram_bot_token_file"),
        ("chat_id chat_id_file", ""),
    ),
    "victorops_configs": (
        ("api_key api_key_file", "victorops_api_key victorops_api_key_file"),
        ("routing_key", ""),
    ),
    "webhook_configs": (("url url_file", ""),),
}
"""One of the first, or in global one of the second."""
