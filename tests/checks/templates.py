"""Texts of alerts that Prometheus cannot render, or that say what is not so."""

from tests.checks.mistakes import Mistake
from tests.spec_editing import HERE

PLAIN_BRACES = 'write {{ $labels.name }} or {{ $value }}; for plain braces write {{ "{{" }}'
SUMMARY = 'summary: "{{ $labels.instance }}'
PER_CENT = "{{ $value | humanizePercentage }} of the orders fail."
LABELS = "unit: ratio\n    for: 15m\n    above"


def marked(text: str, part: str) -> str:
    """The text with carets below a part of it."""
    return f"{text}\n{' ' * text.index(part)}{'^' * len(part)}"


def summary(code: str, story: str, text: str, message: str, part: str, advice: str = "", **more: str) -> Mistake:
    """A mistake in the summary of HostFull, whose only label is instance and whose value is a ratio."""
    excerpt = marked(f"{text} is filling up", part)
    return Mistake(
        code, story, SUMMARY, f"summary: {HERE}'{text}", f"summary of HostFull{message}",
        f"{advice}\n{excerpt}" if advice else excerpt, **more,
    )  # fmt: skip


def quoted(mistake: Mistake) -> Mistake:
    """The same in single quotes, so that a template may hold double ones."""
    tail = ' is filling up"'
    return mistake._replace(
        right=mistake.right + tail, wrong=mistake.wrong + " is filling up'", twin=mistake.twin and mistake.twin + tail
    )


MISTAKES = [
    *map(quoted, (
        summary(
            "GW404", "a label that was summed away", "{{ $labels.mountpoint }}",
            " shows label mountpoint, which the alert does not have", "$labels.mountpoint", "known labels: instance",
        ),
        summary(
            "GW404", "a label that the rule adds", "{{ .Labels.severity }}",
            " shows label severity, which the rule adds only after its texts are written", ".Labels.severity",
            "templates see the labels of the expression: instance",
        ),
        summary(
            "GW404", "a label that is looked up by its name", '{{ index $labels "device" }}',
            " shows label device, which the alert does not have", '"device"', "known labels: instance",
        ),
        summary(
            "GW404", "a label that Prometheus itself should add", "{{ $externalLabels.region }}",
            " shows external label region, which Prometheus does not have", "$externalLabels.region",
            "there are no external labels",
        ),
        summary(
            "GW405", "braces that do not close", "{{ $labels.instance }", ": braces {{ … }} are not closed",
            "{{ $labels.instance ", PLAIN_BRACES,
        ),
        summary(
            "GW405", "a function of another language", "{{ $value | round }}", ": there is no function round", "round",
            'Helm has it; here it is printf "%.0f"',
        ),
        summary(
            "GW405", "a label without its place", "{{ instance }}", ": there is no function instance", "instance",
            "write {{ $labels.instance }}",
        ),
        summary(
            "GW405", "a variable that is not spelt so", "{{ $valeu }}", ": there is no variable $valeu", "$valeu",
            "did you mean $value?",
        ),
        summary(
            "GW405", "a condition that has no end", "{{ if $labels.instance }}A disk", ": this if has no end", "{{",
        ),
        summary(
            "GW405", "an or as in other languages", "{{ $value || humanize }}",
            ": there is no ||: write {{ or a b }}", "||",
        ),
        summary(
            "GW405", "a whole number beside the value", "{{ if gt $value 5 }}A disk{{ end }}",
            ": gt cannot compare the value, which is no whole number, with one that is", "gt", "write 5.0",
        ),
        summary(
            "GW405", "a function that gets nothing", "{{ humanize }}",
            ": humanize takes 1 argument, and gets 0", "humanize",
        ),
        summary(
            "GW405", "a format for whole numbers", '{{ printf "%d" $value }}', ": %d does not show a number", "printf",
            "write %.2f, or pipe the value to humanize",
        ),
        summary(
            "GW405", "a field of Alertmanager", "{{ .CommonLabels.instance }}", ": there is no .CommonLabels here",
            ".CommonLabels.instance", ".CommonLabels is of Alertmanager's templates; a rule knows $labels and $value",
        ),
        summary(
            "GW405", "a query with a bracket too few", '{{ query "sum(up" | first | value }}',
            ": its query is no PromQL: unclosed left parenthesis", '"sum(up"',
        ),
        summary(
            "GW405", "a value written as in a shell", "${labels.instance}", " shows ${labels.instance} as it stands",
            "${labels.instance}", "write {{ $labels.instance }}", severity="warning",
        ),
        summary(
            "GW410", "a ratio as seconds", "{{ $value | humanizeDuration }}",
            ": humanizeDuration is for seconds, and the value is a ratio", "$value | humanizeDuration",
            "write {{ $value | humanize }}, and the unit behind it",
        ),
        summary(
            "GW410", "a ratio before a percent sign", '{{ printf "%.1f" $value }}%',
            ": a ratio stands before a percent sign, so that 0.5% is read where 50% is meant", 'printf "%.1f" $value',
            "write {{ $value | humanizePercentage }}", severity="warning",
        ),
        summary(
            "GW410", "a percent sign too many", "{{ $value | humanizePercentage }} %",
            ": humanizePercentage writes the % itself", "$value | humanizePercentage", "drop the second one",
            severity="warning",
        ),
    )),
    Mistake(
        "GW405", "a label that changes with the value",
        f"{LABELS}: {{warning: 80%}}",
        "unit: ratio\n    for: 15m\n    labels: {used: »'{{ $value }}'}\n    above: {warning: 80%}",
        "label used of HostFull holds $value, so each change is a new alert",
        f"put the value into an annotation\n{marked('{{ $value }}', '$value')}",
        twin="unit: ratio\n    for: 15m\n    labels: {used: 'on {{ $labels.instance }}'}\n    above: {warning: 80%}",
    ),
    Mistake(
        "GW410", "a share of events as a point in time",
        f'description: "{PER_CENT}"', "description: »'{{ $value | humanizeTimestamp }}'",
        "description of OrdersFail: humanizeTimestamp is for points in time, and the value is a ratio",
        "write {{ $value | humanizeDuration }} for a time that has passed\n"
        + marked("{{ $value | humanizeTimestamp }}", "$value | humanizeTimestamp"),
    ),
    Mistake(
        "GW410", "a time as a percentage",
        "{stale: shop_backup_last_success_timestamp_seconds, above: {critical: 26h}}",
        "{stale: shop_backup_last_success_timestamp_seconds, above: {critical: 26h}, "
        "summary: »'{{ $value | humanizePercentage }} old'}",
        "summary of BackupOld: humanizePercentage is for ratios, and the value is in seconds",
        "write {{ $value | humanize }}, and the unit behind it\n"
        + marked("{{ $value | humanizePercentage }} old", "$value | humanizePercentage"),
        twin="{stale: shop_backup_last_success_timestamp_seconds, above: {critical: 26h}, "
        "summary: '{{ $value | humanizeDuration }} old'}",
    ),
]  # fmt: skip
