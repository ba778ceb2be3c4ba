"""What a newcomer meets first: README, make, and files that hold on any machine."""

import re
import subprocess
import tomllib

from packaging.requirements import Requirement

from gw2mon.finding import render_text
from gw2mon.loader import load
from gw2mon.project import analyse
from tests.tools import CHECKOUT

MAKEFILE = (CHECKOUT / "Makefile").read_text()
TARGETS = re.findall(r"^([a-z-]+):(?!=)(.*)$", MAKEFILE, re.MULTILINE)

MACHINE_PATH = re.compile(r"(?<![\w.~$})])/(?:work|root|home|Users|farm)/")
REGISTRY_HOST = re.compile(
    r"\b(?:pypi\.org|pythonhosted\.org|registry\.npmjs\.org|(?:proxy|sum)\.golang\.org|deb\.debian\.org"
    r"|(?:static|index)\.crates\.io|repo1?\.maven\b)"
)


def files_to_commit():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.split("\0") if name and (path := CHECKOUT / name).is_file()]


def lines_that_match(pattern):
    return [
        f"{path.relative_to(CHECKOUT)}:{number}: {line.strip()[:100]}"
        for path in files_to_commit()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def locked(name):
    """Package -> version, of a lock."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (CHECKOUT / "requirements" / name).read_text(), re.MULTILINE))


def project():
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]


def unmet(requirements, lock):
    wanted = map(Requirement, requirements)
    return [str(need) for need in wanted if not need.specifier.contains(lock.get(need.name.lower(), "0"))]


def test_the_readme_names_the_two_commands_a_newcomer_needs():
    readme = (CHECKOUT / "README.md").read_text()
    for command in ("make generate", "make test"):
        assert re.search(rf"^\s*(\$ )?{command}\b", readme, re.MULTILINE), f"README.md does not show `{command}`"


def test_every_make_target_is_phony_and_explains_itself():
    assert [name for name, rest in TARGETS if " ## " not in rest] == []
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony
    assert sorted(phony[1].split()) == sorted(name for name, _ in TARGETS)


def test_make_alone_lists_the_targets():
    listed = subprocess.run(["make", "--no-print-directory"], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert [line.split()[1] for line in listed.stdout.splitlines()] == [name for name, _ in TARGETS]


def test_every_command_that_the_documents_show_is_a_target():
    shown = {
        word
        for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md")
        for word in re.findall(r"(?:^|`)\s*(?:\$ )?make ([a-z]+)", (CHECKOUT / name).read_text(), re.MULTILINE)
    }
    assert shown <= {name for name, _ in TARGETS}


def test_no_file_names_a_path_of_one_machine():
    assert lines_that_match(MACHINE_PATH) == []


def test_no_file_names_the_host_of_a_package_registry():
    assert lines_that_match(REGISTRY_HOST) == []


def test_the_locks_meet_what_the_project_asks_for():
    asked = project()
    extras = [need for extra in asked["optional-dependencies"].values() for need in extra]
    assert unmet(asked["dependencies"] + asked["optional-dependencies"]["build"], locked("run.txt")) == []
    assert unmet(asked["dependencies"] + extras, locked("dev.txt")) == []


def test_both_locks_agree_and_carry_hashes():
    run, dev = locked("run.txt"), locked("dev.txt")
    assert {name: dev[name] for name in run} == run
    for name in ("run.txt", "dev.txt"):
        text = (CHECKOUT / "requirements" / name).read_text()
        assert "://" not in text
        requirements = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
        assert [need.split()[0] for need in requirements if "--hash=sha256:" not in need] == []


def test_the_mistake_that_the_readme_shows_is_told_in_those_words():
    readme = (CHECKOUT / "README.md").read_text()
    spec = re.search(r"```yaml\n(version: 1\n.*?)```", readme, re.DOTALL)
    shown = re.search(r"\$ gw2mon check shop\.yaml\n(.*?)```", readme, re.DOTALL)
    assert spec
    assert shown
    text = spec[1].replace("[5xx]", "[5x]")
    found = load(text.encode(), "shop.yaml")
    assert found.source
    _, findings = analyse([found.source])
    assert render_text(findings, {"shop.yaml": text}) == shown[1]
