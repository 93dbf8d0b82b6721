"""What is allowed in a policy but seldom meant. Each warning names the setting and says what follows."""

from collections.abc import Iterator

from shared.policy.model import Policy


def warnings(policy: Policy) -> list[str]:
    """The warnings on a valid policy, by setting."""
    return sorted({*_of_pools(policy), *_of_skills(policy), *_of_rings(policy), *_of_capacity(policy)})


def _of_pools(policy: Policy) -> Iterator[str]:
    fed = {policy.default_pool, policy.fallback_pool, *(intent.pool for intent in policy.intents.values())}
    fed |= {pool.overflow for pool in policy.pools.values() if pool.overflow}
    for name, pool in policy.pools.items():
        if name not in fed:
            yield f"pools.{name}: no intent and no overflow leads here; only transfers do"
        if pool.hours is not None and name == policy.fallback_pool:
            yield f"pools.{name}.hours: the fallback pool takes work at any hour; they only pause its clocks"
        if pool.hours is not None and not any(pool.hours.open.values()) and name != policy.fallback_pool:
            other = pool.overflow or policy.fallback_pool
            yield f"pools.{name}.hours: it never opens; its work goes to {other}"
        yield from _of_external(name, policy)


def _of_external(name: str, policy: Policy) -> Iterator[str]:
    pool = policy.pools[name]
    for neighbour in pool.neighbours:
        if policy.pools[neighbour].assignment == "external":
            yield f"pools.{name}.neighbours: {neighbour} assigns by itself, so its agents get no offers"
    if pool.assignment == "external" and (pool.skills or pool.neighbours or pool.offers_at_once > 1):
        yield f"pools.{name}: it assigns by itself; skills, neighbours and offers_at_once change nothing"


def _of_skills(policy: Policy) -> Iterator[str]:
    """Only agents know whether one has a skill; the file tells whether and how long it is waited for."""
    wanting = {f"pools.{name}.skills": pool.skills for name, pool in policy.pools.items()}
    wanting |= {f"intents.{name}.skills": intent.skills for name, intent in policy.intents.items()}
    kept = [ring for ring in policy.offers.rings if ring.match != "best"]
    for where, skills in wanting.items():
        for skill in skills:
            if not kept:
                yield f"{where}: no ring drops {skill}: work waits for ever if no agent has it"
            elif kept[0].after == 0:
                yield f"{where}: {skill} is never asked for, since the first ring after 0 s drops skills"
            elif _only_in(skill, policy) == 1:
                vain = f"if no agent names it, work waits {kept[0].after:g} s in vain"
                yield f"{where}: {skill} stands here only; {vain}"


def _only_in(skill: str, policy: Policy) -> int:
    pools = sum(skill in pool.skills for pool in policy.pools.values())
    return pools + sum(skill in intent.skills for intent in policy.intents.values())


def _of_rings(policy: Policy) -> Iterator[str]:
    rings = policy.offers.rings
    if len(rings) == 1:
        yield "offers.rings: there is one only: `capacity.severe_in_a_row` never holds, rounds change nothing"
    if all(ring.match != "neighbours" for ring in rings) and any(p.neighbours for p in policy.pools.values()):
        yield "offers.rings: no ring asks `neighbours`, so those of the pools are asked only as `language` is"


def _of_capacity(policy: Policy) -> Iterator[str]:
    limits = policy.capacity
    for channel, most in limits.by_channel.items():
        if most == 0:
            yield f"capacity.by_channel.{channel}: nobody gets any of it"
    for priority, most in limits.by_priority.items():
        if most == 0:
            yield f"capacity.by_priority.{priority}: nobody gets any of it"
    if limits.turns.customer < limits.turns.idle:
        yield "capacity.turns.idle: a silent customer takes more room than one who has just been answered"
    if limits.ramp.every > limits.ramp.over:
        yield "capacity.ramp.every: longer than `over`, so no work is added on the way"
