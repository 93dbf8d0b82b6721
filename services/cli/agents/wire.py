"""The tool's end of Kafka: the records of every pool, and commands. No group, no state: who starts again
reads again."""

import asyncio
import contextlib
import json
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from pydantic import TypeAdapter, ValidationError

from services.cli.follow import House, opened, reach
from services.cli.state import Contact
from services.cli.tail import Tail
from shared.contracts.agents import MAX_COMMAND_BYTES
from shared.contracts.errors import UserMistake
from shared.contracts.outward import WorkRecord
from shared.contracts.record import Record
from shared.contracts.topics import AGENTS, Topic

STOP_WITHIN = 5.0
Places = dict[tuple[Topic, int], int]
_READER: TypeAdapter[WorkRecord] = TypeAdapter(WorkRecord)


def read(value: bytes | None) -> WorkRecord | None:
    """The record in a value; `None` when it is none (then a newer Relais wrote it, or somebody else)."""
    try:
        return _READER.validate_json(value or b"")
    except ValidationError:
        return None


def command(kind: str, agent: str, **fields: Any) -> dict[str, Any]:
    """A command with an id of its own. What is `None` is left out."""
    given = {name: value for name, value in fields.items() if value is not None}
    return {"type": kind, "id": uuid4().hex, "agent_id": agent, **given}


class Wire:
    """An async context manager. `ends` says where each partition stood when it was opened."""

    def __init__(self, house: House, places: Places, ends: Places) -> None:
        self.pools = tuple(topic.role.partition(".")[2] for topic in house.work_topics)
        self._house, self._ends, self._at = house, ends, dict(places)
        self._tail = Tail(house, places)
        self.failed: list[dict[str, Any]] = []
        """Commands that Kafka did not take after all: to be sent again as they are."""
        self._producer = AIOKafkaProducer(
            bootstrap_servers=house.kafka,
            client_id="relais-agent",
            acks="all",
            enable_idempotence=True,
            linger_ms=2,
        )

    @classmethod
    async def to(cls, where: Contact, from_now: bool = False) -> Self:
        """A wire to the house there, that reads all that is left, or only what comes `from_now` on."""
        house = await reach(where, AGENTS)
        if not house.work_topics:
            raise UserMistake(f"no topic of any pool is at {where.kafka}: run `relais topics create`")
        async with opened(house) as reader:
            places = house.places(house.work_topics)
            bounds = [await reader.bounds(*place) for place in places]
        ends = {place: end for place, (_, end) in zip(places, bounds, strict=True)}
        starts = {place: start for place, (start, _) in zip(places, bounds, strict=True)}
        return cls(house, ends if from_now else starts, ends)

    async def __aenter__(self) -> Self:
        try:
            await self._producer.start()
        except KafkaError as error:
            raise UserMistake(
                f"Kafka does not answer at {self._house.kafka}: is it running there?"
            ) from error
        await self._tail.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._tail.__aexit__(kind, error, trace)
        with contextlib.suppress(TimeoutError, KafkaError):
            await asyncio.wait_for(self._producer.stop(), STOP_WITHIN)

    @property
    def caught_up(self) -> bool:
        """Whether all that was there when the wire was opened has been read."""
        return all(self._at[place] >= end for place, end in self._ends.items())

    async def more(self, within: float = 0.2) -> list[WorkRecord | None]:
        """What has come, after `within` seconds at most; `None` stands for what is no record."""
        found = await self._tail.more(within)
        self._note(found)
        return [read(record.value) for record in found]

    def _note(self, found: Iterable[Record]) -> None:
        topics = {topic.name(self._house.namespace): topic for topic, _ in self._at}
        for record in found:
            self._at[topics[record.topic], record.partition] = record.offset + 1

    async def send(self, command: dict[str, Any]) -> None:
        """Write a command; what Kafka does not take is among the `failed` ones later. Raises `UserMistake`
        when it is larger than Relais reads."""
        value = json.dumps(command, ensure_ascii=False).encode("utf-8", "replace")
        if len(value) > MAX_COMMAND_BYTES:
            raise UserMistake(f"that is too long: a command has {MAX_COMMAND_BYTES:,} bytes at most")
        topic = AGENTS.name(self._house.namespace)
        try:
            sent = await self._producer.send(topic, value, key=command["agent_id"].encode())
        except KafkaError:
            self.failed.append(command)
        else:
            sent.add_done_callback(lambda done: self._done(command, done))

    def _done(self, command: dict[str, Any], sent: asyncio.Future[Any]) -> None:
        if not sent.cancelled() and sent.exception() is not None:
            self.failed.append(command)
