"""Restoring a book: any snapshots, any position, always the book that the ledger says."""

from collections.abc import AsyncIterator, Mapping, Sequence

import pytest

from shared.contracts.topics import CONVERSATIONS, LEDGER, Topic
from shared.ledger import snapshot
from shared.ledger.book import Book
from shared.ledger.restore import generations, restore
from shared.runtime.following import Follower
from shared.runtime.settings import ServiceSettings
from tests.ledger.entries import HERE, Diary, Lying, contents
from tests.ledger.test_snapshot import STORY

END = len(STORY)


class Shelf:
    """Reads as `LogReader` does, from memory. `begins` is where retention has left off."""

    def __init__(self, log: Sequence[bytes], saved: Sequence[Lying] = (), begins: int = 0) -> None:
        self.topics: Mapping[Topic, Sequence[Lying]] = {
            LEDGER: [Lying(offset, value) for offset, value in enumerate(log)][begins:],
            CONVERSATIONS: saved,
        }
        self.begins = begins
        self.read_from: int | None = None

    async def bounds(self, topic: Topic, partition: int) -> tuple[int, int]:
        records = self.topics[topic]
        return (records[0].offset, records[-1].offset + 1) if records else (0, 0)

    async def read(self, topic: Topic, partition: int, start: int, end: int) -> AsyncIterator[list[Lying]]:
        if topic == LEDGER:
            self.read_from = start
        for record in self.topics[topic]:
            if start <= record.offset < end:
                yield [record]


def book_at(offset: int) -> Book:
    return Diary(*STORY[:offset]).book


def saved(*offsets: int) -> list[Lying]:
    """Whole snapshots at these ledger offsets, one after the other."""
    records = [record for offset in offsets for record in snapshot.pack(book_at(offset), "w")]
    return [Lying(place, value, key) for place, (key, value) in enumerate(records)]


@pytest.fixture
def log() -> list[bytes]:
    return Diary(*STORY).log


async def brought_back(shelf: Shelf, upto: int | None = None) -> Book:
    return await restore(shelf, HERE, upto)  # type: ignore[arg-type]


@pytest.mark.parametrize("upto", [*range(END + 1), None])
async def test_the_book_is_that_of_every_entry_below_the_position(log: list[bytes], upto: int | None) -> None:
    expected = book_at(END if upto is None else upto)
    for snapshots in ((), (0,), (5,), (3, 8, 13), (END,), (13, 8, 3)):
        found = await brought_back(Shelf(log, saved(*snapshots)), upto)
        assert contents(found) == contents(expected)
        assert found.offset == expected.offset


@pytest.mark.parametrize(
    ("upto", "expected"), [(2, 0), (3, 3), (7, 3), (8, 8), (12, 8), (13, 13), (END, 13), (None, 13)]
)
async def test_only_the_tail_after_the_best_snapshot_is_read(
    log: list[bytes], upto: int | None, expected: int
) -> None:
    for order in ((3, 8, 13), (13, 3, 8)):
        shelf = Shelf(log, saved(*order))
        await brought_back(shelf, upto)
        assert shelf.read_from == expected


async def test_half_a_snapshot_is_not_used(log: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = saved(3)
    monkeypatch.setattr(snapshot, "CHUNK_BYTES", 1)
    half = [Lying(10 + place, value, key) for place, value, key, *_ in saved(13)[:-1]]
    assert half
    shelf = Shelf(log, [*whole, *half])
    assert contents(await brought_back(shelf)) == contents(book_at(END))
    assert shelf.read_from == 3


async def test_a_snapshot_stands_in_for_what_retention_deleted(log: list[bytes]) -> None:
    shelf = Shelf(log, saved(8), begins=6)
    assert contents(await brought_back(shelf)) == contents(book_at(END))


async def test_a_position_beyond_the_end_is_the_end(log: list[bytes]) -> None:
    assert (await brought_back(Shelf(log), END + 100)).offset == END


async def test_deleted_snapshots_are_not_used(log: list[bytes]) -> None:
    kept = saved(3)
    gone = [Lying(10, None, kept[0].key)]
    assert await generations(Shelf(log, [*kept, *gone]), HERE) == {}  # type: ignore[arg-type]


async def test_a_snapshot_that_is_deleted_while_it_is_looked_for_is_done_without(log: list[bytes]) -> None:
    shelf = Shelf(log, saved(3, 8))
    known = await generations(shelf, HERE)  # type: ignore[arg-type]
    shelf.topics = Shelf(log, saved(3)).topics
    book = await restore(shelf, HERE, known=known)  # type: ignore[arg-type]
    assert contents(book) == contents(book_at(END))
    assert shelf.read_from == 3


@pytest.mark.parametrize("damage", [b'{"count":1}', b"{", b'{"count":1,"x":"\xff"}'])
async def test_a_damaged_snapshot_is_passed_over(log: list[bytes], damage: bytes) -> None:
    shelf = Shelf(log, [*saved(3), Lying(10, damage, b"8-x/0")])
    assert contents(await brought_back(shelf)) == contents(book_at(END))
    assert shelf.read_from == 3


async def test_when_all_that_was_found_is_gone_it_is_looked_once_more(log: list[bytes]) -> None:
    shelf = Shelf(log, saved(8), begins=6)
    book = await restore(shelf, HERE, known={"3-w": [99]})  # type: ignore[arg-type]
    assert contents(book) == contents(book_at(END))


async def test_what_is_no_entry_is_passed_over_as_a_running_service_does(log: list[bytes]) -> None:
    noise = [b"", b"{}", b'"\xff"', b'{"kind":"gone_fishing"}', b"\x00" * 100, b"[" * 50_000]
    deep = b'{"kind":"handed_over","refs":' + b"[" * 5_000
    log = [*log[:5], *noise, deep, *log[5:]]
    restored = await brought_back(Shelf(log))
    running = Follower(HERE, ServiceSettings())
    running.follow([Lying(offset, value) for offset, value in enumerate(log)])
    assert contents(running.book) == contents(restored)
    assert restored.counts["inert:unreadable"] == len(noise) + 1


async def test_a_follower_does_not_fold_a_record_twice(log: list[bytes]) -> None:
    running = Follower(HERE, ServiceSettings())
    records = [Lying(offset, value) for offset, value in enumerate(log)]
    running.follow(records[:9])
    running.follow(records[4:])
    assert contents(running.book) == contents(book_at(END))
