"""`relais chaos`: attack a house of one's own with faults, and judge it from outside. What attacks and what
judges is part of the project's tests, so it needs a checkout; this is its command line."""

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from services.cli.contact import JsonOption
from shared.contracts.errors import UserMistake
from shared.runtime.settings import ROOT


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of `python -m tests.chaos`, as JSON in its one argument. `seconds` are of one run."""

    seed: int
    seconds: float
    runs: int
    faults: tuple[str, ...]
    replay: str
    listing: bool
    as_json: bool
    soak: bool


RUN = 30.0
"""Seconds of one run, when a longer time is asked for."""


def chaos(
    seed: Annotated[int, typer.Option(help="The same seed gives the same schedule of faults.")] = 0,
    minutes: Annotated[float, typer.Option(help="How long to attack, in runs of 30 s.", min=0.05)] = 2.0,
    seconds: Annotated[float | None, typer.Option(help="One run of this length.", min=1.0)] = None,
    runs: Annotated[int | None, typer.Option(help="So many runs, each with the next seed.", min=1)] = None,
    faults: Annotated[str, typer.Option(metavar="LIST", help="Only these faults, e.g. kill,zombie.")] = "",
    replay: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Do again what a schedule.json holds.")
    ] = None,
    show: Annotated[bool, typer.Option("--list", help="Show what faults there are.")] = False,
    soak: Annotated[bool, typer.Option("--soak", help="Kill nobody; watch memory and open files.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Attack two of each service on a real Kafka and Redis, under load, and judge them from outside.

    Needs a checkout of the project with its development environment (`make venv`), Java, Maven and
    redis-server. All servers are its own. Exit code 1 when the judge finds a violation; schedule, verdict and
    logs are kept.
    """
    length = seconds or min(RUN, minutes * 60)
    count = runs or (1 if seconds else max(1, round(minutes * 60 / length)))
    names = tuple(name.strip() for name in faults.split(",") if name.strip())
    file = str(replay.absolute()) if replay else ""
    _hand_over(Request(seed, length, count, names, file, show, as_json, soak))


def _hand_over(request: Request) -> None:
    """To the checkout's own machinery, in place of this process."""
    if not (ROOT / "tests" / "chaos" / "__main__.py").is_file():
        raise UserMistake(
            "`relais chaos` needs a checkout: clone the project, then `make venv` and `make chaos`"
        )
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "tests.chaos", json.dumps(asdict(request))])
