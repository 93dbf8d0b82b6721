"""Who takes a work when its pool cannot: another pool, or the same one when it opens. Pure; times are
milliseconds.

    the fallback pool                  takes it, whatever the hour and however long it has waited
    open                               its own pool
    open, but it has waited
    `overflow_after` of opening time   the first open pool along `overflow`; without one its own pool
    closed                             the first open pool along `overflow`; without one its own pool when
                                       it opens (if it calls back, the courier invites to that meanwhile)
    it does not open any more          the same; without one the fallback pool

A pool that the policy does not know is the fallback pool; overflows that go round are followed once.
"""

from collections.abc import Iterator
from typing import NamedTuple

from shared.policy.model import Policy
from shared.queue.hours import is_open, open_between, opens_at


class Serving(NamedTuple):
    """The pool that takes a work, and when it opens if it is closed now, else 0."""

    pool: str
    opens_at: int


def serving(policy: Policy, pool: str, since: int, now: int) -> Serving:
    """Who takes, at `now`, a work that has waited in this pool since `since`."""
    name = policy.pool(pool)
    own = policy.pools[name]
    if name == policy.fallback_pool:
        return Serving(name, 0)
    opened = is_open(own.hours, now)
    if opened and not _waited(policy, name, since, now):
        return Serving(name, 0)
    other = next((each for each in _overflows(policy, name) if _takes(policy, each, now)), None)
    if other is not None:
        return Serving(other, 0)
    if opened:
        return Serving(name, 0)
    opening = opens_at(own.hours, now)
    return Serving(policy.fallback_pool, 0) if opening is None else Serving(name, opening)


def _waited(policy: Policy, name: str, since: int, now: int) -> bool:
    """Whether it has waited so long that another pool takes it."""
    pool = policy.pools[name]
    limit = pool.overflow_after
    return limit is not None and open_between(pool.hours, since, now) >= limit * 1000


def _overflows(policy: Policy, name: str) -> Iterator[str]:
    """The pools behind this one, nearest first, each once."""
    met = {name}
    following = policy.pools[name].overflow
    while following is not None and (pool := policy.pool(following)) not in met:
        yield pool
        met.add(pool)
        following = policy.pools[pool].overflow


def _takes(policy: Policy, name: str, now: int) -> bool:
    return name == policy.fallback_pool or is_open(policy.pools[name].hours, now)
