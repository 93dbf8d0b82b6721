"""The rules of `fold` on messages and on who has the conversation, one pure function per kind of entry; those
on work are in `works`."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from shared.contracts.inbound import Message
from shared.contracts.ledger import Answered, HandedOver, Priority, Returned, Routed, TakenOver
from shared.contracts.placement import parse_ref
from shared.contracts.vocabulary import ReasonCode
from shared.ledger.readings import customer_of, gathered, merged, of_message, of_routed
from shared.ledger.state import (
    MOST_MOVES,
    REMEMBERED_IDS,
    REMEMBERED_MESSAGES,
    Conversation,
    Place,
    Reading,
    Settled,
    Spoken,
    Verdict,
    Work,
    inert,
)

PRIORITIES: tuple[Priority, ...] = ("normal", "high", "urgent")


ROUTER = "router"
"""Who returns a conversation that is decided afresh."""


def routed(c: Conversation, e: Routed, ref: int, place: Place) -> Verdict:
    """A message's first decision. A bot route that lands while people have it counts as human.

    `ref` is unsettled and was not routed before.
    """
    c = _heard(c, e.message, ref, e.intents.language)
    original = c.original(e.message.id, ref)
    if original is not None:
        return Verdict(conversation=c, settled=(Settled(ref, "duplicate", original),))
    spoken, reading, said = (ref, place.offset), of_routed(e), c.saying(place)
    if e.route == "bot" and c.owner == "bot":
        waiting = tuple(sorted((*c.open, spoken)))
        return Verdict(conversation=replace(c, open=waiting, said=said, reading=merged(c.reading, reading)))
    pool = e.pool if e.route == "human" else c.pool
    reason = e.reasons[0] if e.route == "human" and e.reasons else "with_people"
    return _to_people(c, [spoken], _Opening(pool, reason, e.priority, reading), place, said)


def answered(c: Conversation, e: Answered, ref: int, place: Place) -> Verdict:
    """The bot's answer to the oldest open message."""
    if not c.is_open(ref):
        return inert("settled_or_not_routed")
    if e.epoch != c.epoch or c.owner != "bot":
        return inert("epoch_over")
    if c.open[0][0] != ref:
        return inert("not_oldest")
    left = c.open[1:]
    after = replace(
        c,
        open=left,
        said=c.saying(place),
        streak=c.streak + 1,
        language=e.language,
        reading=c.reading if left else None,
    )
    return Verdict(conversation=after, settled=(Settled(ref, "answered"),))


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
    reading: Reading | None = None
    for offset in (o for o in sorted(unsettled) if o in messages and not c.is_open(o)):
        c = _heard(c, messages[offset], offset)
        original = c.original(messages[offset].id, offset)
        if original is None:
            fresh.append((offset, place.offset))
            reading = merged(reading, of_message(messages[offset]))
        else:
            twins.append(Settled(offset, "duplicate", original))
    if fresh or any(c.is_open(o) for o in unsettled):
        said = c.saying(place) if fresh else c.said
        return _to_people(c, fresh, _Opening(e.pool, e.reason, reading=reading), place, said, twins)
    return Verdict(conversation=c, settled=tuple(twins)) if twins else inert("settled")


def taken_over(c: Conversation, e: TakenOver, place: Place) -> Verdict:
    """A person takes the conversation; open messages become a work that this person holds."""
    if c.owner != "bot":
        return inert("with_people")
    if not c.open:
        after = replace(c, owner="people", epoch=c.epoch + 1, moves=c.moves + 1, pool=e.pool)
        return Verdict(conversation=replace(after, closed_at=place.at), passed=True)
    verdict = _to_people(c, [], _Opening(e.pool, "taken_over"), place, c.said)
    assert verdict.conversation is not None and verdict.work is not None
    work = replace(verdict.work, agent=e.agent, token=place.offset, taken_at=place.at)
    return replace(verdict, conversation=replace(verdict.conversation, work=work), work=work)


def returned(c: Conversation, e: Returned, place: Place) -> Verdict:
    """The conversation goes back to the bot: afresh when the router says so long after the last work was
    closed, otherwise as one more move."""
    if e.epoch != c.epoch:
        return inert("epoch_over")
    if c.owner != "people":
        return inert("with_bot")
    if c.work is not None:
        return inert("work_open")
    afresh = e.by == ROUTER and c.afresh(place.at)
    if c.moves >= MOST_MOVES and not afresh:
        return inert("limit_of_moves")
    moves = 0 if afresh else c.moves + 1
    after = replace(c, owner="bot", epoch=c.epoch + 1, moves=moves, streak=0, closed_at=None)
    return Verdict(conversation=after)


def _heard(c: Conversation, message: Message, ref: int, detected: str = "und") -> Conversation:
    seen = c.seen
    if all(known != message.id for known, _ in seen):
        seen = (*seen, (message.id, ref))[-REMEMBERED_IDS:]
    stated = message.language or (message.customer.language if message.customer else None)
    language = detected if detected != "und" else stated or c.language
    customer = customer_of(message) or c.customer
    return replace(c, seen=seen, channel=message.channel, language=language, customer=customer)


class _Opening(NamedTuple):
    """What a work is opened with, if none is open, and what is read from the messages that join it."""

    pool: str
    reason: ReasonCode
    priority: Priority = "normal"
    reading: Reading | None = None


def _to_people(
    c: Conversation,
    fresh: Sequence[Spoken],
    opening: _Opening,
    place: Place,
    said: tuple[int, ...],
    twins: Sequence[Settled] = (),
) -> Verdict:
    """Settle `fresh` messages and every open one with people, in one work."""
    joined = tuple(sorted((*c.open, *fresh)))
    reading = merged(c.reading, opening.reading) or Reading()
    opened = c.work is None
    before = c.work or _open(c, joined[0][0], opening, reading.intent, place)
    work = _joined(before, joined, opening.priority, reading, place)
    passed = c.owner == "bot"
    after = replace(
        c,
        owner="people",
        epoch=c.epoch + passed,
        moves=c.moves + passed,
        open=(),
        said=said,
        reading=None,
        work=work,
        pool=work.pool if opened else c.pool,
        contacts=work.contacts,
        closed_at=None,
    )
    settled = (*(Settled(offset, "people") for offset, _ in joined), *twins)
    return Verdict(None, after, settled, passed, opened, joined, work)


def _open(c: Conversation, first: int, opening: _Opening, intent: str, place: Place) -> Work:
    return Work(
        first,
        opening.pool,
        opening.priority,
        place.at,
        reason=opening.reason,
        intent=intent,
        contacts=c.contacts + 1 if c.came_back(place.at) else 0,
        since=place.at,
        turn_at=place.at,
    )


def _joined(
    work: Work, joined: tuple[Spoken, ...], priority: Priority, reading: Reading, place: Place
) -> Work:
    """The work with these messages: somebody has to answer now."""
    return replace(
        work,
        messages=(*work.messages, *joined)[-REMEMBERED_MESSAGES:],
        priority=_weightier(work.priority, priority),
        severity=max(work.severity, reading.severity),
        tier=reading.tier or work.tier,
        signs=gathered(work.signs, reading.signs) if reading.signs else work.signs,
        turn="ours",
        turn_at=work.turn_at if work.turn == "ours" else place.at,
        waiting_since=place.at if work.waiting_since is None else work.waiting_since,
    )


def _weightier(one: Priority, other: Priority) -> Priority:
    return one if one == other else max(one, other, key=PRIORITIES.index)
