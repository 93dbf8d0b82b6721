"""The story of one message: what was understood, what was decided, what came of it. Values only.

Message text, and what people or the bot wrote, is in it only where `with_text` asks for it.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from services.cli.follow import Folded, reasons
from services.cli.story_find import Found
from services.cli.story_read import Pages
from services.cli.story_words import INERT, why
from shared.contracts.ledger import (
    Answered,
    Assigned,
    Closed,
    Entry,
    Gap,
    HandedOver,
    Moved,
    MoveDone,
    Quarantined,
    Released,
    Replied,
    Routed,
    TakenOver,
    kind,
)
from shared.contracts.placement import Ref
from shared.contracts.record import Record
from shared.ledger.state import Settled

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of the book that concerns the message. Times are milliseconds, `after` counts from the
    message's own record; `inert` says why the book did not accept the entry."""

    at: int
    after: int
    place: str
    kind: str
    by: str
    says: str
    inert: str | None = None
    text: str | None = None


@dataclass(slots=True)
class Story:
    """`lay` is where and how the message was found, `outcome` what came of it."""

    ref: str
    lay: Facts
    understood: Facts | None
    decided: Facts | None
    outcome: Facts
    events: list[Event]
    notes: list[str] = field(default_factory=list)
    recomputed: Facts | None = None
    copies: list["Story"] = field(default_factory=list)

    def as_json(self) -> Facts:
        """For a program."""
        return asdict(self)


def tell(ref: Ref, found: Found | None, pages: Pages, with_text: bool) -> Story:
    """The story of the message at `ref`; `found` is `None` when its record is deleted."""
    began = found.record.timestamp if found else (pages.entries[0].record.timestamp if pages.entries else 0)
    notes = [] if found else ["The record itself is deleted; what the book says of it is left."]
    if pages.torn:
        notes.append("The ledger no longer reaches back to the beginning: what follows may be incomplete.")
    routed = _routed(pages)
    return Story(
        ref=str(ref),
        lay=_lay(found, with_text) if found else {},
        understood=_understood(routed) if routed else None,
        decided=_decided(routed) if routed else None,
        outcome=_outcome(ref, pages, began),
        events=[_event(ref, folded, began, with_text) for folded in pages.entries],
        notes=notes,
    )


def _lay(found: Found, with_text: bool) -> Facts:
    record, message = found.record, found.message
    lay: Facts = {
        "topic": record.topic,
        "at": record.timestamp,
        "bytes": len(record.value) if record.value is not None else None,
        "moved_from": found.came_from,
    }
    if message is None:
        return {**lay, "unreadable": found.invalid}
    lay |= {
        "id": message.id,
        "conversation_id": message.conversation_id,
        "channel": message.channel,
        "characters": len(message.text),
        "attachments": len(message.attachments),
        "damage": list(message.damage),
        "at_home": found.at_home,
    }
    return {**lay, "text": message.text} if with_text else lay


def _routed(pages: Pages) -> Folded | None:
    """The routing that counted; else one that came too late."""
    every = [folded for folded in pages.entries if isinstance(folded.entry, Routed)]
    valid = [folded for folded in every if folded.verdict.inert is None]
    return next(iter(valid or every), None)


def _understood(folded: Folded) -> Facts:
    assert isinstance(folded.entry, Routed)
    return {"intents": asdict(folded.entry.intents), "sentiment": asdict(folded.entry.sentiment)}


def _decided(folded: Folded) -> Facts:
    entry = folded.entry
    assert isinstance(entry, Routed)
    return {
        "route": entry.route,
        "pool": entry.pool,
        "priority": entry.priority,
        "reasons": [{"code": code, "en": why(code)} for code in entry.reasons],
        "policy": entry.policy,
        "counted": folded.verdict.inert is None,
        "at": folded.record.timestamp,
    }


def _outcome(ref: Ref, pages: Pages, began: int) -> Facts:
    for folded in pages.entries:
        for settled in folded.verdict.settled:
            if settled.offset == ref.offset:
                at = folded.record.timestamp
                return {
                    "outcome": settled.outcome,
                    "at": at,
                    "after": at - began,
                    **_details(ref, folded, settled, pages),
                }
    if ref.offset in pages.book.open:
        return {"outcome": None, "state": "routed to the bot, which has not answered yet"}
    if pages.book.unsettled(ref.offset):
        return {"outcome": None, "state": "nobody has decided about it yet"}
    return {"outcome": None, "state": "settled before what the ledger still holds, or in a gap of the log"}


def _details(ref: Ref, folded: Folded, settled: Settled, pages: Pages) -> Facts:
    entry = folded.entry
    assert entry is not None, "only entries settle"
    because = [{"code": code, "en": why(code)} for code in reasons(entry)]
    match settled.outcome:
        case "answered":
            assert isinstance(entry, Answered)
            return {"source": entry.source, "language": entry.language, "characters": len(entry.text)}
        case "people":
            assert folded.verdict.work is not None
            return {
                "reasons": because,
                "pool": folded.verdict.work.pool,
                "work": pages.work,
                **_standing(pages, entry),
            }
        case "duplicate":
            return {"of": str(Ref(ref.partition, settled.of or 0))}
        case "moved":
            assert isinstance(entry, Moved)
            return {"to": entry.to, "done": ref.offset not in pages.book.moving}
        case _:
            return {"reasons": because}


def _standing(pages: Pages, entry: Entry) -> Facts:
    """How the message's work stands now."""
    work = pages.book.conversation(getattr(entry, "conversation", "")).work
    if work is None or pages.work != str(Ref(pages.book.partition, work.id)):
        return {"state": "closed"}
    return {"state": "held" if work.agent else "waiting", "agent": work.agent, "priority": work.priority}


def _event(ref: Ref, folded: Folded, began: int, with_text: bool) -> Event:
    record, entry, verdict = folded
    assert entry is not None, "an entry concerns the message"
    text = entry.text if with_text and isinstance(entry, Answered | Replied) else None
    return Event(
        at=record.timestamp,
        after=record.timestamp - began,
        place=f"{record.partition}:{record.offset}",
        kind=kind(entry),
        by=_author(record),
        says=_says(ref, entry, verdict.settled),
        inert=None if verdict.inert is None else INERT.get(verdict.inert, verdict.inert),
        text=text,
    )


def _author(record: Record) -> str:
    for name, value in record.headers:
        if name == "relais-by":
            return value.decode("utf-8", "replace")
    return "unknown"


def _says(ref: Ref, entry: Entry, settled: tuple[Settled, ...]) -> str:
    """One sentence on what the entry said."""
    mine = next((s for s in settled if s.offset == ref.offset), None)
    if mine is None and settled and any(s.of == ref.offset for s in settled):
        return f"{ref.partition}:{settled[0].offset} came with the same id: a duplicate of this one"
    if mine is not None and mine.of is not None:
        return f"a duplicate of {ref.partition}:{mine.of}"
    match entry:
        case Routed() if entry.ref != str(ref):
            return f"the conversation passed to people with {entry.ref}: {', '.join(entry.reasons)}"
        case Routed():
            to = "the bot" if entry.route == "bot" else f"people, pool {entry.pool}"
            return f"to {to}: {', '.join(entry.reasons)}"
        case Answered():
            return f"answered from {entry.source}, {len(entry.text)} characters"
        case HandedOver():
            return f"to people, pool {entry.pool}: {why(entry.reason)}"
        case Quarantined():
            return f"quarantined: {why(entry.reason)}"
        case Moved():
            return f"to its conversation's home, partition {entry.to}"
        case MoveDone():
            return "its copy is acknowledged at home"
        case Gap():
            return f"no record at {entry.first} to {entry.last}"
        case TakenOver():
            return f"{entry.agent} took the conversation over"
        case Assigned():
            return f"{entry.agent} took the work"
        case Released():
            return f"{entry.agent} gave the work back: {entry.why}"
        case Replied():
            return f"{entry.agent} answered, {len(entry.text)} characters"
        case Closed():
            return f"{entry.agent} closed the work: {entry.resolution}"
        case _:
            return ""
