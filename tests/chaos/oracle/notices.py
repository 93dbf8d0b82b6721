"""What Relais itself tells customers: one acknowledgement of each message that people have, and a notice of
each change that customers are told of without having asked. Part of judgements 1 and 3."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from tests.chaos.oracle.book import Book
from tests.chaos.oracle.evidence import Evidence, Record, Violation
from tests.chaos.oracle.values import Outcome


def notices(evidence: Evidence, purpose: str) -> list[Record]:
    """The notices with this purpose."""
    return [r for r in evidence.of("replies") if r.value and r.value.get("purpose") == purpose]


def acknowledged(evidence: Evidence, settled: Mapping[str, Outcome]) -> Iterator[Violation]:
    """What people have is acknowledged, and nothing else: the bot's answer acknowledges itself."""
    told = {r.value["ref"] for r in notices(evidence, "acknowledgement") if r.value}
    people = {ref for ref, outcome in settled.items() if outcome.kind == "people"}
    for ref in sorted(people - told):
        yield Violation("accounted", "people have it, and the customer was not told so", (ref,))
    for ref in sorted(told - people):
        found = settled[ref].kind if ref in settled else "unsettled"
        yield Violation("accounted", f"the customer was told that people have it: {found}", (ref,))


def informed(evidence: Evidence, books: Mapping[int, Book]) -> Iterator[Violation]:
    """A change that customers are told of was one, and they are told of each."""
    told = {
        r.value["idempotency_key"]: r.value["conversation_id"]
        for r in notices(evidence, "information")
        if r.value
    }
    due = {change(book, offset): talk for book in books.values() for offset, talk in book.notices.items()}
    for key in sorted(due.keys() - told.keys()):
        yield Violation("accounted", f"conversation {due[key]} changed hands, and its customer was not told")
    for key in sorted(told.keys() - due.keys()):
        yield Violation("accounted", f"a customer was told of a change that was none: {key}")
    for key in sorted(key for key in told.keys() & due.keys() if told[key] != due[key]):
        yield Violation("accounted", f"another customer was told of the change: {key}")


def change(book: Book, offset: int) -> str:
    """The key of the notice about the entry at this ledger offset."""
    return f"{book.partition}/{offset}/notice"


def about_the_right_message(evidence: Evidence) -> Iterator[Violation]:
    """What the bot and Relais reply names the message by the id its channel gave it."""
    ids = {r.place: r.value["id"] for r in evidence.of("inbound") if r.value}
    for record in evidence.of("replies"):
        told: dict[str, Any] = record.value or {}
        if told and told["author"]["kind"] != "agent" and told["ref"] in ids:
            name = ids[told["ref"]]
            if told["in_reply_to"] not in (name, told["ref"]):
                yield Violation("accounted", "a reply names another message", (told["ref"],))


def one_key(evidence: Evidence) -> Iterator[Violation]:
    """Each message is answered, and acknowledged, under one key."""
    keys: dict[tuple[str, str], set[str]] = defaultdict(set)
    for record in evidence.of("replies"):
        told: dict[str, Any] = record.value or {}
        if not told or told["author"]["kind"] == "agent" or told.get("purpose") == "information":
            continue
        keys[told["author"]["kind"], told["ref"]].add(told["idempotency_key"])
    for (_, ref), found in keys.items():
        if len(found) > 1:
            yield Violation("repeats", f"one reply under {len(found)} keys", (ref,))
