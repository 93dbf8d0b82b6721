"""What the bot and people say to customers, held against what the book says they said. Part of judgements 1
and 3."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from tests.chaos.oracle.book import Book, Speech, spoken
from tests.chaos.oracle.evidence import Evidence, Json, Record, Violation
from tests.chaos.oracle.values import Outcome


def bot_replies(evidence: Evidence) -> list[Record]:
    """What the bot said to customers."""
    return _by("bot", evidence)


def agent_replies(evidence: Evidence) -> list[Record]:
    """What people said to customers."""
    return _by("agent", evidence)


def _by(author: str, evidence: Evidence) -> list[Record]:
    return [r for r in evidence.of("replies") if r.value and r.value["author"]["kind"] == author]


def said(reply: Json) -> Speech:
    """As `spoken` names it."""
    return reply["conversation_id"], reply["author"]["id"], reply["text"]


def in_the_right_conversation(evidence: Evidence, settled: Mapping[str, Outcome]) -> Iterator[Violation]:
    """Answers, acknowledgements and works are where the book has the message."""
    for record in evidence.of("replies", "work"):
        told: Json = record.value or {}
        refs = told.get("refs", ()) if "work_id" in told else [told.get("ref", "")]
        for ref in refs:
            conversation = settled[ref].conversation if ref in settled else ""
            if conversation and told["conversation_id"] != conversation:
                yield Violation("accounted", f"in another conversation on {record.role}", (ref,))


def bot_words(evidence: Evidence, books: Mapping[int, Book]) -> Iterator[Violation]:
    """The bot's answers are the very ones of the book."""
    answers = {ref: entry for book in books.values() for ref, entry in book.answers.items()}
    for record in bot_replies(evidence):
        told: Json = record.value or {}
        decided = answers.get(told["ref"], told)
        if any(told.get(part) != decided.get(part) for part in ("text", "disclosure")):
            yield Violation("accounted", "the bot's answer is not that of the book", (told["ref"],))


def unheard(evidence: Evidence, books: Mapping[int, Book]) -> Iterator[Violation]:
    """What a person said is published, as often as it was said."""
    keys = _keys(evidence)
    for speech, works in spoken(books).items():
        if len(keys[speech]) < len(works):
            yield Violation("accounted", "a person's reply never reached the customer", tuple(set(works)))


def said_once(evidence: Evidence, books: Mapping[int, Book]) -> Iterator[Violation]:
    """What a person said once has one key, however often it is published."""
    keys = _keys(evidence)
    for speech, works in spoken(books).items():
        if len(keys[speech]) > len(works):
            what = f"a person's reply under {len(keys[speech])} keys, said {len(works)} times"
            yield Violation("repeats", what, tuple(set(works)))


def _keys(evidence: Evidence) -> dict[Speech, set[str]]:
    found: dict[Speech, set[str]] = defaultdict(set)
    for record in agent_replies(evidence):
        told: Json = record.value or {}
        found[said(told)].add(told["idempotency_key"])
    return found
