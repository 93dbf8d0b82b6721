"""The canary in one partition of the fallback: it is published, becomes late and is settled, whatever else
happens; and nobody's message is hidden or delayed by it."""

import orjson
import pytest

from services.fallback.app import accounts
from shared.contracts.canary import CANARY, KEY
from shared.contracts.ledger import CanaryPassed
from shared.contracts.topics import INBOUND
from shared.runtime.sender import Out
from tests.ledger.entries import answered, canary_passed, routed
from tests.services.fallback.life import Fallback, refs
from tests.services.given import HERE, Lying, conversation_at_home, entries, published

A = conversation_at_home()
PUBLISHED = [Out(INBOUND, HERE, KEY, CANARY)]
PASSED = [CanaryPassed(f"{HERE}:0")]


def canary(offset: int = 0) -> Lying:
    return Lying(offset, CANARY, KEY)


@pytest.fixture
async def fallback(monkeypatch: pytest.MonkeyPatch) -> Fallback:
    return await Fallback(monkeypatch).opened()


async def test_one_is_published_at_once_and_then_every_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    fallback = await Fallback(monkeypatch, canary_every=60).opened()
    assert await fallback.at(0) == PUBLISHED
    assert await fallback.at(59.9) == []
    assert await fallback.at(60) == PUBLISHED
    assert await fallback.at(300) == PUBLISHED, "those that were missed are not made up for"
    assert await fallback.at(359.9) == []


async def test_none_is_published_when_it_is_turned_off(fallback: Fallback) -> None:
    assert await fallback.at(1_000) == []


async def test_it_becomes_late_in_a_busy_book_too_and_is_settled_as_what_it_is(fallback: Fallback) -> None:
    fallback.sees(100, canary())
    fallback.hears(104.9, routed(1, "human", A))
    assert entries(await fallback.at(104.9)) == []
    fallback.hears(105.4, routed(2, "human", A))
    assert entries(await fallback.at(105.4)) == PASSED
    assert await fallback.at(106) == [], "it is on its way"
    assert entries(await fallback.at(110.5)) == PASSED, "it may have been lost"


async def test_when_it_passed_is_told_by_the_book(fallback: Fallback) -> None:
    fallback.sees(100, canary())
    fallback.hears(105, routed(1, "human", A))
    assert fallback.worker.canary_passed == 0
    fallback.hears(105, canary_passed(0))
    assert fallback.worker.canary_passed == 1.0
    fallback.hears(106, canary_passed(0))
    assert fallback.worker.canary_passed == 1.0, "the second entry is not valid"
    assert await fallback.rescued(200) == []


async def test_it_is_in_no_account(fallback: Fallback) -> None:
    fallback.sees(100, canary(), published(1, A))
    kept = accounts([fallback.worker], 103)
    assert (kept["accepted"], kept["unsettled"], kept["oldest_unsettled_seconds"]) == (1, 1, 3)
    fallback.hears(104, routed(1, conversation=A), answered(1, conversation=A))
    kept = accounts([fallback.worker], 105)
    assert (kept["accepted"], kept["unsettled"], kept["oldest_unsettled_seconds"]) == (1, 0, 0)
    fallback.hears(106, canary_passed(0))
    assert accounts([fallback.worker], 107) == kept


async def test_it_is_no_sign_of_life_of_the_router(fallback: Fallback) -> None:
    fallback.sees(100, canary(), published(1, A))
    fallback.hears(104, canary_passed(0))
    assert await fallback.rescued(105) == [("silence", A, refs(1))]


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "Help!"},
        {"id": "another"},
        {"channel": "chat"},
        {"customer": {"id": "c9"}},
        {"attachments": [{"kind": "image"}]},
        {"metadata": {"order": 9}},
    ],
    ids=lambda changed: next(iter(changed)),
)
async def test_what_bears_its_marks_and_is_not_the_same_goes_to_people(
    fallback: Fallback, changed: dict[str, object]
) -> None:
    forged = orjson.dumps(orjson.loads(CANARY) | {"conversation_id": A} | changed)
    fallback.sees(100, canary(), Lying(1, forged, KEY))
    out = await fallback.at(105)
    assert [type(entry).__name__ for entry in entries(out)] == ["CanaryPassed", "HandedOver"]
    assert entries(out)[1].refs == refs(1)  # type: ignore[union-attr]


async def test_one_that_a_router_took_for_a_message_is_a_message(fallback: Fallback) -> None:
    fallback.sees(100, canary())
    fallback.hears(101, routed(0, conversation="relais-canary"))
    assert await fallback.rescued(116) == [("bot_late", "relais-canary", refs(0))]
