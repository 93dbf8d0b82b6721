"""Judgements 1 to 4: every message has one outcome, never two, repeats are the same, and order holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import inf

from tests.chaos.oracle.book import Book, outcomes
from tests.chaos.oracle.evidence import Evidence, Record, Violation
from tests.chaos.oracle.fidelity import copies, faithful
from tests.chaos.oracle.notices import about_the_right_message, acknowledged, informed, notices, one_key
from tests.chaos.oracle.speech import (
    bot_replies,
    bot_words,
    in_the_right_conversation,
    said,
    said_once,
    unheard,
)
from tests.chaos.oracle.values import Outcome

Books = Mapping[int, Book]
CANARY = (
    b'{"id":"relais-canary","conversation_id":"relais-canary","channel":"relais",'
    b'"text":"Canary of Relais: no customer wrote this."}'
)
"""What the fallback publishes to try its own way, as long as it runs; nobody is to see any of it. One that
is not settled yet is a matter of liveness."""
_NONE = Outcome("", 0, 0.0)


def desk(evidence: Evidence) -> dict[str, set[str]]:
    """The works in which agents find each message, by ref."""
    found: dict[str, set[str]] = defaultdict(set)
    for record in evidence.of("work"):
        if record.value and record.value["type"] in ("queued", "message"):
            for ref in record.value.get("refs", ()):
                found[ref].add(record.value["work_id"])
    return found


def accounted(evidence: Evidence, books: Books) -> Iterator[Violation]:
    """1. What lies in inbound has exactly one valid terminal entry, and the world sees just that."""
    settled = outcomes(dict(books))
    inbound = {record.place: record for record in evidence.of("inbound")}
    for door in evidence.doors:
        if door.ref not in inbound:
            yield Violation("accounted", "acknowledged at the door and gone from the log", (door.ref,))
    for ref, record in inbound.items():
        if ref not in settled and record.raw != CANARY:
            yield Violation("accounted", "lost: no valid entry settles it", (ref,))
    for ref, outcome in settled.items():
        if ref not in inbound and outcome.kind != "gap":
            yield Violation("accounted", f"phantom: {outcome.kind}, and no such message", (ref,))
    yield from _seen_outside(evidence, settled)
    yield from acknowledged(evidence, settled)
    yield from informed(evidence, books)
    yield from about_the_right_message(evidence)
    yield from _one_per_id(evidence, settled)
    yield from _moved(evidence, settled)
    yield from _gaps(evidence, inbound, settled)
    yield from faithful(evidence, books, settled)
    yield from in_the_right_conversation(evidence, settled)
    yield from bot_words(evidence, books)
    yield from unheard(evidence, books)
    yield from _canaries(inbound, settled)


def _canaries(inbound: Mapping[str, Record], settled: Mapping[str, Outcome]) -> Iterator[Violation]:
    """Nothing but the canary is settled as one, whatever bears its marks; nor is the canary otherwise."""
    for ref, outcome in settled.items():
        if ref not in inbound or outcome.kind == "gap":
            continue
        if (outcome.kind == "canary") != (inbound[ref].raw == CANARY):
            what = "hidden as a canary, and it is none" if outcome.kind == "canary" else "a canary was shown"
            yield Violation("accounted", what, (ref,))


def _seen_outside(evidence: Evidence, settled: Mapping[str, Outcome]) -> Iterator[Violation]:
    answered = {r.value["ref"] for r in bot_replies(evidence) if r.value}
    shown = set(desk(evidence))
    for kind, seen in (("answered", answered), ("people", shown)):
        decided = {ref for ref, outcome in settled.items() if outcome.kind == kind}
        for ref in sorted(decided - seen):
            yield Violation("accounted", f"{kind} in the book, and nobody outside sees it", (ref,))
        for ref in sorted(seen - decided):
            found = settled[ref].kind if ref in settled else "unsettled"
            yield Violation("accounted", f"phantom: {kind} outside, {found} in the book", (ref,))


def _one_per_id(evidence: Evidence, settled: Mapping[str, Outcome]) -> Iterator[Violation]:
    """A message that a channel sent twice under one id has one outcome; the others are duplicates of it."""
    sent: dict[tuple[str, str], list[str]] = defaultdict(list)
    for record in evidence.of("inbound"):
        if record.value and settled.get(record.place, _NONE).kind in ("answered", "people"):
            sent[record.value["conversation_id"], record.value["id"]].append(record.place)
    for refs in sent.values():
        if len(refs) > 1:
            yield Violation("accounted", "one message, sent again, has several outcomes", tuple(refs))


def _moved(evidence: Evidence, settled: Mapping[str, Outcome]) -> Iterator[Violation]:
    found = copies(evidence)
    for ref, outcome in settled.items():
        at_home = [copy for copy in found.get(ref, ()) if str(copy.partition) == outcome.to]
        if outcome.kind == "moved" and not at_home:
            yield Violation("accounted", "moved, and never arrived at its home", (ref,))


def _gaps(
    evidence: Evidence, inbound: Mapping[str, Record], settled: Mapping[str, Outcome]
) -> Iterator[Violation]:
    """Where a record was seen there is no gap, unless records were deleted before the book said so."""
    deleted = [fault.start for fault in evidence.faults if fault.name == "retention"]
    for ref, outcome in settled.items():
        since = inbound[ref].at if ref in inbound else inf
        if outcome.kind == "gap" and since < inf and not any(since <= at <= outcome.at for at in deleted):
            yield Violation("accounted", "a gap in the book, and there is a message", (ref,))


def never_both(evidence: Evidence, books: Books) -> Iterator[Violation]:
    """2. What the bot answered lies on nobody's desk."""
    shown = desk(evidence)
    for ref in sorted({r.value["ref"] for r in bot_replies(evidence) if r.value} & set(shown)):
        yield Violation("never both", "the bot answered it and people have it", (ref,))
    for ref, works in shown.items():
        if len(works) > 1:
            yield Violation("never both", f"in {len(works)} works: {', '.join(sorted(works))}", (ref,))


def repeats(evidence: Evidence, books: Books) -> Iterator[Violation]:
    """3. A reply that is sent again has the same key and the same bytes."""
    by_key: dict[str, set[bytes]] = defaultdict(set)
    for record in evidence.of("replies"):
        if record.value:
            by_key[record.value["idempotency_key"]].add(record.raw)
        else:
            yield Violation("repeats", f"a reply at {record.place} that breaks the published schema")
    for key, forms in by_key.items():
        if len(forms) > 1:
            yield Violation("repeats", f"{len(forms)} different replies under the key {key}", (_ref(key),))
    yield from one_key(evidence)
    yield from said_once(evidence, books)


def _ref(key: str) -> str:
    return key.partition("/")[0]


def order(evidence: Evidence, books: Books) -> Iterator[Violation]:
    """4. Outcomes come in the order of the messages; the bot is silent once a person has spoken."""
    settled = outcomes(dict(books))
    talks: dict[tuple[int, str], list[tuple[int, str]]] = defaultdict(list)
    for record in evidence.of("inbound"):
        if record.value and settled.get(record.place, _NONE).kind in ("answered", "people"):
            talks[record.partition, record.value["conversation_id"]].append((record.offset, record.place))
    for messages in talks.values():
        for (_, one), (_, two) in pairwise(sorted(messages)):
            if settled[one].place > settled[two].place:
                yield Violation("order", "a later message was settled first", (one, two))
    yield from _visible_order(evidence)
    yield from _bot_after_person(evidence, books, settled)


def _visible_order(evidence: Evidence) -> Iterator[Violation]:
    first: dict[str, Record] = {}
    told = bot_replies(evidence) + notices(evidence, "acknowledgement")
    for record in sorted(told, key=lambda r: (r.partition, r.offset)):
        assert record.value
        first.setdefault(record.value["ref"], record)
    talks: dict[tuple[int, str], list[str]] = defaultdict(list)
    for ref, record in first.items():
        assert record.value
        talks[record.partition, record.value["conversation_id"]].append(ref)
    for refs in talks.values():
        for one, two in pairwise(refs):
            if int(one.partition(":")[2]) > int(two.partition(":")[2]):
                yield Violation("order", "outcomes became visible in the wrong order", (one, two))


def _bot_after_person(
    evidence: Evidence, books: Books, settled: Mapping[str, Outcome]
) -> Iterator[Violation]:
    spoken = {
        (e["conversation"], e["agent"], e["text"]): place
        for b in books.values()
        for place, e in b.spoken.items()
    }
    person: dict[tuple[int, str], int] = {}
    told: set[str] = set()
    for record in evidence.of("replies"):
        if not record.value or record.value["idempotency_key"] in told:
            continue
        told.add(record.value["idempotency_key"])
        talk = record.partition, record.value["conversation_id"]
        if record.value["author"]["kind"] == "agent":
            person.setdefault(talk, spoken.get(said(record.value), 0))
        elif record.value["author"]["kind"] == "bot" and talk in person:
            ref = record.value["ref"]
            now = settled[ref].place if ref in settled else 0
            back = books[record.partition].returns.get(talk[1], []) if record.partition in books else []
            if not any(person[talk] < place < now for place in back):
                yield Violation("order", "the bot spoke after a person", (ref,))
            else:
                del person[talk]
