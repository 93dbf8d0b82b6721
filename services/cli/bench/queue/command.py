"""`relais queue bench`: what the human queue costs."""

import sys
import time
from contextlib import ExitStack
from typing import Annotated

import typer
import uvloop
from rich.console import Console

from services.cli.bench.queue.measures import FULL, QUICK, measure
from services.cli.bench.run import Result
from services.cli.bench.servers import own_redis, workplace
from services.cli.bench.show import as_json as json_of
from services.cli.bench.show import tables
from services.cli.contact import JsonOption
from services.cli.progress import progress
from shared.contracts.errors import UserMistake


def bench(
    quick: Annotated[bool, typer.Option("--quick", help="Fewer repetitions, wider spread.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure claims, assignments, decisions and memory of the queue, as ratios to bare calls of Redis.

    Starts a Redis of its own. Prints Markdown; exit code 1 when a goal is missed. The machine should have
    nothing else to do.
    """
    if sys.platform != "linux":
        raise UserMistake("the bench reads CPU clocks of other processes, as Linux has them: run it there")
    began = time.monotonic()
    with progress() as say, workplace() as home, ExitStack() as stack:
        say("starting Redis")
        rows = uvloop.run(measure(own_redis(home, stack), QUICK if quick else FULL, say))
    result = Result(rows, {})
    print(json_of(result) if as_json else tables(rows))
    Console(stderr=True).print(f"measured in {time.monotonic() - began:.0f} s", style="dim")
    if not result.met:
        raise typer.Exit(1)
