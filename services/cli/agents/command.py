"""`relais agents`: a simulated workforce, and what it found."""

import asyncio
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, NamedTuple

import typer

from services.cli.agents.agent import PoolOption, chosen
from services.cli.agents.crew import Crew
from services.cli.agents.person import Habits, person
from services.cli.agents.report import Panel, figures, panel, show
from services.cli.agents.wire import Wire
from services.cli.contact import JsonOption, KafkaOption, NamespaceOption, contact
from services.cli.state import Contact

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
LOOK_EVERY = 0.05
LAST_ANSWERS = 10.0


class Run(NamedTuple):
    """What ends a simulation, and who takes part."""

    number: int
    pools: list[str]
    skills: list[str]
    seconds: float | None
    closed: int | None


@app.callback()
def agents() -> None:
    """A simulated workforce."""


@app.command()
def simulate(
    number: Annotated[int, typer.Argument(metavar="N", min=1, max=10_000, help="How many agents.")],
    seed: Annotated[int, typer.Option(help="Same seed, same people; same records, same decisions.")] = 1,
    pool: PoolOption = None,
    skill: Annotated[
        list[str] | None, typer.Option("--skill", metavar="NAME", help="A skill some have; repeat.")
    ] = None,
    shift_minutes: Annotated[float, typer.Option(min=1, help="Length of a shift; a break follows.")] = 240,
    speed: Annotated[float, typer.Option(min=0.1, max=1000, help="How many times as fast they live.")] = 1,
    declines: Annotated[float, typer.Option(min=0, max=1, help="Share of offers declined.")] = 0.1,
    lapses: Annotated[float, typer.Option(min=0, max=1, help="Share of offers left unanswered.")] = 0.02,
    transfers: Annotated[float, typer.Option(min=0, max=1, help="Share of works passed on.")] = 0.03,
    lost: Annotated[float, typer.Option(min=0, max=1, help="Share of works whose tool falls silent.")] = 0.02,
    lost_for: Annotated[float, typer.Option(min=0, help="The longest silence, in real seconds.")] = 240,
    for_seconds: Annotated[
        float | None, typer.Option("--for", metavar="SECONDS", min=0, help="Default: until Ctrl-C.")
    ] = None,
    closed: Annotated[int | None, typer.Option(min=1, help="End when so many works are closed.")] = None,
    as_json: JsonOption = False,
    kafka: KafkaOption = None,
    namespace: NamespaceOption = None,
) -> None:
    """Let N agents work until Ctrl-C: they take offers, answer, hold, pass on and close.

    They have shifts, paces, languages and skills of their own, decline and miss offers, and their tools get
    lost with work in hand. At the end they give back what they hold. Exits with 1 when a record contradicted
    the protocol.
    """
    habits = Habits(seed, declines, lapses, lost, transfers, shift_minutes * 60, speed, lost_for)
    run = Run(number, pool or [], skill or [], for_seconds, closed)
    crew, lasted = asyncio.run(_simulate(contact(kafka, None, namespace), run, habits, panel(as_json)))
    found = figures(crew, lasted)
    show(found, as_json)
    if found["contradictions"]:
        raise typer.Exit(1)


async def _simulate(where: Contact, run: Run, habits: Habits, panel: Panel) -> tuple[Crew, float]:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    begun = time.monotonic()
    async with await Wire.to(where, from_now=True) as wire:
        pools = chosen(run.pools, wire.pools)
        people = [person(number, habits.seed, pools, run.skills) for number in range(run.number)]
        crew = Crew(people, habits, pools, begun)
        with panel:
            await _work(crew, wire, lambda: stop.is_set() or _done(run, crew, begun), panel)
            await _leave(crew, wire)
    return crew, time.monotonic() - begun


def _done(run: Run, crew: Crew, begun: float) -> bool:
    over = run.seconds is not None and time.monotonic() - begun >= run.seconds
    return over or (run.closed is not None and crew.tally.closed >= run.closed)


async def _work(crew: Crew, wire: Wire, done: Callable[[], bool], panel: Panel) -> None:
    while not done():
        await _hear(crew, wire)
        again, wire.failed[:] = list(wire.failed), []
        for command in (*again, *crew.act(time.monotonic(), datetime.now(UTC))):
            await wire.send(command)
        panel.update(crew)


async def _hear(crew: Crew, wire: Wire) -> None:
    for record in await wire.more(LOOK_EVERY):
        crew.hear(record, time.monotonic())


async def _leave(crew: Crew, wire: Wire) -> None:
    """Give back what is held, and hear what is still answered."""
    for command in crew.leave(time.monotonic()):
        await wire.send(command)
    with suppress(TimeoutError):
        async with asyncio.timeout(LAST_ANSWERS):
            while crew.waiting_for_answers:
                await _hear(crew, wire)
