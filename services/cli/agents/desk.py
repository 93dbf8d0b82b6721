"""What one agent's tool knows: a fold over the records of `relais.work.<pool>`, read in any number of
repeats from any point on.

    record                        what becomes of the case
    offer to me                   `offered` until `expires_at`
    assigned to me                `held` with its token
    message of a work I hold      its messages grow
    held, replied by me           on hold, or no more
    rescinded to me               gone, if it was offered
    released, transferred         gone, if I held it in that attempt
    assigned to another           gone
    closed                        `wrapping` until `wrap_until`, if I held it; without one, gone
    wrapped_up by me              gone; with `wrap_until`: more time

A repeat is known by three facts: a work is assigned anew with a greater token, every time it goes back its
`attempt` grows, and an offer made later ends later. Only an offer that is over may come again and stand until
its end: `rescinded` does not say which offer it is about, and no good one must be lost to an old one's end.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from shared.contracts.inbound import Message
from shared.contracts.outward import WorkRecord

State = Literal["offered", "held", "wrapping"]
REMEMBERED = 2_000
NOT_MINE = frozenset(
    {
        *("not_offered", "offer_over", "already_held", "not_holder", "stale_token"),
        *("unknown_work", "work_closed", "not_wrapping"),
    }
)
"""Refusals that say that the work is not this agent's (any more)."""


@dataclass(frozen=True, slots=True)
class Case:
    """A work on this agent's desk. `told` is the newest complete record of it; `messages` all that the
    customer has written of it."""

    state: State
    told: WorkRecord
    messages: tuple[Message, ...] = ()
    token: int = 0
    attempt: int = 0
    on_hold: bool = False
    until: str = ""
    """When the offer or the wrap-up ends, RFC 3339; empty: never."""

    @property
    def work(self) -> str:
        return self.told.work_id


@dataclass(frozen=True, slots=True)
class Past:
    """What is over of a work: tokens and attempts up to these, and offers that ended by then."""

    token: int = 0
    attempt: int = -1
    offer: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """The cases of `agent` by work, oldest first, and what is over of the works seen last. `away`: offers
    were missed and none come before the agent is back."""

    agent: str
    cases: dict[str, Case] = field(default_factory=dict)
    past: dict[str, Past] = field(default_factory=dict)
    away: bool = False

    def of(self, *states: State) -> list[Case]:
        """The cases in one of these states."""
        return [case for case in self.cases.values() if case.state in states]


def fold(desk: Desk, record: WorkRecord) -> Desk:
    """The desk after `record`; the very same object when the record changes nothing."""
    mine = record.agent_id == desk.agent
    match record.type:
        case "offer" if mine:
            return _offered(desk, record)
        case "assigned":
            return _assigned(desk, record, mine)
        case "message":
            return _message(desk, record)
        case "replied" | "held" if mine:
            return _turned(desk, record)
        case "rescinded" if mine:
            return _rescinded(desk, record)
        case "released" | "transferred":
            return _given_back(desk, record)
        case "closed":
            return _closed(desk, record, mine)
        case "wrapped_up" if mine:
            return _wrapped(desk, record)
        case "away" if mine:
            return replace(desk, away=True)
    return desk


def at(desk: Desk, now: datetime) -> Desk:
    """The desk at `now`: offers and wrap-ups whose time is over are gone, told or not."""
    over = [case for case in desk.cases.values() if case.until and datetime.fromisoformat(case.until) <= now]
    for case in over:
        desk = _without(desk, case.work, offer=case.until if case.state == "offered" else "")
    return desk


def back(desk: Desk) -> Desk:
    """The agent has said to be there again."""
    return replace(desk, away=False)


def refused(desk: Desk, record: WorkRecord, token: int) -> Desk:
    """The desk after a command sent with `token` (0: none) was refused: what is not mine goes off it. For the
    first answer to a command only, since a refusal does not say which holding of the work it was about."""
    known = desk.cases.get(record.work_id)
    code = record.reason.code if record.reason else ""
    if known is None or code not in NOT_MINE:
        return desk
    if known.state == "wrapping" or known.token == token:
        return _without(desk, known.work, token=known.token, offer=known.until)
    return desk


def _offered(desk: Desk, r: WorkRecord) -> Desk:
    past, known = desk.past.get(r.work_id, Past()), desk.cases.get(r.work_id)
    ends = r.expires_at or ""
    if past.closed or r.attempt < past.attempt or ends < past.offer:
        return desk
    if known is not None and (known.state != "offered" or known.until == ends):
        return desk
    return _with(desk, Case("offered", r, r.messages, attempt=r.attempt, until=ends))


def _assigned(desk: Desk, r: WorkRecord, mine: bool) -> Desk:
    past, known = desk.past.get(r.work_id, Past()), desk.cases.get(r.work_id)
    token = r.token or 0
    if not mine:
        if known is None or r.attempt < known.attempt or known.token >= token:
            return desk
        return _without(desk, r.work_id, token=token)
    if past.closed or token <= max(past.token, known.token if known else 0):
        return desk
    return _with(desk, Case("held", r, r.messages, token, r.attempt, r.on_hold))


def _message(desk: Desk, r: WorkRecord) -> Desk:
    known = desk.cases.get(r.work_id)
    if known is None:
        return desk
    have = {message.id for message in known.messages}
    new = tuple(message for message in r.messages if message.id not in have)
    if not new:
        return desk
    told = replace(known.told, enrichment=r.enrichment or known.told.enrichment)
    return _with(desk, replace(known, told=told, messages=known.messages + new))


def _turned(desk: Desk, r: WorkRecord) -> Desk:
    known = desk.cases.get(r.work_id)
    if known is None or known.token != (r.token or 0) or known.on_hold == r.on_hold:
        return desk
    return _with(desk, replace(known, on_hold=r.on_hold))


def _rescinded(desk: Desk, r: WorkRecord) -> Desk:
    known = desk.cases.get(r.work_id)
    if known is None or known.state != "offered" or r.attempt < known.attempt:
        return desk
    return _without(desk, r.work_id, offer=known.until)


def _given_back(desk: Desk, r: WorkRecord) -> Desk:
    known = desk.cases.get(r.work_id)
    if known is None or r.attempt <= known.attempt:
        return desk
    return _without(desk, r.work_id, token=known.token, attempt=r.attempt)


def _closed(desk: Desk, r: WorkRecord, mine: bool) -> Desk:
    known, past = desk.cases.get(r.work_id), desk.past.get(r.work_id, Past())
    if past.closed:
        return desk
    if known is None and not mine:
        return desk
    if known is not None and mine and r.wrap_until:
        after = replace(known, state="wrapping", until=r.wrap_until)
        return _past(_with(desk, after), r.work_id, replace(past, closed=True))
    return _past(_without(desk, r.work_id), r.work_id, replace(past, closed=True))


def _wrapped(desk: Desk, r: WorkRecord) -> Desk:
    known = desk.cases.get(r.work_id)
    if known is None or known.state != "wrapping":
        return desk
    if r.wrap_until:
        return _with(desk, replace(known, until=max(known.until, r.wrap_until)))
    return _without(desk, r.work_id)


def _with(desk: Desk, case: Case) -> Desk:
    return replace(desk, cases={**desk.cases, case.work: case})


def _without(desk: Desk, work: str, token: int = 0, attempt: int = -1, offer: str = "") -> Desk:
    cases = {name: case for name, case in desk.cases.items() if name != work}
    was = desk.past.get(work, Past())
    now = replace(
        was,
        token=max(was.token, token),
        attempt=max(was.attempt, attempt),
        offer=max(was.offer, offer),
    )
    return _past(replace(desk, cases=cases), work, now)


def _past(desk: Desk, work: str, past: Past) -> Desk:
    kept = {name: was for name, was in desk.past.items() if name != work}
    if len(kept) >= REMEMBERED:
        kept.pop(next(iter(kept)))
    return replace(desk, past={**kept, work: past})
