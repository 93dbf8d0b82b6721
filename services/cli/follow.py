"""What the commands that look into the topics share: reaching a house by its Kafka, and folding its book
with a verdict for every entry."""

import contextlib
import logging
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
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
WORK = work("").name
REF = re.compile(r"[0-9]{1,18}:[0-9]{1,18}")


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
