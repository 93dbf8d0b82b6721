"""Judgements 7 and 8: nothing is committed that is not finished, and nothing waits too long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.chaos.oracle.book import outcomes
from tests.chaos.oracle.evidence import Evidence, Json, Violation
from tests.chaos.oracle.notices import change
from tests.chaos.oracle.outcomes import CANARY, Books

CONTINGENCY = "fallback"
EVERYTHING = "kafka"
NEVER = 2**62
PURPOSES = {"answered": "answer", "people": "acknowledgement"}
"""What tells the customer of an outcome."""
READINGS = {"intent_classifier": "intents", "sentiment_scorer": "sentiments"}


def commit_safety(evidence: Evidence, books: Books) -> Iterator[Violation]:
    """7. Of what lies below a committed offset, the work was visible when the commit was seen.

    The offset is asked for first and the ends of the topics after it, so that a slow look is never unjust.
    """
    proofs = {
        ("router", "inbound"): ("ledger", _settled(books)),
        ("fallback", "inbound"): ("ledger", _settled(books)),
        ("courier", "ledger"): ("replies", _replied(evidence, books)),
    }
    for service, role in READINGS.items():
        proofs[service, "inbound"] = (role, _read(evidence, role))
    tops: dict[tuple[str, str, int], list[int]] = {}
    for sample in evidence.samples:
        if (sample.service, sample.role) not in proofs or sample.committed <= 0:
            continue
        out, places = proofs[sample.service, sample.role]
        key = (sample.service, sample.role, sample.partition)
        if key not in tops:
            tops[key] = _tops(evidence, sample.role, sample.partition, places)
        highest = tops[key][min(sample.committed, len(tops[key])) - 1]
        if highest >= sample.ends[out]:
            what = f"{sample.service} committed {sample.committed} of partition {sample.partition} when the"
            what += f" end of {out} was {sample.ends[out]}, before all below it was there"
            yield Violation(
                "commit safety", what, _guilty(sample.partition, sample.committed, places, highest)
            )


def _tops(evidence: Evidence, role: str, partition: int, places: Mapping[str, int]) -> list[int]:
    """For each offset the highest place that the proofs of it and of all before it lie at."""
    ends = [record.offset for record in evidence.of(role) if record.partition == partition]
    found, top = [], -1
    for offset in range(max(ends, default=-1) + 1):
        missing = -1 if role == "ledger" else NEVER
        top = max(top, places.get(f"{partition}:{offset}", missing))
        found.append(top)
    return found or [-1]


def _guilty(partition: int, committed: int, places: Mapping[str, int], highest: int) -> tuple[str, ...]:
    refs = (f"{partition}:{offset}" for offset in range(committed))
    return tuple(ref for ref in refs if places.get(ref, NEVER) >= highest)[:3]


def _settled(books: Books) -> dict[str, int]:
    return {ref: outcome.place for ref, outcome in outcomes(dict(books)).items()}


def _read(evidence: Evidence, role: str) -> dict[str, int]:
    """Where the first reading of each message lies."""
    found: dict[str, int] = {}
    for record in evidence.of(role):
        if record.value:
            found.setdefault(record.value["ref"], record.offset)
    return found


def _replied(evidence: Evidence, books: Books) -> dict[str, int]:
    """Where the last of the replies that a valid entry leads to lies first, by the entry's place in the
    ledger."""
    first: dict[object, int] = {}
    for record in evidence.of("replies"):
        for name in _names(record.value or {}):
            first.setdefault(name, record.offset)
    found: dict[str, int] = {}
    for partition, book in books.items():
        due: list[tuple[int, object]] = [
            (outcome.place, (f"{partition}:{offset}", PURPOSES[outcome.kind]))
            for offset, outcome in book.outcomes.items()
            if outcome.kind in PURPOSES
        ]
        due += [(place, (e["conversation"], e["agent"], e["text"])) for place, e in book.spoken.items()]
        due += [(place, change(book, place)) for place in book.notices]
        for place, name in due:
            where = f"{partition}:{place}"
            found[where] = max(found.get(where, -1), first.get(name, NEVER))
    return found


def _names(reply: Json) -> Iterator[object]:
    """What an entry that leads to this reply calls it."""
    if reply:
        yield reply["idempotency_key"]
        yield reply["ref"], reply.get("purpose", "answer")
        yield reply["conversation_id"], reply["author"]["id"], reply["text"]


def liveness(evidence: Evidence, books: Books) -> Iterator[Violation]:
    """8. Every message is settled within the deadline. Its time begins at the door, and anew when Kafka or
    the contingency plan itself was under attack meanwhile and is ready again."""
    settled = outcomes(dict(books))
    excused = [
        (fault.start, fault.healed)
        for fault in evidence.faults
        if fault.target.partition("-")[0] in (CONTINGENCY, EVERYTHING)
    ]
    canaries = [(record.place, record.at) for record in evidence.of("inbound") if record.raw == CANARY]
    for ref, at in [*((door.ref, door.at) for door in evidence.doors), *canaries]:
        end = settled[ref].at if ref in settled else evidence.until
        healed = [after for start, after in excused if start <= end and after >= at]
        waited = end - max([at, *healed])
        if waited > evidence.deadline:
            what = f"settled after {waited:.1f} s" if ref in settled else f"unsettled for {waited:.1f} s"
            yield Violation("liveness", f"{what}, and {evidence.deadline:g} s are allowed", (ref,))
