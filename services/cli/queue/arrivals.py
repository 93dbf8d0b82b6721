"""The customers of a scenario, drawn before anything is decided: two policies meet the same ones (common
random numbers)."""

from collections.abc import Iterator
from datetime import datetime, time
from math import exp, log, sqrt
from random import Random
from statistics import NormalDist
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.cli.queue.scenario import Duration, Scenario, Stream, pool_of
from shared.contracts.ledger import Priority
from shared.policy.model import Policy
from shared.policy.queue import Span

DAY, HOUR, MINUTE = 86_400_000, 3_600_000, 60_000
_NORMAL = NormalDist()


class Need(NamedTuple):
    """What one stay with people takes: for every answer a number between 0 and 1 that says how long it takes
    compared with others, and after each but the last how long the customer thinks (ms)."""

    answers: tuple[float, ...]
    thinks: tuple[int, ...]


class Customer(NamedTuple):
    """Somebody who will write."""

    at: int
    """When, in ms since the epoch."""
    name: str
    stream: str
    intent: str
    pool: str
    channel: str
    language: str
    tier: str
    frustration: float
    priority: Priority
    danger: bool
    need: Need
    back_after: int
    """How long after the close they come back, in ms; 0: they do not."""
    again: Need


def start_of(scenario: Scenario) -> int:
    """Midnight where the scenario begins, in ms since the epoch."""
    midnight = datetime.combine(scenario.date, time(), tzinfo=ZoneInfo(scenario.zone))
    return int(midnight.timestamp()) * 1000


def spans(of: Span) -> tuple[int, int]:
    """From when until when on each day, in ms after midnight."""
    since, until = ([int(part) for part in wall.split(":")] for wall in of.split("-"))
    return since[0] * HOUR + since[1] * MINUTE, until[0] * HOUR + until[1] * MINUTE


def customers(scenario: Scenario, policy: Policy, seed: int) -> list[Customer]:
    """All of them, in the order in which they come. Each stream has random numbers of its own."""
    start, length = start_of(scenario), round(scenario.hours * HOUR)
    found: list[Customer] = []
    for name, stream in scenario.arrivals.items():
        chance = Random(f"{seed}/{name}")
        pool = pool_of(stream, policy)
        times = _times(stream, chance, length)
        found += [_customer(start + at, f"{name}-{n}", name, stream, pool, chance) for n, at in times]
    return sorted(found)


def takes(duration: Duration, number: float) -> int:
    """The time (ms) that this share of all such times does not exceed."""
    mean = duration.mean * 1000
    match duration.shape:
        case "fixed":
            return round(mean)
        case "exponential":
            return round(-mean * log(1 - number))
    variance = log(1 + duration.spread**2)
    return round(mean * exp(sqrt(variance) * _NORMAL.inv_cdf(number) - variance / 2))


def unit(chance: Random) -> float:
    """A number between 0 and 1, neither of them."""
    return chance.random() or 0.5


def _times(stream: Stream, chance: Random, length: int) -> Iterator[tuple[int, int]]:
    """The moments of arrival, numbered: at the highest rate, and thinned to that of the hour (Lewis and
    Shedler 1979)."""
    rates = stream.per_hour if isinstance(stream.per_hour, dict) else {"00:00-24:00": stream.per_hour}
    by_time = [(*spans(span), rate) for span, rate in rates.items()]
    highest = max((rate for _, _, rate in by_time), default=0.0)
    at, number = 0.0, 0
    while highest:
        at += chance.expovariate(highest) * HOUR
        if at >= length:
            return
        rate = max((r for since, until, r in by_time if since <= at % DAY < until), default=0.0)
        if chance.random() * highest < rate:
            yield number, int(at)
            number += 1


def _customer(at: int, name: str, group: str, stream: Stream, pool: str, chance: Random) -> Customer:
    frustrated = chance.random() < stream.frustrated
    feeling = chance.random()
    priority = _one_of({"high": stream.high, "urgent": stream.urgent}, chance) or "normal"
    return Customer(
        at=at,
        name=name,
        stream=group,
        intent=stream.intent,
        pool=pool,
        channel=stream.channel,
        language=stream.language,
        tier=_one_of(stream.tiers, chance),
        frustration=round(0.6 + 0.4 * feeling if frustrated else 0.5 * feeling, 3),
        priority=priority,  # type: ignore[arg-type]
        danger=chance.random() < stream.danger,
        need=_need(stream, chance),
        back_after=_after(stream.returns_after, chance) if chance.random() < stream.returns else 0,
        again=_need(stream, chance),
    )


def _need(stream: Stream, chance: Random) -> Need:
    """Geometric: after each answer the same chance that it was not the last."""
    answers = [unit(chance)]
    while chance.random() >= 1 / stream.turns:
        answers.append(unit(chance))
    return Need(tuple(answers), tuple(_after(stream.thinks, chance) for _ in answers[1:]))


def _after(mean: float, chance: Random) -> int:
    return max(1, round(chance.expovariate(1) * mean * 1000))


def _one_of(shares: dict[str, float], chance: Random) -> str:
    number = chance.random()
    for name, share in shares.items():
        if number < share:
            return name
        number -= share
    return ""
