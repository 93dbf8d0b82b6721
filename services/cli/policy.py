"""`relais policy check`: a policy file, before it goes live."""

from pathlib import Path
from typing import Annotated

import typer

from shared.policy.load import load_policy
from shared.policy.warnings import warnings

app = typer.Typer(no_args_is_help=True)


@app.callback()
def policy() -> None:
    """Look at policy files."""


@app.command()
def check(file: Annotated[Path, typer.Argument(help="The policy file.")]) -> None:
    """Say whether FILE is a valid policy; each error names its line. Warnings, on standard error, tell what
    is allowed but seldom meant."""
    found = load_policy(file)
    for warning in warnings(found):
        typer.echo(f"{file}: warning: {warning}", err=True)
    automatic = sum(intent.routing == "automatic" for intent in found.intents.values())
    print(
        f"{file}: valid, version {found.version_hash}: {len(found.intents)} intents "
        f"({automatic} may be automated), pools {', '.join(found.pools)}"
    )
