"""Faults of the servers, of the network, and of what lies in the book."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random
from typing import Any

from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from redis import Redis, RedisError

from tests.chaos.faults.proxy import FAIR, Weather
from tests.chaos.faults.schedule import Planned
from tests.chaos.house import PairHouse
from tests.chaos.oracle.evidence import Json
from tests.chaos.oracle.witness import Witness

ECHOED = 40
WEATHER = {
    "latency": lambda _: Weather(latency=0.2, jitter=0.1),
    "cut": lambda detail: Weather(holds=("up", "down") if detail == "both" else (detail,)),
    "lost": lambda _: Weather(loses=("down",)),
    "narrow": lambda detail: Weather(rate=float(detail)),
    "resets": lambda _: Weather(resets=True),
}


class ServerFaults:
    """Each method is a fault: it begins when entered and ends when left."""

    def __init__(self, house: PairHouse, witness: Witness) -> None:
        self.house, self.servers, self._witness = house, house.servers, witness
        self.echoed = 0

    @contextmanager
    def weather(self, planned: Planned) -> Iterator[None]:
        self.servers.proxies.change(planned.target, WEATHER[planned.fault](planned.detail))
        try:
            yield
        finally:
            self.servers.proxies.change(planned.target, FAIR)

    latency = cut = lost = narrow = resets = weather

    @contextmanager
    def kafka_freeze(self, planned: Planned) -> Iterator[None]:
        self.servers.kafka.freeze()
        yield
        self.servers.kafka.thaw()

    @contextmanager
    def kafka_restart(self, planned: Planned) -> Iterator[None]:
        self.servers.kafka.stop()
        yield
        self.servers.kafka.start()

    @contextmanager
    def redis_kill(self, planned: Planned) -> Iterator[None]:
        self.servers.redis.kill()
        yield
        self.servers.redis.start()

    @contextmanager
    def redis_freeze(self, planned: Planned) -> Iterator[None]:
        self.servers.redis.freeze()
        yield
        self.servers.redis.thaw()

    @contextmanager
    def redis_flush(self, planned: Planned) -> Iterator[None]:
        self._redis("FLUSHALL")
        yield

    @contextmanager
    def redis_rollback(self, planned: Planned) -> Iterator[None]:
        """As after a failover to a replica that was behind."""
        with Redis.from_url(self.servers.redis_url, socket_timeout=5) as client:
            kept = [(key, client.dump(key), max(0, client.pttl(key))) for key in client.scan_iter(count=1000)]
        yield
        with suppress(RedisError), Redis.from_url(self.servers.redis_url, socket_timeout=5) as client:
            at_once = client.pipeline(transaction=True)
            at_once.flushall()
            for key, value, expires in kept:
                if value is not None:
                    at_once.restore(key, expires, value)
            at_once.execute()

    @contextmanager
    def redis_scripts(self, planned: Planned) -> Iterator[None]:
        self._redis("SCRIPT", "FLUSH")
        yield

    @contextmanager
    def redis_full(self, planned: Planned) -> Iterator[None]:
        self._redis("CONFIG", "SET", "maxmemory", "1")
        yield
        self._redis("CONFIG", "SET", "maxmemory", "0")

    def _redis(self, *command: str) -> None:
        with suppress(RedisError), Redis.from_url(self.servers.redis_url, socket_timeout=2) as client:
            client.execute_command(*command)

    @contextmanager
    def retention(self, planned: Planned) -> Iterator[None]:
        admin = AdminClient({"bootstrap.servers": self.house.kafka, "log_level": 0})
        topic = self.house.topic("inbound")
        places = [TopicPartition(topic, p, at) for p, at in self._witness.read_by_all("inbound").items()]
        if places:
            for future in admin.delete_records(places).values():
                future.result(10)
        yield

    @contextmanager
    def echo(self, planned: Planned) -> Iterator[None]:
        """What zombies and slow bots write: entries that were true once, and are not any more."""
        producer = Producer({"bootstrap.servers": self.house.kafka, "log_level": 0})
        rng = Random(f"echo {planned.at}")
        found = [r for r in self._witness.records().get("ledger", []) if r.value]
        for record in rng.sample(found[-400:], min(ECHOED, len(found[-400:]))):
            for entry in late(record.value or {}, rng):
                producer.produce(
                    self.house.topic("ledger"),
                    json.dumps(entry).encode(),
                    str(entry.get("conversation", "")).encode(),
                    record.partition,
                    headers=[("relais-by", b"a zombie")],
                )
                self.echoed += 1
        producer.flush(5)
        yield


def late(entry: Json, rng: Random) -> Iterator[Json]:
    """An entry again; a late answer to what was routed to anybody; a handing over for another page of the
    book; a work in the hands of somebody else."""
    yield entry
    common: dict[str, Any] = {"conversation": entry.get("conversation", "")}
    if entry["kind"] == "routed":
        said = {"text": "Trop tard.", "disclosure": "", "language": "fr", "source": "zombie"}
        yield {"kind": "answered", "ref": entry["ref"], "epoch": 0, **common, **said}
    if entry["kind"] == "assigned":
        yield {**entry, "agent": rng.choice(("ana", "ben", "chloe")), "command": f"{entry['command']}/again"}
    if entry["kind"] == "handed_over":
        yield {**entry, "epoch": entry["epoch"] + 1}
