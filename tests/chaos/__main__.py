"""What `relais chaos` hands over to: plays schedules on a house of its own and tells the verdict."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

from services.cli.chaos import Request
from tests.chaos.faults.catalogue import FAULTS, GENTLE
from tests.chaos.faults.schedule import Schedule, from_file, schedule, to_json
from tests.chaos.oracle.verdict import Verdict, told
from tests.chaos.session import RATE, Session
from tests.chaos.soak import Soak
from tests.kit.server import Unavailable

ROOT = Path(__file__).parents[2]
SOAK_RATE, SOAK_TALKS = 10.0, 300
BROKEN = os.environ.get("RELAIS_TEST_BROKEN", "")
"""The deliberately broken build that all services are to be."""


def main(request: Request) -> int:
    """The exit code: 1 when there is a violation."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # the house goes with us
    if request.listing:
        print(listing(request.as_json))
        return 0
    plan = _plan(request)
    folder = ROOT / ".cache" / "chaos" / time.strftime("%Y%m%d-%H%M%S")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "schedule.json").write_text(to_json(plan))
    try:
        return 0 if _attack(plan, folder, request) else 1
    except Unavailable as why:
        _mistake(f"chaos needs a real Kafka and Redis of its own, and cannot start them: {why}")


def listing(as_json: bool) -> str:
    """The faults there are."""
    if as_json:
        return json.dumps({name: fault.summary for name, fault in FAULTS.items()}, indent=1)
    return "\n".join(f"{name:<15}{fault.summary}" for name, fault in FAULTS.items())


def _plan(request: Request) -> tuple[Schedule, ...]:
    unknown = [name for name in request.faults if name not in FAULTS]
    if unknown:
        _mistake(f"no fault is called {', '.join(unknown)}; `relais chaos --list` shows those there are")
    if request.replay:
        try:
            return from_file(Path(request.replay))
        except ValueError as why:
            _mistake(str(why))
    faults = request.faults or (GENTLE if request.soak else tuple(FAULTS))
    return tuple(schedule(request.seed + n, request.seconds, faults) for n in range(request.runs))


def _attack(plan: tuple[Schedule, ...], folder: Path, request: Request) -> bool:
    again = f"relais chaos --replay {(folder / 'schedule.json').relative_to(ROOT)}"
    again = f"RELAIS_TEST_BROKEN={BROKEN} {again}" if BROKEN else again
    rate, talks = (SOAK_RATE, SOAK_TALKS) if request.soak else (RATE, 0)
    _say("starting Kafka, Redis and two of each service")
    with Session(plan[0].seed, BROKEN, rate, talks) as session:
        session.wait_ready()
        with Soak(session.house) as soak:
            for number, run in enumerate(plan, 1):
                what = f"seed {run.seed}, {len(run.planned)} faults in {run.seconds:g} s"
                _say(f"run {number} of {len(plan)}: {what}")
                session.play(run)
        _say("healing, then judging")
        verdict = session.verdict()
        words = told(verdict, session.evidence(), again)
        unplayed = session.injector.failed
        (folder / "logs.txt").write_text(session.house.logs())
    growth = soak.growth() if request.soak else []
    words = "\n".join([words, *soak.words()] if request.soak else [words])
    (folder / "verdict.txt").write_text(words)
    print(_json(verdict, again, unplayed, growth) if request.as_json else words)
    for line in unplayed:
        _say(f"not carried out: {line}")
    return not verdict.violations and not growth


def _json(verdict: Verdict, again: str, unplayed: list[str], growth: list[str]) -> str:
    found = [violation._asdict() for violation in verdict.violations]
    body = {
        "violations": found,
        "counts": verdict.counts,
        "faults": verdict.faults,
        "replay": again,
        "growth": growth,
    }
    return json.dumps({**body, "not_carried_out": unplayed}, indent=1)


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def _mistake(why: str) -> NoReturn:
    _say(f"relais: {why}")
    sys.exit(2)


if __name__ == "__main__":
    sys.exit(main(Request(**json.loads(sys.argv[1]))))
