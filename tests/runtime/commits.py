"""What a consumer group committed, request by request: the broker's own book of it."""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator

from confluent_kafka import Consumer, TopicPartition

TOPIC = "__consumer_offsets"

Commit = dict[tuple[str, int], int]
"""Topic and partition to the offset, of one request."""


def commits(kafka: str, group: str) -> list[Commit]:
    """All commits of a group, oldest first; those of the same millisecond count as one request."""
    found: dict[int, Commit] = {}
    for key, value in _records(kafka):
        version, rest = struct.unpack(">h", key[:2])[0], key[2:]
        if version > 1:
            continue
        owner, rest = _text(rest)
        topic, rest = _text(rest)
        (partition,) = struct.unpack(">i", rest)
        if owner == group:
            offset, at = _committed(value)
            found.setdefault(at, {})[topic, partition] = offset
    return [found[at] for at in sorted(found)]


def _committed(value: bytes) -> tuple[int, int]:
    """Offset and time of a commit: version, offset, leader epoch, an empty text, time, perhaps more."""
    version, offset, _epoch = struct.unpack(">hqi", value[:14])
    time_at = 15 if version >= 4 else 16  # since version 4 a text's length takes one byte
    return offset, struct.unpack(">q", value[time_at : time_at + 8])[0]


def _text(raw: bytes) -> tuple[str, bytes]:
    (size,) = struct.unpack(">h", raw[:2])
    return raw[2 : 2 + size].decode(), raw[2 + size :]


def _records(kafka: str) -> Iterator[tuple[bytes, bytes]]:
    consumer = Consumer({"bootstrap.servers": kafka, "group.id": "unused", "enable.auto.commit": False})
    try:
        for partition in consumer.list_topics(TOPIC, timeout=20).topics[TOPIC].partitions:
            place = TopicPartition(TOPIC, partition, 0)
            _, end = consumer.get_watermark_offsets(place, timeout=20)
            consumer.assign([place])
            deadline = time.monotonic() + 20
            while end and consumer.position([place])[0].offset < end and time.monotonic() < deadline:
                message = consumer.poll(0.2)
                if message is None or message.error():
                    continue
                key, value = message.key(), message.value()
                if key and value:
                    yield key, value
    finally:
        consumer.close()
