"""`relais simulate`: publish messages and follow every one to its outcome."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.cli.contact import JsonOption, KafkaOption, NamespaceOption, contact
from services.cli.follow import reach
from services.cli.simulate import lines, scenario
from services.cli.simulate.account import Account
from services.cli.simulate.lines import Broken, Line
from services.cli.simulate.play import Publish, Simulation
from services.cli.simulate.publish import Publisher
from services.cli.simulate.report import failed, figures, show
from services.cli.simulate.tell import Teller, told
from services.cli.state import Contact
from shared.contracts.errors import UserMistake
from shared.contracts.topics import INBOUND, LEDGER, REPLIES

TURN_WITHIN = 30.0
"""How long a customer of the scenario waits for an outcome before writing again."""
COMPLAINTS = 10


def simulate(
    file: Annotated[Path | None, typer.Argument(help="Messages, one JSON object a line.")] = None,
    rate: Annotated[float, typer.Option(min=0, help="Messages a second; 0: as fast as possible.")] = 200,
    conversations: Annotated[
        int | None, typer.Option(min=1, help="Spread messages that name no conversation over so many.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many messages.")] = None,
    timeout: Annotated[
        float, typer.Option(min=1, help="Give up when nothing has moved for so many seconds.")
    ] = 120,
    language_from_file: Annotated[bool, typer.Option(help="Take `lang` for the language.")] = False,
    as_json: JsonOption = False,
    kafka: KafkaOption = None,
    namespace: NamespaceOption = None,
) -> None:
    """Publish messages and follow each to its outcome.

    Each line of FILE is an object with `text` and, if you like, `conversation_id`, `channel` and
    `language`; lines that are not are named and skipped. Without FILE a scenario of its own is played.
    Exits with 1 when a message was lost, got two outcomes, was acknowledged not at all or twice, or was
    overtaken within its conversation.
    """
    run = lines.run_id()
    if file is None:
        letters = scenario.letters(run)[:limit]
    else:
        letters = lines.letters(_lines(file, language_from_file, limit), run, conversations)

    async def publish(publisher: Publisher, _: Simulation) -> None:
        await publisher.publish(letters, rate)

    async def converse(publisher: Publisher, simulation: Simulation) -> None:
        await publisher.converse(letters, simulation.outcome, TURN_WITHIN)

    account = Account(letters)
    screen = Console(quiet=as_json)
    where = contact(kafka, None, namespace)
    teller = Teller(account, screen) if file is None else None
    asyncio.run(_play(where, run, account, publish if file else converse, timeout, teller, screen))
    _close(account, teller is not None, as_json, screen)


def _lines(file: Path, language_from_file: bool, limit: int | None) -> list[Line]:
    found = list(lines.read(file, language_from_file))
    broken = [line for line in found if isinstance(line, Broken)]
    for line in broken[:COMPLAINTS]:
        typer.echo(f"{file}:{line.number}: {line.why}; skipped", err=True)
    if len(broken) > COMPLAINTS:
        typer.echo(f"{file}: {len(broken) - COMPLAINTS} more lines skipped", err=True)
    kept = list(islice((line for line in found if isinstance(line, Line)), limit))
    if not kept:
        raise UserMistake(f'{file}: there is no message in it; a line looks like {{"text": "…"}}')
    return kept


async def _play(
    where: Contact,
    run: str,
    account: Account,
    publish: Publish,
    timeout: float,
    teller: Teller | None,
    screen: Console,
) -> None:
    house = await reach(where, INBOUND, LEDGER, REPLIES)
    simulation = Simulation(house, run, account)
    with _bars(account, screen) as draw:

        def watch() -> None:
            if teller is not None:
                teller.tell()
            draw()

        await simulation.play(publish, timeout, watch)


@contextmanager
def _bars(account: Account, screen: Console) -> Iterator[Callable[[], None]]:
    """Two progress bars, where there is a terminal to draw them on."""
    console = screen if screen.is_terminal and not screen.quiet else Console(stderr=True)
    columns = (
        TextColumn("{task.description:>9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    total = len(account.letters)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        accepted = progress.add_task("accepted", total=total)
        settled = progress.add_task("settled", total=total)

        def draw() -> None:
            progress.update(accepted, completed=len(account.acknowledged))
            progress.update(settled, completed=len(account.fates))

        yield draw


def _close(account: Account, with_messages: bool, as_json: bool, screen: Console) -> None:
    result = figures(account)
    if as_json:
        messages = {"messages": told(account)} if with_messages else {}
        typer.echo(orjson.dumps({**result, **messages}).decode())
    else:
        screen.print()
        show(result, screen)
    if failed(result):
        raise typer.Exit(1)
