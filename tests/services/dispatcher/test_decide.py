"""What the queue makes of the book, without a store."""

from typing import Any, get_args

import pytest

from services.dispatcher.decide import (
    LOOK_AGAIN_MS,
    acquainted,
    gone,
    item,
    may_act,
    next_look,
    overflow,
    placed,
    refusal_code,
)
from shared.contracts.ledger import Overflowed
from shared.contracts.vocabulary import REFUSALS, RefusalCode
from shared.ledger.state import Conversation, Work, Wrapping
from shared.policy.model import Policy
from shared.queue.acquaintance import Spoke
from shared.queue.values import Gone, Item

DAYTIME = {"zone": "UTC", "open": {"mon": ["09:00-18:00"], "tue": ["09:00-18:00"]}}
POLICY = Policy.model_validate(
    {
        "version": 1,
        "intents": {"payment_issue": {"routing": "person", "skills": {"billing": 3}}},
        "pools": {
            "general": {},
            "skilled": {"skills": {"billing": 2, "tact": 1}},
            "fallback": {},
            "outside": {"assignment": "external"},
            "daytime": {"hours": DAYTIME, "sla": {"first_response": 3600}},
            "relayed": {"hours": DAYTIME, "overflow": "general"},
            "busy": {"overflow": "general", "overflow_after": 300, "offers_at_once": 3},
        },
        "offers": {"life": {"chat": 30, "email": 900}, "default_life": 120},
    }
)
MINUTE, HOUR = 60_000, 3_600_000
OPENED = 1_764_064_800_000
"""2025-11-25 10:00 UTC, a Tuesday."""
EVENING = OPENED + 10 * HOUR
NEXT_MONDAY = OPENED + 5 * 24 * HOUR + 23 * HOUR


def of(
    work: dict[str, Any] | None = None, now: int = OPENED, elsewhere: Spoke | None = None, **conversation: Any
) -> Item:
    given: dict[str, Any] = {"id": 7, "pool": "general", "priority": "normal", "opened_at": OPENED} | (
        work or {}
    )
    c = acquainted(Conversation(**{"channel": "chat"} | conversation), elsewhere)
    return item(Work(**given), "c", c, 3, POLICY, now)


@pytest.mark.parametrize(
    ("name", "work", "conversation", "told"),
    [
        ("a chat", {}, {}, {"id": "3:7", "channel": "chat", "life": 30_000, "language": "und", "agent": ""}),
        ("an e-mail", {}, {"channel": "email"}, {"life": 900_000}),
        ("a channel the policy does not know", {}, {"channel": "fax"}, {"life": 120_000}),
        ("a language", {}, {"language": "fr"}, {"language": "fr"}),
        ("a language with its region", {}, {"language": "EN-gb"}, {"language": "en"}),
        ("a pool the policy does not know", {"pool": "gone"}, {}, {"pool": "fallback", "external": False}),
        ("a pool that assigns by itself", {"pool": "outside"}, {}, {"external": True}),
        ("a pool that asks several", {"pool": "busy"}, {}, {"at_once": 3}),
        (
            "held",
            {"agent": "ana", "token": 9, "attempt": 2, "turn": "customer", "turn_at": 5},
            {},
            {"agent": "ana", "token": 9, "attempt": 2, "turn": "customer", "turn_at": 5},
        ),
        ("urgent", {"priority": "urgent"}, {}, {"safety": True}),
        ("a legal threat", {"signs": ("legal",)}, {}, {"safety": True}),
        ("a threat to leave", {"signs": ("leaving",)}, {}, {"safety": False}),
        ("skills of its pool", {"pool": "skilled"}, {}, {"skills": (("billing", 2), ("tact", 1))}),
        (
            "skills of its intent too",
            {"pool": "skilled", "intent": "payment_issue"},
            {},
            {"skills": (("billing", 3), ("tact", 1))},
        ),
        ("its first response is due", {}, {}, {"due_at": OPENED + 10 * MINUTE, "sla": 10 * MINUTE}),
        ("it had its first response", {"answered_at": OPENED}, {}, {"due_at": 0}),
        (
            "a returning customer",
            {},
            {"last_agent": "ana", "last_spoke": OPENED - 71 * HOUR},
            {"sticky": "ana"},
        ),
        (
            "one who was away for long",
            {},
            {"last_agent": "ana", "last_spoke": OPENED - 73 * HOUR},
            {"sticky": ""},
        ),
        (
            "one who was served in another conversation",
            {},
            {"elsewhere": Spoke(OPENED - 71 * HOUR, "ben")},
            {"sticky": "ben", "sticky_until": OPENED + MINUTE},
        ),
        (
            "one who was served in another conversation since",
            {},
            {"elsewhere": Spoke(OPENED - 1, "ben"), "last_agent": "ana", "last_spoke": OPENED - 2},
            {"sticky": "ben"},
        ),
        (
            "one who was served in another conversation before",
            {},
            {"elsewhere": Spoke(OPENED - 2, "ben"), "last_agent": "ana", "last_spoke": OPENED - 1},
            {"sticky": "ana"},
        ),
        (
            "one who was served in another conversation long ago",
            {},
            {"elsewhere": Spoke(OPENED - 73 * HOUR, "ben")},
            {"sticky": ""},
        ),
        (
            "is held longer for an e-mail",
            {},
            {"channel": "email", "last_agent": "ana", "last_spoke": OPENED},
            {"sticky_until": OPENED + 15 * MINUTE},
        ),
        (
            "than for a chat",
            {"since": OPENED + HOUR},
            {"last_agent": "ana", "last_spoke": OPENED},
            {"sticky_until": OPENED + HOUR + MINUTE},
        ),
    ],
)
def test_what_the_queue_is_told_depends_on(
    name: str, work: dict[str, Any], conversation: dict[str, Any], told: dict[str, Any]
) -> None:
    made = of(work, **conversation)
    assert {field: getattr(made, field) for field in told} == told


@pytest.mark.parametrize(
    ("name", "pool", "now", "opens_at", "waits"),
    [
        ("open", "daytime", OPENED, 0, True),
        ("closed until Monday", "daytime", EVENING, NEXT_MONDAY, False),
        ("always open", "general", EVENING, 0, True),
    ],
)
def test_work_of_a_closed_pool_is_deferred(
    name: str, pool: str, now: int, opens_at: int, waits: bool
) -> None:
    made = of({"pool": pool}, now)
    assert made.opens_at == opens_at
    assert bool(placed(made, now, POLICY).lane) is waits


@pytest.mark.parametrize(
    ("name", "work", "now", "pool", "why"),
    [
        ("its pool is open", {"pool": "relayed"}, OPENED, None, None),
        ("its pool is closed", {"pool": "relayed", "attempt": 2}, EVENING, "general", "closed"),
        ("closed, with nobody else", {"pool": "daytime"}, EVENING, None, None),
        ("it waited too long", {"pool": "busy"}, OPENED + 5 * MINUTE, "general", "full"),
        ("it did not", {"pool": "busy"}, OPENED + 4 * MINUTE, None, None),
        ("somebody holds it", {"pool": "busy", "agent": "ana"}, OPENED + 5 * MINUTE, None, None),
    ],
)
def test_work_goes_to_another_pool_when(
    name: str, work: dict[str, Any], now: int, pool: str | None, why: Any
) -> None:
    expected = None if pool is None else Overflowed("3:7", "c", pool, work.get("attempt", 0), why)
    assert overflow(of(work, now), POLICY, now) == expected


@pytest.mark.parametrize(
    ("name", "work", "now", "at"),
    [
        ("nothing is known to come", {"answered_at": 1}, OPENED, OPENED + LOOK_AGAIN_MS),
        ("held", {"agent": "ana"}, OPENED, None),
        ("assigned elsewhere", {"pool": "outside"}, OPENED, None),
    ],
)
def test_a_work_is_looked_at_again(name: str, work: dict[str, Any], now: int, at: int | None) -> None:
    assert next_look(of(work, now), now, POLICY) == at


def test_a_work_is_looked_at_again_when_its_place_changes() -> None:
    made = of({"priority": "normal"})
    first = next_look(made, OPENED, POLICY)
    assert first is not None and OPENED < first <= OPENED + LOOK_AGAIN_MS


@pytest.mark.parametrize(
    ("name", "conversation", "wrap"),
    [
        ("a chat", Conversation(channel="chat", wrapping=Wrapping(7, "general", "ana")), 60_000),
        ("an e-mail", Conversation(channel="email", wrapping=Wrapping(7, "general", "ana")), 0),
        ("all is said", Conversation(channel="chat"), 0),
        ("another work", Conversation(channel="chat", wrapping=Wrapping(17, "general", "ana")), 0),
    ],
)
def test_a_closed_work_has_to_be_wrapped_up(name: str, conversation: Conversation, wrap: int) -> None:
    assert gone("3:7", conversation, POLICY) == Gone("3:7", wrap)


@pytest.mark.parametrize(
    ("name", "token", "holder", "external", "refused"),
    [
        ("the holder with the token", 5, "ana", False, None),
        ("the holder without it", None, "ana", False, "stale_token"),
        ("the holder with an old one", 4, "ana", False, "stale_token"),
        ("the holder with an impossible one", 2**70, "ana", False, "stale_token"),
        ("somebody else", 5, "ben", False, "not_holder"),
        ("somebody else without a token", None, "ben", False, "not_holder"),
        ("nobody holds it", 5, "", False, "offer_over"),
        ("a tool that assigns by itself speaks first", None, "", True, None),
        ("the same, with a token of old", 4, "", True, None),
        ("it speaks again", None, "ana", True, None),
        ("it speaks with its token", 5, "ana", True, None),
        ("it speaks with an old token", 4, "ana", True, "stale_token"),
        ("it speaks for somebody else", None, "ben", True, "not_holder"),
    ],
)
def test_an_agent_may_act(
    name: str, token: int | None, holder: str, external: bool, refused: RefusalCode | None
) -> None:
    pool = "outside" if external else "general"
    assert may_act("ana", token, of({"agent": holder or None, "token": 5, "pool": pool})) == refused


def test_every_verdict_of_the_book_has_a_sentence_for_the_agent() -> None:
    assert refusal_code("stale_token") == "stale_token"
    assert refusal_code("foreign_ref") == "work_closed"
    assert all(said.fr and said.en for said in REFUSALS.values())
    assert set(REFUSALS) == set(get_args(RefusalCode))
