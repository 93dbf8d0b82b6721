"""Snapshots: a book put away and taken out again is the same book; which of them count and stay."""

from itertools import count

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.enrichment import IntentReading, SentimentReading
from shared.contracts.inbound import Customer
from shared.ledger import snapshot
from shared.ledger.book import Book
from tests.contracts.roles import EXAMPLES
from tests.ledger.entries import (
    HERE,
    Diary,
    answered,
    assigned,
    canary_passed,
    closed,
    contents,
    fold,
    gap,
    handed_over,
    move_done,
    moved,
    on_hold,
    overflowed,
    quarantined,
    released,
    replay,
    replied,
    returned,
    routed,
    taken_over,
    transferred,
    unpack,
    wrapped_up,
)

Records = list[tuple[bytes, bytes | None]]

STORY = (
    routed(0),
    routed(1, said={"language": "en", "metadata": {"a": [1, None, "é"]}}),
    answered(0),
    answered(0),
    moved(2),
    quarantined(9),
    gap(20, 10**9),
    gap(15, 30),
    routed(3, conversation="d\u2028\x00"),
    handed_over(1, 4, bring=[4]),
    assigned(1),
    replied(1, 10),
    released(1, 10),
    assigned(1, "ben", 1, "a2"),
    move_done(2),
    overflowed(1, 2),
    on_hold(1, 13, "ben"),
    replied(1, 13, "ben", "s2"),
    transferred(1, 13, "ben"),
    overflowed(1, 2),
    assigned(1, "cy", 3, "a3"),
    routed(7, sentiment=SentimentReading(0.7, signs=("legal",)), said={"customer": Customer(tier="gold")}),
    closed(1, 20, "cy"),
    routed(8, intents=IntentReading((("refund", 0.9),))),
    wrapped_up(1, 20, "cy"),
    assigned(8, "cy"),
    closed(8, 25, "cy", "x2", to_bot=True),
    routed(10, sentiment=SentimentReading(0.7), intents=IntentReading((("refund", 0.9),))),
    taken_over(conversation="e"),
    returned(1),
    routed(5, twin_of=4),
    routed(6),
    canary_passed(11),
)


def unpacked(book: Book) -> Book:
    return unpack(HERE, [value for _, value in snapshot.pack(book, "w")])


def test_at_every_point_the_book_comes_out_as_it_went_in() -> None:
    diary = Diary()
    for entry in STORY:
        diary.write(entry)
        again = unpacked(diary.book)
        assert contents(again) == contents(diary.book)
        assert (again.offset, again.open, again.moving) == (
            diary.book.offset,
            diary.book.open,
            diary.book.moving,
        )
        assert again.conversations == diary.book.conversations
        assert again.counts == diary.book.counts
        assert again.waits == diary.book.waits


def test_from_every_point_the_story_goes_on_the_same() -> None:
    diary = Diary(*STORY)
    for start in range(len(STORY)):
        book = unpacked(replay(diary.log[:start]))
        verdicts = [fold(book, diary.log, offset) for offset in range(start, len(STORY))]
        assert contents(book) == contents(diary.book)
        assert len(verdicts) == len(STORY) - start


def test_a_big_book_is_put_away_in_several_pieces_none_of_them_too_big(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(snapshot, "CHUNK_BYTES", 2_000)
    diary = Diary(*STORY, *(routed(2 * 10**9 + n, conversation=f"c{n}") for n in range(200)))
    records = snapshot.pack(diary.book, "w")
    assert len(records) > 5
    assert [key for key, _ in records] == [f"{len(diary.log)}-w/{n}".encode() for n in range(len(records))]
    assert max(len(value) for _, value in records) < 2 * 2_000
    assert contents(unpacked(diary.book)) == contents(diary.book)
    assert unpacked(diary.book).open == diary.book.open


def test_a_snapshot_from_before_more_was_kept_still_loads() -> None:
    old = (EXAMPLES / "conversations/good/whole.json").read_bytes()
    book = unpack(HERE, [old])
    work = book.conversation("conv-17").work
    assert work is not None and (work.id, work.agent, work.turn, work.transfers) == (
        151,
        "agent-ana",
        "ours",
        0,
    )
    assert (book.conversation("conv-17").moves, book.conversation("conv-17").wrapping) == (0, None)
    assert book.waits == {}
    assert contents(unpacked(book)) == contents(book)


def test_what_is_not_known_takes_no_room() -> None:
    """A conversation with the bot is as small as it was before people's work was kept."""
    diary = Diary(routed(0), answered(0), routed(1), answered(1))
    ((_, value),) = snapshot.pack(diary.book, "w")
    kept = msgspec.json.decode(value)["conversations"]["c"]
    assert set(kept) == {"channel", "language", "seen", "said", "streak", "touched"}


def test_an_empty_book_is_one_piece() -> None:
    assert len(snapshot.pack(Book(HERE), "w")) == 1
    assert contents(unpacked(Book(HERE))) == contents(Book(HERE))


# -- which generations count ----------------------------------------------------------------------


def generation(name: str, chunks: int = 3) -> Records:
    offset = int(name.partition("-")[0])
    made = [snapshot.Chunk(name, offset, index, chunks) for index in range(chunks)]
    return [(f"{name}/{c.index}".encode(), snapshot._ENCODER.encode(c)) for c in made]


WHOLE, NINES = generation("10-a"), b"9" * 5000
COUNTING: dict[str, tuple[Records, set[str]]] = {
    "nothing": ([], set()),
    "a whole one": (WHOLE, {"10-a"}),
    "the first piece is missing": (WHOLE[1:], set()),
    "the last piece is missing": (WHOLE[:-1], set()),
    "a middle piece is missing": ([WHOLE[0], WHOLE[2]], set()),
    "its pieces lie in another order": (WHOLE[::-1], {"10-a"}),
    "written twice": (WHOLE + WHOLE, {"10-a"}),
    "two writers at once": (
        [r for pair in zip(WHOLE, generation("10-b"), strict=True) for r in pair],
        {"10-a", "10-b"},
    ),
    "a whole and a broken one": (WHOLE + generation("20-a")[:2], {"10-a"}),
    "a piece is deleted": ([*WHOLE, (b"10-a/1", None)], set()),
    "deleted and written again": ([*WHOLE, *((k, None) for k, _ in WHOLE), *WHOLE], {"10-a"}),
    "a writer with a slash in its name": (generation("10-a/b"), {"10-a/b"}),
    "a writer with a dash in its name": (generation("10-pod-0"), {"10-pod-0"}),
    "too many pieces": ([*WHOLE, (b"10-a/3", WHOLE[2][1])], set()),
    "a first piece that is none": ([(b"30-a/0", b"{"), *WHOLE], {"10-a"}),
    "a first piece that is not UTF-8": ([(b"30-a/0", b'{"generation":"\xff"}'), *WHOLE], {"10-a"}),
    "keys of somebody else": ([(b"", b""), (b"x/0", b"{}"), (b"\xff/0", b"{}"), *WHOLE], {"10-a"}),
    "numbers without end": ([(NINES + b"-a/0", b"{}"), (b"10-a/" + NINES, b"{}"), *WHOLE], {"10-a"}),
    "an index that is none": ([(b"10-a/x", b"{}"), ("10-a/²".encode(), b"{}"), *WHOLE], {"10-a"}),
}


@pytest.mark.parametrize("name", COUNTING)
def test_only_whole_generations_count(name: str) -> None:
    records, expected = COUNTING[name]
    register = snapshot.Register()
    for place, (key, value) in enumerate(records):
        register.tell(place, key, value)
    found = register.complete()
    assert set(found) == expected
    for places in found.values():
        assert [snapshot._DECODER.decode(records[at][1] or b"").index for at in places] == [0, 1, 2]


# -- which of them stay ---------------------------------------------------------------------------

steps = st.lists(st.integers(1, 50), min_size=1, max_size=200)


def kept_after(distances: list[int]) -> tuple[list[int], list[int]]:
    """All snapshots ever taken, one after each distance, and those that are still there."""
    taken: list[int] = []
    kept: set[int] = set()
    for distance in distances:
        newest = (taken[-1] if taken else 0) + distance
        taken.append(newest)
        kept = (kept | {newest}) - snapshot.superfluous(kept | {newest}, newest)
    return taken, sorted(kept)


@given(steps)
def test_a_reader_far_back_finds_a_snapshot_at_most_twice_as_far_back(distances: list[int]) -> None:
    """Precisely: for every position from the first snapshot on there is a kept one before it that lies
    at most twice as far back as the position, or is the very one taken last before it."""
    taken, kept = kept_after(distances)
    newest = taken[-1]
    for position in range(taken[0], newest + 1):
        best = max(offset for offset in kept if offset <= position)
        just_before = max(offset for offset in taken if offset <= position)
        assert newest - best <= 2 * (newest - position) or best == just_before


@given(steps)
def test_the_first_and_the_last_two_snapshots_stay(distances: list[int]) -> None:
    taken, kept = kept_after(distances)
    assert {taken[0], *taken[-2:]} <= set(kept)


def test_their_number_grows_with_the_logarithm() -> None:
    numbers = [len(kept_after([1] * taken)[1]) for taken in (10, 100, 1_000)]
    assert numbers[0] <= 8 and numbers[1] <= 15 and numbers[2] <= 22


def test_a_snapshot_newer_than_the_newest_known_is_left_alone() -> None:
    assert snapshot.superfluous([1, 2, 3, 90, 95], newest=10) <= {1, 2, 3}
    assert snapshot.superfluous([], 10) == set()
    assert snapshot.superfluous([10], 10) == set()


def test_the_next_snapshot_never_revives_what_was_dropped() -> None:
    kept: set[int] = set()
    for newest in range(1, 200):
        gone = snapshot.superfluous(kept | {newest}, newest)
        assert newest not in gone
        kept = (kept | {newest}) - gone
    assert next(n for n in count(1) if 2**n >= 200) <= len(kept) <= 20
