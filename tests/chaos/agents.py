"""The tools of a few agents at work: they accept, answer, close, decline, and do what they should not."""

from __future__ import annotations

import json
import threading
import time
from random import Random
from typing import Any, Self
from uuid import uuid4

from confluent_kafka import Consumer, Producer, TopicPartition

from tests.kit.outside import POOLS, Outside

AGENTS = ("ana", "ben", "chloe")
HEARTBEAT = 1.0
Command = dict[str, Any]


def reaction(record: Command, rng: Random) -> list[Command]:
    """What tools do about a record of work. Some accept what was offered to another, or act with a token
    that is no longer theirs."""
    agent, work = record.get("agent_id"), record["work_id"]
    if record["type"] == "offer":
        if rng.random() < 0.1:
            return [_command("decline", agent, work)]
        both = [_command("accept", agent, work)]
        return both + [
            _command("accept", other, work) for other in AGENTS if other != agent and rng.random() < 0.2
        ]
    if record["type"] == "assigned" and record.get("token") is not None:
        return _turn(agent, work, record["token"], rng)
    return []


def _turn(agent: Any, work: str, token: int, rng: Random) -> list[Command]:
    """A reply; most works are closed then, some given back to the bot, and some are held on to."""
    said = _command("reply", agent, work, token=token, text=f"Voilà, {uuid4().hex}")
    if rng.random() < 0.15:
        return [said]
    to_bot = rng.random() < 0.4
    closed = _command(
        "close",
        agent,
        work,
        token=token,
        resolution="resolved",
        to_bot=to_bot,
        disposition="other",
        solved=True,
    )
    late = _command("reply", agent, work, token=token, text=f"Encore, {uuid4().hex}")
    return [said, closed, late] if rng.random() < 0.2 else [said, closed]


def _command(kind: str, agent: Any, work: str, **fields: Any) -> Command:
    return {"type": kind, "id": uuid4().hex, "agent_id": agent, "work_id": work, **fields}


class Agents:
    """A thread that plays all of them."""

    def __init__(self, outside: Outside, seed: object) -> None:
        self._outside, self._rng = outside, Random(f"agents {seed}")
        client = {
            "bootstrap.servers": outside.kafka,
            "log_level": 0,
            "topic.metadata.refresh.interval.ms": 2000,
        }
        self._producer = Producer({**client, "enable.idempotence": True})
        self._consumer = Consumer({**client, "group.id": "unused", "enable.auto.commit": False})
        self._consumer.assign(
            [
                TopicPartition(outside.topic(f"work.{pool}"), p, 0)
                for pool in POOLS
                for p in range(outside.partitions)
            ]
        )
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="agents")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._consumer.close()

    def _run(self) -> None:
        announced = 0.0
        while not self._stop.is_set():
            if time.monotonic() - announced > HEARTBEAT:
                announced = time.monotonic()
                self._announce()
            for message in self._consumer.consume(200, 0.1):
                if message.error() is None:
                    for command in reaction(json.loads(message.value() or b"{}"), self._rng):
                        self._say(command)
            self._producer.poll(0)

    def _announce(self) -> None:
        fields = {"status": "available", "pools": list(POOLS), "languages": ["fr", "en"], "capacity": 300}
        for agent in AGENTS:
            self._say({"type": "presence", "id": uuid4().hex, "agent_id": agent, **fields})

    def _say(self, command: Command) -> None:
        agent = str(command["agent_id"])
        self._producer.produce(
            self._outside.topic("agents"),
            json.dumps(command).encode(),
            agent.encode(),
            self._outside.home_of(agent),
        )
