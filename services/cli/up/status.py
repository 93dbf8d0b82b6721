"""`relais status`: how the running house is doing."""

import json
import sys
from typing import Any

import typer
from rich.console import Console

from services.cli import state
from services.cli.contact import JsonOption
from services.cli.up import table
from services.cli.up.watch import Row, accounts, ask_all, rows


def status(as_json: JsonOption = False) -> None:
    """Show the services and the accounts of the house that `relais up` started; exit code 1 when there
    is none."""
    running = state.read()
    if running is None:
        print(f"relais: nothing is up in {state.home()}; start it with `relais up`", file=sys.stderr)
        raise typer.Exit(1)
    reports = ask_all({name: known["port"] for name, known in running.services.items()})
    seen = rows(running.services, reports)
    if as_json:
        print(json.dumps({"services": {row.name: _told(row) for row in seen}, "accounts": accounts(reports)}))
        return
    Console().print(table.render(table.View(seen, accounts(reports), table.addresses(running))))


def _told(row: Row) -> dict[str, Any]:
    return {
        "pid": row.pid,
        "port": row.port,
        "ready": row.state == "ready",
        "restarts": row.restarts,
        "lag": row.lag,
    }
