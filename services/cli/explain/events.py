"""What each entry of the book has to say about one message. Values only."""

from dataclasses import dataclass

from services.cli.follow import Folded
from services.cli.words import INERT, after, why
from shared.contracts.ledger import (
    Answered,
    Assigned,
    CanaryPassed,
    Closed,
    Entry,
    Gap,
    HandedOver,
    Moved,
    MoveDone,
    OnHold,
    Overflowed,
    Quarantined,
    Released,
    Replied,
    Routed,
    TakenOver,
    Transferred,
    WrappedUp,
    kind,
)
from shared.contracts.placement import Ref
from shared.contracts.record import Record
from shared.ledger.state import Verdict

OVERFLOWED = {"closed": "is closed", "full": "could not take it in time"}


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
    return Event(
        at=record.timestamp,
        after=record.timestamp - began,
        place=f"{record.partition}:{record.offset}",
        kind=kind(entry),
        by=_author(record),
        says=_says(ref, entry, verdict),
        inert=None if verdict.inert is None else INERT.get(verdict.inert, verdict.inert),
        text=_text(entry) if with_text else None,
    )


def _text(entry: Entry) -> str | None:
    """What the bot or a person wrote."""
    match entry:
        case Answered() | Replied():
            return entry.text
        case Transferred():
            return entry.note
        case _:
            return None


def _author(record: Record) -> str:
    for name, value in record.headers:
        if name == "relais-by":
            return value.decode("utf-8", "replace")
    return "unknown"


def _says(ref: Ref, entry: Entry, verdict: Verdict) -> str:
    """One sentence on what the entry said."""
    mine = next((s for s in verdict.settled if s.offset == ref.offset), None)
    if mine is None and any(s.of == ref.offset for s in verdict.settled):
        twin = verdict.settled[0].offset
        return f"{ref.partition}:{twin} came with the same id: a duplicate of this one"
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
        case CanaryPassed():
            return "the canary: the fallback found it late, and concerned nobody with it"
        case Gap():
            return f"no record at {entry.first} to {entry.last}"
        case _:
            return _of_work(entry, verdict)


def _of_work(entry: Entry, verdict: Verdict) -> str:
    match entry:
        case TakenOver():
            return f"{entry.agent} took the conversation over"
        case Assigned():
            return f"{entry.agent} took the work{_waited(verdict)}"
        case Released():
            return f"{entry.agent} gave the work back: {entry.why}"
        case Transferred():
            noted = f"with a note of {len(entry.note)} characters"
            return f"{entry.agent} passed the work on to pool {entry.pool}, {noted}"
        case Overflowed():
            return f"the work went to pool {entry.pool}, for its own {OVERFLOWED[entry.why]}"
        case OnHold():
            return f"{entry.agent} waits for somebody else{'' if entry.on else ' no more'}"
        case Replied():
            return f"{entry.agent} answered, {len(entry.text)} characters"
        case Closed():
            return f"{entry.agent} closed the work: {entry.resolution}{_afterwards(entry, verdict)}"
        case WrappedUp():
            return f"{entry.agent} wrapped the work up: {_judged(entry) or 'nothing was said of it'}"
        case _:
            return ""


def _waited(verdict: Verdict) -> str:
    if verdict.waited is None:
        return ""
    since, until = verdict.waited
    return f", which had waited {after(until - since).removeprefix('+')} in its pool"


def _afterwards(entry: Closed, verdict: Verdict) -> str:
    """What was said of it, and who has the conversation."""
    judged = f" ({_judged(entry)})" if _judged(entry) else ""
    if verdict.kept:
        return f"{judged}; back to the bot, but it had changed hands too often: people keep it"
    return f"{judged}; back to the bot" if entry.to_bot else judged


def _judged(entry: Closed | WrappedUp) -> str:
    """Its disposition, and whether the customer's matter was resolved."""
    solved = None if entry.solved is None else "solved" if entry.solved else "not solved"
    return ", ".join(dict.fromkeys(word for word in (entry.disposition, solved) if word))
