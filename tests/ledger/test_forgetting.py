"""Idle conversations are forgotten after a while, at the same place for every reader."""

import pytest

from shared.contracts.ledger import Entry
from shared.ledger import book as books
from shared.ledger import snapshot
from shared.ledger.state import Conversation
from tests.ledger.entries import (
    HERE,
    Diary,
    answered,
    assigned,
    canary_passed,
    closed,
    contents,
    fold,
    quarantined,
    replay,
    returned,
    routed,
    taken_over,
    unpack,
)

AFTER, EVERY = 10, 4
IDLE = (routed(0), answered(0))
OPEN = (routed(0),)
QUEUED = (routed(0, "human"),)
HELD = (*QUEUED, assigned(0))
CLOSED = (*HELD, closed(0, 1))
BACK = (*CLOSED, returned(1))


@pytest.fixture(autouse=True)
def short_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "FORGET_AFTER", AFTER)
    monkeypatch.setattr(books, "SWEEP_EVERY", EVERY)


def passed_by(entries: int, *before: Entry) -> Diary:
    return Diary(*before, *(quarantined(100 + n) for n in range(entries)))


@pytest.mark.parametrize("before", [IDLE, BACK], ids=["answered", "returned"])
def test_an_idle_conversation_is_known_exactly_as_long_as_stated(before: tuple[Entry, ...]) -> None:
    assert passed_by(AFTER - 1, *before).conversation != Conversation()
    assert passed_by(AFTER, *before).conversation == Conversation()


@pytest.mark.parametrize("before", [OPEN, QUEUED, HELD, CLOSED, (taken_over(),)])
def test_a_conversation_that_anybody_has_is_never_forgotten(before: tuple[Entry, ...]) -> None:
    diary = passed_by(20 * AFTER, *before)
    assert diary.conversation == Diary(*before).conversation


LONG = 1_000 * (AFTER + 1)
"""Milliseconds: as long as it takes that many entries to pass by."""


@pytest.mark.parametrize("before", [CLOSED, (taken_over(),)], ids=["closed", "taken over"])
def test_what_people_are_done_with_is_forgotten_when_that_was_long_ago(
    before: tuple[Entry, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "FORGET_PEOPLE_MS", LONG)
    assert passed_by(AFTER + 1, *before).conversation == Diary(*before).conversation
    late = passed_by(AFTER + 2, *before)
    assert late.conversation == Conversation()
    assert late.write(routed(1)).settled == (), "the bot may have it again"


@pytest.mark.parametrize("before", [QUEUED, HELD, OPEN])
def test_what_anybody_still_has_to_do_is_not_forgotten_however_long_ago(
    before: tuple[Entry, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "FORGET_PEOPLE_MS", LONG)
    assert passed_by(20 * AFTER, *before).conversation == Diary(*before).conversation


def test_a_restored_book_has_forgotten_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "FORGET_PEOPLE_MS", LONG)
    diary = passed_by(AFTER + 2, *CLOSED)
    again = unpack(HERE, [value for _, value in snapshot.pack(diary.book, "w")])
    assert again.conversation("c") == diary.conversation == Conversation()


def test_what_happens_to_a_conversation_keeps_it_in_memory() -> None:
    diary = passed_by(AFTER - 2, *IDLE)
    diary.write(routed(1))
    diary.write(answered(1))
    for n in range(AFTER - 1):
        diary.write(quarantined(200 + n))
    assert diary.conversation.streak == 2


def test_an_inert_entry_does_not_keep_a_conversation_in_memory() -> None:
    diary = passed_by(AFTER - 1, *IDLE)
    assert diary.write(answered(0)).inert
    assert diary.conversation == Conversation()


def test_forgotten_conversations_leave_the_memory_and_the_snapshots() -> None:
    diary = passed_by(AFTER + EVERY, *IDLE)
    assert diary.book.conversations == {}
    assert diary.book.counts["answered"] == 1


def test_a_forgotten_conversation_starts_anew() -> None:
    diary = passed_by(AFTER, *BACK)
    diary.write(routed(1, twin_of=0))
    assert diary.conversation.epoch == 0
    assert diary.write(answered(1, epoch=0)).settled


def test_readers_that_sweep_at_other_places_judge_the_same() -> None:
    """A reader that was restored between two sweeps still holds what another has dropped."""
    diary = passed_by(AFTER + 1, *IDLE)
    diary.write(routed(1, twin_of=0))
    diary.write(answered(1))
    for start in range(len(diary.log)):
        book = unpack(HERE, [value for _, value in snapshot.pack(replay(diary.log[:start]), "w")])
        for offset in range(start, len(diary.log)):
            fold(book, diary.log, offset)
        assert contents(book) == contents(diary.book)


def test_the_canary_leaves_nothing_but_its_count() -> None:
    diary = Diary(*(canary_passed(offset) for offset in range(1_000)))
    assert diary.book.frontier.at == 1_000
    assert (diary.book.conversations, diary.book.open, diary.book.moving) == ({}, {}, {})
    assert diary.book.counts == {"canary": 1_000}
