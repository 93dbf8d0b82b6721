"""Who may be offered a work, and the first rule that says no."""

import msgspec

from shared.policy.model import Policy
from shared.policy.queue import Relaxation
from shared.queue.capacity import no_room, severe_streak
from shared.queue.order import held_for
from shared.queue.rings import STAGES, in_last_ring, ring
from shared.queue.values import Agent, Item, Rule, Waiting

SOON_OVER: tuple[Rule, ...] = ("already_offered", "capacity", "channel_limit", "priority_limit", "ramp")
"""A work is held for the agent who knows the customer while only this is in the way."""


def excluded_by(agent: Agent, waiting: Waiting, now: int, policy: Policy, alone: bool = False) -> Rule | None:
    """The first rule, in the order of `Rule`, by which an agent is not offered a work now; `None`: they
    may be. `alone`: nobody else is eligible, so the plain cool-down is enough."""
    item = waiting.item
    return (
        unsuited(agent, item, ring(item, now, waiting.rounds, policy), policy)
        or absent(agent, now, policy)
        or _not_again(agent, waiting, now, policy, alone)
        or no_room(agent, item, now, policy, returning=agent.id == item.sticky)
        or _spared(agent, waiting, now, policy)
    )


def kept_for(known: Agent | None, waiting: Waiting, now: int, policy: Policy) -> bool:
    """Whether a work waits for `known`, who last spoke with the customer: they are there, perhaps busy,
    and will have room soon. Nobody waits for an agent who is gone, has passed the work up or may not have
    it."""
    if known is None or not held_for(waiting.item, now):
        return False
    if known.status == "busy":
        free = msgspec.structs.replace(known, status="available")
        return excluded_by(free, waiting, now, policy) in (None, *SOON_OVER)
    return excluded_by(known, waiting, now, policy) in SOON_OVER


def unsuited(agent: Agent, item: Item, relaxation: Relaxation, policy: Policy) -> Rule | None:
    """Whether the agent's team, languages or skills are the wrong ones, as this ring sees it."""
    pools = pools_asked(item.pool, relaxation, policy)
    if pools is not None and not any(pool in pools for pool in agent.pools):
        return "not_in_pool"
    if not speaks(agent, item.language):
        return "language"
    return "skill" if relaxation == "best" and not skilled(agent, item) else None


def pools_asked(pool: str, relaxation: Relaxation, policy: Policy) -> tuple[str, ...] | None:
    """The pools whose agents are asked in this ring; `None`: everybody."""
    if relaxation == "language":
        return None
    if relaxation == "neighbours" and pool in policy.pools:
        return (pool, *policy.pools[pool].neighbours)
    return (pool,)


def speaks(agent: Agent, language: str) -> bool:
    """Whether the agent may answer in this language; never relaxed."""
    return language == "und" or not agent.languages or language in agent.languages


def skilled(agent: Agent, item: Item) -> bool:
    """Whether the agent has every skill that the work asks for, at its level at least."""
    if not item.skills:
        return True
    levels = dict(agent.skills)
    return all(levels.get(name, 0) >= level for name, level in item.skills)


def absent(agent: Agent, now: int, policy: Policy) -> Rule | None:
    """Whether the agent is not there for new work."""
    if agent.status != "available":
        return "status"
    return "silent" if silent(agent, now, policy) else None


def silent(agent: Agent, now: int, policy: Policy) -> bool:
    """Whether the agent's tool counts as lost."""
    return now - agent.seen >= policy.presence.stale_after * 1000


def stages_up_to(relaxation: Relaxation) -> tuple[Relaxation, ...]:
    """This ring and all narrower ones, narrowest first."""
    return STAGES[: STAGES.index(relaxation) + 1]


def _not_again(agent: Agent, waiting: Waiting, now: int, policy: Policy, alone: bool) -> Rule | None:
    if agent.id in waiting.item.excluded:
        return "transferred_it"
    if agent.id in waiting.offered:
        return "already_offered"
    passed = waiting.passed.get(agent.id)
    if passed is None:
        return None
    doubled = 0 if alone else min(max(0, passed.times - 1), policy.offers.doublings)
    return "cooldown" if now < passed.at + policy.offers.cooldown * 1000 * 2**doubled else None


def _spared(agent: Agent, waiting: Waiting, now: int, policy: Policy) -> Rule | None:
    """After a streak of severe conversations comes a neutral one; not for ever, or the customer would
    wait for want of calm ones: in the last ring the rule holds no more."""
    if in_last_ring(waiting.item, now, waiting.rounds, policy):
        return None
    return "severe_streak" if severe_streak(agent, waiting.item, policy) else None
