"""The loop of every service, with a stand-in for Kafka's client where it matters what it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaConnectionError, UnknownMemberIdError

from shared.contracts.record import Record
from shared.contracts.topics import AGENTS, INBOUND, Topic
from shared.runtime import driver as driver_module
from shared.runtime.driver import Driver
from shared.runtime.sender import Out, Sender
from shared.runtime.settings import ServiceSettings
from shared.runtime.vitals import Vitals

READS = (INBOUND, AGENTS)


class Place(NamedTuple):
    """As much of a record as the driver looks at."""

    topic: str
    partition: int
    offset: int


class Client:
    """A consumer that has everything and remembers what it was asked."""

    def __init__(self) -> None:
        self.commits: list[dict[TopicPartition, int]] = []
        self.sought: dict[TopicPartition, int] = {}
        self.paused: set[TopicPartition] = set()
        self.stored: dict[TopicPartition, int] = {}
        self.first, self.end = 0, 100
        self.error: Exception | None = None

    def pause(self, *places: TopicPartition) -> None:
        self.paused |= set(places)

    def resume(self, *places: TopicPartition) -> None:
        self.paused -= set(places)

    def seek(self, place: TopicPartition, offset: int) -> None:
        self.sought[place] = offset

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        self._fail()
        self.commits.append(offsets)

    async def committed(self, place: TopicPartition) -> int | None:
        return self.stored.get(place)

    async def beginning_offsets(self, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(places, self.first)

    async def end_offsets(self, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        self._fail()
        return dict.fromkeys(places, self.end)

    async def position(self, place: TopicPartition) -> int:
        return self.sought[place]

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error


class Worker:
    """Remembers what it is given; what it has read is finished."""

    def __init__(self, partition: int, now: int = 0) -> None:
        self.partition = partition
        self.got: list[tuple[Topic, list[int]]] = []
        self.next: dict[Topic, int] = {}

    async def restore(self, committed: Mapping[Topic, int]) -> Mapping[Topic, int]:
        self.next = dict(committed)
        return committed

    def receive(self, topic: Topic, records: Sequence[Record], now: float) -> None:
        self.got.append((topic, [record.offset for record in records]))
        self.next[topic] = records[-1].offset + 1

    async def act(self, now: float) -> list[Out]:
        return []

    def positions(self) -> Mapping[Topic, int]:
        return self.next


class Stand(NamedTuple):
    """A driver between stand-ins."""

    driver: Driver
    client: Client
    vitals: Vitals
    last_words: list[str]

    async def assign(self, *partitions: int) -> None:
        places = {_place(topic, partition) for topic in READS for partition in partitions}
        await self.driver.on_partitions_assigned(places)
        assert places <= self.client.paused
        for opening in list(self.driver._restoring.values()):
            await opening

    def worker(self, partition: int) -> Worker:
        found = self.driver._workers[partition]
        assert isinstance(found, Worker)
        return found


def _place(topic: Topic, partition: int) -> TopicPartition:
    return TopicPartition(topic.name("test"), partition)


def _records(topic: Topic, partition: int, *offsets: int) -> list[Any]:
    return [Place(topic.name("test"), partition, offset) for offset in offsets]


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Stand:
    settings = ServiceSettings(namespace="test", stuck_after=30)
    client, vitals, last_words = Client(), Vitals("tiny", "tiny-1"), list[str]()
    sender = Sender("127.0.0.1:1", "test", 1.0, "tiny/one")
    monkeypatch.setattr(driver_module, "end", lambda code, event, error=None: last_words.append(event))
    driver = Driver(READS, Worker, sender, settings, vitals, lambda: client)
    return Stand(driver, client, vitals, last_words)


async def test_a_partition_is_read_on_from_the_groups_position_or_the_first_record_there_is(
    stand: Stand,
) -> None:
    stand.client.stored = {_place(INBOUND, 0): 7, _place(INBOUND, 1): 2}
    stand.client.first = 5
    await stand.assign(0, 1)
    assert stand.client.sought == {
        _place(INBOUND, 0): 7,
        _place(AGENTS, 0): 5,
        _place(INBOUND, 1): 5,
        _place(AGENTS, 1): 5,
    }
    assert stand.client.paused == set()
    assert (stand.vitals.owned, stand.vitals.restoring) == ((0, 1), ())


async def test_a_worker_gets_its_own_records_by_topic_and_in_order(stand: Stand) -> None:
    await stand.assign(0, 1)
    await stand.driver.on_batch(_records(INBOUND, 0, 1, 2) + _records(AGENTS, 0, 9) + _records(INBOUND, 1, 3))
    assert stand.worker(0).got == [(INBOUND, [1, 2]), (AGENTS, [9])]
    assert stand.worker(1).got == [(INBOUND, [3])]
    assert stand.vitals.handled == 4


async def test_records_of_a_partition_that_was_taken_away_are_left_to_others(stand: Stand) -> None:
    await stand.assign(0)
    await stand.driver.on_batch(_records(INBOUND, 1, 1) + _records(INBOUND, 0, 1))
    assert stand.worker(0).got == [(INBOUND, [1])]
    assert stand.last_words == []


async def test_only_what_has_changed_is_committed_and_all_topics_at_once(stand: Stand) -> None:
    await stand.assign(0)
    await stand.driver.on_batch(_records(INBOUND, 0, 1) + _records(AGENTS, 0, 4))
    await stand.driver.commit()
    await stand.driver.commit()
    await stand.driver.on_batch(_records(INBOUND, 0, 2))
    await stand.driver.commit()
    assert stand.client.commits == [
        {_place(INBOUND, 0): 2, _place(AGENTS, 0): 5},
        {_place(INBOUND, 0): 3},
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
    await stand.driver.on_batch(_records(INBOUND, 0, 1))
    stand.vitals.beat = stand.vitals.broker_seen = 1.0
    assert stand.vitals.ready(1.0)
    await stand.driver.on_partitions_revoked(set())
    assert len(stand.client.commits) == 1
    assert stand.driver.workers == []
    assert not stand.vitals.ready(1.0)
    await stand.assign(1)
    assert stand.vitals.owned == (1,)


async def test_the_broker_is_seen_and_the_lag_is_what_waits(stand: Stand) -> None:
    await stand.assign(0, 1)
    await stand.driver._check()
    assert stand.vitals.broker_seen > 0
    assert stand.vitals.lag == 400


async def test_the_broker_is_asked_even_when_there_is_no_partition_to_look_after(stand: Stand) -> None:
    stand.client.error = KafkaConnectionError()
    await stand.driver._check()
    assert stand.vitals.broker_seen == 0


@pytest.mark.parametrize("error", [KafkaConnectionError(), IllegalStateError("not assigned"), TimeoutError()])
async def test_a_broker_that_does_not_answer_is_not_seen(stand: Stand, error: Exception) -> None:
    await stand.assign(0)
    stand.client.error = error
    await stand.driver._check()
    assert stand.vitals.broker_seen == 0
    assert stand.last_words == []


async def test_a_consumer_that_stands_still_ends_the_process(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stand.assign(0)
    now = [1000.0]
    monkeypatch.setattr(driver_module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    await stand.driver._check()
    now[0] += 31
    await stand.driver._check()
    assert "consumer_stopped" in stand.last_words


async def test_a_partition_that_was_away_for_long_is_not_taken_for_stuck(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stand.assign(0)
    now = [1000.0]
    monkeypatch.setattr(driver_module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    await stand.driver._check()
    await stand.driver.on_partitions_revoked(set())
    now[0] += 31
    await stand.assign(0)
    await stand.driver._check()
    assert stand.last_words == []
