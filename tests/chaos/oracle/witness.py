"""Watches the topics of a house, and what its services commit, from beginning to end."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from typing import Any, Self

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]

from tests.chaos.oracle.evidence import Record, Sample
from tests.chaos.oracle.following import QUIET, Following
from tests.chaos.oracle.schemas import read

ROLES = ("inbound", "intents", "sentiments", "ledger", "replies", "quarantine")
COMMITS = {
    "router": "inbound",
    "fallback": "inbound",
    "intent_classifier": "inbound",
    "sentiment_scorer": "inbound",
    "courier": "ledger",
}
"""Whose commits are looked at, and on which topic."""
ENDS = ("intents", "sentiments", "ledger", "replies")
EVERY = 0.1


class Witness:
    """`with Witness(address, namespace, partitions) as witness: …; witness.records()`."""

    def __init__(self, kafka: str, namespace: str, partitions: int) -> None:
        self._client: dict[str, Any] = {"bootstrap.servers": kafka, **QUIET}
        self._namespace, self._partitions = namespace, partitions
        self._raw: dict[str, dict[int, list[tuple[int, float, Any]]]] = defaultdict(lambda: defaultdict(list))
        self._read: dict[str, dict[int, list[Record]]] = defaultdict(lambda: defaultdict(list))
        self._following: Following | None = None
        self.samples: list[Sample] = []
        self._reading = threading.Lock()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=target) for target in (self._watch, self._sample)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _topics(self) -> list[str]:
        """Every topic whose records are evidence; those of work as there are pools."""
        prefix = f"{self._namespace}."
        found = AdminClient(self._client).list_topics(timeout=20).topics
        roles = [name.removeprefix(prefix) for name in found if name.startswith(prefix)]
        return [role for role in roles if role in ROLES or role.startswith("work.")]

    def _watch(self) -> None:
        places = [(self._topic(role), p) for role in self._topics() for p in range(self._partitions)]
        self._following = Following(self._client["bootstrap.servers"], places)
        while not self._stop.is_set():
            for message in self._following.more():
                role = message.topic().removeprefix(f"{self._namespace}.")
                self._raw[role][message.partition()].append((message.offset(), time.monotonic(), message))
        self._following.close()

    def _topic(self, role: str) -> str:
        return f"{self._namespace}.{role}"

    def _seen(self, role: str, partition: int) -> int:
        """Up to where it has been read."""
        return self._following.next.get((self._topic(role), partition), 0) if self._following else 0

    @property
    def trouble(self) -> list[str]:
        """What the client said that hindered the looking."""
        return self._following.trouble if self._following else []

    def _sample(self) -> None:
        readers = {
            service: Consumer({**self._client, "group.id": f"{self._namespace}.{service}"})
            for service in COMMITS
        }
        admin = AdminClient(self._client)
        while not self._stop.wait(EVERY):
            for service, reader in readers.items():
                try:
                    self.samples += self._look(service, reader, admin)
                except (KafkaException, TimeoutError):
                    continue  # Kafka is away: nothing can be seen, so nothing is said
        for reader in readers.values():
            reader.close()

    def _look(self, service: str, reader: Any, admin: Any) -> list[Sample]:
        role = COMMITS[service]
        places = [TopicPartition(f"{self._namespace}.{role}", p) for p in range(self._partitions)]
        committed = reader.committed(places, timeout=2)
        ends = self._ends(admin)
        now = time.monotonic()
        return [
            Sample(now, service, role, c.partition, c.offset, ends[c.partition])
            for c in committed
            if c.offset >= 0
        ]

    def _ends(self, admin: Any) -> dict[int, dict[str, int]]:
        places = {
            TopicPartition(f"{self._namespace}.{role}", p): role
            for role in ENDS
            for p in range(self._partitions)
        }
        asked = admin.list_offsets(dict.fromkeys(places, OffsetSpec.latest()), request_timeout=2)
        ends: dict[int, dict[str, int]] = defaultdict(dict)
        for place, future in asked.items():
            role = places[place]
            # Just after its start a broker may tell of an earlier end than before.
            end = max(future.result().offset, self._seen(role, place.partition))
            ends[place.partition][role] = end
        return ends

    def read_by_all(self, role: str) -> dict[int, int]:
        """By partition, up to where every service whose commits are looked at, and the witness, has read."""
        last: dict[tuple[str, int], int] = {}
        for sample in self.samples:
            if sample.role == role:
                last[sample.service, sample.partition] = sample.committed
        readers = [service for service, read in COMMITS.items() if read == role]
        return {
            p: min([self._seen(role, p), *(last.get((service, p), 0) for service in readers)])
            for p in range(self._partitions)
        }

    def caught_up(self) -> bool:
        """Whether everything that lies on the topics now has been seen."""
        return not self.behind()

    def behind(self) -> dict[str, str]:
        """What has not been seen yet: topic and partition, with the next offset and the end."""
        try:
            ends = self._ends(AdminClient(self._client))
        except KafkaException as error:
            return {"kafka": str(error)}
        return {
            f"{role} {p}": f"{self._seen(role, p)} of {end}"
            for p, found in ends.items()
            for role, end in found.items()
            if self._seen(role, p) < end
        }

    def records(self) -> dict[str, list[Record]]:
        """What was seen so far, by role, read by the published schemas."""
        with self._reading:
            for role, partitions in list(self._raw.items()):
                for partition, raw in list(partitions.items()):
                    known = self._read[role][partition]
                    known += [_record(role, *one) for one in raw[len(known) :]]
            return {role: [r for p in sorted(found) for r in found[p]] for role, found in self._read.items()}


def _record(role: str, offset: int, at: float, message: Any) -> Record:
    raw = message.value() or b""
    headers = tuple((name, value or b"") for name, value in message.headers() or ())
    value, stamp = read(role, message.value()), message.timestamp()[1]
    key = message.key() or b""
    return Record(role, message.partition(), offset, at, raw, value, headers, stamp, key)
