"""A service of no use but to tests: it repeats what it reads, and does what a record tells it to.

    python -m tests.runtime.tiny

It is built and run as every service is. A record whose value is a JSON object with `do` is an order (see
`Repeater._obey`); all are repeated to the replies topic, on the partition they came from. Its environment:
`TINY_RESTORE` (`fail`, or a path to wait for while restoring), `TINY_DEAF=1` (orders are only repeated).
"""

import asyncio
import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pydantic

from shared.contracts.record import Record
from shared.contracts.topics import AGENTS, INBOUND, REPLIES, Topic
from shared.runtime import logs
from shared.runtime.sender import Out
from shared.runtime.service import Card, Service, run
from shared.runtime.settings import ServiceSettings
from tests.runtime.mutter import CANARY, mutter

CARD = Card("tiny", reads=(INBOUND, AGENTS), writes=(REPLIES.role,))
RESTORE = os.environ.get("TINY_RESTORE", "")
DEAF = os.environ.get("TINY_DEAF") == "1"


class Refused(pydantic.BaseModel):
    """Nothing that a text is valid for."""

    number: int


class Repeater:
    """One partition; keeps what it has read until it is written."""

    def __init__(self, partition: int, service: Service) -> None:
        self._partition = partition
        self._service = service
        self._read: list[Record] = []
        self._next: dict[Topic, int] = {}
        self._breaks_on_positions = False

    async def restore(self, committed: Mapping[Topic, int]) -> Mapping[Topic, int]:
        if RESTORE == "fail":
            raise ValueError(CANARY)
        if RESTORE:
            await _exists(RESTORE)
        self._next = dict(committed)
        return committed

    def receive(self, topic: Topic, records: Sequence[Record], now: float) -> None:
        self._read += records
        self._next[topic] = records[-1].offset + 1

    async def act(self, now: float) -> list[Out]:
        records, self._read = self._read, []
        return [out for record in records for out in await self._repeat(record)]

    def holds(self) -> int:
        return 0

    def positions(self) -> Mapping[Topic, int]:
        if self._breaks_on_positions:
            raise ValueError(CANARY)
        return self._next

    async def _repeat(self, record: Record) -> list[Out]:
        order = _order(record.value)
        if order.get("do") == "write":
            values: list[bytes | None] = [bytes([n % 256]) * size for n, size in enumerate(order["sizes"])]
        else:
            await self._obey(order)
            values = [record.value]
        return [Out(REPLIES, self._partition, record.key, value) for value in values]

    async def _obey(self, order: Mapping[str, Any]) -> None:
        match order.get("do"):
            case "raise":
                raise ValueError(CANARY)
            case "validate":
                Refused.model_validate({"number": CANARY})
            case "block":
                logs.get("tiny").info("blocking")
                time.sleep(60)
            case "hold":
                logs.get("tiny").info("holding")
                await _exists(order["until"])
            case "stop reading":
                # As aiokafka does by itself after some restarts of a broker.
                self._service._consumer()._fetcher._fetch_task.cancel()
            case "break on positions":
                self._breaks_on_positions = True
            case "mutter":
                await mutter()


def _order(value: bytes | None) -> Mapping[str, Any]:
    try:
        found = json.loads(value or b"")
    except ValueError:
        return {}
    return found if isinstance(found, dict) and not DEAF else {}


async def _exists(path: str) -> None:
    while not Path(path).exists():
        await asyncio.sleep(0.02)


def build(settings: ServiceSettings) -> Service:
    service: Service
    service = Service(CARD, settings, lambda partition, _: Repeater(partition, service))
    return service


if __name__ == "__main__":
    run(build, ServiceSettings, CARD.name)
