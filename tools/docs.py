"""docs/checks.md, the list of all checks, from the first heading of each check's page."""

import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
LIST = CHECKOUT / "docs/checks.md"


def listed() -> str:
    """The text of docs/checks.md."""
    lines = [
        "<!-- made by `make docs` -->",
        "# Checks",
        "",
        "What `gw2mon check` looks for; `gw2mon explain CODE` says more.",
        "",
    ]
    for page in sorted((CHECKOUT / "gw2mon/checks/pages").glob("*.md")):
        title = next(line for line in page.read_text().splitlines() if line.startswith("#")).lstrip("# ")
        lines.append(f"- [{title}](../{page.relative_to(CHECKOUT).as_posix()})")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the list, or with --check only say whether it is current."""
    if "--check" not in sys.argv:
        LIST.parent.mkdir(exist_ok=True)
        LIST.write_text(listed())
    elif not LIST.is_file() or LIST.read_text() != listed():
        sys.exit("docs/checks.md is not current: run `make docs`")


if __name__ == "__main__":
    main()
