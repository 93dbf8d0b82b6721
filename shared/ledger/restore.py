"""Restoring a book: the best snapshot from before a position, and the tail of the ledger."""

from collections.abc import Callable

import msgspec

from shared.contracts.ledger import Entry, decode
from shared.contracts.record import Record
from shared.contracts.topics import CONVERSATIONS, LEDGER
from shared.ledger import snapshot
from shared.ledger.book import Book
from shared.runtime import logs
from shared.runtime.log_reader import LogReader

_log = logs.get("restore")


async def generations(reader: LogReader, partition: int) -> dict[str, list[bytes]]:
    """The complete snapshots of a partition, by generation."""
    first, end = await reader.bounds(CONVERSATIONS, partition)
    found: list[tuple[bytes, bytes | None]] = []
    async for records in reader.read(CONVERSATIONS, partition, first, end):
        found += [(record.key or b"", record.value) for record in records]
    return snapshot.complete(found)


async def restore(
    reader: LogReader,
    partition: int,
    upto: int | None = None,
    known: dict[str, list[bytes]] | None = None,
    seen: Callable[[Record, Entry], None] | None = None,
) -> Book:
    """The book with every entry below ledger offset `upto` applied (`None`: all there are now). `seen`
    is told of each entry that is read on the way."""
    saved = await generations(reader, partition) if known is None else known
    first, end = await reader.bounds(LEDGER, partition)
    target = end if upto is None else min(upto, end)
    book = _best(partition, saved, target)
    if book.offset < first:
        _log.error("history_lost", partition=partition, needed=book.offset, first=first)
    async for records in reader.read(LEDGER, partition, book.offset, target):
        for record in records:
            entry = follow(book, record)
            if entry is not None and seen is not None:
                seen(record, entry)
    book.offset = target
    return book


def follow(book: Book, record: Record) -> Entry | None:
    """Apply one ledger record whose verdict nobody waits for; one that is no entry is counted."""
    try:
        entry = decode(record.value or b"")
    except msgspec.DecodeError:
        book.pass_over(record.offset)
        return None
    book.apply(entry, record.offset, record.timestamp)
    return entry


def _best(partition: int, saved: dict[str, list[bytes]], target: int) -> Book:
    usable = [generation for generation in saved if snapshot.offset_of(generation) <= target]
    if not usable:
        return Book(partition)
    return snapshot.unpack(partition, saved[max(usable, key=snapshot.offset_of)])
