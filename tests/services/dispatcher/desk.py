"""What stands at both ends of the human queue on a real broker: agents' tools, and a bot."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml
from confluent_kafka import Consumer, TopicPartition

from shared.runtime.settings import ROOT
from tests.kit.house import House
from tests.kit.outside import POOLS
from tests.kit.process import wait_until

Record = dict[str, Any]
HEARTBEAT = 1.0
DELAYS = "Quels sont vos délais de livraison ?"
PERSON = "Je veux parler à un conseiller"
PASSWORD = "J'ai oublié mon mot de passe"


class Bot(BaseHTTPRequestHandler):
    """Answers with the customer's own words, gives away what it is told to, and never comes back to
    conversations that are called slow."""

    release = threading.Event()

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if asked["conversation_id"].startswith("slow"):
            self.release.wait(60)
        given = asked["conversation_id"].startswith("give")
        answer = {"handover": True} if given else {"answer": f"Voici : {asked['message']['text']}"}
        body = json.dumps(answer).encode()
        with suppress(ConnectionError):
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Desk:
    """The tool of several agents: it announces them as long as they are here, and reads everything."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.here: dict[str, dict[str, Any]] = {}
        self.seen: list[Record] = []
        self._taken: set[int] = set()
        self._announced = 0.0
        self._consumer = Consumer(
            {"bootstrap.servers": house.kafka, "group.id": "unused", "enable.auto.commit": False}
        )
        roles = ("replies", *(f"work.{pool}" for pool in POOLS))
        self._consumer.assign(
            [TopicPartition(house.topic(role), p, 0) for role in roles for p in range(house.partitions)]
        )

    def arrive(self, *agents: str, **fields: Any) -> None:
        for agent in agents:
            self.here[agent] = {"status": "available", "pools": ["general"], "capacity": 10_000} | fields
        self._announced = 0.0
        self.read()

    def vanish(self, agent: str) -> None:
        """Its tool dies: nothing more is heard of it."""
        del self.here[agent]

    def leave(self) -> None:
        """Everybody goes home and leaves nothing for the next test."""
        for agent in self.here:
            self.house.command("presence", agent, status="offline")
        self.here.clear()

    def read(self) -> None:
        if time.monotonic() - self._announced > HEARTBEAT:
            self._announced = time.monotonic()
            for agent, fields in self.here.items():
                self.house.command("presence", agent, **fields)
        while messages := self._consumer.consume(500, 0.05):
            for message in messages:
                role = str(message.topic()).removeprefix(f"{self.house.namespace}.")
                value = json.loads(message.value() or b"{}")
                self.seen.append({**value, "role": role, "headers": message.headers()})

    def all(self, conversation: str, kind: str | None = None) -> list[Record]:
        """What was told of a conversation so far."""
        return [
            r
            for r in self.seen
            if r["conversation_id"] == conversation and r.get("type") == (kind or r.get("type"))
        ]

    def next(self, what: str, within: float = 20, **fields: Any) -> Record:
        """The first record with these fields that was not returned before."""
        found: list[int] = []

        def there() -> bool:
            self.read()
            found[:] = [
                place
                for place, record in enumerate(self.seen)
                if place not in self._taken and fields.items() <= record.items()
            ]
            return bool(found)

        wait_until(there, within, f"{what} {fields}")
        self._taken.add(found[0])
        return self.seen[found[0]]

    def told(self, kind: str, conversation: str, **fields: Any) -> Record:
        return self.next(kind, type=kind, conversation_id=conversation, **fields)

    def replied(self, conversation: str, author: str) -> Record:
        """What a bot, an agent or Relais itself said first in a conversation."""

        def there() -> bool:
            self.read()
            return bool(self.said(conversation, author))

        wait_until(there, 20, f"a reply of {author} in {conversation}")
        return self.said(conversation, author)[0]

    def said(self, conversation: str, author: str) -> list[Record]:
        """What has been said so far."""
        return [r for r in self.all(conversation) if r.get("author", {}).get("kind") == author]

    def accepted(self, conversation: str, agent: str) -> Record:
        """The `assigned` record of a work that is offered to this agent, who accepts."""
        offer = self.told("offer", conversation, agent_id=agent)
        self.house.command("accept", agent, work_id=offer["work_id"])
        return self.told("assigned", conversation, agent_id=agent)

    def wait_routed(self, conversation: str) -> str:
        """Return whom the book gave the first message of a conversation to, once it has."""
        key = conversation.encode()

        def routes() -> list[str]:
            self.read()
            about = (entry["value"] for entry in self.house.read("ledger") if entry["key"] == key)
            return [entry["route"] for entry in about if "route" in entry]

        route: str = self.house.eventually(routes, "it is routed")[0]
        return route

    def close(self) -> None:
        self._consumer.close()


@contextmanager
def http_bot() -> Iterator[str]:
    """The bot at work; yields its URL."""
    Bot.release.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bot)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        Bot.release.set()
        server.shutdown()


def fresh(kind: str = "c") -> str:
    """A name that no other test uses."""
    return f"{kind}-{uuid4().hex[:8]}"


def in_both_languages(record: Record) -> bool:
    reason = record["reason"]
    return bool(reason["fr"] and reason["en"] and reason["fr"] != reason["en"])


SERVICES = ("intent_classifier", "sentiment_scorer", "router", "bot", "courier", "dispatcher")
STALE, GRACE = 6, 1


@contextmanager
def human_queue(kafka: str, redis: str, folder: Path, stale: int = STALE) -> Iterator[House]:
    """A house with short times (a tool counts as lost after `stale` seconds), a bot of the test's own, and a
    pool that assigns by itself. Without the fallback: what the bot does not answer stays with it."""
    policy = yaml.safe_load((ROOT / "deploy" / "policy.yaml").read_text())
    policy["offers"] = {"life": {"blitz": 1}, "default_life": 60, "cooldown": 2, "missed_in_a_row": 20}
    policy["presence"] = {"stale_after": stale, "grace": GRACE}
    policy["capacity"] = {"ramp": {"start": 100}}
    policy["pools"]["technical"] = {"assignment": "external"}
    path = folder / "policy.yaml"
    path.write_text(yaml.safe_dump(policy))
    environment: dict[str, Any] = {
        "RELAIS_POLICY": str(path),
        "RELAIS_BOT_TIMEOUT": "60",
        "RELAIS_SWEEP_EVERY": "0.2",
        "RELAIS_SESSION_TIMEOUT": "2",
    }
    with http_bot() as url, House(kafka, redis, **environment) as house:
        house.start(*SERVICES, RELAIS_BOT_URL=url)
        yield house
