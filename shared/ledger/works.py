"""The rules of `fold` on work that people do, one pure function per kind of entry: what it makes of a
conversation."""

from msgspec.structs import replace

from shared.contracts.ledger import (
    Assigned,
    Closed,
    OnHold,
    Overflowed,
    Released,
    Replied,
    Transferred,
    WrappedUp,
)
from shared.contracts.placement import parse_ref
from shared.ledger.state import (
    MOST_MOVES,
    MOST_TRANSFERS,
    REMEMBERED_COMMANDS,
    Conversation,
    Place,
    Verdict,
    Work,
    Wrapping,
    inert,
)
from shared.queue.values import Turn


def assigned(c: Conversation, e: Assigned, place: Place) -> Verdict:
    """An agent takes the work."""
    work = _open_work(c, e.work)
    if work is None:
        return inert("work_closed")
    if e.command in work.commands:
        return inert("repeated")
    refusal = _not_waiting(work, e.attempt)
    if refusal is not None:
        return inert(refusal)
    first = work.taken_at is None
    taken = replace(work, agent=e.agent, token=place.offset, taken_at=place.at if first else work.taken_at)
    waited = (work.since, place.at) if first else None
    return replace(_worked(c, taken, e.command), waited=waited)


def released(c: Conversation, e: Released, place: Place) -> Verdict:
    """The work goes back to the queue; its attempt count makes older proposals inert."""
    work = _held(c, e)
    if isinstance(work, str):
        return inert(work)
    return _worked(c, _turned(_freed(work), _off_hold(work), place), e.command)


def transferred(c: Conversation, e: Transferred, place: Place) -> Verdict:
    """The work waits in another pool, with its age and its messages; so does what the customer asks next."""
    work = _held(c, e)
    if isinstance(work, str):
        return inert(work)
    if work.transfers >= MOST_TRANSFERS:
        return inert("too_many_transfers")
    passed_on = replace(
        _turned(_freed(work), "ours", place),
        pool=e.pool,
        transfers=work.transfers + 1,
        excluded=tuple(dict.fromkeys((*work.excluded, e.agent))),
        since=place.at,
        note_at=place.offset,
        answered_at=None,
    )
    return _worked(replace(c, pool=e.pool), passed_on, e.command)


def overflowed(c: Conversation, e: Overflowed, place: Place) -> Verdict:
    """The work waits in another pool; what the customer asks after it goes to their own again."""
    work = _open_work(c, e.work)
    if work is None:
        return inert("work_closed")
    refusal = _not_waiting(work, e.attempt)
    if refusal is not None:
        return inert(refusal)
    return _worked(c, replace(_freed(work), pool=e.pool, since=place.at), "")


def on_hold(c: Conversation, e: OnHold, place: Place) -> Verdict:
    """The agent waits for somebody else, or no longer."""
    work = _held(c, e)
    if isinstance(work, str):
        return inert(work)
    return _worked(c, _turned(work, "hold" if e.on else _off_hold(work), place), e.command)


def replied(c: Conversation, e: Replied, place: Place) -> Verdict:
    """A person's answer."""
    work = _held(c, e)
    if isinstance(work, str):
        return inert(work)
    answered_at = place.at if work.answered_at is None else work.answered_at
    work = replace(work, turn="customer", turn_at=place.at, waiting_since=None, answered_at=answered_at)
    c = replace(c, said=c.saying(place), last_agent=e.agent, last_spoke=place.at)
    return _worked(c, work, e.command)


def closed(c: Conversation, e: Closed, place: Place) -> Verdict:
    """The work ends. The conversation stays with people until it is returned, unless this does it; it does
    not when the conversation has changed hands too often."""
    work = _held(c, e)
    if isinstance(work, str):
        return inert(work)
    said_all = bool(e.disposition) and e.solved is not None
    after = replace(
        c,
        work=None,
        closed_at=place.at,
        streak=0,
        last_agent=e.agent,
        last_spoke=place.at,
        wrapping=None if said_all else Wrapping(work.id, work.pool, e.agent, work.token),
    )
    back = e.to_bot and c.moves < MOST_MOVES
    if back:
        after = replace(after, owner="bot", epoch=c.epoch + 1, moves=c.moves + 1, closed_at=None)
    return Verdict(conversation=after, work=work, kept=e.to_bot and not back)


def wrapped_up(c: Conversation, e: WrappedUp, place: Place) -> Verdict:
    """Its last holder says what a closed work was about."""
    wrapping = c.wrapping
    if wrapping is None or wrapping.work != parse_ref(e.work).offset:
        return inert("not_wrapping")
    if wrapping.agent != e.agent:
        return inert("not_holder")
    if e.token is not None and e.token != wrapping.token:
        return inert("stale_token")
    return Verdict(conversation=replace(c, wrapping=None), wrapped=wrapping)


def _open_work(c: Conversation, work_id: str) -> Work | None:
    if c.work is None or c.work.id != parse_ref(work_id).offset:
        return None
    return c.work


def _not_waiting(work: Work, attempt: int) -> str | None:
    if work.agent is not None:
        return "already_held"
    return None if attempt == work.attempt else "offer_over"


def _held(c: Conversation, e: Released | Transferred | OnHold | Replied | Closed) -> Work | str:
    """The work that the entry's agent holds, or why it is not theirs to act on."""
    work = _open_work(c, e.work)
    if work is None:
        return "work_closed"
    if e.command and e.command in work.commands:
        return "repeated"
    if work.agent != e.agent:
        return "not_holder"
    if e.token is not None and e.token != work.token:
        return "stale_token"
    return work


def _freed(work: Work) -> Work:
    return replace(work, agent=None, token=None, attempt=work.attempt + 1)


def _off_hold(work: Work) -> Turn:
    return "ours" if work.turn == "hold" else work.turn


def _turned(work: Work, turn: Turn, place: Place) -> Work:
    return work if turn == work.turn else replace(work, turn=turn, turn_at=place.at)


def _worked(c: Conversation, work: Work, command: str) -> Verdict:
    if command:
        work = replace(work, commands=(*work.commands, command)[-REMEMBERED_COMMANDS:])
    return Verdict(conversation=replace(c, work=work), work=work)
