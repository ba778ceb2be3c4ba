"""What a template is, as promtool tells it, and what fails only when an alert fires, as Prometheus lets it fail."""

import random
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gw2mon.gotemplate import TemplateError, parse, read

TEMPLATES = (
    "plain", "{{ $value }}", "{{$value}}", "{{- $value -}}", "a {{- $value }} b", "{{ $value|humanize }}",
    "{{ $value || humanize }}", "{{ $valeu }}", "{{ value }}", "{{ queue }}", "{{ $labels.instance }",
    "{{ $labels.instance", "{{ $labels.instance }}}}", "{{{ $value }}}", "}} a", "{{}}", "{{ }}", "{{ /* no */ }}",
    "{{/* a comment */}}", "{{- /* a comment */ -}}", "{{/* not closed }}", "{{/* a */ b}}", '{{ "text" }}',
    '{{ "a }}', "{{ `raw }}", '{{ `a"b` }}', "{{ 'a' }}", "{{ 'ab' }}", r'{{ "a\qb" }}', r'{{ "a\"b\n" }}', "{{ 1 }}",
    "{{ 1a }}", "{{ -1.5e3 }}", "{{ -$value }}", "{{ 0x1F }}", "{{ true }}", "{{ nil }}", "{{ . }}",
    "{{ .Labels.job }}", "{{ . Labels }}", "{{ $labels.a-b }}", "{{ $labels . a }}", "{{ $labels.$x }}",
    "{{ $labels[0] }}", "{{ $value == 1 }}", "{{ if $value > 1 }}a{{ end }}", "{{ if gt $value 1.0 }}a{{ end }}",
    "{{ if $value }}a", "{{ end }}", "{{ else }}", "{{ if $value }}a{{ else }}b{{ end }}",
    "{{ if $value }}a{{ else if .Value }}b{{ else }}c{{ end }}", "{{ if $value }}a{{ else }}b{{ else }}c{{ end }}",
    "{{ if }}a{{ end }}", "{{ with $labels.a }}{{ . }}{{ end }}",
    "{{ with $x := $labels.a }}{{ $x }}{{ end }}{{ $x }}", "{{ range $k, $v := $labels }}{{ $k }}={{ $v }} {{ end }}",
    "{{ range $labels }}{{ . }}{{ else }}none{{ end }}", "{{ with $a, $b := $labels }}{{ end }}", "{{ break }}",
    '{{ range query "up" }}{{ break }}{{ end }}', '{{ range query "up" }}{{ .Value }}{{ end }}',
    "{{ $x := 1 }}{{ $x }}", "{{ $value = 2.0 }}", '{{ template "x" }}',
    '{{ define "x" }}{{ . }}{{ end }}{{ template "x" $value }}', '{{ define "x" }}{{ $value }}{{ end }}',
    '{{ block "x" . }}{{ .Value }}{{ end }}', '{{ $value | "x" }}', "{{ $value | humanize | }}", "{{ | humanize }}",
    "{{ humanize($value) }}", "{{ humanize ($value) }}", '{{ (query "up" | first).Value }}', '{{ (query "up" }}',
    "{{ $value) }}", "{{ $labels.a, }}", '{{ printf "%.1f%%" $value }}', "{{ humanize }}",
    "{{ humanize $value $value }}", "{{ .Status }}", "{{ toJson . }}", "{{ $labels.a b }}", "{{ nil | print }}",
    "{{ true | print }}", "{{ 1.5.a }}", '{{ "a".b }}', "{{ nil.a }}", "{{ (1).a }}", "{{ externalURL.a }}",
    "{{\n$value\n}}", "{{ $value }}\n{{ .Value }}", "{{ if $value }}{{ if $value }}{{ end }}", "{{ end if }}",
    "{{ if end }}", "{{ and $value 1.0 | not }}", '{{ html $labels.a | printf "%s" }}', "{{ $ }}", "{{ $.Value }}",
    "{{ $1 }}", "{{ .1 }}", "{{ ..Value }}", "{{ :a }}", "{{ $a : 1 }}", "{{ $a := }}", "{{ ü }}", "{{ $labels.ü }}",
    "{{ @ }}", "{{ € }}",
)  # fmt: skip
PIECES = (
    "{{", "}}", " ", "$value", "$labels", ".a", ".", "|", "humanize", "print", "(", ")", '"x"', "1", "if", "end",
    "else", "range", "with", ",", ":=", "$x", "nil", "true", "-", "text", "{{ ", " }}", "{{ if $value }}", "{{ end }}",
)  # fmt: skip
FAILING = (
    "{{ value }}", "{{ humanize }}", "{{ humanize $value $value }}", "{{ .Status }}", "{{ $value.a }}",
    "{{ .Labels.job.a }}", "{{ if gt $value 5 }}a{{ end }}", "{{ if eq $labels.job 5 }}a{{ end }}",
    "{{ $value | title }}", "{{ $value $value }}", "{{ $labels | humanize }}", "{{ len $value }}",
    '{{ template "x" }}', "{{ nil }}", "{{ range $value }}a{{ end }}", '{{ $labels.job | label "job" }}',
    "{{ first $value }}", '{{ reReplaceAll "a" "b" }}', "{{ .value }}",
)  # fmt: skip
WORKING = (
    "{{ $value }}", "{{ $value | humanize }}", '{{ printf "%.2f" $value }}', "{{ if gt $value 0.5 }}a{{ end }}",
    '{{ if eq $labels.job "api" }}a{{ end }}', "{{ with $labels.job }}{{ . | title }}{{ end }}",
    "{{ $labels.nothing }}", '{{ with query "up" }}{{ . | first | value | humanize }}{{ end }}',
    "{{ range $k, $v := $labels }}{{ $k }}{{ end }}", '{{ define "x" }}{{ . }}{{ end }}{{ template "x" $value }}',
    '{{ index $labels "job" | toUpper }}', "{{ len $labels }}", "{{ if and $value (gt $value 0.1) }}a{{ end }}",
    '{{ reReplaceAll "a" "b" $labels.job }}', '{{ parseDuration "1h" }}', "{{ $labels.job | print | len }}",
    '{{ range query "up" }}{{ .Labels.job }} {{ .Value | humanize }}{{ end }}',
    "{{ $x := $value }}{{ $x | humanizePercentage }}", '{{ if match "a.*" $labels.job }}a{{ end }}',
    "{{ not $value }}",
)  # fmt: skip


def drawn(count: int) -> list[str]:
    """Templates put together at random, the same in each run."""
    source = random.Random(7)  # noqa: S311 - drawn to be tried out
    return ["".join(source.choices(PIECES, k=source.randint(2, 9))) for _ in range(count)]


def is_template(text: str) -> bool:
    try:
        parse(text)
    except TemplateError:
        return False
    return True


def rules(texts) -> str:
    listed = [
        {"alert": f"A{number}", "expr": "up > bool 0", "annotations": {"a": text}} for number, text in enumerate(texts)
    ]
    return yaml.safe_dump({"groups": [{"name": "texts", "rules": listed}]}, allow_unicode=True)


def refused_by(promtool, folder: Path, texts) -> set[int]:
    path = folder / "rules.yml"
    path.write_text(rules(texts), encoding="utf-8")
    ran = promtool.run("check", "rules", path)
    return {int(number) for number in re.findall(r"template: __alert_A(\d+):", ran.stdout + ran.stderr)}


@pytest.mark.parametrize("source", ["written", "drawn"])
def test_promtool_agrees_on_what_is_a_template(promtool, tmp_path, source):
    texts = TEMPLATES if source == "written" else drawn(400)
    refused = refused_by(promtool, tmp_path, texts)
    assert {texts[number] for number in refused} == {text for text in texts if not is_template(text)}


def shown_by(promtool, folder: Path, texts) -> dict[int, str]:
    """What promtool says of each alert when none is expected."""
    (folder / "rules.yml").write_text(rules(texts), encoding="utf-8")
    test = {
        "input_series": [{"series": 'up{job="api"}', "values": "1x5"}],
        "alert_rule_test": [
            {"eval_time": "2m", "alertname": f"A{number}", "exp_alerts": []} for number in range(len(texts))
        ],
    }
    (folder / "test.yml").write_text(yaml.safe_dump({"rule_files": ["rules.yml"], "tests": [test]}), encoding="utf-8")
    ran = promtool.run("test", "rules", folder / "test.yml")
    said = ran.stdout + ran.stderr
    return {
        int(number): text
        for number, text in re.findall(r"alertname: A(\d+), time:(.*?)(?=alertname:|\Z)", said, re.DOTALL)
    }


def test_what_is_found_to_fail_fails_when_the_alert_fires(promtool, tmp_path):
    said = shown_by(promtool, tmp_path, FAILING)
    assert [text for number, text in enumerate(FAILING) if "error expanding template" not in said[number]] == []
    assert [text for text in FAILING if not read(parse(text)).problems] == []


def test_what_is_found_to_work_works_when_the_alert_fires(promtool, tmp_path):
    said = shown_by(promtool, tmp_path, WORKING)
    assert [text for number, text in enumerate(WORKING) if "error expanding template" in said[number]] == []
    assert [(text, problems) for text in WORKING if (problems := read(parse(text)).problems)] == []


@pytest.mark.parametrize(
    "text", ["{{" * 5000, "{{ (" * 3000, "{{ if $value }}" * 3000, "{{ $value | " * 2000, '{{ "' + "\\" * 9999]
)
def test_a_hostile_text_is_refused_and_not_crashed_on(text):
    with pytest.raises(TemplateError):
        parse(text)


def test_the_place_of_a_mistake_is_the_word_at_fault():
    with pytest.raises(TemplateError) as caught:
        parse("A disk of {{ $labels.instance | capitalize }}")
    assert caught.value.problem.span == (32, 42)
    assert caught.value.name == "capitalize"


def test_labels_of_a_sample_that_a_query_found_are_not_those_of_the_alert():
    found = read(parse('{{ range query "up" }}{{ .Labels.job }}{{ end }}{{ with $labels }}{{ .queue }}{{ end }}'))
    assert [item.name for item in found.labels] == ["queue"]


def test_the_value_is_followed_through_variables_and_printf():
    (use,) = read(parse('{{ $x := $value }}{{ $x | printf "%.1f%%" | toUpper }} of all')).uses
    assert use.through == ("printf", "toUpper")
    assert (use.format, use.after) == ("%.1f%%", " of all")


@given(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(alphabet="{}$|.()\"`'-/*a1:=,\n\\ ü", max_size=4)), max_size=12)
)
def test_any_text_is_read_or_refused_with_a_place_inside(pieces):
    text = "".join(pieces)
    try:
        found = read(parse(text))
    except TemplateError as refused:
        start, end = refused.problem.span
        assert 0 <= start <= end <= len(text)
    else:
        assert all(text[start:end] for start, end in (problem.span for problem in found.problems))
