"""Agents' tools on a real broker, through a foreign client: they announce, accept, answer and close."""

from __future__ import annotations

import json
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from confluent_kafka import Consumer, Producer, TopicPartition

from tests.kit.house import House
from tests.kit.outside import POOLS

HEARTBEAT = 2.0


@dataclass
class Held:
    """A work that an agent has in hand."""

    token: int
    close_at: float
    replied: bool = False


@dataclass
class Person:
    """One agent: declines now and then, answers after a while."""

    name: str
    held: dict[str, Held] = field(default_factory=dict)
    closed: int = 0


class Tools:
    """The tools of some agents in one thread. What is refused or lost is forgotten; what is unanswered is
    said again with the same id."""

    def __init__(self, house: House, names: list[str], pools: list[str], seed: int) -> None:
        self.people = {name: Person(name) for name in names}
        self.refused: dict[str, int] = {}
        self.stopping = threading.Event()
        self._house, self._pools, self._random = house, pools, random.Random(seed)
        self._announced = 0.0
        self._pending: dict[str, tuple[float, str, dict[str, Any]]] = {}
        self._producer = Producer({"bootstrap.servers": house.kafka, "enable.idempotence": True})
        self._consumer = Consumer({"bootstrap.servers": house.kafka, "group.id": "unused"})
        partitions = range(house.partitions)
        topics = [house.topic(f"work.{pool}") for pool in POOLS]
        self._consumer.assign([TopicPartition(topic, p, 0) for topic in topics for p in partitions])
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self._thread.join()
        self._consumer.close()

    def _run(self) -> None:
        while not self.stopping.is_set():
            for message in self._consumer.consume(200, 0.05):
                if message.error() is None:
                    self._hear(json.loads(message.value() or b"{}"))
            now = time.monotonic()
            if now - self._announced > HEARTBEAT:
                self._announced = now
                for name in self.people:
                    self._send("presence", name, status="available", pools=self._pools, back=True)
            self._work(now)
            self._say_again(now)
            self._producer.poll(0)
        self._producer.flush(10)

    def _hear(self, record: dict[str, Any]) -> None:
        person = self.people.get(record.get("agent_id") or "")
        if person is None:
            return
        work, command = record["work_id"], record.get("command_id")
        self._pending.pop(command or "", None)
        match record["type"]:
            case "offer":
                declines = self._random.random() < 0.05
                self._ask("decline" if declines else "accept", person.name, work_id=work)
            case "assigned" if record["token"] is not None:
                close_at = time.monotonic() + self._random.uniform(0.2, 2)
                person.held.setdefault(work, Held(record["token"], close_at)).token = record["token"]
            case "refused":
                code = record["reason"]["code"]
                self.refused[code] = self.refused.get(code, 0) + 1
                if code in ("not_holder", "unknown_work", "work_closed", "stale_token", "offer_over"):
                    person.held.pop(work, None)
            case "released" | "rescinded" | "transferred":
                person.held.pop(work, None)
            case "closed":
                person.closed += person.held.pop(work, None) is not None

    def _work(self, now: float) -> None:
        for person in self.people.values():
            for work, held in person.held.items():
                if now < held.close_at:
                    continue
                proof = {"work_id": work, "token": held.token}
                if not held.replied:
                    held.replied, held.close_at = True, now + self._random.uniform(0.2, 2)
                    self._ask("reply", person.name, text="Bonjour, c'est réglé.", **proof)
                else:
                    held.close_at = now + 30
                    said = {"disposition": "solved", "solved": True}
                    self._ask("close", person.name, **proof, **said)

    def _ask(self, kind: str, agent: str, **fields: Any) -> None:
        command = uuid4().hex
        self._pending[command] = (time.monotonic() + 8, kind, {"agent": agent, **fields})
        self._send(kind, agent, command, **fields)

    def _say_again(self, now: float) -> None:
        for command, (at, kind, fields) in list(self._pending.items()):
            if now < at:
                continue
            self._pending[command] = (now + 8, kind, fields)
            more = {name: value for name, value in fields.items() if name != "agent"}
            self._send(kind, fields["agent"], command, **more)
            if kind in ("decline", "reply"):
                self._pending.pop(command)

    def _send(self, kind: str, agent: str, command: str = "", **fields: Any) -> None:
        value = {"type": kind, "id": command or uuid4().hex, "agent_id": agent, **fields}
        partition = self._house.home_of(agent)
        self._producer.produce(self._house.topic("agents"), json.dumps(value).encode(), agent, partition)
