"""The tools of a few agents at work: they accept, answer, close, decline, and do what they should not."""

from __future__ import annotations

import json
import threading
import time
from random import Random
from typing import Any, Self
from uuid import uuid4

from confluent_kafka import Producer

from tests.chaos.oracle.following import QUIET, Following
from tests.kit.outside import POOLS, Outside

AGENTS = ("ana", "ben", "chloe", "driss", "eve", "fred")
HEARTBEAT = 1.0
Command = dict[str, Any]


def reaction(record: Command, rng: Random) -> list[Command]:
    """What tools do about a record of work, or about a reply of the bot. Some accept what was offered to
    another, or act with a token that is no longer theirs."""
    if "type" not in record:
        meddles = record["author"]["kind"] == "bot" and rng.random() < 0.05
        conversation = record["conversation_id"]
        return [_command("take_over", rng.choice(AGENTS), conversation_id=conversation)] if meddles else []
    agent, work = record.get("agent_id"), record["work_id"]
    if record["type"] == "offer":
        if rng.random() < 0.1:
            return [_command("decline", agent, work_id=work)]
        both = [_command("accept", agent, work_id=work)]
        others = [other for other in AGENTS if other != agent and rng.random() < 0.2]
        return both + [_command("accept", other, work_id=work) for other in others]
    if record["type"] == "assigned" and record.get("token") is not None:
        return _turn(agent, {"work_id": work, "token": record["token"]}, rng)
    if record["type"] == "closed" and record.get("wrap_until"):
        return [_command("wrap_up", agent, work_id=work, disposition="other", solved=True)]
    return []


def _turn(agent: Any, held: Command, rng: Random) -> list[Command]:
    """A reply; most works are closed then, some given back to the bot or passed on, some held on to."""
    said = _command("reply", agent, **held, text=f"Voilà, {uuid4().hex}")
    chance = rng.random()
    if chance < 0.15:
        return [said, _command("hold", agent, **held, on=chance < 0.07)]
    if chance < 0.3:
        pool = rng.choice(POOLS)
        return [said, _command("transfer", agent, **held, pool=pool, note="À voir"), said]
    outcome: Command = {"disposition": "other", "solved": True} if chance < 0.7 else {}
    closed = _command("close", agent, **held, resolution="resolved", to_bot=rng.random() < 0.4, **outcome)
    late = _command("reply", agent, **held, text=f"Encore, {uuid4().hex}")
    return [said, closed, late] if rng.random() < 0.2 else [said, closed]


def _command(kind: str, agent: Any, **fields: Any) -> Command:
    return {"type": kind, "id": uuid4().hex, "agent_id": agent, **fields}


class Agents:
    """A thread that plays all of them."""

    def __init__(self, outside: Outside, seed: object) -> None:
        self._outside, self._rng = outside, Random(f"agents {seed}")
        self._producer = Producer({"bootstrap.servers": outside.kafka, **QUIET, "enable.idempotence": True})
        roles = ("replies", *(f"work.{pool}" for pool in POOLS))
        places = [(outside.topic(role), p) for role in roles for p in range(outside.partitions)]
        self._following = Following(outside.kafka, places)
        self.silent: set[str] = set()
        """Whose tools are dead: they announce nothing, hear nothing, say nothing."""
        self._held: dict[str, Command] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="agents")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._following.close()

    def _run(self) -> None:
        announced = 0.0
        while not self._stop.is_set():
            if time.monotonic() - announced > HEARTBEAT:
                announced = time.monotonic()
                self._announce()
            for message in self._following.more():
                self._hear(json.loads(message.value() or b"{}"))
            self._producer.poll(0)

    def _hear(self, record: Command) -> None:
        if record.get("agent_id") in self.silent:
            return
        if record.get("type") == "assigned" and record.get("token") is not None:
            self._held[record["agent_id"]] = {"work_id": record["work_id"], "token": record["token"]}
        for command in reaction(record, self._rng):
            self._say(command)

    def go_on(self, agent: str) -> None:
        """Act on the last work it took, which somebody else may have by now."""
        held = self._held.get(agent)
        if held is not None:
            self._say(_command("reply", agent, **held, text=f"Enfin, {uuid4().hex}"))
            self._say(_command("close", agent, **held))

    def _announce(self) -> None:
        fields: Command = {"status": "available", "pools": list(POOLS), "languages": ["fr", "en", "sl"]}
        fields |= {"capacity": 10_000, "back": True}
        for agent in set(AGENTS) - self.silent:
            self._say({"type": "presence", "id": uuid4().hex, "agent_id": agent, **fields})

    def _say(self, command: Command) -> None:
        agent = str(command["agent_id"])
        self._producer.produce(
            self._outside.topic("agents"),
            json.dumps(command).encode(),
            agent.encode(),
            self._outside.home_of(agent),
        )
