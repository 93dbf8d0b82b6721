"""One partition of the fallback: a whole life of it, on a clock of the test."""

import orjson
import pytest

from services.fallback.app import accounts
from shared.contracts.ledger import Entry, HandedOver, Moved, MoveDone, Quarantined
from shared.contracts.placement import home
from shared.contracts.topics import INBOUND, LEDGER, QUARANTINE
from tests.ledger.entries import (
    answered,
    canary_passed,
    gap,
    handed_over,
    moved,
    quarantined,
    routed,
    taken_over,
)
from tests.services.fallback.life import Fallback, refs
from tests.services.given import (
    HERE,
    PARTITIONS,
    Lying,
    conversation_at_home,
    entries,
    published,
)

A, B = conversation_at_home(0), conversation_at_home(1)


@pytest.fixture
async def fallback(monkeypatch: pytest.MonkeyPatch) -> Fallback:
    return await Fallback(monkeypatch).opened()


async def test_what_nobody_takes_goes_to_people_with_its_text(fallback: Fallback) -> None:
    fallback.sees(100, published(0, A, "au secours"), published(1, B))
    assert await fallback.rescued(104.4) == []
    both = entries(await fallback.at(105))
    assert [e.conversation for e in both if isinstance(e, HandedOver)] == [A, B]
    [(ref, message)] = both[0].messages if isinstance(both[0], HandedOver) else []
    assert (ref, message.text) == (f"{HERE}:0", "au secours")
    assert both[0].pool == "fallback"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("entry", "alive"),
    [
        (routed(0, conversation=A), True),
        (quarantined(0), True),
        (moved(0), True),
        (gap(0, 0), True),
        (handed_over(0, bring=[0], conversation=A), False),
        (taken_over(conversation=A), False),
        (canary_passed(0), False),
    ],
    ids=lambda entry: type(entry).__name__,
)
async def test_only_what_the_router_writes_ends_its_silence(
    fallback: Fallback, entry: Entry, alive: bool
) -> None:
    fallback.sees(100, published(0, A), published(1, B))
    fallback.hears(104, entry)
    assert (await fallback.rescued(105) == []) == alive


async def test_what_is_settled_in_time_stays(fallback: Fallback) -> None:
    fallback.sees(100, published(0, A))
    fallback.hears(101, routed(0, conversation=A), answered(0, conversation=A))
    assert await fallback.rescued(500) == []
    assert fallback.worker.positions() == {INBOUND: 1, LEDGER: 2}


async def test_a_late_bot_loses_the_whole_conversation(fallback: Fallback) -> None:
    fallback.sees(100, published(0, A), published(1, A), published(2, B))
    fallback.hears(101, routed(0, conversation=A))
    fallback.hears(110, routed(1, conversation=A), routed(2, conversation=B))
    assert await fallback.rescued(115.4) == []
    assert await fallback.rescued(116) == [("bot_late", A, refs(0, 1))]


async def test_what_was_proposed_is_proposed_again_only_after_a_while(fallback: Fallback) -> None:
    fallback.sees(100, published(0, A))
    assert len(await fallback.rescued(105)) == 1
    assert await fallback.rescued(109.9) == []
    assert len(await fallback.rescued(110.5)) == 1


async def test_a_proposal_that_an_older_page_led_to_is_made_anew_in_the_new_epoch(fallback: Fallback) -> None:
    fallback.sees(100, published(0, A), published(1, A))
    [first] = entries(await fallback.at(105))
    fallback.hears(105.1, routed(0, "human", A), first)
    [again] = entries(await fallback.at(111))
    assert isinstance(again, HandedOver)
    assert (again.refs, again.epoch) == (refs(1), 1)


async def test_messages_too_large_for_one_entry_follow_in_order(fallback: Fallback) -> None:
    fallback.sees(100, *(published(n, A, "x" * 900_000) for n in range(5)))
    assert await fallback.rescued(105) == [("silence", A, refs(0, 1))]
    fallback.hears(105, handed_over(0, 1, bring=[0, 1], conversation=A))
    assert await fallback.rescued(110.5) == [("silence", A, refs(2, 3))]


async def test_what_nobody_can_read_is_quarantined(fallback: Fallback) -> None:
    fallback.sees(100, Lying(0, b"nope"))
    out = await fallback.at(105)
    assert isinstance(entries(out)[0], Quarantined)
    [public] = [orjson.loads(record.value or b"") for record in out if record.topic == QUARANTINE]
    assert public["reason"] == "not_json"


async def test_a_stranger_is_moved_home_and_a_move_left_undone_is_done(fallback: Fallback) -> None:
    stranger = next(str(n) for n in range(99) if home(str(n), PARTITIONS) != HERE)
    fallback.sees(100, published(0, stranger))
    [move] = entries(await fallback.at(105))
    assert isinstance(move, Moved)
    fallback.hears(106, move)
    assert await fallback.at(115.9) == []
    [copy] = await fallback.at(116)
    assert (copy.topic, copy.partition) == (INBOUND, move.to)
    assert entries(await fallback.at(116.1)) == [MoveDone(f"{HERE}:0")]


async def test_a_move_pending_since_before_the_start_is_done_too(monkeypatch: pytest.MonkeyPatch) -> None:
    fallback = await Fallback(monkeypatch, moved(0)).opened()
    assert fallback.positions[INBOUND] == 0
    fallback.sees(1, published(0, "somebody"))
    assert [record.topic for record in await fallback.at(10)] == [INBOUND]


async def test_a_backlog_of_10_000_is_not_dumped_on_people_while_the_router_catches_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fallback = await Fallback(monkeypatch, routed(0, "human", A)).opened()
    fallback.sees(0, *(published(n, f"{A}/{n}") for n in range(1, 10_001)))
    at_home = [published(n, A) for n in range(10_001, 10_011)]
    fallback.sees(0, *at_home)
    for second in range(25):
        assert await fallback.rescued(second) == [], "the router is starting"
    for step in range(100):
        now = 25 + step * 0.3
        fallback.hears(now, *(routed(1 + step * 100 + n, "human", f"{A}/{step}") for n in range(100)))
        assert await fallback.rescued(now) == [], "the router is catching up"
    assert len(fallback.worker.unsettled) == 10


async def test_a_backlog_goes_to_people_when_the_router_never_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    fallback = await Fallback(monkeypatch).opened()
    fallback.sees(0, *(published(n, A) for n in range(500)))
    assert await fallback.rescued(29.9) == []
    [(reason, conversation, taken)] = await fallback.rescued(30.5)
    assert (reason, conversation, len(taken)) == ("silence", A, 500)


async def test_the_accounts_hold_every_message_once(fallback: Fallback) -> None:
    fallback.sees(100, published(0, A), published(1, A), published(2, B), published(3, A, id="m0"))
    fallback.hears(
        101,
        routed(0, conversation=A),
        answered(0, conversation=A),
        routed(2, "human", B),
        answered(2, conversation=B),
        routed(3, conversation=A, twin_of=0),
    )
    kept = accounts([fallback.worker], 103)
    assert (kept["accepted"], kept["answered"], kept["people"], kept["unsettled"]) == (3, 1, 1, 1)
    assert (kept["duplicates"], kept["inert"], kept["oldest_unsettled_seconds"]) == (1, {"answered": 1}, 3)


async def test_nothing_is_kept_of_a_message_that_somebody_else_brought_home(fallback: Fallback) -> None:
    strangers = [f"c{n}" for n in range(100) if home(f"c{n}", PARTITIONS) != HERE]
    fallback.sees(1, *(published(place, name) for place, name in enumerate(strangers)))
    for place, name in enumerate(strangers):
        fallback.hears(2, Moved(f"{HERE}:{place}", name, home(name, PARTITIONS)), MoveDone(f"{HERE}:{place}"))
    assert await fallback.at(100) == []
    assert fallback.worker._mover._records == {}
    assert fallback.worker.holds() == 0


async def test_what_nobody_has_settled_is_counted_in_bytes(fallback: Fallback) -> None:
    records = [published(place, A) for place in range(3)]
    fallback.sees(1, *records)
    fallback.sees(1, *records[:1])
    assert fallback.worker.holds() == sum(len(record.value or b"") for record in records)
    fallback.hears(2, routed(0, "human", A), routed(1, "human", A), routed(2, "human", A))
    assert fallback.worker.holds() == 0
