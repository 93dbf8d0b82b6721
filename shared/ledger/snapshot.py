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
_NAMED = re.compile(r"\d+-.*", re.ASCII | re.DOTALL)


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


def complete(records: Iterable[tuple[bytes, bytes | None]]) -> dict[str, list[bytes]]:
    """The complete generations among `(key, value)` records, in log order; `None` deletes."""
    latest: dict[bytes, bytes] = {}
    for key, value in records:
        if value is None:
            latest.pop(key, None)
        else:
            latest[key] = value
    found: dict[str, dict[int, bytes]] = {}
    for key, value in latest.items():
        generation, _, index = key.decode("utf-8", "replace").rpartition("/")
        if _NAMED.fullmatch(generation) and index.isdecimal():
            found.setdefault(generation, {})[int(index)] = value
    return {
        generation: [chunks[index] for index in range(len(chunks))]
        for generation, chunks in found.items()
        if set(chunks) == set(range(_count(chunks.get(0))))
    }


def _count(first: bytes | None) -> int:
    """How many chunks belong to a generation; none when its first one is missing or unreadable."""
    try:
        return _DECODER.decode(first or b"").count
    except (msgspec.DecodeError, UnicodeDecodeError):
        return 0


def offset_of(generation: str) -> int:
    """The ledger offset at which a generation was taken."""
    return int(generation.partition("-")[0])


def unpack(partition: int, chunks: Iterable[bytes]) -> Book:
    """The book a generation holds."""
    book, first = Book(partition), 0
    above: list[int] = []
    gaps: list[tuple[int, int]] = []
    for value in chunks:
        chunk = _DECODER.decode(value)
        book.offset = chunk.offset
        if chunk.index == 0:
            first, book.counts, book.at = chunk.frontier, Counter(chunk.counts), chunk.at
        above += chunk.above
        gaps += chunk.gaps
        book.moving.update((int(offset), to) for offset, to in chunk.moving.items())
        for pool, since, until in chunk.waits:
            book.waits[pool] = (*book.waits.get(pool, ()), (since, until))
        for conversation_id, raw in chunk.conversations.items():
            book.conversations[conversation_id] = _CONVERSATION.decode(raw)
    book.frontier = Frontier(first, above, gaps)
    for conversation_id, conversation in book.conversations.items():
        book.open.update((offset, conversation_id) for offset, _ in conversation.open)
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
