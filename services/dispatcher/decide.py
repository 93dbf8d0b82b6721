"""What the queue makes of the book: values in, values out."""

from typing import Literal, NamedTuple

from msgspec.structs import replace

from shared.contracts.ledger import Overflowed
from shared.contracts.vocabulary import REFUSALS, RefusalCode
from shared.ledger.state import Conversation, Work
from shared.policy.model import Policy
from shared.queue import order
from shared.queue.acquaintance import Spoke
from shared.queue.hours import after_open
from shared.queue.overflow import serving
from shared.queue.values import Gone, Item, Placed

LOOK_AGAIN_MS = 60_000
"""A work that waits is looked at again at least this often: its pool may close, or it may overflow."""
SAFETY: frozenset[str] = frozenset({"danger", "legal"})
"""Signs that put a work into the lane of safety and legal matters."""


def item(work: Work, name: str, c: Conversation, partition: int, policy: Policy, now: int) -> Item:
    """An open work of conversation `name` as the queue sees it at `now` (ms)."""
    pool = policy.pool(work.pool)
    settings = policy.pools[pool]
    opens_at = serving(policy, pool, _since(work), now).opens_at
    sla = int(settings.sla.first_response * 1000)
    sticky, until = _sticky(work, c, policy)
    return Item(
        id=f"{partition}:{work.id}",
        conversation=name,
        partition=partition,
        pool=pool,
        channel=c.channel,
        language=c.language[:2].lower() if c.language != "und" else "und",
        skills=_skills(work, pool, policy),
        priority=work.priority,
        safety=work.priority == "urgent" or not SAFETY.isdisjoint(work.signs),
        severity=work.severity,
        tier=work.tier,
        contacts=work.contacts,
        transfers=work.transfers,
        opened_at=work.opened_at,
        since=_since(work),
        due_at=after_open(settings.hours, work.opened_at, sla) if work.answered_at is None else 0,
        sla=sla,
        sticky=sticky,
        sticky_until=until,
        excluded=work.excluded,
        life=int(policy.offers.life.get(c.channel, policy.offers.default_life) * 1000),
        at_once=settings.offers_at_once,
        external=settings.assignment == "external",
        opens_at=opens_at,
        attempt=work.attempt,
        agent=work.agent or "",
        token=work.token or 0,
        turn=work.turn,
        turn_at=work.turn_at,
    )


def placed(item: Item, now: int, policy: Policy) -> Placed:
    """The item with its place in the queue at `now`."""
    return Placed(item, order.lane(item, now, policy), order.rank(item, now, policy))


def next_look(item: Item, now: int, policy: Policy) -> int | None:
    """When the item and its place have to be decided again though nothing happened; `None`: never."""
    if item.agent or item.external:
        return None
    change = order.next_change(item, now, policy)
    latest = now + LOOK_AGAIN_MS
    return latest if change is None else min(change, latest)


def overflow(item: Item, policy: Policy, now: int) -> Overflowed | None:
    """The proposal to give a work that nobody holds to another pool, when its own cannot serve it."""
    if item.agent or item.external:
        return None
    pool, _ = serving(policy, item.pool, item.since, now)
    if pool == item.pool:
        return None
    without_wait = serving(policy, item.pool, now, now).pool
    why: Literal["closed", "full"] = "closed" if without_wait == pool else "full"
    return Overflowed(item.id, item.conversation, pool, item.attempt, why)


def gone(work_id: str, c: Conversation, policy: Policy) -> Gone:
    """A work that is over; the agent who closed it may have to wrap it up."""
    if c.wrapping is None or not work_id.endswith(f":{c.wrapping.work}"):
        return Gone(work_id)
    seconds = policy.wrap_up.time.get(c.channel, policy.wrap_up.default_time)
    return Gone(work_id, int(seconds * 1000))


def _since(work: Work) -> int:
    return work.since or work.opened_at


def _skills(work: Work, pool: str, policy: Policy) -> tuple[tuple[str, int], ...]:
    wanted = dict(policy.pools[pool].skills)
    intent = policy.intents.get(work.intent)
    for skill, level in (intent.skills if intent else {}).items():
        wanted[skill] = max(level, wanted.get(skill, 0))
    return tuple(sorted(wanted.items()))


def spoke(c: Conversation) -> Spoke | None:
    """Which agent last spoke in this conversation."""
    return Spoke(c.last_spoke, c.last_agent) if c.last_agent else None


def acquainted(c: Conversation, elsewhere: Spoke | None) -> Conversation:
    """The conversation with whoever last spoke with its customer, here or in another one."""
    if elsewhere is None or c.last_spoke >= elsewhere.at:
        return c
    return replace(c, last_agent=elsewhere.agent, last_spoke=elsewhere.at)


def _sticky(work: Work, c: Conversation, policy: Policy) -> tuple[str, int]:
    """The agent who last spoke with the customer, and until when the work is held for them."""
    last = spoke(c)
    if last is None or work.opened_at > last.counts_until(policy):
        return "", 0
    hold = policy.sticky.hold_live if c.channel in policy.sticky.live else policy.sticky.hold
    return last.agent, _since(work) + int(hold * 1000)


class Refusal(NamedTuple):
    """A command that is not carried out, and why."""

    command: str | None
    agent: str
    work: str
    code: RefusalCode


def refusal_code(inert: str) -> RefusalCode:
    """The refusal an agent is shown when the book did not take the proposal."""
    return inert if inert in REFUSALS else "work_closed"


def may_act(agent: str, token: int | None, item: Item) -> RefusalCode | None:
    """Why an agent may not speak for a work now; `None` when it may be proposed. Tools that do their own
    assignment need no token and may speak first."""
    if item.external and not item.agent:
        return None
    if item.agent != agent:
        return "not_holder" if item.agent else "offer_over"
    if token is None:
        return None if item.external else "stale_token"
    return None if token == item.token else "stale_token"
