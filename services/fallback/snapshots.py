"""When to write a snapshot of the book, and which older ones may go."""

from collections.abc import Iterable

from shared.contracts.topics import CONVERSATIONS
from shared.ledger import snapshot
from shared.ledger.book import Book
from shared.runtime import metrics
from shared.runtime.sender import Out


class Snapshots:
    """The snapshots of one partition. `known` maps generations to their number of chunks."""

    def __init__(self, known: dict[str, int], entries: int, seconds: float, writer: str, now: float) -> None:
        self._known = known
        self._entries = entries
        self._seconds = seconds
        self._writer = writer
        self._taken = now
        self._at = max((snapshot.offset_of(generation) for generation in known), default=0)

    def due(self, book: Book, now: float) -> bool:
        """Whether enough has happened since the last one."""
        new = book.offset - self._at
        return new >= self._entries or (new > 0 and now - self._taken >= self._seconds)

    def take(self, book: Book, now: float) -> list[Out]:
        """The records of a new snapshot, and the deletion of older ones nobody needs."""
        chunks = snapshot.pack(book, self._writer)
        self._known[f"{book.offset}-{self._writer}"] = len(chunks)
        self._taken, self._at = now, book.offset
        metrics.SNAPSHOTS.inc()
        gone = snapshot.superfluous(map(snapshot.offset_of, self._known), book.offset)
        return [self._out(book, key, value) for key, value in chunks] + list(self._delete(book, gone))

    def _delete(self, book: Book, offsets: set[int]) -> Iterable[Out]:
        for generation in [g for g in self._known if snapshot.offset_of(g) in offsets]:
            for index in range(self._known.pop(generation)):
                yield self._out(book, f"{generation}/{index}".encode(), None)

    def _out(self, book: Book, key: bytes, value: bytes | None) -> Out:
        return Out(CONVERSATIONS, book.partition, key, value)
