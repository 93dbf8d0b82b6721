"""Judgements 6 and 9: what is quarantined can be looked into, and nobody's data lies where it must not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256

from tests.chaos.oracle.book import outcomes
from tests.chaos.oracle.evidence import Evidence, Violation
from tests.chaos.oracle.outcomes import Books


def quarantine(evidence: Evidence, books: Books) -> Iterator[Violation]:
    """6. Each has its record (a repeated one the same bytes), a reason from the published list, and the
    hash of the very bytes that came in."""
    inbound = {record.place: record.raw for record in evidence.of("inbound")}
    told: dict[str, set[bytes]] = defaultdict(set)
    for record in evidence.of("quarantine"):
        if record.value is None:
            yield Violation("quarantine", "a record that breaks the published schema", (record.place,))
            continue
        ref = record.value["ref"]
        told[ref].add(record.raw)
        if record.value["sha256"] != sha256(inbound.get(ref, b"")).hexdigest():
            yield Violation("quarantine", "the hash is not that of the message", (ref,))
    settled = outcomes(dict(books))
    for ref in [ref for ref, outcome in settled.items() if outcome.kind == "quarantined"]:
        if not told[ref]:
            yield Violation("quarantine", "quarantined, and operations were not told", (ref,))
        elif len(told[ref]) > 1:
            yield Violation("quarantine", f"told in {len(told[ref])} ways", (ref,))


def hygiene(evidence: Evidence, books: Books) -> Iterator[Violation]:
    """9. No canary sings in logs, metrics, Redis or plain headers."""
    for where, text in evidence.said:
        for canary in evidence.canaries:
            if canary in text:
                yield Violation("hygiene", f"{canary} stands in {where}")
