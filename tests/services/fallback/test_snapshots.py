"""When a snapshot is written, and which older ones go."""

import pytest

from services.fallback.snapshots import Snapshots
from shared.contracts.topics import CONVERSATIONS
from shared.ledger import snapshot
from shared.ledger.book import Book
from shared.runtime.sender import Out
from tests.services.given import HERE

ENTRIES, SECONDS = 100, 600.0


def snapshots(known: dict[str, int] | None = None) -> Snapshots:
    return Snapshots(known or {}, ENTRIES, SECONDS, "w", 0.0)


def book(offset: int) -> Book:
    made = Book(HERE)
    made.offset = offset
    return made


def deleted(out: list[Out]) -> list[str]:
    return [(record.key or b"").decode() for record in out if record.value is None]


@pytest.mark.parametrize(
    ("name", "known", "offset", "now", "due"),
    [
        ("nothing has happened", {}, 0, 10_000, False),
        ("a little has happened", {}, 1, 599, False),
        ("a little has happened long ago", {}, 1, 600, True),
        ("much has happened", {}, 100, 0, True),
        ("nothing since the last one", {"100-v": 1}, 100, 10_000, False),
        ("a little since the last one", {"100-v": 1}, 101, 599, False),
        ("much since the newest one", {"100-v": 1, "50-w": 1}, 200, 0, True),
        ("not quite enough since the newest one", {"100-v": 1, "50-w": 1}, 199, 0, False),
    ],
)
def test_a_snapshot_is_due_after_enough_entries_or_time(
    name: str, known: dict[str, int], offset: int, now: float, due: bool
) -> None:
    assert snapshots(known).due(book(offset), now) is due


def test_a_snapshot_goes_to_its_own_partition_and_is_not_due_again() -> None:
    made = snapshots()
    out = made.take(book(100), 50.0)
    assert [(record.topic, record.partition, record.key) for record in out] == [
        (CONVERSATIONS, HERE, b"100-w/0")
    ]
    assert not made.due(book(100), 10_000)
    assert not made.due(book(101), 50 + SECONDS - 1)
    assert made.due(book(101), 50 + SECONDS)


def test_every_chunk_of_a_superfluous_snapshot_is_deleted_once() -> None:
    known = {"990-v": 1, "985-v": 3, "985-w": 2, "980-v": 1, "100-v": 2}
    gone = snapshot.superfluous(map(snapshot.offset_of, known), 1100)
    assert 985 in gone
    made = snapshots(known)
    every = {
        f"{g}/{i}" for g, chunks in known.items() if snapshot.offset_of(g) in gone for i in range(chunks)
    }
    assert set(deleted(made.take(book(1100), 0))) == every
    assert not every & set(deleted(made.take(book(1200), 0)))


def test_few_snapshots_stay_however_many_are_taken() -> None:
    made = snapshots()
    kept: set[str] = set()
    for offset in range(100, 10_100, 100):
        out = made.take(book(offset), 0)
        kept = (kept | {f"{offset}-w/0"}) - set(deleted(out))
    assert {"100-w/0", "9900-w/0", "10000-w/0"} <= kept
    assert len(kept) <= 15
