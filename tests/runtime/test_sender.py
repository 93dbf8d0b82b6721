"""Writing: whole batches, in order, to the given partition, acknowledged by all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY

from shared.contracts.errors import TransientFailure
from shared.contracts.topics import INBOUND, INTENTS, LEDGER, REPLIES
from shared.runtime.log_reader import LogReader
from shared.runtime.sender import BATCH_BYTES, Out, Sender
from tests.kit.kafka import RealKafka
from tests.runtime.batches import batches_of


@pytest.fixture
async def namespace(kafka: RealKafka) -> str:
    name = f"s{uuid4().hex[:8]}"
    topics = [topic.name(name) for topic in (INBOUND, INTENTS, LEDGER, REPLIES)]
    kafka.create_topics(*topics, partitions=2, max_message_bytes="8388608")
    return name


@pytest.fixture
async def sender(kafka: RealKafka, namespace: str) -> AsyncIterator[Sender]:
    sender = Sender(kafka.address, namespace, 20.0, "tiny/one")
    await sender.start()
    yield sender
    await sender.stop()


async def _read(kafka: RealKafka, namespace: str, topic: Any, partition: int) -> list[Any]:
    async with LogReader(kafka.address, namespace) as reader:
        _, end = await reader.bounds(topic, partition)
        return [record async for records in reader.read(topic, partition, 0, end) for record in records]


async def test_records_of_many_places_each_arrive_at_theirs_in_order(
    kafka: RealKafka, namespace: str, sender: Sender
) -> None:
    places = [(topic, partition) for topic in (REPLIES, INTENTS) for partition in (1, 0)]
    await sender.send(
        Out(topic, partition, b"k", b"%d" % number) for number in range(50) for topic, partition in places
    )
    for topic, partition in places:
        records = await _read(kafka, namespace, topic, partition)
        assert [record.value for record in records] == [b"%d" % number for number in range(50)]
        (batch,) = await batches_of(kafka.address, topic.name(namespace), partition)
        assert batch.records == 50
        assert batch.producer >= 0, "the producer is idempotent"


async def test_a_record_keeps_its_key_its_headers_and_a_missing_value(
    kafka: RealKafka, namespace: str, sender: Sender
) -> None:
    await sender.send([Out(INBOUND, 0, b"key", None, [("a", b"1"), ("a", b"2")]), Out(INBOUND, 0, None, b"")])
    first, second = await _read(kafka, namespace, INBOUND, 0)
    assert (first.key, first.value) == (b"key", None)
    assert list(first.headers) == [("a", b"1"), ("a", b"2"), ("relais-by", b"tiny/one")]
    assert (second.key, second.value) == (None, b"")


async def test_batches_and_records_beyond_the_batch_size_arrive_in_order(
    kafka: RealKafka, namespace: str, sender: Sender
) -> None:
    sizes = [1, BATCH_BYTES - 200, 1, BATCH_BYTES + 1, 8 * BATCH_BYTES, 1, *[BATCH_BYTES // 3] * 7]
    await sender.send(Out(REPLIES, 1, None, bytes(size)) for size in sizes)
    assert [len(record.value) for record in await _read(kafka, namespace, REPLIES, 1)] == sizes


async def test_one_send_after_the_other_keeps_the_order(
    kafka: RealKafka, namespace: str, sender: Sender
) -> None:
    for number in range(20):
        await sender.send([Out(REPLIES, 0, None, b"%d" % number)])
    values = [record.value for record in await _read(kafka, namespace, REPLIES, 0)]
    assert values == [b"%d" % number for number in range(20)]


async def test_everybody_in_charge_of_a_partition_acknowledges(sender: Sender) -> None:
    """One broker cannot show it, so this looks at what the client will ask for: -1 means all."""
    assert sender._producer is not None
    assert sender._producer._sender._acks == -1


async def test_a_record_that_the_broker_refuses_is_a_failure_and_is_not_counted(
    kafka: RealKafka, namespace: str, sender: Sender
) -> None:
    before = _sent()
    with pytest.raises(TransientFailure, match="a send was not acknowledged") as failure:
        await sender.send([Out(REPLIES, 0, None, b"Zorglubine" * 1_000_000)])
    assert "Zorglubine" not in str(failure.value)
    assert _sent() == before


async def test_the_book_says_nothing_before_all_else_is_acknowledged(
    kafka: RealKafka, namespace: str, sender: Sender
) -> None:
    refused = Out(REPLIES, 0, None, b"x" * 10_000_000)
    with pytest.raises(TransientFailure):
        await sender.send([Out(LEDGER, 1, None, b"done"), refused])
    assert await _read(kafka, namespace, LEDGER, 1) == []
    await sender.send([Out(LEDGER, 1, None, b"done"), refused._replace(value=b"x")])
    assert len(await _read(kafka, namespace, LEDGER, 1)) == 1


async def test_what_is_acknowledged_is_counted(sender: Sender) -> None:
    before = _sent()
    await sender.send([Out(REPLIES, 0, None, b"small")] * 3)
    assert _sent() == before + 3


async def test_a_topic_that_is_not_there_is_a_failure_in_time(kafka: RealKafka) -> None:
    sender = Sender(kafka.address, f"s{uuid4().hex[:8]}", 0.5, "tiny/one")
    await sender.start()
    with pytest.raises(TransientFailure):
        await sender.send([Out(REPLIES, 0, None, b"x")])
    await sender.stop()


async def test_nothing_to_send_needs_no_connection() -> None:
    await Sender("127.0.0.1:1", "nobody", 1.0, "tiny/one").send([])


def _sent() -> float:
    return REGISTRY.get_sample_value("relais_sent_total", {"topic": "replies"}) or 0.0
