"""`relais bench`: measure this Relais on this machine."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
from confluent_kafka import KafkaException
from rich.console import Console

from services.cli.bench import plot as picture
from services.cli.bench import show
from services.cli.bench.bench import FULL, QUICK, Bench
from services.cli.bench.broker import Broker
from services.cli.bench.measures.rounds import installed
from services.cli.bench.run import Result, run
from services.cli.bench.servers import answers, servers, workplace
from services.cli.contact import JsonOption
from services.cli.output import file
from services.cli.progress import progress
from shared.contracts.errors import UserMistake


def bench(
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Some 100 seconds: fewer messages and repetitions."),
    ] = False,
    as_json: JsonOption = False,
    kafka: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="A Kafka to use; else one is started here.")
    ] = None,
    redis: Annotated[
        str | None, typer.Option(metavar="URL", help="A Redis to use; else one is started here.")
    ] = None,
    plot: Annotated[Path | None, typer.Option(metavar="FILE.png", help="Draw the result.")] = None,
    rivals: Annotated[
        str, typer.Option(metavar="PYTHON", help="A Python that has faust-streaming, quixstreams or bytewax.")
    ] = sys.executable,
) -> None:
    """Measure what Relais costs and how fast it is, against baselines measured in the same run.

    Runs on real servers: those that are given, else ones it starts (Kafka needs Java and Maven, Redis its
    redis-server). Topics and groups are its own and go away in the end. Prints Markdown; exit code 1 when a
    goal is missed. The machine should have nothing else to do.
    """
    _check(kafka, plot)
    with progress() as say:
        result = _run(Console(stderr=True), say, kafka, redis, quick, rivals)
    print(show.as_json(result) if as_json else show.markdown(result))
    if plot is not None:
        picture.plot(result, plot)
    if not result.met:
        raise typer.Exit(1)


def _check(kafka: str | None, plot: Path | None) -> None:
    """What would only be noticed when all the work is done."""
    if sys.platform != "linux":
        raise UserMistake("the bench reads CPU clocks of other processes, as Linux has them: run it there")
    if kafka and not answers(kafka):
        raise UserMistake(f"Kafka does not answer at {kafka}: is it running there?")
    if plot is not None:
        picture.library()
        file(plot)


def _run(
    console: Console,
    say: Callable[[str], None],
    kafka: str | None,
    redis: str | None,
    quick: bool,
    rivals: str,
) -> Result:
    began = time.monotonic()
    try:
        with workplace() as home:
            say("starting Kafka and Redis")
            with servers(kafka, redis, home) as found:
                broker = Broker(found.kafka, uuid4().hex[:8])
                sizes = QUICK if quick else FULL
                with Bench(found, broker, home, sizes, rivals, installed(rivals), say) as made:
                    result = run(made)
    except KafkaException as error:
        raise UserMistake(f"Kafka went away or refused: {error.args[0].str()}") from error
    console.print(f"measured in {time.monotonic() - began:.0f} s on {os.cpu_count()} processors", style="dim")
    return result
