"""The human queue's rules that need no store. Values in, values out."""

from typing import NamedTuple

import msgspec

from shared.contracts.ledger import Priority
from shared.contracts.vocabulary import REFUSALS, RefusalCode
from shared.ledger.state import Conversation, Work
from shared.policy.model import Policy

HEAD_START_MS: dict[Priority, int] = {"normal": 0, "high": 15 * 60_000, "urgent": 24 * 3_600_000}
"""A work waits as if it had come this much earlier. Bounded, so nobody starves: an urgent work is
served before everything younger than a day, then its turn is over."""


class Projected(msgspec.Struct, frozen=True):
    """A work as the queue needs it; text and numbers only, no message."""

    id: str
    pool: str
    conversation: str
    cost: int
    life: int
    """Milliseconds an offer of it stands."""
    language: str
    score: int
    attempt: int
    agent: str
    token: str
    partition: int
    external: str


def projected(work: Work, conversation_id: str, c: Conversation, partition: int, policy: Policy) -> Projected:
    """What the queue is told about an open work."""
    pool = policy.pool(work.pool)
    return Projected(
        id=f"{partition}:{work.id}",
        pool=pool,
        conversation=conversation_id,
        cost=policy.capacity.costs.get(c.channel, policy.capacity.default_cost),
        life=int(policy.offers.life.get(c.channel, policy.offers.default_life) * 1000),
        language=c.language[:2].lower() if c.language != "und" else "und",
        score=work.opened_at - HEAD_START_MS[work.priority],
        attempt=work.attempt,
        agent=work.agent or "",
        token="" if work.token is None else str(work.token),
        partition=partition,
        external="1" if policy.pools[pool].assignment == "external" else "0",
    )


class Refusal(NamedTuple):
    """A command that is not carried out, and why."""

    command: str | None
    agent: str
    work: str
    code: RefusalCode


def refusal_code(inert: str) -> RefusalCode:
    """The refusal an agent is shown when the book did not take the proposal."""
    return inert if inert in REFUSALS else "work_closed"


def may_act(
    agent: str, token: int | None, holder: str, held_token: str, external: bool
) -> RefusalCode | None:
    """Why an agent may not reply to or close a work now; `None` when it may be proposed. Tools that
    do their own assignment need no token and may speak first."""
    if external and not holder:
        return None
    if holder != agent:
        return "not_holder" if holder else "offer_over"
    if token is None and not external:
        return "stale_token"
    if token is not None and str(token) != held_token:
        return "stale_token"
    return None
