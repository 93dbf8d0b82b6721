"""Judgement 5: one holder of a work at a time; and that part of judgement 8 which is about people."""

from __future__ import annotations

from collections.abc import Iterator

from tests.chaos.oracle.book import spoken
from tests.chaos.oracle.evidence import Evidence, Violation
from tests.chaos.oracle.outcomes import Books
from tests.chaos.oracle.speech import agent_replies, said

OFFERING = ("dispatcher", "kafka", "redis", "agents")


def single_holder(evidence: Evidence, books: Books) -> Iterator[Violation]:
    """5. Who is told to hold a work holds it by the book, alone; only the holder speaks to the customer."""
    held = {(h.work, h.token): h.agent for book in books.values() for h in book.holdings}
    for record in evidence.of("work"):
        told = record.value
        if not told or told["type"] != "assigned" or told.get("token") is None:
            continue
        holder = held.get((told["work_id"], told["token"]), "nobody")
        if holder != told.get("agent_id"):
            what = (
                f"{told.get('agent_id')} was told to hold it with {told['token']}; by the book {holder} does"
            )
            yield Violation("single holder", what, (told["work_id"],))
    decided = spoken(books)
    for record in agent_replies(evidence):
        told = record.value or {}
        if said(told) not in decided:
            what = f"{told['author']['id']} spoke and did not hold the work"
            yield Violation("single holder", what, (told["ref"],))


def waiting(books: Books) -> dict[str, float]:
    """The open works that nobody holds, and since when."""
    return {
        f"{partition}:{talk.work.id}": talk.work.since
        for partition, book in books.items()
        for talk in book.talks.values()
        if talk.work is not None and talk.work.agent is None
    }


def offered(evidence: Evidence, books: Books) -> Iterator[Violation]:
    """8. Where agents have room for everything, a work that nobody takes is offered to somebody again and
    again. Its time begins anew when those who offer or accept were under attack and are
    ready again."""
    last = waiting(books)
    for record in evidence.of("work"):
        told = record.value
        if told and told["type"] == "offer" and told["work_id"] in last:
            last[told["work_id"]] = max(last[told["work_id"]], record.at)
    healed = [f.healed for f in evidence.faults if f.target.partition("-")[0] in OFFERING]
    ready = max((after for after in healed if after <= evidence.until), default=0.0)
    if any(after > evidence.until for after in healed):
        return
    for work, since in last.items():
        waited = evidence.until - max(since, ready)
        if waited > evidence.deadline:
            what = f"waits, and for {waited:.1f} s nobody was offered it; {evidence.deadline:g} s are allowed"
            yield Violation("liveness", what, (work,))
