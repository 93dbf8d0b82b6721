"""What Relais itself tells customers: who has their message, and what has changed. Values in, values out."""

from datetime import UTC, datetime
from typing import NamedTuple

from shared.contracts import phrases
from shared.contracts.ledger import Closed, Entry, Released, Transferred
from shared.contracts.outward import Author, Purpose, Reply
from shared.contracts.vocabulary import Sentence
from shared.ledger.book import Book
from shared.ledger.state import Conversation, Verdict, Work
from shared.policy.model import Policy
from shared.queue.hours import open_between
from shared.queue.overflow import serving
from shared.queue.waits import Waits


class Prospect(NamedTuple):
    """When a work may be answered, as far as it can be told: between so many seconds, or from so many
    milliseconds on, when `pool` opens."""

    pool: str
    wait: tuple[int, int] | None = None
    opens_at: int = 0


def acknowledgements(entry: Entry, verdict: Verdict, book: Book, policy: Policy, waits: Waits) -> list[Reply]:
    """One for each message that this entry has just given to people, by `<ref>/ack`."""
    work, conversation = verdict.work, verdict.conversation
    if work is None or conversation is None or not verdict.joined:
        return []
    prospect = _prospect(work, book, policy, waits if verdict.opened else None)
    text = _who_has_it(work, verdict.opened, prospect, policy)
    refs = [(offset, f"{book.partition}:{offset}") for offset, _ in verdict.joined]
    return [
        _notice(
            "acknowledgement",
            f"{ref}/ack",
            ref,
            conversation.name_of(offset, book.partition),
            entry,
            conversation,
            text,
            prospect,
        )
        for offset, ref in refs
    ]


def information(entry: Entry, verdict: Verdict, book: Book, offset: int, policy: Policy) -> Reply | None:
    """What the customer should know though they said nothing, if anything."""
    work, conversation = verdict.work, verdict.conversation
    if conversation is None or not conversation.seen:
        return None
    text = _what_changed(entry, verdict, conversation)
    if text is None:
        return None
    waiting = conversation.work
    prospect = _prospect(waiting, book, policy, None) if waiting is not None else Prospect("")
    last = work.messages[-1][0] if work and work.messages else None
    return _notice(
        "information",
        f"{book.partition}/{offset}/notice",
        "" if last is None else f"{book.partition}:{last}",
        conversation.name_of(last, book.partition),
        entry,
        conversation,
        phrases.joined(text, *_closed(prospect, policy)),
        prospect,
    )


def _prospect(work: Work, book: Book, policy: Policy, waits: Waits | None) -> Prospect:
    """By the record time of the entry that `book` has just applied. A wait is told where `waits` are given,
    and only if the pool stays open that long."""
    if work.agent is not None:
        return Prospect(policy.pool(work.pool))
    pool, opens_at = serving(policy, work.pool, work.since or work.opened_at, book.at)
    if waits is None or opens_at:
        return Prospect(pool, None, opens_at)
    hours = policy.pools[pool].hours
    wait = waits.measured(pool, book.waits.get(pool, ()), hours).interval
    if wait is not None and open_between(hours, book.at, book.at + wait[1] * 1000) < wait[1] * 1000:
        wait = None
    return Prospect(pool, wait)


def _who_has_it(work: Work, opened: bool, prospect: Prospect, policy: Policy) -> Sentence:
    if work.agent is not None:
        return phrases.WITH_A_PERSON
    said = [phrases.PASSED_TO_PEOPLE if opened else phrases.ADDED, *_closed(prospect, policy)]
    if prospect.opens_at and opened and policy.pools[prospect.pool].callback:
        said.append(phrases.CALL_BACK)
    if prospect.wait is not None:
        said.append(phrases.filled(phrases.USUAL_WAIT, wait=phrases.wait(*prospect.wait)))
    return phrases.joined(*said)


def _what_changed(entry: Entry, verdict: Verdict, conversation: Conversation) -> Sentence | None:
    match entry:
        case Released() if entry.why == "tool_lost":
            return phrases.PERSON_LOST
        case Transferred():
            return phrases.PASSED_ON
        case Closed() if conversation.owner == "bot":
            return phrases.joined(phrases.BACK_TO_THE_BOT, phrases.REACH_A_PERSON)
    return phrases.TAKEN_OVER if verdict.passed else None


def _closed(prospect: Prospect, policy: Policy) -> list[Sentence]:
    hours = policy.pools[prospect.pool].hours if prospect.opens_at else None
    if hours is None:
        return []
    return [phrases.filled(phrases.CLOSED_UNTIL, opening=phrases.opening(prospect.opens_at, hours.zone))]


def _notice(
    purpose: Purpose,
    key: str,
    ref: str,
    in_reply_to: str,
    entry: Entry,
    conversation: Conversation,
    text: Sentence,
    prospect: Prospect,
) -> Reply:
    return Reply(
        id=key,
        ref=ref,
        in_reply_to=in_reply_to,
        conversation_id=str(getattr(entry, "conversation", "")),
        channel=conversation.channel,
        author=Author("notice", "relais"),
        text=phrases.say(text, conversation.language),
        language=conversation.language,
        idempotency_key=key,
        purpose=purpose,
        wait=prospect.wait,
        opens_at=_when(prospect.opens_at) if prospect.opens_at else None,
    )


def _when(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="seconds")
