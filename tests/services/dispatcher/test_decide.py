"""The human queue's rules that need no store."""

from typing import Any, get_args

import pytest

from services.dispatcher.decide import HEAD_START_MS, Projected, may_act, projected, refusal_code
from shared.contracts.ledger import Priority
from shared.contracts.vocabulary import REFUSALS, RefusalCode
from shared.ledger.state import Conversation, Work
from shared.policy.model import Policy

POLICY = Policy.model_validate(
    {
        "version": 1,
        "intents": {},
        "pools": {"general": {}, "fallback": {}, "outside": {"assignment": "external"}},
        "offers": {"life": {"chat": 30, "email": 900}, "default_life": 120},
        "capacity": {"costs": {"chat": 20, "email": 5}, "default_cost": 33},
    }
)
HOUR = 3_600_000
OPENED = 100 * HOUR


def of(work: dict[str, Any] | None = None, **conversation: Any) -> Projected:
    given: dict[str, Any] = {"id": 7, "pool": "general", "priority": "normal", "opened_at": OPENED} | (
        work or {}
    )
    return projected(Work(**given), "c", Conversation(**{"channel": "chat"} | conversation), 3, POLICY)


def test_a_work_that_waits_is_told_with_text_and_numbers_only() -> None:
    expected = Projected("3:7", "general", "c", 20, 30_000, "und", OPENED, 0, "", "", 3, "0")
    assert of() == expected


@pytest.mark.parametrize(
    ("name", "work", "conversation", "told"),
    [
        ("an e-mail", {}, {"channel": "email"}, {"cost": 5, "life": 900_000}),
        ("a channel the policy does not know", {}, {"channel": "fax"}, {"cost": 33, "life": 120_000}),
        ("a language", {}, {"language": "fr"}, {"language": "fr"}),
        ("a language with its region", {}, {"language": "EN-gb"}, {"language": "en"}),
        ("a pool the policy does not know", {"pool": "gone"}, {}, {"pool": "fallback", "external": "0"}),
        ("a pool that assigns by itself", {"pool": "outside"}, {}, {"external": "1"}),
        (
            "held",
            {"agent": "ana", "token": 0, "attempt": 2},
            {},
            {"agent": "ana", "token": "0", "attempt": 2},
        ),
        ("of high priority", {"priority": "high"}, {}, {"score": OPENED - HOUR / 4}),
        ("urgent", {"priority": "urgent"}, {}, {"score": OPENED - 24 * HOUR}),
    ],
)
def test_what_is_told_depends_on(
    name: str, work: dict[str, Any], conversation: dict[str, Any], told: dict[str, Any]
) -> None:
    made = of(work, **conversation)
    assert {field: getattr(made, field) for field in told} == told


def test_a_head_start_is_bounded_so_that_nobody_starves() -> None:
    assert set(HEAD_START_MS) == set(get_args(Priority))
    assert 0 == HEAD_START_MS["normal"] < HEAD_START_MS["high"] < HEAD_START_MS["urgent"] <= 24 * HOUR


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
    assert may_act("ana", token, holder, "5" if holder else "", external) == refused


def test_every_verdict_of_the_book_has_a_sentence_for_the_agent() -> None:
    assert refusal_code("stale_token") == "stale_token"
    assert refusal_code("foreign_ref") == "work_closed"
    assert all(said.fr and said.en for said in REFUSALS.values())
    assert set(REFUSALS) == set(get_args(RefusalCode))
