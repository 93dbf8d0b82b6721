"""The loop of every service."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress

import pytest
from aiokafka.errors import CommitFailedError, UnknownMemberIdError

from shared.contracts.topics import AGENTS, INBOUND, Topic
from shared.runtime import driver as driver_module
from shared.runtime.settings import ServiceSettings
from tests.runtime.stand import READS, Stand, Worker, place, records_of, stand_for


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Stand:
    return stand_for(monkeypatch)


async def test_a_partition_is_read_on_from_the_groups_position_or_the_first_record_there_is(
    stand: Stand,
) -> None:
    stand.client.stored = {place(INBOUND, 0): 7, place(INBOUND, 1): 2}
    stand.client.first = 5
    await stand.assign(0, 1)
    assert stand.client.sought == {
        place(INBOUND, 0): 7,
        place(AGENTS, 0): 5,
        place(INBOUND, 1): 5,
        place(AGENTS, 1): 5,
    }
    assert stand.client.paused == set()
    assert (stand.vitals.owned, stand.vitals.restoring) == ((0, 1), ())


async def test_a_worker_gets_its_own_records_by_topic_and_in_order(stand: Stand) -> None:
    await stand.assign(0, 1)
    await stand.driver.on_batch(
        records_of(INBOUND, 0, 1, 2) + records_of(AGENTS, 0, 9) + records_of(INBOUND, 1, 3)
    )
    assert stand.worker(0).got == [(INBOUND, [1, 2]), (AGENTS, [9])]
    assert stand.worker(1).got == [(INBOUND, [3])]
    assert stand.vitals.handled == 4


async def test_records_of_a_partition_that_was_taken_away_are_left_to_others(stand: Stand) -> None:
    await stand.assign(0)
    await stand.driver.on_batch(records_of(INBOUND, 1, 1) + records_of(INBOUND, 0, 1))
    assert stand.worker(0).got == [(INBOUND, [1])]
    assert stand.last_words == []


async def test_only_what_has_changed_is_committed_and_all_topics_at_once(stand: Stand) -> None:
    await stand.assign(0)
    await stand.driver.on_batch(records_of(INBOUND, 0, 1) + records_of(AGENTS, 0, 4))
    await stand.driver.commit()
    await stand.driver.commit()
    await stand.driver.on_batch(records_of(INBOUND, 0, 2))
    await stand.driver.commit()
    assert stand.client.commits == [
        {place(INBOUND, 0): 2, place(AGENTS, 0): 5},
        {place(INBOUND, 0): 3},
    ]


async def test_a_commit_that_failed_is_tried_again(stand: Stand) -> None:
    await stand.assign(0)
    stand.client.error = CommitFailedError()
    await stand.driver.commit()
    stand.client.error = None
    await stand.driver.commit()
    assert len(stand.client.commits) == 1
    assert stand.last_words == []


async def test_a_commit_that_is_not_answered_holds_up_nothing(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(driver_module, "ANSWER_WITHIN", 0.01)
    monkeypatch.setattr(stand.client, "commit", never)
    await stand.assign(0)
    await stand.driver.commit()
    assert stand.last_words == []


@pytest.mark.parametrize(("static", "last_words"), [(True, ["membership_lost"]), (False, [])])
async def test_a_static_member_that_nobody_knows_any_more_ends(
    stand: Stand, static: bool, last_words: list[str]
) -> None:
    stand.driver._settings = ServiceSettings(namespace="test", static_membership=static)
    await stand.assign(0)
    stand.client.error = CommitFailedError()
    stand.client.error.__cause__ = UnknownMemberIdError()
    await stand.driver.commit()
    assert stand.last_words == last_words


async def test_when_partitions_go_everything_is_committed_and_let_go(stand: Stand) -> None:
    await stand.assign(0, 1)
    await stand.driver.on_batch(records_of(INBOUND, 0, 1))
    stand.vitals.beat = stand.vitals.broker_seen = 1.0
    assert stand.vitals.ready(1.0)
    await stand.driver.on_partitions_revoked(set())
    assert len(stand.client.commits) == 1
    assert stand.driver.workers == []
    assert not stand.vitals.ready(1.0)
    await stand.assign(1)
    assert stand.vitals.owned == (1,)


async def test_a_restore_that_is_over_too_late_opens_nothing(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kafka's client sometimes keeps a cancellation to itself."""
    at_work = asyncio.Event()

    async def restore(self: Worker, committed: Mapping[Topic, int]) -> Mapping[Topic, int]:
        with suppress(asyncio.CancelledError):
            at_work.set()
            await asyncio.Event().wait()
        return committed

    monkeypatch.setattr(Worker, "restore", restore)
    await stand.driver.on_partitions_assigned({place(topic, 0) for topic in READS})
    (opening,) = stand.driver._restoring.values()
    await at_work.wait()
    await stand.driver.on_partitions_revoked(set())
    await opening
    assert stand.last_words == []
    assert stand.driver.workers == []
    assert stand.client.sought == {}
