"""The book has what came in: id, conversation and text are those of the record at the door, as far as it says
them in a form that needs no repair. Part of judgement 1."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.chaos.oracle.book import Book, named
from tests.chaos.oracle.evidence import Evidence, Json, Record, Violation
from tests.chaos.oracle.values import Outcome

NAMES = ("id", "conversation_id")
SAID = (*NAMES, "text")
LONGEST = 512
"""Characters of an id."""
REPAIRED = re.compile("[\ud800-\udfff\ufffd]")
MOVED_FROM = "relais-moved-from"


def let_in(raw: bytes) -> dict[str, str]:
    """What a record says that nobody has reason to change."""
    try:
        found = json.loads(raw.decode(json.detect_encoding(raw), "replace"), strict=False)
    except (ValueError, RecursionError):
        return {}
    told = {name: found.get(name) for name in SAID} if isinstance(found, dict) else {}
    return {name: text for name, text in told.items() if isinstance(text, str) and _whole(name, text)}


def _whole(name: str, text: str) -> bool:
    return not REPAIRED.search(text) and (name == "text" or 0 < len(text) <= LONGEST)


def faithful(
    evidence: Evidence, books: Mapping[int, Book], settled: Mapping[str, Outcome]
) -> Iterator[Violation]:
    """What the valid entries, and copies, say of a message is what its record says."""
    came = {record.place: let_in(record.raw) for record in evidence.of("inbound")}
    for record in evidence.of("ledger"):
        if record.value and not books[record.partition].verdicts[record.offset]:
            for ref, told in _told(record.value):
                if wrong := unlike(came.get(ref, {}), told):
                    yield Violation("accounted", f"{record.value['kind']} with another {wrong}", (ref,))
    for ref, outcome in settled.items():
        original = came.get(outcome.to, {}) if outcome.kind == "duplicate" else {}
        if wrong := unlike(original, came.get(ref, {}), NAMES):
            yield Violation("accounted", f"a duplicate with another {wrong}", (ref, outcome.to))
    yield from _copies(evidence)


def unlike(came: Mapping[str, str], told: Mapping[str, Any], parts: Sequence[str] = SAID) -> str:
    """The parts that both say, and not alike."""
    both = [part for part in parts if part in came and part in told]
    return ", ".join(part for part in both if came[part] != told[part])


def _told(entry: Json) -> Iterator[tuple[str, Json]]:
    if entry["kind"] == "routed":
        yield entry["ref"], entry["message"]
    yield from entry.get("messages", ())
    if "conversation" in entry:
        for ref in sorted(named(entry)):
            yield ref, {"conversation_id": entry["conversation"]}


def copies(evidence: Evidence) -> dict[str, list[Record]]:
    """What was brought home, by the ref at which it lay first."""
    found: dict[str, list[Record]] = defaultdict(list)
    for record in evidence.of("inbound"):
        for name, value in record.headers:
            if name == MOVED_FROM:
                found[value.decode("ascii", "replace")].append(record)
    return found


def _copies(evidence: Evidence) -> Iterator[Violation]:
    inbound = {record.place: record for record in evidence.of("inbound")}
    for ref, found in copies(evidence).items():
        for copy in found:
            if ref in inbound and (copy.raw, copy.key) != (inbound[ref].raw, inbound[ref].key):
                yield Violation("accounted", "brought home with other bytes", (ref, copy.place))
