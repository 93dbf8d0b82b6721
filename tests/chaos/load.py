"""What comes in at the door: mostly ordinary messages, and everything else that channels send."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from random import Random
from typing import Any, NamedTuple, Self

from confluent_kafka import Producer

from tests.chaos.oracle.evidence import Door
from tests.kit.odd import CANARY
from tests.kit.outside import Outside
from tests.kit.traffic import TEXTS

CANARIES = ("Camille Canaribert", "4970 1012 3456 7890", "12 rue des Serins", CANARY)
"""A name, a card number and an address that must be found nowhere but in messages."""
FOR_THE_BOT = (TEXTS[0], TEXTS[1], "Quels moyens de paiement acceptez-vous ?", "I forgot my password")
GARBAGE = (
    b"",
    b"{",
    b"[1, 2]",
    b'{"id": "x", "text": 1e',
    b'{"id": 1}',
    b"\xff\xfe not json Camille Canaribert",
)


class Sent(NamedTuple):
    """A record for the door; `partition` when it is not to lie at its conversation's home; without a `key`
    that of its conversation."""

    conversation: str
    id: str
    value: bytes | None
    partition: int | None = None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


def message(talk: str, identifier: str, text: str) -> Sent:
    """An ordinary one."""
    body: dict[str, Any] = {"id": identifier, "conversation_id": talk, "channel": "chat", "text": text}
    body |= {"customer": {"id": talk, "name": CANARIES[0]}}
    return Sent(talk, identifier, json.dumps(body).encode())


def messages(seed: object, name: str, partitions: int, talks: int = 0) -> Iterator[Sent]:
    """Messages without end, the same for the same arguments: bursts in one conversation, messages sent twice,
    misplaced, damaged, and garbage. With `talks` no more conversations than that."""
    rng = Random(f"load {seed}")
    for number in count():
        talk = f"{name}-{number % talks if talks else number}"
        if rng.random() < 0.1:
            talk = f"{name}-hot"
        texts = TEXTS if rng.random() < 0.3 else FOR_THE_BOT
        for turn in range(rng.choice((1, 1, 2, 3))):
            yield from _some(rng, talk, f"{talk}/{number}/{turn}", rng.choice(texts), partitions)


def _some(rng: Random, talk: str, identifier: str, text: str, partitions: int) -> Iterator[Sent]:
    if rng.random() < 0.1:
        text = f"{text} {rng.choice(CANARIES)}"
    sent = message(talk, identifier, text)
    chance = rng.random()
    if chance < 0.03:
        yield Sent("", "", rng.choice((*GARBAGE, None)), rng.randrange(partitions))
    elif chance < 0.05:
        yield sent._replace(value=(sent.value or b"").replace(b'"channel"', b'"\xff": 1, "channel"'))
    elif chance < 0.09:
        yield sent._replace(partition=rng.randrange(partitions))
    elif chance < 0.13:
        yield from (sent, sent)
    else:
        yield sent


class Load:
    """Sends messages at a steady rate by a thread; `doors` are those that were acknowledged."""

    def __init__(self, outside: Outside, source: Iterator[Sent], rate: float) -> None:
        self._outside, self._source, self._pause = outside, source, 1 / rate
        self.doors: list[Door] = []
        self.refused = 0
        self._producer = Producer(
            {
                "bootstrap.servers": outside.kafka,
                "enable.idempotence": True,
                "linger.ms": 5,
                "message.max.bytes": 2_000_000,
                "log_level": 0,
                "topic.metadata.refresh.interval.ms": 2000,
            }
        )
        self._extra: deque[Sent] = deque()
        self._stop = threading.Event()
        self.paused = threading.Event()
        self._thread = threading.Thread(target=self._run, name="load")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Send no more, and wait for the last acknowledgement."""
        self._stop.set()
        self._thread.join()
        self._producer.flush(60)

    def also(self, sent: Sent) -> None:
        """Send this at once, whatever the rate."""
        self._extra.append(sent)

    def home_of(self, conversation: str) -> int:
        """The partition of a conversation."""
        return self._outside.home_of(conversation)

    def _run(self) -> None:
        while not self._stop.wait(self._pause):
            while self._extra:
                self._send(self._extra.popleft())
            if not self.paused.is_set():
                self._send(next(self._source))
            self._producer.poll(0)

    def _send(self, sent: Sent) -> None:
        partition = self._outside.home_of(sent.conversation) if sent.partition is None else sent.partition
        digest = sha256(sent.value or b"").hexdigest()

        def acknowledged(error: object, message: Any) -> None:
            if error is not None:
                self.refused += 1
                return
            ref = f"{message.partition()}:{message.offset()}"
            self.doors.append(Door(ref, sent.conversation, sent.id, digest, time.monotonic()))

        key = sent.key or sent.conversation.encode() or None
        self._producer.produce(
            self._outside.topic("inbound"),
            sent.value,
            key,
            partition,
            headers=list(sent.headers),
            on_delivery=acknowledged,
        )
