"""The routing decision: what speaks for a person, in which order, in which pool, how urgently."""

from typing import Any, NamedTuple, get_args

import pytest

from services.router.decide import HOUR_MS, Decision, decide, returns
from shared.contracts.enrichment import IntentReading, SentimentReading
from shared.contracts.inbound import Message
from shared.contracts.ledger import Priority
from shared.contracts.vocabulary import ReasonCode
from shared.ledger.state import Conversation, Work
from shared.policy.model import Policy
from tests.services.given import feels, message, wants

POLICY = Policy.model_validate(
    {
        "version": 1,
        "pools": {"general": {}, "billing": {}, "fallback": {}},
        "intents": {
            "delivery_time": {"routing": "automatic"},
            "payment_methods": {"routing": "automatic", "pool": "billing"},
            "get_refund": {"routing": "account", "pool": "billing"},
            "complaint": {"routing": "person"},
        },
        "routing": {"confidence": 0.6, "frustration": 0.7},
    }
)
WITH_PEOPLE = Conversation(owner="people", epoch=1, pool="billing")
LATE = SentimentReading(failed="late")
PLAIN = message()


class Case(NamedTuple):
    name: str
    reasons: tuple[ReasonCode, ...]
    intents: IntentReading = wants()
    sentiment: SentimentReading = feels()
    message: Message = PLAIN
    conversation: Conversation = Conversation()
    bot_silent: bool = False
    pool: str = "general"
    priority: Priority = "normal"


CASES = [
    Case("a simple question", ("automatic",)),
    Case("of another pool", ("automatic",), wants("payment_methods"), pool="billing"),
    Case("just as sure as needed", ("automatic",), wants(chance=0.6)),
    Case("just not frustrated enough", ("automatic",), sentiment=feels(0.69, 0.89)),
    Case("a calm customer who leaves", ("automatic",), wants(signs=("leaving",))),
    Case("a danger seen by the intents", ("danger",), wants(signs=("danger",)), priority="urgent"),
    Case("a danger seen by the tone", ("danger",), sentiment=feels(signs=("danger",)), priority="urgent"),
    Case("a wish for a person", ("wants_person",), wants(wants_person=True), priority="high"),
    Case("a frustrated customer", ("frustrated",), sentiment=feels(0.7), priority="high"),
    Case("one who may be frustrated and may not", ("automatic",), sentiment=feels(0.4, 0.9)),
    Case("people have the conversation", ("with_people",), conversation=WITH_PEOPLE, pool="billing"),
    Case("a damaged message", ("damaged_message",), message=message(damage=("json",))),
    Case("no reading of the tone", ("sentiment_missing",), sentiment=LATE),
    Case("no reading of the request", ("intent_missing",), IntentReading(failed="late")),
    Case("out of scope", ("unknown_intent",), wants(unknown="out_of_scope")),
    Case(
        "an unsupported language", ("unknown_intent",), wants(unknown="unsupported_language", language="sl")
    ),
    Case("no intent at all", ("unknown_intent",), IntentReading()),
    Case("an intent the policy does not know", ("unknown_intent",), wants("newly_trained")),
    Case("a doubtful intent", ("unsure",), wants(chance=0.59)),
    Case("a doubtful intent of another pool", ("unsure",), wants("get_refund", 0.3), pool="billing"),
    Case("what needs the account", ("not_automatable",), wants("get_refund"), pool="billing"),
    Case("what is never automated", ("not_automatable",), wants("complaint")),
    Case("a silent bot", ("bot_silent",), bot_silent=True),
    Case(
        "a silent bot is no reason where a person is needed anyway",
        ("wants_person",),
        wants(wants_person=True),
        bot_silent=True,
        priority="high",
    ),
    Case(
        "everything at once, the weightiest first",
        (
            "danger",
            "wants_person",
            "frustrated",
            "with_people",
            "damaged_message",
            "not_automatable",
        ),
        wants("complaint", wants_person=True, signs=("danger",)),
        feels(0.99, 1.0),
        message(damage=("id",)),
        WITH_PEOPLE,
        pool="billing",
        priority="urgent",
    ),
    Case(
        "no readings at all",
        ("sentiment_missing", "intent_missing"),
        IntentReading(failed="late"),
        LATE,
    ),
    Case(
        "a pool the policy no longer knows",
        ("with_people",),
        conversation=Conversation(owner="people", pool="closed_down"),
        pool="fallback",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_message_goes_to_the_bot_only_when_nothing_speaks_for_a_person(case: Case) -> None:
    made = decide(case.message, case.intents, case.sentiment, case.conversation, POLICY, case.bot_silent)
    route: Any = "bot" if case.reasons == ("automatic",) else "human"
    assert made == Decision(route, case.pool, case.priority, case.reasons)


def test_every_reason_that_the_router_may_give_is_in_the_table() -> None:
    of_others = {
        "silence",
        "patience",
        "bot_late",
        "bot_unsure",
        "bot_repeats",
        "bot_limit",
        "bot_failed",
        "taken_over",
    }
    assert {reason for case in CASES for reason in case.reasons} == set(get_args(ReasonCode)) - of_others


@pytest.mark.parametrize("reading", [wants(), wants(chance=0.1), wants(unknown="too_short"), IntentReading()])
def test_a_wish_for_a_person_wins_over_every_reading(reading: IntentReading) -> None:
    asked = IntentReading(reading.intents, reading.unknown, wants_person=True)
    assert decide(message(), asked, feels(), Conversation(), POLICY, False).route == "human"


@pytest.mark.parametrize(
    ("name", "conversation", "hours", "expected"),
    [
        ("closed long ago", Conversation(owner="people", closed_at=0), 73, True),
        ("closed just now", Conversation(owner="people", closed_at=0), 72, False),
        ("still open", Conversation(owner="people", work=Work(1, "general", "normal", 0)), 1000, False),
        ("with the bot", Conversation(closed_at=0), 1000, False),
        ("never closed", Conversation(owner="people"), 1000, False),
        ("closed long ago, after many moves", Conversation(owner="people", closed_at=0, moves=9), 73, True),
        ("a message from before", Conversation(owner="people", closed_at=10 * HOUR_MS), 0, False),
    ],
)
def test_a_conversation_comes_back_72_hours_after_its_work_closed(
    name: str, conversation: Conversation, hours: int, expected: bool
) -> None:
    assert returns(conversation, hours * HOUR_MS, POLICY) is expected


@pytest.mark.parametrize(("moves", "hours", "expected"), [(1, 25, True), (2, 25, False), (2, 73, True)])
def test_where_the_policy_returns_it_sooner_the_limit_of_moves_holds_until_it_is_decided_afresh(
    moves: int, hours: int, expected: bool
) -> None:
    hasty = POLICY.model_copy(
        update={"routing": POLICY.routing.model_copy(update={"return_after_hours": 24})}
    )
    conversation = Conversation(owner="people", closed_at=0, moves=moves)
    assert returns(conversation, hours * HOUR_MS, hasty) is expected
