"""Snapshots of a book, so that a restart need not read the whole ledger. Values only.

A snapshot ("generation") is a run of chunks in the compacted topic `relais.conversations`. It
counts only when all its chunks are there, so a writer that dies half-way, or two that write at
once, leave noise and never a wrong book. Older generations are kept at doubling distances: a
reader whose committed position lies far back still finds one from before that position.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, pairwise, zip_longest
from typing import Any

import msgspec

from shared.ledger.book import Book
from shared.ledger.frontier import Frontier
from shared.ledger.state import Conversation

CHUNK_BYTES, CHUNK_NUMBERS = 500_000, 10_000
"""How much of the conversations, and how many offsets, one record holds."""


class Chunk(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of a snapshot. `offset` is the first ledger offset that is not in it."""

    generation: str
    offset: int
    index: int
    count: int
    frontier: int = 0
    above: tuple[int, ...] = ()
    gaps: tuple[tuple[int, int], ...] = ()
    moving: dict[str, int] = {}
    counts: dict[str, int] = {}
    at: int = 0
    conversations: dict[str, msgspec.Raw] = {}
    waits: tuple[tuple[str, int, int], ...] = ()
    """Pool, since when, until when; of each pool the oldest first."""


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Chunk)
_CONVERSATION = msgspec.json.Decoder(Conversation)
_KEY = re.compile(r"(\d{1,18}-.*)/(\d{1,9})", re.ASCII | re.DOTALL)


def pack(book: Book, writer: str) -> list[tuple[bytes, bytes]]:
    """The `(key, value)` records of a snapshot of `book`; `writer` makes the generation unique."""
    generation = f"{book.offset}-{writer}"
    lone, ranges = book.frontier.runs()
    parts = list(
        zip_longest(
            _portions(book.conversations),
            _slices(lone),
            _slices(ranges),
            _slices(book.moving.items()),
            _slices((pool, *wait) for pool, waits in book.waits.items() for wait in waits),
            fillvalue=(),
        )
    ) or [((), (), (), (), ())]
    records = []
    for index, (conversations, above, gaps, moving, waits) in enumerate(parts):
        chunk = Chunk(
            generation,
            book.offset,
            index,
            len(parts),
            above=above,
            gaps=gaps,
            moving={str(offset): to for offset, to in moving},
            conversations=dict(conversations),
            waits=waits,
        )
        if index == 0:
            chunk = msgspec.structs.replace(
                chunk, frontier=book.frontier.at, counts=dict(book.counts), at=book.at
            )
        records.append((f"{generation}/{index}".encode(), _ENCODER.encode(chunk)))
    return records


def _slices(numbers: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    left = iter(numbers)
    while part := tuple(islice(left, CHUNK_NUMBERS)):
        yield part


def _portions(conversations: Mapping[str, Conversation]) -> Iterator[dict[str, msgspec.Raw]]:
    part: dict[str, msgspec.Raw] = {}
    size = 0
    for conversation_id, conversation in conversations.items():
        encoded = _ENCODER.encode(conversation)
        part[conversation_id] = msgspec.Raw(encoded)
        size += len(encoded) + len(conversation_id)
        if size >= CHUNK_BYTES:
            yield part
            part, size = {}, 0
    if part:
        yield part


class Register:
    """Which snapshots a topic holds, and where. It is told of every record in log order and keeps none: many
    generations lie in the topic, one of them is read."""

    def __init__(self) -> None:
        self._places: dict[str, dict[int, int]] = {}
        self._counts: dict[str, int] = {}

    def tell(self, place: int, key: bytes, value: bytes | None) -> None:
        """A record at offset `place`; no value deletes what lay there under its key."""
        named = _KEY.fullmatch(key.decode("utf-8", "replace"))
        if named is None:
            return
        generation, index = named[1], int(named[2])
        places = self._places.setdefault(generation, {})
        if value is None:
            places.pop(index, None)
            return
        places[index] = place
        if index == 0:
            self._counts[generation] = _count(value)

    def complete(self) -> dict[str, list[int]]:
        """The generations whose chunks are all there, each with its chunks' places, first chunk first."""
        return {
            generation: [places[index] for index in range(len(places))]
            for generation, places in self._places.items()
            if places and set(places) == set(range(self._counts.get(generation, 0)))
        }


class _Counted(msgspec.Struct):
    count: int


_COUNTED = msgspec.json.Decoder(_Counted)


def _count(first: bytes) -> int:
    """How many chunks belong to the generation of this first one; none when it is unreadable."""
    try:
        return _COUNTED.decode(first).count
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return 0


def offset_of(generation: str) -> int:
    """The ledger offset at which a generation was taken."""
    return int(generation.partition("-")[0])


class Unpacking:
    """The book that a generation holds, from its chunks in any order; they need not all be in memory."""

    def __init__(self, partition: int) -> None:
        self._book = Book(partition)
        self._chunks: dict[int, Chunk] = {}

    def add(self, value: bytes) -> None:
        """One of its chunks."""
        chunk = _DECODER.decode(value)
        for conversation_id, raw in chunk.conversations.items():
            conversation = self._book.conversations[conversation_id] = _CONVERSATION.decode(raw)
            self._book.open.update((offset, conversation_id) for offset, _ in conversation.open)
        self._chunks[chunk.index] = msgspec.structs.replace(chunk, conversations={})

    def book(self) -> Book:
        """When all have been added."""
        book, chunks = self._book, [self._chunks[index] for index in sorted(self._chunks)]
        first = chunks[0]
        book.offset, book.counts, book.at = first.offset, Counter(first.counts), first.at
        above = [offset for chunk in chunks for offset in chunk.above]
        book.frontier = Frontier(first.frontier, above, [gap for chunk in chunks for gap in chunk.gaps])
        for chunk in chunks:
            book.moving.update((int(offset), to) for offset, to in chunk.moving.items())
            for pool, since, until in chunk.waits:
                book.waits[pool] = (*book.waits.get(pool, ()), (since, until))
        return book


def superfluous(offsets: Iterable[int], newest: int) -> set[int]:
    """Which of the older snapshots at `offsets` may go once there is one at `newest`: those without
    which the next older one still lies at most twice as far back as the next newer one.

    However often this is applied, whoever stands `d` entries behind finds a snapshot at most `2 * d`
    behind, or the one taken just before its position; and their number grows with the logarithm.
    """
    dropped: set[int] = set()
    newer = newest
    for offset, older in pairwise(sorted({o for o in offsets if o < newest}, reverse=True)):
        if newest - older <= 2 * (newest - newer):
            dropped.add(offset)
        else:
            newer = offset
    return dropped
