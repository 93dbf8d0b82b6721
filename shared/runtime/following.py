"""The part that all services which follow the book have in common."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from shared.contracts.ledger import Entry, decode, kind
from shared.contracts.record import Record
from shared.contracts.topics import LEDGER, Topic
from shared.ledger.book import Book
from shared.ledger.restore import restore
from shared.ledger.state import Verdict
from shared.runtime import metrics
from shared.runtime.log_reader import LogReader
from shared.runtime.settings import ServiceSettings


class Follower:
    """Keeps the book of one partition up to date. A worker builds on it and says what entries mean
    to it in `on_entry`.

    With `resume=True` every entry after the committed position is handed to `on_entry` (for
    services that act on entries); otherwise the book is restored to its end first (for services
    that act on the state).
    """

    resume = False

    def __init__(self, partition: int, settings: ServiceSettings) -> None:
        self.partition = partition
        self.settings = settings
        self.book = Book(partition)

    async def restore(self, committed: Mapping[Topic, int]) -> Mapping[Topic, int]:
        """As `Worker.restore`."""
        upto = committed[LEDGER] if self.resume else None
        async with LogReader(self.settings.kafka, self.settings.namespace) as reader:
            self.book = await restore(reader, self.partition, upto, seen=self.on_restored)
        metrics.RESTORES.inc()
        return {**committed, LEDGER: self.book.offset}

    def holds(self) -> int:
        """As `Worker.holds`: what follows the book alone keeps nothing waiting."""
        return 0

    def follow(self, records: Sequence[Record]) -> None:
        """Fold ledger records and hand each entry on with its verdict."""
        seen: Counter[tuple[bool, str]] = Counter()
        for record in records:
            if record.offset < self.book.offset:
                continue
            try:
                entry = decode(record.value or b"")
            except msgspec.DecodeError:
                self.book.pass_over(record.offset)
                seen[False, "unreadable"] += 1
                continue
            verdict = self.book.apply(entry, record.offset, record.timestamp)
            seen[verdict.inert is None, kind(entry)] += 1
            self.on_entry(entry, verdict, record)
        for (valid, name), count in seen.items():
            (metrics.ENTRIES if valid else metrics.INERT).labels(name).inc(count)

    def on_restored(self, record: Record, entry: Entry) -> None:
        """An entry was read again while the book was restored; nothing is to be done about it."""

    def on_entry(self, entry: Entry, verdict: Verdict, record: Record) -> None:
        """Something was written in the book; inert entries are handed on too."""
