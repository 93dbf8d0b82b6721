"""Bringing a message home: settled where it was found, then published again at its conversation's
home, then marked done. A crash in between repeats the publish, and the copy is a duplicate."""

from collections.abc import Sequence

from shared.contracts.inbound import passed_on
from shared.contracts.ledger import MoveDone, encode
from shared.contracts.record import Record
from shared.contracts.topics import INBOUND, LEDGER
from shared.ledger.book import Book
from shared.runtime.sender import Header, Out

MOVED_FROM = "relais-moved-from"


def moved_from(headers: Sequence[Header]) -> str | None:
    """Where a record that was brought home first lay."""
    for name, value in headers:
        if name == MOVED_FROM and value is not None:
            return value.decode("ascii", "replace")[:64]
    return None


class Mover:
    """The pending moves of one partition. It needs the inbound records of the messages."""

    def __init__(self, book: Book, partitions: int) -> None:
        self._book = book
        self._partitions = partitions
        self._records: dict[int, Record] = {}
        self._published: list[int] = []

    def keep(self, record: Record) -> None:
        """Remember a record that is moving or will be."""
        self._records[record.offset] = record

    def forget(self, offset: int) -> None:
        """The record has been brought home, or was settled otherwise."""
        self._records.pop(offset, None)

    def act(self, due: Sequence[int]) -> list[Out]:
        """First the publication of each due move, at the next call (after the acknowledgement) its
        `MoveDone`."""
        done = [
            Out(LEDGER, self._book.partition, None, encode(MoveDone(f"{self._book.partition}:{offset}")))
            for offset in self._published
        ]
        pending = self._book.moving
        wanted = dict.fromkeys(due)  # a record can come again just when its move is decided
        self._published = [offset for offset in wanted if offset in self._records and offset in pending]
        copies = [self._copy(self._records.pop(offset)) for offset in self._published]
        return done + copies

    def _copy(self, record: Record) -> Out:
        origin: Header = (MOVED_FROM, f"{record.partition}:{record.offset}".encode())
        headers = [(name, value.encode()) for name, value in passed_on(record.headers).items()]
        to = self._book.moving[record.offset]
        if not 0 <= to < self._partitions:
            to = record.partition  # whoever wrote that was wrong; from here the copy finds its home
        return Out(INBOUND, to, record.key, record.value, [*headers, origin])
