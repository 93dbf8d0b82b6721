"""What came of a simulated day. Values only; times in seconds unless their name says otherwise."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import mean
from typing import Any, NamedTuple

from shared.policy.model import Policy
from shared.queue.clocks import Observation
from shared.queue.order import MINUTE, RE_CONTACTS


@dataclass
class Stay:
    """One work: a customer's stay with people. Times in ms."""

    customer: str
    pool: str
    language: str
    tier: str
    channel: str
    lane: str
    opened_at: int
    skills: tuple[str, ...] = ()
    taken_at: int | None = None
    deferred: bool = False
    overflowed: bool = False


@dataclass
class Seen:
    """All that was seen of one run."""

    stays: dict[str, Stay] = field(default_factory=dict)
    clocks: list[Observation] = field(default_factory=list)
    offers: Counter[str] = field(default_factory=Counter)
    """`made`, `accepted`, `declined`, `timed out`, `rescinded`, and `away`, `alarm`, `tool lost`."""
    loads: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """By agent, the share of capacity in use while on shift, every so often."""
    overtaken: int = 0
    """By how much (ms) a work was overtaken at most."""
    began_at: int = 0
    ended_at: int = 0


class Waits(NamedTuple):
    """How long some customers waited for a person."""

    works: int
    waiting: int
    """How many of them still wait; so far they count with the wait until the end."""
    mean: float
    p50: float
    p90: float
    p95: float
    most: float


GROUPS: dict[str, Callable[[Stay], Iterable[str]]] = {
    "all": lambda _: ("all",),
    "pool": lambda stay: (stay.pool,),
    "tier": lambda stay: (stay.tier or "none",),
    "language": lambda stay: (stay.language,),
    "skill": lambda stay: stay.skills or ("none",),
    "lane": lambda stay: (stay.lane,),
    "channel": lambda stay: (stay.channel,),
}
"""By what waits are told apart; the pool is the one the work was opened in."""


def waits(seen: Seen) -> dict[str, dict[str, Waits]]:
    """The waits of every group."""
    found: dict[str, dict[str, Waits]] = {}
    for by, names in GROUPS.items():
        groups: dict[str, list[Stay]] = defaultdict(list)
        for stay in seen.stays.values():
            for name in names(stay):
                groups[name].append(stay)
        found[by] = {name: _waits(stays, seen.ended_at) for name, stays in sorted(groups.items())}
    return found


def wait_of(stay: Stay, ended_at: int) -> float:
    """From the opening until a person took it, or until the end."""
    return ((ended_at if stay.taken_at is None else stay.taken_at) - stay.opened_at) / 1000


def _waits(stays: list[Stay], ended_at: int) -> Waits:
    ordered = sorted(wait_of(stay, ended_at) for stay in stays)
    still = sum(stay.taken_at is None for stay in stays)
    p50, p90, p95 = (quantile(ordered, share) for share in (0.5, 0.9, 0.95))
    return Waits(len(ordered), still, mean(ordered), p50, p90, p95, ordered[-1])


def quantile(ordered: list[float], share: float) -> float:
    """The value below or at which this share of them lies; `ordered` is not empty."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Promise(NamedTuple):
    """How often a pool kept its SLA on one clock; what never stopped is not among them."""

    measured: int
    met: float


def promises(seen: Seen) -> dict[str, dict[str, Promise]]:
    """By pool and clock."""
    grouped: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for one in seen.clocks:
        grouped[one.pool][one.clock].append(one.met)
    return {
        pool: {clock: Promise(len(met), sum(met) / len(met)) for clock, met in sorted(clocks.items())}
        for pool, clocks in sorted(grouped.items())
    }


class Used(NamedTuple):
    """How much of the agents' capacity was in use while they were on shift."""

    agents: int
    least: float
    mean: float
    most: float


def used(seen: Seen) -> Used:
    """Over all agents who were ever on shift."""
    shares = [mean(loads) for loads in seen.loads.values() if loads]
    return Used(len(shares), min(shares), mean(shares), max(shares)) if shares else Used(0, 0, 0, 0)


def bound(policy: Policy) -> int:
    """By how much (ms) a work can be overtaken at most under this policy: the sum of all head starts."""
    order = policy.order
    tiers = max(order.tiers.values(), default=0.0)
    most = tiers + order.severity + order.sla_push + order.re_contact * RE_CONTACTS + order.transfer
    return round(most * MINUTE)


def as_json(seen: Seen, policy: Policy) -> dict[str, Any]:
    """All figures as a program reads them."""
    return {
        "waits": {
            by: {name: one._asdict() for name, one in found.items()} for by, found in waits(seen).items()
        },
        "sla": {p: {c: one._asdict() for c, one in found.items()} for p, found in promises(seen).items()},
        "agents": used(seen)._asdict(),
        "offers": dict(sorted(seen.offers.items())),
        "deferred": sum(stay.deferred for stay in seen.stays.values()),
        "overflowed": sum(stay.overflowed for stay in seen.stays.values()),
        "overtaken": {"most": seen.overtaken / 1000, "bound": bound(policy) / 1000},
    }


def _told(tables: Mapping[str, Mapping[str, Waits | Promise]]) -> dict[str, Any]:
    return {name: {row: one._asdict() for row, one in table.items()} for name, table in tables.items()}
