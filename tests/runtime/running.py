"""The tiny service as a process, on topics of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
)
from confluent_kafka.cimpl import NewTopic

from tests.kit.house import House

WITHIN = 90.0
"""Seconds that even a machine with too much to do needs not exceed."""
ROLES = ("inbound", "agents", "replies")
NOTHING: Mapping[str, Any] = MappingProxyType({})


class TinyHouse(House):
    """A house in which nobody lives but tiny services; `counts` are the partitions of topics that differ,
    0 for one that is missing; `settings` are of the replies topic."""

    def __init__(
        self,
        kafka: str,
        partitions: int = 2,
        counts: Mapping[str, int] = NOTHING,
        settings: Mapping[str, str] = NOTHING,
        environment: Mapping[str, str] = NOTHING,
    ) -> None:
        self._counts, self._settings = counts, settings
        super().__init__(kafka, "", partitions, **environment)

    def _make_topics(self) -> None:
        counts = {role: self._counts.get(role, self.partitions) for role in ROLES}
        wanted = [
            NewTopic(self.topic(role), count, 1, config=self._config(role))
            for role, count in counts.items()
            if count
        ]
        admin = self.admin
        for made in admin.create_topics(wanted).values():
            made.result(30)

    def _config(self, role: str) -> dict[str, str]:
        return {"max.message.bytes": "8388608", **(self._settings if role == "replies" else {})}

    @property
    def admin(self) -> AdminClient:
        return AdminClient({"bootstrap.servers": self.kafka})

    @property
    def group(self) -> str:
        return f"{self.namespace}.tiny"

    def launch(self, name: str = "tiny", as_: str | None = None, **environment: str) -> None:
        """As `House.launch`, with a port of the service's own choice and a new log."""
        label = as_ or name
        self.ports[label] = 0
        with (self.home / f"{label}.log").open("wb") as log:
            self.processes[label] = subprocess.Popen(
                [sys.executable, "-m", "tests.runtime.tiny"],
                env=self._env(label) | self._environment | environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    def start(self, *labels: str, **environment: str) -> None:
        """Start tiny services under these names (one named `tiny` if none is given) and wait for them."""
        for label in labels or ("tiny",):
            self.launch(as_=label, **environment)
        self.wait_ready(*(labels or ("tiny",)), within=WITHIN)

    def status(self, label: str) -> dict[str, Any]:
        started = [event for event in self.events(label) if event["event"] == "starting"]
        self.ports[label] = started[-1]["http"] if started else 0
        return super().status(label)

    def eventually(self, check: Callable[[], object], what: str, within: float = WITHIN) -> Any:
        return super().eventually(check, what, within)

    def order(self, do: str, partition: int = 0, **more: Any) -> int:
        """Tell the service that has this partition to do something; returns the order's offset."""
        return self.publish({"do": do, **more}, "order", partition=partition)[1]

    def say_all(self, *values: str, partition: int = 0) -> None:
        for value in values:
            self.publish(value.encode(), "key", partition=partition)

    def ended(self, label: str = "tiny", within: float = WITHIN) -> int:
        """The exit code of a process that ends by itself."""
        process = self.processes[label]
        try:
            return process.wait(within)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"{label} has not ended within {within:g} s:\n{self.log(label)}") from None

    def events(self, label: str = "tiny") -> list[dict[str, Any]]:
        """What was logged; a line that is no JSON object appears as `{"event": "not JSON"}`."""
        return [_event(line) for line in self.log(label).splitlines()]

    def last_word(self, label: str = "tiny") -> dict[str, Any]:
        return self.events(label)[-1]

    def said(self, event: str, label: str = "tiny") -> bool:
        return any(logged["event"] == event for logged in self.events(label))

    def repeated(self, partition: int | None = None) -> list[bytes]:
        """Values in the replies topic, in order within each partition."""
        return [
            record["raw"]
            for record in self.read("replies")
            if partition is None or record["ref"].startswith(f"{partition}:")
        ]

    def allow(self, setting: str, value: str) -> None:
        """Change a setting of the replies topic."""
        entry = ConfigEntry(setting, value, incremental_operation=AlterConfigOpType.SET)
        topic = ConfigResource(ConfigResource.Type.TOPIC, self.topic("replies"), incremental_configs=[entry])
        admin = self.admin
        admin.incremental_alter_configs([topic])[topic].result(20)

    def committed(self, role: str = "inbound", partition: int = 0) -> int:
        """The group's position; negative when nothing was committed."""
        consumer = Consumer({"bootstrap.servers": self.kafka, "group.id": self.group})
        try:
            (found,) = consumer.committed([TopicPartition(self.topic(role), partition)], timeout=20)
            return int(found.offset)
        finally:
            consumer.close()


def _event(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"event": "not JSON", "line": line}
