"""What can be taken away, and what is known beforehand of each."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Part:
    """`child` is its process under `relais up`; `reasons` are those with which messages go to people because
    it is gone (none: outcomes do not depend on it); `notice` is what people will notice."""

    child: str
    reasons: tuple[ReasonCode, ...]
    notice: str


PARTS: dict[PartName, Part] = {
    "bot": Part(
        "bot",
        ("bot_late", "bot_silent"),
        "simple questions go to people: after RELAIS_BOT_DEADLINE (15 s) at first, at once when the router "
        "has noticed",
    ),
    "intent": Part(
        "intent_classifier", ("intent_missing",), "all messages go to people, some seconds later than usual"
    ),
    "sentiment": Part(
        "sentiment_scorer", ("sentiment_missing",), "all messages go to people, some seconds later than usual"
    ),
    "router": Part(
        "router", ("silence", "patience"), "all messages go to people, after RELAIS_SILENCE (5 s)"
    ),
    "redis": Part(
        "redis", (), "agents are offered no work and commands of theirs wait; the bot answers as usual"
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
