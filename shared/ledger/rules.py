"""The rules of `fold`, one pure function per kind of entry: what it makes of a conversation."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from shared.contracts.inbound import Message
from shared.contracts.ledger import (
    Answered,
    Assigned,
    Closed,
    HandedOver,
    Priority,
    Released,
    Replied,
    Returned,
    Routed,
    TakenOver,
)
from shared.contracts.placement import parse_ref
from shared.contracts.vocabulary import ReasonCode
from shared.ledger.state import (
    REMEMBERED_COMMANDS,
    REMEMBERED_IDS,
    REMEMBERED_MESSAGES,
    REMEMBERED_TURNS,
    Conversation,
    Settled,
    Spoken,
    Verdict,
    Work,
)

PRIORITIES: tuple[Priority, ...] = ("normal", "high", "urgent")


class Place(NamedTuple):
    """Where an entry lies: its ledger offset, and its record's timestamp in milliseconds."""

    offset: int
    at: int


def inert(why: str) -> Verdict:
    """The verdict on an entry that changes nothing."""
    return Verdict(inert=why)


def routed(c: Conversation, e: Routed, ref: int, place: Place) -> Verdict:
    """A message's first decision. A bot route that lands while people have it counts as human.

    `ref` is unsettled and was not routed before.
    """
    c = _heard(c, e.message, ref, e.intents.language)
    original = c.original(e.message.id, ref)
    if original is not None:
        return Verdict(conversation=c, settled=(Settled(ref, "duplicate", original),))
    c = _said(c, place)
    if e.route == "bot" and c.owner == "bot":
        return Verdict(conversation=replace(c, open=tuple(sorted((*c.open, (ref, place.offset))))))
    pool = e.pool if e.route == "human" else c.pool
    reason = e.reasons[0] if e.route == "human" and e.reasons else "with_people"
    return _to_people(c, [(ref, place.offset)], _Opening(pool, reason, e.priority), place)


def answered(c: Conversation, e: Answered, ref: int, place: Place) -> Verdict:
    """The bot's answer to the oldest open message."""
    if not c.is_open(ref):
        return inert("settled_or_not_routed")
    if e.epoch != c.epoch or c.owner != "bot":
        return inert("epoch_over")
    if c.open[0][0] != ref:
        return inert("not_oldest")
    c = replace(_said(c, place), open=c.open[1:], streak=c.streak + 1, language=e.language)
    return Verdict(conversation=c, settled=(Settled(ref, "answered"),))


def handed_over(c: Conversation, e: HandedOver, unsettled: Collection[int], place: Place) -> Verdict:
    """A conversation passes to people with every message nobody settled.

    `unsettled` are the listed offsets that have no outcome and were not routed in another
    conversation.
    """
    if e.epoch != c.epoch:
        return inert("epoch_over")
    listed = set(e.refs)
    messages = {parse_ref(ref).offset: message for ref, message in e.messages if ref in listed}
    fresh: list[Spoken] = []
    twins: list[Settled] = []
    for offset in (o for o in sorted(unsettled) if o in messages and not c.is_open(o)):
        c = _heard(c, messages[offset], offset)
        original = c.original(messages[offset].id, offset)
        if original is None:
            fresh.append((offset, place.offset))
        else:
            twins.append(Settled(offset, "duplicate", original))
    if fresh:
        c = _said(c, place)
    if fresh or any(c.is_open(o) for o in unsettled):
        return _to_people(c, fresh, _Opening(e.pool, e.reason), place, twins)
    return Verdict(conversation=c, settled=tuple(twins)) if twins else inert("settled")


def taken_over(c: Conversation, e: TakenOver, place: Place) -> Verdict:
    """A person takes the conversation; open messages become a work that this person holds."""
    if c.owner != "bot":
        return inert("with_people")
    if not c.open:
        after = replace(c, owner="people", epoch=c.epoch + 1, pool=e.pool, closed_at=place.at)
        return Verdict(conversation=after, passed=True)
    verdict = _to_people(c, [], _Opening(e.pool, "taken_over"), place)
    assert verdict.conversation is not None and verdict.work is not None
    work = replace(verdict.work, agent=e.agent, token=place.offset)
    return replace(verdict, conversation=replace(verdict.conversation, work=work), work=work)


def returned(c: Conversation, e: Returned, place: Place) -> Verdict:
    """The conversation goes back to the bot."""
    if e.epoch != c.epoch:
        return inert("epoch_over")
    if c.owner != "people":
        return inert("with_bot")
    if c.work is not None:
        return inert("work_open")
    return Verdict(conversation=replace(c, owner="bot", epoch=c.epoch + 1, streak=0, closed_at=None))


def assigned(c: Conversation, e: Assigned, place: Place) -> Verdict:
    """An agent takes the work."""
    work = _open_work(c, e.work)
    if work is None:
        return inert("work_closed")
    if e.command in work.commands:
        return inert("repeated")
    if work.agent is not None:
        return inert("already_held")
    if e.attempt != work.attempt:
        return inert("offer_over")
    return _worked(c, replace(work, agent=e.agent, token=place.offset), e.command)


def released(c: Conversation, e: Released, place: Place) -> Verdict:
    """The work goes back to the queue; its attempt count makes older proposals inert."""
    refusal = _not_holding(c, e)
    if refusal is not None:
        return inert(refusal)
    assert c.work is not None
    return _worked(c, replace(c.work, agent=None, token=None, attempt=c.work.attempt + 1), e.command)


def replied(c: Conversation, e: Replied, place: Place) -> Verdict:
    """A person's answer."""
    refusal = _not_holding(c, e)
    if refusal is not None:
        return inert(refusal)
    assert c.work is not None
    return _worked(_said(c, place), c.work, e.command)


def closed(c: Conversation, e: Closed, place: Place) -> Verdict:
    """The work ends; the conversation stays with people until it is returned, unless this does it."""
    refusal = _not_holding(c, e)
    if refusal is not None:
        return inert(refusal)
    after = replace(c, work=None, closed_at=place.at, streak=0)
    if e.to_bot:
        after = replace(after, owner="bot", epoch=c.epoch + 1, closed_at=None)
    return Verdict(conversation=after, work=c.work)


def _open_work(c: Conversation, work_id: str) -> Work | None:
    if c.work is None or c.work.id != parse_ref(work_id).offset:
        return None
    return c.work


def _not_holding(c: Conversation, e: Released | Replied | Closed) -> str | None:
    work = _open_work(c, e.work)
    if work is None:
        return "work_closed"
    if e.command and e.command in work.commands:
        return "repeated"
    if work.agent != e.agent:
        return "not_holder"
    if e.token is not None and e.token != work.token:
        return "stale_token"
    return None


def _worked(c: Conversation, work: Work, command: str) -> Verdict:
    if command:
        work = replace(work, commands=(*work.commands, command)[-REMEMBERED_COMMANDS:])
    return Verdict(conversation=replace(c, work=work), work=work)


def _heard(c: Conversation, message: Message, ref: int, detected: str = "und") -> Conversation:
    seen = c.seen
    if all(known != message.id for known, _ in seen):
        seen = (*seen, (message.id, ref))[-REMEMBERED_IDS:]
    stated = message.language or (message.customer.language if message.customer else None)
    language = detected if detected != "und" else stated or c.language
    return replace(c, seen=seen, channel=message.channel, language=language)


def _said(c: Conversation, place: Place) -> Conversation:
    return replace(c, said=(*c.said, place.offset)[-REMEMBERED_TURNS:])


class _Opening(NamedTuple):
    """What a work is opened with, if none is open."""

    pool: str
    reason: ReasonCode
    priority: Priority = "normal"


def _to_people(
    c: Conversation,
    fresh: Sequence[Spoken],
    opening: "_Opening",
    place: Place,
    twins: Sequence[Settled] = (),
) -> Verdict:
    """Settle `fresh` messages and every open one with people, in one work."""
    joined = tuple(sorted((*c.open, *fresh)))
    pool, reason, priority = opening
    work = c.work or Work(joined[0][0], pool, priority, place.at, reason=reason)
    work = replace(
        work,
        messages=(*work.messages, *joined)[-REMEMBERED_MESSAGES:],
        priority=max(work.priority, priority, key=PRIORITIES.index),
    )
    passed = c.owner == "bot"
    after = replace(
        c, owner="people", epoch=c.epoch + passed, open=(), work=work, pool=work.pool, closed_at=None
    )
    settled = (*(Settled(offset, "people") for offset, _ in joined), *twins)
    return Verdict(None, after, settled, passed, c.work is None, joined, work)
