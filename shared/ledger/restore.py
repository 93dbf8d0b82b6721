"""Restoring a book: the best snapshot from before a position, and the tail of the ledger."""

from collections.abc import Callable, Sequence

import msgspec

from shared.contracts.ledger import Entry, decode
from shared.contracts.record import Record
from shared.contracts.topics import CONVERSATIONS, LEDGER
from shared.ledger import snapshot
from shared.ledger.book import Book
from shared.runtime import logs
from shared.runtime.log_reader import LogReader

_log = logs.get("restore")


async def generations(reader: LogReader, partition: int) -> dict[str, list[int]]:
    """The complete snapshots of a partition, by generation, and where their chunks lie."""
    first, end = await reader.bounds(CONVERSATIONS, partition)
    register = snapshot.Register()
    async for records in reader.read(CONVERSATIONS, partition, first, end):
        for record in records:
            register.tell(record.offset, record.key or b"", record.value)
    return register.complete()


async def load(reader: LogReader, partition: int, places: Sequence[int]) -> Book | None:
    """The book of the snapshot whose chunks lie at these places; `None` when one of them was deleted since
    or cannot be read."""
    left = set(places)
    unpacking = snapshot.Unpacking(partition)
    try:
        async for records in reader.read(CONVERSATIONS, partition, min(places), max(places) + 1):
            for record in [record for record in records if record.offset in left]:
                left.remove(record.offset)
                unpacking.add(record.value or b"")
        return None if left else unpacking.book()
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        _log.error("snapshot_unreadable", partition=partition, **logs.describe(error))
        return None


async def restore(
    reader: LogReader,
    partition: int,
    upto: int | None = None,
    known: dict[str, list[int]] | None = None,
    seen: Callable[[Record, Entry], None] | None = None,
) -> Book:
    """The book with every entry below ledger offset `upto` applied (`None`: all there are now). `seen`
    is told of each entry that is read on the way."""
    saved = await generations(reader, partition) if known is None else known
    first, end = await reader.bounds(LEDGER, partition)
    target = end if upto is None else min(upto, end)
    book = await _best(reader, partition, saved, target)
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


async def _best(
    reader: LogReader, partition: int, saved: dict[str, list[int]], target: int, again: bool = True
) -> Book:
    """Of the newest snapshot from before `target` that can be read. When none can be, those that were looked
    for may have made way for newer ones: it is looked once more."""
    usable = [generation for generation in saved if snapshot.offset_of(generation) <= target]
    for generation in sorted(usable, key=snapshot.offset_of, reverse=True):
        book = await load(reader, partition, saved[generation])
        if book is not None:
            return book
    if usable and again:
        return await _best(reader, partition, await generations(reader, partition), target, again=False)
    return Book(partition)
