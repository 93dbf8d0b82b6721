"""Whatever is written in the book, in whatever order: each message gets one acknowledgement, or none."""

from collections import defaultdict
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from services.courier.settings import Settings
from services.courier.worker import CourierWorker
from shared.contracts.ledger import Entry
from shared.contracts.topics import LEDGER
from shared.policy.model import Policy
from shared.policy.queue import Hours, Pool
from tests.kit.acknowledged import acknowledgements, different_bytes, not_once
from tests.ledger.entries import (
    HERE,
    Diary,
    answered,
    assigned,
    closed,
    handed_over,
    overflowed,
    quarantined,
    released,
    replied,
    returned,
    routed,
    taken_over,
    transferred,
)
from tests.services.given import written

POLICY = Policy(
    version=1, intents={}, pools={"general": Pool(), "night": Pool(hours=Hours(open={})), "fallback": Pool()}
)
MESSAGE, PLACE, EPOCH = st.integers(0, 7), st.integers(0, 30), st.integers(0, 3)
ENTRY: st.SearchStrategy[Entry] = st.one_of(
    st.builds(routed, MESSAGE, st.sampled_from(["bot", "human"])),
    st.builds(routed, MESSAGE, twin_of=MESSAGE),
    st.builds(answered, MESSAGE, EPOCH),
    st.builds(
        lambda offsets, epoch: handed_over(*offsets, epoch=epoch, bring=offsets),
        st.lists(MESSAGE, min_size=1, max_size=4, unique=True),
        EPOCH,
    ),
    st.builds(taken_over),
    st.builds(quarantined, MESSAGE),
    st.builds(returned, EPOCH),
    st.builds(assigned, MESSAGE, attempt=st.integers(0, 2), command=st.uuids().map(str)),
    st.builds(released, MESSAGE, PLACE),
    st.builds(transferred, MESSAGE, PLACE),
    st.builds(overflowed, MESSAGE),
    st.builds(replied, MESSAGE, PLACE),
    st.builds(closed, MESSAGE, PLACE, to_bot=st.booleans()),
)


async def sent(*entries: Entry) -> list[dict[str, Any]]:
    courier = CourierWorker(HERE, Settings(), POLICY)
    courier.receive(LEDGER, written(*entries), 0)
    return [orjson.loads(out.value or b"") for out in await courier.act(0)]


def outcomes(*entries: Entry) -> dict[str, set[int]]:
    """The inbound offsets by what became of them."""
    diary, found = Diary(), defaultdict[str, set[int]](set)
    for entry in entries:
        for settled in diary.write(entry).settled:
            found[settled.outcome].add(settled.offset)
    return found


@settings(max_examples=300)
@given(st.lists(ENTRY, max_size=30))
async def test_a_message_is_acknowledged_once_if_people_or_the_bot_have_it_and_else_not_at_all(
    entries: list[Entry],
) -> None:
    replies = await sent(*entries)
    found = outcomes(*entries)
    told = [r for r in replies if r["author"]["kind"] == "bot" or r["purpose"] == "acknowledgement"]
    acknowledged = [reply["ref"] for reply in told]
    assert sorted(acknowledged) == sorted(f"{HERE}:{n}" for n in found["answered"] | found["people"])
    assert different_bytes([*replies, *await sent(*entries)]) == set()


async def test_the_judge_from_outside_sees_what_is_missing_and_what_is_too_much() -> None:
    replies = await sent(routed(0, "human"), routed(1, "human"))
    assert not_once(["m0", "m1"], replies) == {}
    assert not_once(["m0", "m1", "m2"], [*replies, *replies]) == {"m2": set()}
    another = {**replies[0], "idempotency_key": "3:0/again"}
    assert not_once(["m0", "m1"], [*replies, another]) == {"m0": {"3:0/ack", "3:0/again"}}
    assert different_bytes([*replies, {**replies[0], "text": "?"}]) == {"3:0/ack"}
    assert acknowledgements([{**replies[0], "purpose": "information"}]) == {}
