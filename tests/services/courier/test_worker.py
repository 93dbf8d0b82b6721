"""The courier at work: the same bytes after any restart, where they belong."""

import orjson
import pytest
from msgspec.structs import replace

from services.courier.settings import Settings
from services.courier.worker import CourierWorker
from shared.contracts.enrichment import IntentReading
from shared.contracts.phrases import (
    PASSED_TO_PEOPLE,
    say,
)
from shared.contracts.topics import LEDGER, REPLIES
from shared.policy.load import load_policy
from shared.runtime.sender import Out
from shared.runtime.settings import ROOT
from tests.ledger.entries import (
    HERE,
    Diary,
    answered,
    assigned,
    closed,
    message,
    replied,
    routed,
    taken_over,
)
from tests.services.given import written

POLICY = load_policy(ROOT / "deploy" / "policy.yaml")
FRENCH = IntentReading(language="fr")
TRACE = {"traceparent": "00-1-1-01"}
HUMAN = routed(0, "human", intents=FRENCH)
NOTICE = say(PASSED_TO_PEOPLE, "fr")


STORY = (
    replace(HUMAN, message=message(0, headers=TRACE)),
    assigned(0),
    replied(0, 1),
    closed(0, 1, to_bot=True),
    routed(1, intents=FRENCH),
    answered(1, epoch=2, headers=TRACE),
    answered(1, epoch=2),
    routed(2, conversation="d"),
    taken_over(conversation="d"),
)


async def sent_from(position: int) -> list[Out]:
    """What a courier that restarts at a ledger position sends until the end of the story."""
    courier = CourierWorker(HERE, Settings(), POLICY)
    courier.book = Diary(*STORY[:position]).book
    courier.receive(LEDGER, written(*STORY)[position:], 0)
    return await courier.act(0)


@pytest.mark.parametrize("position", range(len(STORY) + 1))
async def test_the_same_entry_gives_the_same_bytes_after_any_restart(position: int) -> None:
    whole, rest = await sent_from(0), await sent_from(position)
    assert rest == whole[len(whole) - len(rest) :]


async def test_replies_go_to_the_partition_of_their_conversation_with_key_and_headers() -> None:
    whole = await sent_from(0)
    assert {(out.topic, out.partition) for out in whole} == {(REPLIES, HERE)}
    assert [out.key for out in whole] == [b"c", b"c", b"c", b"c", b"d"]
    for out in whole:
        assert (
            dict(out.headers)["idempotency-key"].decode() == orjson.loads(out.value or b"")["idempotency_key"]
        )
    assert [dict(out.headers).get("traceparent") for out in whole] == [
        b"00-1-1-01",
        None,
        None,
        b"00-1-1-01",
        None,
    ]


async def test_nothing_is_sent_twice_and_positions_follow_the_book() -> None:
    courier = CourierWorker(HERE, Settings(), POLICY)
    courier.receive(LEDGER, written(*STORY), 0)
    assert len(await courier.act(0)) == 5
    courier.receive(LEDGER, written(*STORY), 0)
    assert await courier.act(0) == []
    assert courier.positions() == {LEDGER: len(STORY)}
