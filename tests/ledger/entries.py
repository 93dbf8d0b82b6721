"""Short forms for the book's tests: entries with the fields that matter, and a diary to write in."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec import json
from msgspec.structs import replace

from shared.contracts import ledger
from shared.contracts.enrichment import IntentReading, SentimentReading
from shared.contracts.inbound import Message
from shared.contracts.ledger import Entry, decode, encode
from shared.ledger.book import Book
from shared.ledger.snapshot import Chunk, Unpacking, pack
from shared.ledger.state import Conversation, Verdict, Work

HERE = 3
"""The partition of every diary."""


def ref(offset: int, partition: int = HERE) -> str:
    return f"{partition}:{offset}"


def message(offset: int, conversation: str = "c", twin_of: int | None = None, **fields: Any) -> Message:
    """The message at an inbound offset; `twin_of` gives it the external id of another one."""
    external = f"m{offset if twin_of is None else twin_of}"
    return Message(
        **{"id": external, "conversation_id": conversation, "channel": "web", "text": "?"} | fields
    )


def routed(offset: int, route: str = "bot", conversation: str = "c", **fields: Any) -> ledger.Routed:
    made = message(offset, conversation, fields.pop("twin_of", None), **fields.pop("said", {}))
    given: dict[str, Any] = {
        "ref": ref(offset),
        "conversation": conversation,
        "route": route,
        "pool": "general",
        "priority": "normal",
        "reasons": ("automatic",) if route == "bot" else ("wants_person",),
        "message": made,
        "intents": IntentReading(),
        "sentiment": SentimentReading(),
        "policy": "p1",
    }
    return ledger.Routed(**given | fields)


def answered(offset: int, epoch: int = 0, conversation: str = "c", **fields: Any) -> ledger.Answered:
    given: dict[str, Any] = {"ref": ref(offset), "conversation": conversation, "epoch": epoch}
    said = {"text": "!", "disclosure": "", "language": "fr", "source": "faq:1"}
    return ledger.Answered(**given | said | fields)


def handed_over(*offsets: int, epoch: int = 0, bring: Sequence[int] = (), **fields: Any) -> ledger.HandedOver:
    """`bring` lists the offsets whose messages the entry carries."""
    conversation = fields.get("conversation", "c")
    brought = tuple((ref(offset), message(offset, conversation)) for offset in bring)
    given = {"refs": tuple(map(ref, offsets)), "conversation": conversation, "epoch": epoch}
    return ledger.HandedOver(
        **given | {"pool": "fallback", "reason": "patience", "messages": brought} | fields
    )


def quarantined(offset: int) -> ledger.Quarantined:
    return ledger.Quarantined(ref(offset), "not_json", "0" * 64, 7, "")


def moved(offset: int, to: int = 1) -> ledger.Moved:
    return ledger.Moved(ref(offset), "c", to)


def move_done(offset: int) -> ledger.MoveDone:
    return ledger.MoveDone(ref(offset))


def canary_passed(offset: int) -> ledger.CanaryPassed:
    return ledger.CanaryPassed(ref(offset))


def gap(first: int, last: int) -> ledger.Gap:
    return ledger.Gap(first, last)


def taken_over(agent: str = "ana", conversation: str = "c", command: str = "t1") -> ledger.TakenOver:
    return ledger.TakenOver(conversation, agent, "general", command)


def returned(epoch: int, conversation: str = "c", by: str = "router") -> ledger.Returned:
    return ledger.Returned(conversation, epoch, by)


def assigned(
    work: int, agent: str = "ana", attempt: int = 0, command: str = "a1", conversation: str = "c"
) -> ledger.Assigned:
    return ledger.Assigned(ref(work), conversation, agent, attempt, command)


def released(work: int, token: int, agent: str = "ana", command: str = "r1") -> ledger.Released:
    return ledger.Released(ref(work), "c", agent, token, "declined", command)


def transferred(
    work: int, token: int | None, agent: str = "ana", command: str = "p1", pool: str = "billing"
) -> ledger.Transferred:
    return ledger.Transferred(ref(work), "c", agent, token, pool, "Please see to it.", command)


def overflowed(work: int, attempt: int = 0, pool: str = "night") -> ledger.Overflowed:
    return ledger.Overflowed(ref(work), "c", pool, attempt, "closed")


def on_hold(
    work: int, token: int | None, agent: str = "ana", command: str = "h1", on: bool = True
) -> ledger.OnHold:
    return ledger.OnHold(ref(work), "c", agent, token, on, command)


def replied(work: int, token: int | None, agent: str = "ana", command: str = "s1") -> ledger.Replied:
    return ledger.Replied(ref(work), "c", agent, token, "Bonjour", command)


def closed(
    work: int,
    token: int | None,
    agent: str = "ana",
    command: str = "x1",
    to_bot: bool = False,
    **fields: Any,
) -> ledger.Closed:
    return ledger.Closed(ref(work), "c", agent, token, "resolved", command, to_bot, **fields)


def wrapped_up(work: int, token: int | None, agent: str = "ana", command: str = "w1") -> ledger.WrappedUp:
    return ledger.WrappedUp(ref(work), "c", agent, token, "solved", True, command)


class Lying(NamedTuple):
    """A record as it lies on the broker."""

    offset: int
    value: bytes | None
    key: bytes | None = None
    topic: str = ""
    partition: int = HERE
    headers: Sequence[tuple[str, bytes]] = ()

    @property
    def timestamp(self) -> int:
        return 1_000 * self.offset


class Diary:
    """A book and the log that it was folded from. `seconds` pass from entry to entry."""

    def __init__(self, *entries: Entry, seconds: int = 1) -> None:
        self.book = Book(HERE)
        self.seconds = seconds
        self.log: list[bytes] = []
        for entry in entries:
            self.write(entry)

    def write(self, entry: Entry) -> Verdict:
        """Append the entry as it would lie on the broker, and fold it."""
        self.log.append(encode(entry))
        return fold(self.book, self.log, len(self.log) - 1, self.seconds)

    @property
    def conversation(self) -> Conversation:
        return self.book.conversation("c")

    @property
    def work(self) -> Work:
        """The open work of the conversation."""
        assert self.conversation.work is not None
        return self.conversation.work


def at(offset: int, seconds: int = 1) -> int:
    """The record time of the entry at a ledger offset, in milliseconds."""
    return 1_000 * seconds * offset


def fold(book: Book, log: Sequence[bytes], offset: int, seconds: int = 1) -> Verdict:
    """Apply the record at a ledger offset."""
    return book.apply(decode(log[offset]), offset, at(offset, seconds))


def replay(log: Sequence[bytes]) -> Book:
    """The book from scratch."""
    book = Book(HERE)
    for offset in range(len(log)):
        fold(book, log, offset)
    return book


def contents(book: Book) -> list[tuple[bytes, bytes]]:
    """All that a book holds, comparable: equal contents are equal books."""
    return pack(book, "contents")


def substance(book: Book) -> Chunk:
    """All that decides future verdicts: without the place in the log and the counts."""
    first = json.decode(contents(book)[0][1], type=Chunk)
    return replace(first, generation="", offset=0, at=0, counts={})


def unpack(partition: int, chunks: Sequence[bytes]) -> Book:
    """The book that the chunks of a generation hold."""
    unpacking = Unpacking(partition)
    for value in chunks:
        unpacking.add(value)
    return unpacking.book()
