"""The story of one message: what was understood, what was decided, what came of it. Values only.

Message text, and what people or the bot wrote, is in it only where `with_text` asks for it.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from services.cli.explain.events import Event, event
from services.cli.explain.find import Found
from services.cli.explain.read import Pages
from services.cli.follow import Folded, reasons
from services.cli.words import why
from shared.contracts.ledger import Answered, Entry, Moved, Routed
from shared.contracts.placement import Ref
from shared.ledger.state import Settled

Facts = dict[str, Any]


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
        events=[event(ref, folded, began, with_text) for folded in pages.entries],
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
    return {
        "state": "held" if work.agent else "waiting",
        "pool": work.pool,
        "agent": work.agent,
        "priority": work.priority,
    }
