"""What each entry of the book has to say about one message. Values only."""

from dataclasses import dataclass

from services.cli.follow import Folded
from services.cli.words import INERT, why
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


def event(ref: Ref, folded: Folded, began: int, with_text: bool) -> Event:
    """What an entry says about the message at `ref`, whose record has the time `began`."""
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
        case Routed(route="bot") if mine is not None:
            return f"to the bot ({', '.join(entry.reasons)}), but a person had the conversation already"
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
