"""The command line as people and pipelines meet it. Whatever happens, they read a sentence, never a traceback."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from io import StringIO
from unittest.mock import patch

import pytest

from gw2mon.cli import main
from tests.spec_editing import SHOP, SMALLEST, STOCK

CLEAN, FOUND, REFUSED, INTERRUPTED = 0, 1, 2, 130
MISSPELT = SHOP.edited("bad-share-of: orders\n", "bad-share-of: order\n")


def _judged(done):
    assert "Traceback" not in done.stdout + done.stderr
    assert "internal error" not in done.stderr
    return done


class Desk:
    """A checkout with specs, and a shell in it."""

    def __init__(self, folder):
        self.folder = folder
        self.generated = folder / "generated"

    def write(self, draft, text=None, encoding="utf-8"):
        (self.folder / "specs").mkdir(exist_ok=True)
        (self.folder / "specs" / draft.file).write_text(text or draft.text, encoding=encoding)

    def run(self, *arguments):
        """Run a command in this process, which is quick."""
        with chdir(self.folder), ExitStack() as stack:
            stack.enter_context(patch.object(sys, "argv", ["gw2mon", *arguments]))
            stdout, stderr = StringIO(), StringIO()
            stack.enter_context(redirect_stdout(stdout))
            stack.enter_context(redirect_stderr(stderr))
            left = stack.enter_context(pytest.raises(SystemExit))
            main()
        return _judged(subprocess.CompletedProcess(arguments, left.value.code, stdout.getvalue(), stderr.getvalue()))

    def start(self, *arguments, **environment):
        """Run a command as a program of its own, in an environment of its own."""
        return _judged(
            subprocess.run(
                [sys.executable, "-m", "gw2mon", *arguments],
                cwd=self.folder,
                env={**self.environment, **environment},
                capture_output=True,
                text=True,
                encoding="utf-8",
                check=False,
                timeout=60,
            )
        )

    @property
    def environment(self):
        kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
        return {**kept, "LC_ALL": "C.UTF-8"}

    def snapshot(self):
        return {
            path.relative_to(self.generated).as_posix(): path.read_bytes()
            for path in sorted(self.generated.rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


@pytest.fixture
def shop(desk):
    """A desk on which the shop's stack was just generated."""
    desk.write(SHOP)
    assert desk.run("generate").returncode == CLEAN
    return desk


def test_generate_writes_everything_once_and_the_second_run_changes_nothing(desk):
    desk.write(SHOP)
    first = desk.run("generate")
    assert first.returncode == CLEAN
    assert re.search(r"^  prometheus/rules/shop\.yml +written$", first.stdout, re.MULTILINE)
    written = desk.snapshot()
    second = desk.run("generate")
    assert second.stdout.splitlines()[-1] == f"generated: 0 changed, {len(written)} unchanged"
    assert desk.snapshot() == written


def test_check_says_how_many_alerts_there_are_and_writes_nothing(desk):
    desk.write(SHOP)
    done = desk.run("check")
    assert done.returncode == CLEAN
    assert re.fullmatch(r"1 service, \d+ alerts, 3 SLOs: no findings\n", done.stdout + done.stderr)
    assert not desk.generated.exists()


def test_findings_are_printed_with_their_place_and_exit_1(desk):
    desk.write(MISSPELT)
    done = desk.run("check")
    assert done.returncode == FOUND
    place = "     87 |     bad-share-of: order\n        |                   ^\n"
    assert f"specs/shop.yaml:87:19 GW204 unknown event order\n{place}  help: did you mean orders?\n" in done.stdout
    assert "1 error" in done.stderr


def test_generate_writes_nothing_while_there_are_errors(shop):
    before = shop.snapshot()
    shop.write(MISSPELT)
    done = shop.run("generate")
    assert done.returncode == FOUND
    assert "nothing written: 1 error" in done.stderr
    assert shop.snapshot() == before


def test_in_an_emergency_it_writes_all_the_same_and_says_so_loudly(desk):
    desk.write(SHOP.edited("above: {critical: 26h}", "above: {critical: -26h}"))
    done = desk.run("generate", "--no-check")
    assert done.returncode == CLEAN
    assert "WARNING" in done.stderr
    assert "BackupOld" in (desk.generated / "prometheus/rules/shop.yml").read_text()


def test_a_warning_passes_unless_strict(desk):
    desk.write(SHOP.edited("    chat: {slack:", "    boss: {webhook: {url: https://example.org}}\n    chat: {slack:"))
    assert desk.run("check").returncode == CLEAN
    strict = desk.run("check", "--strict")
    assert strict.returncode == FOUND
    assert "receiver boss is used by no route [warning]" in strict.stdout


def test_drift_is_a_diff_with_the_line_of_the_spec_that_made_it(shop):
    before = shop.snapshot()
    shop.write(SHOP.edited("critical: 5%", "critical: 7%"))
    done = shop.run("generate", "--check")
    assert done.returncode == FOUND
    assert "prometheus/rules/shop.yml: changed" in done.stdout
    assert re.search(r"^-.*> 0\.05", done.stdout, re.MULTILINE)
    assert re.search(r"^\+.*> 0\.07", done.stdout, re.MULTILINE)
    assert "because of specs/shop.yaml:90:13" in done.stdout
    assert "run gw2mon generate and commit" in done.stderr
    assert shop.snapshot() == before


def test_without_drift_the_check_is_silent(shop):
    done = shop.run("generate", "--check")
    assert (done.returncode, done.stdout, done.stderr) == (CLEAN, "", "")


def test_a_file_that_someone_edited_is_refused_with_advice(shop):
    rules = shop.generated / "prometheus/rules/shop.yml"
    mine = rules.read_text().replace("severity: critical", "severity: none")
    rules.write_text(mine)
    shop.write(SHOP.edited("critical: 5%", "critical: 7%"))
    refused = shop.run("generate")
    assert refused.returncode == REFUSED
    assert "prometheus/rules/shop.yml" in refused.stdout
    assert "--force" in refused.stdout
    assert "nothing written" in refused.stderr
    assert rules.read_text() == mine
    forced = shop.run("generate", "--force")
    assert forced.returncode == CLEAN
    assert rules.read_text() != mine
    assert mine in [path.read_text() for path in rules.parent.iterdir() if path.is_file()]


@pytest.mark.parametrize("command", ["generate", "check"])
def test_a_spec_that_is_not_there_is_told_with_what_to_do(desk, command):
    done = desk.run(command, "specs/nowhere.yaml")
    assert done.returncode == REFUSED
    assert "GW912 specs/nowhere.yaml: no such file or directory\n  help: check the spelling\n" in done.stderr


def test_a_folder_is_no_spec(desk):
    (desk.folder / "specs").mkdir()
    done = desk.run("check", "specs")
    assert done.returncode == REFUSED
    assert "GW912 specs: is a directory\n  help: name a file\n" in done.stderr


def test_without_any_spec_it_says_where_it_looked(desk):
    done = desk.run("generate")
    assert done.returncode == REFUSED
    assert done.stderr == "gw2mon: no spec found in specs/*.yaml\n  help: name one: gw2mon generate path/to/spec.yaml\n"


def test_a_spec_that_is_no_yaml_exits_1_and_says_where(desk):
    desk.write(SHOP, "version: 1\nalerts: [\n")
    done = desk.run("generate")
    assert done.returncode == FOUND
    assert done.stdout.startswith("specs/shop.yaml:3:1 GW101 invalid YAML")


def test_an_unknown_option_is_a_usage_error(desk):
    done = desk.run("generate", "--chekc")
    assert done.returncode == REFUSED
    assert "No such option: --chekc" in done.stderr
    assert "--check" in done.stderr


def test_findings_for_programs_are_json_even_when_there_are_none(desk):
    desk.write(MISSPELT)
    broken = desk.run("check", "--format", "json")
    assert broken.returncode == FOUND
    (only,) = json.loads(broken.stdout)
    assert (only["file"], only["line"], only["code"]) == ("specs/shop.yaml", 87, "GW204")
    desk.write(SHOP)
    assert json.loads(desk.run("check", "--format", "json").stdout) == []
    assert json.loads(desk.run("generate", "--format", "json").stdout) == []


def test_refusals_for_programs_are_one_json_list(shop):
    (shop.generated / "prometheus/rules/shop.yml").write_text("mine")
    done = shop.run("generate", "--format", "json")
    assert done.returncode == REFUSED
    assert [found["code"] for found in json.loads(done.stdout)] == ["GW901"]


@pytest.mark.parametrize("text", [None, "version: 1\nalerts: [\n"])
def test_findings_for_a_pull_request_are_annotations(desk, text):
    desk.write(MISSPELT, text)
    done = desk.run("check", "--format", "github")
    assert done.returncode == FOUND
    assert done.stdout.startswith("::error file=specs/shop.yaml,line=")


@pytest.mark.parametrize("command", ["generate", "check", "schema"])
def test_every_command_shows_how_it_is_used(desk, command):
    done = desk.run(command, "--help")
    assert done.returncode == CLEAN
    assert f"gw2mon {command}" in done.stdout
    assert "Example" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_help_lists_the_commands_and_the_version_is_told(desk):
    shown = desk.run("--help").stdout
    assert {"generate", "check", "schema"} <= set(re.findall(r"^  (\w+) ", shown, re.MULTILINE))
    assert re.fullmatch(r"gw2mon \d+\.\d+\.\d+\n", desk.run("--version").stdout)
    assert "Usage:" in desk.run().stdout + desk.run().stderr


def test_a_shell_can_complete_commands(desk):
    done = desk.start(_GW2MON_COMPLETE="complete_bash", COMP_WORDS="gw2mon gen", COMP_CWORD="1")
    assert "generate" in done.stdout.split()


def test_the_schema_is_one_that_editors_read(desk):
    schema = json.loads(desk.run("schema").stdout)
    assert {"version", "service", "team"} <= set(schema["required"])
    assert {"scrape-defaults", "default-alerts"} <= set(schema["properties"])


# --- several services ------------------------------------------------------------------------------------------------


@pytest.fixture
def both(shop):
    """Shop and stock in one stack."""
    shop.write(STOCK)
    assert shop.run("generate").returncode == CLEAN
    return shop


def test_a_service_that_joins_gets_files_of_its_own(both):
    assert {"prometheus/rules/shop.yml", "prometheus/rules/stock.yml", "stock.manifest"} <= set(both.snapshot())
    assert "stock:8000" in (both.generated / "prometheus/prometheus.yml").read_text()


def test_generating_one_service_leaves_the_others_and_the_shared_files_alone(both):
    before = both.snapshot()
    both.write(STOCK.edited("warning: 10%", "warning: 20%"))
    done = both.run("generate", "specs/stock.yaml")
    assert done.returncode == CLEAN
    assert "shared files left alone: shop not among the specs given" in done.stdout
    changed = {path for path, data in both.snapshot().items() if before[path] != data}
    assert changed
    assert all("stock" in path for path in changed)
    assert "GW225" not in done.stdout  # the receivers are in the spec that was not given


def test_the_files_of_a_service_whose_spec_is_gone_are_deleted(both):
    (both.folder / "specs/stock.yaml").unlink()
    drift = both.run("generate", "--check")
    assert drift.returncode == FOUND
    assert "prometheus/rules/stock.yml: orphan" in drift.stdout
    assert both.run("generate").returncode == CLEAN
    assert [path for path in both.snapshot() if "stock" in path] == []
    assert "stock:8000" not in (both.generated / "prometheus/prometheus.yml").read_text()


def test_two_specs_with_the_same_shared_section_quarrel_in_the_second(both):
    both.write(STOCK, STOCK.text + "\nstack: {platform: compose}\n")
    done = both.run("check")
    assert done.returncode == FOUND
    assert "specs/stock.yaml:22:1 GW223 stack also stands in specs/shop.yaml\n" in done.stdout


def test_one_broken_spec_does_not_hide_what_is_wrong_with_the_other(both):
    both.write(SHOP.edited("objective: 99.9%", "objective: 100%"))
    both.write(STOCK, "version: 1\n")
    said = both.run("check").stdout
    assert "specs/stock.yaml:1:1 GW104 key service is missing" in said
    assert "specs/shop.yaml:81:61 GW115 objective: objective 100% cannot be kept" in said


# --- any terminal, any locale ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8"])
def test_letters_of_any_alphabet_pass_through_any_locale(desk, locale):
    desk.write(SHOP.edited("summary: Orders fail", "summary: Commandes échouées ✗"))
    environment = {"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = desk.start("generate", **environment)
    assert done.returncode == CLEAN
    assert "Commandes échouées ✗" in (desk.generated / "prometheus/rules/shop.yml").read_text(encoding="utf-8")
    desk.write(SHOP.edited("OrdersFail:", "OrdersFail: {é: 1}\n  Échec:"))
    broken = desk.start("check", **environment)
    assert broken.returncode == FOUND
    assert "GW10" in broken.stdout


def test_output_that_is_no_terminal_has_no_colours(desk):
    desk.write(MISSPELT)
    assert "\x1b[" not in desk.run("check").stdout


@pytest.mark.parametrize(
    ("environment", "coloured"), [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False)]
)
def test_a_terminal_gets_colours_unless_it_declines_them(desk, environment, coloured):
    desk.write(MISSPELT)
    ours, theirs = os.openpty()
    subprocess.run(
        [sys.executable, "-m", "gw2mon", "check"],
        cwd=desk.folder, env={**desk.environment, **environment}, stdout=theirs, stderr=theirs, check=False,
    )  # fmt: skip
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    os.close(theirs)
    assert "GW204 unknown event order" in shown
    assert ("\x1b[" in shown) is coloured


def test_without_any_output_to_write_to_it_still_gives_its_verdict(desk):
    desk.write(MISSPELT)
    script = f"exec {sys.executable} -m gw2mon check >&- 2>&-"
    done = subprocess.run(["bash", "-c", script], cwd=desk.folder, env=desk.environment, check=False)
    assert done.returncode == FOUND


@pytest.mark.parametrize("command", ["check", "generate", "schema", "--help"])
def test_a_reader_that_goes_away_is_no_error(desk, command):
    desk.write(MISSPELT)
    script = f'{sys.executable} -m gw2mon {command} 2>stderr | head -n 0; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["bash", "-c", script], cwd=desk.folder, env=desk.environment, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) in (CLEAN, FOUND)
    assert "Traceback" not in (desk.folder / "stderr").read_text()
    assert "Broken" not in (desk.folder / "stderr").read_text()


def test_a_spec_may_come_through_a_pipe(desk):
    script = f"{sys.executable} -m gw2mon check /dev/stdin"
    done = subprocess.run(
        ["bash", "-c", script], cwd=desk.folder, env=desk.environment, input=SMALLEST.text, text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (CLEAN, "1 service, 0 alerts, 0 SLOs: no findings\n")


def test_an_interruption_exits_130_without_noise(desk):
    pipe = desk.folder / "slow.yaml"
    os.mkfifo(pipe)  # a spec that is never finished
    process = subprocess.Popen(
        [sys.executable, "-m", "gw2mon", "check", "slow.yaml"],
        cwd=desk.folder, env=desk.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    writer = os.open(pipe, os.O_WRONLY)  # returns when gw2mon has opened its end, and so is waiting
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)
    os.close(writer)
    assert (process.returncode, stdout) == (INTERRUPTED, "")
    assert "Traceback" not in stderr


def test_a_disk_that_cannot_be_written_is_told_in_a_sentence(desk):
    desk.write(SHOP)
    desk.generated.write_text("a file where the folder should be")
    done = desk.run("generate")
    assert done.returncode == REFUSED
    assert "GW910 generated: not a directory\n  help: name a directory\n" in done.stdout + done.stderr


def test_a_bug_in_gw2mon_is_admitted_and_its_traceback_kept_for_those_who_ask(desk):
    desk.write(SHOP)
    broken = "import gw2mon.project as p; p.analyse = lambda *_: 1 / 0; import gw2mon.cli as c; c.main()"
    command = [sys.executable, "-c", broken, "check"]
    done = subprocess.run(command, cwd=desk.folder, env=desk.environment, capture_output=True, text=True, check=False)
    assert done.returncode == REFUSED
    assert "internal error: ZeroDivisionError" in done.stderr
    assert "this is a bug in gw2mon" in done.stderr
    assert "Traceback" not in done.stderr
    debug = {**desk.environment, "GW2MON_DEBUG": "1"}
    told = subprocess.run(command, cwd=desk.folder, env=debug, capture_output=True, text=True, check=False)
    assert "Traceback" in told.stderr


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("value: duration}", "value: durations}"),
        ("notify:\n", "notify:\n  default: [nobody-there]\n"),
        ("notify:\n", "notify:\n  watchdog: nobody-there\n"),
    ],
)
def test_in_an_emergency_a_name_that_refers_to_nothing_is_left_out(desk, right, wrong):
    desk.write(SHOP.edited(right, wrong))
    done = desk.run("generate", "--no-check")
    assert done.returncode == CLEAN, done.stderr
    assert (desk.generated / "prometheus/rules/shop.yml").exists()
