"""`relais quarantine`: what could be shown to nobody, its bytes, and another try for it."""

import asyncio
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.cli.contact import JsonOption, KafkaOption, NamespaceOption, contact
from services.cli.follow import House, reach, ref
from services.cli.quarantine import keep
from services.cli.quarantine.keep import Held, dump
from services.cli.words import printable, when, why
from shared.contracts.errors import UserMistake
from shared.contracts.placement import Ref
from shared.contracts.topics import INBOUND, QUARANTINE

RefArgument = Annotated[str, typer.Argument(metavar="REF", help="PARTITION:OFFSET, as `list` shows it.")]
RefsArgument = Annotated[list[str], typer.Argument(metavar="REF", help="PARTITION:OFFSET, one or more.")]
SHOWN = 2_000
app = typer.Typer(no_args_is_help=True, add_completion=False, help="Look at what could be shown to nobody.")


@app.command("list")
def list_(as_json: JsonOption = False, kafka: KafkaOption = None, namespace: NamespaceOption = None) -> None:
    """List what is in quarantine, oldest first."""

    async def read() -> list[Held]:
        return await keep.held(await _house(kafka, namespace))

    found = sorted(asyncio.run(read()), key=lambda held: (held.at, held.ref))
    if as_json:
        typer.echo(orjson.dumps([held.as_json() for held in found]).decode())
        return
    table = Table("ref", "when", "reason", "bytes", "detail", box=None, pad_edge=False)
    for held in found:
        row = held.record
        table.add_row(row.ref, when(held.at), row.reason, str(row.size), escape(printable(row.detail)))
    Console().print(table if found else "Nothing is in quarantine.")


@app.command()
def show(
    ref_: RefArgument,
    everything: Annotated[bool, typer.Option("--all", help=f"More than the first {SHOWN} bytes.")] = False,
    as_json: JsonOption = False,
    kafka: KafkaOption = None,
    namespace: NamespaceOption = None,
) -> None:
    """Show one record and the bytes it came with, escaped. They may hold what a customer wrote."""

    async def read() -> Held:
        return await _one(await _house(kafka, namespace), ref(ref_))

    found = asyncio.run(read())
    if as_json:
        typer.echo(orjson.dumps(found.as_json(with_bytes=True)).decode())
        return
    console = Console(highlight=False)
    for name, value in _facts(found):
        console.print(f"[dim]{name:<10}[/] {escape(value)}", soft_wrap=True)
    if found.value:
        most = None if everything else SHOWN
        console.print()
        console.print(dump(found.value[:most]), markup=False, soft_wrap=True)
        if most and len(found.value) > most:
            console.print(f"[dim]… {len(found.value) - most} more bytes (--all)[/]")


def _facts(found: Held) -> list[tuple[str, str]]:
    row = found.record
    return [
        ("ref", row.ref),
        ("when", when(found.at)),
        ("reason", f"{row.reason}: {why(row.reason)}"),
        ("detail", printable(row.detail)),
        ("size", f"{row.size} bytes"),
        ("sha-256", row.sha256),
        ("bytes", found.state),
        *([("key", dump(found.key))] if found.key is not None else []),
    ]


@app.command()
def replay(
    refs: RefsArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: JsonOption = False,
    kafka: KafkaOption = None,
    namespace: NamespaceOption = None,
) -> None:
    """Publish the bytes of quarantined records again, unchanged, as new messages.

    They will be quarantined again unless what could not be read then can be read now.
    """
    places = [ref(text) for text in refs]

    async def read() -> tuple[House, list[Held]]:
        house = await _house(kafka, namespace)
        return house, [await _one(house, place) for place in places]

    house, found = asyncio.run(read())
    gone = [held for held in found if not held.intact]
    if gone:
        raise UserMistake(f"{gone[0].record.ref} cannot be published again: {gone[0].state}")
    if not yes:
        typer.confirm(
            f"Publish {len(found)} record(s) again to {INBOUND.name(house.namespace)}?", abort=True, err=True
        )
    made = asyncio.run(keep.publish_again(house, found))
    _report(list(zip(places, made, strict=True)), as_json)


def _report(moves: list[tuple[Ref, Ref]], as_json: bool) -> None:
    if as_json:
        told: list[dict[str, Any]] = [{"ref": str(old), "new_ref": str(new)} for old, new in moves]
        typer.echo(orjson.dumps(told).decode())
        return
    for old, new in moves:
        typer.echo(f"{old} is published again as {new}: `relais explain {new}`")


async def _house(kafka: str | None, namespace: str | None) -> House:
    return await reach(contact(kafka, None, namespace), INBOUND, QUARANTINE)


async def _one(house: House, place: Ref) -> Held:
    found = [held for held in await keep.held(house) if held.ref == place]
    if not found:
        raise UserMistake(f"{place} is not in quarantine: `relais quarantine list` shows what is")
    return await keep.with_bytes(house, found[0])
