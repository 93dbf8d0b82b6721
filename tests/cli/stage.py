"""A stage for commands that look into topics: an embedded Kafka, and a hand that writes for the services."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from unittest.mock import patch
from uuid import uuid4

from confluent_kafka import Consumer, Producer, TopicPartition

from services.cli.main import run
from shared.contracts.enrichment import IntentReading, SentimentReading
from shared.contracts.inbound import read_inbound
from shared.contracts.ledger import Answered, Entry, Routed, encode
from shared.contracts.topics import all_topics
from shared.contracts.vocabulary import ReasonCode
from shared.runtime.admin import Admin
from tests.cli.command import environment
from tests.kit.process import wait_until

PARTITIONS = 4
POOLS = ("general", "fallback")
PATIENCE = 120
"""Seconds; a broker that starts again on a busy machine takes its time."""
Header = tuple[str, bytes]
CALM = SentimentReading(frustration=0.1, low=0.05, high=0.2)
DELIVERY = IntentReading((("delivery_time", 0.91), ("delivery_cost", 0.05)), in_scope=0.97, language="fr")
_silent = logging.getLogger("relais.tests.cli")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False
_silent.setLevel(logging.CRITICAL)


@contextmanager
def embedded_kafka(tmp: Path) -> Iterator[str]:
    """The address of an embedded Kafka of one's own."""
    port = tmp / "kafka.port"
    command = [sys.executable, "-m", "shared.runtime.embedded_kafka", str(port), str(PARTITIONS)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(port.exists, 30, "the embedded Kafka")
            yield port.read_text()
        finally:
            process.kill()


class Stage:
    """The topics of a house in which nobody works but the test."""

    def __init__(self, kafka: str, tmp: Path) -> None:
        self.kafka, self.namespace = kafka, f"t{uuid4().hex[:8]}"
        self._tmp = tmp
        self._producer = Producer({"bootstrap.servers": kafka, "enable.idempotence": True}, logger=_silent)
        Admin(kafka, self.namespace, all_topics(POOLS)).create(PARTITIONS)

    def relais(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command that is told of this house, in this process: it starts a hundred times faster."""
        out, err, code = io.StringIO(), io.StringIO(), 0
        told = {"RELAIS_KAFKA": self.kafka, "RELAIS_NAMESPACE": self.namespace, "COLUMNS": "160"}
        with (
            patch.dict(os.environ, environment(self._tmp) | told, clear=True),
            patch.object(sys, "argv", ["relais", *arguments]),
            patch.object(sys, "stdin", io.StringIO()),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                run()
            except SystemExit as ended:
                code = int(ended.code or 0)
        return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())

    def json(self, *arguments: str) -> Any:
        """What a command says to a program."""
        done = self.relais(*arguments, "--json")
        assert not done.stderr, done.stderr
        return json.loads(done.stdout)

    def write(
        self,
        role: str,
        partition: int,
        value: bytes | dict[str, Any] | None,
        key: bytes | None = None,
        headers: Sequence[Header] = (),
    ) -> str:
        """Write one record; returns where it lies, as `partition:offset`."""
        placed: list[str] = []

        def acknowledged(error: object, message: Any) -> None:
            assert error is None, error
            placed.append(f"{message.partition()}:{message.offset()}")

        body = json.dumps(value).encode() if isinstance(value, dict) else value
        topic = f"{self.namespace}.{role}"
        self._producer.produce(topic, body, key, partition, headers=list(headers), on_delivery=acknowledged)
        assert self._producer.flush(PATIENCE) == 0
        return placed[0]

    def inbound(self, partition: int, offset: int) -> Any:
        """The inbound record that lies there."""
        consumer = Consumer({"bootstrap.servers": self.kafka, "group.id": "unused"}, logger=_silent)
        consumer.assign([TopicPartition(f"{self.namespace}.inbound", partition, offset)])
        try:
            found = consumer.poll(PATIENCE)
            assert found is not None and not found.error()
            return found
        finally:
            consumer.close()

    def enter(self, entry: Entry, partition: int, by: str = "router/one") -> str:
        """Write an entry in the book."""
        return self.write("ledger", partition, encode(entry), headers=[("relais-by", by.encode())])


def routed(ref: str, message: bytes, route: Any = "bot", reason: ReasonCode = "automatic") -> Routed:
    """A router's entry about the inbound message with this value."""
    found = read_inbound(message, None, (), ref)
    return Routed(
        ref, found.conversation_id, route, "general", "normal", (reason,), found, DELIVERY, CALM, "policy-1"
    )


def answered(ref: str, conversation: str, text: str = "Deux jours.") -> Answered:
    """The bot's entry."""
    return Answered(ref, conversation, 0, text, "", "fr", "faq:delivery_time")


class Arrived:
    """An inbound record as a player sees it. `said` is empty when it is no JSON."""

    def __init__(self, message: Any) -> None:
        self.partition = message.partition()
        self.ref = f"{self.partition}:{message.offset()}"
        self.value: bytes = message.value()
        try:
            self.said: dict[str, Any] = json.loads(self.value)
        except ValueError:
            self.said = {}


class Player:
    """`with Player(stage, act):` calls `act(arrived)` for every inbound record, in a thread, as the services
    of a house would see it."""

    def __init__(self, stage: Stage, act: Callable[[Arrived], None]) -> None:
        self._stage, self._act = stage, act
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.failure: BaseException | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        assert self.failure is None, self.failure

    def _run(self) -> None:
        settings = {"bootstrap.servers": self._stage.kafka, "group.id": "unused", "fetch.wait.max.ms": 20}
        consumer = Consumer({**settings, "enable.auto.commit": False}, logger=_silent)
        topic = f"{self._stage.namespace}.inbound"
        consumer.assign([TopicPartition(topic, partition, 0) for partition in range(PARTITIONS)])
        try:
            while not self._stop.is_set():
                message = consumer.poll(0.1)
                if message is not None and not message.error():
                    self._act(Arrived(message))
        except BaseException as error:
            self.failure = error
        finally:
            consumer.close()
