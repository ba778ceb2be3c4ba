"""Several workers, and what they do not expose by themselves."""

from tests.checks.mistakes import Mistake
from tests.spec_editing import SHOP

STACK = "stack: {platform: compose}\n"
JOB = "exposes: [http, orders, jobs, about]"
METRICS = "\nmetrics:\n"
SEVERAL = SHOP.edited(STACK, STACK + "runtime: {workers: multi}\n")
for _help in ("Orders that wait to be packed", "When the last backup succeeded", "Share of the disk that is used"):
    SEVERAL = SEVERAL.edited(f"help: {_help}", f"help: {_help}\n      multiprocess: max")
LAST = "      help: When the last backup succeeded\n      multiprocess: max\n"
BACKUP = "    shop_backup_last_success_timestamp_seconds:\n      type: gauge\n"
ADDED = "\noutputs: [prometheus, alertmanager, python]\nmetrics:\n  process: {catalog: process}\n"

MISTAKES = [
    Mistake(
        "GW228", "a gauge that each worker has for itself",
        BACKUP + LAST, BACKUP.replace("shop_b", "»shop_b") + LAST.replace("      multiprocess: max\n", ""),
        "nothing says what the values of shop_backup_last_success_timestamp_seconds in several workers are together",
        "add multiprocess: livesum where they add up, else max, min or mostrecent",
        draft=SEVERAL,
    ),
    Mistake(
        "GW229", "the process of several workers, without the module that adds them up",
        ADDED, ADDED.replace(", python", "").replace("process:", "»process:"),
        "several workers expose nothing of group process",
        "let gw2mon generate workers.py, which adds up what each process says of itself, or drop the group",
        draft=SEVERAL.edited(METRICS, ADDED).edited(JOB, JOB.replace("about]", "about, process]")),
    ),
]  # fmt: skip
