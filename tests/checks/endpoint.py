"""An endpoint that refuses who scrapes it, or lets in whom it was to refuse."""

from tests.checks.mistakes import Mistake
from tests.spec_editing import SHOP

JOB = """\
  shop:
    targets: ["shop:8000"]
"""
TOKEN = "    authorization: {credentials-file: /run/secrets/metrics_token}\n"
STACK = "stack: {platform: compose}\n"
CLOSED = SHOP.edited(JOB, JOB + TOKEN).edited(STACK, STACK + "python: {token-file: /run/secrets/metrics_token}\n")
HTTP = "  http: {catalog: fastapi, exclude: [/health]}\n"
SEVERAL = SHOP.edited(STACK, STACK + "runtime: {workers: multi}\n")
for _help in ("Orders that wait to be packed", "When the last backup succeeded", "Share of the disk that is used"):
    SEVERAL = SEVERAL.edited(f"help: {_help}", f"help: {_help}\n      multiprocess: max")

MISTAKES = [
    Mistake(
        "GW241", "a token that the application asks for, and Prometheus does not have",
        JOB + TOKEN, JOB.replace("shop:\n", "»shop:\n"),
        "job shop brings no token, and python.token-file makes the application refuse it",
        "write authorization: {credentials-file: …}; it names the same token, where Prometheus finds it",
        draft=CLOSED,
    ),
    Mistake(
        "GW242", "a token that nobody asks for",
        JOB, JOB.replace("shop:\n", "»shop:\n") + TOKEN,
        "job shop brings a token, and the generated endpoint answers without one",
        "name the file of the token, as the application finds it, in python.token-file",
        severity="warning",
    ),
    Mistake(
        "GW243", "exemplars of several workers",
        HTTP, "  »http: {catalog: fastapi, exclude: [/health], exemplars: true}\n",
        "exemplars are lost between several workers",
        "leave out exemplars, or run one worker in each container: runtime: {workers: single}",
        draft=SEVERAL,
    ),
    Mistake(
        "GW108", "a token whose place depends on where the application was started",
        STACK, STACK + "»python: {token-file: metrics_token}\n",
        "python: token-file is an absolute path, such as /run/secrets/metrics_token",
        twin=STACK,
    ),
]  # fmt: skip
