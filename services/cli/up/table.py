"""What a person sees of a running house: one table and a few lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from services.cli import state
from services.cli.contact import without_password
from services.cli.up.watch import Row

COLOURS = {"ready": "green", "starting": "yellow", "down": "red"}
NUMBERS = ("pid", "port", "handled", "lag", "restarts")
"""The columns of numbers, by the names of their fields in `Row`."""


@dataclass(frozen=True, slots=True)
class View:
    """Everything there is to show. `rate` is in outcomes per second, `None` when it is not known."""

    rows: Sequence[Row]
    accounts: Mapping[str, Any]
    addresses: Mapping[str, str]
    rate: float | None = None


def addresses(running: state.Running) -> dict[str, str]:
    """Where what can be reached is, by name."""
    return {
        "Kafka": running.kafka + _embedded(running, "kafka"),
        "Redis": without_password(running.redis) + _embedded(running, "redis"),
        "topics": f"{running.namespace}.…",
        "services": "http://127.0.0.1:PORT with /status, /ready and /metrics",
        "logs": str(state.home() / "logs"),
    }


def address_lines(view: View) -> list[str]:
    """One line for each address."""
    return [f"{name:<8} {address}" for name, address in view.addresses.items()]


def _embedded(running: state.Running, server: str) -> str:
    return " (embedded: keeps nothing)" if server in running.servers else ""


def render(view: View) -> RenderableType:
    """For a terminal."""
    table = Table("service", "state", box=None, pad_edge=False)
    for number in NUMBERS:
        table.add_column(number, justify="right")
    for row in view.rows:
        numbers = [getattr(row, number) for number in NUMBERS]
        shown = ["–" if number is None else str(number) for number in numbers]
        table.add_row(row.name, Text(row.state, COLOURS[row.state]), *shown)
    where = [Text(line, "dim") for line in address_lines(view)]
    return Group(table, Text(), Text(summary(view)), Text(), *where)


def summary(view: View) -> str:
    """The accounts in one line."""
    kept = view.accounts
    if kept["accepted"] is None:
        return "the accounts are not known: the fallback, which keeps them, does not answer"
    said = [f"{kept[name]} {name}" for name in ("accepted", "answered", "quarantined", "unsettled")]
    said.insert(2, f"{kept['people']} to people")
    if kept["unsettled"]:
        said.append(f"the oldest for {kept['oldest_unsettled_seconds']:.0f} s")
    if view.rate is not None:
        said.append(f"{view.rate:.1f} outcomes/s")
    return ", ".join(said)
