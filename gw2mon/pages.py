"""The pages of the codes: what a finding means, why it matters, what to do; they come with the package.

Apart from `gw2mon.explain`, because a page needs no Model, and people ask for one while their spec does not compile.
"""

from __future__ import annotations

from gw2mon.codes import AUDIT_CODES, CODES, IMPORT_CODES, UPGRADE_CODES, VERIFY_CODES


def page_of(what: str) -> str:
    """The page of a code, given as GW401 or as never-fires; "" if it is neither."""
    from importlib.resources import files

    code = next((code for code, name in all_codes().items() if what.upper() == code or what.lower() == name), "")
    if not code:
        return ""
    page = files("gw2mon").joinpath("checks", "pages", f"{code}.md")
    return page.read_text(encoding="utf-8") if page.is_file() else f"# {code} {all_codes()[code]}\n"


def all_codes() -> dict[str, str]:
    """Every code with its name."""
    from gw2mon import files

    return {**CODES, **IMPORT_CODES, **VERIFY_CODES, **AUDIT_CODES, **UPGRADE_CODES, **files.CODES}
