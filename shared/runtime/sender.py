"""Writing: every record goes to the partition its message lives on, in whole batches."""

import asyncio
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.contracts.errors import TransientFailure
from shared.contracts.topics import LEDGER, Topic
from shared.runtime import clock, failpoints, metrics

Header = tuple[str, bytes]
BATCH_BYTES = 524_288


class Out(NamedTuple):
    """A record to write."""

    topic: Topic
    partition: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[Header] = ()


class Sender:
    """An idempotent producer that sends what it is given, in order, and returns when all of it is
    acknowledged. The book is written last: when it says that something is done, the records that go with
    it are there. Raises `TransientFailure` when that takes too long: the result is then unknown,
    and the process must end and restore rather than decide again."""

    def __init__(self, servers: str, namespace: str, timeout: float, client_id: str) -> None:
        self._namespace = namespace
        self._timeout = timeout
        self._signature: Header = ("relais-by", client_id.encode())
        self._client_id = client_id
        self._servers = servers
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> None:
        """Connect."""
        self._producer = AIOKafkaProducer(
            bootstrap_servers=self._servers,
            client_id=self._client_id,
            acks="all",
            enable_idempotence=True,
            max_batch_size=BATCH_BYTES,
            max_request_size=16 * 1_048_576,
            request_timeout_ms=int(self._timeout * 1000),
        )
        await self._producer.start()

    async def stop(self) -> None:
        """Flush and disconnect."""
        if self._producer is not None:
            await self._producer.stop()

    async def send(self, records: Iterable[Out]) -> None:
        """Write `records`; per topic and partition their order is kept."""
        groups = _groups(records)
        if not groups:
            return
        failpoints.reach("before_send")
        try:
            async with asyncio.timeout(self._timeout):
                for wave in _waves(groups):
                    pending = [future for group in wave for future in await self._enqueue(group)]
                    failpoints.reach("after_send")
                    await asyncio.gather(*pending)
        except (TimeoutError, KafkaError) as error:
            raise TransientFailure("a send was not acknowledged") from error
        failpoints.reach("after_ack")
        for group in groups:
            metrics.SENT.labels(group[0].topic.role).inc(len(group))

    async def _enqueue(self, records: Sequence[Out]) -> list[asyncio.Future[object]]:
        assert self._producer is not None, "start the sender first"
        topic, partition = records[0].topic, records[0].partition
        name = topic.name(self._namespace)
        futures, now = [], clock.wall_ms()
        batch = self._producer.create_batch()
        for out in records:
            headers = [*out.headers, self._signature]
            if batch.append(key=out.key, value=out.value, timestamp=now, headers=headers) is None:
                futures.append(await self._producer.send_batch(batch, name, partition=partition))
                batch = self._producer.create_batch()
                batch.append(key=out.key, value=out.value, timestamp=now, headers=headers)
        futures.append(await self._producer.send_batch(batch, name, partition=partition))
        return futures


def _groups(records: Iterable[Out]) -> list[list[Out]]:
    """What goes to the same place together, in the order given."""

    def place(out: Out) -> tuple[str, int]:
        return out.topic.role, out.partition

    return [list(group) for _, group in groupby(sorted(records, key=place), key=place)]


def _waves(groups: Sequence[list[Out]]) -> list[list[list[Out]]]:
    """First all other topics, then the ledger."""
    others = [group for group in groups if group[0].topic != LEDGER]
    book = [group for group in groups if group[0].topic == LEDGER]
    return [wave for wave in (others, book) if wave]
