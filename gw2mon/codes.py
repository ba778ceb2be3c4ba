"""Every finding of the loader, the compiler and the checks has a code that stays, and a name for the bad pattern."""

from __future__ import annotations

CODES = {
    # reading a spec
    "GW101": "invalid-yaml",
    "GW102": "duplicate-key",
    "GW103": "unknown-key",
    "GW104": "missing-key",
    "GW105": "wrong-type",
    "GW106": "bad-quantity",
    "GW107": "bad-name",
    "GW108": "unusable-form",
    "GW109": "ambiguous-scalar",
    "GW110": "unsafe-yaml",
    "GW111": "not-plain-text",
    "GW112": "not-a-spec",
    "GW113": "secret-in-spec",
    "GW114": "unsupported-version",
    "GW115": "bad-objective",
    # names that refer to something
    "GW201": "unknown-metric",
    "GW202": "unknown-label",
    "GW203": "unknown-label-value",
    "GW204": "unknown-reference",
    "GW205": "wrong-metric-type",
    "GW206": "unit-mismatch",
    "GW207": "one-name-twice",
    # metrics and functions
    "GW211": "duplicate-metric",
    "GW212": "reserved-label",
    "GW213": "misnamed-metric",
    "GW214": "bad-buckets",
    "GW215": "python-name-clash",
    "GW216": "label-without-source",
    "GW217": "useless-argument",
    "GW218": "bad-parameter",
    # jobs and the stack
    "GW221": "metric-nobody-scrapes",
    "GW222": "duplicate-job",
    "GW223": "shared-section-twice",
    "GW224": "duplicate-service",
    "GW225": "no-shared-section",
    "GW226": "timeout-above-interval",
    # queries
    "GW301": "invalid-promql",
    "GW302": "promql-of-one-version",
    "GW303": "selector-without-job",
    "GW304": "raw-counter",
    "GW305": "short-window",
    # alerts
    "GW401": "never-fires",
    "GW402": "always-fires",
    "GW403": "threshold-between-buckets",
    "GW404": "template-label-missing",
    "GW405": "broken-template",
    "GW406": "alert-without-proof",
    "GW407": "alert-without-condition",
    "GW408": "unproven-inputs",
    "GW409": "duplicate-alert",
    # SLOs
    "GW451": "burn-alert-never-fires",
    "GW452": "no-burn-windows",
    "GW453": "base-window-too-short",
    "GW454": "duplicate-slo-id",
    "GW455": "bad-equals-total",
    "GW456": "too-few-events",
    "GW457": "fast-failures-count-as-good",
    "GW458": "former-name-in-use",
    "GW459": "unbounded-group",
    # notification
    "GW501": "severity-without-route",
    "GW502": "shadowed-route",
    "GW503": "unused-receiver",
    # the stack that is composed
    "GW621": "retention-below-window",
    "GW622": "address-nobody-offers",
    "GW623": "unknown-probe-module",
    "GW624": "target-in-own-container",
    "GW625": "relative-secret",
}
"""Code to name. A code is never given a second meaning; a retired one is not used again."""
