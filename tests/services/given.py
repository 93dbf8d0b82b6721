"""Short forms for the services' tests: readings, records as they lie on the broker, what was written."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, NamedTuple, Self

import orjson

from shared.contracts.enrichment import IntentReading, SentimentReading
from shared.contracts.inbound import Message
from shared.contracts.ledger import Entry, decode, encode
from shared.contracts.placement import home
from shared.contracts.topics import LEDGER, Topic
from shared.runtime.sender import Out

HERE = 3
"""The partition of every worker; `conversation_at_home()` lives there."""
PARTITIONS = 4


class Lying(NamedTuple):
    """A record as it lies on the broker."""

    offset: int
    value: bytes | None
    key: bytes | None = None
    headers: Sequence[tuple[str, bytes]] = ()
    timestamp: int = 0
    topic: str = ""
    partition: int = HERE


def message(text: str = "?", **fields: Any) -> Message:
    return Message(**{"id": "m1", "conversation_id": "c", "channel": "chat", "text": text} | fields)


def published(offset: int, conversation: str, text: str = "?", **fields: Any) -> Lying:
    """A well-formed message of a channel at an inbound offset."""
    body = {"id": f"m{offset}", "conversation_id": conversation, "channel": "chat", "text": text} | fields
    return Lying(offset, orjson.dumps(body), conversation.encode())


def written(*entries: Entry, start: int = 0) -> list[Lying]:
    """Entries as they lie in the book, from ledger offset `start` on, a second apart."""
    return [
        Lying(offset, encode(entry), timestamp=1000 * offset) for offset, entry in enumerate(entries, start)
    ]


def wants(intent: str = "delivery_time", chance: float = 0.95, **fields: Any) -> IntentReading:
    return IntentReading(**{"intents": ((intent, chance),), "language": "fr"} | fields)


def feels(frustration: float = 0.1, high: float = 0.3, **fields: Any) -> SentimentReading:
    return SentimentReading(frustration, 0.0, high, **fields)


def conversation_at_home(number: int = 0) -> str:
    """A conversation whose home is `HERE`."""
    names = (f"c{n}" for n in range(10_000))
    return [name for name in names if home(name, PARTITIONS) == HERE][number]


def entries(out: Iterable[Out]) -> list[Entry]:
    """The entries among what a worker writes."""
    return [decode(record.value or b"") for record in out if record.topic == LEDGER]


class Shelf:
    """Reads as `LogReader` does, from memory: put it in its place with `monkeypatch`."""

    def __init__(self, **logs: Sequence[Lying]) -> None:
        self._logs = logs
        self.opened = 0

    def __call__(self, *_: object) -> Self:
        return self

    async def __aenter__(self) -> Self:
        self.opened += 1
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def bounds(self, topic: Topic, partition: int) -> tuple[int, int]:
        log = self._logs.get(topic.role, ())
        return (log[0].offset, log[-1].offset + 1) if log else (0, 0)

    async def read(self, topic: Topic, partition: int, start: int, end: int) -> AsyncIterator[list[Lying]]:
        yield [record for record in self._logs.get(topic.role, ()) if start <= record.offset < end]
