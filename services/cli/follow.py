"""What the commands that look into the topics share: reaching Kafka, reading on through its absences,
and folding the book with a verdict for every entry."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import NamedTuple, Self

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from services.cli.state import Contact
from shared.contracts.errors import UserMistake
from shared.contracts.ledger import Entry, HandedOver, Quarantined, Routed, TakenOver, decode
from shared.contracts.placement import Ref, parse_ref
from shared.contracts.record import Record
from shared.contracts.topics import INBOUND, Topic, work
from shared.ledger.book import Book
from shared.ledger.state import Verdict
from shared.runtime.log_reader import LogReader

ANSWER_WITHIN_MS = 10_000
SILENT = 10.0
"""A connection that brought nothing for this many seconds is made anew: it may have died unnoticed."""
PAUSE = 0.5
STOP_WITHIN = 5.0
WORK = work("").name


@dataclass(frozen=True, slots=True)
class House:
    """A running Relais as its topics show it. `topics` has the number of partitions of each."""

    kafka: str
    namespace: str
    topics: Mapping[str, int]

    @property
    def partitions(self) -> int:
        """How many partitions a message may lie on."""
        return self.topics[INBOUND.name(self.namespace)]

    @property
    def work_topics(self) -> list[Topic]:
        """The topics on which agent tools find their work."""
        prefix = WORK(self.namespace)
        return [work(name.removeprefix(prefix)) for name in self.topics if name.startswith(prefix)]

    def places(self, topics: Iterable[Topic]) -> list[tuple[Topic, int]]:
        """Every partition of these topics."""
        return [(topic, p) for topic in topics for p in range(self.topics[topic.name(self.namespace)])]


async def reach(where: Contact, *needs: Topic) -> House:
    """The house there. Raises `UserMistake` when Kafka does not answer or a topic it `needs` is missing."""
    kafka, namespace = where.kafka, where.namespace
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka, request_timeout_ms=ANSWER_WITHIN_MS)
    try:
        await admin.start()
        names = [name for name in await admin.list_topics() if name.startswith(f"{namespace}.")]
        described = await admin.describe_topics(names) if names else []
    except (KafkaError, OSError, ValueError) as error:
        raise UserMistake(f"Kafka does not answer at {kafka}: is it running there?") from error
    finally:
        with contextlib.suppress(Exception):
            await admin.close()
    topics = {topic["topic"]: len(topic["partitions"]) for topic in described}
    missing = [topic.name(namespace) for topic in needs if topic.name(namespace) not in topics]
    if missing:
        raise UserMistake(f"topics are missing at {kafka}: {', '.join(missing)}; run `relais topics create`")
    return House(kafka, namespace, topics)


@asynccontextmanager
async def opened(house: House) -> AsyncIterator[LogReader]:
    """A reader of the house's topics; Kafka going away meanwhile is one clear line."""
    try:
        async with LogReader(house.kafka, house.namespace) as reader:
            yield reader
    except KafkaError as error:
        raise UserMistake(f"Kafka went away at {house.kafka}: try again when it is back") from error


def ref(text: str) -> Ref:
    """A ref that somebody typed."""
    try:
        return parse_ref(text)
    except ValueError as error:
        raise UserMistake(f"{text!r}: {error}") from error


class Folded(NamedTuple):
    """A ledger record, what it says and what the book makes of it. `entry` is `None` when it is none."""

    record: Record
    entry: Entry | None
    verdict: Verdict


def fold(book: Book, record: Record) -> Folded:
    """Apply one ledger record and keep the verdict."""
    try:
        entry = decode(record.value or b"")
    except msgspec.DecodeError:
        book.offset = record.offset + 1
        return Folded(record, None, Verdict(inert="unreadable"))
    return Folded(record, entry, book.apply(entry, record.offset, record.timestamp))


def reasons(entry: Entry) -> tuple[str, ...]:
    """The codes with which an entry says why, weightiest first."""
    match entry:
        case Routed():
            return entry.reasons
        case HandedOver() | Quarantined():
            return (entry.reason,)
        case TakenOver():
            return ("taken_over",)
        case _:
            return ()


class Tail:
    """Reads partitions on from given positions, as an async context manager, whatever becomes of the broker.

    Invariant: every record from the positions on is handed out exactly once, in its partition's order.
    """

    def __init__(self, house: House, positions: Mapping[tuple[Topic, int], int]) -> None:
        self._servers = house.kafka
        self._at = {
            TopicPartition(topic.name(house.namespace), partition): offset
            for (topic, partition), offset in positions.items()
        }
        self._consumer: AIOKafkaConsumer | None = None
        self._heard = time.monotonic()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._drop()

    async def more(self, within: float = 0.2) -> list[Record]:
        """What has come, after `within` seconds at most; empty when nothing has or nobody answers."""
        try:
            consumer = self._consumer or await self._connect()
            found = await consumer.getmany(timeout_ms=int(within * 1000), max_records=5000)
        except (KafkaError, OSError):
            await self._drop()
            await asyncio.sleep(PAUSE)
            return []
        for place, records in found.items():
            self._at[place] = records[-1].offset + 1
        if found:
            self._heard = time.monotonic()
        elif time.monotonic() - self._heard > SILENT:
            await self._drop()
        return [record for records in found.values() for record in records]

    async def _connect(self) -> AIOKafkaConsumer:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._servers,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=100,
            request_timeout_ms=ANSWER_WITHIN_MS,
        )
        self._consumer, self._heard = consumer, time.monotonic()
        await consumer.start()
        consumer.assign(list(self._at))
        for place, offset in self._at.items():
            consumer.seek(place, offset)
        return consumer

    async def _drop(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            # While the broker is away `stop` can end in the cancellation of one of its own tasks, so it
            # gets a task to itself and nobody awaits what becomes of it.
            await asyncio.wait({asyncio.create_task(consumer.stop())}, timeout=STOP_WITHIN)
