"""The routing decision. Values in, a value out."""

from typing import Literal, NamedTuple

from shared.contracts.enrichment import IntentReading, SentimentReading
from shared.contracts.inbound import Message
from shared.contracts.ledger import Priority
from shared.contracts.vocabulary import ReasonCode
from shared.ledger.state import MOST_MOVES, Conversation
from shared.policy.model import Policy

HOUR_MS = 3_600_000


class Decision(NamedTuple):
    """Where a message goes and why; the first reason is the weightiest."""

    route: Literal["bot", "human"]
    pool: str
    priority: Priority
    reasons: tuple[ReasonCode, ...]


def decide(
    message: Message,
    intents: IntentReading,
    sentiment: SentimentReading,
    conversation: Conversation,
    policy: Policy,
    bot_silent: bool,
) -> Decision:
    """A message goes to the bot only when nothing at all speaks for a person."""
    reasons = [
        *_customer(intents, sentiment, policy),
        *_circumstances(message, conversation),
        *_understanding(intents, sentiment, policy),
    ]
    if not reasons and bot_silent:
        reasons.append("bot_silent")
    if not reasons:
        return Decision("bot", _pool(intents, policy), "normal", ("automatic",))
    pool = conversation.pool if conversation.owner == "people" else _pool(intents, policy)
    return Decision("human", policy.pool(pool), _priority(reasons), tuple(reasons))


def returns(conversation: Conversation, at: int, policy: Policy) -> bool:
    """Whether the conversation's work closed so long ago that it goes back to the bot. Before it may
    be decided afresh, that is one more move, of which the book allows few. `at` is the message's own time
    in milliseconds."""
    if conversation.owner != "people" or conversation.work is not None or conversation.closed_at is None:
        return False
    long_ago = at - conversation.closed_at > policy.routing.return_after_hours * HOUR_MS
    return long_ago and (conversation.moves < MOST_MOVES or conversation.afresh(at))


def _customer(intents: IntentReading, sentiment: SentimentReading, policy: Policy) -> list[ReasonCode]:
    reasons: list[ReasonCode] = []
    if "danger" in intents.signs or "danger" in sentiment.signs:
        reasons.append("danger")
    if intents.wants_person:
        reasons.append("wants_person")
    if sentiment.failed is None and sentiment.frustration >= policy.routing.frustration:
        reasons.append("frustrated")
    return reasons


def _circumstances(message: Message, conversation: Conversation) -> list[ReasonCode]:
    reasons: list[ReasonCode] = []
    if conversation.owner == "people":
        reasons.append("with_people")
    if message.damage:
        reasons.append("damaged_message")
    return reasons


def _understanding(intents: IntentReading, sentiment: SentimentReading, policy: Policy) -> list[ReasonCode]:
    reasons: list[ReasonCode] = []
    if sentiment.failed is not None:
        reasons.append("sentiment_missing")
    if intents.failed is not None:
        reasons.append("intent_missing")
    elif intents.unknown is not None or not intents.intents or intents.intents[0][0] not in policy.intents:
        reasons.append("unknown_intent")
    elif intents.intents[0][1] < policy.routing.confidence:
        reasons.append("unsure")
    elif policy.intents[intents.intents[0][0]].routing != "automatic":
        reasons.append("not_automatable")
    return reasons


def _pool(intents: IntentReading, policy: Policy) -> str:
    first = intents.intents[0][0] if intents.intents else ""
    return policy.intents[first].pool if first in policy.intents else policy.default_pool


def _priority(reasons: list[ReasonCode]) -> Priority:
    if "danger" in reasons:
        return "urgent"
    return "high" if "frustrated" in reasons or "wants_person" in reasons else "normal"
