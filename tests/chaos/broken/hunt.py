"""Attacks a broken build until the judge notices, by the judgement that it is there for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tests.chaos.broken.builds import BUILDS
from tests.chaos.faults.schedule import schedule
from tests.chaos.oracle.verdict import Verdict, caught
from tests.chaos.session import Session

RUNS = 10


class Found(NamedTuple):
    """In which run (from 1) a build was caught, and by which judgements; none: it was not, in all runs."""

    run: int
    by: tuple[str, ...]


def hunt(name: str, seed: int = 1) -> Found:
    """Attack it with its faults, with one seed after the other, in ten runs at most."""
    build = BUILDS[name]

    def verdicts(session: Session) -> Iterator[Verdict]:
        for number in range(RUNS):
            session.play(schedule(seed + number, build.seconds, build.faults, build.spared))
            yield session.verdict()

    with Session(seed, name) as session:
        session.wait_ready()
        found = caught(verdicts(session), build.by)
    return Found(*found) if found else Found(RUNS, ())
