"""What can be taken away, and what is known beforehand of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.cli.state import Running
from shared.contracts.errors import UserMistake
from shared.contracts.vocabulary import ReasonCode
from shared.runtime.drills import PartName

QUESTIONS = (
    "Combien coûte la livraison ?",
    "Which payment methods do you accept?",
    "Comment créer un compte sur votre site ?",
    "How do I unsubscribe from the newsletter?",
)
"""What the bot answers while all is well."""
FOR_PEOPLE = (
    "Je veux parler à un conseiller, s'il vous plaît.",
    "I want to speak to a real person, please.",
)
"""What needs a person, however well all is."""


@dataclass(frozen=True, slots=True)
class Part:
    """`child` is its process under `relais up`; `reasons` are those with which messages go to people because
    it is gone (none: only the human queue depends on it, and it is the dispatcher that says so); `notice` is
    what people will notice. `deadline` is the service that says within which time its loss is noticed, and
    what it calls it; `usual` are the seconds when it does not say."""

    child: str
    reasons: tuple[ReasonCode, ...]
    notice: str
    deadline: tuple[str, str]
    usual: float

    @property
    def serves_queue(self) -> bool:
        """Whether the human queue depends on it, and outcomes do not."""
        return not self.reasons

    @property
    def texts(self) -> tuple[str, ...]:
        """What is asked in turn while it is drilled."""
        if not self.serves_queue:
            return QUESTIONS
        return (*QUESTIONS[:2], FOR_PEOPLE[0], *QUESTIONS[2:], FOR_PEOPLE[1])

    def due(self, reports: Mapping[str, Mapping[str, Any]]) -> float:
        """Seconds within which its loss is noticed, by the services' own `reports`."""
        service, name = self.deadline
        return float(reports.get(service, {}).get("deadlines", {}).get(name, self.usual))


PARTS: dict[PartName, Part] = {
    "bot": Part(
        "bot",
        ("bot_late", "bot_silent"),
        "simple questions go to people: after RELAIS_BOT_DEADLINE (15 s) at first, at once when the router "
        "has noticed",
        ("fallback", "bot_deadline"),
        15.0,
    ),
    "intent": Part(
        "intent_classifier",
        ("intent_missing",),
        "all messages go to people, some seconds later than usual",
        ("router", "enrichment_wait"),
        3.0,
    ),
    "sentiment": Part(
        "sentiment_scorer",
        ("sentiment_missing",),
        "all messages go to people, some seconds later than usual",
        ("router", "enrichment_wait"),
        3.0,
    ),
    "router": Part(
        "router",
        ("silence", "patience"),
        "all messages go to people, after RELAIS_SILENCE (5 s)",
        ("fallback", "silence"),
        5.0,
    ),
    "redis": Part(
        "redis",
        (),
        "agents are offered no work and commands of theirs wait; the bot answers as usual",
        ("dispatcher", "queue"),
        5.0,
    ),
}


def check(part: Part, running: Running) -> None:
    """Raises `UserMistake` when the part is not a process of this house, or is down already."""
    known = {**running.services, **running.servers}.get(part.child)
    if known is None:
        raise UserMistake(
            f"{part.child} was given to `relais up` and is no process of this house, so it is not ours to "
            "take away: drill on a house started without --redis, or stop the server by hand"
        )
    if known["pid"] is None:
        raise UserMistake(f"{part.child} is down already: see `relais status`, and drill when all is ready")
