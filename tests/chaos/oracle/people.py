"""Judgement 5: one holder of a work at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.chaos.oracle.evidence import Evidence, Violation
from tests.chaos.oracle.outcomes import Books, agent_replies


def single_holder(evidence: Evidence, books: Books) -> Iterator[Violation]:
    """5. Who is told to hold a work holds it by the book, alone; only the holder speaks to the customer."""
    held = {(h.work, h.token): h.agent for book in books.values() for h in book.holdings}
    for record in evidence.of("work"):
        told = record.value
        if not told or told["type"] != "assigned" or told.get("token") is None:
            continue
        if held.get((told["work_id"], told["token"])) != told.get("agent_id"):
            what = f"{told.get('agent_id')} was told to hold it and does not, by the book"
            yield Violation("single holder", what, (told["work_id"],))
    spoken = Counter(
        (e["conversation"], e["agent"], e["text"]) for b in books.values() for e in b.spoken.values()
    )
    for record in agent_replies(evidence):
        told = record.value or {}
        if not spoken[told["conversation_id"], told["author"]["id"], told["text"]]:
            what = f"{told['author']['id']} spoke and did not hold the work"
            yield Violation("single holder", what, (told["ref"],))
