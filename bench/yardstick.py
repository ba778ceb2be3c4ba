# ruff: noqa: INP001 - a script, not a package
"""A command line that does nothing, with the libraries of gw2mon: what they cost before any work is done."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)

MODELS = 40
"""As many records as the language of gw2mon has."""


@app.command()
def generate(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder that nothing is written to.")] = Path(),
) -> None:
    """Import the libraries, define and fill models, and stop."""
    import grafanalib.core
    import jinja2
    import yaml

    made = [model(number=Decimal(number), names=("a", "b"), options={"a": 1}) for number, model in enumerate(models())]
    typer.echo(f"{len(made)} {output} {jinja2.__name__} {yaml.__name__} {grafanalib.core.__name__}")


@app.command()
def check() -> None:
    """Do nothing at all."""


@app.command()
def rules(count: int) -> None:
    """Write so many rules as YAML, with the libyaml of PyYAML where there is one."""
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    made = [
        {
            "record": "slo:sli_error:ratio_rate1h",
            "expr": f'(sum(rate(requests_total{{job="gateway", route="r{number}", status="5xx"}}[1h])) or vector(0))\n'
            f'/ (sum(rate(requests_total{{job="gateway", route="r{number}"}}[1h])) > 0)',
            "labels": {"slo_id": f"gateway-r{number}", "slo_service": "gateway", "slo_name": f"r{number}"},
        }
        for number in range(count)
    ]
    typer.echo(len(yaml.dump({"rules": made}, Dumper=dumper, sort_keys=False)))


@app.command()
def reading(folder: Path) -> None:
    """Read all YAML, JSON and Python below a folder, and do nothing with it."""
    import ast
    import json

    import yaml

    def as_yaml(text: str) -> object:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe one

    read: dict[str, Callable[[str], object]] = {".yml": as_yaml, ".json": json.loads, ".py": ast.parse}
    paths = [path for path in folder.rglob("*") if path.suffix in read]
    typer.echo(len([read[path.suffix](path.read_text(encoding="utf-8")) for path in paths]))


def models() -> list[type]:
    """Models of the usual shape: a few typed fields with descriptions, refused extras, nothing mutable."""
    from pydantic import ConfigDict, Field, create_model

    config = ConfigDict(extra="forbid", frozen=True)
    return [
        create_model(
            f"Section{number}",
            __config__=config,
            number=(Decimal, Field(description="An amount.")),
            names=(tuple[str, ...], Field((), description="Names.")),
            options=(dict[str, int], Field({}, description="Options.")),
            title=(str, Field("", description="Title.")),
            limit=(int | None, Field(None, gt=0, description="Limit.")),
            strict=(bool, Field(default=False, description="Whether it is strict.")),
        )
        for number in range(MODELS)
    ]


if __name__ == "__main__":
    app(prog_name="yardstick")
