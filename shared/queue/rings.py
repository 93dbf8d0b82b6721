"""Progressive relaxation: the longer a work waits, the more agents may be asked. Wider rings hold all of the
narrower ones."""

from math import ceil
from typing import get_args

from shared.policy.model import Policy
from shared.policy.queue import Relaxation
from shared.queue.values import Item

STAGES: tuple[Relaxation, ...] = get_args(Relaxation)
"""From narrow to wide."""


def ring(item: Item, now: int, rounds: int, policy: Policy) -> Relaxation:
    """How agents for a work are found now: by how long it has waited in its pool while that was open, and
    one ring wider for each of the `rounds` in which everybody eligible passed it up."""
    return policy.offers.rings[_reached(item, now, rounds, policy)].match


def in_last_ring(item: Item, now: int, rounds: int, policy: Policy) -> bool:
    """Whether nothing wider is to come."""
    return _reached(item, now, rounds, policy) == len(policy.offers.rings) - 1


def ring_changes(item: Item, now: int, policy: Policy) -> int | None:
    """When (ms, after `now`) time alone may next widen the ring; `None`: never."""
    began = max(item.since, item.opens_at)
    for wider in policy.offers.rings:
        if wider.after * 1000 > now - began:
            return began + ceil(wider.after * 1000)
    return None


def _reached(item: Item, now: int, rounds: int, policy: Policy) -> int:
    rings = policy.offers.rings
    waited = now - max(item.since, item.opens_at)
    last = len(rings) - 1
    by_time = last
    while by_time and rings[by_time].after * 1000 > waited:
        by_time -= 1
    return min(by_time + rounds, last)
