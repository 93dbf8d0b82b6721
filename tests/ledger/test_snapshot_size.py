"""No record of a snapshot is too big for the broker."""

import pytest

from shared.ledger import snapshot
from shared.ledger.book import Book
from tests.ledger.entries import HERE, contents
from tests.ledger.test_snapshot import unpacked


def test_one_message_that_waits_for_long_makes_no_snapshot_too_big(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that came after it is settled, in one stretch, or in as many as there can be."""
    monkeypatch.setattr(snapshot, "CHUNK_NUMBERS", 100)
    book = Book(HERE)
    for offset in [*range(1, 5_000), *range(6_000, 8_000, 2), *range(9_000, 12_000, 4)]:
        book.frontier.settle(offset)
    book.frontier.skip(13_001, 13_002)
    book.moving = dict.fromkeys(range(350), 1)
    book.waits = {f"pool{n}": tuple((10**12 + k, 10**12 + 2 * k) for k in range(100)) for n in range(9)}
    records = snapshot.pack(book, "w")
    assert max(len(value) for _, value in records) < 100 * 60
    again = unpacked(book)
    assert [o for o in range(14_000) if again.unsettled(o)] == [o for o in range(14_000) if book.unsettled(o)]
    assert (again.moving, again.waits) == (book.moving, book.waits)
    assert contents(again) == contents(book)
