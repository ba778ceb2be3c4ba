"""`make mutants`: plant every defect, print who caught it. Figures are not gates, so the exit code is 0."""

from __future__ import annotations

import argparse
import sys

from mutants import planting, running, table, upstream


def main() -> None:
    """Judge the mutants of all families, or of those that are named."""
    parser = argparse.ArgumentParser(prog="python -m mutants", description=__doc__)
    parser.add_argument("family", nargs="*", help="only these families")
    parser.add_argument("--json", action="store_true", help="for programs, with every mutant")
    parser.add_argument("--list", action="store_true", help="only name the families and what is wrong in each")
    options = parser.parse_args()
    known = {family.name: family for family in planting.families()}
    if unknown := [name for name in options.family if name not in known]:
        parser.error(f"no family {unknown[0]}; --list names them")
    chosen = [known[name] for name in options.family or known]
    if options.list:
        sys.stdout.writelines(f"{each.name} ({len(each.mutants)}): {each.means}\n" for each in chosen)
        return
    sys.stderr.writelines(
        f"{tool} was not found: its column stays empty\n"
        for tool in ("promtool", "amtool")
        if upstream.program(tool) is None
    )
    results = running.run([mutant for family in chosen for mutant in family.mutants])
    write = table.as_json if options.json else table.as_text
    sys.stdout.write(write(results, running.complaints(), len(planting.correct_records())))


if __name__ == "__main__":
    main()
