"""Reading a stretch of a partition again, whatever lies there."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import uuid4

import pytest
from aiokafka import TopicPartition
from confluent_kafka import Producer

from shared.contracts.errors import TransientFailure
from shared.contracts.topics import LEDGER
from shared.runtime import log_reader
from shared.runtime.log_reader import LogReader
from tests.kit.kafka import RealKafka

Write = Callable[..., None]


@pytest.fixture
def namespace(kafka: RealKafka) -> str:
    name = f"l{uuid4().hex[:8]}"
    kafka.create_topics(LEDGER.name(name), partitions=2, max_message_bytes="8388608")
    return name


@pytest.fixture
def write(kafka: RealKafka, namespace: str) -> Write:
    """`write("a", "b", commit=True)`: a transaction, committed or aborted; without it, plain records."""

    def write(*values: str, commit: bool | None = None) -> None:
        settings = {"bootstrap.servers": kafka.address, "message.max.bytes": 8_000_000}
        if commit is not None:
            settings["transactional.id"] = uuid4().hex
        producer = Producer(settings)
        if commit is not None:
            producer.init_transactions(20)
            producer.begin_transaction()
        for value in values:
            producer.produce(LEDGER.name(namespace), value.encode(), partition=1)
        producer.flush(20)
        if commit is not None:
            end = producer.commit_transaction if commit else producer.abort_transaction
            end(20)

    return write


async def _read(kafka: RealKafka, namespace: str, start: int, end: int) -> list[tuple[int, bytes]]:
    async with LogReader(kafka.address, namespace) as reader:
        return [
            (record.offset, record.value or b"")
            async for records in reader.read(LEDGER, 1, start, end)
            for record in records
        ]


async def test_the_end_is_not_part_of_the_stretch(kafka: RealKafka, namespace: str, write: Write) -> None:
    write("a", "b", "c", "d")
    assert await _read(kafka, namespace, 1, 3) == [(1, b"b"), (2, b"c")]
    assert await _read(kafka, namespace, 2, 2) == []


async def test_bounds_are_the_first_record_and_the_next_to_be_written(
    kafka: RealKafka, namespace: str, write: Write
) -> None:
    async with LogReader(kafka.address, namespace) as reader:
        assert await reader.bounds(LEDGER, 1) == (0, 0)
        write("a", "b")
        assert await reader.bounds(LEDGER, 1) == (0, 2)


async def test_records_larger_than_a_fetch_are_read(kafka: RealKafka, namespace: str, write: Write) -> None:
    write("a", "x" * 7_000_000, "b")
    assert [len(value) for _, value in await _read(kafka, namespace, 0, 3)] == [1, 7_000_000, 1]


async def test_markers_of_transactions_hold_nothing_up(
    kafka: RealKafka, namespace: str, write: Write
) -> None:
    write("a", commit=True)
    write("b", commit=False)
    write("c")
    write("d", commit=True)
    assert await _read(kafka, namespace, 0, 7) == [(0, b"a"), (2, b"b"), (4, b"c"), (5, b"d")]


async def test_a_stretch_that_does_not_come_is_a_failure(
    kafka: RealKafka, namespace: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_reader, "SILENCE_MS", 300)
    write("a")
    with pytest.raises(TransientFailure, match="ledger partition 1 could not be read to 2"):
        await _read(kafka, namespace, 0, 2)


async def test_a_reader_ends_at_once_whatever_it_was_doing(
    kafka: RealKafka, namespace: str, write: Write
) -> None:
    """The client forgets that it was told to stop when it has just been given a partition."""
    write("a")
    async with LogReader(kafka.address, namespace) as reader:
        assert [r async for r in reader.read(LEDGER, 0, 0, 0)] == []
        async for _ in reader.read(LEDGER, 1, 0, 1):
            reader._consumer.assign([TopicPartition(LEDGER.name(namespace), 0)])
            began = time.monotonic()
            break
    assert time.monotonic() - began < log_reader.STOP_WITHIN + 1
