"""What was said is at hand again: from memory as long as it fits, else from the ledger."""

import pytest

from shared.contracts.ledger import Entry
from shared.ledger import archive
from shared.ledger.archive import Archive, Lately
from tests.ledger.entries import HERE, answered, routed, transferred
from tests.services.given import Lying, Shelf, written

BOOK: list[Entry] = [entry for n in range(5) for entry in (routed(n), answered(n))]


@pytest.fixture
def log() -> list[Lying]:
    return written(*BOOK)


@pytest.fixture
def shelf(log: list[Lying], monkeypatch: pytest.MonkeyPatch) -> Shelf:
    shelf = Shelf(ledger=log)
    monkeypatch.setattr(archive, "LogReader", shelf)
    return shelf


async def test_what_has_just_gone_by_needs_no_reading(log: list[Lying], shelf: Shelf) -> None:
    kept = Archive(HERE, "", "", Lately())
    for record, entry in zip(log, BOOK, strict=True):
        kept.remember(record, entry)
    assert await kept.entries([3, 1]) == {3: BOOK[3], 1: BOOK[1]}
    assert shelf.opened == 0


async def test_a_note_to_the_next_person_is_at_hand_and_no_turn_of_the_conversation(shelf: Shelf) -> None:
    note = transferred(0, 1)
    kept = Archive(HERE, "", "", Lately())
    kept.remember(written(note)[0], note)
    assert await kept.entries([0]) == {0: note}
    assert shelf.opened == 0
    assert archive.turns(note) == []


async def test_what_is_not_at_hand_is_read_once(shelf: Shelf) -> None:
    kept = Archive(HERE, "", "", Lately())
    assert await kept.entries([0, 7, 99]) == {0: BOOK[0], 7: BOOK[7]}
    assert await kept.entries([7, 0]) == {7: BOOK[7], 0: BOOK[0]}
    assert shelf.opened == 1


async def test_memory_is_bounded_by_bytes_and_nothing_asked_for_is_left_out(
    log: list[Lying], shelf: Shelf
) -> None:
    two = sum(len(record.value or b"") for record in log[:2])
    lately = Lately(most=two)
    kept = Archive(HERE, "", "", lately)
    for record, entry in zip(log, BOOK, strict=True):
        kept.remember(record, entry)
    assert await kept.entries(range(len(BOOK))) == dict(enumerate(BOOK))
    assert 0 < lately.size <= two


async def test_all_partitions_of_a_service_share_what_is_kept(log: list[Lying], shelf: Shelf) -> None:
    lately = Lately(most=sum(len(record.value or b"") for record in log))
    here, there = (Archive(partition, "", "", lately) for partition in (HERE, HERE + 1))
    for record, entry in zip(log, BOOK, strict=True):
        there.remember(record, entry)
    other = BOOK[4::-1]
    for record, entry in zip(written(*other), other, strict=True):
        here.remember(record, entry)
    assert await here.entries(range(5)) == dict(enumerate(other))
    assert await there.entries(range(5, 10)) == dict(enumerate(BOOK[5:], 5))
    assert shelf.opened == 0
    await there.entries([0])
    assert shelf.opened == 1


async def test_what_retention_has_deleted_is_not_looked_for_twice(log: list[Lying], shelf: Shelf) -> None:
    del log[:4]
    kept = Archive(HERE, "", "", Lately())
    assert await kept.entries([1, 5]) == {5: BOOK[5]}
    assert await kept.entries([1, 5]) == {5: BOOK[5]}
    assert shelf.opened == 1


async def test_a_partition_that_comes_back_is_read_afresh(log: list[Lying], shelf: Shelf) -> None:
    lately = Lately()
    before = [routed(n) for n in range(50, 60)]
    gone = Archive(HERE, "", "", lately)
    for record, entry in zip(written(*before), before, strict=True):
        gone.remember(record, entry)
    kept = Archive(HERE, "", "", lately)
    assert lately.size == 0
    assert await kept.entries([0, 7]) == {0: BOOK[0], 7: BOOK[7]}
