"""`python -m tests.chaos.broken.hunt [NAME …]`: attack each broken build until the oracle notices, in ten
runs at most."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

from tests.chaos.broken.builds import BUILDS
from tests.chaos.faults.schedule import schedule
from tests.chaos.oracle.verdict import Verdict, caught
from tests.chaos.session import Session

RUNS = 10


def hunt(name: str, seed: int = 1) -> tuple[int, str] | None:
    """In which run the build was caught and by which judgements; `None`: in no run."""
    build = BUILDS[name]

    def verdicts(session: Session) -> Iterator[Verdict]:
        for number in range(RUNS):
            session.play(schedule(seed + number, build.seconds, build.faults))
            yield session.verdict()

    with Session(seed, name) as session:
        session.wait_ready()
        return caught(verdicts(session))


def main(names: list[str]) -> int:
    """A row of the table for each build; 1 when one was not caught."""
    missed = 0
    for name in names or BUILDS:
        began = time.monotonic()
        found = hunt(name)
        missed += found is None
        run, by = found or (0, "NOT CAUGHT")
        print(f"| {name} | {BUILDS[name].mistake} | {by} | {run} |", flush=True)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
