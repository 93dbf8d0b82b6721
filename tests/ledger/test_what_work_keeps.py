"""What the book keeps of a work for the queue: who has it, whose turn it is, how long it has
waited, what was read. One second passes from entry to entry, and times are in milliseconds.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest

from shared.contracts.enrichment import IntentReading, SentimentReading
from shared.contracts.inbound import Customer
from shared.contracts.ledger import Entry
from tests.ledger.cases import HELD, HUMAN, LEFT, OFTEN, PASSED_ON
from tests.ledger.entries import (
    Diary,
    answered,
    assigned,
    closed,
    handed_over,
    message,
    on_hold,
    overflowed,
    ref,
    released,
    replied,
    routed,
    taken_over,
    transferred,
)


class Kept(NamedTuple):
    """After these entries the open work has these fields."""

    name: str
    entries: Sequence[Entry]
    expected: dict[str, Any]


def reads(
    offset: int, frustration: float = 0.0, intent: str = "", route: str = "human", **more: Any
) -> Entry:
    """A routed message with what was read from it."""
    intents = IntentReading(
        ((intent, 0.9),) if intent else (), more.get("unknown"), signs=more.get("signs", ())
    )
    sentiment = SentimentReading(frustration, failed=more.get("failed"), signs=more.get("feels", ()))
    said = {"customer": Customer(tier=more["tier"])} if "tier" in more else {}
    return routed(offset, route, intents=intents, sentiment=sentiment, said=said)


ANSWERED = [*HELD, replied(0, 1)]
WAITS_FOR_BOTH = [reads(0, 0.2, "delivery", "bot"), reads(1, 0.4, "refund", "bot", signs=("legal",))]

WHERE_IT_IS = [
    Kept(
        "passed on: free, older than its stay in the pool, not for who passed it on",
        PASSED_ON,
        {"pool": "billing", "agent": None, "token": None, "attempt": 1, "transfers": 1, "excluded": ("ana",)},
    ),
    Kept("passed on: its age and its note", PASSED_ON, {"opened_at": 0, "since": 2_000, "note_at": 2}),
    Kept("passed on: its messages", PASSED_ON, {"messages": ((0, 0),)}),
    Kept(
        "passed on after an answer: the next person has not answered",
        [*ANSWERED, transferred(0, 1)],
        {"turn": "ours", "turn_at": 3_000, "answered_at": None, "waiting_since": None},
    ),
    Kept("passed on three times", OFTEN, {"transfers": 3, "excluded": ("ana", "ben", "cy"), "note_at": 6}),
    Kept(
        "passed on twice by the same person",
        [*PASSED_ON, assigned(0, attempt=1, command="a2"), transferred(0, 3, command="p2")],
        {"excluded": ("ana",), "transfers": 2},
    ),
    Kept(
        "overflowed: as before, elsewhere",
        [*HUMAN, overflowed(0)],
        {"pool": "night", "attempt": 1, "opened_at": 0, "since": 1_000, "transfers": 0, "excluded": ()},
    ),
    Kept("given back: its stay in the pool goes on", LEFT, {"pool": "general", "since": 0, "attempt": 1}),
]
WHOSE_TURN = [
    Kept("opened", HUMAN, {"turn": "ours", "turn_at": 0, "waiting_since": 0, "answered_at": None}),
    Kept(
        "more from the customer",
        [*HUMAN, routed(1, "human")],
        {"turn": "ours", "turn_at": 0, "waiting_since": 0},
    ),
    Kept(
        "answered",
        ANSWERED,
        {"turn": "customer", "turn_at": 2_000, "waiting_since": None, "answered_at": 2_000},
    ),
    Kept(
        "answered again",
        [*ANSWERED, replied(0, 1, command="s2")],
        {"turn": "customer", "turn_at": 3_000, "answered_at": 2_000},
    ),
    Kept(
        "the customer writes back",
        [*ANSWERED, routed(1, "human")],
        {"turn": "ours", "turn_at": 3_000, "waiting_since": 3_000, "answered_at": 2_000},
    ),
    Kept(
        "what the fallback hands over is the customer's too",
        [*ANSWERED, handed_over(1, epoch=1, bring=[1])],
        {"turn": "ours", "waiting_since": 3_000},
    ),
    Kept("on hold", [*HELD, on_hold(0, 1)], {"turn": "hold", "turn_at": 2_000, "waiting_since": 0}),
    Kept(
        "on hold no more",
        [*HELD, on_hold(0, 1), on_hold(0, 1, command="h2", on=False)],
        {"turn": "ours", "turn_at": 3_000},
    ),
    Kept(
        "no hold to end while the customer has to answer",
        [*ANSWERED, on_hold(0, 1, on=False)],
        {"turn": "customer", "turn_at": 2_000},
    ),
    Kept("the customer writes meanwhile", [*HELD, on_hold(0, 1), routed(1, "human")], {"turn": "ours"}),
    Kept("given back from hold", [*HELD, on_hold(0, 1), released(0, 1)], {"turn": "ours", "turn_at": 3_000}),
    Kept("given back after an answer", [*ANSWERED, released(0, 1)], {"turn": "customer", "turn_at": 2_000}),
    Kept("passed on from hold", [*HELD, on_hold(0, 1), transferred(0, 1)], {"turn": "ours"}),
]
WHAT_WAS_READ = [
    Kept(
        "of the message itself",
        [reads(0, 0.8, "refund", signs=("legal",), tier="gold")],
        {"severity": 0.8, "intent": "refund", "signs": ("legal",), "tier": "gold"},
    ),
    Kept("the greatest frustration", [reads(0, 0.8), reads(1, 0.3)], {"severity": 0.8}),
    Kept("a greater one later", [reads(0, 0.3), reads(1, 0.8)], {"severity": 0.8}),
    Kept("no frustration where none was measured", [reads(0, 0.5, failed="late")], {"severity": 0.0}),
    Kept("no more than there can be", [reads(0, 7.0)], {"severity": 1.0}),
    Kept(
        "no intent that cannot be relied on", [reads(0, intent="refund", unknown="too_short")], {"intent": ""}
    ),
    Kept(
        "the intent it was opened for",
        [reads(0, intent="refund"), reads(1, intent="delivery")],
        {"intent": "refund"},
    ),
    Kept("not an intent that came later", [reads(0), reads(1, intent="delivery")], {"intent": ""}),
    Kept(
        "signs of both enrichers, each once",
        [reads(0, signs=("legal", "danger"), feels=("danger",)), reads(1, feels=("leaving", "legal"))],
        {"signs": ("legal", "danger", "leaving")},
    ),
    Kept("the first eight signs", [reads(0, signs=tuple("abcdefghij"))], {"signs": tuple("abcdefgh")}),
    Kept(
        "the tier said last", [reads(0, tier="gold"), reads(1, tier="silver"), reads(2)], {"tier": "silver"}
    ),
    Kept("no tier as long as a page", [reads(0, tier="x" * 5_000)], {"tier": "x" * 64}),
    Kept(
        "what the bot had, when a person is wanted",
        [*WAITS_FOR_BOTH, reads(2, 0.1, "complaint")],
        {"severity": 0.4, "intent": "delivery", "signs": ("legal",)},
    ),
    Kept(
        "what the bot had, when it hands over",
        [*WAITS_FOR_BOTH, handed_over(0)],
        {"severity": 0.4, "intent": "delivery", "signs": ("legal",)},
    ),
    Kept("what the bot had, when it is taken over", [*WAITS_FOR_BOTH, taken_over()], {"intent": "delivery"}),
    Kept(
        "the tier of a message nobody routed",
        [handed_over(0, messages=((ref(0), message(0, customer=Customer(tier="gold"))),))],
        {"tier": "gold", "severity": 0.0},
    ),
]


@pytest.mark.parametrize("kept", WHERE_IT_IS, ids=lambda kept: kept.name)
def test_a_work_keeps_its_age_wherever_it_waits(kept: Kept) -> None:
    _check(kept)


@pytest.mark.parametrize("kept", WHOSE_TURN, ids=lambda kept: kept.name)
def test_the_book_knows_whose_turn_it_is_and_who_waits_for_an_answer(kept: Kept) -> None:
    _check(kept)


@pytest.mark.parametrize("kept", WHAT_WAS_READ, ids=lambda kept: kept.name)
def test_a_work_gathers_what_was_read_from_its_messages(kept: Kept) -> None:
    _check(kept)


def _check(kept: Kept) -> None:
    diary = Diary()
    for entry in kept.entries:
        assert diary.write(entry).inert is None
    assert {field: getattr(diary.work, field) for field in kept.expected} == kept.expected


def test_a_message_the_bot_has_answered_says_nothing_of_the_next_one() -> None:
    from_before = [reads(0, 0.9, "refund", "bot", signs=("legal",)), answered(0)]
    diary = Diary(*from_before, reads(1, 0.1, "delivery"))
    assert (diary.work.severity, diary.work.intent, diary.work.signs) == (0.1, "delivery", ())


def test_who_passed_a_work_on_no_longer_holds_it_and_may_not_take_the_old_offer() -> None:
    diary = Diary(*PASSED_ON)
    assert diary.write(replied(0, 1)).inert == "not_holder"
    assert diary.write(assigned(0, command="a2")).inert == "offer_over"
    assert diary.write(assigned(0, "ben", 1, "a3")).inert is None


@pytest.mark.parametrize(("before", "pool"), [(PASSED_ON, "billing"), ([*HUMAN, overflowed(0)], "general")])
def test_the_next_work_goes_where_a_person_sent_the_last_not_where_it_overflowed(
    before: Sequence[Entry], pool: str
) -> None:
    diary = Diary(*before, assigned(0, "ben", 1, "a2"))
    for entry in (routed(1, "human"), closed(0, diary.work.token, "ben"), routed(2)):
        assert diary.write(entry).inert is None
    assert (diary.work.id, diary.work.pool) == (2, pool)
