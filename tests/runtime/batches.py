"""Record batches as they lie in the log, which consumers do not show."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.record.memory_records import MemoryRecords

MOST = 16 * 1_048_576


class Batch(NamedTuple):
    """`producer` is negative when it was not written by an idempotent one."""

    producer: int
    records: int


def batches(kafka: str, topic: str, partition: int) -> list[Batch]:
    """As `batches_of`, where no event loop runs."""
    return asyncio.run(batches_of(kafka, topic, partition))


async def batches_of(kafka: str, topic: str, partition: int) -> list[Batch]:
    """All batches of a short partition."""
    client = AIOKafkaClient(bootstrap_servers=kafka)
    await client.bootstrap()
    try:
        await client.set_topics([topic])
        (node,) = (broker.nodeId for broker in client.cluster.brokers())
        request = FetchRequest(100, 1, MOST, 0, [(topic, [(partition, 0, MOST)])])
        ((_, ((*_, raw),)),) = (await client.send(node, request)).topics
    finally:
        await client.close()
    records = MemoryRecords(raw)
    found = []
    while records.has_next():
        batch = records.next_batch()
        found.append(Batch(batch.producer_id, sum(1 for _ in batch)))
    return found
