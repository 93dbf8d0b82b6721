"""`relais explain`: the story of one message."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from services.cli.contact import JsonOption, KafkaOption, NamespaceOption, contact
from services.cli.explain import ask, find, read
from services.cli.explain.find import Found, Tick
from services.cli.explain.show import show
from services.cli.explain.story import Story, tell
from services.cli.explain.weigh import recompute
from services.cli.follow import REF, House, reach
from services.cli.state import Contact
from services.cli.words import printable, when
from shared.contracts.errors import UserMistake
from shared.contracts.placement import Ref, parse_ref
from shared.contracts.topics import CONVERSATIONS, INBOUND, LEDGER


def explain(
    message: Annotated[
        str, typer.Argument(metavar="ID|REF", help="The channel's own id, or PARTITION:OFFSET.")
    ],
    text: Annotated[bool, typer.Option("--text", help="Show what was written, too.")] = False,
    as_json: JsonOption = False,
    kafka: KafkaOption = None,
    namespace: NamespaceOption = None,
) -> None:
    """Tell the story of one message: what was understood, decided, and what came of it, with times."""
    where = contact(kafka, None, namespace)
    with _bars() as tick:
        story, choices = asyncio.run(_told(where, message, text, tick))
    if as_json:
        told = story.as_json() if story else {"choices": [_choice(found) for found in choices]}
        typer.echo(orjson.dumps(told).decode())
    elif story:
        show(story, Console())
    else:
        _list(choices)
    if not story:
        raise typer.Exit(2)


async def _told(where: Contact, message: str, text: bool, tick: Tick) -> tuple[Story | None, list[Found]]:
    """The story, or the messages there are to choose from."""
    house = await reach(where, INBOUND, LEDGER, CONVERSATIONS)
    if REF.fullmatch(message):
        ref = parse_ref(message)
        return await _story(house, ref, await find.at(house, ref), text, tick), []
    hits = await find.by_id(house, message, tick)
    if not hits:
        raise UserMistake(
            f"no message with this id in {INBOUND.name(where.namespace)}: it may be deleted, or unreadable"
        )
    originals = [hit for hit in hits if hit.came_from is None] or hits
    if len({hit.message.conversation_id for hit in originals if hit.message}) > 1:
        return None, originals
    story = await _story(house, originals[0].ref, originals[0], text, tick)
    if len(originals) > 1:
        others = ", ".join(str(hit.ref) for hit in originals[1:])
        story.notes.append(f"The channel sent this id again in this conversation: {others}.")
    return story, []


async def _story(house: House, ref: Ref, found: Found | None, text: bool, tick: Tick) -> Story:
    story = tell(ref, found, await read.pages(house, ref, tick), text)
    if found and found.message and story.outcome["outcome"] != "moved":
        stated = found.message.language or (found.message.customer and found.message.customer.language)
        story.recomputed = recompute(found.message.text, stated or None, text)
    if story.outcome["outcome"] == "moved":
        for copy in await find.copies(house, ref, story.outcome["to"], tick):
            story.copies.append(await _story(house, copy, await find.at(house, copy), text, tick))
    if story.outcome.get("state") == "waiting":
        story.outcome["excluded"] = await ask.excluded(house, story.outcome["pool"], story.outcome["work"])
    return story


def _choice(found: Found) -> dict[str, object]:
    assert found.message is not None, "it was found by its id"
    return {
        "ref": str(found.ref),
        "at": found.record.timestamp,
        "conversation_id": found.message.conversation_id,
    }


def _list(choices: list[Found]) -> None:
    typer.echo("Several conversations have a message with this id; ask for one of them by its place:")
    for found in choices:
        conversation = found.message.conversation_id if found.message else ""
        typer.echo(f"  {found.ref!s:>10}  {when(found.record.timestamp)}  {printable(conversation)}")


@contextmanager
def _bars() -> Iterator[Tick]:
    """A bar for each stretch of a log that is read."""
    console = Console(stderr=True)
    columns = (TextColumn("reading {task.description:<12}"), BarColumn(), TimeRemainingColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:

        def tick(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what)
            progress.update(tasks[what], completed=done, total=total)

        yield tick
