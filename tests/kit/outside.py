"""The view from outside a house: what channels, agent tools and auditors can write and read, with a client
of another family (librdkafka) than the services use."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

from shared.contracts.placement import home
from tests.kit.process import wait_until

POOLS = ("general", "billing", "technical", "fallback")


class Outside:
    """Writes and reads the topics of one namespace."""

    def __init__(self, kafka: str, namespace: str, partitions: int) -> None:
        self.kafka, self.namespace, self.partitions = kafka, namespace, partitions
        self._producer = Producer(
            {
                "bootstrap.servers": kafka,
                "enable.idempotence": True,
                "message.max.bytes": 2_000_000,
                # Houses under attack lose their broker often; what could not be written is an error anyway.
                "log_level": 0,
            }
        )

    def topic(self, role: str) -> str:
        return f"{self.namespace}.{role}"

    def publish(
        self,
        value: bytes | Mapping[str, Any] | None,
        key: bytes | str | None = None,
        role: str = "inbound",
        partition: int | None = None,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> tuple[int, int]:
        """Write one record; returns partition and offset once it is acknowledged. Without a
        partition, a key goes where Java's and aiokafka's clients put it."""
        placed: list[tuple[int, int]] = []

        def acknowledged(error: object, message: Any) -> None:
            assert error is None, error
            placed.append((message.partition(), message.offset()))

        body = json.dumps(value).encode() if isinstance(value, Mapping) else value
        coded = key.encode() if isinstance(key, str) else key
        if partition is None:
            partition = self.home_of(coded.decode("utf-8", "replace")) if coded else 0
        self._producer.produce(
            self.topic(role), body, coded, partition, headers=list(headers), on_delivery=acknowledged
        )
        self._producer.flush(120)
        return placed[0]

    def say(self, conversation: str, text: str, identifier: str | None = None, **more: Any) -> str:
        """Publish a well-formed message; returns its id."""
        message_id = identifier or uuid4().hex
        message = {"id": message_id, "conversation_id": conversation, "channel": "chat", "text": text}
        self.publish({**message, **more}, conversation)
        return message_id

    def command(self, kind: str, agent: str, **fields: Any) -> str:
        """Publish an agent's command; returns its id."""
        command_id = str(fields.pop("id", uuid4().hex))
        command = {"type": kind, "id": command_id, "agent_id": agent, **fields}
        self.publish(command, agent, role="agents")
        return command_id

    def home_of(self, conversation: str) -> int:
        return home(conversation, self.partitions)

    def read(self, *roles: str) -> list[dict[str, Any]]:
        """Every record of these topics so far: `ref`, `key`, `headers`, `raw` and (but for inbound) the
        JSON `value`."""
        consumer = Consumer(
            {
                "bootstrap.servers": self.kafka,
                "group.id": "unused",
                "enable.auto.commit": False,
                # What the services see: they wait for no transaction either.
                "isolation.level": "read_uncommitted",
                "enable.partition.eof": True,
                # A fetch that waits for more would hold up whatever is asked next.
                "fetch.wait.max.ms": 10,
            }
        )
        try:
            return [record for role in roles for record in self._read(consumer, role)]
        finally:
            consumer.close()

    def _read(self, consumer: Consumer, role: str) -> Iterable[dict[str, Any]]:
        ends: dict[int, int] = {}
        for partition in range(self.partitions):
            place = TopicPartition(self.topic(role), partition)
            first, end = consumer.get_watermark_offsets(place, timeout=20)
            if end > first:
                ends[partition] = end
        consumer.assign([TopicPartition(self.topic(role), partition, 0) for partition in ends])
        deadline = time.monotonic() + 30
        while ends and time.monotonic() < deadline:
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                # A partition may end with markers of transactions, which nobody is shown.
                if message.error().code() == KafkaError._PARTITION_EOF:
                    ends.pop(message.partition(), None)
                continue
            yield _record(role, message)
            if message.offset() + 1 >= ends.get(message.partition(), 0):
                ends.pop(message.partition(), None)

    def work(self) -> list[dict[str, Any]]:
        """The values of every record for agent tools so far."""
        return [record["value"] for record in self.read(*(f"work.{pool}" for pool in POOLS))]

    def replies(self) -> list[dict[str, Any]]:
        return [record["value"] for record in self.read("replies")]

    def reply_to(self, message_id: str, author: str) -> dict[str, Any] | None:
        """What this kind of author sent in reply to a message."""
        return next(
            (r for r in self.replies() if (r["in_reply_to"], r["author"]["kind"]) == (message_id, author)),
            None,
        )

    def work_with(self, message_id: str, kind: str = "queued") -> dict[str, Any] | None:
        """The record of this type whose work a message is part of."""
        return next((w for w in self.work() if w["type"] == kind and message_id in w["message_ids"]), None)

    def eventually(self, check: Callable[[], object], what: str, within: float = 30) -> Any:
        """The first true value of `check()`, polled; `TimeoutError` names `what`."""
        found: list[Any] = []

        def once() -> bool:
            value = check()
            if value:
                found.append(value)
            return bool(value)

        wait_until(once, within, what, every=0.2)
        return found[0]


def _record(role: str, message: Any) -> dict[str, Any]:
    raw = message.value()
    try:
        value = json.loads(raw) if raw is not None and role != "inbound" else None
    except ValueError:
        value = None
    return {
        "role": role,
        "ref": f"{message.partition()}:{message.offset()}",
        "at": message.timestamp()[1],
        "key": message.key(),
        "headers": dict(message.headers() or []),
        "raw": raw,
        "value": value,
    }
