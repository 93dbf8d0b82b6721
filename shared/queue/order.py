"""Who is served first. The customer who began to wait first is, but for *head starts* in minutes, each of
them bounded: so whoever came more than `HEAD_START` earlier is always ahead, and nobody starves.

Safety and legal matters are a lane of their own that goes before all others. No head start bounds how
long others wait for it: only how much of it there is, and a work's reason for it stands in the policy and
in fixed rules."""

from bisect import bisect_right
from functools import lru_cache
from math import ceil, sqrt
from typing import NamedTuple

from shared.policy.model import Policy
from shared.queue.values import Item

MINUTE = 60_000
RE_CONTACTS = 3
"""So many returns of the customer count, no more."""
MOST_MINUTES = {"value": 8.0, "severity": 15.0, "sla_push": 20.0, "re_contact": 6.0, "transfer": 3.0}
"""The most that each term can be, whatever a policy says: it is refused when it asks for more."""
HEAD_START = int(sum(MOST_MINUTES.values())) * MINUTE
"""The greatest possible head start, in milliseconds (52 minutes)."""


class Score(NamedTuple):
    """Why a work stands where it stands, in minutes. The greater `total` is served first."""

    age_min: float
    value: float
    severity: float
    sla_push: float
    re_contact: float
    transfer: float

    @property
    def total(self) -> float:
        return sum(self)


def score(item: Item, now: int, policy: Policy) -> Score:
    """The terms of a work's place. `sla_push` is `most · max(0, 1 − time left / SLA)²` in whole minutes."""
    return Score(max(0, now - item.opened_at) / MINUTE, *_head_starts(item, now, policy))


def rank(item: Item, now: int, policy: Policy) -> int:
    """The order within and between lanes, in ms: smaller is served first. It is when the customer began
    to wait, less the head start, and changes only at `next_change`."""
    return item.opened_at - round(sum(_head_starts(item, now, policy)) * MINUTE)


def _head_starts(item: Item, now: int, policy: Policy) -> tuple[float, float, float, float, float]:
    order = policy.order
    return (
        order.tiers.get(item.tier, 0.0),
        order.severity * min(1.0, max(0.0, item.severity)),
        float(_push(item, now, policy)),
        order.re_contact * min(max(0, item.contacts), RE_CONTACTS),
        order.transfer if item.transfers else 0.0,
    )


def lane(item: Item, now: int, policy: Policy) -> str:
    """Works of a lane want the same of an agent, so that none waits behind one that nobody can take.
    While a work is held for the agent who knows the customer, that agent has a lane; safety waits for
    nobody. "": it waits in no lane (somebody holds it, another tool assigns it, or its pool is
    closed)."""
    if item.agent or item.external or item.opens_at > now:
        return ""
    skills = ",".join(f"{name}:{level}" for name, level in sorted(item.skills))
    severe = "severe" if item.severity >= policy.capacity.severe else ""
    wants = (item.pool, item.language, skills, item.channel, item.priority, severe)
    last = "safety" if item.safety else f"@{item.sticky}" if held_for(item, now) else ""
    return "|".join((*wants, last))


def held_for(item: Item, now: int) -> str:
    """The agent for whom the work is held back from others, if they are there; "" when it is not."""
    return item.sticky if item.sticky_until > now and not item.safety else ""


def next_change(item: Item, now: int, policy: Policy) -> int | None:
    """When (ms, after `now`) rank, lane or deferral of a waiting work next change by themselves; `None`:
    never."""
    if item.agent or item.external:
        return None
    if item.opens_at > now:
        return item.opens_at
    times = (item.sticky_until if held_for(item, now) else None, rank_changes(item, now, policy))
    return min((at for at in times if at is not None), default=None)


def rank_changes(item: Item, now: int, policy: Policy) -> int | None:
    """When (ms, after `now`) the rank next changes by itself; `None`: never."""
    steps = _steps(item.sla, policy.order.sla_push) if item.due_at else ()
    reached = _push(item, now, policy)
    return item.due_at - item.sla + steps[reached] if reached < len(steps) else None


def _push(item: Item, now: int, policy: Policy) -> int:
    if not item.due_at:
        return 0
    return bisect_right(_steps(item.sla, policy.order.sla_push), now - item.due_at + item.sla)


@lru_cache(maxsize=1024)
def _steps(sla: int, most: float) -> tuple[int, ...]:
    """After how many ms of an SLA its push reaches 1, 2, 3… minutes: `most · (elapsed / sla)²`, solved."""
    return tuple(ceil(sla * sqrt(minutes / most)) for minutes in range(1, int(most) + 1)) if sla > 0 else ()
