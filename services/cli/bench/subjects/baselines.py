"""The baselines: one hop from a topic to another as it is written without Relais.

    python -m services.cli.bench.subjects.baselines b0|b1|b2 KAFKA FROM TO

b0  FastStream as its tutorial has it: one message at a time, a pydantic model in and out
b1  bare aiokafka: `getmany`, then `send` of each record's value, to the same partition
b2  the same with one `send_batch` for each partition
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from faststream import FastStream
from faststream.kafka import KafkaBroker
from pydantic import BaseModel

MAX_RECORDS = 1000
Hop = Callable[[AIOKafkaProducer, str, TopicPartition, Sequence[Any]], Awaitable[object]]


class Inbound(BaseModel):
    """What comes in."""

    id: str
    conversation_id: str
    channel: str
    text: str
    sent_at: str | None = None


class Reading(BaseModel):
    """What goes out."""

    ref: str
    intents: list[tuple[str, float]]
    language: str


async def naive(kafka: str, source: str, target: str) -> None:
    """B0."""
    broker = KafkaBroker(kafka, logger=None)

    @broker.subscriber(source, auto_offset_reset="earliest")
    @broker.publisher(target)
    async def hop(message: Inbound) -> Reading:
        return Reading(ref=message.id, intents=[("delivery_time", 0.91)], language="fr")

    await FastStream(broker, logger=None).run()


async def bare(kafka: str, source: str, target: str, hop: Hop) -> None:
    """B1 and B2: read for ever, each batch written and acknowledged before the next."""
    consumer = AIOKafkaConsumer(source, bootstrap_servers=kafka, auto_offset_reset="earliest")
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await consumer.start()
    await producer.start()
    while True:
        found = await consumer.getmany(timeout_ms=1000, max_records=MAX_RECORDS)
        await asyncio.gather(*[hop(producer, target, place, records) for place, records in found.items()])


async def by_send(
    producer: AIOKafkaProducer, target: str, at: TopicPartition, records: Sequence[Any]
) -> None:
    """B1: one call per record."""
    sent = [await producer.send(target, record.value, partition=at.partition) for record in records]
    await asyncio.gather(*sent)


async def by_batch(
    producer: AIOKafkaProducer, target: str, at: TopicPartition, records: Sequence[Any]
) -> None:
    """B2: one call per batch of at most 16 KiB."""
    sent = []
    batch = producer.create_batch()
    for record in records:
        if batch.append(key=None, value=record.value, timestamp=None) is None:
            sent.append(await producer.send_batch(batch, target, partition=at.partition))
            batch = producer.create_batch()
            batch.append(key=None, value=record.value, timestamp=None)
    sent.append(await producer.send_batch(batch, target, partition=at.partition))
    await asyncio.gather(*sent)


def main(kind: str, kafka: str, source: str, target: str) -> None:
    """Run one of them until the process is ended."""
    if kind == "b0":
        uvloop.run(naive(kafka, source, target))
    else:
        uvloop.run(bare(kafka, source, target, by_send if kind == "b1" else by_batch))


if __name__ == "__main__":
    main(*sys.argv[1:])
