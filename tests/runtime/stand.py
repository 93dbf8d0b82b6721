"""Stand-ins for what a driver drives, and for Kafka's client where it matters what it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pytest
from aiokafka import TopicPartition

from shared.contracts.record import Record
from shared.contracts.topics import AGENTS, INBOUND, Topic
from shared.runtime import driver as driver_module
from shared.runtime import lookout as lookout_module
from shared.runtime import watchdog
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
        self.held = 0

    async def restore(self, committed: Mapping[Topic, int]) -> Mapping[Topic, int]:
        self.next = dict(committed)
        return committed

    def receive(self, topic: Topic, records: Sequence[Record], now: float) -> None:
        self.got.append((topic, [record.offset for record in records]))
        self.next[topic] = records[-1].offset + 1

    async def act(self, now: float) -> list[Out]:
        return []

    def holds(self) -> int:
        return self.held

    def positions(self) -> Mapping[Topic, int]:
        return self.next


class Stand(NamedTuple):
    """A driver between stand-ins."""

    driver: Driver
    client: Client
    vitals: Vitals
    last_words: list[str]

    async def assign(self, *partitions: int) -> None:
        places = {place(topic, partition) for topic in READS for partition in partitions}
        await self.driver.on_partitions_assigned(places)
        assert places <= self.client.paused
        for opening in list(self.driver._restoring.values()):
            await opening

    def worker(self, partition: int) -> Worker:
        found = self.driver._workers[partition]
        assert isinstance(found, Worker)
        return found


def place(topic: Topic, partition: int) -> TopicPartition:
    return TopicPartition(topic.name("test"), partition)


def records_of(topic: Topic, partition: int, *offsets: int) -> list[Any]:
    return [Place(topic.name("test"), partition, offset) for offset in offsets]


def stand_for(monkeypatch: pytest.MonkeyPatch) -> Stand:
    """A driver whose last words are remembered instead of being its last."""
    settings = ServiceSettings(namespace="test", stuck_after=30)
    client, vitals, last_words = Client(), Vitals("tiny", "tiny-1"), list[str]()
    sender = Sender("127.0.0.1:1", "test", 1.0, "tiny/one")
    for module in (driver_module, lookout_module, watchdog):
        monkeypatch.setattr(module, "end", lambda code, event, error=None: last_words.append(event))
    driver = Driver(READS, Worker, sender, settings, vitals, lambda: client)
    return Stand(driver, client, vitals, last_words)
