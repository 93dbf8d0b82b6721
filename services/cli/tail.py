"""Reading topics on as they grow, through any absence of the broker."""

import asyncio
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.cli.follow import ANSWER_WITHIN_MS, House
from shared.contracts.record import Record
from shared.contracts.topics import Topic

SILENT = 10.0
"""A connection that brought nothing for this many seconds is made anew: it may have died unnoticed."""
PAUSE = 0.5
STOP_WITHIN = 5.0


class Tail:
    """Reads partitions on from given positions, as an async context manager, whatever becomes of the broker.

    Invariant: every record from the positions on is handed out exactly once, in its partition's order.
    """

    def __init__(self, house: House, positions: Mapping[tuple[Topic, int], int]) -> None:
        self._servers = house.kafka
        self._at = {
            TopicPartition(topic.name(house.namespace), partition): offset
            for (topic, partition), offset in positions.items()
        }
        self._consumer: AIOKafkaConsumer | None = None
        self._heard = time.monotonic()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._drop()

    async def more(self, within: float = 0.2) -> list[Record]:
        """What has come, after `within` seconds at most; empty when nothing has or nobody answers."""
        try:
            consumer = self._consumer or await self._connect()
            found = await consumer.getmany(timeout_ms=int(within * 1000), max_records=5000)
        except (KafkaError, OSError):
            await self._drop()
            await asyncio.sleep(PAUSE)
            return []
        for place, records in found.items():
            self._at[place] = records[-1].offset + 1
        if found:
            self._heard = time.monotonic()
        elif time.monotonic() - self._heard > SILENT:
            await self._drop()
        return [record for records in found.values() for record in records]

    async def _connect(self) -> AIOKafkaConsumer:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._servers,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=100,
            request_timeout_ms=ANSWER_WITHIN_MS,
        )
        self._consumer, self._heard = consumer, time.monotonic()
        await consumer.start()
        consumer.assign(list(self._at))
        for place, offset in self._at.items():
            consumer.seek(place, offset)
        return consumer

    async def _drop(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            # While the broker is away `stop` can end in the cancellation of one of its own tasks, so it
            # gets a task to itself and nobody awaits what becomes of it.
            await asyncio.wait({asyncio.create_task(consumer.stop())}, timeout=STOP_WITHIN)
