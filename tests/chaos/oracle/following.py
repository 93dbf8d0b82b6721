"""Reading topics on, record by record, whatever becomes of the broker meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from confluent_kafka import Consumer, KafkaException, TopicPartition

QUIET = {
    "log_level": 0,
    "log.connection.close": False,
    "socket.connection.setup.timeout.ms": 2000,
    "reconnect.backoff.max.ms": 500,
    "topic.metadata.refresh.interval.ms": 2000,
}
"""A client that finds a broker again soon after it was away."""
STALE, LONG = 3.0, 10.0
"""Seconds without a record, and seconds in any case, after which every partition is taken up again where it
was left: a client can lose one when a broker goes away, and does not always find it again by itself."""
MOST, WITHIN = 1000, 0.1


class Following:
    """Of these topics and partitions, each from its first record on. One that comes again is passed over."""

    def __init__(self, kafka: str, places: Iterable[tuple[str, int]]) -> None:
        self._client = {
            "bootstrap.servers": kafka,
            **QUIET,
            "group.id": "unused",
            "enable.auto.commit": False,
            "fetch.wait.max.ms": 50,
            # A broker that has just come back may not know yet how far it was: never skip to the end.
            "auto.offset.reset": "error",
        }
        self.next = dict.fromkeys(places, 0)
        """The offset that is expected next, by topic and partition."""
        self.trouble: list[str] = []
        """What the client said that hindered the reading."""
        self._consumer: Any = None
        self._opened = self._heard = 0.0

    def more(self) -> list[Any]:
        """What has come; nothing after a tenth of a second."""
        now = time.monotonic()
        if self._consumer is None or now - self._heard > STALE or now - self._opened > LONG:
            self.close()
            self._opened = self._heard = now
            self._consumer = Consumer(self._client)
            self._consumer.assign([TopicPartition(*place, at) for place, at in self.next.items()])
        try:
            return [message for message in self._consumer.consume(MOST, WITHIN) if self._is_next(message)]
        except KafkaException as error:
            self.trouble.append(str(error))
            self._heard = 0.0
            return []

    def _is_next(self, message: Any) -> bool:
        if message.error() is not None:
            self.trouble.append(str(message.error()))
            self._heard = 0.0
            return False
        place = message.topic(), message.partition()
        self._heard = time.monotonic()
        if message.offset() != self.next[place]:
            return False
        self.next[place] += 1
        return True

    def close(self) -> None:
        """Let go of the client."""
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None
