"""How much an agent can have at once. Everything is counted from the set of what the agent holds: offers,
assignments and wrap-ups; there is no counter that could drift."""

from bisect import bisect_right

from shared.policy.model import Policy
from shared.queue.values import Agent, Held, Item, Rule

HOUR = 3_600_000
ROUNDING = 1e-9
"""So much a sum of shares may be off."""


def plain_cost(channel: str, policy: Policy) -> int:
    """What a work of this channel costs a calm customer's agent, in units of capacity."""
    return policy.capacity.costs.get(channel, policy.capacity.default_cost)


def cost(work: Held | Item, capacity: int, policy: Policy) -> float:
    """What a work costs an agent of this capacity while it is their turn: more with the customer's
    frustration, but never so much that an agent who has nothing else could not take it."""
    plain = plain_cost(work.channel, policy)
    felt = plain * (1 + policy.capacity.emotional * work.severity)
    return min(felt, max(plain, capacity))


def share(held: Held, now: int, policy: Policy) -> float:
    """The share of its cost that a held work takes now, by whose turn it is."""
    turns = policy.capacity.turns
    if held.as_ != "assigned" or held.turn == "ours":
        return turns.ours
    if held.turn == "hold":
        return turns.hold
    return turns.idle if now - held.turn_at >= turns.idle_after * 1000 else turns.customer


def load(agent: Agent, now: int, policy: Policy) -> float:
    """What all that an agent holds takes of their capacity now."""
    return sum(cost(held, agent.capacity, policy) * share(held, now, policy) for held in agent.held)


def load_changes(agent: Agent, now: int, policy: Policy) -> int | None:
    """When (ms, after `now`) the load next changes by itself: customers fall silent. `None`: never."""
    idle = round(policy.capacity.turns.idle_after * 1000)
    times = [held.turn_at + idle for held in agent.held if held.as_ == "assigned" and held.turn == "customer"]
    return min((at for at in times if at > now), default=None)


def no_room(agent: Agent, item: Item, now: int, policy: Policy, returning: bool = False) -> Rule | None:
    """The first limit that a work would break. `returning`: the customer comes back to this very agent,
    for whom there is a reserve."""
    limits = policy.capacity
    most = agent.capacity * (limits.returning if returning else 1.0)
    if load(agent, now, policy) + cost(item, agent.capacity, policy) > most + ROUNDING:
        return "capacity"
    of_channel = sum(held.channel == item.channel for held in agent.held)
    if of_channel >= limits.by_channel.get(item.channel, of_channel + 1):
        return "channel_limit"
    of_priority = sum(held.priority == item.priority for held in agent.held)
    if of_priority >= limits.by_priority.get(item.priority, of_priority + 1):
        return "priority_limit"
    return at_rest(agent, now, policy)


def at_rest(agent: Agent, now: int, policy: Policy) -> Rule | None:
    """The limit that keeps all work from an agent for a while, whatever the work: assignments an hour
    (what is offered counts too), and the ramp after coming online."""
    pending = sum(held.as_ == "offered" for held in agent.held)
    taken = len(agent.assigned) - bisect_right(agent.assigned, now - HOUR)
    if taken + pending >= policy.capacity.per_hour:
        return "hour_limit"
    return "ramp" if len(agent.held) >= _ramp(agent, now, policy) else None


def rest_changes(agent: Agent, now: int, policy: Policy) -> int | None:
    """When (ms, after `now`) `at_rest` may next give way by itself. `None`: it does not hold, or never
    does."""
    if at_rest(agent, now, policy) is None:
        return None
    ramp = policy.capacity.ramp
    step = max(0, now - agent.online_since) // round(ramp.every * 1000) + 1
    times = [
        agent.online_since + round(ramp.over * 1000),
        agent.online_since + step * round(ramp.every * 1000),
    ]
    times += [at + HOUR for at in agent.assigned]
    return min((at for at in times if at > now), default=None)


def severe_streak(agent: Agent, item: Item, policy: Policy) -> bool:
    """Whether it would be one severe conversation in a row too many."""
    limits = policy.capacity
    if item.severity < limits.severe:
        return False
    pending = sum(held.as_ == "offered" and held.severity >= limits.severe for held in agent.held)
    return agent.severe_in_a_row + pending >= limits.severe_in_a_row


def _ramp(agent: Agent, now: int, policy: Policy) -> float:
    """The most works that an agent may hold by how long they have been there."""
    ramp = policy.capacity.ramp
    there = max(0, now - agent.online_since)
    return float("inf") if there >= ramp.over * 1000 else ramp.start + there // round(ramp.every * 1000)
