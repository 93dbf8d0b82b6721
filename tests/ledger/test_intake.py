"""What becomes of an inbound record before anybody thinks about its text, and how it is brought home."""

import json
from hashlib import sha256

import pytest

from shared.contracts.errors import InvalidMessage
from shared.contracts.ledger import MoveDone, Quarantined, decode
from shared.contracts.outward import QuarantineRecord
from shared.contracts.placement import home
from shared.contracts.record import Record
from shared.contracts.topics import INBOUND, LEDGER, QUARANTINE
from shared.ledger.intake import arrival, quarantine
from shared.ledger.moving import MOVED_FROM, Mover, moved_from
from tests.ledger.entries import HERE, Diary, Lying, move_done, moved, ref

PARTITIONS = 8
STRANGER = next(f"c{n}" for n in range(100) if home(f"c{n}", PARTITIONS) != HERE)
NATIVE = next(f"c{n}" for n in range(100) if home(f"c{n}", PARTITIONS) == HERE)


def lying(
    offset: int = 7, *headers: tuple[str, bytes | None], key: bytes | None = None, **fields: str
) -> Record:
    value = {"id": "m-1", "conversation_id": NATIVE, "channel": "chat", "text": "hello"} | fields
    left = {name: given for name, given in value.items() if given != ""}
    return Lying(offset, json.dumps(left).encode(), key, headers=headers)  # type: ignore[arg-type]


def test_a_conversation_is_at_home_on_one_partition_wherever_it_lies() -> None:
    assert arrival(lying(), PARTITIONS).home == HERE
    assert arrival(lying(conversation_id=STRANGER), PARTITIONS).home == home(STRANGER, PARTITIONS) != HERE


def test_a_message_without_a_conversation_is_at_home_where_it_lies() -> None:
    arrived = arrival(lying(conversation_id=""), PARTITIONS)
    assert arrived.message.conversation_id == f"ref:{ref(7)}"
    assert arrived.home == HERE


def test_the_key_stands_in_for_a_missing_conversation() -> None:
    arrived = arrival(lying(key=STRANGER.encode(), conversation_id=""), PARTITIONS)
    assert (arrived.message.conversation_id, arrived.home) == (STRANGER, home(STRANGER, PARTITIONS))


def test_a_channels_own_conversation_may_look_like_a_ref() -> None:
    named = f"ref:{ref(8)}"
    assert arrival(lying(7, conversation_id=named), PARTITIONS).home == home(named, PARTITIONS)


def test_a_copy_that_was_brought_home_is_read_as_its_original_was() -> None:
    original = arrival(lying(7, id="", conversation_id=STRANGER), PARTITIONS)
    copy = arrival(lying(90, (MOVED_FROM, ref(7).encode()), id="", conversation_id=STRANGER), PARTITIONS)
    assert copy == original


@pytest.mark.parametrize(
    ("value", "expected"),
    [(b"2:7", "2:7"), (None, None), (b"\xff", "\ufffd"), (b"x" * 100, "x" * 64), (b"", "")],
    ids=["a ref", "null", "no ASCII", "too long", "empty"],
)
def test_whatever_stands_in_the_header_it_can_be_read(value: bytes | None, expected: str | None) -> None:
    assert moved_from([("x", b"1"), (MOVED_FROM, value)]) == expected  # type: ignore[list-item]
    assert arrival(lying(7, (MOVED_FROM, value)), PARTITIONS).home == HERE


def test_quarantine_holds_a_digest_and_a_reason_and_nothing_of_the_text() -> None:
    record = Lying(7, b"tell nobody")
    with pytest.raises(InvalidMessage) as caught:
        arrival(record, PARTITIONS)
    book, public = quarantine(record, caught.value)
    assert (book.topic, public.topic) == (LEDGER, QUARANTINE)
    assert book.partition == public.partition == HERE
    entry = decode(book.value or b"")
    assert isinstance(entry, Quarantined)
    assert (entry.ref, entry.reason, entry.size) == (ref(7), "not_json", 11)
    assert entry.sha256 == sha256(b"tell nobody").hexdigest()
    shown = QuarantineRecord(**json.loads(public.value or b""))
    assert (shown.ref, shown.sha256) == (entry.ref, entry.sha256)
    assert b"tell" not in (book.value or b"") + (public.value or b"")


def test_a_tombstone_can_be_quarantined() -> None:
    (book, _) = quarantine(Lying(7, None), InvalidMessage("no_value", "the record has no value"))
    entry = decode(book.value or b"")
    assert isinstance(entry, Quarantined) and entry.size == 0


# -- moving ---------------------------------------------------------------------------------------


def test_a_move_is_published_first_and_done_after_that_was_acknowledged() -> None:
    mover = Mover(Diary(moved(7, to=5)).book, PARTITIONS)
    mover.keep(lying(7, ("traceparent", b"00-a"), ("reply_to", b"elsewhere"), key=b"k"))
    (copy,) = mover.act([7])
    assert (copy.topic, copy.partition, copy.key, copy.value) == (INBOUND, 5, b"k", lying().value)
    assert list(copy.headers) == [("traceparent", b"00-a"), (MOVED_FROM, ref(7).encode())]
    (done,) = mover.act([])
    assert (done.topic, done.partition, decode(done.value or b"")) == (LEDGER, HERE, MoveDone(ref(7)))
    assert mover.act([]) == []


def test_a_move_that_is_decided_and_found_again_in_one_batch_is_published_once() -> None:
    mover = Mover(Diary(moved(7)).book, PARTITIONS)
    mover.keep(lying(7))
    assert len(mover.act([7, 7])) == 1
    assert len(mover.act([])) == 1


def test_a_move_whose_record_is_not_at_hand_waits() -> None:
    mover = Mover(Diary(moved(7)).book, PARTITIONS)
    assert mover.act([7]) == []
    mover.keep(lying(7))
    assert len(mover.act([7])) == 1


def test_a_move_that_somebody_else_has_done_meanwhile_is_left_alone() -> None:
    diary = Diary(moved(7))
    mover = Mover(diary.book, PARTITIONS)
    mover.keep(lying(7))
    diary.write(move_done(7))
    assert mover.act([7]) == []
    assert mover.act([]) == []


@pytest.mark.parametrize("nowhere", [-1, PARTITIONS, 10**9])
def test_a_move_to_a_partition_that_is_not_there_starts_again_from_here(nowhere: int) -> None:
    """Somebody wrote nonsense into the book: nobody dies of it, and the copy finds its home."""
    mover = Mover(Diary(moved(7, to=nowhere)).book, PARTITIONS)
    mover.keep(lying(7, conversation_id=STRANGER))
    (copy,) = mover.act([7])
    assert copy.partition == HERE
    again = arrival(lying(90, *copy.headers, conversation_id=STRANGER), PARTITIONS)
    assert again.home == home(STRANGER, PARTITIONS) != HERE
