"""What a finding means to the person who is woken, or who is not: a few groups, from worst to mildest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

Meaning = Literal[
    "never fires", "always fires", "fires for the wrong reason", "tells nobody", "shows nothing",
    "shows the wrong thing", "does not start", "loses data", "lets someone in", "is not read", "style",
]  # fmt: skip
Table = dict[Meaning, frozenset[str]]

MEANINGS: tuple[Meaning, ...] = get_args(Meaning)
"""In the order in which they are told."""

STYLE: Meaning = "style"


def _codes(listed: str) -> frozenset[str]:
    """Words; numbers are those of findings."""
    return frozenset(f"GW{word}" if word.isdigit() else word for word in listed.split())


OF_CODES: Table = {
    "never fires": _codes(
        "103 201 202 203 221 226 241 301 305 312 316 317 322 324 328 329 401 622 623 624 641 647 649 652 655 656 657 "
        "658 803"
    ),
    "always fires": _codes("325 402 407 421"),
    "fires for the wrong reason": _codes(
        "204 205 206 214 228 229 304 306 307 308 309 310 311 313 314 315 318 319 320 321 323 326 327 330 403 "
        "422 423 424 643 644 646 654 659"
    ),
    "tells nobody": _codes("501 502 625"),
    "shows nothing": _codes("701"),
    "shows the wrong thing": _codes("404 405 410 702"),
    "loses data": _codes("243 621 711"),
    "lets someone in": _codes("113"),
    "is not read": _codes(
        "101 102 104 105 108 110 111 112 648 651 801 901 902 903 904 905 906 907 908 909 910 911 912"
    ),
    "style": _codes("109 207 211 213 227 242 302 303 409 503 642 645 653 703"),
}
"""What the checks of specs mean where they are asked about the files of others."""

OF_COMPOSE: Table = {
    "never fires": _codes(
        "no-rules unread-rules unreachable unknown-host no-way-to-host asks-itself bad-target sample-configuration"
    ),
    "fires for the wrong reason": _codes("measures-container"),
    "tells nobody": _codes("nobody-told no-templates bad-alertmanager-config"),
    "shows nothing": _codes(
        "no-dashboards unread-dashboards no-data-source bad-data-source unknown-data-source nobody-listens"
    ),
    "shows the wrong thing": _codes("slow-scrapes"),
    "does not start": _codes(
        "no-services wrong-shape unknown-key undeclared-name bad-dependency bad-value no-such-tag bad-digest "
        "bad-health-check bad-port port-taken missing-source bad-mount bad-flag unknown-flag no-configuration "
        "secret-without-source secret-not-given bad-prometheus-config"
    ),
    "loses data": _codes("lost-data data-in-memory short-retention bad-retention shared-data cannot-write-data"),
    "lets someone in": _codes(
        "open-port admin-api open-lifecycle default-password open-grafana secret-in-environment secret-in-command "
        "secret-in-file too-mighty docker-socket host-root writable-config"
    ),
    "style": _codes(
        "unpinned-image retired-image no-health-check ports-without-effect single-file runs-as-root unprotected "
        "unlimited no-restart"
    ),
}
OF_BOARDS: Table = {
    "shows nothing": _codes(
        "panel-no-targets-rule no-panels undeclared-variable matches-nothing unpaired-sides bad-time-range "
        "unknown-panel-type unknown-variable-type lost-in-row row-in-row unknown-reducer "
        "target-logql-rule late-variable bad-regex wrong-type target-promql-rule"
    ),
    "shows the wrong thing": _codes(
        "sum-of-samples stacked-percentiles unit-mismatch percent-for-ratio averaged-percentiles wrong-percentile "
        "several-with-equals one-name-for-many twin-panel legend-without-label bad-legend unknown-unit bad-range "
        "unmatched-override unknown-column unknown-transformation unknown-mapping duplicate-id duplicate-ref-id "
        "duplicate-variable bad-annotation unknown-time-zone bad-duration bad-quantile rate-of-gauge "
        "target-counter-agg-rule"
    ),
    "style": _codes(
        "unknown-key missing-key bad-target bad-thresholds bad-id database-id bad-plugin-version empty-title "
        "bad-uid bad-schema-version bad-refresh bad-time missing-overrides library-panel bad-data-source bad-link "
        "few-points outside-grid flat-panel overlap out-of-order above-its-row empty-row unknown-color-mode "
        "unknown-color unknown-matcher unknown-property every-sample unknown-choice template-datasource-rule "
        "template-job-rule template-instance-rule template-label-promql-rule template-on-time-change-reload-rule "
        "unused-variable uneditable-dashboard panel-title-description-rule panel-units-rule empty-text "
        "panel-datasource-rule hidden-refresh hidden-legend no-built-in-annotation target-job-rule "
        "target-instance-rule twin-title twin-query twin-annotation target-logql-auto-rule "
        "target-rate-interval-rule no-selection"
    ),
}
"""What the rules of the linters mean."""
_OF_PANELS: Mapping[Meaning, Meaning] = {
    "never fires": "shows nothing",
    "always fires": "style",
    "fires for the wrong reason": "shows the wrong thing",
}


def meaning_of(code: str, *, of_panel: bool = False) -> Meaning:
    """The group of a finding; what never fires in an alert shows nothing in a panel, and records nothing."""
    meaning = placed(code, OF_CODES)
    return _OF_PANELS.get(meaning, meaning) if of_panel else meaning


def placed(code: str, table: Table) -> Meaning:
    """The group in which a code or a rule of a linter stands."""
    return next((meaning for meaning, codes in table.items() if code in codes), "style")
