"""Judgements 6 and 9: what is quarantined can be looked into, and nobody's data lies where it must not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256

from tests.chaos.oracle.book import outcomes
from tests.chaos.oracle.evidence import Evidence, Record, Violation
from tests.chaos.oracle.outcomes import Books

LARGEST = 1_048_576
"""Bytes of value and key."""
DEEP = 500
"""Levels that are always read: the limit is about a thousand."""


def quarantine(evidence: Evidence, books: Books) -> Iterator[Violation]:
    """6. Each has its record (a repeated one the same bytes), a reason from the published list that is true
    of a message as it should be, and the hash of the very bytes that came in; and no other outcome."""
    inbound = {record.place: record for record in evidence.of("inbound")}
    settled = outcomes(dict(books))
    told: dict[str, set[bytes]] = defaultdict(set)
    for record in evidence.of("quarantine"):
        if record.value is None:
            yield Violation("quarantine", "a record that breaks the published schema", (record.place,))
            continue
        ref = record.value["ref"]
        told[ref].add(record.raw)
        if record.value["sha256"] != sha256(inbound[ref].raw if ref in inbound else b"").hexdigest():
            yield Violation("quarantine", "the hash is not that of the message", (ref,))
        if ref in settled and settled[ref].kind != "quarantined":
            yield Violation("quarantine", f"quarantined, and {settled[ref].kind}", (ref,))
        if ref in inbound and readable(inbound[ref], record.value["reason"]):
            yield Violation("quarantine", f"readable, and quarantined as {record.value['reason']}", (ref,))
    for ref in [ref for ref, outcome in settled.items() if outcome.kind == "quarantined"]:
        if not told[ref]:
            yield Violation("quarantine", "quarantined, and operations were not told", (ref,))
        elif len(told[ref]) > 1:
            yield Violation("quarantine", f"told in {len(told[ref])} ways", (ref,))


def readable(record: Record, reason: str) -> bool:
    """Whether it is as the schema says, and nothing that the schema cannot say was in the way."""
    excused = {
        "too_large": len(record.raw) + len(record.key) > LARGEST,
        "too_deep": record.raw.count(b"[") + record.raw.count(b"{") > DEEP,
    }
    return record.value is not None and not excused.get(reason, False)


def hygiene(evidence: Evidence, books: Books) -> Iterator[Violation]:
    """9. No canary sings in logs, metrics, Redis or plain headers."""
    for where, text in evidence.said:
        for canary in evidence.canaries:
            if canary in text:
                yield Violation("hygiene", f"{canary} stands in {where}")
