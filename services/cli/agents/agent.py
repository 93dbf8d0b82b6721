"""`relais agent`: one agent at a terminal, or a script in the agent's place."""

import asyncio
import locale
import sys
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
import typer

from services.cli.agents.clerk import Clerk
from services.cli.agents.keyboard import lines
from services.cli.agents.wire import Wire
from services.cli.agents.wording import Tongue
from services.cli.contact import JsonOption, KafkaOption, NamespaceOption, contact
from services.cli.state import Contact
from shared.contracts.errors import UserMistake
from shared.contracts.inbound import MAX_ID
from shared.contracts.outward import WorkRecord

HEARTBEAT = 20.0
LOOK_EVERY = 0.1


def usable(name: str) -> str:
    """An agent's id that commands can bear. Raises `UserMistake`."""
    if not name.strip() or not name.isprintable() or len(name) > MAX_ID:
        raise UserMistake(f"an agent's id has 1 to {MAX_ID} printable characters, as in --id ada")
    return name


IdOption = Annotated[
    str, typer.Option("--id", metavar="ID", callback=usable, help="The agent's id: who you are.")
]
PoolOption = Annotated[
    list[str] | None, typer.Option("--pool", metavar="POOL", help="A pool to work for; repeat. Default: all.")
]


def agent(
    agent_id: IdOption,
    pool: PoolOption = None,
    language: Annotated[
        list[str] | None,
        typer.Option("--language", help="A language of customers you answer; repeat. Default: any."),
    ] = None,
    skill: Annotated[
        list[str] | None,
        typer.Option("--skill", metavar="NAME[:LEVEL]", help="A skill and its level, 1 to 10; repeat."),
    ] = None,
    capacity: Annotated[int, typer.Option(min=0, max=10_000, help="How much you take at once.")] = 100,
    tongue: Annotated[
        str | None, typer.Option("--in", metavar="fr|en", help="Language of the tool. Default: yours.")
    ] = None,
    as_json: JsonOption = False,
    kafka: KafkaOption = None,
    namespace: NamespaceOption = None,
) -> None:
    """Work as an agent: take offers, answer customers, close.

    Type `help` for the commands. Without a terminal each line of standard input is a command, and its end
    means `quit`; with --json the records for this agent are printed, and what the tool says goes to standard
    error. Who stops and starts again finds the work still there within two minutes.
    """
    fields = {"languages": language or [], "skills": skills(skill or []), "capacity": capacity}
    asyncio.run(
        _work(contact(kafka, None, namespace), agent_id, pool or [], fields, _tongue(tongue), as_json)
    )


def skills(given: list[str]) -> dict[str, int]:
    """`billing:2` is level 2; without a level it is 1. Raises `UserMistake`."""
    found = {}
    for one in given:
        name, _, level = one.partition(":")
        if not name or not (level or "1").isdigit() or not 1 <= int(level or 1) <= 10:
            raise UserMistake(
                f"{one!r}: a skill is a name, or a name and a level of 1 to 10, as in billing:2"
            )
        found[name] = int(level or 1)
    return found


def chosen(pools: list[str], known: tuple[str, ...]) -> list[str]:
    """The pools asked for, or all. Raises `UserMistake` for one that is not there."""
    unknown = [pool for pool in pools if pool not in known]
    if unknown:
        raise UserMistake(f"there is no pool {unknown[0]!r}; the pools are {', '.join(sorted(known))}")
    return pools or sorted(known)


def _tongue(asked: str | None) -> Tongue:
    if asked not in (None, "fr", "en"):
        raise UserMistake("the tool speaks fr and en")
    spoken = asked or (locale.getlocale()[0] or "en")[:2].lower()
    return "fr" if spoken == "fr" else "en"


async def _work(
    where: Contact, name: str, pools: list[str], fields: dict[str, Any], tongue: Tongue, as_json: bool
) -> None:
    outbox: deque[dict[str, Any]] = deque()
    async with await Wire.to(where) as wire:
        presence = {"pools": chosen(pools, wire.pools), **fields}
        show = _print_beside if as_json else _print
        clerk = Clerk(name, presence, tongue, show, outbox.append)
        async with lines(lambda: clerk.prompt) as typed:
            await _until_over(clerk, wire, typed, outbox, _record if as_json else _nothing)


async def _until_over(
    clerk: Clerk,
    wire: Wire,
    typed: asyncio.Queue[str | None],
    outbox: deque[dict[str, Any]],
    print_record: Callable[[Clerk, WorkRecord | None], None],
) -> None:
    announced = time.monotonic()
    while not clerk.over:
        for record in await wire.more(LOOK_EVERY):
            clerk.hear(record)
            print_record(clerk, record)
        clerk.tick(datetime.now(UTC))
        if not clerk.live and wire.caught_up:
            clerk.begin(datetime.now(UTC))
        while clerk.live and not clerk.over and not typed.empty():
            _obey(clerk, typed.get_nowait())
        if clerk.live and not clerk.over and time.monotonic() - announced > HEARTBEAT:
            announced = time.monotonic()
            clerk.announce()
        await _send(wire, outbox)


def _obey(clerk: Clerk, line: str | None) -> None:
    """The end of the input means to leave, whatever is held: nobody is there to be asked."""
    if line is not None:
        return clerk.typed(line)
    while not clerk.over:
        clerk.quit()
    return None


async def _send(wire: Wire, outbox: deque[dict[str, Any]]) -> None:
    outbox.extendleft(reversed(wire.failed))
    wire.failed.clear()
    while outbox:
        try:
            await wire.send(outbox.popleft())
        except UserMistake as mistake:
            _print_beside(str(mistake))


def _print(line: str) -> None:
    print(line, flush=True)


def _print_beside(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _record(clerk: Clerk, record: WorkRecord | None) -> None:
    if clerk.live and record is not None and record.agent_id == clerk.desk.agent:
        _print(orjson.dumps(record).decode())


def _nothing(clerk: Clerk, record: WorkRecord | None) -> None:
    """The clerk shows what there is to see."""
