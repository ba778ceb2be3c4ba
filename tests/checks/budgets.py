"""More series than were meant, and findings that somebody decided to live with."""

from tests.checks.mistakes import Mistake

END = "stack: {platform: compose}\n"

MISTAKES = [
    Mistake(
        "GW227", "labels that allow more series than the service may have",
        END, END + "»series-budget: 300\n",
        "shop may have 9,494 series, and its budget is 300",
        "largest are http_request_duration_seconds (4,800), http_requests_total (4,000), http_request_size_bytes (200)",
        twin=END + "series-budget: 10000\n",
    ),
    Mistake(
        "GW231", "a suppression that outlived its finding",
        END, END + "suppress:\n  - »{code: GW305, at: alerts.OrdersFail, reason: the window is short on purpose}\n",
        "nothing is suppressed: there is no GW305 at alerts.OrdersFail", "drop it; it would hide the next mistake",
        severity="warning",
    ),
    Mistake(
        "GW204", "a suppression of a finding that does not exist",
        END, END + "suppress:\n  - »{code: XX305, at: alerts, reason: somebody said so}\n",
        "unknown finding XX305", "did you mean GW305?",
    ),
]  # fmt: skip
