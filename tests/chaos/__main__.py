"""`python -m tests.chaos`, which is `relais chaos`: attack a house at random and judge it from outside."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from tests.chaos.faults.catalogue import FAULTS, GENTLE
from tests.chaos.faults.schedule import Schedule, from_file, schedule, to_json
from tests.chaos.oracle.verdict import Verdict, told
from tests.chaos.session import Session
from tests.kit.server import Unavailable

ROOT = Path(__file__).parents[2]
RUN = 30.0
"""Seconds of one run when a longer time is asked for."""


def chaos(
    seed: Annotated[int, typer.Option(help="The same seed gives the same schedule.")] = 0,
    minutes: Annotated[float, typer.Option(help="How long to attack.", min=0.0)] = 2.0,
    seconds: Annotated[float | None, typer.Option(help="How long each run is.", min=1.0)] = None,
    runs: Annotated[int | None, typer.Option(help="How many runs, instead of minutes.", min=1)] = None,
    faults: Annotated[str, typer.Option(metavar="LIST", help="Which faults, separated by commas.")] = "",
    replay: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Play schedules of an earlier time.")
    ] = None,
    show: Annotated[bool, typer.Option("--list", help="Show the faults there are, and end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
    broken: Annotated[str, typer.Option(metavar="NAME", help="Attack a deliberately broken build.")] = "",
    soak: Annotated[bool, typer.Option("--soak", help="Kill nobody; watch memory and open files.")] = False,
) -> None:
    """Attack two instances of every service over a real Kafka and Redis, under load, and judge from outside.

    Exit code 1 when the oracle finds a violation; the schedule, the verdict and all logs are kept then.
    """
    if show:
        print(listing())
        return
    plan = _plan(seed, minutes, seconds, runs, _faults(faults, soak), replay)
    folder = ROOT / ".cache" / "chaos" / time.strftime("%Y%m%d-%H%M%S")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "schedule.json").write_text(to_json(plan))
    try:
        met = _attack(plan, folder, broken, as_json, soak)
    except Unavailable as why:
        _end(f"needs a real Kafka and Redis, and cannot start them: {why}")
    if not met:
        raise typer.Exit(1)


def listing() -> str:
    """The table of faults."""
    return "\n".join(f"{name:<15}{fault.summary}" for name, fault in FAULTS.items())


def _faults(told: str, soak: bool) -> tuple[str, ...]:
    names = tuple(name.strip() for name in told.split(",") if name.strip())
    unknown = [name for name in names if name not in FAULTS]
    if unknown:
        _end(f"no fault is called {', '.join(unknown)}; --list shows those there are")
    return names or (GENTLE if soak else tuple(FAULTS))


def _plan(
    seed: int,
    minutes: float,
    seconds: float | None,
    runs: int | None,
    faults: tuple[str, ...],
    replay: Path | None,
) -> tuple[Schedule, ...]:
    if replay is not None:
        try:
            return from_file(replay)
        except ValueError as why:
            _end(str(why))
    length = seconds or min(RUN, minutes * 60)
    count = runs or (1 if seconds else max(1, round(minutes * 60 / length)))
    return tuple(schedule(seed + number, length, faults) for number in range(count))


def _attack(plan: tuple[Schedule, ...], folder: Path, broken: str, as_json: bool, soak: bool) -> bool:
    again = f"relais chaos --replay {(folder / 'schedule.json').relative_to(ROOT)}"
    _say(f"starting Kafka, Redis and two of each service; seeds {plan[0].seed} to {plan[-1].seed}")
    with Session(plan[0].seed, broken) as session:
        session.wait_ready()
        for number, run in enumerate(plan, 1):
            what = f"seed {run.seed}, {len(run.planned)} faults in {run.seconds:g} s"
            _say(f"run {number} of {len(plan)}: {what}")
            session.play(run)
        session.load.stop()
        _say("healing, then judging")
        verdict = session.verdict()
        words = told(verdict, session.evidence(), again + (f" --broken {broken}" if broken else ""))
        unplayed = session.injector.failed
        if verdict.violations:
            (folder / "logs.txt").write_text(session.house.logs())
    (folder / "verdict.txt").write_text(words)
    print(_json(verdict, again, unplayed) if as_json else words)
    for line in unplayed:
        _say(f"not carried out: {line}")
    return not verdict.violations


def _json(verdict: Verdict, again: str, unplayed: list[str]) -> str:
    found = [violation._asdict() for violation in verdict.violations]
    body = {"violations": found, "counts": verdict.counts, "replay": again, "not_carried_out": unplayed}
    return json.dumps(body, indent=1)


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def _end(why: str) -> None:
    print(f"relais: {why}", file=sys.stderr)
    raise typer.Exit(2)


def main() -> None:
    """The entry point."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(chaos)
    app(prog_name="relais chaos")


if __name__ == "__main__":
    main()
