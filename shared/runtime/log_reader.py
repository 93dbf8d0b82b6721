"""Reading a stretch of one partition again, outside any consumer group."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.contracts.errors import TransientFailure
from shared.contracts.record import Record
from shared.contracts.topics import Topic

SILENCE_MS = 30_000
AT_ONCE = 5000
STOP_WITHIN = 1.0


class LogReader:
    """An async context manager around a consumer without a group."""

    def __init__(self, servers: str, namespace: str) -> None:
        self._namespace = namespace
        self._firsts: dict[TopicPartition, int] = {}
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=servers,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=1_048_576,
            fetch_max_wait_ms=100,
        )

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The client can lose the order to stop while it turns to another partition, and then waits for ever;
        # when the time is over it is told again.
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_WITHIN):
                await self._consumer.stop()

    async def bounds(self, topic: Topic, partition: int) -> tuple[int, int]:
        """First offset that is still there, and the next one to be written."""
        place = TopicPartition(topic.name(self._namespace), partition)
        first = await self._consumer.beginning_offsets([place])
        end = await self._consumer.end_offsets([place])
        self._firsts[place] = first[place]
        return first[place], end[place]

    async def read(self, topic: Topic, partition: int, start: int, end: int) -> AsyncIterator[list[Record]]:
        """The records of `[start, end)` in batches; raises `TransientFailure` when they do not come."""
        place = TopicPartition(topic.name(self._namespace), partition)
        if place not in self._firsts:
            await self.bounds(topic, partition)
        start = max(start, self._firsts[place])
        if start >= end:
            return
        # Nothing is awaited between these two: a partition without a position is sent to its beginning.
        self._consumer.assign([place])
        self._consumer.seek(place, start)
        while (at := await self._consumer.position(place)) < end:
            most = min(end - at, AT_ONCE)
            found = await self._consumer.getmany(place, timeout_ms=SILENCE_MS, max_records=most)
            records = [record for record in found.get(place, []) if record.offset < end]
            if not found and await self._consumer.position(place) < end:
                raise TransientFailure(f"{topic.role} partition {partition} could not be read to {end}")
            if records:
                yield records
