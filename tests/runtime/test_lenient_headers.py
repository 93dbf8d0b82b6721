"""A header name that is not UTF-8 stops nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import FetchResult, PartitionRecords
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from shared.runtime.mends.lenient_headers import LenientRecords

ODD = b"A\xff\xfeA"


def batch(base: int, odd: tuple[int, ...]) -> bytes:
    """Five records from offset `base` on, as a broker returns them; those in `odd` bear the name."""
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=0,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=99_999,
    )
    for number in range(5):
        headers = [("AAAA", b"1")] if number in odd else [("é", b"x")]
        builder.append(number, 1000, b"k", b"v%d" % (base + number), headers)
    raw = bytearray(builder.build())
    raw[0:8] = base.to_bytes(8, "big")
    return bytes(raw).replace(b"AAAA", ODD)


@pytest.mark.parametrize("at_once", [100, 2])
def test_every_record_around_such_a_name_is_read_in_order(at_once: int) -> None:
    raw = batch(0, (3,)) + batch(5, ()) + batch(10, (0, 4))
    state: Any = SimpleNamespace(position=0, paused=False, has_valid_position=True)
    state.consumed_to = lambda offset: setattr(state, "position", offset)
    assignment = SimpleNamespace(active=True, state_value=lambda _: state)
    place = TopicPartition("t", 0)
    records = PartitionRecords(place, LenientRecords(raw), [], 0, None, None, False, 0)
    result = FetchResult(place, assignment=assignment, partition_records=records, backoff=0)
    read = []
    while result.has_more():
        read += result.getall(at_once)
    assert [(record.offset, record.value) for record in read] == [(n, b"v%d" % n) for n in range(15)]
    assert read[3].headers == (("A\ufffd\ufffdA", b"1"),)
