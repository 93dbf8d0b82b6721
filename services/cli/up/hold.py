"""Holding one part of a running house down for a drill.

Whoever drills leaves a marker in the house's state folder; the keeper, which alone owns the processes, takes
the part away and gives it back when the time is over or the marker is gone. It counts on its own clock from
the moment it saw the marker, so a drill that dies holds nothing for longer than it said.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from services.cli.up.supervisor import Supervisor
from shared.contracts.errors import UserMistake

LONGEST = 600.0
"""Seconds; whatever a marker says, no part is held down for longer."""
NEVER = ("kafka",)
"""An embedded Kafka takes all messages with it."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Which child is to be held down, for how many seconds, and the process that asks."""

    child: str
    seconds: float
    by: int


def _marker(home: Path) -> Path:
    return home / "held.json"


def ask(home: Path, hold: Hold) -> None:
    """Leave the marker. Raises `UserMistake` while another drill holds something."""
    draft = home / f"held.{hold.by}.new"
    draft.write_text(json.dumps(asdict(hold)))
    try:
        os.link(draft, _marker(home))  # in one step, and only where there is none
    except FileExistsError as error:
        raise UserMistake("another drill is at work on this house: wait until it is over") from error
    finally:
        draft.unlink()


def asked(home: Path) -> Hold | None:
    """The marker there is, if any."""
    try:
        return Hold(**json.loads(_marker(home).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def withdraw(home: Path, hold: Hold) -> None:
    """Take this marker away; another one stays."""
    if asked(home) == hold:
        _marker(home).unlink(missing_ok=True)


class Holder:
    """The keeper's side. Markers of a house that is gone are void."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._hold: Hold | None = None
        self._until = 0.0
        _marker(home).unlink(missing_ok=True)

    def tick(self, now: float, supervisors: Sequence[Supervisor]) -> str:
        """Take away or give back what it is time for; returns what to say of it, if anything."""
        wanted = asked(self._home)
        if self._hold is None:
            return self._take(wanted, now, supervisors) if wanted else ""
        if wanted == self._hold and now < self._until:
            return ""
        hold, self._hold = self._hold, None
        withdraw(self._home, hold)
        for supervisor in supervisors:
            supervisor.give_back(hold.child)
        return f"the drill is over: {hold.child} starts again"

    def _take(self, hold: Hold, now: float, supervisors: Sequence[Supervisor]) -> str:
        if hold.child in NEVER or not any(hold.child in each.children for each in supervisors):
            withdraw(self._home, hold)
            return f"a drill asked for {hold.child}, which is not to be had: nothing is done"
        seconds = min(hold.seconds, LONGEST)
        self._hold, self._until = hold, now + seconds
        for supervisor in supervisors:
            supervisor.take(hold.child)
        return f"a drill takes {hold.child} away for {seconds:.0f} s at most"
