"""What a workforce did, counted from the changes of its desks."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from services.cli.agents.desk import Case
from shared.contracts.outward import WorkRecord

NUMBERS = (
    *("offered", "taken", "closed", "declined", "timed_out", "rescinded", "given_back"),
    *("transferred", "replied", "wrapped_up", "lost", "most_held"),
)


@dataclass
class Tally:
    """`handling`: how long works were held until they were closed, in real seconds."""

    offered: int = 0
    taken: int = 0
    closed: int = 0
    declined: int = 0
    timed_out: int = 0
    rescinded: int = 0
    given_back: int = 0
    transferred: int = 0
    replied: int = 0
    wrapped_up: int = 0
    lost: int = 0
    most_held: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)
    handling: list[float] = field(default_factory=list)

    def note(
        self, taken_at: dict[str, float], was: Case | None, now: Case | None, r: WorkRecord, at: float
    ) -> None:
        """A record changed what an agent has of a work from `was` to `now`; `taken_at` is the agent's."""
        match r.type:
            case "offer":
                self.offered += 1
            case "assigned" if now is not None:
                self.taken += 1
                taken_at[r.work_id] = at
            case "rescinded":
                self._rescinded(r)
            case "released":
                self.given_back += 1
            case "transferred":
                self.transferred += 1
            case "closed" if was is not None:
                self.closed += 1
                if r.work_id in taken_at:
                    self.handling.append(at - taken_at.pop(r.work_id))
            case "wrapped_up" if now is None:
                self.wrapped_up += 1

    def _rescinded(self, r: WorkRecord) -> None:
        code = r.reason.code if r.reason else ""
        self.declined += code == "declined"
        self.timed_out += code == "offer_over"
        self.rescinded += code not in ("declined", "offer_over")

    def figures(self) -> dict[str, Any]:
        """All of it, for a program to read."""
        mean = sum(self.handling) / len(self.handling) if self.handling else 0.0
        return {
            **{name: getattr(self, name) for name in NUMBERS},
            "refused": dict(sorted(self.refused.items())),
            "unanswered": dict(sorted(self.unanswered.items())),
            "mean_handling_seconds": round(mean, 3),
        }
