"""A whole house under test: its topics, its services as processes, and the view from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from tests.kit.process import free_port, scratch, wait_until

SERVICES = (
    "intent_classifier",
    "sentiment_scorer",
    "router",
    "bot",
    "fallback",
    "dispatcher",
    "courier",
)
POOLS = ("general", "billing", "technical", "fallback")
ROLES = ("inbound", "intents", "sentiments", "ledger", "conversations", "replies", "agents", "quarantine")


class House:
    """`with House(kafka.address, redis.url) as house: house.start(); house.publish(...)`.

    Every house has a namespace of its own, so that many can share a broker. It looks at topics with a
    client of another family (librdkafka) than the services use.
    """

    def __init__(self, kafka: str, redis: str, partitions: int = 4, **environment: str) -> None:
        self.namespace = f"t{uuid4().hex[:8]}"
        self.kafka, self.redis, self.partitions = kafka, redis, partitions
        self.home = scratch()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.ports: dict[str, int] = {}
        self._environment = environment
        self._producer = Producer(
            {"bootstrap.servers": kafka, "enable.idempotence": True, "message.max.bytes": 2_000_000}
        )
        self._create_topics()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGCONT)
            process.kill()
        for process in self.processes.values():
            process.wait()

    def topic(self, role: str) -> str:
        return f"{self.namespace}.{role}"

    def _create_topics(self) -> None:
        roles = [*ROLES, *(f"work.{pool}" for pool in POOLS)]
        admin = AdminClient({"bootstrap.servers": self.kafka})
        config = {"max.message.bytes": "8388608"}
        made = admin.create_topics(
            [NewTopic(self.topic(role), self.partitions, 1, config=config) for role in roles]
        )
        for future in made.values():
            future.result(30)

    # -- services --------------------------------------------------------------------------------

    def start(self, *services: str, **environment: str) -> None:
        """Start these services (all seven if none is named) and wait until they are ready."""
        for name in services or SERVICES:
            self.launch(name, **environment)
        self.wait_ready(*(services or SERVICES))

    def launch(self, name: str, as_: str | None = None, **environment: str) -> None:
        """Start one service, under another name in `processes` if there are to be two of a kind."""
        label = as_ or name
        self.ports[label] = free_port()
        with (self.home / f"{label}.log").open("ab") as log:
            self.processes[label] = subprocess.Popen(
                [sys.executable, "-m", f"services.{name}"],
                env=self._env(label) | self._environment | environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    def _env(self, label: str) -> dict[str, str]:
        return {
            **os.environ,
            "RELAIS_KAFKA": self.kafka,
            "RELAIS_REDIS": self.redis,
            "RELAIS_NAMESPACE": self.namespace,
            "RELAIS_INSTANCE": f"{label}-1",
            "RELAIS_HTTP_PORT": str(self.ports[label]),
        }

    def kill(self, *labels: str) -> None:
        for label in labels:
            self.processes[label].kill()
            self.processes[label].wait()

    def restart(self, *names: str) -> None:
        """Start services again that were killed; does not wait."""
        for name in names:
            self.launch(name)

    def status(self, label: str) -> dict[str, Any]:
        """The service's own status; empty when it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[label]}/status", timeout=2) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except OSError:
            return {}

    def wait_ready(self, *labels: str, within: float = 60) -> None:
        for label in labels:
            wait_until(lambda label=label: self.status(label).get("ready"), within, f"{label} is ready")  # type: ignore[misc]

    def accounts(self) -> dict[str, Any]:
        found: dict[str, Any] = self.status("fallback").get("accounts", {})
        return found

    def log(self, label: str) -> str:
        return (self.home / f"{label}.log").read_text(errors="replace")

    def logs(self) -> str:
        return "".join(path.read_text(errors="replace") for path in sorted(self.home.glob("*.log")))

    # -- the view from outside -------------------------------------------------------------------

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
        from shared.contracts.placement import home

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

    def settled(self, count: int, within: float = 60) -> dict[str, Any]:
        """The accounts once `count` messages were accepted and every one of them is settled."""

        def done() -> bool:
            kept = self.accounts()
            return kept.get("accepted", 0) >= count and kept["unsettled"] == 0

        wait_until(done, within, f"{count} messages settled, {self.accounts()}", every=0.2)
        return self.accounts()


def _record(role: str, message: Any) -> dict[str, Any]:
    raw = message.value()
    try:
        value = json.loads(raw) if raw is not None and role != "inbound" else None
    except ValueError:
        value = None
    return {
        "role": role,
        "ref": f"{message.partition()}:{message.offset()}",
        "key": message.key(),
        "headers": dict(message.headers() or []),
        "raw": raw,
        "value": value,
    }
